"""What the ERP says is on cards and of points, as peewee models (see `storage.models`)."""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from storage.columns import Table, text, whole


class CardBalance(Table):
    """What the ERP says is on a card."""

    card_hash = text("length(card_hash) = 64", primary_key=True)
    last4 = text()
    kind = text()
    balance_minor = whole()
    told_at = text()
    is_active = whole("is_active IN (0, 1)", 1)
    expires_on = text(default="")

    class Meta:
        table_name = "card_balance"
        without_rowid = True


class LoyaltyBalance(Table):
    """What the ERP says a customer has."""

    customer = text(primary_key=True)
    points = whole()
    told_at = text()

    class Meta:
        table_name = "loyalty_balance"
        without_rowid = True
