# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Which returns wait: those of another lane's receipt that has not come yet.

How much of it was sold is not known before, so two lanes could both take the same thing back and neither would learn of
it. A lane's own receipts are not waited for: it delivers them first, so one that is not here will never come.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trytond.pool import Pool
from trytond.transaction import Transaction

Document = Mapping[str, Any]


def waiting_returns(documents: Sequence[Document]) -> dict[str, str]:
    """Return, by their keys, why some new documents wait; those of a point that lets receipts be missing do not."""
    wanted = {one["key"]: numbers for one in documents if (numbers := _others_receipts(one))}
    if not wanted:
        return {}
    missing = set().union(*wanted.values()) - {one.get("number") for one in documents if one["key"] not in wanted}
    missing -= _come(missing)
    points = _points({lane_of(number) for number in missing})
    late = {number: _say(number, points) for number in missing if not _may_be_missing(number, points)}
    return {key: late[min(found)] for key, numbers in wanted.items() if (found := numbers & late.keys())}


def lane_of(number: str) -> str:
    """Return the lane of a receipt's number, empty where it is none of a lane's."""
    return number.rpartition("-")[0]


def _others_receipts(document: Document) -> set[str]:
    """Return the receipts of other lanes that a document brings something back of."""
    named = {line["of"] for line in document.get("lines", ()) if line.get("of")}
    return {number for number in named if lane_of(number) not in {"", document["lane"]}}


def _come(numbers: Iterable[str]) -> set[str]:
    sales = Pool().get("sale.point.sale").search([("mostrador_number", "in", list(numbers)), _reached()])
    return {sale.mostrador_number for sale in sales}


def _points(lanes: Iterable[str]) -> dict[str, Any]:
    points = Pool().get("sale.point").search([("mostrador_lane", "in", list(lanes)), _reached()])
    return {point.mostrador_lane: point for point in points}


def _reached() -> tuple[str, str, list[int]]:
    return "company", "in", list(Transaction().context.get("companies") or [])


def _may_be_missing(number: str, points: Mapping[str, Any]) -> bool:
    point = points.get(lane_of(number))
    return bool(point and point.mostrador_missing)


def _say(number: str, points: Mapping[str, Any]) -> str:
    """Return why a return of this receipt waits, and what ends it where the receipt never comes."""
    point = points.get(lane_of(number))
    where = f"on {point.name}" if point else f"on a point of sale for the lane {lane_of(number)}"
    return f"receipt {number} has not come yet: if it never will, tick Receipts May Be Missing {where}, then retry"
