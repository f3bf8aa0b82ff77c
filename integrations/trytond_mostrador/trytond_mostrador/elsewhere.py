# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""How much of a lane's receipts came back at other lanes: what a lane is told, and its own returns never.

A return of the lane that sold names the line. Another lane knows the receipt's number only: what it takes back is of
the first lines with that product that have something left.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from trytond.pool import Pool

from .returned import quantity_of, returns_of

ZERO = Decimal(0)


def returned_elsewhere(sales: Iterable[Any]) -> dict[int, Decimal]:
    """Return by the id of each line of sales how much of it came back at other points; none of sales without any."""
    told: dict[int, Decimal] = {}
    by_company = defaultdict(list)
    for sale in sales:
        by_company[sale.company].append(sale)
    for company, found in by_company.items():
        returns = returns_of({sale.mostrador_number for sale in found}, company)
        for sale in found:
            backs = returns.get(sale.mostrador_number, ())
            if any(back.sale.point != sale.point for back in backs):
                told |= _spread_over(sale, backs)
    return told


def _spread_over(sale, backs: Sequence[Any]) -> dict[int, Decimal]:
    lines = [line for line in sale.lines if line.quantity > 0 and line.mostrador_line and line.product]
    left = {line.id: quantity_of(line) for line in lines}
    ids = {line.mostrador_line: line.id for line in lines}
    told = dict.fromkeys(left, ZERO)
    for back in backs:
        if (line_id := ids.get(back.mostrador_of_line)) is not None:
            left[line_id] += quantity_of(back)
            told[line_id] -= quantity_of(back) if back.sale.point != sale.point else ZERO
    for back in backs:
        if back.mostrador_of_line not in ids:
            _give(-quantity_of(back), [line.id for line in lines if line.product == back.product], left, told)
    return told


def _give(quantity: Decimal, ids: Sequence[int], left: dict[int, Decimal], told: dict[int, Decimal]) -> None:
    """Give what came back without a line to the first lines that have something left; too much of it to the last."""
    for line_id in ids:
        part = quantity if line_id == ids[-1] else min(quantity, max(left[line_id], ZERO))
        left[line_id] -= part
        told[line_id] += part
        quantity -= part


def moved_returns(point, since: Sequence[Any]) -> set[int]:
    """Return the ids of sold lines of a point of which other points took something back: since, or ever for none.

    A return of whatever lane may move what belongs to which line, and a receipt may come after its return.
    """
    pool = Pool()
    named = [("mostrador_of", "not in", [None, ""]), ("sale.company", "=", point.company.id)]
    backs = pool.get("sale.point.sale.line").search([*named, since or ("sale.point", "!=", point.id)])
    numbers = {back.mostrador_of for back in backs}
    sale_model = pool.get("sale.point.sale")
    sales = set(sale_model.search([("point", "=", point.id), ("mostrador_number", "in", list(numbers))]))
    if since:
        sales |= set(sale_model.search([("point", "=", point.id), since]))
    return set(returned_elsewhere(sales))
