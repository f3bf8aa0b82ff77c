"""A suspended basket as it lies in the folder that all lanes of a store see."""

from __future__ import annotations

import msgspec

from domain.basket import Line
from domain.deduction import Terms


class SharedBasket(msgspec.Struct, frozen=True):
    """A basket for whichever lane takes it first.

    `share_id` is this laying-out of it and no other: a basket that is suspended again lies there under a new one.
    `total_minor` is what it came to at the lane that laid it out; whoever takes it reckons anew.
    """

    share_id: str
    basket_id: str
    lane: str
    name: str
    operator: str
    opened_at: str
    suspended_at: str
    line_count: int
    item_count: int
    total_minor: int
    lines: tuple[Line, ...]
    terms: Terms = Terms()
    v: int = 1
