"""G12, G13, G21: the Z of a long day, beside adding up its rows, and beside the Z of a short one; detailed reports.

Drawn is what `close_shift` draws inside its transaction, here without the transaction: totals, names, head of the
journal, state of the outbox, and the report made of them. The yardstick adds up the same shift's rows by SQL:
documents, operators, departments, taxes and tenders; it reads every row once, uses the index on the shift, and
makes no report. Its sums must be the report's, else nothing is reported.

The day is made of some hundred sales through the register, copied row by row under new numbers; each copy has its
journal row (without the record's text, which a Z does not read) and its outbox row, sent but for the first
hundreds: the ERP is there. The note tells what the same Z costs when all of them still wait for it.

The six detailed reports of the long day are drawn with their names and in parts that can be stopped; their yardstick
is one statement each over the whole tables, which nobody could stop.
"""

from __future__ import annotations

import random
import statistics
from functools import partial
from pathlib import Path
from typing import Any, Final

from bench.measure import Pairs, took_seconds
from bench.run import Run
from bench.store import SEED, expect, make_items, make_ledger, open_for_sale
from domain.report import Report
from domain.report_detail import DetailBy, DetailReport
from register.register import Register
from storage.connection import LedgerDatabase

LINES: Final = 5
BASE: Final = 200
"""Sales made through the register."""
PARTS: Final = ("sale_line", "sale_tax", "sale_tender", "stock_move")

SUMS: Final = {
    "documents": "SELECT count(*), sum(total_minor), sum(net_minor) FROM sale WHERE shift_id = ? GROUP BY is_return",
    "operators": "SELECT operator, count(*), sum(total_minor) FROM sale WHERE shift_id = ? GROUP BY operator",
    "departments": """
        SELECT l.department, count(*), sum(l.gross_minor) FROM sale s JOIN sale_line l USING (receipt_number)
        WHERE s.shift_id = ? AND l.voids = 0 GROUP BY l.department ORDER BY l.department""",
    "taxes": """
        SELECT t.code, sum(t.base_minor), sum(t.tax_minor) FROM sale s JOIN sale_tax t USING (receipt_number)
        WHERE s.shift_id = ? GROUP BY t.code ORDER BY t.code""",
    "tenders": """
        SELECT t.kind, count(*), sum(t.amount_minor), sum(t.change_minor) FROM sale s
        JOIN sale_tender t USING (receipt_number) WHERE s.shift_id = ? GROUP BY t.kind ORDER BY t.kind""",
}

DETAILS: Final = {
    DetailBy.HOUR: "SELECT substr(at, 1, 13), count(*), sum(total_minor) FROM sale GROUP BY 1",
    DetailBy.OPERATOR: "SELECT operator, count(*), sum(total_minor) FROM sale GROUP BY operator",
    DetailBy.DEPARTMENT: """
        SELECT department, sum(CASE WHEN kind <> 'item' THEN 0 WHEN voids = 0 THEN 1 ELSE -1 END), sum(gross_minor)
        FROM sale_line GROUP BY department""",
    DetailBy.ITEM: """
        SELECT sku, max(name), sum(CASE WHEN voids = 0 THEN 1 ELSE -1 END), sum(quantity_micro), sum(gross_minor)
        FROM sale_line WHERE kind = 'item' GROUP BY sku""",
    DetailBy.SALESPERSON: """
        SELECT salesperson, sum(CASE WHEN kind <> 'item' THEN 0 WHEN voids = 0 THEN 1 ELSE -1 END), sum(gross_minor)
        FROM sale_line GROUP BY salesperson""",
    DetailBy.TENDER: "SELECT kind, count(*), sum(amount_minor) - sum(change_minor) FROM sale_tender GROUP BY kind",
}


def measure(run: Run) -> dict[str, Pairs]:
    """Draw the Z of both days in turn, and add the long one's rows up in turn."""
    folder = run.place("z")
    short_count, long_count = 1_000, run.size(100_000, 5_000)
    short_db, short = make_day(folder / "short.db", short_count)
    long_db, long = make_day(folder / "long.db", long_count)
    _compare(long_db, long, long_count)
    _compare_details(long_db, long)
    beside_rows, beside_short = Pairs(), Pairs()
    run.settle()
    for _ in range(run.size(300, 50)):
        beside_short.take(partial(_draw, long), partial(_draw, short))
    for _ in range(run.size(9, 3)):
        beside_rows.take(partial(_draw, long), partial(_add_up, long_db, 1))
    details = Pairs()
    for _ in range(run.size(9, 3)):
        details.take(partial(_draw_details, long), partial(_add_up_details, long_db))
    beside_short.note = _tell_more(long_db, long, short)
    short_db.close()
    long_db.close()
    return {"G12": beside_rows, "G13": beside_short, "G21": details}


def _tell_more(db: LedgerDatabase, long: Register, short: Register) -> str:
    """Tell what the Z costs without the ERP, and what closing costs in earnest."""
    with db.atomic():
        db.run("UPDATE outbox SET state = 'waiting' WHERE state = 'sent'")
    alone = statistics.median(took_seconds(partial(_draw, long)) * 1e3 for _ in range(20))
    closed = [took_seconds(partial(_close, register)) * 1e3 for register in (long, short)]
    return (
        f"{alone:.2f} ms while all of them wait for the ERP; closed once, with count, paper and commit:"
        f" {closed[0]:.1f} ms, and {closed[1]:.1f} ms"
    )


def make_day(path: Path, count: int) -> tuple[LedgerDatabase, Register]:
    """Make a ledger with that many sales in its open shift."""
    items = list(make_items(1_000))
    db = make_ledger(path, items)
    register = open_for_sale(db)
    chance = random.Random(SEED)
    for _ in range(BASE):
        for _ in range(LINES):
            expect(register.scan(chance.choice(items).code))
        expect(register.add_tender("cash", 9_000_000))
    with db.atomic():
        for n in range(1, count // BASE):
            _copy_sales(db, n * BASE)
        db.run("UPDATE shift_total SET count = count * ?, amount_minor = amount_minor * ?", (count // BASE,) * 2)
    db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    return db, register


def _copy_sales(db: LedgerDatabase, above: int) -> None:
    """Copy the first sales once more, with numbers above those there are."""
    for table in PARTS:
        others = ", ".join(_columns(db, table)[1:])
        db.run(
            f"INSERT INTO {table} SELECT receipt_number + ?, {others} FROM {table} WHERE receipt_number <= ?",  # noqa: S608
            (above, BASE),
        )
    seq = int((db.one("SELECT max(seq) FROM journal") or (0,))[0])
    sales = db.all("SELECT * FROM sale WHERE receipt_number <= ? ORDER BY receipt_number", (BASE,))
    rows = [(n, f"{sale[1]}-{above}", sale) for n, sale in enumerate(sales, 1)]
    journal = [(seq + n, "S", "sale_posted", sale[4], sale[6], sale[2], 0, 0, "{}", "0" * 64) for n, _, sale in rows]
    db.many("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", journal)
    db.many(
        "INSERT INTO sale VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(sale[0] + above, sale_id, sale[2], seq + n, *sale[4:]) for n, sale_id, sale in rows],
    )
    db.many(
        "INSERT INTO outbox (document_id, kind, journal_seq, state) VALUES (?, 'sale_posted', ?, 'sent')",
        [(sale_id, seq + n) for n, sale_id, _ in rows],
    )


def _columns(db: LedgerDatabase, table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [str(row[1]) for row in db.all(f"PRAGMA table_info({table})")]


def _draw(register: Register) -> Report:
    """Draw the report of the open shift."""
    report: Report = expect(register.draw_x()).report
    return report


def _close(register: Register) -> None:
    """Close the shift, with a count that is right."""
    expect(register.close_shift(_draw(register).till.expected_minor))


def _add_up(db: LedgerDatabase, shift_id: int) -> dict[str, list[tuple[Any, ...]]]:
    """Add up a shift's rows: the yardstick."""
    return {name: db.all(sql, (shift_id,)) for name, sql in SUMS.items()}


def _draw_details(register: Register) -> list[DetailReport]:
    """Draw every detailed report of all days."""
    return [expect(register.draw_details(by, "", "9999")) for by in DetailBy]


def _add_up_details(db: LedgerDatabase) -> dict[DetailBy, list[tuple[Any, ...]]]:
    """Add up the same by one statement each: the yardstick."""
    return {by: db.all(sql) for by, sql in DETAILS.items()}


def _compare_details(db: LedgerDatabase, register: Register) -> None:
    """Refuse to report anything unless both come to the same."""
    raw = _add_up_details(db)
    for report in _draw_details(register):
        if report.total_minor != sum(row[-1] for row in raw[report.by]):
            raise RuntimeError(f"the report by {report.by} and the rows do not say the same")


def _compare(db: LedgerDatabase, register: Register, count: int) -> None:
    """Refuse to report anything unless the report and the rows say the same."""
    report, sums = _draw(register), _add_up(db, 1)
    told = {
        "documents": [(report.sales.count, report.sales.amount_minor, report.net_minor)],
        "operators": [(row.code, row.count, row.amount_minor) for row in report.operators],
        "departments": [(row.code, row.count, row.amount_minor) for row in report.departments],
        "taxes": [(row.code, row.base_minor, row.tax_minor) for row in report.taxes],
        "tenders": [(row.kind, row.count, row.tendered_minor, row.change_minor) for row in report.tenders],
    }
    if told != sums or report.sales.count != count:
        raise RuntimeError("the report and the rows do not say the same")
