"""The ledger, the open baskets, the catalogue and the queues, as they were in schema 1.

The SQL stands here in full and does not change with the program: it is what lanes in the field were made from.
"""

from __future__ import annotations

from typing import Any

TABLES = (
    """CREATE TABLE ledger_info (
        key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE journal (
        seq INTEGER PRIMARY KEY CHECK (seq > 0), chain TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
        operator TEXT NOT NULL, shift_id INTEGER NOT NULL, perpetual_net_minor INTEGER NOT NULL,
        perpetual_absolute_minor INTEGER NOT NULL, record TEXT NOT NULL, hash TEXT NOT NULL CHECK (length(hash) = 64)
        ) STRICT""",
    """CREATE TABLE shift (
        shift_id INTEGER PRIMARY KEY CHECK (shift_id > 0), opened_at TEXT NOT NULL, opened_by TEXT NOT NULL,
        business_date TEXT NOT NULL, float_minor INTEGER NOT NULL CHECK (float_minor >= 0),
        journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq)) STRICT""",
    """CREATE TABLE z_report (
        shift_id INTEGER PRIMARY KEY REFERENCES shift (shift_id), at TEXT NOT NULL, report TEXT NOT NULL,
        paper TEXT NOT NULL, hash TEXT NOT NULL,
        journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq)) STRICT""",
    """CREATE TABLE sale (
        receipt_number INTEGER PRIMARY KEY CHECK (receipt_number > 0), sale_id TEXT NOT NULL UNIQUE,
        shift_id INTEGER NOT NULL REFERENCES shift (shift_id), journal_seq INTEGER NOT NULL REFERENCES journal (seq),
        at TEXT NOT NULL, business_date TEXT NOT NULL, operator TEXT NOT NULL,
        is_return INTEGER NOT NULL CHECK (is_return IN (0, 1)), line_count INTEGER NOT NULL CHECK (line_count > 0),
        net_minor INTEGER NOT NULL, total_minor INTEGER NOT NULL, change_minor INTEGER NOT NULL) STRICT""",
    """CREATE TABLE sale_line (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        line_no INTEGER NOT NULL CHECK (line_no > 0), sku TEXT NOT NULL, code TEXT NOT NULL, name TEXT NOT NULL,
        department TEXT NOT NULL, tax_class TEXT NOT NULL, uom TEXT NOT NULL, uom_digits INTEGER NOT NULL,
        quantity_micro INTEGER NOT NULL CHECK (quantity_micro <> 0), unit_price_micro INTEGER NOT NULL,
        amount_minor INTEGER NOT NULL, net_minor INTEGER NOT NULL, gross_minor INTEGER NOT NULL,
        price_origin TEXT NOT NULL, quantity_origin TEXT NOT NULL, voids INTEGER NOT NULL, operator TEXT NOT NULL,
        PRIMARY KEY (receipt_number, line_no)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sale_tax (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        code TEXT NOT NULL, name TEXT NOT NULL, rate_ppm INTEGER NOT NULL,
        included INTEGER NOT NULL CHECK (included IN (0, 1)), base_minor INTEGER NOT NULL, tax_minor INTEGER NOT NULL,
        PRIMARY KEY (receipt_number, code)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE sale_tender (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        position INTEGER NOT NULL, kind TEXT NOT NULL, amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0),
        change_minor INTEGER NOT NULL CHECK (change_minor >= 0), reference TEXT NOT NULL,
        PRIMARY KEY (receipt_number, position)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE stock_move (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        sku TEXT NOT NULL, quantity_micro INTEGER NOT NULL, PRIMARY KEY (receipt_number, sku)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE receipt_copy (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number), copy INTEGER NOT NULL CHECK (copy > 0),
        at TEXT NOT NULL, operator TEXT NOT NULL, journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq),
        PRIMARY KEY (receipt_number, copy)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE shift_total (
        shift_id INTEGER NOT NULL REFERENCES shift (shift_id), kind TEXT NOT NULL, key TEXT NOT NULL,
        count INTEGER NOT NULL, amount_minor INTEGER NOT NULL,
        PRIMARY KEY (shift_id, kind, key)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE outbox (
        document_id TEXT PRIMARY KEY, kind TEXT NOT NULL, journal_seq INTEGER NOT NULL UNIQUE REFERENCES journal (seq),
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'rejected')),
        attempts INTEGER NOT NULL DEFAULT 0, batch TEXT NOT NULL DEFAULT '', changed_at TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID""",
    """CREATE TABLE print_job (
        job_id INTEGER PRIMARY KEY, document TEXT NOT NULL CHECK (document IN ('receipt', 'x', 'z')),
        number INTEGER NOT NULL, copy INTEGER NOT NULL DEFAULT 0, paper TEXT NOT NULL, created_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'printing', 'done', 'unknown', 'failed')),
        attempts INTEGER NOT NULL DEFAULT 0, changed_at TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE TABLE basket (
        basket_id TEXT PRIMARY KEY, opened_at TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('open', 'suspended')),
        name TEXT NOT NULL DEFAULT '', operator TEXT NOT NULL, touched INTEGER NOT NULL DEFAULT 0,
        is_resumed INTEGER NOT NULL DEFAULT 0 CHECK (is_resumed IN (0, 1)), suspended_at TEXT NOT NULL DEFAULT ''
        ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE basket_line (
        basket_id TEXT NOT NULL REFERENCES basket (basket_id) ON DELETE CASCADE, line_no INTEGER NOT NULL,
        line TEXT NOT NULL, PRIMARY KEY (basket_id, line_no)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE basket_tender (
        basket_id TEXT NOT NULL REFERENCES basket (basket_id) ON DELETE CASCADE, position INTEGER NOT NULL,
        tender TEXT NOT NULL, PRIMARY KEY (basket_id, position)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE operator (
        operator TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, pin_hash TEXT NOT NULL,
        is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1))) STRICT, WITHOUT ROWID""",
    """CREATE TABLE department (
        code TEXT PRIMARY KEY, name TEXT NOT NULL, tax_class TEXT NOT NULL,
        is_open_price INTEGER NOT NULL DEFAULT 0 CHECK (is_open_price IN (0, 1)),
        min_price_micro INTEGER NOT NULL DEFAULT 0, max_price_micro INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE item (
        item_id INTEGER PRIMARY KEY, sku TEXT NOT NULL UNIQUE, name TEXT NOT NULL, department TEXT NOT NULL,
        tax_class TEXT NOT NULL, unit_price_micro INTEGER, uom TEXT NOT NULL, uom_digits INTEGER NOT NULL,
        is_weighed INTEGER NOT NULL CHECK (is_weighed IN (0, 1)),
        is_for_sale INTEGER NOT NULL CHECK (is_for_sale IN (0, 1))) STRICT""",
    """CREATE TABLE item_code (
        code TEXT PRIMARY KEY, item_id INTEGER NOT NULL REFERENCES item (item_id), pack_micro INTEGER NOT NULL
        CHECK (pack_micro > 0)) STRICT, WITHOUT ROWID""",
    """CREATE VIRTUAL TABLE item_fts USING fts5 (
        name, department, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2', prefix='2 3')""",
    """CREATE TABLE import_batch (
        batch_id INTEGER PRIMARY KEY, source TEXT NOT NULL, digest TEXT NOT NULL, rows INTEGER NOT NULL,
        applied INTEGER NOT NULL DEFAULT 0, started_at TEXT NOT NULL, finished_at TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE TABLE checkpoint (
        name TEXT PRIMARY KEY, value TEXT NOT NULL, changed_at TEXT NOT NULL) STRICT, WITHOUT ROWID""",
)

INDEXES = (
    "CREATE INDEX sale_shift ON sale (shift_id)",
    "CREATE INDEX outbox_due ON outbox (journal_seq) WHERE state = 'waiting'",
    "CREATE INDEX outbox_rejected ON outbox (journal_seq) WHERE state = 'rejected'",
    "CREATE INDEX print_job_due ON print_job (job_id) WHERE state IN ('queued', 'printing', 'unknown', 'failed')",
    "CREATE INDEX item_code_item ON item_code (item_id)",
    "CREATE INDEX item_department ON item (department)",
)

# What `storage.guard` gave when schema 1 was made: a test holds both to each other.
TRIGGERS = (
    """CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal
        BEGIN SELECT RAISE(ABORT, 'journal is posted: corrections are new rows'); END""",
    """CREATE TRIGGER journal_stays BEFORE DELETE ON journal
        BEGIN SELECT RAISE(ABORT, 'journal is posted: corrections are new rows'); END""",
    """CREATE TRIGGER shift_keeps BEFORE UPDATE ON shift
        BEGIN SELECT RAISE(ABORT, 'shift is posted: corrections are new rows'); END""",
    """CREATE TRIGGER shift_stays BEFORE DELETE ON shift
        BEGIN SELECT RAISE(ABORT, 'shift is posted: corrections are new rows'); END""",
    """CREATE TRIGGER z_report_keeps BEFORE UPDATE ON z_report
        BEGIN SELECT RAISE(ABORT, 'z_report is posted: corrections are new rows'); END""",
    """CREATE TRIGGER z_report_stays BEFORE DELETE ON z_report
        BEGIN SELECT RAISE(ABORT, 'z_report is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_keeps BEFORE UPDATE ON sale
        BEGIN SELECT RAISE(ABORT, 'sale is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_stays BEFORE DELETE ON sale
        BEGIN SELECT RAISE(ABORT, 'sale is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_line_keeps BEFORE UPDATE ON sale_line
        BEGIN SELECT RAISE(ABORT, 'sale_line is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_line_stays BEFORE DELETE ON sale_line
        BEGIN SELECT RAISE(ABORT, 'sale_line is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_tax_keeps BEFORE UPDATE ON sale_tax
        BEGIN SELECT RAISE(ABORT, 'sale_tax is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_tax_stays BEFORE DELETE ON sale_tax
        BEGIN SELECT RAISE(ABORT, 'sale_tax is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_tender_keeps BEFORE UPDATE ON sale_tender
        BEGIN SELECT RAISE(ABORT, 'sale_tender is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_tender_stays BEFORE DELETE ON sale_tender
        BEGIN SELECT RAISE(ABORT, 'sale_tender is posted: corrections are new rows'); END""",
    """CREATE TRIGGER stock_move_keeps BEFORE UPDATE ON stock_move
        BEGIN SELECT RAISE(ABORT, 'stock_move is posted: corrections are new rows'); END""",
    """CREATE TRIGGER stock_move_stays BEFORE DELETE ON stock_move
        BEGIN SELECT RAISE(ABORT, 'stock_move is posted: corrections are new rows'); END""",
    """CREATE TRIGGER receipt_copy_keeps BEFORE UPDATE ON receipt_copy
        BEGIN SELECT RAISE(ABORT, 'receipt_copy is posted: corrections are new rows'); END""",
    """CREATE TRIGGER receipt_copy_stays BEFORE DELETE ON receipt_copy
        BEGIN SELECT RAISE(ABORT, 'receipt_copy is posted: corrections are new rows'); END""",
    """CREATE TRIGGER outbox_stays BEFORE DELETE ON outbox
        BEGIN SELECT RAISE(ABORT, 'outbox is posted: corrections are new rows'); END""",
    """CREATE TRIGGER print_job_stays BEFORE DELETE ON print_job
        BEGIN SELECT RAISE(ABORT, 'print_job is posted: corrections are new rows'); END""",
    """CREATE TRIGGER outbox_keeps BEFORE UPDATE OF document_id, kind, journal_seq ON outbox
        BEGIN SELECT RAISE(ABORT, 'outbox is posted: corrections are new rows'); END""",
    """CREATE TRIGGER print_job_keeps BEFORE UPDATE OF job_id, document, number, copy, paper, created_at ON print_job
        BEGIN SELECT RAISE(ABORT, 'print_job is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_line_sealed BEFORE INSERT ON sale_line
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'sale_line is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_tax_sealed BEFORE INSERT ON sale_tax
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'sale_tax is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_tender_sealed BEFORE INSERT ON sale_tender
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'sale_tender is posted: corrections are new rows'); END""",
    """CREATE TRIGGER stock_move_sealed BEFORE INSERT ON stock_move
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'stock_move is posted: corrections are new rows'); END""",
    """CREATE TRIGGER journal_gapless BEFORE INSERT ON journal
        WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM journal), 0)
        BEGIN SELECT RAISE(ABORT, 'journal is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_in_open_shift BEFORE INSERT ON sale
        WHEN EXISTS (SELECT 1 FROM z_report WHERE shift_id = NEW.shift_id)
        BEGIN SELECT RAISE(ABORT, 'sale is posted: corrections are new rows'); END""",
    """CREATE TRIGGER shift_alone BEFORE INSERT ON shift
        WHEN EXISTS (SELECT 1 FROM shift s LEFT JOIN z_report z USING (shift_id) WHERE z.shift_id IS NULL)
        BEGIN SELECT RAISE(ABORT, 'shift is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_gapless BEFORE INSERT ON sale
        WHEN NEW.receipt_number <> 1 + coalesce((SELECT max(receipt_number) FROM sale), 0)
        BEGIN SELECT RAISE(ABORT, 'sale is posted: corrections are new rows'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables and their guards."""
    for statement in (*TABLES, *INDEXES, *TRIGGERS):
        db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version=1")
