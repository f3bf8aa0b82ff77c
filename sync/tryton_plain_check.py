"""What can be looked at in a Tryton without our module: rights, clock, names; and what that way cannot promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from config.settings import ErpSettings
from sync.check import Finding, clock_finding
from sync.errors import Denied
from sync.tryton_rpc import TrytonRpc

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "sale.sale": ("read", "create"),
    "sale.line": ("read", "create"),
    "product.product": ("read",),
    "product.template": ("read",),
    "product.identifier": ("read",),
    "product.category": ("read",),
    "account.tax": ("read",),
    "party.party": ("read",),
    "party.identifier": ("read",),
    "company.employee": ("read",),
}
"""What the lane's user does with which of Tryton's models."""
GROUP: Final = "the group Sales, or Tryton's own equal of it"
LIMITS: Final = (
    (
        "once",
        "Tryton holds no reference to be unique: a draft whose answer was lost may be made twice, look for doubles",
    ),
    (
        "amounts",
        "Tryton reckons taxes itself: up to a cent a line passes, more is rejected; how it was paid is not told",
    ),
    ("baskets", "not compared: a stock Tryton reckons only what is kept there"),
    (
        "waiting",
        "shifts, cash, Zs, collections, changed tenders and customers of the lane wait until the module is there",
    ),
    ("feeds", "no stock, price lists, credit limits, balances; what was deleted is noticed once a day"),
)
"""What this way cannot promise (docs/tryton.md), in the words of a check."""


def check_plain(rpc: TrytonRpc, erp: ErpSettings, offset_seconds: int | None) -> Sequence[Finding]:
    """Return everything that can be said. Raises `SyncError`s."""
    company = rpc.preference("company.rec_name")
    is_there = isinstance(rpc.preference("company"), int)
    text = f"as {erp.login}, {company}" if is_there else f"{erp.login} has no company in Tryton: give him one"
    found = [Finding("connection", is_there, text)]
    found += _rights(rpc)
    found.append(clock_finding(offset_seconds))
    try:
        found += [_buyer(rpc, erp.store), *_taxes(rpc, erp.taxes)]
    except Denied as error:
        found.append(Finding("rights", False, str(error)))
    return [*found, *(Finding(name, True, text) for name, text in LIMITS)]


def _rights(rpc: TrytonRpc) -> Iterator[Finding]:
    """Yield each right that the user lacks, or that none is missing."""
    told: Any = rpc.call("ir.model.access", "get_access", sorted(NEEDED))
    missing = [
        f"{right} {model}"
        for model, rights in NEEDED.items()
        for right in rights
        if not (told.get(model) or {}).get(right)
    ]
    for one in missing:
        yield Finding("rights", False, f"the user may not {one}: give him {GROUP}")
    if not missing:
        yield Finding("rights", True, "the user may do all that this way asks for")


def _buyer(rpc: TrytonRpc, code: str) -> Finding:
    """Return whether the party that buys in cash is there."""
    is_there = bool(rpc.read("party.party", [["code", "=", code]], ["code"], limit=1))
    return Finding("store", is_there, f"the party {code} buys in cash" if is_there else f"erp.store: no party {code}")


def _taxes(rpc: TrytonRpc, named: Mapping[str, str]) -> Iterator[Finding]:
    """Yield each tax of the settings that Tryton has not."""
    if not named:
        return
    there = {
        one["name"] for one in rpc.read("account.tax", [["name", "in", sorted(named)]], ["name"], limit=len(named))
    }
    for name in sorted(set(named) - there):
        yield Finding("taxes", False, f"erp.taxes: no tax in Tryton is called {name}")
