"""G9, G10, G11: a catalogue from a file until it can be searched, again unchanged, and beside sales.

G9's yardstick does the same work with nothing around it: it reads the same CSV file and writes the same rows into
the same tables, indexes and full-text index by executemany, in one transaction with the same pragmas. Ours also
judges every row, compares it with the catalogue and commits in small pieces. Its pauses between the pieces are
left out in G9 and G10, because they are no work; the note tells the time with them. At the end both hold the same
items, codes and words.

G11 takes nothing out: one process imports at its usual pace, another posts sales and keeps the worst.
"""

from __future__ import annotations

import csv
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import apsw

from bench.measure import Pairs, took_seconds
from bench.run import Run
from bench.store import DEPARTMENTS, SETTINGS, MadeItem, expect, make_items, make_ledger, open_for_sale
from register.register import Register
from storage.connection import LedgerDatabase, open_ledger, prepare
from storage.pace import Pace
from sync.catalog_import import ImportOptions, ImportReport, import_catalog
from sync.import_rules import shop_rules

BREATH_SECONDS: Final = 0.005
"""Between two sales: some hundred in a second, a thousand times what a cashier does."""
COLUMNS: Final = ("sku", "code", "name", "price", "department", "tax_class")
COMPARED: Final = (
    "SELECT sku, name, tax_class, unit_price_micro, uom, uom_digits, is_weighed, is_for_sale FROM item ORDER BY sku",
    "SELECT c.code, i.sku, c.pack_micro FROM item_code c JOIN item i USING (item_id) ORDER BY c.code",
    "SELECT count(*) FROM item_fts WHERE item_fts MATCH 'cafe'",
    "SELECT count(*) FROM item_fts WHERE item_fts MATCH 'abarrotes AND san*'",
)


def measure(run: Run) -> dict[str, Pairs]:
    """Import in turn, then sell beside an import."""
    folder = run.place("import")
    file = folder / "items.csv"
    write_csv(file, make_items(run.size(100_000, 5_000)))
    first, again = Pairs(), Pairs()
    for n in range(run.size(5, 2)):
        run.settle()
        _import_both(folder / f"{n}", file, first, again)
    first.note = f"with its pauses it takes {_with_pauses(folder, file):.1f} s"
    return {"G9": first, "G10": again, "G11": beside_sales(run, folder, file)}


def write_csv(path: Path, items: Any) -> None:
    """Write a catalogue as an ERP would."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        writer.writerows(_cells(item) for item in items)


def _cells(item: MadeItem) -> tuple[str, ...]:
    """Return an item as cells of the file."""
    cents = item.unit_price_micro // 10_000
    price = f"{cents // 100}.{cents % 100:02d}"
    return item.sku, item.code, item.name, price, DEPARTMENTS[int(item.department) - 1], item.tax_class


def import_ours(db: LedgerDatabase, file: Path, pace: Pace) -> ImportReport:
    """Import a file as `mostrador import items` does."""
    report = import_catalog(db, file, ImportOptions(shop_rules(SETTINGS)), pace=pace)
    if report.refused or not report.is_applied:
        raise RuntimeError(f"{report.refused} rows were refused: {report.refusals[:3]}")
    return report


def _import_both(stem: Path, file: Path, first: Pairs, again: Pairs) -> None:
    """Import the file on both sides, ours twice, now one side first and now the other."""
    ours, raw_path = stem.with_suffix(".db"), stem.with_suffix(".raw.db")
    make_ledger(raw_path, []).close()
    db = make_ledger(ours, [])
    raw = apsw.Connection(str(raw_path))
    prepare(raw)
    restless = Pace(pause=lambda _ns: None)
    first.take(partial(import_ours, db, file, restless), partial(import_raw, raw, file))
    again.ours.append(took_seconds(partial(import_ours, db, file, restless)))
    again.yardstick.append(first.ours[-1])
    _compare(db, raw)
    db.close()
    raw.close()


def import_raw(connection: apsw.Connection, file: Path) -> None:
    """Write the rows of the file: the yardstick."""
    codes = {name: f"{n:02d}" for n, name in enumerate(DEPARTMENTS, 1)}
    with file.open(encoding="utf-8", newline="") as text:
        rows = csv.reader(text)
        next(rows)
        read = [
            (n, sku, name, codes[dept], tax, int(price.replace(".", "")) * 10_000, code.rjust(14, "0"), dept)
            for n, (sku, code, name, price, dept, tax) in enumerate(rows, 1)
        ]
    cursor = connection.cursor()
    cursor.execute("BEGIN IMMEDIATE")
    cursor.executemany(
        "INSERT INTO item (item_id, sku, name, department, tax_class,"
        " unit_price_micro, uom, uom_digits, is_weighed, is_for_sale)"
        " VALUES (?, ?, ?, ?, ?, ?, 'pc', 0, 0, 1)",
        [row[:6] for row in read],
    )
    cursor.executemany("INSERT INTO item_code VALUES (?, ?, 1000000)", [(row[6], row[0]) for row in read])
    cursor.executemany(
        "INSERT INTO item_fts (rowid, name, department) VALUES (?, ?, ?)", [(row[0], row[2], row[7]) for row in read]
    )
    cursor.execute("COMMIT")


def _compare(db: LedgerDatabase, raw: apsw.Connection) -> None:
    """Refuse to report anything unless both sides hold the same catalogue."""
    for sql in COMPARED:
        if db.all(sql) != list(raw.execute(sql)):
            raise RuntimeError(f"the yardstick has another catalogue: {sql}")


def _with_pauses(folder: Path, file: Path) -> float:
    """Return how many seconds an import takes at its usual pace."""
    db = make_ledger(folder / "paced.db", [])
    took = took_seconds(partial(import_ours, db, file, Pace()))
    db.close()
    return took


def beside_sales(run: Run, folder: Path, file: Path) -> Pairs:
    """Post sales while another process imports the file, and as many while none does, in turn."""
    pairs = Pairs()
    lengths: list[float] = []
    items = list(make_items(100))
    for n in range(run.size(3, 1)):
        path = folder / f"selling-{n}.db"
        db = make_ledger(path, [])
        import_ours(db, _head_of(file, folder), Pace())
        register = open_for_sale(db)
        began = perf_counter()
        program = [sys.executable, "-m", "bench.imports", str(path), str(file)]
        with subprocess.Popen(program, stdout=subprocess.DEVNULL) as process:
            beside = sell(register, items, partial(_is_running, process))
        if process.returncode:
            raise RuntimeError("the import beside the sales has failed")
        lengths.append(perf_counter() - began)
        pairs.ours += beside
        pairs.yardstick += sell(register, items, len(beside).__gt__)
        db.close()
    worst = max(pairs.ours)
    pairs.note = f"worst sale {worst * 1e3:.1f} ms is {worst / min(lengths):.4f} of the import's {min(lengths):.1f} s"
    return pairs


def _is_running(process: subprocess.Popen[bytes], _count: int) -> bool:
    """Say whether the import is still at work."""
    return process.poll() is None


def _head_of(file: Path, folder: Path) -> Path:
    """Return a file with the first hundred items of a file: something to sell from the start."""
    head = folder / "head.csv"
    if not head.exists():
        with file.open(encoding="utf-8") as text:
            head.write_text("".join(line for _, line in zip(range(101), text, strict=False)), encoding="utf-8")
    return head


def sell(register: Register, items: list[MadeItem], goes_on: Callable[[int], bool]) -> list[float]:
    """Post one-line sales for as long as it is to go on; return how long each posting took."""
    took: list[float] = []
    while goes_on(len(took)):
        expect(register.scan(items[len(took) % len(items)].code))
        took.append(took_seconds(lambda: expect(register.add_tender("cash", 9_000_000))))
        time.sleep(BREATH_SECONDS)
    return took


def main(ledger: str, file: str) -> None:
    """Import a file into a ledger at the usual pace: the other process of G11."""
    db = open_ledger(Path(ledger))
    import_ours(db, Path(file), Pace())
    db.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
