"""Random classes of taxes and baskets, the same for our engine and for Tryton."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import NamedTuple

from domain.money import MICRO
from domain.tax import TaxClass, TaxKind, TaxRate

RATES_PPM = (0, 20_000, 50_000, 73_330, 80_000, 100_000, 160_000, 190_000, 210_000, 265_000, 530_000, -50_000)
DIVISIONS_PPM = (200_000, 500_000, 360_000, 375_000)
"""Division rates whose percentage has few decimals: 25, 100, 56.25, 60 %."""

AMOUNTS_MICRO = (10_000, 125_000, 333_300, 1_270_000)


class Bought(NamedTuple):
    """A line: its tax class, quantity and unit price."""

    tax_class: str
    quantity_micro: int
    unit_price_micro: int


class Taxes:
    """Draws taxes with numbers of their own."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.count = 0

    def rate(self, included: bool, is_child: bool = False) -> TaxRate:
        """Return a tax; a child has no children and updates no price, as Tryton demands."""
        kinds = [TaxKind.PERCENT] * 6 + [TaxKind.FIXED] * 2 + [TaxKind.DIVISION] + [TaxKind.GROUP] * 2 * (not is_child)
        kind = self.random.choice(kinds)
        self.count += 1
        number = self.count
        rates = DIVISIONS_PPM if kind is TaxKind.DIVISION else RATES_PPM
        has_rate = kind in (TaxKind.PERCENT, TaxKind.DIVISION)
        members = range(self.random.randint(1, 3) if kind is TaxKind.GROUP else 0)
        return TaxRate(
            f"t{number}",
            f"Tax {number}",
            self.random.choice(rates) if has_rate else 0,
            included,
            kind,
            self.random.choice(AMOUNTS_MICRO) if kind is TaxKind.FIXED else 0,
            include_base_amount=not is_child and self.random.random() < 0.4,
            sequence=self.random.randint(0, 2),
            tax_id=number,
            has_negative_factor=kind is TaxKind.PERCENT and not included and self.random.random() < 0.1,
            children=tuple(self.rate(included, True) for _ in members),
        )


def draw_classes(random: Random) -> dict[str, TaxClass]:
    """Return some classes: with taxes in the price or on top, two of them with the same taxes, and an exempt one."""
    taxes = Taxes(random)
    pools = {included: [taxes.rate(included) for _ in range(4)] for included in (True, False)}
    classes = {"x": TaxClass("x", "Exempt")}
    for code in "abcd":
        pool = pools[random.random() < 0.6]
        classes[code] = TaxClass(code, code, tuple(random.sample(pool, random.choice((1, 1, 2, 2, 3)))))
    return classes | {"e": TaxClass("e", "As a", classes["a"].rates)}


def draw_lines(random: Random, codes: list[str]) -> list[Bought]:
    """Return the lines of a basket, some of them returned, some weighed, prices with two to four decimals."""
    return [_draw_line(random, codes) for _ in range(random.randint(1, 12))]


def _draw_line(random: Random, codes: list[str]) -> Bought:
    decimals = random.choice((2, 2, 2, 3, 4))
    price = random.randint(5 * 10**decimals, 60 * 10**decimals) * 10 ** (6 - decimals)
    quantity = random.choice((1, 1, 2, 3, 12)) * MICRO if random.random() < 0.8 else random.randint(200, 3_000) * 1_000
    return Bought(random.choice(codes), -quantity if random.random() < 0.15 else quantity, price)


def decimal(scaled: int, digits: int = 6) -> Decimal:
    """Return a scaled whole number as the decimal that it stands for."""
    return Decimal(scaled).scaleb(-digits)
