"""Price lists as our module in a Tryton tells them, read as the lane's own. The real ones are in tests/erp."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from domain.money import MICRO
from domain.price_rule import PriceBasis, PriceList, PriceRule, PriceWay, RuleScope
from sync.errors import Denied
from sync.feed import PriceListRow
from sync.secret import Secret
from sync.transport import Origin, Transport
from sync.tryton_link import TrytonLink
from sync.tryton_prices import TrytonPrices
from tests.sync.shop import StillClock

ALL: dict[str, Any] = {"scope": "all", "target": "", "min": "0"}
RULES: list[dict[str, Any]] = [
    {"id": 1, "scope": "item", "target": "A", "min": "3", "way": "fixed", "price": "9.5"},
    {"id": 2, "scope": "department", "target": "c1", "min": "0", "way": "list", "percent": "12.5", "surcharge": "0"},
    {"id": 3, **ALL, "way": "cost", "percent": "30", "surcharge": "0.5"},
    {"id": 4, **ALL, "min": "10", "way": "list", "percent": "10", "surcharge": "-1"},
]


class Told:
    """A Tryton that has some price lists."""

    def __init__(self, rules: list[dict[str, Any]] = RULES) -> None:
        self.rows: Any = [{"id": "4", "code": "p4", "name": "Wholesale", "rules": rules}]
        self.notes = ["the price list X does not come down: why"]
        self.asked = 0
        self.clock = StillClock()

    def prices(self) -> TrytonPrices:
        transport = Transport(Origin("http://127.0.0.1"), self.clock, handler=self._answer)
        return TrytonPrices(TrytonLink(transport, "shop", Secret("k")), "7", self.clock)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        assert json.loads(request.content)["feed"] == "prices"
        return httpx.Response(200, json={"rows": self.rows, "notes": self.notes})


def test_each_way_of_a_rule_is_one_of_the_lane_s() -> None:
    page = Told().prices().pull("")
    (row,) = page.rows
    assert isinstance(row, PriceListRow)
    assert row.price_list == PriceList(
        code="p4",
        name="Wholesale",
        rules=(
            PriceRule(1, RuleScope.ITEM, "A", 3 * MICRO, fixed_price_micro=9_500_000),
            PriceRule(2, RuleScope.DEPARTMENT, "c1", way=PriceWay.PERCENTAGE, percent_micro=12_500_000),
            PriceRule(3, way=PriceWay.FORMULA, basis=PriceBasis.COST, markup_micro=30_000_000, surcharge_micro=500_000),
            PriceRule(
                4,
                min_quantity_micro=10 * MICRO,
                way=PriceWay.FORMULA,
                discount_micro=10_000_000,
                surcharge_micro=-1_000_000,
            ),
        ),
    )
    assert page.notes == ("the price list X does not come down: why",)


def test_they_are_asked_for_now_and_then_and_told_when_they_are_others() -> None:
    told = Told()
    prices = told.prices()
    first = prices.pull("")
    assert (prices.pull(first.checkpoint).rows, told.asked) == ((), 1)
    told.clock.seconds += 601
    again = prices.pull(first.checkpoint)
    assert (again.rows, again.checkpoint, told.asked) == ((), first.checkpoint, 2)
    told.clock.seconds += 601
    told.rows = []
    none = prices.pull(first.checkpoint)
    assert (none.rows, none.checkpoint == first.checkpoint) == ([], False)


@pytest.mark.parametrize(
    "wrong",
    [{"way": "luck"}, {"scope": "shelf"}, {"min": "many"}, {"min": None}, {"way": "list"}],
)
def test_a_rule_that_cannot_be_read_is_said(wrong: dict[str, Any]) -> None:
    with pytest.raises(Denied, match="cannot be read"):
        Told([RULES[0] | wrong]).prices().pull("")
