"""The busy day that a real Odoo is tried with (tests/live/odoo), on the fake: every order once, and closed clean."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from storage import outbox
from sync.reconcile import compare_shift
from sync.round import Sync
from tests.live.odoo.busy_day import LostAnswers, close, sync_until_quiet, work
from tests.sync.shop import StillClock, states
from tests.sync.test_odoo_day import COOKIES, MILK, Day
from tests.sync.test_odoo_down import add_partner


@pytest.mark.parametrize("count", [40, pytest.param(300, marks=pytest.mark.slow)])
def test_a_busy_day_arrives_once_and_closes_clean(tmp_path: Path, count: int) -> None:
    day = Day(tmp_path, 19)
    add_partner(day.odoo, credit_limit=100_000.0)
    day.sync()
    day.shop.begin()
    more = work(day.shop, [COOKIES, MILK], count, "odoo-50", "credit_card")
    close(day.shop)
    lost = LostAnswers(day.connector, random.Random(7), 0.4)
    sync_until_quiet(day.shop, Sync(day.shop.db, day.connector, day.shop.settings, StillClock(), day.said.append))
    assert lost.lost > 0
    assert [(row.document_id, row.reason) for row in outbox.rejected(day.shop.db)] == []
    assert set(states(day.shop.db).values()) == {"sent"}
    assert len(day.odoo.records("pos.order")) == count + more
    assert [one["state"] for one in day.odoo.records("pos.session")] == ["closed"]
    assert compare_shift(day.shop.db, day.connector, "7", 1).differences == ()
    day.shop.db.close()
