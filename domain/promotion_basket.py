"""What the promotions engine is asked and what it answers: lines and context in, rewards and their shares out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from enum import StrEnum

import msgspec

from domain.money import MICRO


class PromotionLine(msgspec.Struct, frozen=True):
    """A line as promotions see it; `amount_minor` is what the customer sees before any promotion.

    `department_path` names the departments above its own. A weighed line, or any whose quantity is not whole,
    counts as one unit. Excluded lines and returns take part in nothing: no reward, no condition. Of a line that
    was voided, give neither the line nor its counter-line.
    """

    line_no: int
    sku: str
    department: str
    department_path: tuple[str, ...]
    tax_class: str
    quantity_micro: int
    unit_price_micro: int
    amount_minor: int
    is_excluded: bool = False
    is_weighed: bool = False

    @property
    def takes_part(self) -> bool:
        """Say whether the line can have a reward."""
        return self.amount_minor > 0 and self.quantity_micro > 0 and not self.is_excluded

    @property
    def units(self) -> int:
        """How many units the line counts as."""
        if self.is_weighed or self.quantity_micro % MICRO:
            return 1
        return self.quantity_micro // MICRO


class PromotionContext(msgspec.Struct, frozen=True):
    """When, for whom and with which coupons a basket is looked at; `at` is aware, `zone` the store's.

    `used` says how often this customer was given each promotion, by its code, in earlier sales.
    """

    at: datetime
    zone: tzinfo
    customer_group: str = ""
    coupons: frozenset[str] = frozenset()
    used: Mapping[str, int] = {}


class Share(msgspec.Struct, frozen=True):
    """What one line contributes to a reward: an amount, and how much of the line is in it."""

    line_no: int
    amount_minor: int
    quantity_micro: int


class Reward(msgspec.Struct, frozen=True):
    """What one promotion gives: `times` counts sets, and is 1 for any other reward. The shares add up to it."""

    promotion: str
    name: str
    times: int
    shares: tuple[Share, ...]

    @property
    def amount_minor(self) -> int:
        """What the reward saves."""
        return sum(share.amount_minor for share in self.shares)


class HintKind(StrEnum):
    """What is missing for a reward."""

    UNITS = "units"
    VALUE = "value"
    GIFT = "gift"


class Hint(msgspec.Struct, frozen=True):
    """A near miss: `missing` units or minor units more and the promotion gives (more of) its reward.

    For a gift, `sku` is the item that may be added for nothing.
    """

    promotion: str
    name: str
    kind: HintKind
    missing: int
    sku: str = ""


class Solved(msgspec.Struct, frozen=True):
    """The best rewards of lines that depend on no others: pieces of rewards by the promotion's place in the book."""

    pieces: tuple[tuple[int, int, tuple[Share, ...]], ...] = ()
    is_exact: bool = True


KnownLine = tuple[PromotionLine, int, int]
"""A line that takes part, the promotions that touch it and those that count it."""
Remembered = tuple[object, Solved]
"""What was solved, and its solution."""


class PromotionMemory(msgspec.Struct, frozen=True, eq=False):
    """What one search hands to the next one of the same basket: solved lines and groups of lines.

    It is never changed, holds no more than one basket, and only saves time: a search without it answers the same.
    Two memories are equal, so that two answers are when their rewards are.
    """

    book: object = None
    lines: Mapping[int, KnownLine] = {}
    solved: Mapping[tuple[int, int], Remembered] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PromotionMemory)

    def __hash__(self) -> int:
        return 0


class Rewards(msgspec.Struct, frozen=True):
    """The answer: rewards in the order of priority and code, and whether no better combination exists for certain.

    `is_exact` False says that the basket was too entangled for the exact search, and the documented rule was used.
    """

    rewards: tuple[Reward, ...] = ()
    saved_minor: int = 0
    is_exact: bool = True
    hints: tuple[Hint, ...] = ()
    memory: PromotionMemory = PromotionMemory()
