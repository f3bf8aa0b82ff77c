"""The ledger of training: what is for sale and who may sign on are the real ledger's, everything else is its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage.connection import LedgerDatabase, open_ledger
from storage.errors import saving

COPIED: Final = (
    "department",
    "item",
    "item_code",
    "price_list",
    "promotion",
    "operator",
    "salesperson",
    "customer",
    "customer_key",
    "account_balance",
    "open_document",
    "card_balance",
    "loyalty_balance",
)
"""Tables taken over whole, in the order of their references."""
WORDS: Final = tuple(
    f"{index}_fts_{part}" for index in ("item", "customer") for part in ("config", "data", "docsize", "idx")
)
"""The tables behind the index of words, which keeps no texts that could be read and written again."""
FACTS: Final = ("pin_cost",)

_COUNT_WRONG: Final = """
    INSERT INTO {to}.pin_attempt SELECT * FROM {of}.pin_attempt WHERE true
    ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures, wait_ms = excluded.wait_ms,
        boot = excluded.boot, at_ms = excluded.at_ms WHERE excluded.failures > failures"""


def take_over(real: Path, training: Path) -> None:
    """Bring the training ledger's catalogue and people in line with the real one's, in one transaction.

    The real ledger is read only, but for wrong PINs: guesses made in training count at the real lane too.
    """
    open_ledger(training).close()
    with _both(real, training) as db:
        _copy(db)
        _count_wrong(db)


def take_wrong_pins(real: Path, training: Path) -> None:
    """Let wrong PINs of training count at the real lane."""
    with _both(real, training) as db:
        _count_wrong(db)


@contextmanager
def _both(real: Path, training: Path) -> Iterator[LedgerDatabase]:
    """Open the training ledger with the real one beside it, and write to both in one transaction."""
    db = LedgerDatabase(training, is_guarded=False)  # the guard lets no connection look into a second file
    with saving():
        db.connect()
        try:
            db.run("ATTACH ? AS lane", (str(real),))
            with db.atomic():
                yield db
        finally:
            db.close()


def _copy(db: LedgerDatabase) -> None:
    """Copy every table, and the facts that go with the people."""
    db.run("PRAGMA defer_foreign_keys=ON")
    for table in COPIED:
        columns = ", ".join(str(row[1]) for row in db.all(f"PRAGMA lane.table_info({table})"))
        db.run(f"DELETE FROM main.{table}")  # noqa: S608  # the names are this module's own
        db.run(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM lane.{table}")  # noqa: S608
    for table in WORDS:
        db.run(f"DELETE FROM main.{table}")  # noqa: S608
        db.run(f"INSERT INTO main.{table} SELECT * FROM lane.{table}")  # noqa: S608
    for fact in FACTS:
        db.run("INSERT OR REPLACE INTO main.ledger_info SELECT * FROM lane.ledger_info WHERE key = ?", (fact,))


def _count_wrong(db: LedgerDatabase) -> None:
    """Let both ledgers have the larger count of wrong PINs."""
    for to, of in (("lane", "main"), ("main", "lane")):
        db.run(_COUNT_WRONG.format(to=to, of=of))
