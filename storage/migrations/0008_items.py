"""Items: what each asks for, and which lots and serials were sold."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "ALTER TABLE item ADD COLUMN rules TEXT NOT NULL DEFAULT ''",
    """CREATE TABLE stock_trace (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        line_no INTEGER NOT NULL CHECK (line_no > 0), sku TEXT NOT NULL, lot TEXT NOT NULL, serial TEXT NOT NULL,
        expires_on TEXT NOT NULL, quantity_micro INTEGER NOT NULL,
        PRIMARY KEY (receipt_number, line_no)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX stock_trace_serial ON stock_trace (sku, serial) WHERE serial <> ''",
    """CREATE TRIGGER stock_trace_keeps BEFORE UPDATE ON stock_trace
        BEGIN SELECT RAISE(ABORT, 'stock_trace is posted: corrections are new rows'); END""",
    """CREATE TRIGGER stock_trace_stays BEFORE DELETE ON stock_trace
        BEGIN SELECT RAISE(ABORT, 'stock_trace is posted: corrections are new rows'); END""",
    """CREATE TRIGGER stock_trace_sealed BEFORE INSERT ON stock_trace
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'stock_trace is posted: corrections are new rows'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the column, the table and its guards; items from before ask for nothing, sales had no lots."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
