"""Points of what comes back: how many that were earned go with it, and how many that were redeemed come back."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    "ALTER TABLE loyalty_entry ADD COLUMN taken_back INTEGER NOT NULL DEFAULT 0 CHECK (taken_back >= 0)",
    "ALTER TABLE loyalty_entry ADD COLUMN given_back INTEGER NOT NULL DEFAULT 0 CHECK (given_back >= 0)",
)


def up(migrator: Any, db: Any) -> None:
    """Add the columns; what came back before took earned points as negative ones, and gave no redeemed ones."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
