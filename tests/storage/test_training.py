"""The ledger of training: the catalogue and the people of the real one, and wrong PINs that count in both."""

from __future__ import annotations

from pathlib import Path

from domain.lockout import Attempts, Beat
from storage import catalog, operators
from storage.connection import LedgerDatabase, open_ledger
from storage.guard import LEDGER_TABLES
from storage.training import COPIED, take_over, take_wrong_pins
from tests.kit.catalog import fill_catalog
from tests.kit.lane import put_people

ITS_OWN = {
    *LEDGER_TABLES,
    *("shift_total", "personal", "outbox", "print_job", "basket", "basket_line", "basket_tender"),
    *("ledger_info", "pin_attempt", "import_batch", "checkpoint", "item_fts"),
    *("customer_fts", "account_cover", "erp_row", "erp_former_key", "stock_level", "basket_share", "basket_taken"),
    "returned_elsewhere",
}
"""Tables that are no catalogue, or have a way of their own."""


def both(folder: Path) -> tuple[LedgerDatabase, Path, Path]:
    real, training = folder / "ledger.db", folder / "training.db"
    db = open_ledger(real)
    fill_catalog(db)
    put_people(db)
    return db, real, training


def test_what_is_for_sale_and_who_may_sign_on_are_taken_over_each_time(tmp_path: Path) -> None:
    db, real, training = both(tmp_path)
    take_over(real, training)
    with db.atomic():
        db.run("UPDATE item SET name = 'Otro nombre' WHERE sku = (SELECT min(sku) FROM item)")
    take_over(real, training)
    other = open_ledger(training)
    for table in COPIED:
        sql = f"SELECT * FROM {table}"  # noqa: S608  # the names are the room's own
        assert other.all(sql) == db.all(sql)
    assert operators.read_operators(other) == operators.read_operators(db)
    assert catalog.search_items(other, "caf", 5) == catalog.search_items(db, "caf", 5) != ()
    assert other.one("SELECT count(*) FROM journal") == (0,)
    other.close()
    db.close()


def test_every_table_is_taken_over_or_has_a_reason_not_to_be(tmp_path: Path) -> None:
    db, _, _ = both(tmp_path)
    names = {str(row[0]) for row in db.all("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    db.close()
    ours = {
        name
        for name in names
        if not name.startswith(("sqlite_", "item_fts_", "customer_fts_")) and name != "schema_migration"
    }
    assert ours - ITS_OWN == set(COPIED)


def test_a_guess_in_training_counts_at_the_lane_and_the_other_way_round(tmp_path: Path) -> None:
    db, real, training = both(tmp_path)
    few, many = Attempts(1, 0, Beat("b", 5)), Attempts(4, 9_000, Beat("b", 7))
    with db.atomic():
        operators.put_attempts(db, "1", many)
        operators.put_attempts(db, "2", few)
    take_over(real, training)
    other = open_ledger(training)
    assert operators.read_attempts(other, "1") == many
    with other.atomic():
        operators.put_attempts(other, "1", few)
        operators.put_attempts(other, "2", many)
    take_wrong_pins(real, training)
    assert [operators.read_attempts(db, number) for number in "12"] == [many, many]
    other.close()
    db.close()
