"""The connector that the docs teach keeps the contract, and its items arrive."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from config.settings import ErpSettings, Settings
from docs import tutorial_connector
from docs.tutorial_connector import TutorialConnector
from storage.connection import LedgerDatabase
from sync.clock import Clock
from sync.connector import Verdict
from sync.document import Batch, Document
from sync.feed import FeedingConnector
from tests.architecture.house import ROOT
from tests.sync.contract import ConnectorContract
from tests.sync.feeding import ChangingErp
from tests.sync.shop import paths_of, post_many, push, shop, states
from tests.sync.test_feed_pull import erp_with, pull, sold, wanted
from tests.sync.tutorial_erp import TutorialErp

MOST_LINES = 150


class TestTutorial(ConnectorContract):
    @pytest.fixture
    def erp(self) -> TutorialErp:
        return TutorialErp()

    def test_its_items_arrive(self, db: LedgerDatabase) -> None:
        items: ChangingErp = erp_with(20)
        connector = TutorialErp(items=items).connect()
        assert isinstance(connector, FeedingConnector)
        pull(db, connector)
        assert sold(db) == wanted(items)
        for _ in range(20):
            items.change()
            items.pass_time(random.Random(1).randrange(3))
        items.pass_time(60)
        pull(db, connector)
        assert set(wanted(items).items()) <= set(sold(db).items())

    def test_other_content_under_a_key_is_for_a_person(self, db: LedgerDatabase) -> None:
        erp = TutorialErp()
        post_many(db, 1)
        other = Document("sale-1", "sale_posted", 1, "0" * 64, "7", b"{}")  # type: ignore[arg-type]
        erp.connect().deliver(Batch("x", (other,)))
        assert push(db, erp.connect()).rejected == 1
        assert states(db)["sale-1"] == Verdict.REJECTED.value


def test_it_is_made_as_its_entry_point_makes_it(tmp_path: Path) -> None:
    base = shop(tmp_path)
    settings = Settings(lane=base.lane, erp=ErpSettings(url="https://erp.example"))
    paths = paths_of(settings)
    (paths.data / "erp.key").write_text("k")
    (paths.data / "erp.key").chmod(0o400)
    connector = tutorial_connector.make(settings, paths, Clock())
    assert isinstance(connector, TutorialConnector)
    connector.close()


def test_it_is_short_enough_to_be_read() -> None:
    assert len((ROOT / "docs" / "tutorial_connector.py").read_text().splitlines()) < MOST_LINES
