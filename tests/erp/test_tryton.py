"""The Tryton profile beside Tryton's own code: the same baskets, every figure equal to the last digit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from domain import tax
from domain.tax import TaxBook, TaxClass, TaxKind, TaxProfile, TaxRate, TaxRounding, TaxSum
from tests.erp.tryton_baskets import Bought, decimal, draw_classes, draw_lines
from tests.kit.counted import Record, record_count

pytest.importorskip("trytond.modules.sale_point", reason="trytond-sale-point is not installed: nothing to compare with")

from tests.erp.tryton_memory import Endless, MemoryCurrency, MemoryLine, MemorySale, MemoryTax, tryton

BASKETS = 600
CURRENCIES = ((2, 1), (2, 1), (2, 1), (2, 5), (0, 1), (3, 1))
"""Decimals and smallest step in minor units."""

OPPOSITE = " taken off"
"""What the code of a reverse charge's second tax ends with."""

Figures = dict[str, Any]


def memory_taxes(rate: TaxRate) -> Iterator[MemoryTax]:
    """Yield a tax as Tryton has it; a reverse charge is a tax and its opposite."""
    fields: dict[str, Any] = {
        "sequence": rate.sequence,
        "id": rate.tax_id,
        "update_unit_price": rate.include_base_amount,
        "childs": [child for one in rate.children for child in memory_taxes(one)],
    }
    share = decimal(rate.rate_ppm)
    if rate.kind is TaxKind.GROUP:
        yield MemoryTax(rate.code, "none", **fields)
    elif rate.kind is TaxKind.FIXED:
        yield MemoryTax(rate.code, "fixed", decimal(rate.amount_micro), **fields)
    else:
        yield MemoryTax(
            rate.code, "percentage", share / (1 - share) if rate.kind is TaxKind.DIVISION else share, **fields
        )
    if rate.has_negative_factor:
        yield MemoryTax(rate.code + OPPOSITE, "percentage", -share, **fields)


def by_tryton(classes: dict[str, TaxClass], lines: Iterable[Bought], rounding: str, smallest: Decimal) -> Figures:
    """Return what Tryton's point of sale makes of a basket."""
    made: dict[str, MemoryTax] = {}
    taxes: dict[str, list[MemoryTax]] = {}
    for code, tax_class in classes.items():
        own = [one for rate in tax_class.rates for one in memory_taxes(rate)]
        taxes[code] = MemoryTax.sort_taxes(made.setdefault(one.code, one) for one in own)
    with tryton(rounding):
        sale = MemorySale(
            MemoryCurrency(smallest),
            [
                MemoryLine(
                    taxes[line.tax_class],
                    decimal(line.quantity_micro),
                    decimal(line.unit_price_micro).quantize(Decimal("0.0001")),
                    all(rate.included for rate in classes[line.tax_class].rates),
                )
                for line in lines
            ],
        )
        amounts, bases = Counter[str](), Counter[str]()
        for move_line in sale.get_tax_move_lines():
            amounts[move_line.tax_lines[0].tax.code.removesuffix(OPPOSITE)] += move_line.tax_lines[0].amount
        for one in sale._get_taxes().values():
            bases[one.tax.code] += one.base
        return {
            "total": sale.on_change_with_total(),
            "tax": sale.total_tax,
            "lines": [(line.amount, line.untax_amount, line.gross_amount) for line in sale.lines],
            "taxes": {code: amount for code, amount in amounts.items() if amount},
            "bases": {code: base for code, base in bases.items() if not code.endswith(OPPOSITE)},
        }


def by_us(book: TaxBook, lines: Iterable[Bought]) -> Figures:
    """Return what the Tryton profile makes of it."""

    def money(minor: int) -> Decimal:
        return Decimal(minor).scaleb(-book.exponent)

    sums: tuple[TaxSum, ...] = ()
    made = []
    for line in lines:
        one = tax.price_line(book, *line)
        sums = tax.summed(sums, line.tax_class, one)
        made.append(tuple(money(m) for m in (one.amount_minor, one.base_minor, one.base_minor + sum(one.taxes_minor))))
    told = tax.total(book, sums)
    rows = [row for row in told.taxes if not row.is_exempt]
    return {
        "total": money(told.total_minor),
        "tax": money(told.total_minor - told.net_minor),
        "lines": made,
        "taxes": {row.code: money(row.tax_minor) for row in rows if row.tax_minor},
        "bases": {row.code: money(row.base_minor) for row in rows},
    }


def test_random_baskets_are_equal_to_the_last_digit(record_property: Record) -> None:
    random = Random(20261124)
    seen = Counter[str]()
    while seen["baskets"] < BASKETS:
        classes = draw_classes(random)
        rounding = random.choice(list(TaxRounding))
        exponent, step = random.choice(CURRENCIES)
        book = TaxBook(classes, rounding, exponent, TaxProfile.TRYTON, step)
        lines = sorted(draw_lines(random, sorted(classes)), key=lambda line: (line.tax_class, line.quantity_micro > 0))
        try:
            expected = by_tryton(classes, lines, rounding.value, Decimal(step).scaleb(-exponent))
        except Endless:
            seen["endless in Tryton"] += 1
            continue
        assert by_us(book, lines) == expected, (rounding, exponent, step, classes, lines)
        seen["baskets"] += 1
        seen[rounding.value] += 1
        seen["lines"] += len(lines)
        seen["figures"] += 2 + 3 * len(lines) + len(expected["taxes"]) + len(expected["bases"])
    record_count(record_property, f"tryton 8.2 sale.point: {seen['baskets']} baskets equal, {dict(seen)}")
    assert seen["endless in Tryton"] < BASKETS // 20


def test_in_any_order_of_lines_all_but_a_cent_between_taxes_is_equal(record_property: Record) -> None:
    """Tryton gives the last cent to the tax of the first line; here lines have no order in a document's sums."""
    random = Random(8)
    equal = Counter[str]()
    for _ in range(200):
        classes = draw_classes(random)
        rounding = random.choice(list(TaxRounding))
        book = TaxBook(classes, rounding, profile=TaxProfile.TRYTON)
        lines = draw_lines(random, sorted(classes))
        expected, computed = by_tryton(classes, lines, rounding.value, Decimal("0.01")), by_us(book, lines)
        told, own = expected.pop("taxes"), computed.pop("taxes")
        assert computed == expected, (rounding, classes, lines)
        assert sum(own.values()) == sum(told.values())
        equal["tax tables"] += own == told
    record_count(record_property, f"tryton 8.2 sale.point, lines in any order: 200 equal, {dict(equal)}")
    assert equal["tax tables"] >= 180
