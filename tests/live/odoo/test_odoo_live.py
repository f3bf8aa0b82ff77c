"""The connector against a real Odoo, where one can be had. It sells into that Odoo: never name one that is in use.

MOSTRADOR_ODOO_URL, MOSTRADOR_ODOO_DATABASE, MOSTRADOR_ODOO_LOGIN, MOSTRADOR_ODOO_STORE
MOSTRADOR_ODOO_KEY_FILE   a file with the key
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from config.settings import ErpSettings, LaneSettings, Settings
from domain import intent
from domain.outcome import XRead
from domain.reconciliation import Dimension
from storage.connection import LedgerDatabase
from storage.erp_rows import find_erp_id
from sync.clock import Clock
from sync.feed import Feed
from sync.feed_pull import FeedPull
from sync.feed_take import make_takers
from sync.odoo import OdooConnector, make_odoo
from sync.reconcile import ShiftRef
from sync.round import Sync
from tests.kit.lane import make_shop
from tests.sync.shop import paths_of

ADDRESS = os.environ.get("MOSTRADOR_ODOO_URL", "")

pytestmark = pytest.mark.skipif(not ADDRESS, reason="no MOSTRADOR_ODOO_URL: there is no real Odoo to ask")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    erp = ErpSettings(
        url=ADDRESS,
        database=os.environ.get("MOSTRADOR_ODOO_DATABASE", ""),
        login=os.environ.get("MOSTRADOR_ODOO_LOGIN", ""),
        store=os.environ.get("MOSTRADOR_ODOO_STORE", ""),
        key_file=os.environ.get("MOSTRADOR_ODOO_KEY_FILE", ""),
    )
    lane = LaneSettings(id=f"t{uuid.uuid4().hex[:8]}", data=str(tmp_path / "data"))
    return Settings(lane=lane, erp=erp)


@pytest.fixture
def connector(settings: Settings) -> Iterator[OdooConnector]:
    made = make_odoo(settings, paths_of(settings), Clock())
    yield made
    made.close()


def test_the_shop_can_be_told(connector: OdooConnector) -> None:
    assert connector.shop().config_id
    assert Feed.ITEMS in connector.feeds()


def test_the_catalogue_comes_whole_and_a_second_pull_brings_nothing(
    connector: OdooConnector, settings: Settings, tmp_path: Path
) -> None:
    shop = make_shop(tmp_path / "data", is_ready=False, lane=settings.lane, erp=settings.erp)
    takers = make_takers(settings, Clock().now)
    first = FeedPull(shop.db, connector, takers, Clock(), lambda _: None).run()
    assert first.problem is None
    assert any(line.startswith("items ") for line in first.taken)
    assert set(_ids(shop.db)) == set(connector.ids(Feed.ITEMS) or {})
    again = FeedPull(shop.db, connector, takers, Clock(), lambda _: None).run()
    assert not any(line.startswith("items ") for line in again.taken)
    shop.db.close()


def test_a_day_arrives_once_and_its_session_closes(
    connector: OdooConnector, settings: Settings, tmp_path: Path
) -> None:
    shop = make_shop(tmp_path / "data", is_ready=False, lane=settings.lane, erp=settings.erp)
    sync = Sync(shop.db, connector, settings, Clock(), lambda _: None)
    assert sync.round().problem == ""
    shop.begin()
    for code in _sellable(shop.db)[:5]:
        shop.register.perform(intent.Scan(code))
        shop.register.perform(intent.AddTender("cash"))
    read = shop.register.perform(intent.ReadX())
    assert isinstance(read, XRead)
    shop.register.perform(intent.CloseShift(counted_minor=read.report.till.expected_minor))
    assert sync.round().push.rejected == 0
    for _ in range(2):  # as after a lost mark: the same documents once more
        with shop.db.atomic():
            shop.db.run("UPDATE outbox SET state = 'waiting', batch = ''")
        assert sync.round().push.rejected == 0
    states = {state for (state,) in shop.db.all("SELECT state FROM outbox")}
    assert states == {"sent"}
    ids = tuple(one for (one,) in shop.db.all("SELECT document_id FROM outbox"))
    posted = connector.posted(ShiftRef(settings.lane.id, 1, ids))
    assert sorted(one.document_id for one in posted.documents) == sorted(ids)
    assert Dimension.TENDER in posted.dimensions
    shop.db.close()


def _ids(db: LedgerDatabase) -> Sequence[str]:
    return [one for (one,) in db.all("SELECT erp_id FROM erp_row WHERE feed = 'items' AND NOT is_gone")]


def _sellable(db: LedgerDatabase) -> list[str]:
    rows = db.all(
        "SELECT code, sku FROM item_code JOIN item USING (item_id) WHERE is_for_sale AND unit_price_micro > 0"
        " AND uom_digits = 0"
    )
    return [code for code, sku in rows if find_erp_id(db, Feed.ITEMS, sku)]
