"""Importing a catalogue: what becomes of the items, and what is reported."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalog_flaw import Flaw, Mend
from domain.item import Department
from storage.catalog import find_by_code, read_departments, search_items
from storage.connection import LedgerDatabase, open_ledger
from sync.catalog_import import Phase, import_catalog, import_lock
from sync.catalog_text import UnreadableFile
from sync.errors import SyncBusy
from sync.import_summary import summarize
from tests.kit.catalog import COFFEE, COFFEE_SIX, SOAP, WATER, weight_label
from tests.kit.hostile import HOSTILE_NAMES
from tests.sync.catalogs import AT_ONCE, OPTIONS, catalog, put, take, words_of


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    return open_ledger(tmp_path / "ledger.db")


def test_items_can_be_found_as_soon_as_they_are_written(db: LedgerDatabase) -> None:
    report = take(
        db,
        (f"{COFFEE} {COFFEE_SIX}", "1 6", "Café Ñandú", "45.50", "Abarrotes", "pz", "16", ""),
        ("1001", "", "Jitomate", "32.9", "Frutas", "", "0%", "1"),
        ("gift", "", "Straße", "", "Abarrotes", "", "exento", ""),
        header=("code", "pack", "name", "price", "department", "unit", "tax", "weighed"),
    )
    assert (report.rows, report.new, report.changed, report.unchanged, report.refused) == (3, 3, 0, 0, 0)
    assert report.is_applied
    six = find_by_code(db, COFFEE_SIX)
    assert six is not None
    assert (six.pack_micro, six.item.sku, six.item.unit_price_micro) == (6_000_000, COFFEE, 45_500_000)
    assert [item.name for item in search_items(db, "nandu caf", 9)] == ["Café Ñandú"]
    assert [item.name for item in search_items(db, "strasse", 9)] == ["Straße"]
    assert [item.name for item in search_items(db, "frut", 9)] == ["Jitomate"]
    jitomate = find_by_code(db, "1001")
    assert jitomate is not None
    assert (jitomate.item.uom.code, jitomate.item.tax_class, jitomate.item.is_weighed) == ("kg", "zero", True)
    assert read_departments(db) == (
        Department("abarrotes", "Abarrotes", "general"),
        Department("frutas", "Frutas", "zero"),
    )
    assert db.one("SELECT source, rows, applied, finished_at <> '' FROM import_batch") == ("items.csv", 3, 3, 1)


def test_the_same_file_again_writes_nothing(db: LedgerDatabase) -> None:
    rows = [(f"{COFFEE} A1", "Café", "45.50", "Abarrotes"), ("B2", "Té", "", "Bebidas")]
    take(db, *rows)
    before, version = catalog(db), db.data_version
    other = open_ledger(db.path)
    seen = other.data_version
    report = take(db, *rows)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 2)
    assert (catalog(db), db.data_version, other.data_version) == (before, version, seen)
    other.close()


def test_what_is_different_is_changed_and_found_by_its_new_words_only(db: LedgerDatabase) -> None:
    take(db, (f"{COFFEE} OLD", "Café", "45.50", "Abarrotes"), (WATER, "Agua", "10", "Bebidas"))
    report = take(db, (f"{COFFEE} NEW", "Cacao", "46", "Bebidas"), (WATER, "Agua", "10", "Bebidas"))
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    item = find_by_code(db, COFFEE)
    assert item is not None
    assert (item.item.name, item.item.unit_price_micro, item.item.department) == ("Cacao", 46_000_000, "bebidas")
    assert find_by_code(db, "OLD") is None
    assert find_by_code(db, "NEW") is not None
    assert (words_of(db, "cafe"), words_of(db, "cacao"), words_of(db, "bebidas")) == (
        [],
        [COFFEE],
        sorted([COFFEE, WATER]),
    )


def test_a_price_alone_leaves_the_words_alone(db: LedgerDatabase) -> None:
    take(db, (COFFEE, "Café", "45.50", ""))
    segments = db.one("SELECT count(*) FROM item_fts_data")
    take(db, (COFFEE, "Café", "46.00", ""))
    assert db.one("SELECT count(*) FROM item_fts_data") == segments
    assert words_of(db, "cafe") == [COFFEE]


def test_an_item_that_is_not_in_the_file_stays(db: LedgerDatabase) -> None:
    take(db, (COFFEE, "Café", "45.50", ""), (WATER, "Agua", "10", ""))
    take(db, (WATER, "Agua", "11", ""))
    assert find_by_code(db, COFFEE) is not None


def test_bad_rows_are_refused_and_kept_to_correct(db: LedgerDatabase) -> None:
    report = take(
        db,
        (COFFEE, "Café", "45.50", ""),
        ("7501000111207", "=1+1", "1", ""),
        (WATER, "Agua", "-10", ""),
        (SOAP, "Jabón"),
        (weight_label("20001", 125), "Salmón", "1", ""),
    )
    assert (report.new, report.refused, report.is_applied) == (1, 4, True)
    assert [(r.line, r.flaw) for r in report.refusals] == [
        (3, Flaw.BAD_CHECK_DIGIT),
        (4, Flaw.NEGATIVE_PRICE),
        (5, Flaw.WRONG_COLUMNS),
        (6, Flaw.LABEL_WITH_VALUE),
    ]
    refused = Path(report.refused_file)
    assert refused == db.path.with_name("items.csv.refused.csv")
    with refused.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["refused_line"] for row in rows] == ["3", "4", "5", "6"]
    assert (rows[0]["code"], rows[0]["name"], rows[0]["refused_reason"]) == (
        "7501000111207",
        "'=1+1",
        "bad_check_digit",
    )
    assert rows[2]["name"] == "Jabón"
    lines = "\n".join(summarize(report))
    assert "line 4: the price is negative: -10" in lines


def test_the_file_of_refused_rows_can_be_corrected_and_imported(db: LedgerDatabase) -> None:
    report = take(db, (WATER, "Agua", "-10", "Bebidas"))
    refused = Path(report.refused_file)
    refused.write_text(refused.read_text("utf-8-sig").replace('"-10"', '"10"'), "utf-8")
    assert import_catalog(db, refused, OPTIONS, pace=AT_ONCE).new == 1
    assert find_by_code(db, WATER) is not None


def test_a_later_import_without_refusals_takes_the_old_file_away(db: LedgerDatabase) -> None:
    refused = Path(take(db, (WATER, "Agua", "-10", "")).refused_file)
    assert refused.exists()
    assert take(db, (WATER, "Agua", "10", "")).refused_file == ""
    assert not refused.exists()


@pytest.mark.parametrize(("is_strict", "is_dry_run"), [(True, False), (False, True)])
def test_nothing_is_applied_from_a_strict_or_dry_run(db: LedgerDatabase, is_strict: bool, is_dry_run: bool) -> None:
    rows = ((COFFEE, "Café", "45.50", "Nuevo"), (WATER, "", "10", ""))
    report = take(db, *rows, is_strict=is_strict, is_dry_run=is_dry_run)
    assert (report.new, report.refused, report.is_applied) == (1, 1, False)
    assert catalog(db) == {"items": [], "codes": [], "departments": []}
    assert db.all("SELECT * FROM import_batch") == []
    assert "nothing was changed" in summarize(report)[0]


def test_a_strict_import_of_a_sound_file_is_applied(db: LedgerDatabase) -> None:
    assert take(db, (COFFEE, "Café", "45.50", ""), is_strict=True).is_applied


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (("code", "price"), "names no column for name"),
        (("name", "price"), "names no column for code or sku"),
        (("foo", "bar"), "names no column for name"),
    ],
)
def test_a_file_without_the_columns_needed_changes_nothing(
    db: LedgerDatabase, header: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        take(db, ("1", "2"), header=header)


def test_a_file_that_breaks_off_changes_nothing(db: LedgerDatabase) -> None:
    take(db, (COFFEE, "Café", "45.50", ""))
    before = catalog(db)
    path = put(db, *((f"C{n}", f"Item {n}", "1", "") for n in range(9_000)))
    with path.open("a", encoding="utf-8") as file:
        file.write('C9001,"breaks off')
    with pytest.raises(UnreadableFile, match="line 9002"):
        import_catalog(db, path, OPTIONS, pace=AT_ONCE)
    assert catalog(db) == before
    assert db.all("SELECT name FROM temp.sqlite_schema") == []


def test_a_department_that_only_refused_rows_name_is_not_made(db: LedgerDatabase) -> None:
    take(db, (COFFEE, "Café", "1", "Bueno"), (WATER, "Agua", "-1", "Malo"))
    assert [department.code for department in read_departments(db)] == ["bueno"]


def test_a_department_is_known_by_its_code_and_by_its_name(db: LedgerDatabase) -> None:
    with db.atomic():
        db.run(
            "INSERT INTO department (code, name, tax_class, is_open_price, min_price_micro, max_price_micro)"
            " VALUES ('01', 'Lácteos', 'zero', 0, 0, 1)"
        )
    take(db, ("A", "a", "1", "01"), ("B", "b", "1", "LACTEOS"))
    assert [(row[2], row[3]) for row in catalog(db)["items"]] == [("01", "zero")] * 2


def test_progress_is_told_to_the_end(db: LedgerDatabase) -> None:
    seen: list[tuple[Phase, int, int]] = []
    path = put(db, *((f"C{n}", f"Item {n}", "1", "") for n in range(5_000)))
    import_catalog(db, path, OPTIONS, pace=AT_ONCE, progress=lambda *told: seen.append(told))
    size = path.stat().st_size
    assert [told for told in seen if told[0] is Phase.JUDGING][-1] == (Phase.JUDGING, size, size)
    applied = [done for phase, done, _ in seen if phase is Phase.APPLYING]
    assert applied == sorted(set(applied))
    assert seen[-1] == (Phase.APPLYING, 5_000, 5_000)


def test_one_import_at_a_time(db: LedgerDatabase) -> None:
    with import_lock(db), pytest.raises(SyncBusy, match="another import"):
        take(db, (COFFEE, "Café", "1", ""))


def test_hostile_names_reach_neither_catalogue_nor_report(db: LedgerDatabase) -> None:
    names = [name.replace("\x00", "").replace("\ud800", "") for name in HOSTILE_NAMES]
    report = take(db, *((f"C{n}", name, "1", name) for n, name in enumerate(names)))
    texts = [*summarize(report), Path(report.refused_file).read_text("utf-8-sig").replace("\n", "")]
    texts += [str(value) for row in (*catalog(db)["items"], *catalog(db)["departments"]) for value in row]
    assert report.new + report.refused == len(names)
    assert all(text.isprintable() for text in texts)


def test_the_report_is_plain_json(db: LedgerDatabase) -> None:
    report = take(db, (COFFEE, "Café &amp; más", "0", ""), (WATER, "Agua", "-1", ""), ("A1", "b", "1", ""))
    facts = msgspec.json.decode(msgspec.json.encode(report))
    assert facts["mended"] == {Mend.ENTITY: 1}
    assert (facts["refused_by"], facts["free"], facts["own_codes"]) == ({"negative_price": 1}, 1, 1)


_NAMES = st.sampled_from(["Café", "Té", "Pan", "Agua"])
_CODES = st.sampled_from(["A", "B", "C", "D", COFFEE, WATER, f"A {COFFEE}", "B C", ""])
_ROWS = st.lists(
    st.tuples(st.sampled_from(["", "S1", "S2", "A"]), _CODES, _NAMES, st.sampled_from(["", "1", "2.50", "-1"])),
    max_size=8,
)


@settings(max_examples=30)
@given(st.lists(_ROWS, min_size=1, max_size=4))
def test_a_catalogue_holds_together_whatever_is_imported(
    tmp_path_factory: pytest.TempPathFactory, files: list[list[tuple[str, str, str, str]]]
) -> None:
    db = open_ledger(tmp_path_factory.mktemp("any") / "ledger.db")
    for rows in files:
        report = take(db, *rows, header=("sku", "code", "name", "price"))
        assert report.new + report.changed + report.unchanged + report.repeated + report.refused == report.rows
        again = take(db, *rows, header=("sku", "code", "name", "price"))
        assert again.new == 0
        for item_id, sku, name in db.all("SELECT item_id, sku, name FROM item"):
            found = db.all("SELECT rowid FROM item_fts WHERE item_fts MATCH ? AND rowid = ?", (f'"{name}"', item_id))
            assert found == [(item_id,)], sku
    words = db.one("SELECT count(*) FROM item_fts_docsize")
    assert words == db.one("SELECT count(*) FROM item")
    db.close()
