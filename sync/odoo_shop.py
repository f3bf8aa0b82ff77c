"""What the lane has to know of its Odoo before anything is sold into it: shop, taxes, tenders and precisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from config.country import Country, TaxPack, country_of
from config.settings import Settings
from domain.text import fold, safe_text
from sync.errors import Halted
from sync.odoo_rpc import OdooRpc, Record

PPM_OF_PERCENT: Final = 10_000
QUANTITY_USAGES: Final = ("Product Unit", "Product Unit of Measure")
"""The name of the precision of quantities from 19 on, and before."""


class OdooTax(msgspec.Struct, frozen=True):
    """A tax that Odoo has; `rate_ppm` None where it is one that the lane cannot work out."""

    id: int
    name: str
    kind: str
    rate_ppm: int | None
    included: bool


class OdooMethod(msgspec.Struct, frozen=True):
    """A payment method of the shop."""

    id: int
    name: str
    is_cash: bool
    is_account: bool


class OdooShop(msgspec.Struct, frozen=True):
    """One point of sale of one Odoo."""

    version: int
    config_id: int
    name: str
    company_id: int
    currency: str
    exponent: int
    quantity_digits: int
    rounding: str
    location_id: int
    discount_product_id: int
    taxes: Mapping[int, OdooTax]
    methods: tuple[OdooMethod, ...]
    class_of: Mapping[frozenset[int], str]
    """Tax class by the taxes of an item."""
    taxes_of: Mapping[str, tuple[int, ...]]
    """The taxes to write for a tax class."""
    method_of: Mapping[str, OdooMethod]
    """Payment method by our kind of tender."""
    problems: tuple[str, ...] = ()
    """What does not fit, one sentence with its remedy each."""


def discover(rpc: OdooRpc, settings: Settings) -> OdooShop:
    """Ask Odoo for its shop. Raises `Halted` where it cannot be told which, `SyncError`s."""
    version = rpc.version()
    config = _find_config(rpc, settings.erp.store)
    country = country_of(settings)
    company = rpc.search(
        "res.company", [["id", "=", config["company_id"][0]]], ["currency_id", "tax_calculation_rounding_method"]
    )[0]
    currency = rpc.search("res.currency", [["id", "=", company["currency_id"][0]]], ["name", "decimal_places"])[0]
    taxes = {tax.id: tax for tax in map(_tax, rpc.search("account.tax", _TAXES, _TAX_FIELDS))}
    methods = _methods(rpc, config["payment_method_ids"])
    class_of = _classes(taxes, country, settings.erp.taxes)
    method_of = _tenders(methods, country, settings)
    shop = OdooShop(
        version=version,
        config_id=config["id"],
        name=config["name"],
        company_id=config["company_id"][0],
        currency=currency["name"],
        exponent=currency["decimal_places"],
        quantity_digits=_quantity_digits(rpc),
        rounding=company["tax_calculation_rounding_method"],
        location_id=_location(rpc, config),
        discount_product_id=_id_of(config.get("discount_product_id")),
        taxes=taxes,
        methods=methods,
        class_of=class_of,
        taxes_of=_reverse(class_of),
        method_of=method_of,
    )
    return msgspec.structs.replace(shop, problems=tuple(_problems(shop, country, settings)))


_TAXES: Final = [["type_tax_use", "=", "sale"]]
_TAX_FIELDS: Final = ["name", "amount_type", "amount", "price_include", "children_tax_ids"]
_CONFIG_FIELDS: Final = ["name", "company_id", "payment_method_ids", "picking_type_id", "current_session_id"]


def _find_config(rpc: OdooRpc, name: str) -> Record:
    """Return the point of sale of a name, or the only one."""
    fields = [
        *_CONFIG_FIELDS,
        *(["discount_product_id"] if _has_field(rpc, "pos.config", "discount_product_id") else []),
    ]
    found = rpc.search("pos.config", [["name", "=", name]] if name else [], fields, order="id")
    if len(found) == 1:
        return found[0]
    known = ", ".join(safe_text(str(one["name"])) for one in rpc.search("pos.config", [], ["name"], limit=20))
    raise Halted(f"set erp.store to this lane's point of sale in Odoo: one of {known or 'none, make one there'}")


def _has_field(rpc: OdooRpc, model: str, field: str) -> bool:
    found = rpc.call(model, "fields_get", {"allfields": [field], "attributes": ["type"]})
    return isinstance(found, dict) and field in found


def _tax(record: Record) -> OdooTax:
    kind, amount = str(record["amount_type"]), Decimal(record["amount"])
    scaled = amount * PPM_OF_PERCENT
    is_known = kind in ("percent", "division") and scaled == int(scaled)
    return OdooTax(record["id"], record["name"], kind, int(scaled) if is_known else None, bool(record["price_include"]))


def _methods(rpc: OdooRpc, ids: Sequence[int]) -> tuple[OdooMethod, ...]:
    found = rpc.search("pos.payment.method", [["id", "in", list(ids)]], ["name", "type"], order="id")
    return tuple(OdooMethod(m["id"], m["name"], m["type"] == "cash", m["type"] == "pay_later") for m in found)


def _classes(taxes: Mapping[int, OdooTax], country: Country, named: Mapping[str, str]) -> dict[frozenset[int], str]:
    """Return the tax class of each single tax: as the settings name it, else the one with this very rate.

    No tax at all is the class without rates. Several taxes on one item are found by `class_for` when they come.
    """
    found: dict[frozenset[int], str] = {}
    words = {fold(name): tax_class for name, tax_class in named.items()}
    for tax in taxes.values():
        if fold(tax.name) in words:
            found[frozenset({tax.id})] = words[fold(tax.name)]
        elif match := [pack.code for pack in country.taxes if _fits(pack, [tax])]:
            found[frozenset({tax.id})] = match[0]
    exempt = [pack.code for pack in country.taxes if not pack.rates]
    if exempt:
        found[frozenset()] = exempt[0]
    return found


def _fits(pack: TaxPack, taxes: Iterable[OdooTax]) -> bool:
    ours = sorted((rate.kind, rate.rate_ppm, rate.included) for rate in pack.rates)
    theirs = [(tax.kind, tax.rate_ppm, tax.included) for tax in taxes]
    return all(rate is not None for _, rate, _ in theirs) and ours == sorted(theirs, key=str) and bool(theirs)


def class_for(shop: OdooShop, country: Country, tax_ids: Iterable[int]) -> str:
    """Return the tax class of an item's taxes; else their names, which no class has, so that the row is refused."""
    wanted = frozenset(tax_id for tax_id in tax_ids if tax_id in shop.taxes)
    if wanted in shop.class_of:
        return shop.class_of[wanted]
    taxes = [shop.taxes[tax_id] for tax_id in sorted(wanted)]
    match = [pack.code for pack in country.taxes if taxes and _fits(pack, taxes)]
    return match[0] if match else " + ".join(tax.name for tax in taxes) or "no tax"


def _reverse(class_of: Mapping[frozenset[int], str]) -> dict[str, tuple[int, ...]]:
    """Return the taxes of each class: of several that fit the oldest ones."""
    found: dict[str, tuple[int, ...]] = {}
    for ids, tax_class in sorted(class_of.items(), key=lambda one: sorted(one[0])):
        found.setdefault(tax_class, tuple(sorted(ids)))
    return found


def _tenders(methods: Sequence[OdooMethod], country: Country, settings: Settings) -> dict[str, OdooMethod]:
    """Return the method of each of our kinds: as the settings name it, by name, or the only one for cash."""
    by_name = {fold(method.name): method for method in methods}
    found: dict[str, OdooMethod] = {}
    for kind, name in settings.erp.tenders.items():
        if fold(name) in by_name:
            found[kind] = by_name[fold(name)]
    for pack in country.tenders:
        names = [fold(name) for name in (pack.code, *pack.name.values())]
        match = next((by_name[name] for name in names if name in by_name), None)
        if match is None and pack.is_cash:
            match = next((method for method in methods if method.is_cash), None)
        if match is not None:
            found.setdefault(pack.code, match)
    if (account := next((method for method in methods if method.is_account), None)) is not None:
        found.setdefault("account", account)
    return found


def _quantity_digits(rpc: OdooRpc) -> int:
    found = rpc.search("decimal.precision", [["name", "in", list(QUANTITY_USAGES)]], ["name", "digits"])
    return min((record["digits"] for record in found), default=2)


def _location(rpc: OdooRpc, config: Record) -> int:
    """Return the place from which the shop sells; 0 where it has none."""
    picking = _id_of(config.get("picking_type_id"))
    found = rpc.search("stock.picking.type", [["id", "=", picking]], ["default_location_src_id"]) if picking else []
    return _id_of(found[0]["default_location_src_id"]) if found else 0


def _id_of(value: Any) -> int:
    """Return the id of a many-to-one field, 0 for an empty one."""
    return int(value[0]) if isinstance(value, list) and value else 0


def _problems(shop: OdooShop, country: Country, settings: Settings) -> Iterable[str]:
    """Yield what does not fit between lane and shop."""
    currency = country.currency(settings.store.currency)
    if (currency.code, currency.exponent) != (shop.currency, shop.exponent):
        yield f"Odoo's company has {shop.currency}, the lane {currency.code}: set store.currency"
    wanted = {"line": "round_per_line", "document": "round_globally"}[settings.selling.tax_rounding]
    if shop.rounding != wanted:
        yield f"Odoo rounds taxes {shop.rounding}, the lane {wanted}: set selling.tax_rounding or change it there"
    if settings.selling.tax_profile != "odoo":
        yield 'the lane reckons taxes as another ERP does: set selling.tax_profile = "odoo"'
    for kind in (pack.code for pack in country.tenders if pack.code not in shop.method_of):
        yield f"no payment method in Odoo for {kind}: make one, or name it in [erp.tenders]"
    for tax_class in (pack.code for pack in country.taxes if pack.code not in shop.taxes_of):
        yield f"no tax in Odoo for the class {tax_class}: make one of its rate, or name it in [erp.taxes]"
    if shop.quantity_digits < 3:
        yield f"Odoo keeps {shop.quantity_digits} decimals of quantities: set 3 for Product Unit, or nothing is weighed"
    if not shop.discount_product_id:
        yield "the point of sale has no discount product: switch global discounts on there, or no promotion arrives"
