"""What the lines of a document have to come to in Odoo's way: the targets of one group of lines.

Source of the rules: Odoo 19 `account.tax` `_round_tax_details_tax_amounts`, `_round_tax_details_base_lines` (both in
the mode `mixed`) and `_get_tax_totals_summary`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

import msgspec

from domain.money import round_step
from domain.tax_class import EXEMPT_CODE
from domain.tax_plan import Column, Linear, Plan, added
from domain.tax_sum import TaxSum

Key = tuple[str, int]
"""A column of the whole document: the tax's code, and −1 for what a reverse charge takes off again."""


class Prepared(msgspec.Struct, frozen=True):
    """A tax class ready to be reckoned with. Its lines' `exact` counts so many parts of the usual unit, mostly one."""

    tax_class: str
    plan: Plan
    linear: Linear
    parts: int = 1


class Exact(msgspec.Struct, frozen=True):
    """Exact money in parts of a minor unit: net, and by column the tax and its base."""

    net: int
    taxes: list[int]
    bases: list[int]

    @property
    def gross(self) -> int:
        """The money with its taxes."""
        return self.net + sum(self.taxes)


class Target(msgspec.Struct, frozen=True):
    """What the lines of one group have to come to: net, and by column the tax and its base.

    `is_included` says that all their taxes are in the price, and so the gross amount was rounded, not the net one.
    """

    net_minor: int = 0
    taxes: dict[Key, tuple[int, int]] = {}
    is_included: bool = False


def key_of(column: Column) -> Key:
    """Return to which column of the document a column of a class belongs."""
    return column.rate.code, column.sign


def shared_scale(prepared: Sequence[Prepared]) -> int:
    """Return in how many parts a minor unit has to be cut for the exact money of all these classes to be whole."""
    return lcm(*(one.linear.scale for one in prepared))


def exact_money(linear: Linear, exact: int, units_micro: int, scale: int) -> Exact:
    """Return the exact money of a class in parts of `scale`, which is a multiple of the class's own scale."""
    factor = scale // linear.scale
    x, u = exact * factor, units_micro * factor
    p, q = linear.net
    return Exact(p * x + q * u, [p * x + q * u for p, q in linear.taxes], [p * x + q * u for p, q in linear.bases])


def line_bases(plan: Plan, amount_minor: int, taxes_minor: Sequence[int]) -> list[int]:
    """Return the base of each column from rounded figures."""
    by_place = places(plan, taxes_minor)
    return [added(amount_minor, terms, by_place) for terms in plan.bases]


def places(plan: Plan, taxes_minor: Sequence[int]) -> Sequence[int]:
    """Return the taxes of a line by place, without what reverse charges take off."""
    if len(plan.columns) == len(plan.rates):
        return taxes_minor
    return [tax for column, tax in zip(plan.columns, taxes_minor, strict=True) if column.sign > 0]


def line_target(sums: Sequence[TaxSum], prepared: Sequence[Prepared]) -> Target:
    """Return the sums of figures that were rounded line by line."""
    net = 0
    found: dict[Key, tuple[int, int]] = {}
    for tax_sum, one in zip(sums, prepared, strict=True):
        net += tax_sum.base_minor
        if not one.plan.rates:
            found[EXEMPT_CODE + one.tax_class, 1] = (0, tax_sum.base_minor)
        bases = line_bases(one.plan, tax_sum.amount_minor, tax_sum.taxes_minor)
        for column, tax, base in zip(one.plan.columns, tax_sum.taxes_minor, bases, strict=True):
            old_tax, old_base = found.get(key_of(column), (0, 0))
            found[key_of(column)] = (old_tax + tax, old_base + base)
    return Target(net, found)


def document_target(sums: Sequence[TaxSum], prepared: Sequence[Prepared], step: int) -> Target:
    """Return exact sums rounded once: each tax, its base, and the net amount.

    Of a tax in the price, base and tax together are rounded and the base is what remains; of one on top, each by
    itself. The net amount likewise, by whether all taxes of the group are in the price. If what is to be rounded is
    nothing, the sum of the rounded lines stays.
    """
    scale = shared_scale(prepared)
    moneys = [exact_money(one.linear, s.exact, s.units_micro, scale) for s, one in zip(sums, prepared, strict=True)]
    raw = _columns(moneys, prepared)
    found = {
        (EXEMPT_CODE + one.tax_class, 1): (0, round_step(money.net, scale, step))
        for money, one in zip(moneys, prepared, strict=True)
        if not one.plan.rates
    }
    for key, (tax, base, included) in raw.items():
        tax_minor = round_step(tax, scale, step)
        whole = round_step(base + tax if included else base, scale, step)
        found[key] = (tax_minor, whole - tax_minor if included else whole)
    is_included = all(included for _, _, included in raw.values())
    whole = sum(money.gross if is_included else money.net for money in moneys)
    if not whole:
        return Target(sum(tax_sum.base_minor for tax_sum in sums), found, is_included)
    taxes = sum(tax for tax, _ in found.values()) if is_included else 0
    return Target(round_step(whole, scale, step) - taxes, found, is_included)


def _columns(moneys: Sequence[Exact], prepared: Sequence[Prepared]) -> dict[Key, tuple[int, int, bool]]:
    """Return the exact tax and base of each column over all classes, and whether it is in the price."""
    raw: dict[Key, tuple[int, int, bool]] = {}
    for money, one in zip(moneys, prepared, strict=True):
        for column, tax, base in zip(one.plan.columns, money.taxes, money.bases, strict=True):
            old_tax, old_base, _ = raw.get(key_of(column), (0, 0, False))
            raw[key_of(column)] = (old_tax + tax, old_base + base, column.included)
    return raw
