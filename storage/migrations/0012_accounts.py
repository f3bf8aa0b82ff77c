"""Customers and their accounts: who they are, what the ERP says they owe, and what the lane sold and collected."""

from __future__ import annotations

from typing import Any

_NEVER = "BEGIN SELECT RAISE(ABORT, '{table} is posted: corrections are new rows'); END"

STATEMENTS = (
    """CREATE TABLE customer (
        customer_id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, document TEXT NOT NULL,
        is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1))) STRICT""",
    """CREATE TABLE customer_key (
        key TEXT NOT NULL, customer_id INTEGER NOT NULL REFERENCES customer (customer_id) ON DELETE CASCADE,
        PRIMARY KEY (key, customer_id)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX customer_key_of ON customer_key (customer_id)",
    """CREATE VIRTUAL TABLE customer_fts USING fts5 (
        name, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3')""",
    """CREATE TABLE account_balance (
        customer TEXT PRIMARY KEY, balance_minor INTEGER NOT NULL, balance_at TEXT NOT NULL, taken_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE open_document (
        customer TEXT NOT NULL, document_id TEXT NOT NULL, folio TEXT NOT NULL, date TEXT NOT NULL,
        due_date TEXT NOT NULL, amount_minor INTEGER NOT NULL, open_minor INTEGER NOT NULL,
        PRIMARY KEY (customer, document_id)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE account_move (
        journal_seq INTEGER PRIMARY KEY REFERENCES journal (seq), document_id TEXT NOT NULL UNIQUE,
        customer TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('sale', 'collection', 'reversal')),
        folio TEXT NOT NULL, date TEXT NOT NULL, due_date TEXT NOT NULL, amount_minor INTEGER NOT NULL) STRICT""",
    "CREATE INDEX account_move_of ON account_move (customer)",
    """CREATE TABLE account_cover (
        journal_seq INTEGER PRIMARY KEY REFERENCES account_move (journal_seq), batch TEXT NOT NULL) STRICT""",
    """CREATE TABLE collection (
        number INTEGER PRIMARY KEY CHECK (number > 0), collection_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL CHECK (kind IN ('collection', 'reversal')),
        reverses INTEGER UNIQUE REFERENCES collection (number) CHECK ((reverses IS NULL) = (kind = 'collection')),
        shift_id INTEGER NOT NULL REFERENCES shift (shift_id), customer TEXT NOT NULL,
        amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0), at TEXT NOT NULL, operator TEXT NOT NULL,
        journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq)) STRICT""",
    """CREATE TABLE collection_part (
        number INTEGER NOT NULL REFERENCES collection (number) DEFERRABLE INITIALLY DEFERRED,
        position INTEGER NOT NULL, document_id TEXT NOT NULL, folio TEXT NOT NULL, date TEXT NOT NULL,
        due_date TEXT NOT NULL, amount_minor INTEGER NOT NULL, PRIMARY KEY (number, position)) STRICT, WITHOUT ROWID""",
    *(
        f"CREATE TRIGGER {table}_{name} BEFORE {event} ON {table} " + _NEVER.format(table=table)
        for table in ("account_move", "collection", "collection_part")
        for name, event in (("keeps", "UPDATE"), ("stays", "DELETE"))
    ),
    """CREATE TRIGGER collection_part_sealed BEFORE INSERT ON collection_part
        WHEN EXISTS (SELECT 1 FROM collection WHERE number = NEW.number)
        BEGIN SELECT RAISE(ABORT, 'collection_part is posted: corrections are new rows'); END""",
    """CREATE TRIGGER collection_in_open_shift BEFORE INSERT ON collection
        WHEN EXISTS (SELECT 1 FROM z_report WHERE shift_id = NEW.shift_id)
        BEGIN SELECT RAISE(ABORT, 'collection is posted: corrections are new rows'); END""",
    """CREATE TRIGGER collection_gapless BEFORE INSERT ON collection
        WHEN NEW.number <> 1 + coalesce((SELECT max(number) FROM collection), 0)
        BEGIN SELECT RAISE(ABORT, 'collection is posted: corrections are new rows'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables; a ledger from before has neither customers nor accounts."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
