"""Models, migrations and the schema of a new ledger say the same; and what a ledger's schema must always be."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from peewee import Model

from storage.connection import SCHEMA_VERSION, LedgerDatabase, open_ledger
from storage.guard import FIXED_COLUMNS, LEDGER_TABLES, SEALED_BY_SALE
from storage.models import MODELS

ROOT: Final = Path(__file__).parents[2]
CHANGING: Final = {
    "ledger_info",
    "shift_total",
    "outbox",
    "print_job",
    "basket",
    "basket_line",
    "basket_tender",
    "basket_share",
    "card_balance",
    "loyalty_balance",
    "basket_taken",
    "price_list",
    "promotion",
    "operator",
    "pin_attempt",
    "salesperson",
    "department",
    "item",
    "item_code",
    "item_fts",
    "import_batch",
    "checkpoint",
    "erp_row",
    "erp_former_key",
    "stock_level",
    "personal",
    "customer",
    "customer_key",
    "customer_fts",
    "account_balance",
    "account_cover",
    "open_document",
    "returned_elsewhere",
}
"""Tables whose rows may change: marks, sums that are proven from the journal, open baskets and the catalogue."""


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerDatabase]:
    """A new ledger, as the migrations make it."""
    db = open_ledger(tmp_path_factory.mktemp("real") / "l.db")
    yield db
    db.close()


@pytest.fixture(scope="module")
def modelled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerDatabase]:
    """A database whose tables peewee made of the models."""
    db = LedgerDatabase(tmp_path_factory.mktemp("modelled") / "m.db", is_guarded=False)
    db.connect()
    with db.as_peewee() as shown, shown.bind_ctx(MODELS):
        shown.create_tables(MODELS, safe=False)
    yield db
    db.close()


def tables_of(db: LedgerDatabase) -> set[str]:
    """Return the tables that are neither SQLite's nor peewee's nor the inside of the word index."""
    rows = db.all("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual')")
    return {name for (name,) in rows if not name.startswith("sqlite_") and "migrat" not in name}


def checks_of(sql: str) -> list[str]:
    """Return the conditions of a table's CHECKs."""
    found = []
    for start in re.finditer(r"CHECK \(", sql):
        depth, at = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            at += 1
        found.append(" ".join(sql[start.end() : at - 1].replace('"', "").split()))
    return sorted(found)


def describe(db: LedgerDatabase, table: str) -> dict[str, Any]:
    """Return all that SQLite knows of a table, in an order that does not depend on how it was made."""
    (sql,) = db.one("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)) or ("",)
    columns = db.all('SELECT name, type, "notnull" OR pk > 0, dflt_value, pk FROM pragma_table_xinfo(?)', (table,))
    keys = db.all('SELECT "from", "table", "to", on_delete, on_update FROM pragma_foreign_key_list(?)', (table,))
    indexes = set()
    for name, unique, partial in db.all('SELECT name, "unique", partial FROM pragma_index_list(?)', (table,)):
        parts = db.all("SELECT name FROM pragma_index_info(?)", (name,))
        if not partial:
            indexes.add((unique, tuple(part for (part,) in parts)))
    kind = db.one("SELECT strict, wr FROM pragma_table_list WHERE name = ? AND schema = 'main'", (table,))
    deferred = sql.count("DEFERRABLE INITIALLY DEFERRED")
    return {
        "columns": columns,
        "keys": sorted(keys),
        "indexes": indexes,
        "strict, without rowid": kind,
        "checks": checks_of(sql),
        "deferred keys": deferred,
    }


@pytest.mark.parametrize(
    "model", [m for m in MODELS if not m.__name__.endswith("Fts")], ids=lambda model: model.__name__
)
def test_a_model_describes_its_table(model: type[Model], real: LedgerDatabase, modelled: LedgerDatabase) -> None:
    table = model._meta.table_name
    assert describe(modelled, table) == describe(real, table)


def test_the_word_index_is_the_same(real: LedgerDatabase, modelled: LedgerDatabase) -> None:
    options = []
    for db in (real, modelled):
        (sql,) = db.one("SELECT sql FROM sqlite_schema WHERE name = 'item_fts'") or ("",)
        inside = sql[sql.index("fts5") :].partition("(")[2].rpartition(")")[0]
        options.append(sorted(" ".join(part.split()).replace('"', "'").replace("'", "") for part in inside.split(",")))
    assert options[0] == options[1]


def test_there_is_a_model_for_every_table(real: LedgerDatabase, modelled: LedgerDatabase) -> None:
    assert tables_of(real) == tables_of(modelled) == {model._meta.table_name for model in MODELS}


def test_every_table_is_posted_or_changing_and_never_both(real: LedgerDatabase) -> None:
    assert set(LEDGER_TABLES) | CHANGING == tables_of(real)
    assert not set(LEDGER_TABLES) & CHANGING
    assert set(SEALED_BY_SALE) < set(LEDGER_TABLES)
    assert set(FIXED_COLUMNS) < CHANGING


def test_every_posted_table_has_its_triggers(real: LedgerDatabase) -> None:
    rows = real.all("SELECT tbl_name, name FROM sqlite_schema WHERE type = 'trigger'")
    for table in LEDGER_TABLES:
        assert {(table, f"{table}_keeps"), (table, f"{table}_stays")} <= set(rows)


def test_every_table_of_ours_is_strict(real: LedgerDatabase) -> None:
    rows = real.all("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict")
    ours = {name for (name,) in rows if not name.startswith("sqlite_") and "migrat" not in name}
    assert ours == set()


def test_there_is_no_column_but_of_whole_numbers_and_text(real: LedgerDatabase) -> None:
    for table in tables_of(real) - {"item_fts", "customer_fts"}:
        types = {type_ for (type_,) in real.all("SELECT type FROM pragma_table_xinfo(?)", (table,))}
        assert types <= {"INTEGER", "TEXT"}, table


def test_every_look_up_by_a_foreign_key_that_is_checked_often_has_an_index(real: LedgerDatabase) -> None:
    for table, column in (("sale", "shift_id"), ("item_code", "item_id")):
        first = {columns[0] for _, columns in describe(real, table)["indexes"]}
        assert column in first


BANNED: Final = {"save", "replace", "replace_many", "insert_many", "on_conflict_replace", "update", "delete_instance"}


def sources() -> list[Path]:
    """Return the product's own sources."""
    rooms = ("domain", "config", "storage", "devices", "sync", "register", "tui", "mostrador")
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def test_no_source_writes_a_posted_row_through_a_model() -> None:
    """`save` on a row with a key is an UPDATE, `replace` is a REPLACE: both would change what is posted."""
    found = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if "storage.models" not in text and path.name not in ("models.py", "catalog_models.py", "journal_models.py"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Attribute) and node.attr in BANNED:
                found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.attr}")
    assert found == []


def test_the_ban_sees_what_it_bans() -> None:
    tree = ast.parse("from storage.models import Sale\nSale.replace(total_minor=0).execute()\n")
    assert [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in BANNED] == [
        "replace"
    ]


def test_a_model_answers_on_an_open_ledger(real: LedgerDatabase) -> None:
    with real.as_peewee() as shown, shown.bind_ctx(MODELS):
        assert [model._meta.table_name for model in MODELS if model.select().count()] == []


def test_migrations_are_numbered_one_by_one_up_to_the_schema_s_version() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "storage" / "migrations").glob("0*.py"))
    assert numbers == list(range(1, SCHEMA_VERSION + 1))
