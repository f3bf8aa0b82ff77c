"""The UCI Online Retail log as days of invoices, and what a right till must report of each day.

`baskets_uci.csv.gz` and `oracle_uci.json` lie in the shared folder beside the checkout; the oracle was worked out
from the raw file by code that is not ours. Its words, as the log itself shows (`test_uci.py` proves it of every day):

- an invoice is whatever has one `basket_id`; its lines stand on one day;
- a credit note is an invoice whose number begins with C; all its quantities are negative, and nobody else's are
  but those of stock adjustments, which cost nothing;
- a sale basket is any other invoice with at least one line of the kind `sale`;
- the numbers that begin with A write off bad debt, two of the three by a negative unit price;
- the amount of a line is quantity × unit price, rounded half away from zero where it has fractions of a penny.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Collection, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

FOLDER: Final = Path(__file__).parents[2].parent / "shared" / "data"
LOG: Final = FOLDER / "baskets_uci.csv.gz"
ORACLE: Final = FOLDER / "oracle_uci.json"
MILLS: Final = 1000

needs_log = pytest.mark.skipif(
    not (LOG.exists() and ORACLE.exists()),
    reason="the UCI log is not there: it lies in the shared folder beside the checkout (data/baskets_uci.csv.gz)",
)


class LogLine(NamedTuple):
    """A line of the log; the unit price in thousandths of a pound, perhaps negative."""

    sku: str
    quantity: int
    price_mills: int
    kind: str

    @property
    def amount_pence(self) -> int:
        """What it comes to, in pence."""
        mills = self.quantity * self.price_mills
        return (abs(mills) + 5) // 10 * (1 if mills > 0 else -1)

    @property
    def is_return(self) -> bool:
        """Say whether a till has to sell it as a negative quantity."""
        return (self.quantity < 0) != (self.price_mills < 0)


class Invoice(NamedTuple):
    """An invoice of the log."""

    number: str
    lines: list[LogLine]

    @property
    def is_credit_note(self) -> bool:
        """Say whether it is one."""
        return self.number.startswith("C")

    @property
    def is_sale_basket(self) -> bool:
        """Say whether something was sold on it."""
        return not self.is_credit_note and any(line.kind == "sale" for line in self.lines)

    @property
    def is_return(self) -> bool:
        """Say whether a till takes it for a return: nothing in it is positive."""
        return all(line.is_return for line in self.lines)


class Day(NamedTuple):
    """A day of the log, invoices in the order of their first lines."""

    date: str
    invoices: list[Invoice]

    @property
    def lines(self) -> list[LogLine]:
        """All lines."""
        return [line for invoice in self.invoices for line in invoice.lines]

    @property
    def net_pence(self) -> int:
        """What the day comes to."""
        return sum(line.amount_pence for line in self.lines)


class KindSum(NamedTuple):
    """What an oracle's day says of a kind."""

    lines: int
    units: int
    amount_pence: int


class Expected(NamedTuple):
    """An oracle's day."""

    sale_baskets: int
    credit_notes: int
    invoices: int
    lines: int
    net_pence: int
    kinds: dict[str, KindSum]


def read_days(wanted: Collection[str] | None = None) -> Iterator[Day]:
    """Yield the days of the log, or those wanted, as they come."""
    with gzip.open(LOG, "rt", encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        head = next(rows)
        at = [head.index(name) for name in ("basket_id", "timestamp", "sku", "quantity", "unit_price", "kind")]
        for date, day_rows in groupby(rows, key=lambda row: row[at[1]][:10]):
            if wanted is None or date in wanted:
                yield _day(date, ([row[i] for i in at] for row in day_rows))


@cache
def read_oracle() -> dict[str, Expected]:
    """Return what a right till must report, by day."""
    return {date: _expected(day) for date, day in json.loads(ORACLE.read_text(encoding="utf-8"))["per_day"].items()}


def _day(date: str, rows: Iterator[list[str]]) -> Day:
    invoices: dict[str, list[LogLine]] = {}
    for number, _, sku, quantity, price, kind in rows:
        invoices.setdefault(number, []).append(LogLine(sku, int(quantity), _scaled(price, 3), kind))
    return Day(date, [Invoice(number, lines) for number, lines in invoices.items()])


def _expected(day: dict[str, Any]) -> Expected:
    kinds = {
        kind: KindSum(row["lines"], row["units"], _scaled(row["amount"], 2)) for kind, row in day["by_kind"].items()
    }
    return Expected(
        day["sale_baskets"], day["credit_notes"], day["invoices_any"], day["lines"], _scaled(day["net"], 2), kinds
    )


def _scaled(text: str, digits: int) -> int:
    """Read a decimal of the files as a whole number; a way of our own, for the product's is what is tried."""
    whole, _, fraction = text.partition(".")
    assert len(fraction) <= digits, text
    return int(whole + fraction.ljust(digits, "0"))
