"""The ledger's tables as peewee models: the schema described once more, for the quiet screens' questions.

A test holds these models, the migrations and the schema of a new ledger against each other. Hot paths use hand SQL;
posted rows are never written through a model (`save`, `replace` and `on_conflict_replace` change rows, and a test
bans them). `Meta` is peewee's place for a table's own options.

Bind the models to an open ledger first: `with db.as_peewee() as shown, shown.bind_ctx(MODELS): Sale.select()...`
"""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from typing import Final

from peewee import CompositeKey, ForeignKeyField, Model

from storage.account_models import ACCOUNT_MODELS
from storage.basket_models import Basket, BasketLine, BasketShare, BasketTaken, BasketTender
from storage.catalog_models import (
    Checkpoint,
    Department,
    ErpFormerKey,
    ErpRow,
    ImportBatch,
    Item,
    ItemCode,
    ItemFts,
    PriceList,
    Promotion,
    StockLevel,
)
from storage.columns import Table, belongs, text, whole
from storage.journal_models import Journal, LedgerInfo, Personal, PersonalPurge, Seal
from storage.liability_models import CardBalance, LoyaltyBalance
from storage.people_models import Operator, PinAttempt, Salesperson


class Shift(Table):
    """A shift from its float on; closed where a `ZReport` has its number."""

    shift_id = whole("shift_id > 0", primary_key=True)
    opened_at = text()
    opened_by = text()
    business_date = text()
    float_minor = whole("float_minor >= 0")
    journal = belongs(Journal, "journal_seq", unique=True)


class ZReport(Table):
    """A Z as it was drawn and printed."""

    shift = belongs(Shift, "shift_id", primary_key=True)
    at = text()
    report = text()
    paper = text()
    hash = text()
    journal = belongs(Journal, "journal_seq", unique=True)


class Sale(Table):
    """A posted sale; its row seals the rows of its parts."""

    receipt_number = whole("receipt_number > 0", primary_key=True)
    sale_id = text(unique=True)
    shift = belongs(Shift, "shift_id")
    journal = belongs(Journal, "journal_seq")
    at = text()
    business_date = text()
    operator = text()
    is_return = whole("is_return IN (0, 1)")
    line_count = whole("line_count > 0")
    net_minor = whole()
    total_minor = whole()
    change_minor = whole()
    rounding_minor = whole(default=0)

    class Meta:
        indexes = ((("shift",), False),)


def _part_of_sale() -> ForeignKeyField:
    """Return the receipt number of a part, which is written before its sale."""
    return belongs(Sale, "receipt_number", deferrable="INITIALLY DEFERRED")


class SaleLine(Table):
    """A line as it was sold."""

    sale = _part_of_sale()
    line_no = whole("line_no > 0")
    sku = text()
    code = text()
    name = text()
    department = text()
    tax_class = text()
    uom = text()
    uom_digits = whole()
    quantity_micro = whole("quantity_micro <> 0")
    unit_price_micro = whole()
    amount_minor = whole()
    net_minor = whole()
    gross_minor = whole()
    price_origin = text()
    quantity_origin = text()
    voids = whole()
    operator = text()
    kind = text(default="item")
    discount_ppm = whole(default=0)
    regular_price_micro = whole(null=True)
    salesperson = text(default="")

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("sale", "line_no")


class SaleTax(Table):
    """What one tax came to in a sale."""

    sale = _part_of_sale()
    code = text()
    name = text()
    rate_ppm = whole()
    included = whole("included IN (0, 1)")
    base_minor = whole()
    tax_minor = whole()
    kind = text(default="percent")

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("sale", "code")


class SaleTender(Table):
    """One tender of a sale: what was handed over and what went back."""

    sale = _part_of_sale()
    position = whole()
    kind = text()
    amount_minor = whole("amount_minor <> 0")
    change_minor = whole("change_minor >= 0")
    reference = text()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("sale", "position")


class StockMove(Table):
    """What a sale took out of stock, negative."""

    sale = _part_of_sale()
    sku = text()
    quantity_micro = whole()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("sale", "sku")


class StockTrace(Table):
    """The lot, serial or expiry date of what a line of a sale moved."""

    sale = _part_of_sale()
    line_no = whole("line_no > 0")
    sku = text()
    lot = text()
    serial = text()
    expires_on = text()
    quantity_micro = whole()

    class Meta:
        table_name = "stock_trace"
        without_rowid = True
        primary_key = CompositeKey("sale", "line_no")


class SaleReturn(Table):
    """What a line brings back, and of which line of which sale; `of` is null where another lane has sold it."""

    sale = _part_of_sale()
    line_no = whole("line_no > 0")
    of_folio = text("of_folio <> ''")
    of_sale_id = text()
    of = belongs(Sale, "of_receipt", null=True, backref="returns")
    of_line_no = whole()
    quantity_micro = whole("quantity_micro > 0")
    amount_minor = whole()

    class Meta:
        table_name = "sale_return"
        without_rowid = True
        primary_key = CompositeKey("sale", "line_no")
        indexes = ((("of_folio", "of_line_no"), False),)


class ReturnedElsewhere(Table):
    """What came back at another place, as the ERP told."""

    folio = text()
    line_no = whole()
    quantity_micro = whole("quantity_micro > 0")

    class Meta:
        table_name = "returned_elsewhere"
        without_rowid = True
        primary_key = CompositeKey("folio", "line_no")


class TenderChange(Table):
    """A tender of a posted sale that turned out to be of another kind."""

    journal = belongs(Journal, "journal_seq", primary_key=True)
    sale = belongs(Sale, "receipt_number")
    position = whole()
    shift = belongs(Shift, "shift_id")
    from_kind = text()
    to_kind = text()
    amount_minor = whole("amount_minor <> 0")
    reference = text()

    class Meta:
        table_name = "tender_change"
        indexes = ((("sale",), False),)


class LoyaltyEntry(Table):
    """The points that a sale gave and took."""

    sale = belongs(Sale, "receipt_number", primary_key=True, deferrable="INITIALLY DEFERRED")
    customer = text()
    earned = whole()
    redeemed = whole("redeemed >= 0")
    taken_back = whole("taken_back >= 0", default=0)
    given_back = whole("given_back >= 0", default=0)

    class Meta:
        table_name = "loyalty_entry"
        indexes = ((("customer",), False),)


class CardEntry(Table):
    """What a sale put on a card or took off."""

    sale = _part_of_sale()
    position = whole("position > 0")
    card_hash = text("length(card_hash) = 64")
    last4 = text()
    kind = text()
    amount_minor = whole()

    class Meta:
        table_name = "card_entry"
        without_rowid = True
        primary_key = CompositeKey("sale", "position")
        indexes = ((("card_hash",), False),)


class ReceiptCopy(Table):
    """A copy of a receipt, counted."""

    sale = belongs(Sale, "receipt_number")
    copy = whole("copy > 0")
    at = text()
    operator = text()
    journal = belongs(Journal, "journal_seq", unique=True)

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("sale", "copy")


class CashMove(Table):
    """A move of cash without a sale."""

    move_number = whole("move_number > 0", primary_key=True)
    kind = text("kind IN ('loan', 'pickup', 'paid_in', 'paid_out')")
    shift = belongs(Shift, "shift_id")
    amount_minor = whole("amount_minor > 0")
    reason = text()
    note = text()
    at = text()
    operator = text()
    journal = belongs(Journal, "journal_seq", unique=True)


class ZCopy(Table):
    """A copy of a Z, counted."""

    shift = belongs(ZReport, "shift_id")
    copy = whole("copy > 0")
    at = text()
    operator = text()
    journal = belongs(Journal, "journal_seq", unique=True)

    class Meta:
        table_name = "z_copy"
        without_rowid = True
        primary_key = CompositeKey("shift", "copy")


class ShiftTotal(Table):
    """A running total of a shift."""

    shift = belongs(Shift, "shift_id")
    kind = text()
    key = text()
    count = whole()
    amount_minor = whole()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("shift", "kind", "key")


class Outbox(Table):
    """A document the ERP is told."""

    document_id = text(primary_key=True)
    kind = text()
    journal = belongs(Journal, "journal_seq", unique=True)
    state = text("state IN ('waiting', 'sent', 'rejected')", "waiting")
    attempts = whole(default=0)
    batch = text(default="")
    changed_at = text(default="")
    reason = text(default="")

    class Meta:
        without_rowid = True


class PrintJob(Table):
    """A paper in the printer's queue."""

    job_id = whole(primary_key=True)
    document = text("document IN ('receipt', 'x', 'z', 'slip')")
    number = whole()
    copy = whole(default=0)
    paper = text()
    created_at = text()
    state = text("state IN ('queued', 'printing', 'done', 'unknown', 'failed')", "queued")
    attempts = whole(default=0)
    changed_at = text(default="")
    reason = text(default="")


MODELS: Final[tuple[type[Model], ...]] = (
    LedgerInfo,
    Journal,
    Shift,
    ZReport,
    Sale,
    SaleLine,
    SaleTax,
    SaleTender,
    StockMove,
    StockTrace,
    SaleReturn,
    ReturnedElsewhere,
    TenderChange,
    CardEntry,
    CardBalance,
    LoyaltyEntry,
    LoyaltyBalance,
    ReceiptCopy,
    CashMove,
    ZCopy,
    Seal,
    Personal,
    PersonalPurge,
    ShiftTotal,
    Outbox,
    PrintJob,
    Basket,
    BasketLine,
    BasketTender,
    BasketShare,
    BasketTaken,
    Operator,
    PinAttempt,
    Salesperson,
    Department,
    Item,
    ItemCode,
    ItemFts,
    PriceList,
    Promotion,
    ImportBatch,
    Checkpoint,
    ErpRow,
    ErpFormerKey,
    StockLevel,
    *ACCOUNT_MODELS,
)
