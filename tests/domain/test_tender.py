"""Tenders: what is owed, who gives change, refunds, limits, and card numbers that must not get in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusal import Reason, Refused
from domain.tender import MAX_REFERENCE, Tender, TenderKind, balance, make_tender

CASH = TenderKind("cash", "Cash", is_cash=True, gives_change=True)
CARD = TenderKind("card", "Card", needs_reference=True)
VOUCHER = TenderKind("voucher", "Voucher")
BOUNDLESS = TenderKind("cash", "Cash", gives_change=True, limit_minor=0)
kinds = st.sampled_from((CASH, VOUCHER))
totals = st.integers(-1_000_000, 1_000_000)


@given(totals, st.lists(st.tuples(kinds, st.one_of(st.none(), st.integers(-10, 2_000_000))), max_size=6))
def test_tenders_bring_the_balance_to_nothing_and_never_past_it(
    total: int, handed: list[tuple[TenderKind, int | None]]
) -> None:
    tenders: list[Tender] = []
    for kind, amount in handed:
        owed = balance(total, tenders)
        if owed == 0:
            break
        answer = make_tender(kind, owed, amount)
        if isinstance(answer, Refused):
            assert owed == balance(total, tenders)
            continue
        tenders.append(answer)
        left = balance(total, tenders)
        assert abs(left) <= abs(owed)
        assert left * total >= 0
        assert answer.amount_minor * total > 0
        assert 0 <= answer.change_minor < abs(answer.amount_minor)
        assert not answer.change_minor or kind.gives_change
    final = make_tender(CASH, balance(total, tenders), None)
    if balance(total, tenders):
        assert isinstance(final, Tender)
        assert balance(total, [*tenders, final]) == 0
        assert final.change_minor == 0


@given(st.integers(1, 1_000_000), st.integers(0, 1_000_000))
def test_change_is_what_was_handed_over_less_what_was_owed(owed: int, more: int) -> None:
    tender = make_tender(CASH, owed, owed + more)
    assert tender == Tender("cash", owed + more, more)
    assert tender.net_minor == owed


@given(st.integers(1, 1_000_000))
def test_without_an_amount_it_is_exactly_the_balance(owed: int) -> None:
    assert make_tender(VOUCHER, owed, None) == Tender("voucher", owed)
    assert make_tender(CASH, -owed, None) == Tender("cash", -owed)


@pytest.mark.parametrize("amount", [0, -1, -5000])
def test_nothing_and_less_is_no_tender(amount: int) -> None:
    assert make_tender(CASH, 1000, amount) == Refused(Reason.BAD_AMOUNT, {"amount_minor": amount})


def test_nothing_is_no_tender_where_nothing_is_owed() -> None:
    assert make_tender(CASH, 0, None) == Refused(Reason.BAD_AMOUNT, {"amount_minor": 0})


def test_change_comes_only_from_kinds_that_give_it() -> None:
    refused = make_tender(VOUCHER, 1000, 1001)
    assert refused == Refused(Reason.NO_CHANGE_FROM_KIND, {"kind": "voucher", "balance_minor": 1000})


def test_a_refund_is_never_larger_than_what_is_owed_to_the_customer() -> None:
    assert make_tender(CASH, -1000, 400) == Tender("cash", -400)
    assert make_tender(CASH, -1000, 1000) == Tender("cash", -1000)
    refused = make_tender(CASH, -1000, 1001)
    assert refused == Refused(Reason.NO_CHANGE_FROM_KIND, {"kind": "cash", "balance_minor": -1000})


def test_a_scanned_code_typed_as_an_amount_is_above_the_limit() -> None:
    refused = make_tender(CASH, 1000, 750_100_011_120_6)
    assert refused == Refused(Reason.OVER_LIMIT, {"kind": "cash", "limit_minor": CASH.limit_minor})
    assert make_tender(CASH, CASH.limit_minor + 5, None) == Tender("cash", CASH.limit_minor + 5)
    assert make_tender(BOUNDLESS, 1, 10**12) == Tender("cash", 10**12, 10**12 - 1)


@pytest.mark.parametrize("reference", ["", "   "])
def test_a_card_needs_its_approval(reference: str) -> None:
    assert make_tender(CARD, 1000, None, reference) == Refused(Reason.NEEDS_REFERENCE, {"kind": "card"})
    assert make_tender(CARD, 1000, None, "APPR 123") == Tender("card", 1000, 0, "APPR 123")


@pytest.mark.parametrize("kind", [CARD, CASH, VOUCHER])
def test_a_card_number_is_no_reference_of_any_kind(kind: TenderKind) -> None:
    for reference in ("01 4111 1111 1111 1111", "4111 1111 1111 1111", "5500-0000-0000-0004", "x 378282246310005 y"):
        assert make_tender(kind, 1000, None, reference) == Refused(Reason.CARD_NUMBER, {"kind": kind.code})


def test_a_reference_has_room_for_any_approval_and_no_more() -> None:
    assert isinstance(make_tender(CARD, 1000, None, "A" * MAX_REFERENCE), Tender)
    assert isinstance(make_tender(CARD, 1000, None, "A" * (MAX_REFERENCE + 1)), Refused)
