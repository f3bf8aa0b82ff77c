"""Several tills at one lane: a shift counts the cash of one, its papers name it, and its own drawer opens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from config.settings import Settings, TillSettings
from domain.outcome import ShiftOpened
from domain.paper import Cut, Kick, Text, kick_to
from domain.refusal import Reason, Refused
from register.papers import drawer_finder
from storage.verify import verify
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop, make_shop
from tests.register.reading import papers, records

TILLS = (TillSettings("Norte"), TillSettings("Sur", drawer=2))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane with two tills, where Ana is signed on and no shift is open."""
    made = make_shop(tmp_path, is_ready=False, tills=TILLS)
    made.sign_on()
    return made


def close(shop: Shop, counted_minor: int, left_minor: int) -> None:
    for _ in range(2):
        if shop.register.shift is not None:
            shop.register.close_shift(counted_minor, next_float_minor=left_minor)
    assert shop.register.shift is None


def test_a_shift_names_its_till_and_the_first_one_is_meant_by_none(shop: Shop) -> None:
    answer = shop.register.open_shift(100, "Sur")
    assert isinstance(answer, ShiftOpened)
    assert answer.shift.till == "Sur"
    shop.reopen()
    assert shop.register.shift
    assert shop.register.shift.till == "Sur"
    shop.sign_on()
    close(shop, 100, 0)
    answer = shop.register.open_shift(100)
    assert isinstance(answer, ShiftOpened)
    assert answer.shift.till == "Norte"
    assert verify(shop.db).is_sound


def test_a_till_that_is_not_there_is_refused(shop: Shop, tmp_path: Path) -> None:
    answer = shop.register.open_shift(100, "Este")
    assert answer == Refused(Reason.NO_SUCH_TILL, {"till": "Este"})
    (tmp_path / "one").mkdir()
    single = make_shop(tmp_path / "one", is_ready=False)
    single.sign_on()
    assert isinstance(single.register.open_shift(0, "Norte"), Refused)
    assert single.register.tills == ()


def test_each_till_has_the_float_that_its_own_z_has_left(shop: Shop) -> None:
    for till, counted, left in (("Norte", 5_000, 3_000), ("Sur", 9_000, 7_000)):
        shop.register.open_shift(counted, till)
        close(shop, counted, left)
    assert (shop.register.next_float("Norte"), shop.register.next_float("Sur")) == (3_000, 7_000)
    assert shop.register.next_float("Este") is None


def test_x_z_and_slips_name_the_till_and_count_its_cash_only(shop: Shop) -> None:
    shop.register.open_shift(10_000, "Norte")
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    close(shop, 14_550, 0)
    shop.register.open_shift(20_000, "Sur")
    shop.register.loan(500)
    shop.register.read_x(paper=True)
    slip, x = papers(shop)[-2:]
    assert "Cajón" in slip
    assert "Sur" in slip
    assert "Sur" in x
    z = papers(shop)[1]
    assert "Norte" in z
    read = shop.register.read_z()
    assert not isinstance(read, Refused)
    assert (read.report.shift.till, read.report.till.expected_minor) == ("Norte", 14_550)
    assert verify(shop.db).is_sound


def test_the_drawer_of_the_shift_at_hand_opens(shop: Shop) -> None:
    find = drawer_finder(shop.register.lane_at_work)
    assert find(shop.db) == 1
    shop.register.open_shift(0, "Sur")
    assert find(shop.db) == 2
    close(shop, 0, 0)
    shop.register.open_shift(0, "Norte")
    assert find(shop.db) == 1
    assert kick_to((Kick(), Text("x"), Cut()), 2) == (Kick(2), Text("x"), Cut())


def test_a_lane_with_one_till_writes_what_it_always_wrote(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    (opened,) = [record["body"] for record in records(shop) if record["kind"] == "shift_opened"]
    assert sorted(opened) == ["business_date", "float_minor", "opened_at", "opened_by", "shift_id"]
    assert json.dumps(Settings().tills) == "[]"
