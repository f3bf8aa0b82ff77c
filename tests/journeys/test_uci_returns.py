"""The returns of a real log taken back from the very sales they belong to: per day and per customer to the penny.

A line of a credit note is matched to earlier lines of the same item, at the same price, to the same customer, as far as
anything of them is left; what is left over comes back without a receipt. What the lane then has sold and taken back is
held against `oracle_uci_customers.json` and, of the whole log, `oracle_uci.json`, both made by code that is not ours.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from config.settings import SellingSettings, StoreSettings
from domain.intent import AddItem, AddTender
from domain.intent_return import ReturnItem, ReturnLines
from domain.money import MICRO
from domain.outcome import SalePosted
from domain.refusal import Refused
from storage.verify import verify
from tests.journeys.uci import FOLDER, LOG, MILLS, LogLine, _scaled, needs_log, read_oracle
from tests.kit.lane import Shop, make_shop

CUSTOMERS: Final = FOLDER / "oracle_uci_customers.json"
REASON: Final = "Other"
MOST_LINES: Final = 700
FEW: Final = 30

pytestmark = [
    needs_log,
    pytest.mark.skipif(
        not CUSTOMERS.exists(), reason="the oracle of customers is not there (data/oracle_uci_customers.json)"
    ),
]


class Bought(NamedTuple):
    """An invoice or a credit note of somebody."""

    number: str
    customer: str
    date: str
    lines: list[LogLine]


class Expected(NamedTuple):
    """What a right till has of a customer."""

    sales_pence: int
    returns_pence: int
    sale_lines: int
    return_lines: int


class Left(NamedTuple):
    """A sold line of which something is left."""

    receipt: int
    line_no: int


def read_customers() -> dict[str, Expected]:
    """Return the oracle's customers; those without a number are one."""
    found = json.loads(CUSTOMERS.read_text(encoding="utf-8"))["per_customer"]
    return {code: Expected(_scaled(s, 2), _scaled(r, 2), n, m) for code, (s, r, n, m) in found.items()}


def read_bought(wanted: Collection[str] | None) -> Iterator[Bought]:
    """Yield what some customers, or all, bought and gave back, as the log has it: sold and returned goods alone."""
    with gzip.open(LOG, "rt", encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        kept = (r for r in rows if r["kind"] in ("sale", "return") and (wanted is None or r["customer"] in wanted))
        for (number, customer), group in groupby(kept, key=lambda r: (r["basket_id"], r["customer"])):
            own = list(group)
            lines = [LogLine(r["sku"], int(r["quantity"]), _scaled(r["unit_price"], 3), r["kind"]) for r in own]
            yield Bought(number, customer, own[0]["timestamp"][:10], lines)


class Replay:
    """A lane that sells a log, and what was sold to whom."""

    def __init__(self, folder: Path, bought: Iterable[Bought]) -> None:
        """Open a store in pounds without tax."""
        store = StoreSettings(name="UCI", country="generic", currency="GBP", language="en", time_zone="UTC")
        self.shop: Shop = make_shop(folder, is_ready=False, store=store, selling=SellingSettings(max_quantity=100_000))
        self.bought = list(bought)
        self.left: dict[tuple[str, str, int], dict[Left, int]] = defaultdict(dict)
        self.owners: dict[int, str] = {}
        self.matched = self.unmatched = 0
        self.shop.clock.at = datetime(2010, 12, 1, tzinfo=UTC)
        self.shop.sign_on()
        skus = sorted({line.sku for one in self.bought for line in one.lines})
        with self.shop.db.atomic():
            self.shop.db.many(
                "INSERT INTO item (item_id, sku, name, department, tax_class, unit_price_micro, uom, uom_digits,"
                " is_weighed, is_for_sale) VALUES (?, ?, ?, 'uci', 'exempt', NULL, 'pc', 0, 0, 1)",
                [(10_000 + n, f"uci {sku}", sku) for n, sku in enumerate(skus)],
            )

    def run(self) -> None:
        """Sell and take back everything, a shift for a day."""
        for date, day in groupby(self.bought, key=lambda one: one.date):
            self.shop.clock.at = datetime.fromisoformat(f"{date}T08:00:00+00:00")
            self.ask_well(self.shop.register.open_shift(0))
            for one in day:
                self.sell(one, [line for line in one.lines if line.quantity * line.price_mills >= 0])
                self.take_back(one, [line for line in one.lines if line.quantity * line.price_mills < 0])
            report = self.shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
            self.ask_well(self.shop.register.close_shift(0)) if not report.till.expected_minor else self.close()

    def close(self) -> None:
        """Close a shift whose till is not counted: the second count holds whatever it says."""
        self.shop.register.close_shift(0)
        self.ask_well(self.shop.register.close_shift(0))

    def ask_well(self, answer: object) -> object:
        """Return an answer that is no refusal."""
        assert not isinstance(answer, Refused), answer
        return answer

    def pay(self, one: Bought) -> int:
        """Pay in cash and return the receipt's number."""
        posted = self.ask_well(self.shop.register.perform(AddTender("cash")))
        assert isinstance(posted, SalePosted)
        self.owners[posted.receipt_number] = one.customer
        return posted.receipt_number

    def sell(self, one: Bought, lines: list[LogLine]) -> None:
        """Sell the lines of an invoice."""
        sold = [line for line in lines if line.quantity > 0]
        if not sold:
            return
        for line in sold:
            price = line.price_mills * (MICRO // MILLS)
            self.ask_well(self.shop.register.perform(AddItem(f"uci {line.sku}", line.quantity * MICRO, price)))
        receipt = self.pay(one)
        for line_no, line in enumerate(sold, 1):
            if line.price_mills % 10 == 0:
                self.left[one.customer, line.sku, line.price_mills][Left(receipt, line_no)] = line.quantity

    def take_back(self, one: Bought, lines: list[LogLine]) -> None:
        """Take the lines of a credit note back: receipt by receipt, and then what has none."""
        wanted: dict[int, dict[str, int]] = defaultdict(dict)
        blind: list[tuple[LogLine, int]] = []
        for line in lines:
            rest = -line.quantity
            pieces = self.left[one.customer, line.sku, line.price_mills] if one.customer else {}
            for place in list(pieces):
                taken = min(rest, pieces[place])
                key = str(place.line_no)
                wanted[place.receipt][key] = wanted[place.receipt].get(key, 0) + taken * MICRO
                pieces[place] -= taken
                rest -= taken
                if not pieces[place]:
                    del pieces[place]
                if not rest:
                    break
            self.matched += not rest
            self.unmatched += bool(rest)
            if rest:
                blind.append((line, rest))
        for receipt, asked in wanted.items():
            self.ask_well(self.shop.register.perform(ReturnLines(str(receipt), REASON, asked)))
            self.pay(one)
        for line, rest in blind:
            price = line.price_mills * (MICRO // MILLS)
            self.ask_well(self.shop.register.perform(ReturnItem(f"uci {line.sku}", REASON, rest * MICRO, price)))
        if blind:
            self.pay(one)


def hold(replay: Replay, customers: dict[str, Expected]) -> None:
    """Hold what the lane has against the log, day by day, and the oracle, customer by customer."""
    db = replay.shop.db
    per_day: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in replay.bought:
        for line in one.lines:
            per_day[one.date][line.kind == "return"] += line.amount_pence
    rows = db.all(
        "SELECT s.receipt_number, s.business_date, sum(max(l.gross_minor, 0)), sum(min(l.gross_minor, 0))"
        " FROM sale s JOIN sale_line l USING (receipt_number) GROUP BY s.receipt_number"
    )
    days: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for receipt, date, sold, back in rows:
        for found in (days[date], sums[replay.owners[receipt]]):
            found[0] += sold
            found[1] += back
    assert days == per_day
    assert {code: tuple(found) for code, found in sums.items()} == {
        code: (one.sales_pence, one.returns_pence) for code, one in customers.items() if code in sums
    }
    over = db.all(
        "SELECT r.of_folio FROM sale_return r JOIN sale_line l ON l.receipt_number = r.of_receipt"
        " AND l.line_no = r.of_line_no GROUP BY r.of_folio, r.of_line_no"
        " HAVING sum(r.quantity_micro) > max(l.quantity_micro)"
    )
    assert over == []
    assert verify(db).discrepancies == ()


def test_what_some_customers_gave_back_is_taken_from_their_own_sales(fast_folder: Path) -> None:
    customers = read_customers()
    fit = [code for code, one in customers.items() if code and one.sale_lines + one.return_lines <= MOST_LINES]
    chosen = sorted(fit, key=lambda code: -customers[code].return_lines)[:FEW]
    replay = Replay(fast_folder, read_bought(chosen))
    replay.run()
    assert set(replay.owners.values()) == set(chosen)
    assert replay.matched + replay.unmatched == sum(customers[code].return_lines for code in chosen)
    assert replay.matched > 2 * replay.unmatched
    hold(replay, {code: customers[code] for code in chosen})
    replay.shop.db.close()


@pytest.mark.slow
def test_the_whole_log_with_its_returns_gives_both_oracles(fast_folder: Path) -> None:
    customers = read_customers()
    replay = Replay(fast_folder, read_bought(None))
    replay.run()
    assert replay.matched + replay.unmatched == sum(one.return_lines for one in customers.values())
    hold(replay, customers)
    oracle = read_oracle()
    days = replay.shop.db.all(
        "SELECT s.business_date, sum(max(l.gross_minor, 0)), sum(min(l.gross_minor, 0))"
        " FROM sale s JOIN sale_line l USING (receipt_number) GROUP BY s.business_date"
    )
    for date, sold, back in days:
        kinds = oracle[date].kinds
        assert sold == (kinds["sale"].amount_pence if "sale" in kinds else 0)
        assert back == (kinds["return"].amount_pence if "return" in kinds else 0)
    replay.shop.db.close()
