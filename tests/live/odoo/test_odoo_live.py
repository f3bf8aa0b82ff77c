"""The connector against a real Odoo, where one can be had. It sells into that Odoo: never name one that is in use.

MOSTRADOR_ODOO_URL, MOSTRADOR_ODOO_DATABASE, MOSTRADOR_ODOO_LOGIN, MOSTRADOR_ODOO_STORE
MOSTRADOR_ODOO_KEY_FILE   a file with the key
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from config.settings import Settings
from domain import intent
from domain.outcome import XRead
from domain.reconciliation import Dimension
from storage.connection import LedgerDatabase
from storage.erp_rows import find_erp_id
from sync.clock import Clock
from sync.errors import Denied
from sync.feed import Feed
from sync.feed_pull import FeedPull
from sync.feed_take import make_takers
from sync.odoo import OdooConnector, make_odoo
from sync.odoo_partners import customer_code
from sync.odoo_session import CLOSED, Sessions
from sync.reconcile import ShiftRef, compare_shift
from sync.round import Sync
from tests.live.odoo.busy_day import LostAnswers, close, sync_until_quiet, work
from tests.live.odoo.store import ADDRESS, make_live_shop, settings_of
from tests.sync.shop import paths_of

pytestmark = pytest.mark.skipif(not ADDRESS, reason="no MOSTRADOR_ODOO_URL: there is no real Odoo to ask")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path)


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
    shop = make_live_shop(tmp_path, settings)
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
    shop = make_live_shop(tmp_path, settings)
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


def test_a_busy_day_arrives_once_though_answers_are_lost_and_closes_clean(
    connector: OdooConnector, settings: Settings, tmp_path: Path
) -> None:
    """300 sales with returns, debts, a collection and tenders of another kind: every order once, no imbalance."""
    customer = _debtor(connector, settings.lane.id)
    shop = make_live_shop(tmp_path, settings)
    sync = Sync(shop.db, connector, settings, Clock(), lambda _: None)
    assert sync.round().problem == ""
    shop.begin()
    known = connector.shop().method_of
    other = next((kind for kind in ("debit_card", "credit_card") if kind in known and not known[kind].is_cash), "")
    more = work(shop, _sellable(shop.db)[:5], 300, customer if "account" in known else "", other)
    close(shop)
    lost = LostAnswers(connector, random.Random(7), 0.2)
    sync_until_quiet(shop, sync)
    assert lost.lost > 0
    assert shop.db.all("SELECT document_id, reason FROM outbox WHERE state = 'rejected'") == []
    compared = compare_shift(shop.db, connector, settings.lane.id, 1)
    assert compared.differences == ()
    folios = connector.rpc.search("pos.order", [["pos_reference", "=like", f"{settings.lane.id}-%"]], ["uuid", "state"])
    assert len(folios) == len({one["uuid"] for one in folios}) == 300 + more
    assert {one["state"] for one in folios} <= {"done", "paid", "invoiced"}
    assert Sessions(connector.rpc, connector.shop()).find(settings.lane.id, 1)["state"] == CLOSED  # type: ignore[index]
    shop.db.close()


def test_positions_terms_and_what_came_back_elsewhere_can_be_asked_for(connector: OdooConnector) -> None:
    """Fields and domains that were only read in public code are known to this Odoo."""
    for feed in (Feed.POSITIONS, Feed.CUSTOMERS, Feed.RETURNED, Feed.CARDS, Feed.POINTS):
        if feed in connector.feeds():
            page = connector.pull(feed, "")
            assert page.checkpoint, feed


def _debtor(connector: OdooConnector, lane: str) -> str:
    """Make a customer who may owe, and return his code; none where this user may not, and the day goes without."""
    values = {"name": f"Mostrador {lane}", "credit_limit": 1_000_000.0, "use_partner_credit_limit": True}
    try:
        made = connector.rpc.call("res.partner", "create", {"vals_list": [values]})
    except Denied as error:
        print(f"without debts: {error}")  # noqa: T201  # whoever runs it against a real Odoo has to see it
        return ""
    return customer_code(int(made[0] if isinstance(made, list) else made))
