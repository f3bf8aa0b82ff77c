"""A ledger of five tables, small enough to see through: the specimen on which the harness is proven.

It keeps the promises that the lane's ledger keeps (one IMMEDIATE transaction a sale, a hash chain, an
outbox row for each sale), so that a harness which cannot tell it from its mutants proves nothing.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import apsw

from tests.faults.cuts import Finding

LEDGER = "small.db"
LINES = 3
FIRST_HASH = "0" * 64

_SCHEMA = """
CREATE TABLE sale (
    number INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, total_minor INTEGER NOT NULL) STRICT;
CREATE TABLE line (
    number INTEGER NOT NULL REFERENCES sale (number), position INTEGER NOT NULL, sku TEXT NOT NULL,
    price_minor INTEGER NOT NULL, PRIMARY KEY (number, position)) STRICT;
CREATE TABLE tender (
    number INTEGER PRIMARY KEY REFERENCES sale (number), amount_minor INTEGER NOT NULL) STRICT;
CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, uuid TEXT NOT NULL, total_minor INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
CREATE TABLE outbox (uuid TEXT PRIMARY KEY, seq INTEGER NOT NULL REFERENCES journal (seq)) STRICT;
"""


def open_small(
    path: Path, *, vfs: str | None = None, journal: str = "WAL", synchronous: str = "FULL"
) -> apsw.Connection:
    """Open, and create at the first time, with a checkpoint often enough to be cut in the middle of."""
    ledger = apsw.Connection(str(path), vfs=vfs)
    ledger.transaction_mode = "IMMEDIATE"
    for pragma in (
        f"journal_mode={journal}",
        f"synchronous={synchronous}",
        "foreign_keys=ON",
        "wal_autocheckpoint=60",
    ):
        ledger.execute(f"PRAGMA {pragma}").fetchall()
    if not ledger.execute("SELECT count(*) FROM sqlite_schema").get:
        ledger.execute(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT")
    return ledger


def uuid_of(number: int) -> str:
    """The sale's UUID, the same in each run."""
    return f"sale-{number:06d}"


def post(ledger: apsw.Connection, number: int, save: Callable[[], None] = lambda: None) -> None:
    """Write sale, lines, tender, journal and outbox; `save` runs after each row (for a mutant)."""
    for write in (write_sale, write_lines, write_tender, write_journal, write_outbox):
        write(ledger, number)
        save()


def write_sale(ledger: apsw.Connection, number: int) -> None:
    ledger.execute("INSERT INTO sale VALUES (?, ?, ?)", (number, uuid_of(number), 100 + number))


def write_lines(ledger: apsw.Connection, number: int) -> None:
    ledger.executemany(
        "INSERT INTO line VALUES (?, ?, ?, ?)",
        [(number, position, f"SKU-{number}-{position}" * 4, 100) for position in range(LINES)],
    )


def write_tender(ledger: apsw.Connection, number: int) -> None:
    ledger.execute("INSERT INTO tender VALUES (?, ?)", (number, 100 + number))


def write_journal(ledger: apsw.Connection, number: int) -> None:
    last = ledger.execute("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1").fetchone()
    seq, before = (last[0] + 1, last[1]) if last else (1, FIRST_HASH)
    row = (seq, uuid_of(number), 100 + number)
    ledger.execute("INSERT INTO journal VALUES (?, ?, ?, ?)", (*row, chained(before, *row)))


def write_outbox(ledger: apsw.Connection, number: int) -> None:
    ledger.execute("INSERT INTO outbox SELECT uuid, seq FROM journal WHERE uuid = ?", (uuid_of(number),))


def chained(before: str, seq: int, uuid: str, total_minor: int) -> str:
    """The hash of one journal row over the row before."""
    return hashlib.sha256(json.dumps([before, seq, uuid, total_minor]).encode()).hexdigest()


def check_small(directory: Path) -> Finding:
    """Judge the ledger in a directory: pages, references, chain, and all rows of each sale."""
    if not (directory / LEDGER).exists():
        return Finding(["no ledger"], ())
    ledger = apsw.Connection(str(directory / LEDGER))
    try:
        faults = [str(row[0]) for row in ledger.execute("PRAGMA integrity_check") if row[0] != "ok"]
        if faults:
            return Finding(faults, ())
        if ledger.execute("PRAGMA foreign_key_check").fetchall():
            faults.append("foreign key")
        faults += _chain_faults(ledger) + _count_faults(ledger)
        return Finding(faults, [str(uuid) for (uuid,) in ledger.execute("SELECT uuid FROM sale")])
    finally:
        ledger.close()


def _chain_faults(ledger: apsw.Connection) -> list[str]:
    before, expected = FIRST_HASH, 1
    for seq, uuid, total_minor, found in ledger.execute("SELECT * FROM journal ORDER BY seq"):
        if seq != expected or found != chained(before, seq, uuid, total_minor):
            return [f"chain at {seq}"]
        before, expected = found, seq + 1
    return []


def _count_faults(ledger: apsw.Connection) -> list[str]:
    counts = [
        ledger.execute(f"SELECT count(*) FROM {table}").get  # noqa: S608  (the names stand here)
        for table in ("sale", "tender", "journal", "outbox")
    ]
    lines = ledger.execute("SELECT count(*) FROM line").get
    whole = len(set(counts)) == 1 and lines == LINES * counts[0]
    return [] if whole else [f"half a sale: {counts}, {lines} lines"]
