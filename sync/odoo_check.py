"""What can be looked at in an Odoo: version, shop, rights, the key's end, clocks, and 200 sums worked out by both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from config.country import country_of
from config.settings import Settings
from domain import tax
from domain.money import MICRO
from domain.tax import TaxBook, TaxRounding
from sync.check import Finding, clock_finding
from sync.errors import Denied
from sync.odoo import OdooConnector
from sync.odoo_feeds import read_time
from sync.odoo_rpc import OdooRpc, Refusal
from sync.odoo_shop import OdooShop

SAMPLES: Final = 200
WARN_BEFORE: Final = timedelta(days=14)

GROUPS: Final = {
    "account.group_account_invoice": (
        "Accounting / Invoicing",
        "cash in and out waits, and neither debts nor wanted invoices are told",
    ),
    "base.group_partner_manager": ("Contact / Creation", "customers of the lane and of invoices are not made there"),
}
"""Groups beside the one without which nothing is read at all, and what is missing without them."""


def check_odoo(connector: OdooConnector, settings: Settings, now: datetime) -> Sequence[Finding]:
    """Return everything that can be said of an Odoo."""
    shop = connector.shop()
    connector.feeds()
    found = [Finding("connection", True, f"Odoo {shop.version}, point of sale {shop.name}, {shop.currency}")]
    found.append(clock_finding(connector.transport.offset_seconds))
    found += [Finding("shop", False, problem) for problem in shop.problems]
    found += [Finding("rights", False, f"{feed} is not read: {reason}") for feed, reason in connector.denied.items()]
    found += _groups(connector.rpc)
    found += _key(connector.rpc, now)
    found += _samples(connector.rpc, shop, _book(settings, shop))
    return found


def _book(settings: Settings, shop: OdooShop) -> TaxBook:
    """Return the lane's taxes, rounded by line: a sample is one line."""
    classes = country_of(settings).tax_classes(settings.store.language)
    return TaxBook({one.code: one for one in classes}, TaxRounding.LINE, shop.exponent)


def _groups(rpc: OdooRpc) -> Iterator[Finding]:
    """Yield the groups that the lane's user does not have, and what does not work without; an old Odoo says nothing."""
    try:
        user_id = rpc.call("res.users", "context_get")["uid"]
        for group, (name, what) in GROUPS.items():
            if not rpc.call("res.users", "has_group", {"group_ext_id": group}, [user_id]):
                yield Finding("rights", False, f"the lane's user has not the group {name}: without it {what}")
    except (Denied, KeyError, TypeError):
        return


def _key(rpc: OdooRpc, now: datetime) -> Iterator[Finding]:
    """Yield when the key ends, as far as Odoo tells its owner."""
    try:
        keys = rpc.search("res.users.apikeys", [["expiration_date", "!=", False]], ["expiration_date"])
    except (Denied, Refusal):
        yield Finding("key", True, "Odoo does not tell when it ends")
        return
    ends = [read_time(str(key["expiration_date"])) for key in keys]
    if not ends:
        yield Finding("key", True, "it does not end")
        return
    first = min(ends)
    text = f"a key of this user ends on {first:%Y-%m-%d}"
    is_well = first - now > WARN_BEFORE
    yield Finding("key", is_well, text if is_well else f"{text}: have a new one made before")


def _samples(rpc: OdooRpc, shop: OdooShop, book: TaxBook) -> Iterator[Finding]:
    """Yield whether both sides come to the same cents for lines of many prices and quantities."""
    classes = [(name, ids) for name, ids in sorted(shop.taxes_of.items()) if ids and name in book.classes]
    if not classes:
        return
    differ: list[str] = []
    try:
        for number in range(SAMPLES):
            name, ids = classes[number % len(classes)]
            price, quantity = Decimal(7 * number + 1) / 100 + number * 3, 1 + number % 7
            theirs = _ask(rpc, shop, ids, price, quantity)
            ours = _reckon(book, name, price, quantity)
            if ours != theirs:
                differ.append(f"{quantity} at {price} in {name}: lane {ours}, Odoo {theirs}")
    except (Denied, Refusal) as error:
        yield Finding("taxes", True, f"Odoo does not work out samples for this user ({error})")
        return
    text = f"{SAMPLES - len(differ)} of {SAMPLES} lines come to the same cents"
    yield Finding("taxes", not differ, f"{text}{'; the first that does not: ' + differ[0] if differ else ''}")


def _ask(rpc: OdooRpc, shop: OdooShop, ids: Sequence[int], price: Decimal, quantity: int) -> tuple[int, int]:
    """Return base and whole of a line as Odoo's engine has them, in minor units."""
    told: Any = rpc.call("account.tax", "compute_all", {"price_unit": price, "quantity": quantity}, ids)
    return _minor(told["total_excluded"], shop), _minor(told["total_included"], shop)


def _minor(amount: Any, shop: OdooShop) -> int:
    scaled = Decimal(amount).scaleb(shop.exponent)
    return int(scaled.quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def _reckon(book: TaxBook, tax_class: str, price: Decimal, quantity: int) -> tuple[int, int]:
    """Return base and whole of a line as the lane has them."""
    line = tax.price_line(book, tax_class, quantity * MICRO, int(price * MICRO))
    return line.base_minor, line.base_minor + sum(line.taxes_minor)
