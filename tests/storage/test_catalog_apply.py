"""What storage holds of an import: guards, pace, the word index, and that a lane can sell in between."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw
import pytest

from domain.catalog_flaw import Flaw
from domain.catalog_row import CatalogRow
from domain.item import Department
from domain.money import MICRO
from storage.catalog import find_by_code, search_items
from storage.catalog_apply import SETTLE_EVERY, CatalogApply, Plan, Source, plan_catalog
from storage.catalog_stage import CatalogStage, open_stage
from storage.connection import LedgerDatabase, open_ledger
from storage.department_apply import apply_departments
from storage.errors import NotSaved
from storage.pace import LEAST_PAUSE_NS, Pace

AT_ONCE = Pace(pause=lambda _ns: None)
SOURCE = Source("items.csv", "digest", "2026-11-24T18:05:09.123Z")
FOOD = Department("food", "Abarrotes", "general")


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    return open_ledger(tmp_path / "ledger.db")


def row(line: int, name: str = "", **said: object) -> CatalogRow:
    values: dict[str, object] = {
        "line": line,
        "sku": f"S{line}",
        "has_sku": True,
        "name": name or f"Item {line}",
        "search": None,
        "department": "food",
        "tax_class": "general",
        "unit_price_micro": MICRO,
        "uom": "pc",
        "uom_digits": 0,
        "is_weighed": False,
        "is_for_sale": True,
        "code": f"C{line}",
        "pack_micro": MICRO,
        "more": None,
    }
    return CatalogRow(**(values | said))  # type: ignore[arg-type]


def apply(db: LedgerDatabase, rows: Sequence[CatalogRow], pace: Pace = AT_ONCE) -> tuple[Plan, list[int]]:
    """Write rows; return the plan and how far each transaction came."""
    done: list[int] = []
    with open_stage(db) as stage:
        stage.add(rows, [])
        stage.complete(())
        plan = plan_catalog(stage, keeps_codes=False)
        work = CatalogApply(stage, plan, pace, keeps_codes=False)
        work.finish(work.run(SOURCE, [FOOD], done.append), SOURCE.at)
    return plan, done


def segments(db: LedgerDatabase) -> int:
    found = db.one("SELECT count(DISTINCT segid) FROM item_fts_idx")
    return int(found[0]) if found else 0


def test_the_guard_is_back_once_the_tables_are_made(db: LedgerDatabase) -> None:
    connection = db.connection()
    guard = connection.authorizer
    with open_stage(db):
        assert connection.authorizer is guard
        for forbidden in ("CREATE TEMP TABLE sale (x)", "DROP TABLE item", "CREATE TABLE t (x)", "DELETE FROM journal"):
            with pytest.raises(apsw.AuthError):
                connection.execute(forbidden)
    assert connection.authorizer is guard
    assert db.all("SELECT name FROM temp.sqlite_schema") == []


def test_the_guard_is_back_after_an_error(db: LedgerDatabase) -> None:
    guard = db.connection().authorizer
    with pytest.raises(ValueError, match="stop"), open_stage(db):
        raise ValueError("stop")
    assert db.connection().authorizer is guard
    with open_stage(db) as stage:
        stage.add([row(2)], [])


def test_staging_leaves_the_ledger_free(db: LedgerDatabase) -> None:
    with open_stage(db) as stage:
        stage.add([row(line) for line in range(2, 500)], [(1, Flaw.NO_NAME, "")])
        other = open_ledger(db.path)
        with other.atomic():
            other.run("INSERT INTO checkpoint VALUES ('a', 'b', 'c')")
        assert stage.complete(()).sound == 498
        other.close()
    assert db.one("SELECT count(*) FROM item") == (0,)


def test_a_sale_goes_in_between_any_two_transactions(db: LedgerDatabase) -> None:
    lane = open_ledger(db.path)
    lane.connection().set_busy_timeout(0)
    sold: list[int] = []

    def sell(_pause_ns: int) -> None:
        with lane.atomic():
            lane.run("INSERT INTO checkpoint VALUES (?, '', '')", (f"sale {len(sold)}",))
        sold.append(1)

    _, done = apply(db, [row(line) for line in range(2, 902)], Pace(least=50, most=50, pause=sell))
    assert len(done) == 18
    assert len(sold) >= 18
    assert lane.one("SELECT count(*) FROM checkpoint") == (len(sold),)
    lane.close()


def test_a_ledger_that_refuses_says_not_saved(db: LedgerDatabase) -> None:
    with open_stage(db) as stage:
        stage.add([row(2), row(3)], [])
        stage.complete(())
        plan = plan_catalog(stage, keeps_codes=False)
        with db.atomic():
            db.run(
                "INSERT INTO item (item_id, sku, name, department, tax_class,"
                " unit_price_micro, uom, uom_digits, is_weighed, is_for_sale)"
                " VALUES (2, 'S3', 'Other', 'food', 'general', 1, 'pc', 0, 0, 1)"
            )
        with pytest.raises(NotSaved):
            CatalogApply(stage, plan, AT_ONCE, keeps_codes=False).run(SOURCE, [FOOD], lambda _done: None)
    assert db.all("SELECT name FROM item") == [("Other",)]


def test_the_pace_follows_how_long_the_ledger_was_busy() -> None:
    pace = Pace(least=100, most=400, busy_ns=2_000)
    assert pace.next_size(100, 1_000) == 200
    assert pace.next_size(400, 1_000) == 400
    assert pace.next_size(400, 4_000) == 200
    assert pace.next_size(100, 1_000_000) == 100
    assert pace.next_size(100, 0) == 400


def test_a_rest_is_as_long_as_what_went_before() -> None:
    rests: list[int] = []
    pace = Pace(pause=rests.append, elapsed_ns=lambda: 50_000_000)
    pace.rest(10_000_000)
    pace.rest(50_000_000)
    assert rests == [40_000_000, LEAST_PAUSE_NS]


def test_transactions_grow_while_the_machine_is_quick(db: LedgerDatabase) -> None:
    ticks = iter(range(0, 10**9, 1_000))
    pace = Pace(least=100, most=400, busy_ns=2_000, pause=lambda _ns: None, elapsed_ns=lambda: next(ticks))
    _, done = apply(db, [row(line) for line in range(2, 1_502)], pace)
    assert [after - before for before, after in zip([0, *done], done, strict=False)] == [100, 200, 400, 400, 400]


def test_the_word_index_is_left_in_few_pieces(db: LedgerDatabase) -> None:
    rows = [row(line, f"palabra{line} común") for line in range(2, 2 + 40 * SETTLE_EVERY)]
    apply(db, rows, Pace(least=5, most=5, pause=lambda _ns: None))
    assert segments(db) <= SETTLE_EVERY
    assert len(search_items(db, "comun", 10_000)) == len(rows)
    assert [item.sku for item in search_items(db, "palabra77", 3)] == ["S77"]


def test_a_change_of_the_code_alone_is_a_change(db: LedgerDatabase) -> None:
    apply(db, [row(2), row(3)])
    plan, _ = apply(db, [row(2, code="NEW"), row(3, pack_micro=6 * MICRO)])
    assert (plan.new, plan.changed) == (0, 2)
    assert find_by_code(db, "C2") is None
    assert db.all("SELECT code, pack_micro FROM item_code ORDER BY code") == [("C3", 6 * MICRO), ("NEW", MICRO)]


def test_what_is_staged_alone_is_counted(db: LedgerDatabase) -> None:
    with open_stage(db) as stage:
        flaws = [(4, Flaw.NO_NAME, "x"), (5, Flaw.NO_CODE, "")]
        stage.add([row(2), row(3, unit_price_micro=0, code="00000000000017")], flaws)
        staged = stage.complete(())
        assert (staged.sound, staged.flawed, staged.own_codes, staged.free) == (2, 2, 1, 1)
        assert list(stage.flaws()) == flaws
        assert stage.count_flaws() == {Flaw.NO_CODE: 1, Flaw.NO_NAME: 1}


def test_two_stages_do_not_mix(db: LedgerDatabase) -> None:
    with open_stage(db) as stage:
        stage.add([row(2)], [])
    with open_stage(db) as stage:
        assert isinstance(stage, CatalogStage)
        assert stage.complete(()).sound == 0


def test_a_renamed_department_is_found_by_its_new_name(db: LedgerDatabase) -> None:
    apply(db, [row(line) for line in range(2, 300)])
    other = Department("food", "Ultramarinos", "general")
    apply_departments(db, [other], [other], Pace(least=50, most=50, pause=lambda _ns: None))
    assert len(search_items(db, "ultram", 1_000)) == 298
    assert search_items(db, "abarrotes", 9) == ()


def test_a_break_before_a_department_is_renamed_is_made_good(db: LedgerDatabase) -> None:
    apply(db, [row(line) for line in range(2, 300)])
    other = Department("food", "Ultramarinos", "general")

    def cut(_ns: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        apply_departments(db, [other], [other], Pace(least=50, most=50, pause=cut))
    assert db.one("SELECT name FROM department") == ("Abarrotes",)
    apply_departments(db, [other], [other], AT_ONCE)
    assert db.one("SELECT name FROM department") == ("Ultramarinos",)
    assert len(search_items(db, "ultramarinos", 1_000)) == 298
