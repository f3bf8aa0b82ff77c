"""Taxes, lines and drafts as hypothesis draws them: small enough to shrink well, mixed enough to be awkward."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from domain.basket import Draft, PriceOrigin, QuantityOrigin
from domain.item import Item, UoM
from domain.tax import TaxBook, TaxClass, TaxRate, TaxRounding

RATES: Final = (
    TaxRate("iva16", "IVA 16 %", 160_000),
    TaxRate("iva8", "IVA 8 %", 80_000),
    TaxRate("iva0", "IVA 0 %", 0),
    TaxRate("odd", "7.333 %", 73_330),
    TaxRate("on_top", "VAT 20 %", 200_000, included=False),
    TaxRate("on_top_odd", "3.7 %", 37_000, included=False),
)
CLASSES: Final = (
    TaxClass("general", "General", RATES[0:1]),
    TaxClass("border", "Border", RATES[1:2]),
    TaxClass("zero", "Zero", RATES[2:3]),
    TaxClass("exempt", "Exempt"),
    TaxClass("two", "Two in the price", (RATES[1], RATES[3])),
    TaxClass("top", "On top", RATES[4:5]),
    TaxClass("mixed", "In the price and on top", (RATES[0], RATES[5])),
)
INCLUDED_ONLY: Final = ("general", "border", "zero", "exempt", "two")


def make_book(rounding: TaxRounding, exponent: int = 2) -> TaxBook:
    """Return the book of all classes with one rounding."""
    return TaxBook({tax_class.code: tax_class for tax_class in CLASSES}, rounding, exponent)


books = st.builds(make_book, st.sampled_from(TaxRounding), st.sampled_from((0, 2, 3)))
document_books = st.builds(make_book, st.just(TaxRounding.DOCUMENT), st.sampled_from((0, 2, 3)))
class_codes = st.sampled_from([tax_class.code for tax_class in CLASSES])
quantities = st.one_of(
    st.integers(-20, 20).filter(bool).map(lambda n: n * 1_000_000), st.integers(-9_999, 9_999).filter(bool)
).map(lambda n: n if abs(n) >= 1_000_000 else n * 1_000)
prices = st.one_of(st.integers(0, 50_000).map(lambda n: n * 10_000), st.integers(0, 500_000_000))

_ITEMS: Final = tuple(
    Item(
        item_id=number,
        sku=f"SKU{number}",
        name=f"Item {number}",
        department=f"0{1 + number % 3}",
        tax_class=CLASSES[number % len(CLASSES)].code,
        unit_price_micro=1_000_000,
        uom=UoM("kg", 3) if number % 4 == 3 else UoM(),
    )
    for number in range(1, 12)
)
drafts = st.builds(
    Draft,
    item=st.sampled_from(_ITEMS),
    code=st.just("code"),
    quantity_micro=quantities,
    unit_price_micro=st.sampled_from((0, 1, 333_333, 990_000, 12_345_000, 45_500_000, 1_000_000_000)),
    price_origin=st.sampled_from(PriceOrigin),
    quantity_origin=st.sampled_from(QuantityOrigin),
    operator=st.sampled_from(("1", "2")),
    at=st.just("2026-11-24T18:05:09.123Z"),
)
