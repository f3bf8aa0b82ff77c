"""Rows of accounts that were changed, added or taken away behind the lane's back: verify names the table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from domain.chain import Flaw
from storage.connection import LedgerDatabase
from storage.errors import LedgerError
from storage.verify import verify
from tests.kit.catalog import BOOK
from tests.kit.customers import LUZ, bring_customers
from tests.kit.lane import Shop, make_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A lane that sold on account, collected, and took a collection back."""
    made = make_shop(tmp_path)
    bring_customers(made)
    made.register.set_customer(LUZ.code)
    made.register.scan(BOOK)
    made.register.add_tender("account")
    made.register.collect(LUZ.code, 25_000)
    made.register.reverse_collection(1)
    made.register.create_customer("Ana Sol")
    yield made
    made.db.close()


def tamper(shop: Shop, sql: str) -> None:
    """Do what the guard would refuse, as somebody with the file and a program of their own."""
    raw = apsw.Connection(str(shop.path))
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute(sql)
    raw.close()


WAYS = {
    "a smaller debt": ("UPDATE account_move SET amount_minor = 1 WHERE kind = 'sale'", "account_move"),
    "somebody else's debt": ("UPDATE account_move SET customer = 'C-2' WHERE kind = 'sale'", "account_move"),
    "a debt that is gone": ("DELETE FROM account_move WHERE kind = 'sale'", "account_move"),
    "a collection from nowhere": (
        "INSERT INTO account_move VALUES ((SELECT max(seq) FROM journal), 'x', 'C-1', 'collection', 'x', '', '', -5)",
        "account_move",
    ),
    "a larger collection": ("UPDATE collection SET amount_minor = 99 WHERE number = 1", "collection"),
    "another document paid": ("UPDATE collection_part SET document_id = 'y' WHERE position = 0", "collection_part"),
    "a part that is gone": ("DELETE FROM collection_part WHERE number = 2 AND position = 0", "collection_part"),
    "cash of collections": ("UPDATE shift_total SET amount_minor = 7 WHERE kind = 'collected'", "collected"),
    "a document for nobody": ("UPDATE outbox SET document_id = 'z' WHERE kind = 'customer_created'", "customer"),
}


@pytest.mark.parametrize("way", WAYS)
def test_verify_names_what_was_bent(way: str, shop: Shop) -> None:
    assert verify(shop.db).is_sound
    sql, where = WAYS[way]
    tamper(shop, sql)
    found = verify(shop.db).discrepancies
    assert found
    assert {one.flaw for one in found} <= {Flaw.TABLE, Flaw.COUNT, Flaw.SHIFT_TOTAL, Flaw.OUTBOX}
    assert any(where in one.detail for one in found)


@pytest.mark.parametrize("table", ["account_move", "collection", "collection_part"])
def test_the_guard_refuses_to_change_what_is_posted(table: str, shop: Shop) -> None:
    for act in ("UPDATE {} SET amount_minor = 5", "DELETE FROM {}", "DROP TABLE {}"):
        with pytest.raises((LedgerError, apsw.Error)):
            shop.db.run(act.format(table))
    row = shop.db.one(f"SELECT count(*) FROM {table} WHERE amount_minor = 5")  # noqa: S608  # one of three names
    assert row == (0,)


def test_numbers_of_collections_have_no_gap_and_their_parts_are_sealed(shop: Shop) -> None:
    for sql in (
        "INSERT INTO collection VALUES (9, 'q', 'collection', NULL, 1, 'C-1', 5, 'x', '1', 1)",
        "INSERT INTO collection_part VALUES (1, 9, 'd', 'f', '', '', 5)",
        "INSERT INTO collection VALUES (3, 'q', 'reversal', 1, 1, 'C-1', 5, 'x', '1', 1)",
    ):
        with pytest.raises((LedgerError, apsw.Error)):
            shop.db.run(sql)
    assert isinstance(shop.db, LedgerDatabase)
