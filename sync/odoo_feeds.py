"""What Odoo brings down: departments, items, stock, customers' terms, people, tenders; page by page by id in a window.

A window begins some minutes before the newest change of the last pull, for a record is dated when its transaction
begins and shows when it ends. `>=` and not `>`: the API tells whole seconds, and leaves the rest of one out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from config.country import Country
from domain.catalog_flaw import Flaw
from domain.catalog_value import parse_unit
from domain.text import fold
from sync.feed import AnyRow, CellRow, CodeRow, DepartmentRow, FactRow, Feed, ItemRow, OperatorRow, Page, StockRow
from sync.odoo_rpc import Domain, OdooRpc, Record
from sync.odoo_shop import OdooShop
from sync.odoo_tax import class_for
from sync.odoo_terms import read_term_days

PAGE: Final = 1_000
OVERLAP: Final = timedelta(minutes=10)
"""Longer than any transaction of Odoo should run; what runs longer is found by the daily comparison."""
TIME: Final = "%Y-%m-%d %H:%M:%S"
DIGITS: Final = Decimal("0.000001")

COMBO: Final = "combo"
"""The type of a product that is put together at the till: the lane has no such choice, so it is not for sale."""
BOTH: Final = ["active", "in", [True, False]]
_ITEM_FIELDS: Final = (
    *("display_name", "default_code", "barcode", "active", "lst_price", "standard_price", "taxes_id", "uom_id"),
    *("to_weight", "sale_ok", "available_in_pos", "categ_id", "product_tmpl_id", "tracking", "type", "write_date"),
)
_PARTNER_FIELDS: Final = (
    *("name", "ref", "vat", "phone", "email", "barcode", "active", "property_payment_term_id"),
    *("property_product_pricelist", "property_account_position_id", "write_date"),
)
_CREDIT_FIELDS: Final = ("credit_limit",)


class Window(msgspec.Struct, frozen=True):
    """A checkpoint: what was written at or after `since`, by id after `after`; `newest` is the newest change then.

    `of` tells what else the rows were made of: where that is another one, all of them come once more, for a tax or a
    line of payment terms that changes moves none of the records that name it.
    """

    since: str = ""
    newest: str = ""
    after: int = 0
    of: str = ""


Read = Callable[[Sequence[Record]], Sequence[AnyRow]]


class Source(msgspec.Struct, frozen=True):
    """Where a feed comes from. `live` says which records are; the others become tombstones."""

    model: str
    fields: tuple[str, ...]
    live: tuple[Any, ...] = ()
    has_active: bool = True


SOURCES: Final[Mapping[Feed, Source]] = {
    Feed.DEPARTMENTS: Source("product.category", ("name", "parent_id", "write_date"), has_active=False),
    Feed.ITEMS: Source(
        "product.product",
        _ITEM_FIELDS,
        (["active", "=", True], ["sale_ok", "=", True], ["available_in_pos", "=", True]),
    ),
    Feed.TERMS: Source("account.payment.term", ("name", "note", "write_date"), (["active", "=", True],)),
    Feed.TENDER_KINDS: Source("pos.payment.method", ("name", "type", "write_date"), (["active", "=", True],)),
    Feed.OPERATORS: Source("hr.employee", ("name", "active", "write_date"), (["active", "=", True],)),
    Feed.CUSTOMERS: Source("res.partner", _PARTNER_FIELDS, (["active", "=", True], ["parent_id", "=", False])),
    Feed.SALESPEOPLE: Source("hr.employee", ("name", "active", "write_date"), (["active", "=", True],)),
}
"""Feeds that are one model each; stock, price lists and promotions are put together of several."""


class OdooFeeds:
    """The feeds of one shop."""

    def __init__(self, rpc: OdooRpc, shop: OdooShop, country: Country, *, has_credit: bool = True) -> None:
        self._has_credit = has_credit
        self._rpc = rpc
        self._shop = shop
        self._country = country
        self._days: Mapping[int, str] | UnsetType | None = UNSET
        self._readers: Mapping[Feed, Read] = {
            Feed.DEPARTMENTS: lambda records: [_department(record) for record in records],
            Feed.ITEMS: self._items,
            Feed.TERMS: lambda records: [_fact(record, {"note": str(record["note"] or "")}) for record in records],
            Feed.TENDER_KINDS: lambda records: [_fact(record, {"type": str(record["type"])}) for record in records],
            Feed.OPERATORS: lambda records: [_operator(record) for record in records],
            Feed.CUSTOMERS: self._customers,
            Feed.SALESPEOPLE: lambda records: [_salesperson(record) for record in records],
        }

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Return the page of a feed that begins at a checkpoint."""
        if feed is Feed.STOCK:
            return self._stock(checkpoint)
        source = self._source(feed)
        window = self._open(source.model, checkpoint, self._made_of(feed))
        live = list(source.live)
        domain: list[Any] = [["write_date", ">=", window.since], BOTH] if window.since and live else live
        if window.since and not live:
            domain = [["write_date", ">=", window.since]]
        found = self._page(source, domain, window)
        alive = self._alive(source, found) if window.since else {record["id"] for record in found}
        rows = self._readers[feed]([record for record in found if record["id"] in alive])
        gone = [str(record["id"]) for record in found if record["id"] not in alive]
        page = _page(rows, gone, window, [record["id"] for record in found])
        return page if window.since else msgspec.structs.replace(page, notes=tuple(_left_out(found)))

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        """Return id and stamp of what is live; None for what is put together."""
        if feed not in SOURCES:
            return None
        source = self._source(feed)
        found = self._rpc.pages(source.model, list(source.live), ["write_date"], 10_000)
        return {str(record["id"]): str(record["write_date"]) for record in found}

    def _source(self, feed: Feed) -> Source:
        """Return where a feed comes from; a shop that is limited to some categories sells only what is in them."""
        source = SOURCES[feed]
        if feed is not Feed.ITEMS or not self._shop.categories:
            return source
        here = ["pos_categ_ids", "in", list(self._shop.categories)]
        return msgspec.structs.replace(source, live=(*source.live, here))

    def _made_of(self, feed: Feed) -> str:
        """Return a text that changes with what the rows of a feed are made of beside their own records."""
        if feed is Feed.ITEMS:
            classes = {" ".join(map(str, sorted(ids))): one for ids, one in self._shop.class_of.items()}
            return digest([sorted(self._shop.taxes.items()), classes, self._shop.categories, self._shop.gift_products])
        return digest(sorted((self._terms() or {}).items())) if feed is Feed.CUSTOMERS else ""

    def _terms(self) -> Mapping[int, str] | None:
        """Return the days of payment terms, asked for once."""
        if self._days is UNSET:
            self._days = read_term_days(self._rpc)
        return self._days

    def _open(self, model: str, checkpoint: str, made_of: str = "") -> Window:
        """Return the window of a checkpoint; at its beginning the newest change is asked for."""
        window = read_window(checkpoint)
        if window.of != made_of:
            window = Window(of=made_of)
        return window if window.newest else msgspec.structs.replace(window, newest=self._newest(model))

    def _newest(self, model: str) -> str:
        domain = [BOTH] if any(source.model == model and source.live for source in SOURCES.values()) else []
        found = self._rpc.search(model, domain, ["write_date"], order="write_date desc", limit=1)
        return str(found[0]["write_date"]) if found else "1970-01-01 00:00:00"

    def _page(self, source: Source, domain: Domain, window: Window) -> list[Record]:
        more: dict[str, Any] = {"limit": PAGE, "order": "id"}
        if source.model == "product.product":
            more["context"] = {"display_default_code": False}
        fields = [*source.fields, *(_CREDIT_FIELDS if source.model == "res.partner" and self._has_credit else ())]
        return self._rpc.search(source.model, [*domain, ["id", ">", window.after]], fields, **more)

    def _alive(self, source: Source, records: Sequence[Record]) -> set[int]:
        """Return which records fit what is live: Odoo decides it, for what counts may be a computed field."""
        if not source.live or not records:
            return {record["id"] for record in records}
        ids = [record["id"] for record in records]
        return {one["id"] for one in self._rpc.search(source.model, [*source.live, ["id", "in", ids]], ["id"])}

    def _customers(self, records: Sequence[Record]) -> Sequence[AnyRow]:
        from sync.odoo_partners import read_customer  # it needs this module's own words

        days = self._terms()
        return [read_customer(record, self._has_credit, days) for record in records]

    def _items(self, records: Sequence[Record]) -> Sequence[AnyRow]:
        packs = self._packs([record["id"] for record in records])
        return [self._item(record, packs.get(record["id"], ())) for record in records]

    def _item(self, record: Record, packs: Sequence[CodeRow]) -> ItemRow:
        """Return an item in the lane's words."""
        own = (CodeRow(str(record["barcode"])),) if record["barcode"] else ()
        code = str(record["default_code"] or "").strip()
        name, unit = str(record["display_name"]), unit_word(record["uom_id"])
        return ItemRow(
            erp_id=str(record["id"]),
            stamp=str(record["write_date"]),
            sku=code or own_sku(record["id"]),
            name=name.removeprefix(f"[{code}] "),
            price=decimal_text(record["lst_price"]),
            cost=decimal_text(record["standard_price"]),
            codes=(*own, *packs),
            department=department_code(record["categ_id"]) if record["categ_id"] else "",
            tax_class=class_for(self._shop.taxes, self._shop.class_of, self._country, record["taxes_id"]),
            unit=unit,
            template=template_code(record["product_tmpl_id"]),
            is_weighed=bool(record["to_weight"]) and _can_be_weighed(unit),
            is_for_sale=record.get("type") != COMBO,
            traits=self._traits(record),
        )

    def _traits(self, record: Record) -> Mapping[str, str]:
        """Return what else the lane has to know of an item."""
        tracked = {"tracking": str(record["tracking"])} if record.get("tracking") in ("lot", "serial") else {}
        return tracked | ({"gift_card": "1"} if record["id"] in self._shop.gift_products else {})

    def _packs(self, ids: Sequence[int]) -> dict[int, list[CodeRow]]:
        """Return the codes of packages: `product.uom` from 19 on, `product.packaging` before."""
        if not ids:
            return {}
        domain: Domain = [["product_id", "in", list(ids)], ["barcode", "!=", False]]
        found: dict[int, list[CodeRow]] = {}
        if self._shop.version < 19:
            for one in self._rpc.search("product.packaging", domain, ["product_id", "barcode", "qty"]):
                pack = CodeRow(str(one["barcode"]), decimal_text(one["qty"]))
                found.setdefault(one["product_id"][0], []).append(pack)
            return found
        records = self._rpc.search("product.uom", domain, ["product_id", "barcode", "uom_id"])
        factors = self._factors({one["uom_id"][0] for one in records})
        for one in records:
            pack = CodeRow(str(one["barcode"]), decimal_text(factors[one["uom_id"][0]]))
            found.setdefault(one["product_id"][0], []).append(pack)
        return found

    def _factors(self, ids: set[int]) -> dict[int, Any]:
        """Return how many of the unit below each unit means."""
        found = self._rpc.search("uom.uom", [["id", "in", sorted(ids)]], ["relative_factor"]) if ids else []
        return {one["id"]: one["relative_factor"] for one in found}

    def _stock(self, checkpoint: str) -> Page:
        """Return what is on hand of the items whose quants have moved: summed, for one item may have several."""
        if not self._shop.location_id:
            return Page(checkpoint=checkpoint)
        window = self._open("stock.quant", checkpoint)
        here = ["location_id", "child_of", self._shop.location_id]
        moved: list[Any] = [["write_date", ">=", window.since]] if window.since else []
        fields = ["product_id", "quantity"]
        quants = self._rpc.search(
            "stock.quant", [here, *moved, ["id", ">", window.after]], fields, limit=PAGE, order="id"
        )
        ids = sorted({quant["product_id"][0] for quant in quants})
        sums: dict[int, Decimal] = dict.fromkeys(ids, Decimal(0))
        for quant in self._rpc.pages("stock.quant", [here, ["product_id", "in", ids]], fields):
            sums[quant["product_id"][0]] += Decimal(quant["quantity"])
        skus = self.skus(ids)
        rows = [
            StockRow(erp_id=str(one), stamp=decimal_text(sums[one]), sku=skus[one], on_hand=decimal_text(sums[one]))
            for one in ids
            if one in skus
        ]
        return _page(rows, (), window, [quant["id"] for quant in quants])

    def skus(self, ids: Sequence[int]) -> dict[int, str]:
        """Return the SKU of each product, archived ones too."""
        found = self._rpc.search("product.product", [["id", "in", list(ids)], BOTH], ["default_code"]) if ids else []
        return {one["id"]: str(one["default_code"] or "").strip() or own_sku(one["id"]) for one in found}


def _page(rows: Sequence[AnyRow], gone: Sequence[str], window: Window, ids: Sequence[int]) -> Page:
    """Return a page with the checkpoint after it."""
    is_last = len(ids) < PAGE
    if is_last:
        since = (read_time(window.newest) - OVERLAP).strftime(TIME)
        after = Window(since=since, of=window.of)
    else:
        after = Window(window.since, window.newest, ids[-1], window.of)
    return Page(rows, gone, encode_window(after), is_last)


def digest(told: Any) -> str:
    """Return a text that is another one whenever what is told is."""
    return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()[:16]


def read_time(text: str) -> datetime:
    """Return an instant of Odoo, which writes UTC without saying so."""
    return datetime.strptime(text, TIME).replace(tzinfo=UTC)


def encode_window(window: Window) -> str:
    """Return a window as a checkpoint."""
    return msgspec.json.encode(window).decode()


def read_window(checkpoint: str) -> Window:
    """Return the window of a checkpoint; one that cannot be read begins with everything."""
    try:
        return msgspec.json.decode(checkpoint or "{}", type=Window)
    except msgspec.MsgspecError:
        return Window()


def _left_out(records: Sequence[Record]) -> Iterator[str]:
    """Yield what of some items cannot be sold here; it is said with a full pull only."""
    names = [str(record["display_name"]) for record in records if record.get("type") == COMBO]
    if names:
        yield f"combos are sold at Odoo's own till only: {len(names)} of them, {names[0]} first, are not for sale here"


def _department(record: Record) -> DepartmentRow:
    parent = department_code(record["parent_id"]) if record["parent_id"] else ""
    code = department_code([record["id"]])
    return DepartmentRow(
        erp_id=str(record["id"]), stamp=str(record["write_date"]), code=code, name=str(record["name"]), parent=parent
    )


def _fact(record: Record, facts: Mapping[str, str]) -> FactRow:
    return FactRow(
        erp_id=str(record["id"]),
        stamp=str(record["write_date"]),
        key=str(record["id"]),
        name=str(record["name"]),
        facts=facts,
    )


def _operator(record: Record) -> OperatorRow:
    number = str(record["id"])
    return OperatorRow(erp_id=number, stamp=str(record["write_date"]), number=number, name=str(record["name"]))


def _salesperson(record: Record) -> CellRow:
    number = str(record["id"])
    cells = {"name": str(record["name"])}
    return CellRow(erp_id=number, stamp=str(record["write_date"]), key=number, cells=cells)


def own_sku(product_id: int) -> str:
    """Return the SKU of a product that has no reference in Odoo."""
    return f"odoo-{product_id}"


def department_code(category: Any) -> str:
    """Return the code of a product category: by its id, for names change and are not unique."""
    return f"c{category[0]}"


def template_code(template: Any) -> str:
    """Return what price lists name for all variants of a product."""
    return f"t{template[0]}"


def _can_be_weighed(unit: str) -> bool:
    """Say whether a unit has decimals: Odoo lets its scale be asked for pieces too, which are sold as such here."""
    found = parse_unit(unit)
    return not isinstance(found, Flaw) and found.digits > 0


def unit_word(uom: Any) -> str:
    """Return a unit's name as a word of at most eight letters."""
    name = fold(str(uom[1])) if isinstance(uom, list) and len(uom) > 1 else ""
    return "".join(letter for letter in name if letter.isalnum())[:8]


def decimal_text(value: Any) -> str:
    """Return a number as a plain decimal of at most six digits: what is finer is the noise of a float."""
    exact = Decimal(value or 0).quantize(DIGITS).normalize()
    return f"{exact:f}"
