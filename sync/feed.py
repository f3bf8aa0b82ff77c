"""What an ERP brings down: feeds of rows in our words, page by page since a checkpoint.

A row has the ERP's own `erp_id` for ever, and a `stamp` that changes whenever the row does. Texts are as the ERP has
them: prices and quantities are decimals written with a point, never floats, and whether a row is sound is judged by
the same rules as a file's. docs/connector.md says it for whoever writes a connector.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec

from domain.price_rule import PriceList
from domain.promotion import Promotion
from sync.connector import Connector


class Feed(StrEnum):
    """What can be brought, in the order in which it is taken: nothing comes before what it names."""

    DEPARTMENTS = "departments"
    ITEMS = "items"
    PRICES = "prices"
    PROMOTIONS = "promotions"
    STOCK = "stock"
    TERMS = "terms"
    POSITIONS = "positions"
    CUSTOMERS = "customers"
    BALANCES = "balances"
    CARDS = "cards"
    POINTS = "points"
    SALESPEOPLE = "salespeople"
    OPERATORS = "operators"
    TENDER_KINDS = "tender_kinds"
    RETURNED = "returned"


class FeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """What all rows have: the ERP's id of the thing, and a text that is another one when anything of it is."""

    erp_id: str
    stamp: str = ""


class DepartmentRow(FeedRow, frozen=True):
    """A department; `parent` is the code or the name of the one above, `tax_class` a word for a class or a rate."""

    code: str
    name: str
    parent: str = ""
    tax_class: str = ""


class CodeRow(msgspec.Struct, frozen=True):
    """A code of an item and how many of it the code means, as a decimal."""

    code: str
    pack: str = "1"


class ItemRow(FeedRow, frozen=True):
    """An item. `sku` is unique; `price` empty asks for the price at each sale, `cost` empty is not known.

    `department` is a code or a name; `tax_class` a class of the country or one of its words ("iva16", "16 %"); `unit`
    a unit's word ("kg", "pieza"); `template` what price lists name for all variants together.
    """

    sku: str
    name: str
    price: str = ""
    cost: str = ""
    codes: tuple[CodeRow, ...] = ()
    department: str = ""
    tax_class: str = ""
    unit: str = ""
    template: str = ""
    is_weighed: bool = False
    is_for_sale: bool = True
    traits: Mapping[str, str] = {}
    """Columns of the items file that have no field here, by their names in docs/import.md."""


class PriceListRow(FeedRow, frozen=True):
    """A price list, whole. `Feed.PRICES` brings all lists or none."""

    price_list: PriceList


class PromotionRow(FeedRow, frozen=True):
    """A promotion, whole. `Feed.PROMOTIONS` brings all promotions or none."""

    promotion: Promotion


class StockRow(FeedRow, frozen=True):
    """What is on hand of an item, as a decimal in its own unit: all of the ERP's places for this lane together."""

    sku: str
    on_hand: str


class CellRow(FeedRow, frozen=True):
    """A customer, salesperson, balance, card or points: the cells of a file of that kind, by name (docs/import.md)."""

    key: str
    """The lane's own name of the thing: a customer's code, a salesperson's code, the hash of a card's code."""
    cells: Mapping[str, str]


class OperatorRow(FeedRow, frozen=True):
    """Who may sign on. The PIN is never brought: it is set at the lane."""

    number: str
    name: str
    role: str = ""
    """Empty: what the lane has set, a cashier who is new."""
    permissions: tuple[str, ...] | None = None
    """What the operator may do, by the names of docs/permissions.md; None is what the role may."""
    limits: Mapping[str, int] = {}
    """How far, where `permissions` are given: by the names of docs/permissions.md, 0 where nothing is said."""


class PositionRow(FeedRow, frozen=True):
    """A fiscal position, which customers name by its code: letters, digits, `-` and `_`, at most 24.

    `taxes` has, for the code of each of the country's taxes that is another one, the codes in its place.
    """

    code: str
    name: str
    taxes: Mapping[str, tuple[str, ...]]


class FactRow(FeedRow, frozen=True):
    """Something that is only kept for whoever asks: payment terms, tender kinds."""

    key: str
    name: str
    facts: Mapping[str, str] = {}


class ReturnedRow(FeedRow, frozen=True):
    """How much of a line of a receipt came back anywhere but at this lane: all of it together, as a decimal.

    `folio` and `line` are those of the document that has sold it. This lane's own returns are never in it: the lane
    counts them itself, and would count them twice.
    """

    folio: str
    line: str
    quantity: str


AnyRow = (
    DepartmentRow
    | ItemRow
    | PriceListRow
    | PromotionRow
    | StockRow
    | CellRow
    | OperatorRow
    | PositionRow
    | FactRow
    | ReturnedRow
)


class Page(msgspec.Struct, frozen=True):
    """One page of a feed.

    `tombstones` are the ERP's ids of what is gone or archived. `checkpoint` is where the next page begins: any text
    the connector likes. After the page that `is_last` it is kept until the next time and must reach back far enough:
    whatever was committed late, or in the same second, has to come again (an overlap of some minutes; taking a row
    twice changes nothing).
    """

    rows: Sequence[AnyRow] = ()
    tombstones: Sequence[str] = ()
    checkpoint: str = ""
    is_last: bool = True
    is_told: bool = True
    """False where the ERP was not asked: an empty page that says nothing, not even that nothing has changed."""
    notes: tuple[str, ...] = ()
    """What the connector could not say in our words, for whoever reads the log."""


@runtime_checkable
class FeedingConnector(Connector, Protocol):
    """A connector whose ERP is asked for pages rather than leaving files."""

    def feeds(self) -> Sequence[Feed]:
        """Return the feeds that this ERP has for this lane. Raises `SyncError`s only, like all here."""
        ...

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Return the page that begins at a checkpoint; an empty one begins a pull of everything.

        A page should hold some hundred rows: it is applied as a whole before its checkpoint is kept.
        """
        ...

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        """Return id and stamp of every live row, for the daily comparison, or None where that costs as much as rows.

        What is not among them is gone. Where a stamp is not ours, everything is pulled once more.
        """
        ...


@runtime_checkable
class ErpIds(Protocol):
    """The lane's memory of which of the ERP's ids our own keys have."""

    def erp_id(self, feed: Feed, key: str) -> str:
        """Return the ERP's id of an item's SKU, a customer's code …, also of a key it had before; empty if unknown."""
        ...


@runtime_checkable
class KnowsIds(Protocol):
    """A connector that wants to know which ids our keys have, to say documents in the ERP's words."""

    def take_ids(self, ids: ErpIds) -> None:
        """Keep `ids`, before anything is delivered. It reads the ledger; ask it in `deliver` and `posted` only."""
        ...
