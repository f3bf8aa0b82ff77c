"""G7: a sale through the register, beside raw apsw writing the very same rows.

Same work on both sides, sale by sale in turn: the register sells five items for cash on one ledger; the rows that
this left are read from it and written to a second ledger, a copy of the first, in one IMMEDIATE transaction with
the same pragmas, the same tables, triggers and indexes, and one flush to disk. Timed are the register's last
tender until its outcome, and the yardstick's transaction. Before each the open basket is written line by line,
untimed, so that both files grow alike and both acts come after the same flushes. At the end both ledgers hold the
same rows; else nothing is reported.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import apsw

from bench.measure import Pairs, took_seconds
from bench.run import Run
from bench.store import SEED, MadeItem, expect, make_items, make_ledger, open_for_sale
from register.register import Register
from storage.connection import LedgerDatabase, prepare

LINES: Final = 5
HANDED_MINOR: Final = 9_000_000

OF_SALE: Final = ("sale_line", "sale_tax", "sale_tender", "stock_move", "sale", "outbox", "print_job")
"""Tables with rows of one sale, in the order in which they are written; the journal comes before them."""
OF_BASKET: Final = ("basket", "basket_line")
COMPARED: Final = ("journal", *OF_SALE, *OF_BASKET, "shift_total")

Rows = list[tuple[Any, ...]]


class RawLedger:
    """The yardstick: a connection, prepared statements and rows."""

    def __init__(self, path: Path) -> None:
        """Open a ledger as the lane does, but for the authorizer."""
        self.connection = apsw.Connection(str(path))
        prepare(self.connection)
        self.cursor = self.connection.cursor()
        self.inserts = {table: self._insert(table) for table in COMPARED if table != "shift_total"}
        self.total = (
            "INSERT INTO shift_total (shift_id, kind, key, count, amount_minor) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT (shift_id, kind, key) DO UPDATE SET"
            " count = excluded.count, amount_minor = excluded.amount_minor"
        )

    def _insert(self, table: str) -> str:
        """Return the statement that writes a whole row of a table."""
        columns = [row[1] for row in self.cursor.execute(f"PRAGMA table_info({table})")]
        return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608

    def write_basket(self, basket: Rows, lines: Rows) -> None:
        """Write an open basket, a transaction a line, as the lane does."""
        for n, line in enumerate(lines):
            self.cursor.execute("BEGIN IMMEDIATE")
            if not n:
                self.cursor.execute(self.inserts["basket"], basket[0])
            self.cursor.execute(self.inserts["basket_line"], line)
            self.cursor.execute("COMMIT")

    def write_sale(self, journal: Rows, of_sale: Sequence[tuple[str, Rows]], totals: Rows, basket_id: str) -> None:
        """Write all rows of a sale in one transaction, and take its basket away."""
        execute = self.cursor.execute
        execute("BEGIN IMMEDIATE")
        execute(self.inserts["journal"], journal[0])
        for sql, rows in of_sale:
            self.cursor.executemany(sql, rows)
        self.cursor.executemany(self.total, totals)
        execute("DELETE FROM basket WHERE basket_id = ?", (basket_id,))
        execute("COMMIT")


def measure(run: Run) -> dict[str, Pairs]:
    """Post sales in turn, one by us and the same one by the yardstick."""
    items = list(make_items(run.size(10_000, 1_000)))
    folder = run.place("sale")
    path, copy = folder / "ours.db", folder / "raw.db"
    db = make_ledger(path, items)
    register = open_for_sale(db)
    db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(path, copy)
    raw = RawLedger(copy)
    chance = random.Random(SEED)
    pairs = Pairs()
    run.settle()
    for n in range(run.size(1_500, 150)):
        _sell_both(db, register, raw, [chance.choice(items) for _ in range(LINES)], pairs)
        if not n % 300:
            run.settle()
    _compare(db, raw)
    raw.connection.close()
    db.close()
    return {"G7": pairs}


def _sell_both(db: LedgerDatabase, register: Register, raw: RawLedger, items: list[MadeItem], pairs: Pairs) -> None:
    """Sell the same on both sides and keep how long each took."""
    for item in items:
        expect(register.scan(item.code))
    basket_id = register.basket.basket_id
    basket = db.all("SELECT * FROM basket WHERE basket_id = ?", (basket_id,))
    lines = db.all("SELECT * FROM basket_line WHERE basket_id = ? ORDER BY line_no", (basket_id,))
    pairs.ours.append(took_seconds(lambda: expect(register.add_tender("cash", HANDED_MINOR))))
    number = register.last_receipt
    journal = db.all("SELECT * FROM journal ORDER BY seq DESC LIMIT 1")
    of_sale = [(raw.inserts[table], _rows_of(db, table, number, journal[0][0])) for table in OF_SALE]
    totals = _touched(db, raw)
    raw.write_basket(basket, lines)
    pairs.yardstick.append(took_seconds(lambda: raw.write_sale(journal, of_sale, totals, basket_id)))


def _rows_of(db: LedgerDatabase, table: str, receipt_number: int, journal_seq: int) -> Rows:
    """Return the rows that one sale has in a table."""
    match table:
        case "outbox":
            return db.all("SELECT * FROM outbox WHERE journal_seq = ?", (journal_seq,))
        case "print_job":
            return db.all("SELECT * FROM print_job WHERE document = 'receipt' AND number = ?", (receipt_number,))
        case _:
            return db.all(f"SELECT * FROM {table} WHERE receipt_number = ?", (receipt_number,))  # noqa: S608


def _touched(db: LedgerDatabase, raw: RawLedger) -> Rows:
    """Return the running totals that a sale has changed."""
    sql = "SELECT shift_id, kind, key, count, amount_minor FROM shift_total"
    before = set(raw.connection.execute(sql))
    return [row for row in db.all(sql) if row not in before]


def _compare(db: LedgerDatabase, raw: RawLedger) -> None:
    """Refuse to report anything unless both ledgers hold the same rows."""
    for table in COMPARED:
        sql = f"SELECT * FROM {table}"  # noqa: S608
        if db.all(sql) != list(raw.connection.execute(sql)):
            raise RuntimeError(f"the yardstick did not write the same rows into {table}")
