"""Tax cases of an ERP's answers: one case in, what was computed and what differs out.

A case is one object of a file in the form of `odoo_taxes.json` (see `domain/oracle.py`, `domain/oracle_tax_case.py`).
Unrounded figures, of lines in `round_globally`, are compared with eight decimals. Nothing here knows any particular
case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from domain import tax
from domain.cash_rounding import round_document
from domain.money import divide_half_up, round_step
from domain.oracle import Case, Checked, check_case, number_of
from domain.oracle_tax_case import class_code, price, read_book, read_cash_rounding, read_document, read_rates, scaled
from domain.tax_class import PPM, TaxRounding
from domain.tax_discount import discount_amount, discount_percent
from domain.tax_plan import make_exact, make_plan
from domain.tax_position import adapt_price
from domain.tax_sum import DocumentTax, LineTax, TaxSum

EXACT_DIGITS: Final = 8
"""Decimals with which unrounded figures are compared."""


def check_tax_case(kind: str, case: Case, defs: Case | None = None) -> Checked:
    """Work out one case and compare it; `kind` is the name of its list in the file (see `KINDS`).

    `defs` are the taxes of `pos_orders` by key. A case that cannot be read is one difference, never an exception.
    """
    return check_case(kind, case, lambda: _expected(kind, case), lambda: KINDS[kind](case, defs or {}))


def line_case(case: Case, defs: Case) -> dict[str, Any]:
    """Return a line by itself: without and with its taxes, and each tax with its base."""
    book = read_book(case, [case["taxes"]])
    code = class_code(case["taxes"])
    if book.rounding is TaxRounding.DOCUMENT:
        return _exact_line(book, case)
    line = price(book, code, case)
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
    book, lines = read_document(case, case["tax_defs"], case.get("origin") == "odoo_test")
    document = _total(book, lines)
    rounded = round_document(read_cash_rounding(book, case["cash_rounding"]), document)
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
    book, lines = read_document(case, case["tax_defs"], case.get("origin") == "odoo_test")
    discount = case["global_discount"]
    if discount["type"] == "percent":
        parts = discount_percent(book, lines, scaled(discount["amount"], PPM // 100))
    else:
        parts = discount_amount(book, lines, scaled(discount["amount"], 10**book.exponent))
    document = _total(book, [*lines, *((part.tax_class, part.line) for part in parts)])
    return {
        "base": _money(book, document.net_minor),
        "tax": _money(book, document.total_minor - document.net_minor),
        "total": _money(book, document.total_minor),
    }


def price_adaptation_case(case: Case, defs: Case) -> dict[str, Any]:
    """Return a unit price with other taxes in it."""
    old, new = read_rates(case["from_taxes"]), read_rates(case["to_taxes"])
    return {"price_unit": _decimal(adapt_price(old, new, Fraction(number_of(case["price_unit"]))))}


def pos_order(case: Case, defs: Case) -> dict[str, Any]:
    """Return a whole order of a till: its totals, and each line by itself."""
    book, lines = read_document(case, defs, False)
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


def _exact_line(book: tax.TaxBook, case: Case) -> dict[str, Any]:
    """Return a line whose figures are not rounded, and its totals as they are told without their taxes."""
    kept = 100 - Fraction(number_of(case["discount"]))
    each = Fraction(number_of(case["price_unit"])) * kept * Fraction(1, 100)
    quantity = Fraction(number_of(case["quantity"]))
    plan = make_plan(read_rates(case["taxes"]))
    money = make_exact(plan, each * quantity, -quantity if each < 0 else quantity)
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


def _money(book: tax.TaxBook, amount_minor: int) -> Decimal:
    return Decimal(amount_minor).scaleb(-book.exponent)


def _decimal(exact: Fraction) -> Decimal:
    """Return an unrounded figure with the decimals that are compared."""
    parts = exact * 10**EXACT_DIGITS
    return Decimal(divide_half_up(parts.numerator, parts.denominator)).scaleb(-EXACT_DIGITS)
