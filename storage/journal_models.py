"""The journal's own tables as peewee models: its rows, seals, and the personal texts that lie beside them."""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from peewee import CompositeKey

from storage.columns import Table, belongs, text, whole


class LedgerInfo(Table):
    """Facts about the ledger itself, by name: `software` is the program that has worked it last."""

    key = text(primary_key=True)
    value = text()

    class Meta:
        table_name = "ledger_info"
        without_rowid = True


class Journal(Table):
    """The truth: one gapless sequence of records, each with the hash of its text."""

    seq = whole("seq > 0", primary_key=True)
    chain = text()
    kind = text()
    at = text()
    operator = text()
    shift_id = whole()
    perpetual_net_minor = whole()
    perpetual_absolute_minor = whole()
    record = text()
    hash = text("length(hash) = 64")


class Seal(Table):
    """The lane's signature over a row of the journal."""

    journal = belongs(Journal, "seq", primary_key=True)
    key = text("length(key) = 64")
    statement = text()
    signature = text("length(signature) = 128")


class Personal(Table):
    """A personal value of a row of the journal, with the salt of its commitment."""

    journal = belongs(Journal, "seq")
    field = text()
    kind = text()
    salt = text("length(salt) = 32")
    value = text()

    class Meta:
        without_rowid = True
        primary_key = CompositeKey("journal", "field")


class PersonalPurge(Table):
    """Rows whose personal values of a kind a purge has deleted."""

    journal = belongs(Journal, "journal_seq")
    kind = text()
    first_seq = whole("first_seq > 0")
    last_seq = whole()

    class Meta:
        table_name = "personal_purge"
        without_rowid = True
        primary_key = CompositeKey("journal", "kind", "first_seq")
