"""A store's year with loyalty discounts, store and maker coupons and fuel by the thousandth of a gallon.

`baskets_completejourney.csv.gz` and `oracle_completejourney.json` lie in the shared folder beside the checkout. What
the log says and how a till rings it up:

- an item at its unit price, of fuel with four decimals;
- a loyalty discount and a store coupon are amounts off the line, each under its own name;
- a maker's coupon is money: a tender of its own kind, because the maker pays it;
- a line without a quantity is no sale (a till has nothing to sell); the one of them that costs something is a fee,
  rung up by department; what coupons stand on such lines is tendered all the same.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from domain.intent import (
    AddItem,
    AddTender,
    CloseShift,
    DiscountLine,
    Intent,
    OpenShift,
    RingDepartment,
    SetCustomer,
    SignOn,
)
from domain.money import MICRO, parse_scaled
from tests.journeys.store import PIN, Store, open_store

FOLDER: Final = Path(__file__).parents[2].parent / "shared" / "data"
LOG: Final = FOLDER / "baskets_completejourney.csv.gz"
ORACLE: Final = FOLDER / "oracle_completejourney.json"
STORE: Final = "367"
LOYALTY: Final = "Loyalty"
STORE_COUPON: Final = "Store coupon"
MAKER_COUPON: Final = "voucher"
FEES: Final = "fee"
FLOAT_MINOR: Final = 10_000

needs_year = pytest.mark.skipif(
    not (LOG.exists() and ORACLE.exists()),
    reason="the store's year is not there: it lies in the shared folder beside the checkout (data/)",
)


class YearLine(NamedTuple):
    """A line of the log, its amounts in cents."""

    sku: str
    unit: str
    quantity_micro: int
    price_micro: int
    gross: int
    loyalty: int
    coupon: int
    maker: int

    @property
    def is_sold(self) -> bool:
        """Say whether the till has something to sell."""
        return self.quantity_micro != 0 or self.gross != 0


class YearBasket(NamedTuple):
    """A basket of the log."""

    customer: str
    lines: list[YearLine]

    @property
    def is_sold(self) -> bool:
        """Say whether anything in it is."""
        return any(line.is_sold for line in self.lines)

    @property
    def maker(self) -> int:
        """What the makers' coupons come to."""
        return sum(line.maker for line in self.lines)

    @property
    def paid(self) -> int:
        """What the customer pays."""
        return sum(line.gross - line.loyalty - line.coupon for line in self.lines) - self.maker


def read_year() -> Iterator[tuple[str, list[YearBasket]]]:
    """Yield the days of the year with their baskets."""
    with gzip.open(LOG, "rt", encoding="utf-8", newline="") as file:
        for date, rows in groupby(csv.DictReader(file), key=lambda row: row["timestamp"][:10]):
            yield date, [_basket(list(group)) for _, group in groupby(rows, key=lambda row: row["basket_id"])]


def read_oracle_year() -> dict[str, dict[str, Any]]:
    """Return what a right till must report, by day."""
    days: dict[str, dict[str, Any]] = json.loads(ORACLE.read_text(encoding="utf-8"))["per_day"][STORE]
    return days


def cents(text: str) -> int:
    """Return an amount of the log or the oracle in cents."""
    return _scaled(text, 2)


def _basket(rows: list[dict[str, str]]) -> YearBasket:
    return YearBasket(rows[0]["customer"], [_line(row) for row in rows])


def _line(row: dict[str, str]) -> YearLine:
    amounts = [cents(row[name]) for name in ("gross", "disc_loyalty", "disc_store_coupon", "mfr_coupon")]
    return YearLine(row["sku"], row["unit"], _scaled(row["quantity"], 6), _scaled(row["unit_price"], 6), *amounts)


def _scaled(text: str, digits: int) -> int:
    value = parse_scaled(text, digits)
    assert value is not None, text
    return value


def open_year_store(folder: Path) -> Store:
    """Return a store in dollars with no tax and no printer."""
    store = open_store(
        folder,
        store={"name": "367", "country": "generic", "currency": "USD", "language": "en", "time_zone": "UTC"},
        printers=[{"kind": "none"}],
    )
    store.add_operator()
    return store


def import_year(store: Store, days: list[tuple[str, list[YearBasket]]]) -> None:
    """Import what is sold in a year: items that ask for their price, fuel by the gallon, fees by department."""
    lines = (line for _, baskets in days for basket in baskets for line in basket.lines if line.quantity_micro)
    items = sorted({(line.sku, line.unit) for line in lines})
    path = store.home / "items.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("sku", "name", "price", "department", "tax_class", "unit"))
        rows.writerows(
            (f"{sku} {unit}", sku, "", "fuel" if unit == "gal" else "goods", "exempt", unit) for sku, unit in items
        )
    store.run_well("import", "items", str(path), "--strict")
    departments = store.home / "departments.csv"
    departments.write_text(f"code,name,tax_class,open_price,max_price\n{FEES},Fees,exempt,yes,100\n", encoding="utf-8")
    store.run_well("import", "departments", str(departments), "--strict")


def year_intents(days: list[tuple[str, list[YearBasket]]]) -> Iterator[Intent]:
    """Yield everything that is asked of the pipe; the till is always counted right."""
    yield SignOn("7", PIN)
    for _, baskets in days:
        sold = [basket for basket in baskets if basket.is_sold]
        yield OpenShift(FLOAT_MINOR)
        for basket in sold:
            yield from _sell(basket)
        yield CloseShift(FLOAT_MINOR + sum(basket.paid for basket in sold))


def _sell(basket: YearBasket) -> Iterator[Intent]:
    yield SetCustomer(basket.customer)
    line_no = 0
    for line in basket.lines:
        if not line.is_sold:
            continue
        if line.quantity_micro:
            yield AddItem(f"{line.sku} {line.unit}", line.quantity_micro, line.price_micro)
        else:
            yield RingDepartment(FEES, line.gross * (MICRO // 100))
        line_no += 1
        for name, amount in ((LOYALTY, line.loyalty), (STORE_COUPON, line.coupon)):
            if amount:
                yield DiscountLine(line_no, 0, amount, name)
    if basket.maker:
        yield AddTender(MAKER_COUPON, basket.maker)
    if basket.paid or not basket.maker:
        yield AddTender("cash")
