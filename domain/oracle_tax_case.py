"""Tax cases of an ERP read into our words: taxes, lines, documents, currencies and cash rounding.

A line's set of taxes is a tax class of its own; `currency_rounding` gives the decimals and the step. Documents that
are the ERP's own tests are invoices, whose lines are all of one kind; in all others lines whose quantity × price is
negative are returns. `ValueError`, `KeyError` or `TypeError` where a case is not of the form.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

from domain import tax
from domain.cash_rounding import CashRounding, RoundingStrategy, RoundingWay
from domain.money import MICRO, MICRO_DIGITS
from domain.oracle import Case, number_of
from domain.tax_class import PPM, TaxClass, TaxKind, TaxRate, TaxRounding
from domain.tax_sum import LineTax, TaxGroup

_ROUNDINGS: Final = {"round_per_line": TaxRounding.LINE, "round_globally": TaxRounding.DOCUMENT}


def read_document(case: Case, defs: Case, is_invoice: bool) -> tuple[tax.TaxBook, list[tuple[str, LineTax]]]:
    """Return the book of a document's taxes and its lines, each with its class's code."""
    taxes = [[defs[key] | {"key": key} for key in line["taxes"]] for line in case["lines"]]
    book = read_book(case, taxes)
    lines = []
    for line, rates in zip(case["lines"], taxes, strict=True):
        code = class_code(rates)
        money = price(book, code, line)
        lines.append((code, msgspec.structs.replace(money, group=TaxGroup.SALE) if is_invoice else money))
    return book, lines


def read_book(case: Case, sets: Sequence[Sequence[Case]]) -> tax.TaxBook:
    """Return a book with one class per set of taxes, in the case's rounding and currency."""
    exponent, step = _currency(Fraction(number_of(case["currency_rounding"])))
    classes = {class_code(taxes): TaxClass(class_code(taxes), "", read_rates(taxes)) for taxes in sets}
    return tax.TaxBook(classes, _ROUNDINGS[case["rounding"]], exponent, tax.TaxProfile.ODOO, step)


def _currency(rounding: Fraction) -> tuple[int, int]:
    """Return the decimals of a currency and its step in minor units: 0.05 has two decimals and a step of 5."""
    for exponent in range(MICRO_DIGITS + 1):
        step = rounding * 10**exponent
        if step >= 1 and step.denominator == 1:
            return exponent, int(step)
    raise ValueError(f"currency_rounding {rounding} is no step of a currency")


def class_code(taxes: Sequence[Case]) -> str:
    """Return the code of the tax class that is this set of taxes."""
    return "+".join(str(one["key"]) for one in taxes)


def read_rates(taxes: Sequence[Case]) -> tuple[TaxRate, ...]:
    """Return taxes as they are reckoned with."""
    return tuple(_rate(one) for one in taxes)


def _rate(one: Case) -> TaxRate:
    kind = TaxKind(one["type"])
    return TaxRate(
        code=str(one["key"]),
        name=str(one["key"]),
        rate_ppm=scaled(one["amount"], PPM // 100) if kind is not TaxKind.FIXED else 0,
        included=bool(one["price_include"]),
        kind=kind,
        amount_micro=scaled(one["amount"], MICRO) if kind is TaxKind.FIXED else 0,
        include_base_amount=bool(one["include_base_amount"]),
        is_base_affected=bool(one["is_base_affected"]),
        sequence=int(one["sequence"]),
        tax_id=int(one["id"]),
        has_negative_factor=bool(one.get("has_negative_factor")),
        children=read_rates(one.get("children", ())),
    )


def scaled(number: Decimal | int, scale: int) -> int:
    """Return a number as a whole number of parts; `ValueError` if it is finer."""
    parts = Fraction(number_of(number)) * scale
    if parts.denominator != 1:
        raise ValueError(f"{number} is finer than 1/{scale}")
    return int(parts)


def price(book: tax.TaxBook, code: str, line: Case) -> LineTax:
    """Return the money of a line."""
    quantity, unit_price = scaled(line["quantity"], MICRO), scaled(line["price_unit"], MICRO)
    return tax.price_line(book, code, quantity, unit_price, scaled(line["discount"], PPM // 100))


def read_cash_rounding(book: tax.TaxBook, given: Case | None) -> CashRounding:
    """Return a case's cash rounding; half away from zero and a line of its own where it does not say."""
    if given is None:
        return CashRounding(0)
    way = RoundingWay(str(given.get("method", "HALF-UP")).lower().replace("-", "_"))
    is_tax = given.get("strategy") == "biggest_tax"
    strategy = RoundingStrategy.BIGGEST_TAX if is_tax else RoundingStrategy.LINE
    return CashRounding(scaled(given["rounding"], 10**book.exponent), way, strategy, False)
