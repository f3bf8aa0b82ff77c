"""Loyalty points: what the ERP says customers have, and what each sale gave and took."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE loyalty_balance (
        customer TEXT PRIMARY KEY, points INTEGER NOT NULL, told_at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE loyalty_entry (
        receipt_number INTEGER PRIMARY KEY REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        customer TEXT NOT NULL, earned INTEGER NOT NULL, redeemed INTEGER NOT NULL CHECK (redeemed >= 0)) STRICT""",
    "CREATE INDEX loyalty_entry_customer ON loyalty_entry (customer)",
    """CREATE TRIGGER loyalty_entry_keeps BEFORE UPDATE ON loyalty_entry
        BEGIN SELECT RAISE(ABORT, 'loyalty_entry is posted: corrections are new rows'); END""",
    """CREATE TRIGGER loyalty_entry_stays BEFORE DELETE ON loyalty_entry
        BEGIN SELECT RAISE(ABORT, 'loyalty_entry is posted: corrections are new rows'); END""",
    """CREATE TRIGGER loyalty_entry_sealed BEFORE INSERT ON loyalty_entry
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'loyalty_entry is posted: corrections are new rows'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables and their guards."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
