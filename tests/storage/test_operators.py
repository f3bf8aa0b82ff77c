"""Operators in the ledger; and those of a ledger from before there were badges and waits."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import pytest

from config.settings import Settings
from domain.badge import badge_hash, make_badge
from domain.lockout import Attempts, Beat
from domain.outcome import SignedOn
from domain.permission import Limits, Permission, Rights
from register.register import open_register
from storage import connection, migrate
from storage.connection import SCHEMA_VERSION, LedgerDatabase, open_ledger
from storage.migrate import MIGRATIONS
from storage.operators import (
    find_badge,
    find_operator,
    put_attempts,
    put_badge,
    put_cost,
    put_operator,
    put_rights,
    read_attempts,
    read_cost,
    read_operators,
)
from storage.verify import verify
from tests.kit.lane import ANA, ANA_PIN, BETO, STORE, cheap_hash, make_shop

BEFORE = 4
"""The schema that had no badges."""
HASH = badge_hash(make_badge(bytes(16)))


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    """A ledger with the two operators."""
    return make_shop(tmp_path, is_ready=False).db


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of the schema before, with an operator and a fact."""
    steps = tmp_path / "steps"
    steps.mkdir()
    for step in MIGRATIONS.glob("*.py"):
        if not step.name[:4].isdigit() or int(step.name[:4]) <= BEFORE:
            shutil.copy(step, steps / step.name)
    path = tmp_path / "data" / "ledger.db"
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "MIGRATIONS", steps)
        for module in (connection, migrate):
            patch.setattr(module, "SCHEMA_VERSION", BEFORE)
        db = open_ledger(path)
    row = (ANA.operator, ANA.name, ANA.role.value, cheap_hash(ANA_PIN))
    db.run("INSERT INTO operator (operator, name, role, pin_hash, is_active) VALUES (?, ?, ?, ?, 1)", row)
    db.close()
    return path


def test_operators_from_before_sign_on_with_their_pins_and_have_no_badges(old: Path) -> None:
    db = open_ledger(old)
    assert db.one("PRAGMA user_version") == (SCHEMA_VERSION,)
    found = find_operator(db, ANA.operator)
    assert found is not None
    assert (found.operator, found.rights) == (ANA, None)
    assert find_badge(db, "") is None
    assert open_register(db, Settings(store=STORE)).sign_on(ANA.operator, ANA_PIN) == SignedOn(ANA)
    assert verify(db).discrepancies == ()
    db.close()


def test_a_badge_is_one_operators(db: LedgerDatabase) -> None:
    put_badge(db, ANA.operator, HASH)
    found = find_badge(db, HASH)
    assert found is not None
    assert found.operator == ANA
    with pytest.raises(apsw.ConstraintError):
        put_badge(db, BETO.operator, HASH)
    db.close()


def test_many_have_no_badge_and_none_is_found_by_it(db: LedgerDatabase) -> None:
    for operator in (ANA, BETO):
        put_badge(db, operator.operator, "")
    assert find_badge(db, "") is None
    db.close()


def test_a_new_pin_leaves_badge_and_rights(db: LedgerDatabase) -> None:
    rights = Rights(frozenset({Permission.NO_SALE}), Limits(discount_ppm=5))
    put_badge(db, ANA.operator, HASH)
    put_rights(db, ANA.operator, rights)
    put_operator(db, ANA, cheap_hash("7204"))
    found = find_badge(db, HASH)
    assert found is not None
    assert (found.operator, found.rights) == (ANA, rights)
    put_rights(db, ANA.operator, None)
    again = find_operator(db, ANA.operator)
    assert again is not None
    assert again.rights is None
    db.close()


def test_who_is_inactive_neither_signs_on_nor_badges_but_keeps_the_name(db: LedgerDatabase) -> None:
    put_badge(db, ANA.operator, HASH)
    db.run("UPDATE operator SET is_active = 0 WHERE operator = ?", (ANA.operator,))
    assert find_operator(db, ANA.operator) is None
    assert find_badge(db, HASH) is None
    assert ANA in read_operators(db)
    db.close()


def test_attempts_are_kept_changed_and_forgotten(db: LedgerDatabase) -> None:
    for subject in ("", ANA.operator):
        assert read_attempts(db, subject) is None
        for failures in (1, 2):
            attempts = Attempts(failures, 30_000, Beat("boot", 7))
            put_attempts(db, subject, attempts)
            assert read_attempts(db, subject) == attempts
    put_attempts(db, "", None)
    assert read_attempts(db, "") is None
    assert read_attempts(db, ANA.operator) is not None
    db.close()


def test_the_cost_of_a_pin_is_a_fact_of_the_ledger(tmp_path: Path) -> None:
    db = open_ledger(tmp_path / "l.db")
    assert read_cost(db) is None
    put_cost(db, 65_536, 3)
    put_cost(db, 19_456, 2)
    assert read_cost(db) == (19_456, 2)
    db.run("UPDATE ledger_info SET value = 'x,y'")
    assert read_cost(db) is None
    db.close()
