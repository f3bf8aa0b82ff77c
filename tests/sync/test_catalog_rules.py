"""What items ask for, by the columns of a catalogue; compared, kept and refused like everything else of a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.catalog_flaw import Flaw
from domain.item_rule import NO_RULES, ItemRules, Tracking
from storage.catalog import find_by_sku
from storage.connection import LedgerDatabase, open_ledger
from tests.sync.catalogs import take

HEADER = ("sku", "name", "price", "Seguimiento", "caducidad", "edad mínima", "cantidad mínima", "múltiplo")
PLAIN = ("sku", "name", "price")


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    return open_ledger(tmp_path / "ledger.db")


def rules(db: LedgerDatabase, sku: str) -> ItemRules:
    item = find_by_sku(db, sku)
    assert item is not None
    return item.rules


def test_the_columns_become_rules(db: LedgerDatabase) -> None:
    rows = (
        ("A", "Queso", "18.50", "lote", "sí", "", "", ""),
        ("B", "Teléfono", "3000", "serie", "", "", "", ""),
        ("C", "Vino", "120", "", "", "18", "", ""),
        ("D", "Huevo", "4", "", "", "", "12", "6"),
        ("E", "Pan", "2", "", "", "", "", ""),
    )
    report = take(db, *rows, header=HEADER)
    assert (report.new, report.ignored_columns) == (5, ())
    assert rules(db, "A") == ItemRules(Tracking.LOT, needs_expiry=True)
    assert rules(db, "B") == ItemRules(Tracking.SERIAL)
    assert rules(db, "C") == ItemRules(min_age=18)
    assert rules(db, "D") == ItemRules(min_quantity_micro=12_000_000, multiple_micro=6_000_000)
    assert rules(db, "E") is NO_RULES


def test_another_rule_is_a_change_and_the_same_one_is_none(db: LedgerDatabase) -> None:
    take(db, ("C", "Vino", "120", "", "", "18", "", ""), header=HEADER)
    assert take(db, ("C", "Vino", "120", "ninguno", "no", "18", "0", "0"), header=HEADER).unchanged == 1
    assert take(db, ("C", "Vino", "120", "", "", "21", "", ""), header=HEADER).changed == 1
    assert rules(db, "C").min_age == 21


def test_a_file_without_the_columns_keeps_them_and_one_of_them_says_all(db: LedgerDatabase) -> None:
    take(db, ("A", "Queso", "18.50", "lote", "sí", "", "", ""), header=HEADER)
    assert take(db, ("A", "Queso", "19"), header=PLAIN).changed == 1
    assert rules(db, "A") == ItemRules(Tracking.LOT, needs_expiry=True)
    take(db, ("A", "Queso", "19", "18"), header=(*PLAIN, "edad"))
    assert rules(db, "A") == ItemRules(min_age=18)


def test_a_bad_rule_refuses_its_row(db: LedgerDatabase) -> None:
    report = take(db, ("A", "Queso", "1", "caja"), ("B", "Pan", "1", "lote"), header=HEADER[:4])
    assert [(refusal.flaw, refusal.text) for refusal in report.refusals] == [(Flaw.BAD_RULE, "caja")]
    assert find_by_sku(db, "A") is None
    assert rules(db, "B").tracking is Tracking.LOT
