"""Thirteen attacks on posted rows, and some more: all stopped on the application's own connection.

The control runs each on a connection without triggers, authorizer and pragmas: an attack that fails there too proves
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import apsw
import pytest

from config.settings import LoyaltySettings
from domain.trace import Trace
from storage.guard import LEDGER_TABLES, SEALED_BY_SALE, guard_triggers
from tests.kit.cards import TAKEN, load, put_card_items
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop, make_shop
from tests.kit.ruled import YOGURT, put_ruled

ATTACKS: Final[dict[str, tuple[str, ...]]] = {
    "update a posted sale": ("UPDATE sale SET total_minor = 1",),
    "delete a posted sale": ("DELETE FROM sale",),
    "upsert on a journal row": (
        "INSERT INTO journal SELECT * FROM journal WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET record = ''",
    ),
    "replace a line": ("REPLACE INTO sale_line SELECT * FROM sale_line",),
    "add a line to a closed sale": (
        "INSERT INTO sale_line SELECT receipt_number, 99, sku, code, name, department, tax_class, uom, uom_digits,"
        " quantity_micro, unit_price_micro, amount_minor, net_minor, gross_minor, price_origin, quantity_origin, voids,"
        " operator, kind, discount_ppm, regular_price_micro, salesperson FROM sale_line LIMIT 1",
    ),
    "replace a posted sale": ("REPLACE INTO sale SELECT * FROM sale",),
    "replace a journal row": ("REPLACE INTO journal SELECT * FROM journal WHERE seq = 1",),
    "update a tender": ("UPDATE sale_tender SET amount_minor = 1",),
    "drop a trigger, then update": ("DROP TRIGGER IF EXISTS sale_keeps", "UPDATE sale SET total_minor = 1"),
    "write the schema": (
        "PRAGMA writable_schema=ON",
        "DELETE FROM sqlite_schema WHERE type = 'trigger'",
        "UPDATE sqlite_schema SET sql = sql WHERE name = 'sale'",
    ),
    "ignore the checks": (
        "PRAGMA ignore_check_constraints=ON",
        "UPDATE sale_line SET quantity_micro = 0 WHERE line_no = 1",
    ),
    "text into a whole number": ("UPDATE sale SET total_minor = 'free'",),
    "a fraction into a whole number": ("UPDATE sale SET total_minor = 1.5",),
}
"""The thirteen of the notes, each as the statements it takes."""

MORE: Final[dict[str, tuple[str, ...]]] = {
    "delete from every posted table": tuple(f"DELETE FROM {table}" for table in LEDGER_TABLES),  # noqa: S608
    "delete an outbox row": ("DELETE FROM outbox",),
    "replace an outbox row": (
        "REPLACE INTO outbox (document_id, kind, journal_seq) SELECT 'x', kind, journal_seq FROM outbox",
    ),
    "replace a seal": ("REPLACE INTO seal SELECT * FROM seal",),
    "give an outbox row another document": ("UPDATE outbox SET document_id = document_id || 'x'",),
    "give a print job another paper": ("UPDATE print_job SET paper = '[]'",),
    "leave a gap in the journal": (
        "INSERT INTO journal SELECT seq + 9, chain, kind, at, operator, shift_id, 0, 0, record, hash FROM journal"
        " WHERE seq = 1",
    ),
    "leave a gap in the receipts": (
        "INSERT INTO sale SELECT receipt_number + 9, 'x', shift_id, journal_seq, at, business_date, operator,"
        " is_return, line_count, net_minor, total_minor, change_minor, rounding_minor FROM sale",
    ),
    "shadow a table": ("CREATE TEMP TABLE sale (receipt_number INTEGER)",),
    "shadow a table by a view": ("CREATE TEMP VIEW journal AS SELECT 1 AS seq",),
    "rename a table": ("ALTER TABLE sale RENAME TO old_sale",),
    "add a trigger of one's own": ("CREATE TRIGGER mine AFTER INSERT ON sale BEGIN SELECT 1; END",),
    "attach another file": ("ATTACH ':memory:' AS other",),
    "switch foreign keys off": (
        "PRAGMA foreign_keys=OFF",
        "INSERT INTO receipt_copy VALUES (99, 1, '', '', 99)",
    ),
    "switch triggers of REPLACE off": ("PRAGMA recursive_triggers=OFF", "REPLACE INTO sale SELECT * FROM sale"),
    "write without waiting for the medium": ("PRAGMA synchronous=OFF",),
    "write without waiting, said otherwise": ("PRAGMA main.synchronous(0)",),
    "another journal mode": ("PRAGMA journal_mode=MEMORY",),
    "another schema version": ("PRAGMA user_version=99",),
    "another cookie of the schema": ("PRAGMA schema_version=99",),
    "believe broken pages": ("PRAGMA cell_size_check=OFF",),
    "leave what is deleted in the file": ("PRAGMA secure_delete=OFF",),
    "write no more": ("PRAGMA query_only=ON",),
    "keep the file from others": ("PRAGMA locking_mode=EXCLUSIVE",),
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A lane that has sold once, with a copy and a printed Z before it."""
    made = make_shop(tmp_path, cards=TAKEN, loyalty=LoyaltySettings(earn_minor=1))
    made.register.close_shift(50_000)
    made.register.open_shift(0)
    put_ruled(made.db)
    made.register.scan(COFFEE)
    made.register.add_item(YOGURT, None, None, Trace(expires_on="2027-01-31"))
    put_card_items(made.db)
    load(made)
    made.register.set_customer("C1")
    made.register.add_tender("cash", 100_000)
    made.register.print_copy()
    yield made
    made.db.close()


def content(connection: apsw.Connection) -> list[object]:
    """Return every posted row and every trigger."""
    found: list[object] = [connection.execute(f"SELECT * FROM {table}").fetchall() for table in LEDGER_TABLES]  # noqa: S608
    found.append(connection.execute("SELECT document_id, kind, journal_seq FROM outbox").fetchall())
    found.append(connection.execute("SELECT paper FROM print_job").fetchall())
    found.append(connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall())
    return found


@pytest.mark.parametrize("name", [*ATTACKS, *MORE])
def test_an_attack_on_the_lanes_own_connection_changes_nothing(name: str, shop: Shop) -> None:
    connection = shop.db.connection()
    before, stopped = content(connection), 0
    for statement in {**ATTACKS, **MORE}[name]:
        try:
            shop.db.run(statement)
        except apsw.Error:
            stopped += 1
    assert stopped == len({**ATTACKS, **MORE}[name])
    assert content(connection) == before
    names = ("synchronous", "foreign_keys", "recursive_triggers", "ignore_check_constraints", "journal_mode")
    assert [shop.db.one(f"PRAGMA {pragma}") for pragma in names] == [(2,), (1,), (1,), (0,), ("wal",)]


NEEDS_TYPES: Final = {"text into a whole number", "a fraction into a whole number"}
"""STRICT stops these two; the control's tables are not STRICT."""


REWRITES: Final = {
    "replace a line",
    "replace a posted sale",
    "replace a journal row",
    "replace a seal",
    "switch triggers of REPLACE off",
    "write the schema",
    "attach another file",
    "believe broken pages",
    "leave what is deleted in the file",
}
"""Attacks that, allowed, leave the same content behind: that they raise nothing is the proof."""


@pytest.mark.parametrize("name", [*ATTACKS, *MORE])
def test_the_same_attack_passes_where_nothing_guards(name: str, shop: Shop, tmp_path: Path) -> None:
    bare = unguarded(shop.path, tmp_path / "bare.db", is_strict=name not in NEEDS_TYPES)
    before = seen(bare)
    for statement in {**ATTACKS, **MORE}[name]:
        bare.execute(statement)
    assert name in REWRITES or seen(bare) != before
    bare.close()


def seen(connection: apsw.Connection) -> list[object]:
    """Return content and modes of a connection, or nothing where a table is not to be found any more."""
    names = ("synchronous", "user_version", "journal_mode", "schema_version", "query_only", "locking_mode")
    modes = [connection.execute(f"PRAGMA {name}").fetchall() for name in names]
    try:
        return [*modes, *content(connection)]
    except apsw.SQLError:
        return []


def unguarded(path: Path, target: Path, *, is_strict: bool) -> apsw.Connection:
    """Return a copy of a ledger without triggers, on a plain connection; perhaps without STRICT too."""
    source = apsw.Connection(str(path))
    source.execute("VACUUM INTO ?", (str(target),))
    source.close()
    bare = apsw.Connection(str(target))
    for (name,) in bare.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        bare.execute(f'DROP TRIGGER "{name}"')
    if not is_strict:
        bare.execute("ALTER TABLE sale RENAME TO strict_sale; CREATE TABLE sale AS SELECT * FROM strict_sale")
    return bare


@pytest.mark.parametrize("trigger", guard_triggers(), ids=lambda sql: sql.split()[2])
def test_each_trigger_stands_in_the_ledger(trigger: str, shop: Shop) -> None:
    (sql,) = shop.db.one("SELECT sql FROM sqlite_schema WHERE name = ?", (trigger.split()[2],)) or ("",)
    assert " ".join(sql.split()) == " ".join(trigger.split())


@pytest.mark.parametrize("table", SEALED_BY_SALE)
def test_triggers_alone_stop_plain_changes_on_any_connection(table: str, shop: Shop) -> None:
    """A tool that opens the file without our authorizer still meets the triggers."""
    shop.register.return_lines("1", "Otro")
    shop.register.add_tender("cash")
    raw = apsw.Connection(str(shop.path))
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET receipt_number = receipt_number"):  # noqa: S608
        with pytest.raises(apsw.ConstraintError, match="posted"):
            raw.execute(statement)
    raw.close()


def test_what_is_meant_to_change_may_change(shop: Shop) -> None:
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'sent', changed_at = 'now'")
        shop.db.run("UPDATE print_job SET state = 'done', attempts = 1")
        shop.db.run("UPDATE item SET name = 'new'")
        shop.db.run("DELETE FROM item_code")
    assert shop.db.one("SELECT count(*) FROM outbox WHERE state = 'sent'") != (0,)


def test_no_more_can_come_back_than_was_sold_whoever_writes_it(shop: Shop) -> None:
    shop.register.change_tender("voucher", "vale")
    shop.register.return_lines("1", "Otro")
    shop.register.add_tender("voucher")
    raw = apsw.Connection(str(shop.path))
    raw.execute("PRAGMA foreign_keys=OFF")
    again = "INSERT INTO sale_return SELECT 3, line_no, of_folio, of_sale_id, of_receipt, of_line_no, quantity_micro, 1"
    with pytest.raises(apsw.ConstraintError, match="no more can come back"):
        raw.execute(f"{again} FROM sale_return")
    with pytest.raises(apsw.ConstraintError, match="posted"):
        raw.execute("UPDATE tender_change SET to_kind = 'cash'")
    raw.close()
