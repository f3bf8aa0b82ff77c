"""A real catalogue left in the folder: taken by the shop's rules, reported, and broken off without harm."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from storage.connection import LedgerDatabase
from sync import catalog_import, left_file
from sync.catalog_import import ImportOptions, ImportReport
from sync.connector import CatalogFile, Settled
from sync.files import FilesConnector
from sync.left_file import LeftFiles
from sync.pull import Pull, PullReport, Say
from sync.round import Sync
from tests.sync.shop import StillClock, post, shop, states

HEADER = "sku,code,name,price,department,unit,tax_class\n"
GOOD = "A-1,7501055363056,Refresco de cola 600 ml,18.50,Bebidas,pz,iva16\n"
BAD = "A-2,7501055363057,Otro refresco,18.50,Bebidas,pz,iva16\n"


def pull(db: LedgerDatabase, root: Path, tmp_path: Path, clock: StillClock | None = None) -> PullReport:
    clock = clock or StillClock()
    left = LeftFiles(shop(tmp_path), clock)
    return Pull(db, FilesConnector(root, clock), left, clock, lambda _: None).run()


def report_in(folder: Path) -> str:
    (path,) = folder.glob("*.report.txt")
    return path.read_text(encoding="utf-8")


def skus(db: LedgerDatabase) -> list[str]:
    return [row[0] for row in db.all("SELECT sku FROM item ORDER BY sku")]


def test_a_catalogue_is_taken_and_its_bad_rows_are_reported(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    (root / "in" / "items.csv").write_text(HEADER + GOOD + BAD, encoding="utf-8")
    assert pull(db, root, tmp_path).taken == ("items.csv",)
    assert skus(db) == ["A-1"]
    lines = report_in(root / "in" / "done").splitlines()
    assert lines[0] == "2 rows read: 1 new, 0 changed, 0 as they were, 1 refused"
    assert any(line.startswith("line 3: the check digit") for line in lines)
    (refused,) = (root / "in" / "refused").glob("*.refused.csv")
    assert "Otro refresco" in refused.read_text(encoding="utf-8-sig")


def test_departments_are_taken_before_the_items_that_name_them(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    (root / "in" / "departments.csv").write_text("code,name,open_price\nb,Bebidas,yes\n", encoding="utf-8")
    (root / "in" / "items.csv").write_text(HEADER + GOOD, encoding="utf-8")
    assert pull(db, root, tmp_path).taken == ("departments.csv", "items.csv")
    assert db.all("SELECT code, name FROM department") == [("b", "Bebidas")]
    assert db.all("SELECT sku, department FROM item") == [("A-1", "b")]


def test_a_packed_catalogue_is_taken(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    (root / "in" / "items-7.csv.gz").write_bytes(gzip.compress((HEADER + GOOD).encode()))
    assert pull(db, root, tmp_path).taken == ("items-7.csv.gz",)
    assert skus(db) == ["A-1"]


@pytest.mark.parametrize(
    "content", [b"\0\0\0", b"colour,size\nred,3\n", gzip.compress(b"x" * 99, mtime=0)[:20], (HEADER + BAD).encode()]
)
def test_a_catalogue_of_which_nothing_is_good_is_refused(
    content: bytes, db: LedgerDatabase, root: Path, tmp_path: Path
) -> None:
    (root / "in" / "items.csv").write_bytes(content)
    assert pull(db, root, tmp_path).refused == ("items.csv",)
    assert skus(db) == []
    assert report_in(root / "in" / "refused")


def test_the_report_cannot_move_a_cursor(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    (root / "in" / "items.csv").write_text(f"{HEADER}\x1b[2J,,\x9b31m,x,,,\n{GOOD}", encoding="utf-8")
    pull(db, root, tmp_path)
    for path in (root / "in").rglob("*.report.txt"):
        assert not {char for char in path.read_text(encoding="utf-8") if char < " " or "\x7f" <= char < "\xa0"} - {"\n"}


def test_a_stop_in_the_middle_leaves_the_file_for_the_next_run(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    path = root / "in" / "items.csv"
    path.write_text(HEADER + GOOD, encoding="utf-8")
    clock, said = StillClock(), list[str]()
    left = LeftFiles(shop(tmp_path), clock)

    def stop_and_import(db: LedgerDatabase, file: CatalogFile, say: Say) -> Settled:
        clock.stop.set()
        return left(db, file, say)

    report = Pull(db, FilesConnector(root, clock), stop_and_import, clock, said.append).run()
    assert report == PullReport()
    assert said[-1] == "stopped in the middle of a catalogue: the next run does the rest"
    assert path.exists()
    assert pull(db, root, tmp_path).taken == ("items.csv",)


def test_an_import_by_hand_at_the_same_time_is_no_fault_of_the_erp(
    db: LedgerDatabase, root: Path, tmp_path: Path
) -> None:
    (root / "in" / "items.csv").write_text(HEADER + GOOD, encoding="utf-8")
    post(db, "sale")
    said: list[str] = []
    clock = StillClock()
    with catalog_import.import_lock(db):
        sync = Sync(db, FilesConnector(root, clock), shop(tmp_path), clock, said.append)
        report = sync.round()
    assert report.problem == ""
    assert states(db) == {"sale": "sent"}
    assert any("another import" in text for text in said)
    assert (root / "in" / "items.csv").exists()
    assert sync.round().pull.taken == ("items.csv",)


def test_a_file_that_grows_while_it_is_read_is_left_alone(
    db: LedgerDatabase, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "in" / "items.csv"
    path.write_text(HEADER + GOOD, encoding="utf-8")
    read = catalog_import.import_catalog

    def grow(db: LedgerDatabase, found: Path, options: ImportOptions, **given: object) -> ImportReport:
        def watch(*_: object) -> None:
            with path.open("a", encoding="utf-8") as file:
                file.write(BAD)

        return read(db, found, options, **(given | {"progress": watch}))  # type: ignore[arg-type]

    monkeypatch.setattr(left_file, "import_catalog", grow)
    assert pull(db, root, tmp_path) == PullReport()
    assert path.exists()
    monkeypatch.undo()
    assert pull(db, root, tmp_path).taken == ("items.csv",)
    assert "1 as they were, 2 refused" in report_in(root / "in" / "done")
