"""A break in the middle of applying: every item is as it was or as it should be, and the next run does the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from domain.barcode import check_digit
from storage.connection import LedgerDatabase, open_ledger
from storage.pace import Pace
from sync.catalog_import import Phase, import_catalog
from tests.sync.catalogs import AT_ONCE, OPTIONS, put, words_of

COUNT = 600
SMALL = Pace(least=50, most=50, pause=lambda _ns: None)
Row = tuple[str, str, str, str]


class Cut(BaseException):
    """The power goes, or somebody presses Ctrl-C."""


def gtin(number: int) -> str:
    body = f"750{number:09d}"
    return body + check_digit(body)


def old_rows() -> list[Row]:
    """Return the first catalogue: items 0 to 399, each with a code of its own and a code that will go."""
    return [(f"{gtin(n)} OLD{n}", f"viejo {n}", "1.00", "Antes") for n in range(400)]


def new_rows() -> list[Row]:
    """Return the second one: items 200 to 599, the known ones under new names, prices, departments and codes."""
    return [(f"{gtin(n)} NEW{n}", f"nuevo {n}", "2.00", "Despues") for n in range(200, COUNT)]


def state_of(db: LedgerDatabase, number: int) -> str:
    """Say whether an item is wholly old or new or absent; anything in between fails."""
    item = db.one("SELECT item_id, name, unit_price_micro, department FROM item WHERE sku = ?", (gtin(number),))
    if item is None:
        assert words_of(db, f"nuevo AND {number}") == []
        assert db.all("SELECT 1 FROM item_code WHERE code IN (?, ?)", (f"0{gtin(number)}", f"NEW{number}")) == []
        return "absent"
    codes = {str(code) for (code,) in db.all("SELECT code FROM item_code WHERE item_id = ?", (item[0],))}
    state = str(item[1]).partition(" ")[0]
    word, price, department, mark = {
        "viejo": ("viejo", 1_000_000, "antes", "OLD"),
        "nuevo": ("nuevo", 2_000_000, "despues", "NEW"),
    }[state]
    assert item[1:] == (f"{word} {number}", price, department)
    assert codes == {f"0{gtin(number)}", f"{mark}{number}"}
    other = "nuevo" if word == "viejo" else "viejo"
    assert gtin(number) in words_of(db, f"{word} AND {number}")
    assert gtin(number) not in words_of(db, f"{other} AND {number}")
    return state


def reopen(db: LedgerDatabase) -> LedgerDatabase:
    db.close()
    return open_ledger(db.path)


def break_at(transaction: int) -> Callable[[Phase, int, int], None]:
    """Return a watcher that breaks the import off after so many transactions."""
    count = 0

    def watch(phase: Phase, _done: int, _total: int) -> None:
        nonlocal count
        count += phase is Phase.APPLYING
        if count >= transaction:
            raise Cut

    return watch


@pytest.mark.parametrize("transaction", range(1, 9))
def test_a_break_between_two_transactions(tmp_path: Path, transaction: int) -> None:
    db = open_ledger(tmp_path / "ledger.db")
    import_catalog(db, put(db, *old_rows()), OPTIONS, pace=AT_ONCE)
    path = put(db, *new_rows())
    with pytest.raises(Cut):
        import_catalog(db, path, OPTIONS, pace=SMALL, progress=break_at(transaction))
    db = reopen(db)
    states = [state_of(db, number) for number in range(COUNT)]
    assert states.count("nuevo") == 50 * transaction
    assert db.one("SELECT rows, applied, finished_at FROM import_batch ORDER BY batch_id DESC") == (
        400,
        50 * transaction,
        "",
    )

    report = import_catalog(db, path, OPTIONS, pace=SMALL)
    assert report.new + report.changed == 400 - 50 * transaction
    assert [state_of(db, number) for number in range(COUNT)] == ["viejo"] * 200 + ["nuevo"] * 400
    db.close()


@pytest.mark.parametrize("statement", ["INSERT INTO item ", "INSERT INTO item_code", "INSERT OR REPLACE INTO item_fts"])
@pytest.mark.parametrize("transaction", [1, 4, 7])
def test_a_break_inside_a_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, statement: str, transaction: int
) -> None:
    db = open_ledger(tmp_path / "ledger.db")
    import_catalog(db, put(db, *old_rows()), OPTIONS, pace=AT_ONCE)
    path = put(db, *new_rows())
    runs = 0
    plain_run = db.run

    def run(sql: str, params: tuple[object, ...] = ()) -> None:
        nonlocal runs
        plain_run(sql, params)
        runs += sql.strip().startswith(statement) and "'merge'" not in str(params)
        if runs == transaction:
            raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(db, "run", run)
        with pytest.raises(Cut):
            import_catalog(db, path, OPTIONS, pace=SMALL)
    db = reopen(db)
    states = [state_of(db, number) for number in range(COUNT)]
    assert states.count("nuevo") == 50 * (transaction - 1)
    import_catalog(db, path, OPTIONS, pace=SMALL)
    assert [state_of(db, number) for number in range(COUNT)] == ["viejo"] * 200 + ["nuevo"] * 400
    db.close()


def test_a_break_while_judging_changes_nothing(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "ledger.db")
    path = put(db, *new_rows())

    def cut(_phase: Phase, _done: int, _total: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        import_catalog(db, path, OPTIONS, pace=SMALL, progress=cut)
    assert db.one("SELECT count(*) FROM item") == (0,)
    assert import_catalog(db, path, OPTIONS, pace=SMALL).new == 400
    db.close()


def test_codes_that_items_hand_to_each_other_change_in_one_transaction(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "ledger.db")
    header = ("sku", "code", "name")
    count = 120
    import_catalog(db, put(db, *((f"S{n}", f"A{n}", "x") for n in range(count)), header=header), OPTIONS, pace=AT_ONCE)
    moved = [(f"S{n}", f"A{(n + 1) % count}", "y") for n in range(count)]
    with pytest.raises(Cut):
        import_catalog(db, put(db, *moved, header=header), OPTIONS, pace=SMALL, progress=break_at(1))
    codes = db.all("SELECT sku, code FROM item_code JOIN item USING (item_id)")
    assert sorted(codes) == sorted((sku, code) for sku, code, _ in moved)
    db.close()
