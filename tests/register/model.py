"""What a lane must show after any sequence of acts, told again in the plainest way.

It shares no code with the product but the catalogue's figures: prices are Decimals, lines are dictionaries, and what
is in the till is added up as it comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

PRICES: Final = {
    "CAFE": Decimal("45.50"),
    "AGUA": Decimal("10.00"),
    "LIBRO": Decimal("199.90"),
    "JABON": Decimal("12.345"),
    "20001": Decimal("329.00"),
    "FREE": Decimal(0),
}
CHANGE_SECONDS: Final = 60


@dataclass
class ModelLine:
    """A line: `voids` is the number of the line it takes back."""

    sku: str
    quantity: Decimal
    operator: str
    born: int
    is_label: bool = False
    voids: int = 0
    is_voided: bool = False

    @property
    def cents(self) -> int:
        """What the line comes to."""
        exact = self.quantity * PRICES[self.sku] * 100
        return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@dataclass
class ModelBasket:
    """A basket: its lines, what was taken of its price (net of change), and the line last touched."""

    lines: list[ModelLine] = field(default_factory=list)
    paid: list[tuple[str, int]] = field(default_factory=list)
    touched: int = 0
    is_resumed: bool = False

    @property
    def total(self) -> int:
        """What the basket comes to, in cents."""
        return sum(line.cents for line in self.lines)

    @property
    def balance(self) -> int:
        """What is still to pay."""
        return self.total - sum(amount for _, amount in self.paid)

    def add(self, line: ModelLine) -> None:
        """Add a line, or add to the last one if it is the same and was touched last."""
        last = self.lines[-1] if self.lines else None
        is_same = (
            last is not None
            and self.touched == len(self.lines)
            and not last.voids
            and not last.is_label
            and not line.is_label
            and (last.sku, last.operator) == (line.sku, line.operator)
            and (last.quantity > 0) == (line.quantity > 0)
        )
        if last is not None and is_same:
            last.quantity += line.quantity
        else:
            self.lines.append(line)
            self.touched = len(self.lines)

    def void(self, number: int, operator: str, now: int) -> None:
        """Take a line back by a counter-line."""
        line = self.lines[number - 1]
        line.is_voided = True
        self.lines.append(ModelLine(line.sku, -line.quantity, operator, now, line.is_label, number))
        self.touched = 0

    def change(self, number: int, quantity: Decimal, operator: str, now: int) -> None:
        """Give a line another quantity: in place while it is young and its maker's."""
        line = self.lines[number - 1]
        if line.operator == operator and 0 <= now - line.born <= CHANGE_SECONDS:
            line.quantity = quantity
            self.touched = number
            return
        self.void(number, operator, now)
        self.lines.append(ModelLine(line.sku, quantity, operator, now))
        self.touched = len(self.lines)


@dataclass
class ModelLane:
    """A lane: who is on, which shift, which baskets, and what came of all sales."""

    operator: str = ""
    shift: int = 0
    is_open: bool = False
    now: int = 0
    z_at: int | None = None
    """When the last Z was drawn; none may be before it."""
    basket: ModelBasket = field(default_factory=ModelBasket)
    suspended: dict[str, ModelBasket] = field(default_factory=dict)
    receipts: int = 0
    copies: dict[int, int] = field(default_factory=dict)
    float_cents: int = 0
    cash: int = 0
    sold: int = 0
    counted: list[int] = field(default_factory=list)
    grand_total: int = 0

    @property
    def is_ready(self) -> bool:
        """Whether anything can be sold."""
        return bool(self.operator) and self.is_open

    @property
    def may_change(self) -> bool:
        """Whether the basket's lines can change."""
        return self.is_ready and not self.basket.paid

    def post(self) -> None:
        """The basket is paid: a count of the till from before it holds no longer."""
        self.counted = []
        self.receipts += 1
        self.sold += self.basket.total
        self.grand_total += self.basket.total
        self.cash += sum(amount for kind, amount in self.basket.paid if kind == "cash")
        self.basket = ModelBasket()
