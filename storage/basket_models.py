"""Open baskets as peewee models: tables whose rows change freely."""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from peewee import CompositeKey

from storage.columns import Table, belongs, text, whole


class Basket(Table):
    """An open or suspended basket."""

    basket_id = text(primary_key=True)
    opened_at = text()
    state = text("state IN ('open', 'suspended')")
    name = text(default="")
    operator = text()
    touched = whole(default=0)
    is_resumed = whole("is_resumed IN (0, 1)", 0)
    suspended_at = text(default="")
    terms = text(default="{}")

    class Meta:
        without_rowid = True


class BasketLine(Table):
    """A line of an open basket, as JSON."""

    basket = belongs(Basket, "basket_id", on_delete="CASCADE")
    line_no = whole()
    line = text()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("basket", "line_no")


class BasketTender(Table):
    """A tender of a basket that is not fully paid, as JSON."""

    basket = belongs(Basket, "basket_id", on_delete="CASCADE")
    position = whole()
    tender = text()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("basket", "position")


class BasketShare(Table):
    """A suspended basket that other lanes may take."""

    share_id = text(primary_key=True)
    basket = belongs(Basket, "basket_id", unique=True, on_delete="CASCADE")
    state = text("state IN ('wanted', 'shared')")
    lane = text(default="")
    document = text()

    class Meta:
        table_name = "basket_share"
        without_rowid = True


class BasketTaken(Table):
    """A laying-out of a basket that this lane has taken."""

    share_id = text(primary_key=True)
    lane = text()
    at = text()

    class Meta:
        table_name = "basket_taken"
        without_rowid = True
