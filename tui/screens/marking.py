"""Which line of a basket is meant by Del, by a lone quantity and by the arrows: pure functions."""

from __future__ import annotations

from domain.basket import Basket, find_line, last_line_no
from domain.refusal import Refused


def is_live(basket: Basket, line_no: int) -> bool:
    """Say whether a line is there and neither voided nor a counter-line."""
    return not isinstance(find_line(basket, line_no), Refused)


def meant_line(basket: Basket, chosen: int) -> int:
    """Return the line chosen by arrows where it is live, else the one touched last, else the last live one, or 0."""
    if chosen and is_live(basket, chosen):
        return chosen
    return basket.touched or last_line_no(basket)


def step_line(basket: Basket, line_no: int, step: int) -> int:
    """Return the live line some steps further down (up for a negative step); at the ends it stays."""
    way = 1 if step > 0 else -1
    for _ in range(abs(step)):
        candidate = line_no + way
        while 0 < candidate <= len(basket.lines) and not is_live(basket, candidate):
            candidate += way
        if not 0 < candidate <= len(basket.lines):
            break
        line_no = candidate
    return line_no
