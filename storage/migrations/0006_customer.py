"""Which sales a customer had: an index over the journal, so that what is given once per customer can be counted."""

from __future__ import annotations

from typing import Any

INDEX = """
    CREATE INDEX journal_customer ON journal (json_extract(record, '$.body.customer'))
    WHERE kind = 'sale_posted' AND json_extract(record, '$.body.customer') <> ''"""


def up(migrator: Any, db: Any) -> None:
    """Make the index; sales from before have no customer and are not in it."""
    db.execute_sql(INDEX)
