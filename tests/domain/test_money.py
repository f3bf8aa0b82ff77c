"""Whole numbers of money: rounding, splitting, and plain decimals there and back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import (
    MICRO,
    allocate,
    divide_half_up,
    exact_scale,
    extend,
    format_scaled,
    parse_scaled,
)

NUMBERS = st.integers(-(10**24), 10**24)
LEDGER_NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)


@given(NUMBERS, st.integers(1, 10**18))
def test_a_division_is_off_by_at_most_half_and_a_half_goes_away_from_zero(numerator: int, denominator: int) -> None:
    quotient = divide_half_up(numerator, denominator)
    exact = Fraction(numerator, denominator)
    assert abs(quotient - exact) <= Fraction(1, 2)
    if abs(quotient - exact) == Fraction(1, 2):
        assert abs(quotient) > abs(exact)


@given(NUMBERS, st.integers(1, 10**18))
def test_a_division_is_symmetric_about_zero(numerator: int, denominator: int) -> None:
    assert divide_half_up(-numerator, denominator) == -divide_half_up(numerator, denominator)


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"),
    [(5, 10, 1), (-5, 10, -1), (4, 10, 0), (-4, 10, 0), (15, 10, 2), (25, 10, 3), (-25, 10, -3), (1, 3, 0), (2, 3, 1)],
)
def test_divisions_that_people_argue_about(numerator: int, denominator: int, quotient: int) -> None:
    assert divide_half_up(numerator, denominator) == quotient


@given(st.integers(-(10**18), 10**18), st.lists(st.integers(0, 10**12), max_size=30))
def test_parts_add_up_and_each_is_off_by_less_than_one(total: int, weights: list[int]) -> None:
    parts = allocate(total, weights)
    assert len(parts) == len(weights)
    if not weights:
        return
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        share = Fraction(total * weight, whole) if whole else Fraction(total, len(weights))
        assert abs(part - share) < 1


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_what_is_given_back_is_split_as_what_was_taken(total: int, weights: list[int]) -> None:
    assert allocate(-total, weights) == tuple(-part for part in allocate(total, weights))


def test_the_odd_cent_goes_to_the_larger_remainder_and_then_to_the_earlier_part() -> None:
    assert allocate(100, [1, 1, 1]) == (34, 33, 33)
    assert allocate(10, [1, 2, 3]) == (2, 3, 5)
    assert allocate(3, [0, 0]) == (2, 1)
    with pytest.raises(ValueError, match="negative"):
        allocate(1, [2, -1])


@given(LEDGER_NUMBERS, st.integers(0, 6))
def test_a_plain_decimal_is_read_back_as_what_was_written(value: int, digits: int) -> None:
    assert parse_scaled(format_scaled(value, digits), digits) == value


@given(st.text(max_size=40), st.integers(0, 6))
def test_any_text_is_a_number_that_fits_the_ledger_or_none(text: str, digits: int) -> None:
    value = parse_scaled(text, digits)
    assert value is None or abs(value) < 2**63


@pytest.mark.parametrize(
    ("text", "digits", "value"),
    [
        ("12.50", 2, 1250),
        ("12.5", 2, 1250),
        ("12", 2, 1200),
        (".5", 2, 50),
        ("5.", 2, 500),
        ("+5", 2, 500),
        ("-0.05", 2, -5),
        ("12.500", 2, 1250),
        ("12.505", 2, None),
        ("007", 0, 7),
        ("", 2, None),
        (".", 2, None),
        ("-", 2, None),
        ("--5", 2, None),
        ("1,5", 2, None),
        ("1 000", 2, None),
        ("1e3", 2, None),
        ("1_0", 2, None),
        ("NaN", 2, None),
        ("\u0663", 2, None),
        ("\u00b2", 2, None),
        ("1.2.3", 2, None),
        ("9" * 19, 0, None),
        ("9" * 5000, 2, None),
        ("0" * 5000 + "1", 2, None),
    ],
)
def test_decimals_as_files_bring_them(text: str, digits: int, value: int | None) -> None:
    assert parse_scaled(text, digits) == value


@given(st.integers(-(10**10), 10**10), st.integers(0, 10**12), st.integers(0, 4))
def test_quantity_times_price_is_exact_until_it_is_rounded_once(quantity: int, price: int, exponent: int) -> None:
    exact = Fraction(extend(quantity, price), exact_scale(exponent))
    assert exact == Fraction(quantity, MICRO) * Fraction(price, MICRO) * 10**exponent
