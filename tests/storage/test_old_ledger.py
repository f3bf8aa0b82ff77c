"""A ledger of schema 1, as the first lanes made it, with data: brought to today's schema, verified, sealed, sold on."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from config.settings import Settings
from domain.journal import JournalEntry, Kind
from domain.shift import Shift
from domain.tally import TallyKind, tally_event, tally_sale
from register.register import open_register
from storage import connection, journal, ledger, migrate
from storage.connection import SCHEMA_VERSION, LedgerDatabase, open_ledger
from storage.events import Mark
from storage.ledger import put_outbox, sale_entry
from storage.migrate import MIGRATIONS
from storage.operators import put_operator
from storage.seals import seal_head
from storage.totals import add_tallies
from storage.verify import verify
from tests.kit.catalog import COFFEE, fill_catalog
from tests.kit.journals import make_sale
from tests.kit.lane import ANA, ANA_PIN, STORE, cheap_hash

AT: Final = "2026-11-24T18:05:09.123Z"
LATER: Final = "2026-11-24T19:05:09.123Z"


LATER_KINDS: Final = frozenset({TallyKind.OPERATOR_RETURN})
"""Running totals of a sale that schema 1 did not keep."""


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of schema 1 with a shift, sales, a return and an event."""
    steps = tmp_path / "steps"
    steps.mkdir()
    for name in ("__init__.py", "0001_ledger.py"):
        shutil.copy(MIGRATIONS / name, steps / name)
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "MIGRATIONS", steps)
        for module in (connection, migrate):
            patch.setattr(module, "SCHEMA_VERSION", 1)
        db = open_ledger(tmp_path / "data" / "ledger.db")
    with db.atomic():
        fill(db)
    assert db.one("PRAGMA user_version") == (1,)
    db.close()
    return tmp_path / "data" / "ledger.db"


def fill(db: LedgerDatabase) -> None:
    """Write rows as the program of schema 1 did."""
    mark = Mark("1", AT, "1", 1)
    journal.append(db, "1", JournalEntry(Kind.SIGNED_ON, AT, "1", 0, {"name": "Ana"}))
    shift = Shift(1, AT, "1", "2026-11-24", 50_000)
    head = journal.append(db, "1", JournalEntry(Kind.SHIFT_OPENED, AT, "1", 1, shift))
    insert(db, "shift", [(1, AT, "1", "2026-11-24", 50_000, head.seq)])
    put_outbox(db, "1-shift-1", Kind.SHIFT_OPENED, head.seq)
    for number, amount_minor in enumerate((4_550, 1_800, -4_550), 1):
        sale = make_sale(number, amount_minor, AT, "1")
        head = journal.append(db, "1", sale_entry(sale))
        insert(db, "sale_line", [row[:18] for row in ledger.line_rows(sale)])
        insert(db, "stock_move", ledger.stock_rows(sale))
        insert(db, "sale", [ledger.sale_row(sale, head.seq)[:12]])
        add_tallies(db, 1, [tally for tally in tally_sale(sale) if tally.kind not in LATER_KINDS])
        put_outbox(db, sale.sale_id, Kind.SALE_POSTED, head.seq)
    journal.append(db, "1", JournalEntry(Kind.LINE_VOIDED, mark.at, "1", 1, {"line_no": 1}))
    add_tallies(db, 1, tally_event("line_voided"))


def insert(db: LedgerDatabase, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Put rows into a table, in the order of its columns then."""
    for row in rows:
        db.run(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", row)  # noqa: S608


def test_an_old_ledger_is_brought_here_and_is_as_sound_as_before(old: Path) -> None:
    db = open_ledger(old)
    assert db.one("PRAGMA user_version") == (SCHEMA_VERSION,)
    verdict = verify(db)
    assert verdict.discrepancies == ()
    assert (verdict.rows, verdict.seals, verdict.sealed_seq) == (6, 0, 0)
    assert old.with_name(f"ledger-before-{SCHEMA_VERSION}.db").exists()
    db.close()


def test_the_first_seal_covers_all_that_was_there(old: Path) -> None:
    db = open_ledger(old)
    with db.atomic():
        seal_head(db, "1", LATER)
    verdict = verify(db)
    assert verdict.discrepancies == ()
    assert verdict.sealed_seq == verdict.head.seq == 6
    db.close()


def test_an_old_ledger_sells_on_and_closes(old: Path) -> None:
    db = open_ledger(old)
    fill_catalog(db)
    put_operator(db, ANA, cheap_hash(ANA_PIN))
    register = open_register(db, Settings(store=STORE))
    register.sign_on(ANA.operator, ANA_PIN)
    register.scan(COFFEE)
    assert hasattr(register.add_tender("cash"), "receipt_number")
    register.close_shift(0)
    assert hasattr(register.close_shift(0), "report")
    verdict = verify(db)
    assert verdict.discrepancies == ()
    assert verdict.seals == 1
    db.close()
