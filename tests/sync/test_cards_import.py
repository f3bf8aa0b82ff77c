"""Balances of gift cards from a file: by code or hash; a code at fault is never told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.settings import Settings
from domain.stored_value import CardBalance, CardKind, card_ref
from storage.cards import put_balances, read_balance
from storage.connection import LedgerDatabase, open_ledger
from sync.cards import CardsKind
from sync.catalog_import import ImportReport
from sync.small_import import import_small, small_kind
from tests.sync.catalogs import OPTIONS, put

HEADER = ("Tarjeta", "hash", "ultimos4", "Saldo", "tipo", "activo", "caduca", "a la fecha")
AT = "2026-11-24T18:00:00Z"
NOW = datetime(2026, 11, 24, 19, tzinfo=UTC)


@pytest.fixture
def db(tmp_path: Path) -> LedgerDatabase:
    return open_ledger(tmp_path / "ledger.db")


def take(db: LedgerDatabase, *rows: tuple[str, ...]) -> ImportReport:
    return import_small(db, put(db, *rows, header=HEADER, name="cards.csv"), OPTIONS, CardsKind(now=lambda: NOW))


def test_a_code_and_its_hash_are_the_same_card(db: LedgerDatabase) -> None:
    ref = card_ref("GIFT0001ABCD")
    report = take(db, ("gift-0001 abcd", "", "", "150.50", "", "", "2027-01-31", AT))
    assert (report.new, report.refused) == (1, 0)
    wanted = CardBalance(ref.hash, "ABCD", CardKind.GIFT_CARD, 15_050, "2026-11-24T18:00:00.000Z", True, "2027-01-31")
    assert read_balance(db, ref.hash) == wanted
    report = take(db, ("", ref.hash.upper(), "abcd", "99", "vale", "no", "", "2026-11-24T19:00:00+00:00"))
    assert (report.changed, report.new) == (1, 0)
    found = read_balance(db, ref.hash)
    assert found is not None
    assert (found.balance_minor, found.kind, found.is_active, found.last4) == (9_900, CardKind.VOUCHER, False, "ABCD")
    assert b"GIFT0001" not in db.path.read_bytes()


def test_older_news_changes_nothing(db: LedgerDatabase) -> None:
    take(db, ("GIFT0001", "", "", "10", "", "", "", AT))
    take(db, ("GIFT0001", "", "", "99", "", "", "", "2026-11-24T17:59:59Z"))
    found = read_balance(db, card_ref("GIFT0001").hash)
    assert found is not None
    assert found.balance_minor == 1_000


def test_bad_rows_are_refused_without_their_code(db: LedgerDatabase) -> None:
    report = take(
        db,
        ("GIFT", "", "", "10", "", "", "", ""),
        ("", "", "", "10", "", "", "", ""),
        ("", "abc", "", "10", "", "", "", ""),
        ("GIFT0001", "", "", "-1", "", "", "", ""),
        ("GIFT0001", "", "", "1.001", "", "", "", ""),
        ("GIFT0001", "", "", "1", "oro", "", "", ""),
        ("GIFT0001", "", "", "1", "", "", "ayer", ""),
        ("GIFT0001", "", "", "1", "", "", "", "ayer"),
    )
    flaws = [refusal.flaw.value for refusal in report.refusals]
    assert flaws == ["bad_code", "no_code", "bad_code", "bad_price", "bad_price", "bad_flag", "bad_flag", "bad_flag"]
    assert all("GIFT" not in refusal.text for refusal in report.refusals)


def test_the_kind_is_found_by_its_name() -> None:
    assert isinstance(small_kind("cards", Settings()), CardsKind)


def test_a_balance_of_a_time_still_to_come_is_refused(db: LedgerDatabase) -> None:
    report = take(
        db,
        ("GIFT0001", "", "", "10", "", "", "", "9999-12-31T23:59:59Z"),
        ("GIFT0002", "", "", "10", "", "", "", "2026-11-24T19:05:01Z"),
        ("GIFT0003", "", "", "10", "", "", "", "2026-11-24T19:05:00Z"),
    )
    assert [refusal.flaw.value for refusal in report.refusals] == ["bad_flag", "bad_flag"]
    assert read_balance(db, card_ref("GIFT0003").hash) is not None


def test_what_a_wrong_clock_has_told_gives_way_to_whatever_is_told(db: LedgerDatabase) -> None:
    ahead = CardBalance(card_ref("GIFT0001").hash, "0001", CardKind.GIFT_CARD, 90_000, "2036-11-24T18:00:00.000Z")
    put_balances(db, [ahead], "2036-11-24T18:00:00.000Z")
    take(db, ("GIFT0001", "", "", "10", "", "", "", AT))
    found = read_balance(db, ahead.hash)
    assert found is not None
    assert (found.balance_minor, found.told_at) == (1_000, "2026-11-24T18:00:00.000Z")
