# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What came back of receipts: over all lanes never more than was sold.

Two lanes that are offline can take the same thing back. The second document is refused when it comes. Sales that are
posted at once wait for each other's sequence of entries, so neither can miss the other here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from trytond.exceptions import UserError
from trytond.pool import Pool

Lines = Sequence[Any]


def judge_returns(sales: Sequence[Any]) -> dict[int, list[str]]:
    """Hold saved sales against what they bring back, and against what had come back of them before they came.

    Returns what has to be said of each sale, by its id. Raises `UserError` for one that brings back too much, unless
    somebody has let it pass on the sale that it names.
    """
    named = {line.mostrador_of for sale in sales for line in sale.lines if line.mostrador_of}
    numbers = named | {sale.mostrador_number for sale in sales}
    back = returns_of(numbers, sales[0].company)
    origins = _by_number(named, sales[0].company) if named else {}
    said: dict[int, list[str]] = {}
    for sale in sales:
        found = [flaw for number in _named_by(sale) for flaw in _judge(number, origins.get(number, ()), back[number])]
        if sale.mostrador_number in back:
            found += _too_much(sale.mostrador_number, sale.lines, back[sale.mostrador_number])
        said[sale.id] = found
    return said


def _named_by(sale) -> list[str]:
    return sorted({line.mostrador_of for line in sale.lines if line.mostrador_of})


def _judge(number: str, origins: Sequence[Any], back: Lines) -> list[str]:
    """Return what has to be said of a receipt of which something comes back. Raises `UserError`."""
    if not origins:
        return [f"{number} has not come here: how much of it was sold is not known"]
    flaws = list(_too_much(number, [line for sale in origins for line in sale.lines], back))
    if flaws and not all(sale.mostrador_over for sale in origins):
        raise UserError(
            f"{'; '.join(flaws)}: look at what the lanes have taken back, and if it is right let it pass on the sale"
            f" {origins[0].rec_name} (More May Come Back), then retry"
        )
    return flaws


def _too_much(number: str, sold: Lines, back: Lines) -> Iterator[str]:
    """Yield what came back more often than it was sold: line by line, and by product where a line is not known."""
    lines = {line.mostrador_line: line for line in sold if line.mostrador_line}
    by_line: Counter[int] = Counter()
    for line in back:
        if line.mostrador_of_line in lines:
            by_line[line.mostrador_of_line] -= quantity_of(line)
    for place, quantity in sorted(by_line.items()):
        if quantity > max(Decimal(0), quantity_of(lines[place])):
            yield _say(number, lines[place], quantity, quantity_of(lines[place]))
    if any(line.mostrador_of_line not in lines for line in back):
        yield from _too_many_products(number, sold, back)


def _too_many_products(number: str, sold: Lines, back: Lines) -> Iterator[str]:
    had, came = Counter(), Counter()
    for line in sold:
        had[line.product.id] += max(Decimal(0), quantity_of(line))
    for line in back:
        came[line.product.id] -= quantity_of(line)
    names = {line.product.id: line for line in back}
    for product, quantity in came.items():
        if quantity > had[product]:
            yield _say(number, names[product], quantity, had[product])


def _say(number: str, line, quantity: Decimal, sold: Decimal) -> str:
    name = line.mostrador_name or line.product.rec_name
    return f"{plain(quantity)} of {name} came back of {number}, {plain(sold)} were sold"


def quantity_of(line) -> Decimal:
    """Return a line's quantity; Tryton keeps it as a float of few digits, whose own text is exact."""
    return Decimal(str(line.quantity))


def plain(quantity: Decimal) -> str:
    """Return a quantity with no more decimals than it needs."""
    text = format(quantity, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _by_number(numbers: set[str], company) -> dict[str, list[Any]]:
    """Return the sales with some receipts' numbers."""
    found: dict[str, list[Any]] = defaultdict(list)
    domain = [("mostrador_number", "in", list(numbers)), ("company", "=", company.id)]
    for sale in Pool().get("sale.point.sale").search(domain):
        found[sale.mostrador_number].append(sale)
    return found


def returns_of(numbers: set[str], company) -> dict[str, list[Any]]:
    """Return all lines that bring something back of some receipts, from whatever lane."""
    found: dict[str, list[Any]] = defaultdict(list)
    domain = [("mostrador_of", "in", list(numbers)), ("sale.company", "=", company.id)]
    for line in Pool().get("sale.point.sale.line").search(domain):
        found[line.mostrador_of].append(line)
    return found
