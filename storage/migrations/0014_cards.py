"""Gift cards and vouchers: what the ERP says is on them, and what each sale moved."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE card_balance (
        card_hash TEXT PRIMARY KEY CHECK (length(card_hash) = 64), last4 TEXT NOT NULL, kind TEXT NOT NULL,
        balance_minor INTEGER NOT NULL, told_at TEXT NOT NULL,
        is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)), expires_on TEXT NOT NULL DEFAULT ''
        ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE card_entry (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        position INTEGER NOT NULL CHECK (position > 0), card_hash TEXT NOT NULL CHECK (length(card_hash) = 64),
        last4 TEXT NOT NULL, kind TEXT NOT NULL, amount_minor INTEGER NOT NULL,
        PRIMARY KEY (receipt_number, position)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX card_entry_card ON card_entry (card_hash)",
    """CREATE TRIGGER card_entry_keeps BEFORE UPDATE ON card_entry
        BEGIN SELECT RAISE(ABORT, 'card_entry is posted: corrections are new rows'); END""",
    """CREATE TRIGGER card_entry_stays BEFORE DELETE ON card_entry
        BEGIN SELECT RAISE(ABORT, 'card_entry is posted: corrections are new rows'); END""",
    """CREATE TRIGGER card_entry_sealed BEFORE INSERT ON card_entry
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'card_entry is posted: corrections are new rows'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables and their guards."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
