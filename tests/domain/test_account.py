"""Accounts, terms and collections: what is owed is counted once, what is paid is found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.account import (
    Account,
    AccountMove,
    CreditRules,
    MoveKind,
    OpenDocument,
    credit_of,
    open_documents,
    pay,
    turn,
)
from domain.buyer import Due
from domain.instant import stamp
from domain.payment_terms import PaymentTerms, TermPart, due_dates, read_terms

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
amounts = st.integers(1, 10**9)
documents = st.lists(st.tuples(st.dates(), st.dates(), amounts, amounts), max_size=8).map(
    lambda rows: [
        OpenDocument(f"d{i}", f"F-{i}", str(a), str(b), max(x, y), min(x, y)) for i, (a, b, x, y) in enumerate(rows)
    ]
)


def collection(parts: tuple[object, ...], amount: int, name: str = "c") -> AccountMove:
    """Return the move of a collection."""
    return AccountMove(name, MoveKind.COLLECTION, name, "2026-11-24", "", -amount, parts)  # type: ignore[arg-type]


@given(documents, amounts)
def test_an_amount_pays_the_oldest_first_and_nothing_twice(found: list[OpenDocument], amount: int) -> None:
    opened = open_documents(Account("c", documents=tuple(found)))
    parts, rest = pay(opened, amount)
    assert sum(part.amount_minor for part in parts) + rest == amount
    assert rest == max(0, amount - sum(one.open_minor for one in found))
    paid = {part.document_id: part.amount_minor for part in parts}
    for before, after in pairwise(opened):
        assert (before.due_date, before.date) <= (after.due_date, after.date)
        if after.document_id in paid:
            assert paid[before.document_id] == before.open_minor


@given(documents, amounts, st.booleans())
def test_what_is_paid_is_off_and_a_reversal_brings_it_back(
    found: list[OpenDocument], amount: int, is_still_listed: bool
) -> None:
    account = Account("c", 5, documents=tuple(found))
    parts, _ = pay(open_documents(account), amount)
    paid = Account("c", 5, "", tuple(found), (collection(parts, amount),))
    left = {one.document_id: one.open_minor for one in open_documents(paid)}
    for part in parts:
        before = next(one for one in found if one.document_id == part.document_id)
        assert left.get(part.document_id, 0) == before.open_minor - part.amount_minor
    reversal = AccountMove("r", MoveKind.REVERSAL, "r", "2026-11-24", "", amount, turn(parts))
    back = Account("c", 5, "", tuple(found), (*paid.moves, reversal))
    assert open_documents(back) == open_documents(account)
    assert back.owed_minor == account.owed_minor
    covered = Account("c", 5 - amount, "", tuple(one for one in found if one.document_id in left), (reversal,))
    if not is_still_listed:
        again = {one.document_id: one.open_minor for one in open_documents(covered)}
        assert all(again[part.document_id] >= part.amount_minor for part in parts)


@given(st.lists(st.tuples(st.booleans(), amounts), max_size=12), st.integers(0, 12), amounts)
def test_a_balance_that_covers_some_moves_changes_nothing_of_what_is_owed(
    moves: list[tuple[bool, int]], covered: int, opening: int
) -> None:
    """Whichever documents the ERP has by now: its balance and the rest come to the same."""
    made = [
        AccountMove(f"m{i}", MoveKind.SALE, f"m{i}", "2026-11-24", "", amount if is_sale else -amount)
        for i, (is_sale, amount) in enumerate(moves)
    ]
    whole = Account("c", opening, moves=tuple(made))
    balance = opening + sum(move.amount_minor for move in made[:covered])
    later = Account("c", balance, moves=tuple(made[covered:]))
    assert later.owed_minor == whole.owed_minor
    rules = CreditRules()
    assert credit_of(10**6, later, rules, NOW) == credit_of(10**6, whole, rules, NOW)


@given(st.integers(0, 10**9), st.integers(-(10**9), 10**9), st.integers(0, 1_000_000), st.integers(0, 200))
def test_credit_is_the_limit_in_force_less_what_is_owed(limit: int, owed: int, ppm: int, hours: int) -> None:
    account = Account("c", owed, stamp(NOW - timedelta(hours=hours)))
    credit = credit_of(limit, account, CreditRules(24, ppm), NOW)
    assert credit.is_stale is (hours > 24)
    assert credit.available_minor == credit.limit_minor - owed
    assert credit.limit_minor == (limit * ppm // 1_000_000 if hours > 24 else limit)
    assert credit.age_hours == hours
    assert credit_of(limit, account, CreditRules(0, ppm), NOW).limit_minor == limit, "0 hours: never old"


def test_what_was_never_told_is_old_and_so_is_what_comes_from_further_ahead_than_clocks_differ() -> None:
    assert credit_of(100, Account("c"), CreditRules(24, 0), NOW).available_minor == 0
    ahead = [Account("c", 0, stamp(NOW + timedelta(minutes=minutes))) for minutes in (5, 6)]
    found = [credit_of(100, account, CreditRules(24, 0), NOW) for account in ahead]
    assert [(credit.age_hours, credit.is_stale) for credit in found] == [(0, False), (None, True)]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 100)), max_size=6), amounts)
def test_parts_of_terms_add_up_and_stand_by_date(parts: list[tuple[int, int]], amount: int) -> None:
    dues = due_dates(PaymentTerms("x", tuple(TermPart(*part) for part in parts)), "2026-11-24", amount)
    assert sum(due.amount_minor for due in dues) == amount
    assert [due.date for due in dues] == sorted(due.date for due in dues)


@pytest.mark.parametrize(
    ("text", "dues"),
    [
        ("", [("2026-11-24", 100_01)]),
        ("30", [("2026-12-24", 100_01)]),
        ("15 45", [("2026-12-09", 50_01), ("2027-01-08", 50_00)]),
        ("30:75% 0:25", [("2026-11-24", 25_00), ("2026-12-24", 75_01)]),
        ("0:33.33 1:66.67", [("2026-11-24", 33_33), ("2026-11-25", 66_68)]),
        ("30e", [("2026-12-30", 100_01)]),
        ("5n", [("2027-01-05", 100_01)]),
        ("70m", [("2027-02-28", 100_01)]),
        ("40m10", [("2027-02-10", 100_01)]),
        ("40m31", [("2027-02-28", 100_01)]),
    ],
)
def test_terms_are_read_as_people_write_them(text: str, dues: list[tuple[str, int]]) -> None:
    terms = read_terms("x", text)
    assert terms is not None
    assert list(due_dates(terms, "2026-11-24", 100_01)) == [Due(*due) for due in dues]


@pytest.mark.parametrize(
    "text", ["x", "30:", "30:50%", "0:50% 30:40%", "-3", "3651", "1.5", "30:0% 60:100%", "30x", "30e5", "30m32"]
)
def test_what_are_no_terms_is_refused(text: str) -> None:
    assert read_terms("x", text) is None
