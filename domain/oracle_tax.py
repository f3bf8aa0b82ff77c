"""Tax cases of an ERP's answers, worked out here and compared: one case in, what was computed and what differs out.

A case is one object of a file in the form of `odoo_taxes.json`, its numbers read as `Decimal` or `int`. Expectations
that a case does not have are not compared. Nothing here knows any particular case.

How the file's words become ours: a line's set of taxes is a tax class of its own; `currency_rounding` gives the
decimals and the step; the unrounded figures of `round_globally` lines are compared with eight decimals. Documents that
are the ERP's own tests are invoices, whose lines are all of one kind; in all others lines whose quantity × price is
negative are returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import msgspec

from domain import tax
from domain.cash_rounding import CashRounding, RoundingStrategy, RoundingWay, round_document
from domain.money import MICRO, divide_half_up, round_step
from domain.tax_class import PPM, TaxClass, TaxKind, TaxRate, TaxRounding
from domain.tax_discount import discount_amount, discount_percent
from domain.tax_plan import make_exact, make_plan
from domain.tax_position import adapt_price
from domain.tax_sum import DocumentTax, LineTax, TaxGroup, TaxSum

Case = Mapping[str, Any]
"""An object of the file."""

EXACT_DIGITS: Final = 8
"""Decimals with which unrounded figures are compared."""


class Difference(msgspec.Struct, frozen=True):
    """A figure that is not what was expected, by its place in the case."""

    where: str
    expected: str
    computed: str


class Checked(msgspec.Struct, frozen=True):
    """A case worked out: its kind and name, what came out, and each figure that differs."""

    kind: str
    case: str
    computed: dict[str, Any]
    differences: tuple[Difference, ...]


def check_tax_case(kind: str, case: Case, defs: Case | None = None) -> Checked:
    """Work out one case and compare it; `kind` is the name of its list in the file (see `KINDS`).

    `defs` are the taxes of `pos_orders` by key. A case that cannot be read is one difference, never an exception.
    """
    try:
        computed = KINDS[kind](case, defs or {})
    except (KeyError, ValueError, TypeError, ArithmeticError) as error:
        unread = Difference("case", "a case of the form", f"{type(error).__name__}: {error}")
        return Checked(kind, str(case.get("id", "")), {}, (unread,))
    expected = {key: value for key, value in _expected(kind, case).items() if value is not None}
    return Checked(kind, str(case.get("id", "")), computed, tuple(_differences(expected, computed, "")))


def line_case(case: Case, defs: Case) -> dict[str, Any]:
    """Return a line by itself: without and with its taxes, and each tax with its base."""
    book = _book(case, [case["taxes"]])
    code = _class_code(case["taxes"])
    if book.rounding is TaxRounding.DOCUMENT:
        return _exact_line(book, case)
    line = _priced(book, code, case)
    share = tax.spread(book, [(code, line)])[0]
    return {
        "total_excluded": _money(book, share.net_minor),
        "total_included": _money(book, share.gross_minor),
        "taxes": _taxes(book, code, share.taxes_minor, share.bases_minor),
        "compute_all": {
            "total_excluded": _money(book, share.net_minor),
            "total_included": _money(book, share.gross_minor),
        },
    }


def document_case(case: Case, defs: Case) -> dict[str, Any]:
    """Return a document: its totals, its tax table, and each line with its share of the cents."""
    book, lines = _document(case, case["tax_defs"], case.get("origin") == "odoo_test")
    document = _total(book, lines)
    rounded = round_document(_cash_rounding(book, case["cash_rounding"]), document)
    total = rounded.document.total_minor
    return {
        "base": _money(book, document.net_minor),
        "tax": _money(book, total - rounded.rounding_minor - document.net_minor),
        "total": _money(book, total),
        "cash_rounding_delta": _money(book, rounded.rounding_minor),
        "per_tax": {
            row.code: {"base": _money(book, row.base_minor), "amount": _money(book, row.tax_minor)}
            for row in document.taxes
        },
        "per_line": _shared(book, lines),
    }


def global_discount_case(case: Case, defs: Case) -> dict[str, Any]:
    """Return the totals of a document with a discount on the whole of it."""
    book, lines = _document(case, case["tax_defs"], case.get("origin") == "odoo_test")
    discount = case["global_discount"]
    if discount["type"] == "percent":
        parts = discount_percent(book, lines, _scaled(discount["amount"], PPM // 100))
    else:
        parts = discount_amount(book, lines, _scaled(discount["amount"], 10**book.exponent))
    document = _total(book, [*lines, *((part.tax_class, part.line) for part in parts)])
    return {
        "base": _money(book, document.net_minor),
        "tax": _money(book, document.total_minor - document.net_minor),
        "total": _money(book, document.total_minor),
    }


def price_adaptation_case(case: Case, defs: Case) -> dict[str, Any]:
    """Return a unit price with other taxes in it."""
    old, new = _rates(case["from_taxes"]), _rates(case["to_taxes"])
    return {"price_unit": _decimal(adapt_price(old, new, Fraction(case["price_unit"])))}


def pos_order(case: Case, defs: Case) -> dict[str, Any]:
    """Return a whole order of a till: its totals, and each line by itself."""
    book, lines = _document(case, defs, False)
    document = _total(book, lines)
    return {
        "amount_total": _money(book, document.total_minor),
        "amount_tax": _money(book, document.total_minor - document.net_minor),
        "lines": [
            {
                "expect_price_subtotal": _money(book, line.base_minor),
                "expect_price_subtotal_incl": _money(book, line.base_minor + sum(line.taxes_minor)),
            }
            for _, line in lines
        ],
    }


KINDS: Final[Mapping[str, Callable[[Case, Case], dict[str, Any]]]] = {
    "line_cases": line_case,
    "document_cases": document_case,
    "global_discount_cases": global_discount_case,
    "price_adaptation_cases": price_adaptation_case,
    "pos_orders": pos_order,
}
"""The lists of a file that are cases of taxes, and what works each of them out."""


def _expected(kind: str, case: Case) -> dict[str, Any]:
    """Return what a case expects, in the form of what is computed."""
    if kind == "price_adaptation_cases":
        return {"price_unit": case["expect_price_unit"]}
    expected = dict(case["expect"])
    if "compute_all" in case:
        expected["compute_all"] = case["compute_all"]
    if kind == "pos_orders":
        expected["lines"] = [
            {key: value for key, value in line.items() if key.startswith("expect_")} for line in case["lines"]
        ]
    return expected


def _differences(expected: Any, computed: Any, where: str) -> list[Difference]:
    """Return each figure of what is expected that was not computed so."""
    parts = _parts(expected, computed, where)
    if parts is not None:
        return [difference for part in parts for difference in _differences(*part)]
    return [] if expected == computed else [Difference(where.lstrip("."), str(expected), str(computed))]


def _parts(expected: Any, computed: Any, where: str) -> list[tuple[Any, Any, str]] | None:
    """Return the parts of two tables or lists of one length, each with its place; None if they are no such thing."""
    if isinstance(expected, Mapping) and isinstance(computed, Mapping):
        return [(value, computed.get(key), f"{where}.{key}") for key, value in expected.items()]
    if isinstance(expected, list) and isinstance(computed, list) and len(expected) == len(computed):
        return [(one, other, f"{where}[{at}]") for at, (one, other) in enumerate(zip(expected, computed, strict=True))]
    return None


def _document(case: Case, defs: Case, is_invoice: bool) -> tuple[tax.TaxBook, list[tuple[str, LineTax]]]:
    """Return the book of a document's taxes and its lines, each with its class's code."""
    taxes = [[defs[key] | {"key": key} for key in line["taxes"]] for line in case["lines"]]
    book = _book(case, taxes)
    lines = []
    for line, rates in zip(case["lines"], taxes, strict=True):
        code = _class_code(rates)
        money = _priced(book, code, line)
        lines.append((code, msgspec.structs.replace(money, group=TaxGroup.SALE) if is_invoice else money))
    return book, lines


def _book(case: Case, sets: Sequence[Sequence[Case]]) -> tax.TaxBook:
    """Return a book with one class per set of taxes, in the case's rounding and currency."""
    exponent, step = _currency(Fraction(case["currency_rounding"]))
    classes = {_class_code(taxes): TaxClass(_class_code(taxes), "", _rates(taxes)) for taxes in sets}
    rounding = TaxRounding.LINE if case["rounding"] == "round_per_line" else TaxRounding.DOCUMENT
    return tax.TaxBook(classes, rounding, exponent, tax.TaxProfile.ODOO, step)


def _currency(rounding: Fraction) -> tuple[int, int]:
    """Return the decimals of a currency and its step in minor units: 0.05 has two decimals and a step of 5."""
    exponent = 0
    while rounding * 10**exponent < 1 or (rounding * 10**exponent).denominator != 1:
        exponent += 1
    return exponent, int(rounding * 10**exponent)


def _class_code(taxes: Sequence[Case]) -> str:
    return "+".join(str(one["key"]) for one in taxes)


def _rates(taxes: Sequence[Case]) -> tuple[TaxRate, ...]:
    return tuple(_rate(one) for one in taxes)


def _rate(one: Case) -> TaxRate:
    kind = TaxKind(one["type"])
    return TaxRate(
        code=str(one["key"]),
        name=str(one["key"]),
        rate_ppm=_scaled(one["amount"], PPM // 100) if kind is not TaxKind.FIXED else 0,
        included=bool(one["price_include"]),
        kind=kind,
        amount_micro=_scaled(one["amount"], MICRO) if kind is TaxKind.FIXED else 0,
        include_base_amount=bool(one["include_base_amount"]),
        is_base_affected=bool(one["is_base_affected"]),
        sequence=int(one["sequence"]),
        tax_id=int(one["id"]),
        has_negative_factor=bool(one.get("has_negative_factor")),
        children=_rates(one.get("children", ())),
    )


def _scaled(number: Decimal | int, scale: int) -> int:
    """Return a number as a whole number of parts; `ValueError` if it is finer."""
    parts = Fraction(number) * scale
    if parts.denominator != 1:
        raise ValueError(f"{number} is finer than 1/{scale}")
    return int(parts)


def _priced(book: tax.TaxBook, code: str, line: Case) -> LineTax:
    quantity, price = _scaled(line["quantity"], MICRO), _scaled(line["price_unit"], MICRO)
    return tax.price_line(book, code, quantity, price, _scaled(line["discount"], PPM // 100))


def _exact_line(book: tax.TaxBook, case: Case) -> dict[str, Any]:
    """Return a line whose figures are not rounded, and its totals as they are told without their taxes."""
    price = Fraction(case["price_unit"]) * Fraction(100 - Fraction(case["discount"]), 100)
    quantity = Fraction(case["quantity"])
    plan = make_plan(_rates(case["taxes"]))
    money = make_exact(plan, price * quantity, -quantity if price < 0 else quantity)
    gross = money.net + sum(money.taxes, Fraction(0))
    cells = zip(plan.columns, money.taxes, money.bases, strict=True)
    return {
        "total_excluded": _decimal(money.net),
        "total_included": _decimal(gross),
        "taxes": [_tax(one.rate.code, one.sign, _decimal(amount), _decimal(base)) for one, amount, base in cells],
        "compute_all": {"total_excluded": _rounded(book, money.net), "total_included": _rounded(book, gross)},
    }


def _rounded(book: tax.TaxBook, exact: Fraction) -> Decimal:
    minor = exact * 10**book.exponent
    return _money(book, round_step(minor.numerator, minor.denominator, book.step_minor))


def _total(book: tax.TaxBook, lines: Sequence[tuple[str, LineTax]]) -> DocumentTax:
    sums: tuple[TaxSum, ...] = ()
    for code, line in lines:
        sums = tax.summed(sums, code, line)
    return tax.total(book, sums)


def _shared(book: tax.TaxBook, lines: Sequence[tuple[str, LineTax]]) -> list[dict[str, Any]]:
    """Return the lines of a document, their net amounts apart from the cents they were given."""
    return [
        {
            "total_excluded": _money(book, line.base_minor),
            "delta_total_excluded": _money(book, share.net_minor - line.base_minor),
            "total_included": _money(book, line.base_minor + sum(line.taxes_minor)),
            "taxes": _taxes(book, code, share.taxes_minor, share.bases_minor),
        }
        for (code, line), share in zip(lines, tax.spread(book, lines), strict=True)
    ]


def _taxes(book: tax.TaxBook, code: str, taxes: Sequence[int], bases: Sequence[int]) -> list[dict[str, Any]]:
    columns = make_plan(book.classes[code].rates).columns
    return [
        _tax(column.rate.code, column.sign, _money(book, amount), _money(book, base))
        for column, amount, base in zip(columns, taxes, bases, strict=True)
    ]


def _tax(code: str, sign: int, amount: Decimal, base: Decimal) -> dict[str, Any]:
    return {"tax": code, "base": base, "amount": amount, **({"reverse_charge": True} if sign < 0 else {})}


def _cash_rounding(book: tax.TaxBook, given: Case | None) -> CashRounding:
    """Return a case's cash rounding; half away from zero and a line of its own where it does not say."""
    if given is None:
        return CashRounding(0)
    way = RoundingWay(str(given.get("method", "HALF-UP")).lower().replace("-", "_"))
    is_tax = given.get("strategy") == "biggest_tax"
    strategy = RoundingStrategy.BIGGEST_TAX if is_tax else RoundingStrategy.LINE
    return CashRounding(_scaled(given["rounding"], 10**book.exponent), way, strategy, False)


def _money(book: tax.TaxBook, amount_minor: int) -> Decimal:
    return Decimal(amount_minor).scaleb(-book.exponent)


def _decimal(exact: Fraction) -> Decimal:
    """Return an unrounded figure with the decimals that are compared."""
    parts = exact * 10**EXACT_DIGITS
    return Decimal(divide_half_up(parts.numerator, parts.denominator)).scaleb(-EXACT_DIGITS)
