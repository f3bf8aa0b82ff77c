"""Damage to a ledger's file as a bad medium does it: a page that reads as zeros."""

from __future__ import annotations

from pathlib import Path

import apsw


def pages_of(path: Path, table: str = "") -> list[int]:
    """Return the pages of a closed ledger that hold something, the first one left out; of one table, if named."""
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    try:
        if table:
            sql = "SELECT rootpage FROM sqlite_schema WHERE tbl_name = ? AND rootpage > 1"
            return [int(row[0]) for row in connection.execute(sql, (table,))]
        return [int(row[0]) for row in connection.execute("SELECT rootpage FROM sqlite_schema WHERE rootpage > 1")]
    finally:
        connection.close()


def erase_page(path: Path, page: int) -> None:
    """Make a page read as zeros."""
    with path.open("r+b") as file:
        file.seek(16)
        size = int.from_bytes(file.read(2), "big")
        file.seek((page - 1) * size)
        file.write(b"\0" * size)
