"""The laws of taxes, in the price and on top of it, rounded per line and per document."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain import tax
from domain.money import MICRO, divide_half_up, exact_scale, extend
from domain.tax import DocumentTax, LineTax, TaxBook, TaxClass, TaxGroup, TaxKind, TaxRate, TaxRounding, TaxSum
from tests.kit.strategies import (
    INCLUDED_ONLY,
    any_books,
    any_codes,
    books,
    class_codes,
    discounts,
    document_books,
    make_book,
    prices,
    quantities,
    signed_prices,
)

Lines = list[tuple[str, int, int]]
"""Tax class, quantity and unit price."""

lines_drawn = st.lists(st.tuples(class_codes, quantities, prices), max_size=12)
any_lines = st.lists(st.tuples(any_codes, quantities, signed_prices), max_size=10)
either = st.one_of(st.tuples(books, lines_drawn), st.tuples(any_books(), any_lines))
"""The few classes of a shop, or any taxes there can be."""


def priced(book: TaxBook, lines: Lines) -> list[tuple[str, LineTax]]:
    """Return each line's class and money."""
    return [(code, tax.price_line(book, code, quantity, price)) for code, quantity, price in lines]


def summed(lines: list[tuple[str, LineTax]]) -> tuple[TaxSum, ...]:
    """Return the sums of lines by class and group."""
    sums: tuple[TaxSum, ...] = ()
    for code, line in lines:
        sums = tax.summed(sums, code, line)
    return sums


def document(book: TaxBook, lines: Lines) -> DocumentTax:
    return tax.total(book, summed(priced(book, lines)))


def numbers(value: Any) -> list[Any]:
    """Return every number in a struct."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.astuple(value)
    if isinstance(value, tuple | list):
        return [number for part in value for number in numbers(part)]
    return [] if isinstance(value, str) or value is None else [value]


@given(either)
def test_net_and_taxes_make_the_total(drawn: tuple[TaxBook, Lines]) -> None:
    told = document(*drawn)
    assert told.net_minor + sum(row.tax_minor for row in told.taxes) == told.total_minor


@given(either)
def test_lines_after_spread_add_up_to_the_document(drawn: tuple[TaxBook, Lines]) -> None:
    book, lines = drawn
    money = priced(book, lines)
    told = tax.total(book, summed(money))
    shares = tax.spread(book, money)
    assert sum(share.net_minor for share in shares) == told.net_minor
    assert sum(share.gross_minor for share in shares) == told.total_minor
    assert sum(sum(share.taxes_minor) for share in shares) == sum(row.tax_minor for row in told.taxes)


@given(books, lines_drawn)
def test_the_taxes_of_the_lines_are_those_of_the_table(book: TaxBook, lines: Lines) -> None:
    one_tax = {"general": "iva16", "border": "iva8", "zero": "iva0", "top": "on_top"}
    kept = [line for line in lines if line[0] in one_tax]
    money = priced(book, kept)
    found: dict[str, tuple[int, int]] = {}
    for (code, _), share in zip(money, tax.spread(book, money), strict=True):
        amount, base = found.get(one_tax[code], (0, 0))
        found[one_tax[code]] = (amount + share.taxes_minor[0], base + share.bases_minor[0])
    rows = tax.total(book, summed(money)).taxes
    assert found == {row.code: (row.tax_minor, row.base_minor) for row in rows}


@given(either)
def test_no_line_is_moved_by_more_cents_than_there_are_lines(drawn: tuple[TaxBook, Lines]) -> None:
    book, lines = drawn
    money = priced(book, lines)
    for (_, line), share in zip(money, tax.spread(book, money), strict=True):
        most = 0 if book.rounding is TaxRounding.LINE else (len(lines) + 2) * (len(line.taxes_minor) + 1)
        assert abs(share.net_minor - line.base_minor) <= most * book.step_minor
        for after, before in zip(share.taxes_minor, line.taxes_minor, strict=True):
            assert abs(after - before) <= len(lines) * book.step_minor


@given(document_books, st.lists(st.tuples(st.just("general"), st.just(MICRO), prices), min_size=2, max_size=12))
def test_lines_of_one_price_differ_by_a_cent_at_most(book: TaxBook, lines: Lines) -> None:
    same = [(code, quantity, lines[0][2]) for code, quantity, _ in lines]
    shares = tax.spread(book, priced(book, same))
    for figures in ([share.net_minor for share in shares], [share.taxes_minor[0] for share in shares]):
        assert max(figures) - min(figures) <= 1
        assert figures in (sorted(figures), sorted(figures, reverse=True))


@given(either, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(drawn: tuple[TaxBook, Lines], random: Random) -> None:
    book, lines = drawn
    shuffled = lines.copy()
    random.shuffle(shuffled)
    assert document(book, shuffled) == document(book, lines)


@given(either)
def test_a_return_is_its_sale_with_every_sign_turned(drawn: tuple[TaxBook, Lines]) -> None:
    """But for what costs nothing: by Odoo's rule it is never a return, not even where a fixed tax is paid on it."""
    book, lines = drawn[0], [line for line in drawn[1] if line[2]]
    sold = priced(book, lines)
    back = priced(book, [(code, -quantity, price) for code, quantity, price in lines])
    sale, turned = tax.total(book, summed(sold)), tax.total(book, summed(back))
    assert (turned.net_minor, turned.total_minor) == (-sale.net_minor, -sale.total_minor)
    assert [(row.base_minor, row.tax_minor) for row in turned.taxes] == [
        (-row.base_minor, -row.tax_minor) for row in sale.taxes
    ]
    for one, other in zip(tax.spread(book, sold), tax.spread(book, back), strict=True):
        assert (other.net_minor, other.gross_minor) == (-one.net_minor, -one.gross_minor)


@given(st.one_of(document_books, any_books(TaxRounding.DOCUMENT)), st.data(), st.integers(1, 99))
def test_splitting_a_line_changes_nothing_per_document(book: TaxBook, data: st.DataObject, percent: int) -> None:
    codes = st.sampled_from(sorted(book.classes))
    lines = data.draw(st.lists(st.tuples(codes, quantities, signed_prices), min_size=1, max_size=8))
    at = data.draw(st.integers(0, len(lines) - 1))
    code, quantity, price = lines[at]
    part = quantity * percent // 100
    assume(part * quantity > 0 and abs(part) < abs(quantity))
    split = [*lines[:at], (code, part, price), *lines[at + 1 :], (code, quantity - part, price)]
    one, other = document(book, lines), document(book, split)
    if sum(extend(quantity, price) for _, quantity, price in lines):
        assert one.taxes == other.taxes
        assert (one.net_minor, one.total_minor) == (other.net_minor, other.total_minor)


@given(books, st.lists(st.tuples(st.sampled_from(INCLUDED_ONLY), quantities, prices), max_size=12))
def test_prices_that_contain_their_taxes_are_what_is_paid(book: TaxBook, lines: Lines) -> None:
    told = document(book, lines)
    if book.rounding is TaxRounding.LINE:
        assert told.total_minor == sum(line.amount_minor for _, line in priced(book, lines))
        return
    wanted = 0
    for is_sold in (True, False):
        exact = sum(extend(quantity, price) for _, quantity, price in lines if (quantity > 0) is is_sold)
        wanted += divide_half_up(exact, exact_scale(book.exponent))
    assert told.total_minor == wanted


@given(books, st.lists(st.tuples(st.sampled_from(INCLUDED_ONLY), quantities, prices), max_size=12))
def test_a_line_whose_price_contains_its_taxes_is_posted_as_its_amount(book: TaxBook, lines: Lines) -> None:
    for share in tax.spread(book, priced(book, lines)):
        assert share.amount_minor == share.gross_minor


@given(either, st.randoms(use_true_random=False))
def test_a_line_put_in_and_taken_out_leaves_no_trace(drawn: tuple[TaxBook, Lines], random: Random) -> None:
    book, lines = drawn
    money = priced(book, lines)
    sums = summed(money)
    random.shuffle(money)
    for place, (code, line) in enumerate(money):
        sums = tax.summed(sums, code, tax.negate(line))
        assert set(sums) == set(summed(money[place + 1 :]))
    assert sums == ()


@given(either, st.integers(0, 9), quantities, prices)
def test_a_line_changed_is_a_line_taken_out_and_another_put_in(
    drawn: tuple[TaxBook, Lines], at: int, quantity: int, price: int
) -> None:
    book, lines = drawn
    assume(at < len(lines))
    money = priced(book, lines)
    code, old = money[at]
    new = tax.price_line(book, code, quantity, price)
    changed = tax.summed(summed(money), code, new, old)
    assert changed == summed([*money[:at], (code, new), *money[at + 1 :]])
    assert tax.total(book, changed) == document(book, [*lines[:at], (code, quantity, price), *lines[at + 1 :]])


@given(either, st.integers(0, 9))
def test_a_counter_line_takes_its_line_out_of_the_document(drawn: tuple[TaxBook, Lines], at: int) -> None:
    book, lines = drawn
    assume(at < len(lines))
    money = priced(book, lines)
    code, line = money[at]
    assert tax.total(book, summed([*money, (code, tax.negate(line))])) == document(book, lines[:at] + lines[at + 1 :])


@given(either, discounts)
def test_there_is_no_float_anywhere(drawn: tuple[TaxBook, Lines], discount: int) -> None:
    book, lines = drawn
    money = [(code, tax.price_line(book, code, quantity, price, discount)) for code, quantity, price in lines]
    sums = summed(money)
    for value in [*(line for _, line in money), *sums, tax.total(book, sums), *tax.spread(book, money)]:
        assert {type(number) for number in numbers(value)} <= {int, bool}


@given(class_codes, quantities, prices)
def test_a_tax_is_within_half_a_cent_of_its_exact_value(code: str, quantity: int, price: int) -> None:
    book = make_book(TaxRounding.LINE)
    assume(code in ("general", "border", "zero", "two", "top", "mixed"))
    line = tax.price_line(book, code, quantity, price)
    exact = Fraction(extend(quantity, price), exact_scale(2))
    assert abs(line.amount_minor - exact) <= Fraction(1, 2)
    rates = book.classes[code].rates
    whole = 1 + sum(Fraction(rate.rate_ppm, MICRO) for rate in rates if rate.included)
    net = Fraction(line.amount_minor) - sum(
        tax_minor for rate, tax_minor in zip(rates, line.taxes_minor, strict=True) if rate.included
    )
    for rate, tax_minor in zip(rates, line.taxes_minor, strict=True):
        base = line.amount_minor / whole if rate.included else net
        assert abs(tax_minor - base * Fraction(rate.rate_ppm, MICRO)) <= Fraction(1, 2)


@given(any_books(), quantities, signed_prices, st.integers(0, 99).map(lambda percent: percent * 10_000))
def test_a_discount_is_a_lower_price(book: TaxBook, quantity: int, price: int, discount: int) -> None:
    lower = Fraction(price * (MICRO - discount), MICRO)
    assume(lower.denominator == 1)
    for code in book.classes:
        assert tax.price_line(book, code, quantity, price, discount) == tax.price_line(book, code, quantity, int(lower))


@given(any_books(), st.randoms(use_true_random=False), any_lines)
def test_the_order_in_which_taxes_are_given_does_not_matter(book: TaxBook, random: Random, lines: Lines) -> None:
    numbered, mixed = {}, {}
    for code, tax_class in book.classes.items():
        numbers = {rate.code: place for place, rate in enumerate(tax_class.rates)}
        rates = [msgspec.structs.replace(rate, tax_id=numbers[rate.code]) for rate in tax_class.rates]
        numbered[code] = msgspec.structs.replace(tax_class, rates=tuple(rates))
        random.shuffle(rates)
        mixed[code] = msgspec.structs.replace(tax_class, rates=tuple(rates))
    one, other = (TaxBook(classes, book.rounding, book.exponent) for classes in (numbered, mixed))
    assert priced(one, lines) == priced(other, lines)


@given(any_books(), any_lines)
def test_a_group_is_its_members(book: TaxBook, lines: Lines) -> None:
    opened = {code: msgspec.structs.replace(c, rates=tax.flatten(c.rates)) for code, c in book.classes.items()}
    kept = {
        code: [msgspec.structs.replace(rate, sequence=n) for n, rate in enumerate(c.rates)]
        for code, c in opened.items()
    }
    flat = {code: msgspec.structs.replace(opened[code], rates=tuple(rates)) for code, rates in kept.items()}
    other = TaxBook(flat, book.rounding, book.exponent, step_minor=book.step_minor)
    assert priced(book, lines) == priced(other, lines)


@given(st.sampled_from(TaxRounding), quantities, signed_prices, st.sampled_from((TaxKind.PERCENT, TaxKind.DIVISION)))
def test_nobody_pays_a_reverse_charge(rounding: TaxRounding, quantity: int, price: int, kind: TaxKind) -> None:
    rate = TaxRate("rc", "Reverse charge", 210_000, included=False, kind=kind, has_negative_factor=True)
    book = TaxBook({"rc": TaxClass("rc", "", (rate,)), "x": TaxClass("x", "")}, rounding)
    told, free = document(book, [("rc", quantity, price)]), document(book, [("x", quantity, price)])
    assert (told.total_minor, told.net_minor) == (free.total_minor, free.total_minor)
    assert [(row.base_minor, row.tax_minor) for row in told.taxes] == [(free.total_minor, 0)]


@given(books, lines_drawn, st.integers(-(10**9), 10**9))
def test_a_settled_line_is_added_as_it_is(book: TaxBook, lines: Lines, amount: int) -> None:
    given_line = LineTax(0, amount, (), amount, 0, TaxGroup.SETTLED)
    money = [*priced(book, lines), ("exempt", given_line)]
    told, plain = tax.total(book, summed(money)), document(book, lines)
    assert told.total_minor == plain.total_minor + amount
    assert tax.spread(book, money)[-1].gross_minor == amount


@given(st.sampled_from(TaxRounding), quantities, st.integers(-(10**9), 10**9))
def test_a_fixed_tax_counts_units_with_the_sign_of_the_price(rounding: TaxRounding, quantity: int, price: int) -> None:
    book = make_book(rounding)
    line = tax.price_line(book, "unit", quantity, price)
    turned = -1 if price < 0 else 1
    assert line.taxes_minor[0] == divide_half_up(turned * quantity * 1_270_000, 10**10)


@pytest.mark.parametrize(
    ("rounding", "code", "net", "tax_minor", "gross"),
    [
        (TaxRounding.LINE, "general", 8619, 1380, 9999),
        (TaxRounding.DOCUMENT, "general", 8620, 1379, 9999),
        (TaxRounding.LINE, "top", 9999, 2001, 12000),
        (TaxRounding.DOCUMENT, "top", 9999, 2000, 11999),
    ],
)
def test_three_lines_of_33_33_by_hand(rounding: TaxRounding, code: str, net: int, tax_minor: int, gross: int) -> None:
    """33.33 × 16/116 = 4.597 → 4.60 a line, 13.79 for 99.99; 33.33 × 20 % = 6.666 → 6.67 a line, 20.00 in all."""
    told = document(make_book(rounding), [(code, MICRO, 33_330_000)] * 3)
    assert (told.net_minor, told.taxes[0].tax_minor, told.total_minor) == (net, tax_minor, gross)


def test_the_documents_cents_go_to_the_largest_lines_first() -> None:
    """0.005, 12.345 and 0.005 are 0.01, 12.35 and 0.01 a line, and 12.355 → 12.36 in all: one cent less than 12.37."""
    book = make_book(TaxRounding.DOCUMENT)
    money = priced(book, [("zero", MICRO, 5_000), ("zero", MICRO, 12_345_000), ("zero", MICRO, 5_000)])
    assert [line.amount_minor for _, line in money] == [1, 1235, 1]
    assert [share.amount_minor for share in tax.spread(book, money)] == [1, 1234, 1]


def test_exempt_and_zero_have_a_row_each() -> None:
    told = document(make_book(TaxRounding.LINE), [("exempt", MICRO, MICRO), ("zero", MICRO, 2 * MICRO)])
    assert [(row.code, row.kind, row.base_minor, row.tax_minor) for row in told.taxes] == [
        ("iva0", TaxKind.PERCENT, 200, 0),
        ("exempt:exempt", TaxKind.EXEMPT, 100, 0),
    ]
    assert told.total_minor == 300


def test_two_classes_with_one_rate_share_its_row() -> None:
    told = document(make_book(TaxRounding.LINE), [("border", MICRO, 10_000_000), ("two", MICRO, 10_000_000)])
    rows = {row.code: row for row in told.taxes}
    assert rows["iva8"].tax_minor == 74 + 69
    assert rows["iva8"].base_minor == (1000 - 74) + (1000 - 69 - 64)


def test_what_is_sold_and_what_comes_back_is_rounded_apart() -> None:
    """33.333 three times is 100.00 sold (99.999); 66.667 back is −66.67: 33.33, though 33.332 was sold in all."""
    book = make_book(TaxRounding.DOCUMENT)
    told = document(book, [("exempt", MICRO, 33_333_000)] * 3 + [("exempt", -MICRO, 66_667_000)])
    assert told.total_minor == 10_000 - 6_667


def test_a_currency_of_larger_steps_has_totals_in_them() -> None:
    book = TaxBook({"g": TaxClass("g", "", (TaxRate("t", "", 81_000),))}, TaxRounding.LINE, 2, step_minor=5)
    line = tax.price_line(book, "g", MICRO, 9_990_000)
    assert (line.amount_minor, line.taxes_minor, line.base_minor) == (1000, (75,), 925)
