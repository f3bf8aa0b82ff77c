"""What the models' columns have in common: whole numbers and text, as STRICT tables have them."""

# ruff: noqa: D106  (peewee's Meta says nothing that its class does not)
from __future__ import annotations

from typing import Any, Final

from peewee import SQL, Check, ForeignKeyField, IntegerField, Model, Node, TextField


def whole(check: str = "", default: int | None = None, **options: Any) -> IntegerField:
    """Return a column of whole numbers, perhaps checked and with a default of the table's own."""
    return IntegerField(constraints=_constraints(check, None if default is None else str(default)), **options)


def text(check: str = "", default: str | None = None, **options: Any) -> TextField:
    """Return a column of text, perhaps checked and with a default of the table's own."""
    return TextField(constraints=_constraints(check, None if default is None else f"'{default}'"), **options)


def _constraints(check: str, default: str | None) -> list[Node]:
    """Return what a column has behind its type."""
    found: list[Node] = [SQL(f"DEFAULT {default}")] if default is not None else []
    return [*found, Check(check)] if check else found


def belongs(model: type[Model], column: str, **options: Any) -> ForeignKeyField:
    """Return a column that names a row of another table, without an index of its own."""
    return ForeignKeyField(model, column_name=column, index=False, **options)


def refers(table: str, column: str, check: str = "", **options: Any) -> IntegerField:
    """Return a column that names a row of a table whose model lies in another module."""
    return IntegerField(constraints=[SQL(f"REFERENCES {table} ({column})"), *_constraints(check, None)], **options)


class Table(Model):
    """Every table is STRICT."""

    class Meta:
        strict_tables = True
        legacy_table_names = False


WORD_INDEX: Final = {
    "content": "",
    "contentless_delete": 1,
    "tokenize": "unicode61 remove_diacritics 2",
    "prefix": "2 3",
}
"""An index of words that holds no text of its own: without accents, found by their beginnings."""
