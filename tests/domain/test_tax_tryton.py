"""The Tryton profile by hand, where a rule is easily got wrong; tests/erp holds it against Tryton's own code."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import tax
from domain.money import MICRO
from domain.tax import (
    DocumentTax,
    LineTax,
    TaxBook,
    TaxClass,
    TaxGroup,
    TaxKind,
    TaxProfile,
    TaxRate,
    TaxRounding,
    TaxSum,
)
from domain.tax_even import round_even
from domain.tax_tryton_cent import give_missing, round_together
from domain.tax_tryton_plan import make_tryton_plan
from tests.kit.strategies import class_codes, make_book, prices, quantities, tax_rates

Lines = list[tuple[str, int, int]]
"""Tax class, quantity and unit price."""


def percent(code: str, rate: str, included: bool = False, sequence: int = 0, affects: bool = False) -> TaxRate:
    ppm = int(Fraction(rate) * 10_000)
    return TaxRate(code, code, ppm, included, include_base_amount=affects, sequence=sequence)


def fixed(code: str, amount_micro: int, included: bool = False) -> TaxRate:
    return TaxRate(code, code, 0, included, TaxKind.FIXED, amount_micro)


def book_of(*rates: TaxRate, rounding: TaxRounding = TaxRounding.LINE, step: int = 1) -> TaxBook:
    classes = {"a": TaxClass("a", "A", rates), "x": TaxClass("x", "Exempt")}
    return TaxBook(classes, rounding, profile=TaxProfile.TRYTON, step_minor=step)


def document(book: TaxBook, lines: Lines) -> DocumentTax:
    sums: tuple[TaxSum, ...] = ()
    for code, quantity, price in lines:
        sums = tax.summed(sums, code, tax.price_line(book, code, quantity, price))
    return tax.total(book, sums)


def line_of(book: TaxBook, quantity: int, price: int, discount: int = 0) -> LineTax:
    return tax.price_line(book, "a", quantity, price, discount)


@pytest.mark.parametrize(
    ("figure", "parts", "step", "rounded"),
    [(125, 10, 1, 12), (135, 10, 1, 14), (-125, 10, 1, -12), (-135, 10, 1, -14), (1251, 100, 1, 13), (75, 10, 5, 10)],
)
def test_a_half_goes_to_the_even_neighbour(figure: int, parts: int, step: int, rounded: int) -> None:
    assert round_even(figure, parts, step) == rounded


def test_what_rounding_lost_comes_back_to_the_first_taxes_that_are_not_zero() -> None:
    assert round_together([125, 125], 10, 1) == [13, 12]
    assert round_together([0, 125, 125], 10, 1) == [0, 13, 12]
    assert round_together([4, 4, 4], 10, 1) == [0, 0, 0]
    assert round_together([-125, -125], 10, 1) == [-13, -12]


def test_what_is_missing_goes_by_size_and_the_rest_to_the_first() -> None:
    assert give_missing(1, [833, 833], 1) == [834, 833]
    assert give_missing(-3, [100, 200, 0], 1) == [99, 198, 0]
    assert give_missing(2, [0, 0], 1) == [2, 0]
    assert give_missing(3, [1, 5], 1) == [2, 7]
    assert give_missing(5, [], 1) == []


@given(st.integers(-50, 50), st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=5), st.sampled_from((1, 5)))
def test_all_that_is_missing_is_given(missing: int, taxes: list[int], step: int) -> None:
    given_taxes = give_missing(missing * step, [amount * step for amount in taxes], step)
    assert sum(given_taxes) == sum(taxes) * step + missing * step
    assert all(amount % step == 0 for amount in given_taxes)


def test_a_price_has_four_decimals_after_its_discount_and_without_its_taxes() -> None:
    """9.99 less 12.5 % is 8.74125 → 8.7412; without 19 % it is 7.34554… → 7.3455; 1,000 of them."""
    line = line_of(book_of(percent("vat", "19", included=True)), 1000 * MICRO, 9_990_000, 125_000)
    assert (line.amount_minor, line.base_minor) == (874_120, 734_550)
    assert line.taxes_minor == (874_120 - 734_550,)


def test_the_price_with_taxes_is_rounded_as_a_whole() -> None:
    """0.0045 with 10 % and 0.01 on top is 0.01495 → 0.0150, by the digit before the half."""
    line = line_of(book_of(percent("vat", "10"), fixed("eco", 10_000)), 1000 * MICRO, 4_500)
    assert line.base_minor + sum(line.taxes_minor) == 1_500


def test_a_fixed_tax_counts_units_whatever_the_sign_of_the_price() -> None:
    line = line_of(book_of(fixed("eco", 1_270_000)), 2 * MICRO, -10_000_000)
    assert (line.base_minor, line.taxes_minor, line.group) == (-2_000, (254,), TaxGroup.RETURN)


def test_children_begin_with_the_price_of_their_group_and_the_group_may_stand_in_the_next_base() -> None:
    """100.00; 8 % and 1.00 of it, which are added: 109.00, of which 10 %."""
    group = TaxRate(
        "g",
        "Group",
        0,
        False,
        TaxKind.GROUP,
        include_base_amount=True,
        children=(percent("p", "8"), fixed("f", 1_000_000)),
    )
    told = document(book_of(group, percent("vat", "10", sequence=1)), [("a", MICRO, 100_000_000)])
    rows = [(row.code, row.base_minor, row.tax_minor) for row in told.taxes]
    assert rows == [("p", 10_000, 800), ("f", 10_000, 100), ("vat", 10_900, 1_090)]


def test_taxes_of_one_sequence_do_not_stand_on_each_other() -> None:
    book = book_of(percent("a", "10", affects=True), percent("b", "10"))
    assert [row.tax_minor for row in document(book, [("a", MICRO, 100_000_000)]).taxes] == [1_000, 1_000]


def test_in_the_price_all_taxes_of_a_sequence_weigh_on_the_next_if_one_does() -> None:
    """1 + 0.1 + 0.1 + 0.1 × (1 + 0.2) = 1.32, though only one of the first two is added: Tryton's reverse is so."""
    rates = percent("a", "10", True, affects=True), percent("b", "10", True), percent("c", "10", True, sequence=1)
    assert make_tryton_plan(rates).net == (Fraction(100, 132), Fraction(0))


def test_taxes_in_the_price_and_on_top_of_it_may_be_mixed() -> None:
    """116.00 holds 16 %; of the 100.00 that remain 5 % come on top."""
    told = document(book_of(percent("vat", "16", True), percent("city", "5")), [("a", MICRO, 116_000_000)])
    assert (told.net_minor, told.total_minor) == (10_000, 12_100)
    assert [row.tax_minor for row in told.taxes] == [1_600, 500]


def test_a_cent_between_the_lines_is_booked_even_where_every_tax_is_zero() -> None:
    """0.0023 holds 53 %: 0.0015 net. Three are 0.01 with it and 0.00 without, their tax 0.0024: Tryton books none."""
    book = book_of(percent("vat", "53", included=True), rounding=TaxRounding.DOCUMENT)
    told = document(book, [("a", 3 * MICRO, 2_300)])
    assert (told.net_minor, told.taxes[0].tax_minor, told.total_minor) == (0, 1, 1)


def test_larger_steps_hold_for_every_figure() -> None:
    told = document(book_of(percent("vat", "8.1", included=True), step=5), [("a", MICRO, 9_990_000)])
    assert (told.net_minor, told.taxes[0].tax_minor, told.total_minor) == (925, 75, 1_000)


@given(st.sampled_from(TaxRounding), st.lists(st.tuples(class_codes, quantities, prices), max_size=10))
def test_a_document_is_the_sum_of_its_lines_in_both_roundings(rounding: TaxRounding, lines: Lines) -> None:
    book = TaxBook(make_book(rounding).classes, rounding, profile=TaxProfile.TRYTON)
    money = [tax.price_line(book, code, quantity, price) for code, quantity, price in lines]
    told = document(book, lines)
    assert told.net_minor == sum(line.base_minor for line in money)
    assert told.total_minor == sum(line.base_minor + sum(line.taxes_minor) for line in money)


@given(tax_rates("r"), tax_rates("s"))
def test_the_net_price_with_its_taxes_is_the_price_where_sequences_hold_one_tax_each(
    one: TaxRate, two: TaxRate
) -> None:
    rates = [rate for rate in (one, two) if rate.kind is not TaxKind.GROUP and not rate.has_negative_factor]
    rates = [
        TaxRate(r.code, r.name, r.rate_ppm, True, r.kind, r.amount_micro, r.include_base_amount, sequence=place)
        for place, r in enumerate(rates)
    ]
    plan = make_tryton_plan(rates)
    if plan.net[0]:
        net = plan.net[0] * 100 + plan.net[1]
        assert net + sum(entry.amount[0] * net + entry.amount[1] for entry in plan.entries) == 100
