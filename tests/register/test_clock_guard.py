"""The clock: whatever anyone does to it, an act dated before the one above says so, and a jump is told once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.outcome import ShiftClosed
from domain.refusal import Reason, Refused
from storage.verify import verify
from tests.kit.catalog import COFFEE
from tests.kit.lane import FLOAT_MINOR, Shop, make_shop
from tests.register.reading import events, records


class Passed:
    """What has passed on a clock that nobody sets, in milliseconds, and whether a time server is there."""

    def __init__(self) -> None:
        self.ms = 0
        self.is_synced = True


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = make_shop(tmp_path)
    yield made
    made.db.close()


@pytest.fixture
def passed(shop: Shop) -> Passed:
    """A watched clock."""
    made = Passed()
    shop.register.watch_clock(lambda: made.ms, lambda: made.is_synced)
    return made


def wait(shop: Shop, passed: Passed, seconds: int) -> None:
    """Let time pass on both clocks."""
    shop.clock.advance(seconds)
    passed.ms += 1_000 * seconds


def jumps(shop: Shop) -> list[int]:
    return [event["seconds"] for event in events(shop, "clock_jumped")]


def sell(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")


def test_a_clock_that_goes_as_it_should_is_no_event(shop: Shop, passed: Passed) -> None:
    for _ in range(5):
        wait(shop, passed, 3_600)
        sell(shop)
    assert jumps(shop) == []


@pytest.mark.parametrize("seconds", [-7_200, -121, 122, 86_400])
def test_a_jump_is_told_once_and_before_what_comes_after(seconds: int, shop: Shop, passed: Passed) -> None:
    sell(shop)
    wait(shop, passed, 1_000)
    shop.clock.advance(seconds)
    sell(shop)
    sell(shop)
    (told,) = jumps(shop)
    assert abs(told - seconds) <= 1
    kinds = [record["kind"] for record in records(shop)][-3:]
    assert kinds == ["clock_jumped", "sale_posted", "sale_posted"]
    assert verify(shop.db).discrepancies == ()


@pytest.mark.parametrize("seconds", [-119, 119])
def test_a_small_step_of_a_time_server_is_no_event(seconds: int, shop: Shop, passed: Passed) -> None:
    sell(shop)
    shop.clock.advance(seconds)
    sell(shop)
    assert jumps(shop) == []
    assert verify(shop.db).discrepancies == ()


def test_a_small_step_back_is_a_doubt_in_the_record(shop: Shop) -> None:
    sell(shop)
    shop.clock.advance(-60)
    sell(shop)
    assert [record["clock"] for record in records(shop)][-2:] == ["", "behind"]


def test_a_clock_set_back_while_the_lane_was_off_is_told_by_the_ledger(shop: Shop) -> None:
    sell(shop)
    shop.clock.advance(-86_400)
    shop.reopen()
    shop.sign_on()
    (event,) = events(shop, "clock_jumped")
    assert -86_401 <= event["seconds"] <= -86_399
    assert event["to"] < event["from"]
    assert [record["clock"] for record in records(shop)][-2:] == ["behind", ""]


def test_a_jump_counts_in_its_shift(shop: Shop) -> None:
    shop.clock.advance(-3_600)
    sell(shop)
    row = shop.db.one("SELECT count FROM shift_total WHERE kind = 'event' AND key = 'clock_jumped'")
    assert row == (1,)
    assert verify(shop.db).discrepancies == ()


def test_a_jump_that_is_not_saved_is_told_by_the_next_act(
    shop: Shop, passed: Passed, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.clock.advance(7_200)
    with monkeypatch.context() as patch:
        patch.setattr("register.clock_guard.keep", lambda *_: Refused(Reason.NOT_SAVED))
        shop.register.status()
    assert jumps(shop) == []
    shop.register.status()
    assert jumps(shop) == [7_200]


def test_a_clock_that_no_server_sets_is_a_doubt_in_each_record(shop: Shop, passed: Passed) -> None:
    passed.is_synced = False
    sell(shop)
    wait(shop, passed, 60)
    sell(shop)
    passed.is_synced = True
    sell(shop)
    wait(shop, passed, 60)
    sell(shop)
    assert [record["clock"] for record in records(shop)][-4:] == ["", "unsynced", "unsynced", ""]
    assert verify(shop.db).discrepancies == ()


def test_a_z_is_never_dated_before_the_one_that_it_follows(shop: Shop) -> None:
    assert isinstance(shop.register.close_shift(FLOAT_MINOR), ShiftClosed)
    shop.clock.advance(-3_600)
    shop.register.open_shift(0)
    before = records(shop)
    answer = shop.register.close_shift(0)
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.Z_BEFORE_LAST
    assert records(shop) == before
    shop.clock.advance(7_200)
    assert isinstance(shop.register.close_shift(0), ShiftClosed)
    assert verify(shop.db).discrepancies == ()


def test_a_z_after_a_clock_that_went_back_knows_its_own_number(shop: Shop) -> None:
    sell(shop)
    shop.clock.advance(-3_600)
    shop.register.close_shift(0)
    answer = shop.register.close_shift(0)
    assert isinstance(answer, ShiftClosed)
    row = shop.db.one("SELECT journal_seq FROM z_report")
    assert row == (answer.report.journal_seq,)
    assert verify(shop.db).discrepancies == ()


def test_another_program_is_told_once(shop: Shop) -> None:
    for software in ("Mostrador 1", "Mostrador 1", "Mostrador 2", "Mostrador 2"):
        shop.register.attach_software(partial(str, software))
        shop.sign_on()
        shop.sign_on()
    assert events(shop, "software_changed") == [
        {"from": "", "to": "Mostrador 1"},
        {"from": "Mostrador 1", "to": "Mostrador 2"},
    ]
    assert verify(shop.db).discrepancies == ()


@settings(max_examples=25, deadline=None)
@given(moves=st.lists(st.integers(-100_000, 100_000), min_size=1, max_size=6))
def test_whatever_the_clock_does_no_act_stands_silently_before_the_one_above(
    moves: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    shop = make_shop(tmp_path_factory.mktemp("clock"))
    for seconds in moves:
        shop.clock.advance(seconds)
        sell(shop)
    found = records(shop)
    for before, record in pairwise(found):
        assert record["at"] >= before["at"] or record["clock"] == "behind"
    assert verify(shop.db).discrepancies == ()
    shop.db.close()
