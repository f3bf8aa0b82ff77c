"""Prices: price lists and promotions, what an item costs and belongs to, and what a sale keeps of its discounts."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE price_list (
        code TEXT PRIMARY KEY, name TEXT NOT NULL, document TEXT NOT NULL, changed_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE promotion (
        code TEXT PRIMARY KEY, document TEXT NOT NULL, changed_at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    "ALTER TABLE item ADD COLUMN cost_micro INTEGER",
    "ALTER TABLE item ADD COLUMN template TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE department ADD COLUMN parent TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE basket ADD COLUMN terms TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE sale ADD COLUMN rounding_minor INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE sale_line ADD COLUMN kind TEXT NOT NULL DEFAULT 'item'",
    "ALTER TABLE sale_line ADD COLUMN discount_ppm INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE sale_line ADD COLUMN regular_price_micro INTEGER",
    "ALTER TABLE sale_tax ADD COLUMN kind TEXT NOT NULL DEFAULT 'percent'",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables and columns; sales from before had no discounts and only percent taxes."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
