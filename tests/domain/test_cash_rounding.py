"""Totals that can be paid with coins: three ways, two strategies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cash_rounding import CashRounding, RoundingStrategy, RoundingWay, round_cash, round_document
from domain.tax import DocumentTax, TaxAmount, TaxKind

amounts = st.integers(-10_000, 10_000)
roundings = st.builds(
    CashRounding, st.sampled_from((5, 10, 50, 100)), st.sampled_from(RoundingWay), st.sampled_from(RoundingStrategy)
)
VAT = TaxAmount("vat", "VAT", 210_000, False, 1000, 210)
ECO = TaxAmount("eco", "Eco", 0, False, 1000, 310, TaxKind.FIXED)
FREE = TaxAmount("exempt:x", "Exempt", 0, True, 5000, 0, TaxKind.EXEMPT)


@given(roundings, amounts)
def test_a_rounded_amount_is_whole_steps_and_the_nearest_in_its_way(rounding: CashRounding, amount: int) -> None:
    rounded = round_cash(rounding, amount)
    assert rounded % rounding.step_minor == 0
    assert abs(rounded - amount) < rounding.step_minor
    if rounding.way is RoundingWay.UP:
        assert abs(rounded) >= abs(amount)
    elif rounding.way is RoundingWay.DOWN:
        assert abs(rounded) <= abs(amount)
    else:
        assert 2 * abs(rounded - amount) <= rounding.step_minor


@given(roundings, amounts)
def test_what_is_rounded_stays_and_a_return_is_rounded_as_its_sale(rounding: CashRounding, amount: int) -> None:
    rounded = round_cash(rounding, amount)
    assert round_cash(rounding, rounded) == rounded
    assert round_cash(rounding, -amount) == -rounded


@given(roundings, st.integers(0, 5000), st.integers(0, 5000))
def test_the_difference_is_a_line_or_in_a_tax_and_never_lost(rounding: CashRounding, net: int, tax: int) -> None:
    row = TaxAmount("t", "T", 100_000, False, net, tax)
    found = round_document(rounding, DocumentTax(net, net + tax, (row,)))
    assert found.document.total_minor == round_cash(rounding, net + tax)
    taxes = sum(row.tax_minor for row in found.document.taxes)
    assert found.document.net_minor + taxes + found.rounding_minor == found.document.total_minor


def test_the_first_of_the_largest_taxes_takes_it() -> None:
    rounding = CashRounding(5, strategy=RoundingStrategy.BIGGEST_TAX)
    document = DocumentTax(6000, 6523, (VAT, FREE, ECO))
    found = round_document(rounding, document)
    assert [row.tax_minor for row in found.document.taxes] == [210, 0, 312]
    assert (found.document.total_minor, found.rounding_minor) == (6525, 0)


def test_without_taxes_there_is_nothing_for_the_largest_to_take() -> None:
    document = DocumentTax(5003, 5003, (FREE,))
    found = round_document(CashRounding(5, strategy=RoundingStrategy.BIGGEST_TAX), document)
    assert (found.document, found.rounding_minor) == (document, 0)


@pytest.mark.parametrize("step", [0, 1])
def test_a_step_of_one_rounds_nothing(step: int) -> None:
    assert round_cash(CashRounding(step), 12_347) == 12_347
