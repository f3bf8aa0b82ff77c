"""What the lane has to know of its Odoo before anything is sold into it: shop, taxes, tenders and precisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from config.country import Country, country_of
from config.settings import Settings
from domain.text import fold, safe_text
from sync.errors import Denied, Halted
from sync.odoo_positions import OdooPosition, read_odoo_positions
from sync.odoo_rpc import OdooRpc, Record, id_of
from sync.odoo_tax import OdooTax, find_classes, read_taxes, reverse

QUANTITY_USAGES: Final = ("Product Unit", "Product Unit of Measure")
"""The name of the precision of quantities from 19 on, and before."""


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
    positions: tuple[OdooPosition, ...] = ()
    gift_products: tuple[int, ...] = ()
    """What is sold to put money on a card."""
    categories: tuple[int, ...] = ()
    """Categories of the point of sale that it is limited to; none where it sells everything."""
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
    taxes = read_taxes(rpc)
    methods = _methods(rpc, config["payment_method_ids"])
    class_of = find_classes(taxes, country, settings.erp.taxes)
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
        discount_product_id=id_of(config.get("discount_product_id")),
        taxes=taxes,
        methods=methods,
        class_of=class_of,
        taxes_of=reverse(class_of),
        method_of=method_of,
        categories=tuple(config["iface_available_categ_ids"] or ()) if config["limit_categories"] else (),
        gift_products=_gift_products(rpc),
        positions=read_odoo_positions(rpc, version, config["company_id"][0]),
    )
    return msgspec.structs.replace(shop, problems=tuple(_problems(shop, country, settings)))


_CONFIG_FIELDS: Final = [
    *("name", "company_id", "payment_method_ids", "picking_type_id", "current_session_id"),
    *("limit_categories", "iface_available_categ_ids"),
]


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


def _methods(rpc: OdooRpc, ids: Sequence[int]) -> tuple[OdooMethod, ...]:
    found = rpc.search("pos.payment.method", [["id", "in", list(ids)]], ["name", "type"], order="id")
    return tuple(OdooMethod(m["id"], m["name"], m["type"] == "cash", m["type"] == "pay_later") for m in found)


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


def _gift_products(rpc: OdooRpc) -> tuple[int, ...]:
    """Return the products of the programmes of gift cards; none where there is no loyalty, or no right to see it."""
    try:
        programs = rpc.search("loyalty.program", [["program_type", "=", "gift_card"], ["pos_ok", "=", True]], ["name"])
        ids = [one["id"] for one in programs]
        rules = rpc.search("loyalty.rule", [["program_id", "in", ids]], ["product_ids"]) if ids else []
    except Denied:
        return ()
    return tuple(sorted({product_id for rule in rules for product_id in rule["product_ids"]}))


def _location(rpc: OdooRpc, config: Record) -> int:
    """Return the place from which the shop sells; 0 where it has none."""
    picking = id_of(config.get("picking_type_id"))
    found = rpc.search("stock.picking.type", [["id", "=", picking]], ["default_location_src_id"]) if picking else []
    return id_of(found[0]["default_location_src_id"]) if found else 0


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
