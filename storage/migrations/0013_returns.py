"""Returns: what came back of which sale, what the ERP told of elsewhere, and tender kinds that were changed later."""

from __future__ import annotations

from typing import Any

STATEMENTS = (
    """CREATE TABLE sale_return (
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number) DEFERRABLE INITIALLY DEFERRED,
        line_no INTEGER NOT NULL CHECK (line_no > 0), of_folio TEXT NOT NULL CHECK (of_folio <> ''),
        of_sale_id TEXT NOT NULL, of_receipt INTEGER REFERENCES sale (receipt_number),
        of_line_no INTEGER NOT NULL, quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
        amount_minor INTEGER NOT NULL, PRIMARY KEY (receipt_number, line_no)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX sale_return_of ON sale_return (of_folio, of_line_no)",
    """CREATE TABLE returned_elsewhere (
        folio TEXT NOT NULL, line_no INTEGER NOT NULL, quantity_micro INTEGER NOT NULL CHECK (quantity_micro > 0),
        PRIMARY KEY (folio, line_no)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE tender_change (
        journal_seq INTEGER PRIMARY KEY REFERENCES journal (seq),
        receipt_number INTEGER NOT NULL REFERENCES sale (receipt_number), position INTEGER NOT NULL,
        shift_id INTEGER NOT NULL REFERENCES shift (shift_id), from_kind TEXT NOT NULL, to_kind TEXT NOT NULL,
        amount_minor INTEGER NOT NULL CHECK (amount_minor <> 0), reference TEXT NOT NULL) STRICT""",
    "CREATE INDEX tender_change_sale ON tender_change (receipt_number)",
    """CREATE TRIGGER sale_return_keeps BEFORE UPDATE ON sale_return
        BEGIN SELECT RAISE(ABORT, 'sale_return is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_return_stays BEFORE DELETE ON sale_return
        BEGIN SELECT RAISE(ABORT, 'sale_return is posted: corrections are new rows'); END""",
    """CREATE TRIGGER tender_change_keeps BEFORE UPDATE ON tender_change
        BEGIN SELECT RAISE(ABORT, 'tender_change is posted: corrections are new rows'); END""",
    """CREATE TRIGGER tender_change_stays BEFORE DELETE ON tender_change
        BEGIN SELECT RAISE(ABORT, 'tender_change is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_return_sealed BEFORE INSERT ON sale_return
        WHEN EXISTS (SELECT 1 FROM sale WHERE receipt_number = NEW.receipt_number)
        BEGIN SELECT RAISE(ABORT, 'sale_return is posted: corrections are new rows'); END""",
    """CREATE TRIGGER tender_change_in_open_shift BEFORE INSERT ON tender_change
        WHEN EXISTS (SELECT 1 FROM z_report WHERE shift_id = NEW.shift_id)
        BEGIN SELECT RAISE(ABORT, 'tender_change is posted: corrections are new rows'); END""",
    """CREATE TRIGGER sale_return_left BEFORE INSERT ON sale_return
        WHEN NEW.of_receipt IS NOT NULL AND NEW.quantity_micro
            + coalesce((SELECT sum(quantity_micro) FROM sale_return
                WHERE of_folio = NEW.of_folio AND of_line_no = NEW.of_line_no), 0)
            > coalesce((SELECT quantity_micro FROM sale_line
                WHERE receipt_number = NEW.of_receipt AND line_no = NEW.of_line_no), 0)
        BEGIN SELECT RAISE(ABORT, 'sale_return: no more can come back than was sold'); END""",
)


def up(migrator: Any, db: Any) -> None:
    """Make the tables and their guards; nothing came back with a receipt before."""
    for statement in STATEMENTS:
        db.execute_sql(statement)
