"""Taxes, lines and drafts as hypothesis draws them: small enough to shrink well, mixed enough to be awkward."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from domain.basket import Draft, PriceOrigin, QuantityOrigin
from domain.item import Item, UoM
from domain.tax import TaxBook, TaxClass, TaxKind, TaxRate, TaxRounding

RATES: Final = (
    TaxRate("iva16", "IVA 16 %", 160_000),
    TaxRate("iva8", "IVA 8 %", 80_000),
    TaxRate("iva0", "IVA 0 %", 0),
    TaxRate("odd", "7.333 %", 73_330),
    TaxRate("on_top", "VAT 20 %", 200_000, included=False),
    TaxRate("on_top_odd", "3.7 %", 37_000, included=False),
    TaxRate("ieps", "IEPS 26.5 %", 265_000, include_base_amount=True, sequence=-2),
    TaxRate("eco", "Eco 1.27", included=False, kind=TaxKind.FIXED, amount_micro=1_270_000, include_base_amount=True),
    TaxRate("div", "Division 9.65 %", 96_500, included=False, kind=TaxKind.DIVISION),
)
CLASSES: Final = (
    TaxClass("general", "General", RATES[0:1]),
    TaxClass("border", "Border", RATES[1:2]),
    TaxClass("zero", "Zero", RATES[2:3]),
    TaxClass("exempt", "Exempt"),
    TaxClass("two", "Two in the price", (RATES[1], RATES[3])),
    TaxClass("top", "On top", RATES[4:5]),
    TaxClass("mixed", "In the price and on top", (RATES[0], RATES[5])),
    TaxClass("chain", "One in the base of the next", (RATES[0], RATES[6])),
    TaxClass("unit", "Per unit, then a rate on both", (RATES[7], RATES[4])),
    TaxClass("grouped", "A group", (TaxRate("group", "Group", kind=TaxKind.GROUP, children=(RATES[8], RATES[5])),)),
)
INCLUDED_ONLY: Final = ("general", "border", "zero", "exempt", "two", "chain")


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

_RATES_PPM = (0, 5_000, 6_500, 70_000, 100_000, 160_000, 265_000, 333_333, 530_000, 1_000_000, -50_000, -1_000_000)


@st.composite
def tax_rates(draw: st.DrawFn, code: str, children: bool = True) -> TaxRate:
    """Return any tax there can be, with awkward rates among them."""
    kinds = [TaxKind.PERCENT, TaxKind.PERCENT, TaxKind.FIXED, TaxKind.DIVISION] + [TaxKind.GROUP] * children
    kind = draw(st.sampled_from(kinds))
    if kind is TaxKind.GROUP:
        inside = tuple(draw(tax_rates(f"{code}{letter}", False)) for letter in "xyz"[: draw(st.integers(1, 3))])
        return TaxRate(code, code, kind=kind, sequence=draw(st.integers(0, 2)), children=inside)
    return TaxRate(
        code,
        code,
        rate_ppm=0 if kind is TaxKind.FIXED else draw(st.sampled_from(_RATES_PPM)),
        included=draw(st.booleans()),
        kind=kind,
        amount_micro=draw(st.sampled_from((10_000, 1_270_000, 5_000_000, 333, -1_000_000)))
        if kind is TaxKind.FIXED
        else 0,
        include_base_amount=draw(st.booleans()),
        is_base_affected=draw(st.integers(0, 3)) > 0,
        sequence=draw(st.integers(0, 2)),
        tax_id=draw(st.integers(0, 9)),
        has_negative_factor=draw(st.integers(0, 9)) == 0,
    )


@st.composite
def any_books(draw: st.DrawFn, rounding: TaxRounding | None = None) -> TaxBook:
    """Return a book of three classes `a`, `b`, `c` with any taxes, some of them in common, and an exempt one, `x`."""
    pool = [draw(tax_rates(code)) for code in "pqrstu"]
    classes = {
        code: TaxClass(code, code, tuple(draw(st.lists(st.sampled_from(pool), max_size=4, unique_by=lambda r: r.code))))
        for code in "abc"
    }
    steps = ((0, 1), (2, 1), (2, 1), (2, 5), (3, 1), (6, 1))
    exponent, step = draw(st.sampled_from(steps))
    way = rounding or draw(st.sampled_from(TaxRounding))
    return TaxBook(classes | {"x": TaxClass("x", "Exempt")}, way, exponent, step_minor=step)


any_codes = st.sampled_from("abcx")
discounts = st.sampled_from((0, 0, 50_000, 100_000, 125_000, 333_300, 1_000_000))
signed_prices = st.one_of(prices, prices.map(lambda price: -price))

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
