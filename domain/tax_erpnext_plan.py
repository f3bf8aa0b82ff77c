"""The taxes of one class as rows of ERPNext's table of taxes and charges, prepared once.

A row is taken on the net amount (`On Net Total`), on the net amount with all rows up to one before it (`On Previous
Row Total`) or on the quantity (`On Item Quantity`). What contains a tax (`included_in_print_rate`) is divided by one
plus the fractions of all such rows, fixed amounts taken off first. So each figure of a line is a sum of parts of three
others: its amount as sold, its net amount and its quantity, `Parts`.

How our words are ERPNext's: percent is `On Net Total`; a percent tax that is affected by an earlier one with
`include_base_amount` is `On Previous Row Total` of the last such row, which also stands on all rows before that one;
fixed is `On Item Quantity`; a group is its rows. A division tax of rate r is a percentage of r / (1 − r), a reverse
charge a row and its opposite. A tax on the amount of another (`On Previous Row Amount`) is a percent tax of the
product of both rates, which comes to the same. `Actual` belongs to a document and to no item: sell it as an item.

Source of the rules: ERPNext 15 and 16 `calculate_taxes_and_totals` `determine_exclusive_rate`,
`get_current_tax_fraction`, `get_current_tax_and_net_amount`, as read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import lcm

import msgspec

from domain.money import MICRO
from domain.tax_class import PPM, TaxKind, TaxRate, flatten

Parts = tuple[Fraction, Fraction, Fraction]
"""Parts of a line's amount as sold, of its net amount, and minor units per millionth of its quantity."""

Whole = tuple[int, int, int]
"""The same as whole parts of a scale."""

NET: Parts = (Fraction(0), Fraction(1), Fraction(0))


class Row(msgspec.Struct, frozen=True):
    """One row: `of` is how many rows before it stand in its base, None if it is taken on the net amount alone.

    `amount_minor` is the money per unit of a row on the quantity.
    """

    rate: TaxRate
    sign: int
    included: bool
    share: Fraction = Fraction(0)
    amount_minor: Fraction = Fraction(0)
    of: int | None = None


class ErpnextPlan(msgspec.Struct, frozen=True):
    """The rows of a class, and as whole parts of `scale` its exact net amount, taxes and bases."""

    rows: tuple[Row, ...]
    scale: int
    net: Whole
    taxes: tuple[Whole, ...]
    bases: tuple[Whole, ...]

    @property
    def has_included(self) -> bool:
        """Whether prices contain a tax."""
        return any(row.included for row in self.rows)


def make_erpnext_plan(rates: Iterable[TaxRate], exponent: int) -> ErpnextPlan:
    """Return the plan of a class's taxes in a currency with so many decimals."""
    rows = tuple(_rows(flatten(rates), Fraction(10**exponent)))
    net = _net(rows)
    taxes: list[Parts] = []
    bases: list[Parts] = []
    for row in rows:
        base = NET if row.of is None else _sum([NET, *taxes[: row.of]])
        bases.append(base)
        taxes.append(_tax(row, net if row.included and row.of is None else base))
    scale = lcm(*(number.denominator for parts in (net, *taxes, *bases) for number in parts))
    return ErpnextPlan(rows, scale, _whole(net, scale), _wholes(taxes, scale), _wholes(bases, scale))


def at(parts: Whole, amount_minor: int, net_minor: int, units_micro: int) -> int:
    """Return a figure, in parts of its plan's scale."""
    return parts[0] * amount_minor + parts[1] * net_minor + parts[2] * units_micro


def _rows(rates: Sequence[TaxRate], minor: Fraction) -> Iterator[Row]:
    """Yield the rows of taxes in their order."""
    count, last = 0, None
    for rate in rates:
        for sign in (1, -1) if rate.has_negative_factor else (1,):
            yield _row(rate, sign, minor, last)
            count += 1
        last = count if rate.include_base_amount else last


def _row(rate: TaxRate, sign: int, minor: Fraction, last: int | None) -> Row:
    included = rate.included and not rate.has_negative_factor
    if rate.kind is TaxKind.FIXED:
        return Row(rate, sign, included, amount_minor=sign * Fraction(rate.amount_micro, MICRO) * minor)
    share = Fraction(rate.rate_ppm, PPM)
    if rate.kind is TaxKind.DIVISION and share != 1:
        share = Fraction(share, 1 - share)
    return Row(rate, sign, included, sign * share, of=last if rate.is_base_affected else None)


def _net(rows: Sequence[Row]) -> Parts:
    """Return the exact net amount of what was sold: without the included rows, each a part and an amount per unit."""
    grown = [(Fraction(1), Fraction(0))]
    for row in rows:
        share, amount = grown[row.of or 0]
        own = (row.share * share, row.share * amount + row.amount_minor) if row.included else (Fraction(0), Fraction(0))
        grown.append((grown[-1][0] + own[0], grown[-1][1] + own[1]))
    share, amount = grown[-1]
    if not share:
        return Fraction(0), Fraction(0), Fraction(0)
    return Fraction(1, share), Fraction(0), Fraction(-amount, share * MICRO)


def _tax(row: Row, base: Parts) -> Parts:
    amount, net, units = (row.share * part for part in base)
    return amount, net, units + Fraction(row.amount_minor, MICRO)


def _sum(figures: Sequence[Parts]) -> Parts:
    amount, net, units = (sum(column, Fraction(0)) for column in zip(*figures, strict=True))
    return amount, net, units


def _whole(parts: Parts, scale: int) -> Whole:
    amount, net, units = (int(part * scale) for part in parts)
    return amount, net, units


def _wholes(figures: Iterable[Parts], scale: int) -> tuple[Whole, ...]:
    return tuple(_whole(parts, scale) for parts in figures)
