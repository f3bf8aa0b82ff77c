"""`verify`: sound ledgers are called sound, and every kind of tampering with the file is found, and named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, Final

import apsw
import msgspec
import pytest

from config.settings import SellingSettings
from domain.chain import Flaw, Verdict
from domain.journal import canonical, digest
from domain.report import Report
from storage.connection import LedgerDatabase, open_ledger
from storage.verify import verify
from storage.z_paper import altered_papers, is_sealed
from tests.kit.catalog import BOOK, COFFEE, ROPE, SALMON, SOAP, WATER, weight_label
from tests.kit.lane import BETO, Shop, make_shop

CODES: Final = (COFFEE, WATER, BOOK, SOAP)


def sell_at_random(shop: Shop, count: int, seed: int) -> None:
    """Post sales of many kinds: voids, returns, labels, mixed tenders, copies, suspended baskets."""
    random, register = Random(seed), shop.register
    posted = 0
    while posted < count:
        for _ in range(random.randint(1, 4)):
            register.scan(random.choice(CODES), random.choice((None, 1_000_000, 2_000_000, -1_000_000)))
        act = random.randrange(8)
        if act == 0:
            register.scan(weight_label(SALMON, random.randint(1, 9_999)))
        elif act == 1:
            register.add_item(ROPE, 10_000 * random.randint(1, 900))
        elif act == 2:
            register.void_line(1)
        elif act == 3:
            register.suspend("Juan")
            for entry in register.list_suspended().baskets:  # type: ignore[union-attr]  # the ledger answers here
                register.resume(entry.basket_id)
        elif act == 4:
            register.add_tender("voucher", 100)
        answer = register.add_tender("cash", confirmed=True)
        posted += 1
        assert hasattr(answer, "receipt_number"), answer
        if act == 5:
            register.print_copy()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of two closed shifts and an open one."""
    shop = make_shop(tmp_path_factory.mktemp("sound"), selling=SellingSettings(negative_lines=True))
    for seed in (1, 2):
        sell_at_random(shop, 12, seed)
        shop.register.read_x(paper=True)
        shop.register.close_shift(0)
        shop.register.close_shift(1)
        shop.sign_on(BETO)
        shop.register.open_shift(seed)
    sell_at_random(shop, 6, 3)
    for code in CODES:
        shop.register.scan(code, 2_000_000)
    number = shop.register.add_tender("cash").receipt_number  # type: ignore[union-attr]  # nothing is refused here
    for kind in ("voucher", "cash"):
        shop.register.change_tender(kind, "error")
    shop.register.return_lines(str(number), "Otro")
    shop.register.add_tender("cash")
    shop.db.close()
    return shop.path


@pytest.fixture
def copy(ledger: Path, tmp_path: Path) -> Iterator[apsw.Connection]:
    """A copy of the ledger on a plain connection without any guard: what a thief with the card has."""
    shutil.copyfile(ledger, tmp_path / "l.db")
    raw = apsw.Connection(str(tmp_path / "l.db"))
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    yield raw
    raw.close()


def judge(raw: apsw.Connection) -> Verdict:
    """Verify a copy as the lane does."""
    path = raw.filename
    raw.close()
    db = LedgerDatabase(Path(path))
    db.connect()
    try:
        return verify(db)
    finally:
        db.close()


def flaws(verdict: Verdict) -> set[Flaw]:
    return {found.flaw for found in verdict.discrepancies}


def test_the_ledger_is_sound(ledger: Path) -> None:
    db = open_ledger(ledger)
    verdict = verify(db)
    db.close()
    assert verdict.discrepancies == ()
    assert verdict.is_sound
    assert verdict.rows == verdict.head.seq > 50


def test_an_empty_ledger_is_sound(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "l.db")
    assert verify(db) == Verdict(0, verify(db).head, ())
    db.close()


@pytest.mark.slow
@pytest.mark.parametrize("rounding", ["line", "document"])
def test_a_thousand_sales_are_sound(rounding: Any, tmp_path: Path) -> None:
    shop = make_shop(tmp_path, selling=SellingSettings(negative_lines=True, tax_rounding=rounding))
    sell_at_random(shop, 1_000, 42)
    assert verify(shop.db).discrepancies == ()
    shop.db.close()


@pytest.mark.parametrize("rounding", ["line", "document"])
def test_random_sales_are_sound(rounding: Any, tmp_path: Path) -> None:
    shop = make_shop(tmp_path, selling=SellingSettings(negative_lines=True, tax_rounding=rounding))
    sell_at_random(shop, 150, 7)
    assert verify(shop.db).discrepancies == ()
    shop.db.close()


COLUMNS: Final = [
    (table, column)
    for table, columns in {
        "journal": "chain kind at operator shift_id perpetual_net_minor perpetual_absolute_minor record hash",
        "shift": "opened_at opened_by business_date float_minor",
        "z_report": "at report paper hash",
        "sale": "sale_id shift_id journal_seq at business_date operator is_return line_count net_minor total_minor"
        " change_minor",
        "sale_line": "sku code name department tax_class uom uom_digits quantity_micro unit_price_micro amount_minor"
        " net_minor gross_minor price_origin quantity_origin voids operator salesperson",
        "sale_tax": "name rate_ppm included base_minor tax_minor",
        "sale_tender": "kind amount_minor change_minor reference",
        "stock_move": "sku quantity_micro",
        "receipt_copy": "at operator",
        "sale_return": "of_folio of_sale_id of_receipt of_line_no quantity_micro amount_minor",
        "tender_change": "position from_kind to_kind amount_minor reference",
        "shift_total": "kind key count amount_minor",
        "outbox": "document_id kind",
    }.items()
    for column in columns.split()
]


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda name: str(name))
def test_one_edited_value_of_any_column_is_found(table: str, column: str, copy: apsw.Connection) -> None:
    copy.execute("PRAGMA ignore_check_constraints=ON")
    (is_text,) = copy.execute(
        "SELECT type = 'TEXT' FROM pragma_table_info(?) WHERE name = ?", (table, column)
    ).fetchall()[0]
    changed = f"substr({column}, 1, length({column}) - 1) || 'ß'" if is_text else f"{column} + 1"
    key = copy.execute(f"SELECT * FROM {table} LIMIT 1 OFFSET (SELECT count(*) / 2 FROM {table})").fetchall()[0]  # noqa: S608
    names = [name for (name,) in copy.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    where = " AND ".join(f"{name} IS ?" for name in names)
    if column in ("included", "is_return"):
        changed = f"1 - {column}"
    copy.execute(f"UPDATE {table} SET {column} = {changed} WHERE {where}", key)  # noqa: S608
    assert copy.changes() == 1
    assert not judge(copy).is_sound


@pytest.mark.parametrize("table", sorted({table for table, _ in COLUMNS} - {"journal"}))
def test_a_deleted_row_of_any_table_is_found(table: str, copy: apsw.Connection) -> None:
    pick = (
        "rowid"
        if copy.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (table,)).fetchall() == [(0,)]
        else None
    )
    if pick:
        copy.execute(f"DELETE FROM {table} WHERE rowid = (SELECT max(rowid) FROM {table})")  # noqa: S608
    else:
        names = [name for (name,) in copy.execute("SELECT name FROM pragma_table_info(?) WHERE pk > 0", (table,))]
        keys = ", ".join(names)
        copy.execute(f"DELETE FROM {table} WHERE ({keys}) IN (SELECT {keys} FROM {table} LIMIT 1)")  # noqa: S608
    assert copy.changes() == 1
    assert not judge(copy).is_sound


@pytest.mark.parametrize("table", ["z_report", "print_job"])
@pytest.mark.parametrize("old", ["Tienda", "$", "16 %", "CORTE Z 1", '"bold":true', "}]"])
def test_a_z_paper_that_says_something_else_is_found_and_named(table: str, old: str, copy: apsw.Connection) -> None:
    where = "shift_id = 1" if table == "z_report" else "document = 'z' AND number = 1"
    copy.execute(f"UPDATE {table} SET paper = replace(paper, ?, ?) WHERE {where}", (old, old + " "))  # noqa: S608
    assert copy.changes() == 1
    verdict = judge(copy)
    assert [(found.flaw, found.detail) for found in verdict.discrepancies] == [(Flaw.PAPER, f"{table}: Z 1")]


def test_the_hash_on_a_z_paper_cannot_be_another_nor_stand_twice(copy: apsw.Connection) -> None:
    row_hash = str(copy.execute("SELECT hash FROM z_report WHERE shift_id = 1").fetchall()[0][0])
    for new in ("0" * 16, f'{row_hash[:16]}"}},{{"el":"text","text":"{row_hash[:16]}'):
        copy.execute("SAVEPOINT one")
        copy.execute("UPDATE z_report SET paper = replace(paper, ?, ?) WHERE shift_id = 1", (row_hash[:16], new))
        ((paper, body),) = copy.execute("SELECT paper, report FROM z_report WHERE shift_id = 1").fetchall()
        assert not is_sealed(str(paper), msgspec.json.decode(str(body), type=Report), row_hash)
        copy.execute("ROLLBACK TO one")


def test_a_z_that_was_not_sealed_proves_nothing_about_its_paper(copy: apsw.Connection) -> None:
    ((body,),) = copy.execute("SELECT report FROM z_report WHERE shift_id = 1").fetchall()
    report = msgspec.json.decode(str(body), type=Report)
    path = Path(copy.filename)
    copy.execute("UPDATE z_report SET paper = '[]'")
    copy.close()
    db = LedgerDatabase(path)
    db.connect()
    assert altered_papers(db, report, "") == ["z_report", "print_job"]
    assert altered_papers(db, msgspec.structs.replace(report, paper_hash=""), "") == []
    db.close()


ADDED: Final = {
    "sale": "SELECT receipt_number + 100, 'x', shift_id, journal_seq, at, business_date, operator, is_return,"
    " line_count, net_minor, total_minor, change_minor, rounding_minor FROM sale LIMIT 1",
    "sale_line": "SELECT receipt_number, 99, sku, code, name, department, tax_class, uom, uom_digits, quantity_micro,"
    " unit_price_micro, amount_minor, net_minor, gross_minor, price_origin, quantity_origin, voids, operator,"
    " kind, discount_ppm, regular_price_micro, salesperson FROM sale_line LIMIT 1",
    "sale_tax": "SELECT receipt_number, 'x', name, rate_ppm, included, base_minor, tax_minor, kind"
    " FROM sale_tax LIMIT 1",
    "sale_tender": "SELECT receipt_number, 9, kind, amount_minor, change_minor, reference FROM sale_tender LIMIT 1",
    "stock_move": "SELECT receipt_number, 'x', quantity_micro FROM stock_move LIMIT 1",
    "receipt_copy": "SELECT receipt_number, 99, at, operator, 1 FROM receipt_copy LIMIT 1",
    "shift": "SELECT shift_id + 9, opened_at, opened_by, business_date, float_minor, 1 FROM shift LIMIT 1",
    "z_report": "SELECT 3, at, report, paper, hash, 1 FROM z_report LIMIT 1",
    "shift_total": "SELECT shift_id, 'tendered', 'gold', count, amount_minor FROM shift_total LIMIT 1",
    "outbox": "SELECT 'x', kind, 1, state, attempts, batch, changed_at, reason FROM outbox LIMIT 1",
}


@pytest.mark.parametrize("table", ADDED)
def test_a_row_of_which_the_journal_knows_nothing_is_found(table: str, copy: apsw.Connection) -> None:
    copy.execute(f"INSERT INTO {table} {ADDED[table]}")
    assert not judge(copy).is_sound


def journal(raw: apsw.Connection) -> list[list[Any]]:
    return [list(row) for row in raw.execute("SELECT * FROM journal ORDER BY seq")]


def rewrite(raw: apsw.Connection, rows: list[list[Any]]) -> None:
    raw.execute("DELETE FROM journal")
    raw.cursor().executemany("INSERT INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def rechain(rows: list[list[Any]]) -> list[list[Any]]:
    """Work hashes and links out anew, as a thief does who knows how."""
    before = "0" * 64
    for number, row in enumerate(rows, 1):
        record = {**json.loads(row[8]), "prev": before, "seq": number}
        text = canonical(record)
        before = digest(text)
        row[0], row[8], row[9] = number, text.decode(), before
    return rows


@pytest.mark.parametrize("seed", range(12))
def test_a_deleted_journal_row_is_a_gap(seed: int, copy: apsw.Connection) -> None:
    rows = journal(copy)
    del rows[Random(seed).randrange(len(rows) - 1)]
    rewrite(copy, rows)
    assert Flaw.GAP in flaws(judge(copy))


@pytest.mark.parametrize("seed", range(12))
def test_two_swapped_journal_rows_are_found(seed: int, copy: apsw.Connection) -> None:
    rows = journal(copy)
    one, other = Random(seed).sample(range(len(rows)), 2)
    rows[one][1:], rows[other][1:] = rows[other][1:], rows[one][1:]
    rewrite(copy, rows)
    assert {Flaw.CHAIN, Flaw.COLUMNS} & flaws(judge(copy))


@pytest.mark.parametrize("seed", range(12))
def test_a_copied_journal_row_put_in_is_found(seed: int, copy: apsw.Connection) -> None:
    rows = journal(copy)
    at = Random(seed).randrange(len(rows))
    rows.insert(at, list(rows[at]))
    for number, row in enumerate(rows, 1):
        row[0] = number
    rewrite(copy, rows)
    assert Flaw.CHAIN in flaws(judge(copy))


@pytest.mark.parametrize("seed", range(12))
def test_an_edited_record_is_found_by_its_hash_and_named(seed: int, copy: apsw.Connection) -> None:
    rows, random = journal(copy), Random(seed)
    row = random.choice(rows)
    at = random.choice([i for i, char in enumerate(row[8]) if char.isdigit()])
    row[8] = row[8][:at] + str((int(row[8][at]) + 1) % 10) + row[8][at + 1 :]
    rewrite(copy, rows)
    verdict = judge(copy)
    assert {Flaw.HASH, Flaw.UNREADABLE} & flaws(verdict)
    assert verdict.discrepancies[0].seq == row[0]


@pytest.mark.parametrize("field", ["amount_minor", "perpetual_net_minor", "perpetual_absolute_minor"])
def test_a_total_edited_with_the_chain_worked_out_anew_is_found(field: str, copy: apsw.Connection) -> None:
    rows = journal(copy)
    row = next(row for row in rows if row[2] == "sale_posted")
    row[8] = json.dumps({**json.loads(row[8]), field: json.loads(row[8])[field] + 1})
    rewrite(copy, rechain(rows))
    assert Flaw.TOTALS in flaws(judge(copy))


def test_a_sale_taken_out_of_journal_and_tables_with_the_chain_worked_out_anew_is_found(copy: apsw.Connection) -> None:
    """The perpetual totals and the Zs still count it."""
    rows = journal(copy)
    row = next(row for row in rows if row[2] == "sale_posted")
    number = json.loads(row[8])["body"]["receipt_number"]
    rows.remove(row)
    for table in ("sale_line", "sale_tax", "sale_tender", "stock_move", "sale"):
        copy.execute(f"DELETE FROM {table} WHERE receipt_number = ?", (number,))  # noqa: S608
    rewrite(copy, rechain(rows))
    assert {Flaw.TOTALS, Flaw.SHIFT_TOTAL} <= flaws(judge(copy))


def test_a_z_that_says_less_than_its_sales_is_found_even_with_the_chain_worked_out_anew(copy: apsw.Connection) -> None:
    rows = journal(copy)
    row = next(row for row in rows if row[2] == "shift_closed")
    record = json.loads(row[8])
    record["body"]["sales"]["amount_minor"] -= 100
    row[8] = json.dumps(record)
    rewrite(copy, rechain(rows))
    assert Flaw.SHIFT_TOTAL in flaws(judge(copy))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        "{}",
        '{"v":1e400}',
        "[" * 20_000,
        '{"body":' + "[" * 900 + "]" * 900 + "}",
    ],
    ids=["empty", "no json", "list", "nothing", "huge", "open", "deep"],
)
def test_a_record_that_cannot_be_read_is_named_and_hides_no_other(text: str, copy: apsw.Connection) -> None:
    copy.execute("UPDATE journal SET record = ? WHERE seq = 5", (text,))
    copy.execute("UPDATE sale SET total_minor = total_minor + 1 WHERE receipt_number = 20")
    verdict = judge(copy)
    assert Flaw.UNREADABLE in flaws(verdict)
    assert any(found.seq == 5 for found in verdict.discrepancies)
    assert any(found.detail == "sale" for found in verdict.discrepancies)


@pytest.mark.parametrize("kind", ["sale_posted", "shift_opened", "shift_closed", "copy_printed"])
@pytest.mark.parametrize("body", [None, [], {}, {"receipt_number": "x"}, 7, "x"])
def test_a_body_of_another_shape_is_a_flaw_and_no_crash(kind: str, body: Any, copy: apsw.Connection) -> None:
    rows = journal(copy)
    row = next(row for row in rows if row[2] == kind)
    row[8] = json.dumps({**json.loads(row[8]), "body": body})
    rewrite(copy, rechain(rows))
    assert Flaw.UNREADABLE in flaws(judge(copy))


def test_bytes_that_are_no_text_are_a_flaw_and_no_crash(copy: apsw.Connection) -> None:
    copy.execute("UPDATE sale SET operator = CAST(x'ff' AS TEXT) WHERE receipt_number = 1")
    assert not judge(copy).is_sound


def test_bytes_that_are_no_text_in_the_journal_are_a_flaw_and_no_crash(copy: apsw.Connection) -> None:
    copy.execute("UPDATE journal SET record = CAST(x'ff' AS TEXT) WHERE seq = 5")
    assert Flaw.UNREADABLE in flaws(judge(copy))


def test_a_cut_tail_is_what_only_an_anchor_elsewhere_can_show(copy: apsw.Connection) -> None:
    """Said here so that nobody believes otherwise: the ERP's (seq, hash) is for this."""
    rows = journal(copy)
    while rows[-1][2] != "shift_opened":
        row = rows.pop()
        body = json.loads(row[8])["body"]
        if row[2] == "sale_posted":
            parts = (
                "sale_line",
                "sale_tax",
                "sale_tender",
                "stock_move",
                "sale_return",
                "tender_change",
                "receipt_copy",
            )
            for table in (*parts, "sale"):
                copy.execute(f"DELETE FROM {table} WHERE receipt_number = ?", (body["receipt_number"],))  # noqa: S608
        copy.execute("DELETE FROM outbox WHERE journal_seq = ?", (row[0],))
        copy.execute("DELETE FROM receipt_copy WHERE journal_seq = ?", (row[0],))
        copy.execute("DELETE FROM personal WHERE seq = ?", (row[0],))
    copy.execute("DELETE FROM shift_total WHERE shift_id = (SELECT max(shift_id) FROM shift)")
    rewrite(copy, rows)
    assert judge(copy).is_sound
