"""Price lists of a real Tryton, as they come down: each price is the one that Tryton's own sales reckon."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from config.settings import LaneSettings, Settings
from domain.money import MICRO
from domain.price_list import Price, PriceBook, build_price_book, find_price
from domain.price_rule import PricedItem
from sync.feed import Feed, Page, PriceListRow
from sync.tryton import TrytonConnector
from sync.tryton_document import Store
from tests.kit.counted import Record, record_count
from tests.kit.tryton_client import TrytonClient
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import Way
from tests.sync.shop import StillClock

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("America/Mexico_City")
NOON = datetime(2026, 11, 24, 12, tzinfo=ZONE)
QUANTITIES = ("1", "2.5", "3", "5", "9.999", "10", "49", "50", "120")
RATES = {"general": Decimal("0.16"), "border": Decimal("0.08"), "zero": Decimal(0), "exempt": Decimal(0)}
NEAR = 200
"""Tryton rounds a price without taxes to four decimals: with them that is two of the last in millionths."""


def pull(server: TrytonServer) -> Page:
    settings, clock = Settings(lane=LaneSettings(id="7")), StillClock()
    return TrytonConnector(Way(server).link(), settings, Store(2, ZONE), clock).pull(Feed.PRICES, "")


def book_of(page: Page) -> PriceBook:
    book = build_price_book([row.price_list for row in page.rows if isinstance(row, PriceListRow)], {})
    assert book.flaws == {}
    return book


def test_every_price_of_every_list_is_the_one_that_tryton_s_own_sales_reckon(
    tryton: TrytonServer, client: TrytonClient, record_property: Record
) -> None:
    page = pull(tryton)
    book, rpc = book_of(page), Way(tryton).rpc()
    rows = [row for row in client.ask("changes", lane="7", feed="items", limit=100)["rows"] if row["department"]]
    taxes = {tax["mostrador_code"]: tax["id"] for tax in rpc.read("account.tax", [], ["mostrador_code"], limit=9)}
    compared = 0
    for one in page.rows:
        for tax_class, code in (("general", "iva16"), ("border", "iva8"), ("zero", "iva0"), ("exempt", "")):
            own = [taxes[code]] if code else []
            ids = [int(row["id"]) for row in rows if row["tax_class"] == tax_class]
            for quantity in QUANTITIES:
                context = {"price_list": int(one.erp_id), "quantity": float(quantity), "taxes": own}
                read = rpc.call("product.product", "read", ids, ["sale_price_uom"], context=context)
                theirs = {str(record["id"]): record["sale_price_uom"] for record in read}
                for row in (row for row in rows if row["id"] in theirs):
                    compared += _compare(book, one, row, quantity, theirs[row["id"]])
    record_count(record_property, f"tryton 8.2 price lists: {compared} prices equal")
    assert compared == 3 * 41 * len(QUANTITIES)


def _compare(book: PriceBook, one: Any, row: dict[str, Any], quantity: str, net: Decimal | None) -> int:
    """Hold the lane's price against Tryton's, which is without taxes."""
    item = PricedItem(
        row["sku"],
        _micro(row["price"]),
        _micro(row["cost"]) if row["cost"] else None,
        departments=(row["department"],),
    )
    ours = find_price(book, one.price_list.code, item, _micro(quantity), NOON, ZONE)
    assert isinstance(ours, Price), ours
    expected = _micro(net * (1 + RATES[row["tax_class"]])) if net is not None else item.list_price_micro
    assert abs(ours.unit_price_micro - expected) <= NEAR, (one.price_list, row, quantity, net, ours)
    return 1


def _micro(value: object) -> int:
    return round(Decimal(str(value)) * MICRO)


def test_what_lanes_can_reckon_comes_as_rules_and_what_they_cannot_as_prices(tryton: TrytonServer) -> None:
    lists = {row.price_list.name: row.price_list for row in pull(tryton).rows if isinstance(row, PriceListRow)}
    assert list(lists) == ["Mayoreo", "Costo", "Caro"]
    assert [len(one.rules) for one in lists.values()] == [12, 2, 43]
    assert {rule.scope.value for rule in lists["Caro"].rules} == {"item"}


def test_a_list_that_has_no_words_is_left_out_and_said_once(tryton: TrytonServer, client: TrytonClient) -> None:
    settings, clock = Settings(lane=LaneSettings(id="7")), StillClock()
    connector = TrytonConnector(Way(tryton).link(), settings, Store(2, ZONE), clock)
    page = connector.pull(Feed.PRICES, "")
    (note,) = page.notes
    assert note.startswith("the price list Roto does not come down: ")
    assert "unit_price / (list_price - 50)" in note
    clock.seconds += 86_400
    assert connector.pull(Feed.PRICES, page.checkpoint) == Page(checkpoint=page.checkpoint)
    rows = {row["code"]: row["price_list"] for row in client.ask("changes", lane="7", feed="customers")["rows"]}
    first = page.rows[0]
    assert isinstance(first, PriceListRow)
    assert (rows["C00005"], rows["C00001"]) == (first.price_list.code, "")
