"""A customer's other taxes: the class that is mapped, and the price that contains them."""

from __future__ import annotations

from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from domain import tax
from domain.money import MICRO
from domain.tax import TaxBook, TaxClass, TaxRate, TaxRounding
from domain.tax_plan import make_exact, make_plan
from domain.tax_position import FiscalPosition, adapt_price, adapt_price_micro, map_class
from tests.kit.strategies import any_books, signed_prices, tax_rates

VAT21 = TaxRate("vat21", "VAT 21 %", 210_000)
VAT6 = TaxRate("vat6", "VAT 6 %", 60_000)
VAT15 = TaxRate("vat15", "VAT 15 %", 150_000, included=False)
ECO = TaxRate("eco", "Eco", kind=tax.TaxKind.FIXED, amount_micro=MICRO)


@given(any_books(), signed_prices)
def test_the_same_taxes_change_no_price(book: TaxBook, price: int) -> None:
    for tax_class in book.classes.values():
        assert adapt_price_micro(tax_class.rates, tax_class.rates, price) == price


@given(
    st.lists(tax_rates("o", False), min_size=1, max_size=1),
    st.lists(st.integers(0, 500_000), min_size=1, max_size=3),
    signed_prices,
)
def test_what_remains_without_the_taxes_is_the_same(old: list[TaxRate], new: list[int], price: int) -> None:
    """The new taxes share one base: each is its rate of what the old price was without its taxes."""
    contained = [msgspec.structs.replace(rate, included=True) for rate in old]
    rates = [TaxRate(f"n{place}", "", rate_ppm, tax_id=place) for place, rate_ppm in enumerate(new)]
    exact = Fraction(price, MICRO)
    net = make_exact(make_plan(contained), exact).net
    assert adapt_price(contained, rates, exact) == net * (1 + Fraction(sum(new), MICRO))


@given(st.integers(0, 10**9))
def test_to_other_taxes_and_back_is_the_price_but_for_the_last_millionth(price: int) -> None:
    there = adapt_price_micro((VAT21,), (VAT6,), price)
    assert abs(adapt_price_micro((VAT6,), (VAT21,), there) - price) <= 1


def test_a_price_by_hand() -> None:
    assert adapt_price_micro((VAT6,), (VAT21,), 106 * MICRO) == 121 * MICRO
    assert adapt_price_micro((VAT15,), (VAT6,), 100 * MICRO) == 100 * MICRO
    assert adapt_price_micro((), (VAT6,), 100 * MICRO) == 106 * MICRO
    assert adapt_price_micro((VAT21,), (), 121 * MICRO) == 100 * MICRO
    assert adapt_price_micro((VAT21,), (VAT15,), 121 * MICRO) == 100 * MICRO
    assert adapt_price_micro((VAT21, ECO), (VAT6, ECO), 122 * MICRO) == 107 * MICRO


def test_a_class_is_mapped_tax_by_tax() -> None:
    position = FiscalPosition("ue", "Intra-community", {"vat21": (VAT6,), "vat15": ()})
    food = TaxClass("food", "Food", (VAT21, ECO))
    assert map_class(position, food) == TaxClass("food@ue", "Food", (VAT6, ECO))
    assert map_class(position, TaxClass("free", "Free", (VAT15,))) == TaxClass("free@ue", "Free")
    assert map_class(position, TaxClass("eco", "Eco", (ECO,))) == TaxClass("eco", "Eco", (ECO,))
    assert map_class(position, TaxClass("both", "", (VAT21, VAT6))).rates == (VAT6,)


def test_a_mapped_class_is_sold_at_its_adapted_price() -> None:
    position = FiscalPosition("ue", "Intra-community", {"vat21": (VAT6,)})
    old = TaxClass("food", "Food", (VAT21,))
    new = map_class(position, old)
    book = TaxBook({new.code: new}, TaxRounding.LINE)
    line = tax.price_line(book, new.code, MICRO, adapt_price_micro(old.rates, new.rates, 121 * MICRO))
    assert (line.base_minor, line.taxes_minor) == (10_000, (600,))
