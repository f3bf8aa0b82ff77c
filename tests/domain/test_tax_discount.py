"""A discount on the whole document: it comes down by the discount, and each tax by its part."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain import tax
from domain.money import MICRO, divide_half_up
from domain.tax import LineTax, TaxBook, TaxGroup, TaxKind, TaxRounding, TaxSum
from domain.tax_discount import Part, discount_amount, discount_percent
from tests.kit.strategies import any_books, make_book

PLAIN = ("general", "border", "zero", "exempt", "top", "two", "mixed", "chain")
plain_lines = st.lists(
    st.tuples(st.sampled_from(PLAIN), st.integers(1, 9).map(lambda n: n * MICRO), st.integers(100, 50_000)),
    min_size=1,
    max_size=8,
)
any_sold = st.lists(
    st.tuples(st.sampled_from("abcx"), st.integers(1, 9).map(lambda n: n * MICRO), st.integers(100, 50_000)),
    min_size=1,
    max_size=6,
)
cent_books = st.builds(make_book, st.sampled_from(TaxRounding), st.just(2))


def priced(book: TaxBook, lines: list[tuple[str, int, int]]) -> list[tuple[str, LineTax]]:
    return [(code, tax.price_line(book, code, quantity, cents * 10_000)) for code, quantity, cents in lines]


def total(book: TaxBook, lines: list[tuple[str, LineTax]], parts: tuple[Part, ...] = ()) -> tax.DocumentTax:
    sums: tuple[TaxSum, ...] = ()
    for code, line in [*lines, *((part.tax_class, part.line) for part in parts)]:
        sums = tax.summed(sums, code, line)
    return tax.total(book, sums)


@given(cent_books, plain_lines, st.integers(1, 99))
def test_the_document_comes_down_by_the_percentage(
    book: TaxBook, lines: list[tuple[str, int, int]], percent: int
) -> None:
    money = priced(book, lines)
    before = total(book, money)
    after = total(book, money, discount_percent(book, money, percent * 10_000))
    wanted = before.total_minor - divide_half_up(before.total_minor * percent, 100)
    assert abs(after.total_minor - wanted) <= _tiny(before)
    for row in after.taxes:
        old = next(one for one in before.taxes if one.code == row.code)
        assert abs(row.tax_minor - (old.tax_minor - divide_half_up(old.tax_minor * percent, 100))) <= 1


def _tiny(document: tax.DocumentTax) -> int:
    """How many taxes are so small that their part of a discount may come to nothing line by line."""
    return sum(0 < row.tax_minor < 100 for row in document.taxes)


@given(cent_books, plain_lines, st.integers(1, 5_000))
def test_the_document_comes_down_by_the_amount(book: TaxBook, lines: list[tuple[str, int, int]], amount: int) -> None:
    money = priced(book, lines)
    before = total(book, money)
    assume(amount <= before.total_minor and before.total_minor >= 1_000)
    after = total(book, money, discount_amount(book, money, amount))
    assert abs(before.total_minor - amount - after.total_minor) <= len(after.taxes) * (
        amount < before.total_minor // 50
    )


@given(any_books(), any_sold)
def test_no_discount_changes_nothing(book: TaxBook, lines: list[tuple[str, int, int]]) -> None:
    money = priced(book, lines)
    parts = discount_percent(book, money, 0)
    assert all((part.line.base_minor, set(part.line.taxes_minor)) in ((0, {0}), (0, set())) for part in parts)
    before, after = total(book, money), total(book, money, parts)
    assert (after.net_minor, after.total_minor) == (before.net_minor, before.total_minor)


@given(any_books(), any_sold, st.integers(1, 100))
def test_fixed_taxes_are_not_discounted(book: TaxBook, lines: list[tuple[str, int, int]], percent: int) -> None:
    money = priced(book, lines)
    before = {row.code: row for row in total(book, money).taxes}
    for row in total(book, money, discount_percent(book, money, percent * 10_000)).taxes:
        if row.kind is TaxKind.FIXED:
            assert row.tax_minor == before[row.code].tax_minor


@given(any_books(), any_sold, st.integers(1, 100))
def test_there_is_one_settled_line_per_set_of_taxes(
    book: TaxBook, lines: list[tuple[str, int, int]], percent: int
) -> None:
    money = priced(book, lines)
    parts = discount_percent(book, money, percent * 10_000)
    sets = [_discountable(book, part.tax_class) for part in parts]
    assert len(sets) == len(set(sets)) <= len({_discountable(book, code) for code, _ in money})
    assert all(part.line.group is TaxGroup.SETTLED for part in parts)


def _discountable(book: TaxBook, code: str) -> frozenset[str]:
    return frozenset(rate.code for rate in tax.flatten(book.classes[code].rates) if rate.kind is not TaxKind.FIXED)


@given(cent_books, plain_lines)
def test_the_whole_of_it_leaves_nothing(book: TaxBook, lines: list[tuple[str, int, int]]) -> None:
    money = priced(book, lines)
    after = total(book, money, discount_percent(book, money, MICRO))
    assert (after.net_minor, after.total_minor) == (0, 0)
    assert all(row.tax_minor == 0 for row in after.taxes)


@pytest.mark.parametrize(
    ("rounding", "percent", "net", "taxes"), [(TaxRounding.LINE, 2, 3291, 934), (TaxRounding.DOCUMENT, 17, 2787, 827)]
)
def test_an_eco_tax_under_a_vat_by_hand(rounding: TaxRounding, percent: int, net: int, taxes: int) -> None:
    """Two of 16.79 and an eco-tax of 1.00 each under 21 %: 33.58 + 2.00 + 7.47, of which 33.58 + 7.05 come down."""
    unit = tax.TaxClass(
        "unit",
        "",
        (
            tax.TaxRate("eco", "", included=False, kind=TaxKind.FIXED, amount_micro=MICRO, include_base_amount=True),
            tax.TaxRate("vat", "", 210_000, included=False, sequence=1),
        ),
    )
    book = TaxBook({"unit": unit}, rounding)
    money = priced(book, [("unit", MICRO, 1679)] * 2)
    after = total(book, money, discount_percent(book, money, percent * 10_000))
    assert (after.net_minor, after.total_minor - after.net_minor) == (net, taxes)


def test_nothing_that_can_be_discounted_is_no_discount() -> None:
    book = make_book(TaxRounding.LINE)
    assert discount_amount(book, [], 500) == ()
    assert discount_amount(book, priced(book, [("exempt", MICRO, 0)]), 500) == ()
