"""Which sales a customer had: an index over the journal, so that what is given once per customer can be counted."""

from __future__ import annotations

from typing import Any

INDEX = """
    CREATE INDEX journal_customer ON journal
        (CASE WHEN json_valid(record) THEN json_extract(record, '$.body.customer') ELSE '' END)
    WHERE kind = 'sale_posted'
        AND CASE WHEN json_valid(record) THEN json_extract(record, '$.body.customer') ELSE '' END <> ''"""


def up(migrator: Any, db: Any) -> None:
    """Make the index; sales from before have no customer and are not in it."""
    db.execute_sql(INDEX)
