"""What makes posted rows immutable: one list of ledger tables, and from it the triggers and the authorizer.

Triggers alone do not do it: `REPLACE` passes a DELETE trigger unless recursive triggers are on, and DROP TRIGGER
or `writable_schema` pass any (13 attacks measured, notes on SQLite). Corrections are new rows.
"""

from __future__ import annotations

from typing import Final

import apsw

LEDGER_TABLES: Final = (
    "journal",
    "shift",
    "z_report",
    "sale",
    "sale_line",
    "sale_tax",
    "sale_tender",
    "stock_move",
    "stock_trace",
    "card_entry",
    "loyalty_entry",
    "receipt_copy",
    "cash_move",
    "z_copy",
    "seal",
    "personal_purge",
    "account_move",
    "collection",
    "collection_part",
    "sale_return",
    "tender_change",
)
"""Tables whose rows never change once they are there."""

SEALED_BY_SALE: Final = (
    "sale_line",
    "sale_tax",
    "sale_tender",
    "stock_move",
    "stock_trace",
    "sale_return",
    "card_entry",
    "loyalty_entry",
)
"""Parts of a sale: written before their `sale` row, which seals them."""

FIXED_COLUMNS: Final = {
    "outbox": ("document_id", "kind", "journal_seq"),
    "print_job": ("job_id", "document", "number", "copy", "paper", "created_at"),
}
"""Columns that never change in tables whose marks do."""

PURGED: Final = "personal"
"""The table of personal values: written with their record, never changed, deleted where a purge says so."""

_KEPT: Final = frozenset(LEDGER_TABLES) | frozenset(FIXED_COLUMNS) | {PURGED}
_SCHEMA_TABLES: Final = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"})
_LOCKED_PRAGMAS: Final = frozenset(
    {
        "writable_schema",
        "ignore_check_constraints",
        "recursive_triggers",
        "foreign_keys",
        "synchronous",
        "journal_mode",
        "trusted_schema",
        "defer_foreign_keys",
        "user_version",
        "application_id",
        "schema_version",
        "cell_size_check",
        "secure_delete",
        "query_only",
        "locking_mode",
    }
)
_DENIED_ACTIONS: Final = frozenset(
    {
        apsw.SQLITE_DROP_TABLE,
        apsw.SQLITE_DROP_TRIGGER,
        apsw.SQLITE_DROP_INDEX,
        apsw.SQLITE_DROP_VIEW,
        apsw.SQLITE_DROP_VTABLE,
        apsw.SQLITE_DROP_TEMP_TRIGGER,
        apsw.SQLITE_CREATE_TRIGGER,
        apsw.SQLITE_CREATE_TEMP_TRIGGER,
        apsw.SQLITE_ALTER_TABLE,
        apsw.SQLITE_ATTACH,
    }
)


def authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    """Refuse every statement that could change a posted row or take its guards away."""
    if action in _DENIED_ACTIONS:
        return apsw.SQLITE_DENY
    if action == apsw.SQLITE_DELETE and (first in _KEPT or first in _SCHEMA_TABLES):
        return apsw.SQLITE_DENY
    if action == apsw.SQLITE_UPDATE and (first in LEDGER_TABLES or first == PURGED or first in _SCHEMA_TABLES):
        return apsw.SQLITE_DENY
    if action == apsw.SQLITE_PRAGMA and second and (first or "").lower() in _LOCKED_PRAGMAS:
        return apsw.SQLITE_DENY
    return apsw.SQLITE_OK


def authorize_purge(
    action: int, first: str | None, second: str | None, database: str | None, trigger: str | None
) -> int:
    """Refuse what `authorize` does, but for the deletion of personal values: a trigger asks for their purge."""
    is_secure = action == apsw.SQLITE_PRAGMA and first == "secure_delete"
    if is_secure or (action == apsw.SQLITE_DELETE and first == PURGED):
        return apsw.SQLITE_OK
    return authorize(action, first, second, database, trigger)


def guard_triggers() -> list[str]:
    """Return the SQL of every trigger that keeps posted rows as they are."""
    triggers = []
    for table in LEDGER_TABLES:
        triggers += [_refuse(f"{table}_keeps", "UPDATE", table), _refuse(f"{table}_stays", "DELETE", table)]
    triggers += [_refuse(f"{table}_stays", "DELETE", table) for table in FIXED_COLUMNS]
    for table, columns in FIXED_COLUMNS.items():
        triggers.append(_refuse(f"{table}_keeps", f"UPDATE OF {', '.join(columns)}", table))
    for table in SEALED_BY_SALE:
        condition = "WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)"
        triggers.append(_refuse(f"{table}_sealed", "INSERT", table, condition))
    posted = "WHEN EXISTS (SELECT 1 FROM collection WHERE number = NEW.number)"
    triggers.append(_refuse("collection_part_sealed", "INSERT", "collection_part", posted))
    gap = "WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM journal), 0)"
    triggers.append(_refuse("journal_gapless", "INSERT", "journal", gap))
    closed = "WHEN EXISTS (SELECT 1 FROM z_report WHERE shift_id = NEW.shift_id)"
    triggers.append(_refuse("sale_in_open_shift", "INSERT", "sale", closed))
    another = "WHEN EXISTS (SELECT 1 FROM shift s LEFT JOIN z_report z USING (shift_id) WHERE z.shift_id IS NULL)"
    triggers.append(_refuse("shift_alone", "INSERT", "shift", another))
    number = "WHEN NEW.receipt_number <> 1 + coalesce((SELECT max(receipt_number) FROM sale), 0)"
    triggers.append(_refuse("sale_gapless", "INSERT", "sale", number))
    triggers.append(_refuse("cash_move_in_open_shift", "INSERT", "cash_move", closed))
    slip = "WHEN NEW.move_number <> 1 + coalesce((SELECT max(move_number) FROM cash_move), 0)"
    triggers.append(_refuse("cash_move_gapless", "INSERT", "cash_move", slip))
    triggers.append(_refuse("tender_change_in_open_shift", "INSERT", "tender_change", closed))
    triggers.append(_NO_MORE_THAN_SOLD)

    triggers += _personal_triggers()
    triggers.append(_refuse("collection_in_open_shift", "INSERT", "collection", closed))
    folio = "WHEN NEW.number <> 1 + coalesce((SELECT max(number) FROM collection), 0)"
    triggers.append(_refuse("collection_gapless", "INSERT", "collection", folio))
    return triggers


def _personal_triggers() -> list[str]:
    """Return the triggers of personal values: with the newest record only, and gone with a purge that names them."""
    purged = (
        "WHEN NOT EXISTS (SELECT 1 FROM personal_purge"
        " WHERE kind = OLD.kind AND OLD.seq BETWEEN first_seq AND last_seq)"
    )
    late = "WHEN NEW.seq <> coalesce((SELECT max(seq) FROM journal), 0)"
    return [
        _refuse("personal_keeps", "UPDATE", PURGED),
        _refuse("personal_stays", "DELETE", PURGED, purged),
        _refuse("personal_with_record", "INSERT", PURGED, late),
        _refuse("personal_purge_with_record", "INSERT", "personal_purge", late.replace("NEW.seq", "NEW.journal_seq")),
    ]


_NO_MORE_THAN_SOLD: Final = """CREATE TRIGGER sale_return_left BEFORE INSERT ON sale_return
    WHEN NEW.of_receipt IS NOT NULL AND NEW.quantity_micro
        + coalesce((SELECT sum(quantity_micro) FROM sale_return
            WHERE of_folio = NEW.of_folio AND of_line_no = NEW.of_line_no), 0)
        > coalesce((SELECT quantity_micro FROM sale_line
            WHERE receipt_number = NEW.of_receipt AND line_no = NEW.of_line_no), 0)
    BEGIN SELECT RAISE(ABORT, 'sale_return: no more can come back than was sold'); END"""


def _refuse(name: str, event: str, table: str, condition: str = "") -> str:
    """Return a trigger that aborts an event on a table."""
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} {condition}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is posted: corrections are new rows'); END"
    )
