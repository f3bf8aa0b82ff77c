"""What things cost and what they bring when they come back, told again in the plainest way.

The machines hold the register against it. It shares no code with the product but the catalogue's codes and prices:
money is fractions of what a line was paid, rounded half up once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Final

from hypothesis import strategies as st

from tests.kit.catalog import BOOK, COFFEE, WATER

CENTS: Final = {COFFEE: Fraction(4_550), WATER: Fraction(1_000), BOOK: Fraction(19_990)}
SKUS: Final = {COFFEE: "CAFE", WATER: "AGUA", BOOK: "LIBRO"}
CODES: Final = {sku: code for code, sku in SKUS.items()}
TAXES: Final = {"CAFE": ("iva16", 16), "AGUA": ("iva0", 0), "LIBRO": ("exempt:exempt", 0)}
"""The one tax of each thing, and its part of a hundred on top of the price without it."""
OFF_PPM: Final = 333_333
"""A third off leaves cents that do not divide."""
Wanted = list[tuple[str, int]]
"""Codes, and how many of each."""

baskets: Final[st.SearchStrategy[Wanted]] = st.lists(
    st.tuples(st.sampled_from(sorted(CENTS)), st.integers(1, 4)), min_size=1, max_size=3, unique_by=lambda b: b[0]
)


def half_up(value: Fraction) -> int:
    """Round half away from zero; never negative here."""
    return floor(value + Fraction(1, 2))


@dataclass(frozen=True)
class Money:
    """What a line comes to, and its tax and the tax's base."""

    cents: int
    base: int
    tax: int

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + other.cents, self.base + other.base, self.tax + other.tax)

    def __neg__(self) -> Money:
        return Money(-self.cents, -self.base, -self.tax)

    def part(self, pieces: int, of: int) -> Money:
        """Return what some of the pieces bear: what they bring, their tax, and the rest as its base."""
        cents, tax = (half_up(Fraction(figure * pieces, of)) for figure in (self.cents, self.tax))
        return Money(cents, cents - tax, tax)


NOTHING: Final = Money(0, 0, 0)


def money_of(sku: str, cents: int) -> Money:
    """Return a price with its tax taken out of it."""
    percent = TAXES[sku][1]
    tax = half_up(Fraction(cents * percent, 100 + percent))
    return Money(cents, cents - tax, tax)


@dataclass
class SoldLine:
    """A line that was sold: how many for how much, what of it is back here, and what came back elsewhere as told."""

    sku: str
    pieces: int
    money: Money
    back: int = 0
    brought: Money = field(default=NOTHING)
    elsewhere: int = 0

    @property
    def left(self) -> int:
        """How many can still come back."""
        return max(0, self.pieces - self.back - self.elsewhere)

    def take(self, pieces: int) -> Money:
        """Take pieces back and return what they bring: what all should have brought, less what they have."""
        gone = self.brought + self.money.part(self.elsewhere, self.pieces)
        self.back += pieces
        money = self.money.part(self.back + self.elsewhere, self.pieces) + -gone
        self.brought += money
        return money


def sold_line(code: str, pieces: int, *, is_uneven: bool) -> SoldLine:
    """Return the line of some pieces, a third off where it is uneven."""
    price = CENTS[code] * pieces * (1 - Fraction(OFF_PPM, 1_000_000) if is_uneven else 1)
    return SoldLine(SKUS[code], pieces, money_of(SKUS[code], half_up(price)))
