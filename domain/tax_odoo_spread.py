"""The cents of a document given to its lines in Odoo's way, one group of lines at a time.

First each tax and its base over the lines that bear it, by their exact tax and base; then the net amount over all
lines, by their exact net amount, or gross where all taxes are in the price. The same tax in the price and on top of it
are two taxes here. Source of the rules: Odoo 19 `account.tax` `_round_tax_details_tax_amounts`,
`_round_tax_details_base_lines`.
"""

from __future__ import annotations

from collections.abc import Sequence

from domain.money import round_step
from domain.tax_cent import give_cents
from domain.tax_odoo_total import (
    Exact,
    Key,
    Prepared,
    Target,
    document_target,
    exact_money,
    key_of,
    line_bases,
    places,
    shared_scale,
)
from domain.tax_plan import added
from domain.tax_sum import LineShare, LineTax, TaxSum, add

Member = tuple[Prepared, LineTax]


def spread_given(prepared: Prepared, line: LineTax) -> LineShare:
    """Return a line that keeps its own figures."""
    taxes = line.taxes_minor
    bases = tuple(line_bases(prepared.plan, line.amount_minor, taxes)) if taxes else ()
    return LineShare(line.amount_minor, line.base_minor, taxes, bases)


def spread_group(members: Sequence[Member], step: int) -> list[LineShare]:
    """Return the lines of one group so that they add up to what their document comes to."""
    if not members:
        return []
    classes = {prepared.tax_class: prepared for prepared, _ in members}
    target = document_target(_sums(members), list(classes.values()), step)
    scale = shared_scale(list(classes.values()))
    moneys = [exact_money(prepared.linear, line.exact, line.units_micro, scale) for prepared, line in members]
    taxes = [list(line.taxes_minor) for _, line in members]
    bases = [[round_step(base, scale, step) for base in money.bases] for money in moneys]
    for key, cells in _cells(members).items():
        tax_minor, base_minor = target.taxes[key]
        _settle(taxes, cells, tax_minor, [moneys[line].taxes[column] for line, column in cells])
        _settle(bases, cells, base_minor, [moneys[line].bases[column] for line, column in cells])
    nets = _nets(members, moneys, target)
    return [
        _share(prepared, net, tuple(tax), tuple(base))
        for (prepared, _), net, tax, base in zip(members, nets, taxes, bases, strict=True)
    ]


def _sums(members: Sequence[Member]) -> list[TaxSum]:
    """Return the sums of lines of one group, one per class as they appear."""
    sums: dict[str, TaxSum] = {}
    for prepared, line in members:
        code = prepared.tax_class
        sums[code] = add(sums.get(code) or TaxSum(code, line.group), line)
    return list(sums.values())


def _cells(members: Sequence[Member]) -> dict[Key, list[tuple[int, int]]]:
    """Return for each column of the document the lines that have it, and where."""
    cells: dict[Key, list[tuple[int, int]]] = {}
    for place, (prepared, _) in enumerate(members):
        for number, column in enumerate(prepared.plan.columns):
            cells.setdefault(key_of(column), []).append((place, number))
    return cells


def _settle(figures: list[list[int]], cells: Sequence[tuple[int, int]], wanted: int, weights: Sequence[int]) -> None:
    """Give cents to cells, in place, so that they add up to what is wanted."""
    missing = wanted - sum(figures[line][column] for line, column in cells)
    for (line, column), cents in zip(cells, give_cents(missing, weights), strict=True):
        figures[line][column] += cents


def _nets(members: Sequence[Member], moneys: Sequence[Exact], target: Target) -> list[int]:
    """Return the net amounts of lines, adding up to the target."""
    nets = [line.base_minor for _, line in members]
    weights = [money.gross if target.is_included else money.net for money in moneys]
    given = give_cents(target.net_minor - sum(nets), weights)
    return [net + cents for net, cents in zip(nets, given, strict=True)]


def _share(prepared: Prepared, net: int, taxes: tuple[int, ...], bases: tuple[int, ...]) -> LineShare:
    """Return a line; its amount is what its price comes to: net, and the taxes that the price contains."""
    plan = prepared.plan
    contained = added(0, plan.net, places(plan, taxes))
    return LineShare(net - contained, net, taxes, bases)
