"""The laws that hold whichever ERP's arithmetic is in force."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from domain import tax
from domain.money import MICRO
from domain.tax import DocumentTax, LineTax, TaxBook, TaxGroup, TaxProfile, TaxRounding, TaxSum
from domain.tax_discount import discount_percent
from tests.kit.strategies import INCLUDED_ONLY, any_books, any_codes, books, class_codes, prices, quantities

Lines = list[tuple[str, int, int]]
"""Tax class, quantity and unit price."""

PROFILES = list(TaxProfile)


def in_profile(book: TaxBook, profile: TaxProfile) -> TaxBook:
    return TaxBook(book.classes, book.rounding, book.exponent, profile, book.step_minor)


profiled = st.builds(in_profile, books, st.sampled_from(PROFILES))
any_profiled = st.builds(in_profile, any_books(), st.sampled_from(PROFILES))
either = st.one_of(
    st.tuples(profiled, st.lists(st.tuples(class_codes, quantities, prices), max_size=10)),
    st.tuples(any_profiled, st.lists(st.tuples(any_codes, quantities, prices), max_size=10)),
)
"""The few classes of a shop, or any taxes there can be."""


def priced(book: TaxBook, lines: Lines) -> list[tuple[str, LineTax]]:
    return [(code, tax.price_line(book, code, quantity, price)) for code, quantity, price in lines]


def summed(lines: list[tuple[str, LineTax]]) -> tuple[TaxSum, ...]:
    sums: tuple[TaxSum, ...] = ()
    for code, line in lines:
        sums = tax.summed(sums, code, line)
    return sums


def document(book: TaxBook, lines: Lines) -> DocumentTax:
    return tax.total(book, summed(priced(book, lines)))


def test_every_profile_has_an_arithmetic_of_its_own() -> None:
    kinds = {type(TaxBook({}, profile=profile).at_work) for profile in TaxProfile}
    assert len(kinds) == len(TaxProfile)


@given(either)
def test_net_and_taxes_make_the_total(drawn: tuple[TaxBook, Lines]) -> None:
    told = document(*drawn)
    assert told.net_minor + sum(row.tax_minor for row in told.taxes) == told.total_minor


@given(either)
def test_the_lines_as_posted_add_up_to_the_document(drawn: tuple[TaxBook, Lines]) -> None:
    book, lines = drawn
    money = priced(book, lines)
    told = tax.total(book, summed(money))
    shares = tax.spread(book, money)
    assert sum(share.net_minor for share in shares) == told.net_minor
    assert sum(share.gross_minor for share in shares) == told.total_minor
    assert len(shares) == len(lines)


@given(profiled, st.lists(st.tuples(class_codes, quantities, prices), max_size=10))
def test_the_taxes_of_the_lines_are_those_of_the_table(book: TaxBook, lines: Lines) -> None:
    one_tax = {"general": "iva16", "border": "iva8", "zero": "iva0", "top": "on_top"}
    money = priced(book, [line for line in lines if line[0] in one_tax])
    found: dict[str, int] = {}
    for (code, _), share in zip(money, tax.spread(book, money), strict=True):
        found[one_tax[code]] = found.get(one_tax[code], 0) + share.taxes_minor[0]
    assert found == {row.code: row.tax_minor for row in tax.total(book, summed(money)).taxes}


@given(either, st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(drawn: tuple[TaxBook, Lines], random: Random) -> None:
    book, lines = drawn
    shuffled = lines.copy()
    random.shuffle(shuffled)
    assert document(book, shuffled) == document(book, lines)


@given(either)
def test_a_return_is_its_sale_with_every_sign_turned(drawn: tuple[TaxBook, Lines]) -> None:
    book, lines = drawn[0], [(code, abs(quantity), price) for code, quantity, price in drawn[1] if price]
    sale, back = document(book, lines), document(book, [(code, -quantity, price) for code, quantity, price in lines])
    assert (back.net_minor, back.total_minor) == (-sale.net_minor, -sale.total_minor)
    turned = [(row.code, -row.tax_minor, -row.base_minor) for row in sale.taxes]
    assert [(row.code, row.tax_minor, row.base_minor) for row in back.taxes] == turned


@given(either, st.randoms(use_true_random=False))
def test_a_line_put_in_and_taken_out_leaves_no_trace(drawn: tuple[TaxBook, Lines], random: Random) -> None:
    book, lines = drawn
    money = priced(book, lines)
    sums = summed(money)
    random.shuffle(money)
    for place, (code, line) in enumerate(money):
        sums = tax.summed(sums, code, tax.negate(line))
        assert tax.total(book, sums) == tax.total(book, summed(money[place + 1 :]))
    assert sums == ()


@given(either)
def test_there_is_no_float_anywhere(drawn: tuple[TaxBook, Lines]) -> None:
    book, lines = drawn
    money = priced(book, lines)
    sums = summed(money)
    for value in [*(line for _, line in money), *sums, tax.total(book, sums), *tax.spread(book, money)]:
        assert {type(number) for number in numbers(value)} <= {int, bool}


def numbers(value: Any) -> list[Any]:
    """Return every number in a struct."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.astuple(value)
    if isinstance(value, tuple | list):
        return [number for part in value for number in numbers(part)]
    return [] if isinstance(value, str) or value is None else [value]


@given(profiled, st.lists(st.tuples(st.sampled_from(INCLUDED_ONLY), quantities, prices), max_size=3))
def test_prices_that_contain_their_taxes_are_what_is_paid(book: TaxBook, lines: Lines) -> None:
    """Three lines: ERPNext gives a difference up only where it is above five cents; Odoo rounds the sum, not lines."""
    lines = [(code, quantity // MICRO * MICRO, price // 10_000 * 10_000) for code, quantity, price in lines]
    assume(book.exponent != 0 and all(quantity for _, quantity, _ in lines))
    assert document(book, lines).total_minor == sum(line.amount_minor for _, line in priced(book, lines))


@given(profiled, st.lists(st.tuples(st.just("exempt"), quantities, prices), max_size=8))
def test_what_is_exempt_costs_its_price_and_has_one_row(book: TaxBook, lines: Lines) -> None:
    told = document(book, lines)
    assert told.net_minor == told.total_minor == sum(row.base_minor for row in told.taxes)
    assert [row.code for row in told.taxes] == ["exempt:exempt"] * bool(lines)


@given(either, st.data())
def test_classes_with_the_same_taxes_may_stand_for_each_other(
    drawn: tuple[TaxBook, Lines], data: st.DataObject
) -> None:
    book, lines = drawn
    assume(lines)
    code = data.draw(st.sampled_from(sorted({code for code, _, _ in lines})))
    assume(book.classes[code].rates)
    twin = msgspec.structs.replace(book.classes[code], code=code + "+")
    both = TaxBook({**book.classes, twin.code: twin}, book.rounding, book.exponent, book.profile, book.step_minor)
    moved = [(twin.code if c == code and data.draw(st.booleans()) else c, q, p) for c, q, p in lines]
    one, other = document(both, lines), document(both, moved)
    assert (one.net_minor, one.total_minor) == (other.net_minor, other.total_minor)
    assert [(row.code, row.base_minor) for row in one.taxes] == [(row.code, row.base_minor) for row in other.taxes]


@given(profiled, st.lists(st.tuples(class_codes, quantities, prices), max_size=8), st.integers(-(10**9), 10**9))
def test_a_settled_line_is_added_as_it_is(book: TaxBook, lines: Lines, amount: int) -> None:
    settled = LineTax(0, amount, (-7,), amount + 7, 0, TaxGroup.SETTLED)
    money = [*priced(book, lines), ("general", settled)]
    told, plain = tax.total(book, summed(money)), document(book, lines)
    assert told.total_minor == plain.total_minor + amount
    assert tax.spread(book, money)[-1] == tax.LineShare(amount, amount + 7, (-7,), (amount + 7,))


@settings(max_examples=60)
@given(profiled, st.lists(st.tuples(class_codes, quantities.map(abs), prices), min_size=1, max_size=8))
def test_a_tenth_off_the_basket_is_a_tenth_of_what_can_be_discounted(book: TaxBook, lines: Lines) -> None:
    lines = [line for line in lines if line[0] != "unit"]
    money = priced(book, lines)
    off = [(part.tax_class, part.line) for part in discount_percent(book, money, 100_000)]
    before, after = tax.total(book, summed(money)), tax.total(book, summed([*money, *off]))
    assert abs(10 * (before.total_minor - after.total_minor) - before.total_minor) <= 10 * (2 + 2 * len(lines))


@pytest.mark.parametrize(
    ("profile", "rounding", "net", "tax_minor", "total"),
    [
        (TaxProfile.ODOO, TaxRounding.LINE, 8619, 1380, 9999),
        (TaxProfile.ODOO, TaxRounding.DOCUMENT, 8620, 1379, 9999),
        (TaxProfile.TRYTON, TaxRounding.LINE, 8619, 1380, 9999),
        (TaxProfile.TRYTON, TaxRounding.DOCUMENT, 8619, 1380, 9999),
        (TaxProfile.ERPNEXT, TaxRounding.LINE, 8619, 1380, 9999),
        (TaxProfile.ERPNEXT, TaxRounding.DOCUMENT, 8620, 1379, 9999),
    ],
)
def test_three_lines_of_33_33_in_each_profile(
    profile: TaxProfile, rounding: TaxRounding, net: int, tax_minor: int, total: int
) -> None:
    """33.33 holds 4.597 of 16 %: 4.60 a line, 13.79 in all; Tryton's lines are 28.73 and 33.33, so 4.60 is between."""
    book = in_profile(TaxBook({"general": INCLUDED_16}, rounding), profile)
    told = document(book, [("general", MICRO, 33_330_000)] * 3)
    assert (told.net_minor, told.taxes[0].tax_minor, told.total_minor) == (net, tax_minor, total)


INCLUDED_16 = tax.TaxClass("general", "General", (tax.TaxRate("iva16", "IVA 16 %", 160_000),))
