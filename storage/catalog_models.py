"""The catalogue's tables as peewee models (see `storage.models`)."""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from peewee import CompositeKey
from playhouse.sqlite_ext import FTS5Model, SearchField

from storage.columns import WORD_INDEX, Table, belongs, text, whole


class Department(Table):
    """A department of the catalogue."""

    code = text(primary_key=True)
    name = text()
    tax_class = text()
    is_open_price = whole("is_open_price IN (0, 1)", 0)
    min_price_micro = whole(default=0)
    max_price_micro = whole()
    parent = text(default="")

    class Meta:
        without_rowid = True


class Item(Table):
    """An item of the catalogue; without a price it is asked at each sale."""

    item_id = whole(primary_key=True)
    sku = text(unique=True)
    name = text()
    department = text()
    tax_class = text()
    unit_price_micro = whole(null=True)
    uom = text()
    uom_digits = whole()
    is_weighed = whole("is_weighed IN (0, 1)")
    is_for_sale = whole("is_for_sale IN (0, 1)")
    cost_micro = whole(null=True)
    template = text(default="")
    rules = text(default="")

    class Meta:
        indexes = ((("department",), False),)


class ItemCode(Table):
    """A code of an item and how much of it the code means."""

    code = text(primary_key=True)
    item = belongs(Item, "item_id")
    pack_micro = whole("pack_micro > 0")

    class Meta:
        without_rowid = True
        indexes = ((("item",), False),)


class ItemFts(FTS5Model):  # type: ignore[misc]  # playhouse has no stubs
    """The word index of item names and departments; it holds no text of its own."""

    name = SearchField()
    department = SearchField()

    class Meta:
        table_name = "item_fts"
        legacy_table_names = False
        options = WORD_INDEX


class PriceList(Table):
    """A price list, whole, as its document has it."""

    code = text(primary_key=True)
    name = text()
    document = text()
    changed_at = text()

    class Meta:
        table_name = "price_list"
        without_rowid = True


class Promotion(Table):
    """A promotion, whole, as its document has it."""

    code = text(primary_key=True)
    document = text()
    changed_at = text()

    class Meta:
        without_rowid = True


class ImportBatch(Table):
    """One import of a catalogue."""

    batch_id = whole(primary_key=True)
    source = text()
    digest = text()
    rows = whole()
    applied = whole(default=0)
    started_at = text()
    finished_at = text(default="")


class Checkpoint(Table):
    """How far something has come."""

    name = text(primary_key=True)
    value = text()
    changed_at = text()

    class Meta:
        without_rowid = True


class ErpRow(Table):
    """A row of a feed, under the ERP's own id."""

    feed = text()
    erp_id = text()
    key = text()
    stamp = text(default="")
    document = text(default="")
    is_gone = whole("is_gone IN (0, 1)", 0)
    seen = whole(default=0)

    class Meta:
        table_name = "erp_row"
        without_rowid = True
        primary_key = CompositeKey("feed", "erp_id")
        indexes = ((("feed", "key"), False),)


class ErpFormerKey(Table):
    """A key that one of the ERP's rows had before."""

    feed = text()
    key = text()
    erp_id = text()

    class Meta:
        table_name = "erp_former_key"
        without_rowid = True
        primary_key = CompositeKey("feed", "key")


class StockLevel(Table):
    """What the ERP says is on hand of an item."""

    sku = text(primary_key=True)
    on_hand_micro = whole()
    told_at = text()

    class Meta:
        table_name = "stock_level"
        without_rowid = True
