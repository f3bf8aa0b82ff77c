"""The ERPNext profile: against its rules written once more, and by hand where a rule is easily got wrong."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import tax
from domain.money import MICRO
from domain.tax import DocumentTax, LineTax, TaxBook, TaxClass, TaxGroup, TaxKind, TaxProfile, TaxRate, TaxRounding
from domain.tax_class import PPM
from tests.domain.plain_erpnext import Charge, PlainItem, invoice

Lines = list[tuple[str, int, int]]
"""Tax class, quantity and unit price."""

SHARES = (0, 25_000, 50_000, 80_000, 160_000, 190_000, 265_000, 530_000)


def book_of(rates: dict[str, tuple[TaxRate, ...]], rounding: TaxRounding = TaxRounding.DOCUMENT) -> TaxBook:
    classes = {code: TaxClass(code, code, own) for code, own in rates.items()}
    return TaxBook(classes, rounding, profile=TaxProfile.ERPNEXT)


def priced(book: TaxBook, lines: Lines) -> list[tuple[str, LineTax]]:
    return [(code, tax.price_line(book, code, quantity, price)) for code, quantity, price in lines]


def document(book: TaxBook, lines: Lines) -> DocumentTax:
    sums: tuple[tax.TaxSum, ...] = ()
    for code, line in priced(book, lines):
        sums = tax.summed(sums, code, line)
    return tax.total(book, sums)


@st.composite
def pools(draw: st.DrawFn) -> tuple[TaxRate, ...]:
    """Return the taxes of a site: those in the price before those on top, as ERPNext demands of chains."""
    count = draw(st.integers(1, 4))
    contained = draw(st.integers(0, count))
    return tuple(
        TaxRate(
            f"t{place}",
            f"Tax {place}",
            0 if is_fixed else draw(st.sampled_from(SHARES)),
            place < contained,
            TaxKind.FIXED if is_fixed else TaxKind.PERCENT,
            draw(st.sampled_from((10_000, 125_000, 1_270_000))) if is_fixed else 0,
            include_base_amount=draw(st.booleans()),
            sequence=place,
        )
        for place, is_fixed in enumerate(draw(st.lists(st.integers(0, 3), min_size=count, max_size=count)))
        for is_fixed in (is_fixed == 0,)
    )


def charges_of(rates: tuple[TaxRate, ...]) -> list[Charge]:
    """Return the table of a document whose items bear all or none of these."""
    charges: list[Charge] = []
    last = 0
    for place, rate in enumerate(rates, start=1):
        is_fixed = rate.kind is TaxKind.FIXED
        share = Fraction(rate.amount_micro, MICRO) if is_fixed else Fraction(rate.rate_ppm, PPM)
        charges.append(Charge(rate.code, share, is_fixed, 0 if is_fixed else last, rate.included))
        last = place if rate.include_base_amount else last
    return charges


quantities = st.one_of(st.integers(1, 12).map(lambda n: n * MICRO), st.integers(1, 3_000).map(lambda n: n * 1_000))
prices = st.integers(0, 9_999).map(lambda n: n * 10_000)


@settings(max_examples=400)
@given(
    pools(),
    st.sampled_from(TaxRounding),
    st.lists(st.tuples(st.sampled_from("ax"), quantities, prices), min_size=1, max_size=10),
)
def test_a_document_is_what_the_plain_rules_say(
    rates: tuple[TaxRate, ...], rounding: TaxRounding, lines: Lines
) -> None:
    told = document(book_of({"a": rates, "x": ()}, rounding), lines)
    bearing = {"a": frozenset(rate.code for rate in rates), "x": frozenset[str]()}
    items = [
        PlainItem(Fraction(price, MICRO), Fraction(quantity, MICRO), bearing[code]) for code, quantity, price in lines
    ]
    charges = charges_of(rates) if any(code == "a" for code, _, _ in lines) else []
    wanted = invoice(items, charges, rounding is TaxRounding.LINE)
    assert told.total_minor == wanted.grand_total * 100
    assert told.net_minor == (wanted.net_total + wanted.adjustment) * 100
    assert {row.code: row.tax_minor for row in told.taxes if not row.is_exempt} == {
        code: amount * 100 for code, amount in wanted.taxes.items()
    }


def percent(code: str, rate: str, included: bool = False, affects: bool = False, sequence: int = 0) -> TaxRate:
    ppm = int(Fraction(rate) * 10_000)
    return TaxRate(code, code, ppm, included, include_base_amount=affects, sequence=sequence)


def test_a_total_that_misses_what_was_sold_by_more_than_five_cents_stays() -> None:
    book = book_of({"a": (percent("vat", "16", included=True),)})
    totals = {count: document(book, [("a", MICRO, 100_000)] * count).total_minor for count in (12, 14, 15, 20)}
    assert totals == {12: 120, 14: 140, 15: 156, 20: 208}
    assert document(book, [("a", 20 * MICRO, 100_000)]).total_minor == 200


@pytest.mark.parametrize(("price", "quantity", "amount"), [(1_459_000, 10, 1460), (1_455_000, 10, 1460), (5_000, 1, 0)])
def test_a_rate_has_the_decimals_of_the_currency_and_a_half_goes_to_the_even(
    price: int, quantity: int, amount: int
) -> None:
    line = tax.price_line(book_of({"x": ()}), "x", quantity * MICRO, price)
    assert (line.amount_minor, line.base_minor) == (amount, amount)


def test_a_quantity_has_three_decimals() -> None:
    line = tax.price_line(book_of({"x": ()}), "x", 1_234_500, 100_000_000)
    assert (line.amount_minor, line.units_micro) == (12_340, 1_234_000)


def test_a_return_is_a_document_of_its_own() -> None:
    """3 × 0.10 with 16 %: 0.041 → 0.04 of tax sold, 1 × 0.10 back: 0.0138 → 0.01; together 0.0276 would be 0.03."""
    book = book_of({"a": (percent("vat", "16", included=True),)})
    told = document(book, [("a", 3 * MICRO, 100_000), ("a", -MICRO, 100_000)])
    assert (told.taxes[0].tax_minor, told.total_minor) == (4 - 1, 20)
    assert tax.price_line(book, "a", -MICRO, 100_000).group is TaxGroup.RETURN
    assert tax.price_line(book, "a", MICRO, -100_000).group is TaxGroup.SALE


def test_a_tax_on_the_amount_of_another_is_a_tax_of_the_product_of_both_rates() -> None:
    """10 % of 33.33 is 3.333, 2 % of that 0.06666; 0.2 % of 33.33 is the same."""
    book = book_of({"a": (percent("vat", "10"), percent("cess", "0.2", sequence=1))})
    told = document(book, [("a", MICRO, 33_330_000)])
    assert [row.tax_minor for row in told.taxes] == [333, 7]


def test_a_previous_row_total_holds_all_rows_before_it_and_not_only_the_one_it_names() -> None:
    """100.00, 5 % = 5.00, 10 % = 10.00, then 20 % of 115.00, though only the second is said to be in its base."""
    first, second = percent("a", "5"), percent("b", "10", affects=True, sequence=1)
    book = book_of({"a": (first, second, percent("c", "20", sequence=2))})
    told = document(book, [("a", MICRO, 100_000_000)])
    assert [(row.base_minor, row.tax_minor) for row in told.taxes] == [(10_000, 500), (10_000, 1000), (11_500, 2300)]


def test_a_reverse_charge_is_a_row_and_its_opposite() -> None:
    rate = TaxRate("rc", "Reverse charge", 210_000, False, has_negative_factor=True)
    told = document(book_of({"a": (rate,)}), [("a", MICRO, 100_000_000)])
    assert (told.net_minor, told.total_minor) == (10_000, 10_000)
    assert [(row.base_minor, row.tax_minor) for row in told.taxes] == [(10_000, 0)]


def test_each_line_has_of_a_tax_what_the_sum_up_to_it_has_more_than_the_sum_before() -> None:
    """0.075 a line: 0.075 → 0.08, 0.15, 0.225 → 0.22, 0.30."""
    book = book_of({"a": (percent("vat", "10"),)})
    shares = tax.spread(book, priced(book, [("a", MICRO, 750_000)] * 4))
    assert [share.taxes_minor[0] for share in shares] == [8, 7, 7, 8]
