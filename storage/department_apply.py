"""Writing departments, and the words of the items in one that has a new name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.catalog_name import search_form
from domain.item import Department
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.pace import Pace
from storage.word_index import prepare_index, settle_index

_PUT: Final = """
    INSERT INTO department (code, name, tax_class, is_open_price, min_price_micro, max_price_micro, parent)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, tax_class = excluded.tax_class,
        is_open_price = excluded.is_open_price, min_price_micro = excluded.min_price_micro,
        max_price_micro = excluded.max_price_micro, parent = excluded.parent
    WHERE (name, tax_class, is_open_price, min_price_micro, max_price_micro, parent) IS NOT (excluded.name,
        excluded.tax_class, excluded.is_open_price, excluded.min_price_micro, excluded.max_price_micro,
        excluded.parent)"""
_ITEMS: Final = "SELECT item_id, name FROM item WHERE department = ? AND item_id > ? ORDER BY item_id LIMIT ?"
_PUT_WORDS: Final = "INSERT OR REPLACE INTO item_fts (rowid, name, department) VALUES (?, ?, ?)"


def apply_departments(
    db: LedgerDatabase, departments: Sequence[Department], renamed: Sequence[Department], pace: Pace
) -> None:
    """Write departments that are new or different.

    The words of items in a renamed department come first and its own row last: after a break in between the name is
    still to be seen as a new one, and the next run does it again. Raises `NotSaved`.
    """
    for department in renamed:
        _put_words(db, department, pace)
    with saving(), db.atomic():
        db.many(
            _PUT,
            [
                (d.code, d.name, d.tax_class, int(d.is_open_price), d.min_price_micro, d.max_price_micro, d.parent)
                for d in departments
            ],
        )


def _put_words(db: LedgerDatabase, department: Department, pace: Pace) -> None:
    """Index the items of a department under its new name, some hundred in a transaction."""
    last = 0
    while rows := db.all(_ITEMS, (department.code, last, pace.most)):
        began_ns = pace.elapsed_ns()
        with saving(), db.atomic():
            prepare_index(db)
            db.many(_PUT_WORDS, [(item, search_form(name) or name, department.name) for item, name in rows])
        pace.rest(began_ns)
        last = rows[-1][0]
    if last:
        settle_index(db, pace)
