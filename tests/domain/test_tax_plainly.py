"""The engine against the rules written once more, plainly: any taxes, lines and documents, figure for figure."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import tax
from domain.money import MICRO, round_step
from domain.tax import LineShare, LineTax, TaxBook, TaxGroup, TaxRounding, TaxSum
from domain.tax_class import PPM
from tests.domain.plain_taxes import PlainDocument, PlainLine, Round, plain_document, plain_line
from tests.kit.strategies import any_books, any_codes, discounts, quantities, signed_prices

Lines = list[tuple[str, int, int, int]]
"""Tax class, quantity, unit price and discount."""

any_lines = st.lists(st.tuples(any_codes, quantities, signed_prices, discounts), min_size=1, max_size=8)


def rounding(book: TaxBook) -> Round:
    def rounded(value: Fraction) -> Fraction:
        minor = value * 10**book.exponent
        return Fraction(round_step(minor.numerator, minor.denominator, book.step_minor), 10**book.exponent)

    return rounded


def exactly(value: Fraction) -> Fraction:
    return value


def plain(book: TaxBook, line: tuple[str, int, int, int], rounded: Round) -> PlainLine:
    code, quantity, price, discount = line
    each = Fraction(price, MICRO) * Fraction(PPM - discount, PPM)
    found = plain_line(book.classes[code], each, Fraction(quantity, MICRO), rounded)
    found.is_return = quantity * price < 0
    return found


def priced(book: TaxBook, lines: Lines) -> list[tuple[str, LineTax]]:
    return [(code, tax.price_line(book, code, *figures)) for code, *figures in lines]


def summed(lines: list[tuple[str, LineTax]]) -> tuple[TaxSum, ...]:
    sums: tuple[TaxSum, ...] = ()
    for code, line in lines:
        sums = tax.summed(sums, code, line)
    return sums


def minor(book: TaxBook, value: Fraction) -> int:
    found = value * 10**book.exponent
    assert found.denominator == 1
    return int(found)


def plain_share(book: TaxBook, line: PlainLine) -> tuple[int, list[int], list[int]]:
    taxes = [minor(book, one.amount) for one in line.taxes]
    return minor(book, line.net + line.moved), taxes, [minor(book, one.base) for one in line.taxes]


def share(line: LineShare) -> tuple[int, list[int], list[int]]:
    return line.net_minor, list(line.taxes_minor), list(line.bases_minor)


@settings(max_examples=300)
@given(any_books(TaxRounding.LINE), st.tuples(any_codes, quantities, signed_prices, discounts))
def test_a_line_rounded_step_by_step(book: TaxBook, line: tuple[str, int, int, int]) -> None:
    wanted = plain(book, line, rounding(book))
    [(code, money)] = priced(book, [line])
    assert share(tax.spread(book, [(code, money)])[0]) == plain_share(book, wanted)
    assert money.group is (TaxGroup.RETURN if wanted.is_return else TaxGroup.SALE)


@settings(max_examples=300)
@given(any_books(TaxRounding.DOCUMENT), any_lines)
def test_a_document_rounded_once(book: TaxBook, lines: Lines) -> None:
    exact = [plain(book, line, exactly) for line in lines]
    wanted = plain_document(exact, rounding(book), Fraction(1, 10**book.exponent))
    money = priced(book, lines)
    assert [share(line) for line in tax.spread(book, money)] == [plain_share(book, line) for line in wanted.lines]
    assert_document(book, money, wanted)


@settings(max_examples=200)
@given(any_books(TaxRounding.LINE), any_lines)
def test_a_document_is_the_sum_of_lines_rounded_one_by_one(book: TaxBook, lines: Lines) -> None:
    posted = [plain(book, line, rounding(book)) for line in lines]
    wanted = plain_document(posted, exactly, Fraction(1, 10**book.exponent))
    assert_document(book, priced(book, lines), wanted)


def assert_document(book: TaxBook, money: list[tuple[str, LineTax]], wanted: PlainDocument) -> None:
    told = tax.total(book, summed(money))
    assert told.net_minor == minor(book, wanted.net)
    assert told.total_minor == told.net_minor + sum(minor(book, amount) for amount, _ in wanted.taxes.values())
    rows = {row.code: (row.tax_minor, row.base_minor) for row in told.taxes if not row.is_exempt}
    of_tax = {code: minor(book, base) for (code, sign), (_, base) in wanted.taxes.items() if sign > 0}
    assert {code: base for code, (_, base) in rows.items()} == of_tax
    for code, (amount, _) in rows.items():
        assert amount == sum(minor(book, part) for (key, _), (part, _) in wanted.taxes.items() if key == code)
