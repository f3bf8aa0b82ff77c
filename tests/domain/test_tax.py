"""The laws of percent taxes, in the price and on top of it, rounded per line and per document."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import MICRO, exact_scale, extend
from domain.tax import (
    DocumentTax,
    LineTax,
    TaxBook,
    TaxRounding,
    TaxSum,
    add,
    class_money,
    price_line,
    spread,
    subtract,
    total,
)
from tests.kit.strategies import INCLUDED_ONLY, books, class_codes, document_books, make_book, prices, quantities

Lines = list[tuple[str, int, int]]
"""Tax class, quantity and unit price."""

lines_drawn = st.lists(st.tuples(class_codes, quantities, prices), max_size=12)


def priced(book: TaxBook, lines: Lines) -> list[tuple[str, LineTax]]:
    """Return each line's class and money."""
    return [(code, price_line(book, code, extend(quantity, price))) for code, quantity, price in lines]


def summed(lines: list[tuple[str, LineTax]]) -> list[TaxSum]:
    """Return the sums of the classes, in the order in which they first appear."""
    sums: dict[str, TaxSum] = {}
    for code, line in lines:
        sums[code] = add(sums.get(code, TaxSum(code)), line)
    return list(sums.values())


def document(book: TaxBook, lines: Lines) -> DocumentTax:
    return total(book, summed(priced(book, lines)))


@given(books, lines_drawn)
def test_net_and_taxes_make_the_total(book: TaxBook, lines: Lines) -> None:
    told = document(book, lines)
    assert told.net_minor + sum(row.tax_minor for row in told.taxes) == told.total_minor


@given(books, lines_drawn)
def test_lines_after_spread_add_up_to_the_document(book: TaxBook, lines: Lines) -> None:
    money = priced(book, lines)
    told = total(book, summed(money))
    net = gross = 0
    by_rate: dict[str, int] = {}
    for tax_sum in summed(money):
        rates = book.classes[tax_sum.tax_class].rates
        for share in spread(book, tax_sum, [line for code, line in money if code == tax_sum.tax_class]):
            base = share.amount_minor
            for rate, tax in zip(rates, share.taxes_minor, strict=True):
                base -= tax if rate.included else 0
                by_rate[rate.code] = by_rate.get(rate.code, 0) + tax
            net += base
            gross += base + sum(share.taxes_minor)
    assert (net, gross) == (told.net_minor, told.total_minor)
    assert by_rate == {row.code: row.tax_minor for row in told.taxes}


@given(books, lines_drawn)
def test_spread_moves_no_figure_of_a_line_by_more_than_one(book: TaxBook, lines: Lines) -> None:
    money = priced(book, lines)
    for tax_sum in summed(money):
        before = [line for code, line in money if code == tax_sum.tax_class]
        after = spread(book, tax_sum, before)
        for old, new in zip(before, after, strict=True):
            assert new.exact == old.exact
            assert abs(new.amount_minor - old.amount_minor) <= 1
            moved = [abs(a - b) for a, b in zip(new.taxes_minor, old.taxes_minor, strict=True)]
            assert all(step <= 1 for step in moved)


@given(books, lines_drawn, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(book: TaxBook, lines: Lines, random: Random) -> None:
    shuffled = lines.copy()
    random.shuffle(shuffled)
    one, other = document(book, lines), document(book, shuffled)
    assert (one.net_minor, one.total_minor) == (other.net_minor, other.total_minor)
    assert sorted(one.taxes, key=lambda row: row.code) == sorted(other.taxes, key=lambda row: row.code)


@given(books, lines_drawn)
def test_a_return_is_its_sale_with_every_sign_turned(book: TaxBook, lines: Lines) -> None:
    sale, back = document(book, lines), document(book, [(code, -quantity, price) for code, quantity, price in lines])
    assert (back.net_minor, back.total_minor) == (-sale.net_minor, -sale.total_minor)
    assert [(row.base_minor, row.tax_minor) for row in back.taxes] == [
        (-row.base_minor, -row.tax_minor) for row in sale.taxes
    ]


@given(document_books, lines_drawn, st.integers(0, 11), st.integers(1, 10**9))
def test_splitting_a_line_changes_nothing_per_document(book: TaxBook, lines: Lines, at: int, part: int) -> None:
    if at >= len(lines):
        return
    code, quantity, price = lines[at]
    split = [*lines[:at], (code, part, price), *lines[at + 1 :], (code, quantity - part, price)]
    one, other = document(book, lines), document(book, split)
    assert (one.net_minor, one.total_minor) == (other.net_minor, other.total_minor)


@given(books, st.lists(st.tuples(st.sampled_from(INCLUDED_ONLY), quantities, prices), max_size=12))
def test_prices_that_contain_their_taxes_are_what_is_paid(book: TaxBook, lines: Lines) -> None:
    money = priced(book, lines)
    told = total(book, summed(money))
    if book.rounding is TaxRounding.LINE:
        assert told.total_minor == sum(line.amount_minor for _, line in money)
    else:
        assert told.total_minor == sum(class_money(book, tax_sum)[0] for tax_sum in summed(money))


@given(books, lines_drawn)
def test_a_sum_without_a_line_is_the_sum_of_the_others(book: TaxBook, lines: Lines) -> None:
    for tax_sum in summed(priced(book, lines)):
        mine = [line for code, line in priced(book, lines) if code == tax_sum.tax_class]
        rest = tax_sum
        for line in mine:
            rest = subtract(rest, line)
        assert (rest.exact, rest.amount_minor, sum(rest.taxes_minor)) == (0, 0, 0)


@given(class_codes, quantities, prices)
def test_a_tax_is_within_half_a_cent_of_its_exact_value(code: str, quantity: int, price: int) -> None:
    book = make_book(TaxRounding.LINE)
    line = price_line(book, code, extend(quantity, price))
    exact = Fraction(quantity * price, exact_scale(2))
    assert abs(line.amount_minor - exact) <= Fraction(1, 2)
    rates = book.classes[code].rates
    whole = 1 + sum(Fraction(rate.rate_ppm, MICRO) for rate in rates if rate.included)
    for rate, tax in zip(rates, line.taxes_minor, strict=True):
        assert abs(tax - line.amount_minor * Fraction(rate.rate_ppm, MICRO) / whole) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("rounding", "code", "net", "tax", "gross"),
    [
        (TaxRounding.LINE, "general", 8619, 1380, 9999),
        (TaxRounding.DOCUMENT, "general", 8620, 1379, 9999),
        (TaxRounding.LINE, "top", 9999, 2001, 12000),
        (TaxRounding.DOCUMENT, "top", 9999, 2000, 11999),
    ],
)
def test_three_lines_of_33_33_by_hand(rounding: TaxRounding, code: str, net: int, tax: int, gross: int) -> None:
    """33.33 × 16/116 = 4.597 → 4.60 a line, 13.79 for 99.99; 33.33 × 20 % = 6.666 → 6.67 a line, 20.00 in all."""
    told = document(make_book(rounding), [(code, MICRO, 33_330_000)] * 3)
    assert (told.net_minor, told.taxes[0].tax_minor, told.total_minor) == (net, tax, gross)


def test_the_documents_cents_go_to_the_largest_lines_first() -> None:
    """0.005, 12.345 and 0.005 are 0.01, 12.35 and 0.01 a line, and 12.355 → 12.36 in all: one cent less than 12.37."""
    book = make_book(TaxRounding.DOCUMENT)
    money = priced(book, [("zero", MICRO, 5_000), ("zero", MICRO, 12_345_000), ("zero", MICRO, 5_000)])
    shares = spread(book, summed(money)[0], [line for _, line in money])
    assert [line.amount_minor for _, line in money] == [1, 1235, 1]
    assert [share.amount_minor for share in shares] == [1, 1234, 1]


def test_exempt_has_no_row_and_zero_has_one() -> None:
    told = document(make_book(TaxRounding.LINE), [("exempt", MICRO, MICRO), ("zero", MICRO, MICRO)])
    assert [(row.code, row.base_minor, row.tax_minor) for row in told.taxes] == [("iva0", 100, 0)]
    assert told.total_minor == 200


def test_two_classes_with_one_rate_share_its_row() -> None:
    told = document(make_book(TaxRounding.LINE), [("border", MICRO, 10_000_000), ("two", MICRO, 10_000_000)])
    rows = {row.code: row for row in told.taxes}
    assert rows["iva8"].tax_minor == 74 + 69
    assert rows["iva8"].base_minor == (1000 - 74) + (1000 - 69 - 64)
