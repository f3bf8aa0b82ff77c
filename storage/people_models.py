"""The tables of people as peewee models (see `storage.models`)."""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from storage.columns import Table, text, whole


class Operator(Table):
    """Who may sign on, with the PIN's hash."""

    operator = text(primary_key=True)
    name = text()
    role = text()
    pin_hash = text()
    is_active = whole("is_active IN (0, 1)", 1)
    badge_hash = text(default="")
    rights = text(default="")

    class Meta:
        without_rowid = True


class Salesperson(Table):
    """Who gets the commission of sales."""

    code = text(primary_key=True)
    name = text()
    is_active = whole("is_active IN (0, 1)", 1)

    class Meta:
        without_rowid = True


class PinAttempt(Table):
    """Wrong PINs in a row, of one operator or (with an empty subject) at the lane, and how long to wait for them."""

    subject = text(primary_key=True)
    failures = whole("failures >= 0")
    wait_ms = whole("wait_ms >= 0")
    boot = text()
    at_ms = whole()

    class Meta:
        table_name = "pin_attempt"
        without_rowid = True
