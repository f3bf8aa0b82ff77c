"""Days that were hard on a real Odoo: discounts, parts of receipts that come back, invoices, real time-outs."""

from __future__ import annotations

import os
import random
import urllib.parse
from pathlib import Path

import msgspec
import pytest

from domain import intent
from domain.account_intent import SetInvoice
from domain.intent_return import ReturnLines
from domain.money import MICRO
from domain.outcome import SalePosted
from domain.reconciliation import DifferenceKind
from storage.erp_rows import find_erp_id
from sync.clock import Clock
from sync.feed import Feed
from sync.odoo import OdooConnector, make_odoo
from sync.odoo_session import CLOSED, Sessions
from sync.reconcile import compare_shift
from sync.round import Sync
from tests.kit.lane import Shop
from tests.live.odoo.busy_day import LostAnswers, close, do, sync_until_quiet, work
from tests.live.odoo.store import ADDRESS, make_live_shop, settings_of
from tests.sync.fault_proxy import Fault, FaultProxy, to_port
from tests.sync.shop import paths_of

pytestmark = pytest.mark.skipif(not ADDRESS, reason="no MOSTRADOR_ODOO_URL: there is no real Odoo to ask")


def goods(shop: Shop) -> list[str]:
    """Return what has a code, costs something and needs no scale."""
    rows = shop.db.all(
        "SELECT DISTINCT sku FROM item_code JOIN item USING (item_id) WHERE is_for_sale AND unit_price_micro > 0"
        " AND uom_digits = 0 AND rules = '' ORDER BY sku"
    )
    return [sku for (sku,) in rows if find_erp_id(shop.db, Feed.ITEMS, sku)]


def sell(shop: Shop, chance: random.Random, skus: list[str], *more: intent.Intent) -> int:
    """Sell three things with a part or an amount off; return the receipt's number."""
    for sku in chance.sample(skus, min(3, len(skus))):
        do(shop, intent.AddItem(sku, chance.randint(2, 5) * MICRO))
    off = chance.choice([{"percent_ppm": 73_000}, {"percent_ppm": 150_000}, {"amount_minor": 101}])
    for one in (intent.DiscountBasket(reason="buen cliente", **off), *more):
        do(shop, one)
    posted = do(shop, intent.AddTender("cash"))
    assert isinstance(posted, SalePosted)
    return posted.receipt_number


def assert_whole(shop: Shop, connector: OdooConnector, shift_id: int) -> None:
    """Assert that a shift's session is closed, and that Odoo has each of its documents once, with its total."""
    lane = shop.settings.lane.id
    session = Sessions(connector.rpc, connector.shop()).find(lane, shift_id)
    assert session is not None
    assert session["state"] == CLOSED
    different = compare_shift(shop.db, connector, lane, shift_id).differences
    assert [one for one in different if one.kind is not DifferenceKind.SUM] == []
    assert [one for one in different if abs((one.lane_minor or 0) - (one.erp_minor or 0)) > len(different)] == []


def test_discounts_and_parts_of_receipts_that_come_back_close_clean(tmp_path: Path) -> None:
    """Also in the next shift, when the session of the sale is closed."""
    settings, chance = settings_of(tmp_path), random.Random(3)
    connector, shop = make_odoo(settings, paths_of(settings), Clock()), make_live_shop(tmp_path, settings)
    sync = Sync(shop.db, connector, settings, Clock(), lambda _: None)
    assert sync.round().problem == ""
    shop.begin(50_000_000)
    skus = goods(shop)
    receipts = [sell(shop, chance, skus) for _ in range(20)]
    sell(shop, chance, skus, SetInvoice("XAXX010101000", "Mostrador", postcode="06000", email="a@example.com"))
    lost = LostAnswers(connector, chance, 0.5)
    for shift_id in (1, 2):
        for receipt in receipts[shift_id::2]:
            do(shop, ReturnLines(str(receipt), "Otro", {"1": MICRO, "2": MICRO}))
            do(shop, intent.AddTender("cash"))
        close(shop)
        sync_until_quiet(shop, sync)
        assert shop.db.all("SELECT document_id, reason FROM outbox WHERE state = 'rejected'") == []
        assert_whole(shop, connector, shift_id)
        if shift_id == 1:
            shop.register.open_shift(50_000_000)
    assert lost.lost > 0
    connector.close()
    shop.db.close()


def test_a_day_through_real_time_outs_arrives_once(tmp_path: Path) -> None:
    settings, chance = settings_of(tmp_path), random.Random(3)
    port = urllib.parse.urlsplit(os.environ["MOSTRADOR_ODOO_URL"]).port or 8069
    kinds = [kind for kind in Fault if kind not in (Fault.PORTAL, Fault.LATE)]
    proxy = FaultProxy(to_port(port), chance, risk=0.0, kinds=kinds)
    with proxy.open():
        erp = msgspec.structs.replace(settings.erp, url=proxy.url, read_seconds=2)
        settings = msgspec.structs.replace(settings, erp=erp)
        connector, shop = make_odoo(settings, paths_of(settings), Clock()), make_live_shop(tmp_path, settings)
        sync = Sync(shop.db, connector, settings, Clock(), lambda _: None)
        assert sync.round().problem == ""
        shop.begin()
        wanted = goods(shop)[:5]
        rows = shop.db.all("SELECT sku, code FROM item_code JOIN item USING (item_id)")
        codes = [code for sku, code in rows if sku in wanted]
        more = work(shop, codes, 40)
        close(shop)
        proxy.risk = 0.12
        sync_until_quiet(shop, sync, 100)
        proxy.risk = 0.0
        assert proxy.faults[Fault.HANGS] > 0
        assert shop.db.all("SELECT document_id, reason FROM outbox WHERE state = 'rejected'") == []
        orders = connector.rpc.search("pos.order", [["pos_reference", "=like", f"{settings.lane.id}-%"]], ["uuid"])
        assert len(orders) == len({one["uuid"] for one in orders}) == 40 + more
        assert_whole(shop, connector, 1)
        connector.close()  # its kept-alive connections are what the proxy's threads wait for
    shop.db.close()
