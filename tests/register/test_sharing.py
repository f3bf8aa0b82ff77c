"""Suspended baskets from lane to lane: exactly one lane has each at any time, wherever a lane dies on the way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.durable import Disk
from config.settings import LaneSettings
from domain.outcome import BasketResumed, BasketTaken, SalePosted, SharedListed, SuspendedListed
from domain.refusal import Reason, Refused
from register import sharing
from register.sharer import Sharer
from register.sharing import take, tend
from storage.share_files import ShareFolder
from storage.verify import verify
from tests.kit.catalog import COFFEE, WATER
from tests.kit.lane import BETO, Shop, make_shop
from tests.register.reading import events

LANES: Final = ("1", "2", "3")
PATIENCE: Final = 30


class Died(BaseException):
    """The lane's power is cut."""


class Mortal(Disk):
    """A disk whose machine loses its power at one of its steps, before or after it."""

    def __init__(self) -> None:
        self.left = -1
        self.is_after = False

    def die(self, steps: int, *, is_after: bool) -> None:
        """Die at a step from now on."""
        self.left, self.is_after = steps, is_after

    def step(self, do: Callable[[], None]) -> None:
        """Do a step, or die at it."""
        self.left -= 1
        if self.left == 0 and not self.is_after:
            raise Died
        do()
        if self.left == 0:
            raise Died

    def rename(self, old: Path, new: Path) -> None:
        self.step(lambda: Disk.rename(self, old, new))

    def write(self, descriptor: int, content: bytes) -> None:
        self.step(lambda: Disk.write(self, descriptor, content))

    def flush_folder(self, folder: Path) -> None:
        self.step(lambda: Disk.flush_folder(self, folder))


class MortalFolder(ShareFolder):
    """The folder of a lane that may die at each of its steps."""

    def __init__(self, root: Path, lane: str) -> None:
        self.mortal = Mortal()
        super().__init__(root, lane, self.mortal)

    def withdraw(self, share_id: str) -> None:
        self.mortal.step(lambda: ShareFolder.withdraw(self, share_id))

    def forget(self, share_id: str, lane: str) -> None:
        self.mortal.step(lambda: ShareFolder.forget(self, share_id, lane))


class Store:
    """Some lanes of one store."""

    def __init__(self, folder: Path, lanes: tuple[str, ...] = LANES) -> None:
        self.root = folder / "shared"
        self.root.mkdir(parents=True)
        self.shops: dict[str, Shop] = {}
        self.folders: dict[str, MortalFolder] = {}
        for place, lane in enumerate(lanes):
            (folder / lane).mkdir()
            shop = make_shop(folder / lane, lane=LaneSettings(id=lane, shared_folder=str(self.root)))
            for _ in range(1_000 * place):
                shop.new_id()  # every lane's ids are its own
            self.shops[lane] = shop
            self.folders[lane] = MortalFolder(self.root, lane)

    def tend(self, lane: str) -> None:
        """Do what is due at a lane."""
        shop = self.shops[lane]
        tend(shop.db, self.folders[lane], lane, shop.register.lane_at_work.now)

    def settle(self) -> None:
        """Let every lane do all that is due."""
        for _ in range(4):
            for lane in self.shops:
                self.tend(lane)

    def suspend(self, lane: str, *codes: str) -> str:
        """Suspend a basket and return its id."""
        register = self.shops[lane].register
        for code in codes or (COFFEE,):
            register.scan(code)
        basket_id = register.basket.basket_id
        assert not isinstance(register.suspend("Juan"), Refused)
        return basket_id

    def share_of(self, lane: str) -> str:
        """Return the share of the one basket that lies open, as a lane sees it."""
        listed = self.shops[lane].register.list_shared()
        assert isinstance(listed, SharedListed)
        (entry,) = listed.baskets
        return entry.share_id

    def owners(self, basket_id: str) -> list[str]:
        """Return the lanes in whose ledgers a basket is."""
        sql = "SELECT 1 FROM basket WHERE basket_id = ?"
        return [lane for lane, shop in self.shops.items() if shop.db.one(sql, (basket_id,))]

    def close(self) -> None:
        """Verify and close every ledger."""
        for shop in self.shops.values():
            assert verify(shop.db).discrepancies == ()
            shop.db.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def reason_of(answer: Any) -> Reason:
    assert isinstance(answer, Refused), answer
    return answer.reason


def test_a_basket_goes_from_one_lane_to_another_whole(store: Store) -> None:
    basket_id = store.suspend("1", COFFEE, WATER, COFFEE)
    total = 2 * 4_550 + 1_000
    store.tend("1")
    listed = store.shops["2"].register.list_shared()
    assert isinstance(listed, SharedListed)
    (entry,) = listed.baskets
    assert (entry.basket_id, entry.lane, entry.name, entry.line_count, entry.item_count, entry.total_minor) == (
        basket_id, "1", "Juan", 3, 3, total,
    )  # fmt: skip
    register = store.shops["2"].register
    assert register.take_shared(entry.share_id) == BasketTaken(basket_id, "Juan")
    answer = register.resume(basket_id)
    assert isinstance(answer, BasketResumed)
    assert answer.basket.total_minor == total
    assert isinstance(register.add_tender("cash", confirmed=True), SalePosted)
    store.settle()
    assert store.owners(basket_id) == []
    (taken,), (given,) = events(store.shops["2"], "basket_taken"), events(store.shops["1"], "basket_given")
    assert (taken["from_lane"], given["to_lane"], taken["share_id"]) == ("1", "2", given["share_id"])
    assert [line["name"] for line in taken["lines"]] == [line["name"] for line in given["lines"]]
    assert list(store.root.rglob("*.json")) == []
    store.close()


def test_the_giver_takes_its_own_back_by_the_folder(store: Store) -> None:
    basket_id = store.suspend("1")
    store.tend("1")
    register = store.shops["1"].register
    refused = register.resume(basket_id)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.BASKET_SHARED
    assert isinstance(register.take_shared(str(refused.facts["share_id"])), BasketTaken)
    assert isinstance(register.resume(basket_id), BasketResumed)
    store.settle()
    assert store.owners(basket_id) == ["1"]
    assert list(store.root.rglob("*.json")) == []
    assert events(store.shops["1"], "basket_taken") == []


def test_a_basket_that_is_not_out_yet_is_resumed_without_the_folder(store: Store) -> None:
    basket_id = store.suspend("1")
    assert isinstance(store.shops["1"].register.resume(basket_id), BasketResumed)
    store.settle()
    assert list(store.root.rglob("*.json")) == []


def test_who_comes_second_is_told_and_the_giver_does_not_sell_it_either(store: Store) -> None:
    basket_id = store.suspend("1")
    store.tend("1")
    share = store.share_of("2")
    assert isinstance(store.shops["2"].register.take_shared(share), BasketTaken)
    for lane in ("3", "1"):
        assert reason_of(store.shops[lane].register.take_shared(share)) is Reason.BASKET_GONE
    assert reason_of(store.shops["1"].register.resume(basket_id)) is Reason.BASKET_SHARED
    store.tend("1")
    assert reason_of(store.shops["1"].register.resume(basket_id)) is Reason.NO_SUCH_BASKET


def test_a_basket_may_come_back_and_go_again(store: Store) -> None:
    basket_id = store.suspend("1")
    for taker in ("2", "1", "2", "3"):
        store.settle()
        register = store.shops[taker].register
        assert isinstance(register.take_shared(store.share_of(taker)), BasketTaken)
        assert isinstance(register.resume(basket_id), BasketResumed)
        register.scan(WATER)
        assert not isinstance(register.suspend("Juan"), Refused)
    store.settle()
    assert store.owners(basket_id) == ["3"]
    store.close()


def test_a_folder_that_is_away_is_a_refusal_and_selling_goes_on(store: Store) -> None:
    store.root.rename(store.root.with_name("gone"))
    basket_id = store.suspend("1")
    register = store.shops["1"].register
    assert reason_of(register.list_shared()) is Reason.SHARE_UNREACHABLE
    assert reason_of(register.take_shared("x")) is Reason.SHARE_UNREACHABLE
    with pytest.raises(OSError, match="shared"):
        store.tend("1")
    assert reason_of(register.resume(basket_id)) is Reason.BASKET_SHARED
    assert not store.root.exists()
    store.root.with_name("gone").rename(store.root)
    store.settle()
    assert isinstance(register.take_shared(store.share_of("1")), BasketTaken)


def test_the_list_tells_age_pieces_and_share(store: Store) -> None:
    store.suspend("1", COFFEE, COFFEE, WATER)
    shop = store.shops["1"]
    shop.clock.advance(3_720)
    listed = shop.register.list_suspended()
    assert isinstance(listed, SuspendedListed)
    (entry,) = listed.baskets
    assert (entry.item_count, entry.line_count, entry.age_minutes, bool(entry.share_id)) == (3, 2, 62, True)


def test_files_that_are_no_baskets_are_passed_over(store: Store) -> None:
    store.suspend("1")
    store.tend("1")
    for name, content in (("x.json", b"{"), ("y.json", b"\xff"), (".z.json.part", b"{}"), ("..json", b"")):
        (store.root / "open" / name).write_bytes(content)
    share = store.share_of("2")
    (store.root / "open" / "copy.json").write_bytes((store.root / "open" / f"{share}.json").read_bytes())
    assert store.share_of("2") == share
    for name in ("x", "y", "copy", "../open/x", "nobody"):
        assert reason_of(store.shops["2"].register.take_shared(name)) is Reason.BASKET_GONE
    store.settle()


def test_somebody_elses_basket_wants_the_permission_of_its_lane(tmp_path: Path) -> None:
    from config.settings import RolesSettings

    store = Store(tmp_path)
    basket_id = store.suspend("1")
    store.tend("1")
    shop = store.shops["2"]
    shop.settings = type(shop.settings)(**{**_tables(shop), "roles": RolesSettings()})
    shop.reopen()
    shop.sign_on(BETO)
    shop.register.take_shared(store.share_of("2"))
    from domain.intent import Resume

    assert reason_of(shop.register.perform(Resume(basket_id))) is Reason.NEEDS_APPROVAL


class _InTurnFolder(ShareFolder):
    """A folder in which baskets are taken and finished by one thread of the lane at a time."""

    def __init__(self, root: Path, lane: str) -> None:
        super().__init__(root, lane)
        self.finished = 0

    def withdraw(self, share_id: str) -> None:
        assert sharing._TURN.locked()
        self.finished += 1
        super().withdraw(share_id)


def test_what_a_thread_takes_is_not_finished_by_another_meanwhile(store: Store) -> None:
    store.suspend("1")
    store.tend("1")
    shop = store.shops["1"]
    folder = _InTurnFolder(store.root, "1")
    assert folder.claim(store.share_of("1")) is not None
    tend(shop.db, folder, "1", shop.register.lane_at_work.now)
    assert folder.finished == 1


def _tables(shop: Shop) -> dict[str, Any]:
    return {name: getattr(shop.settings, name) for name in shop.settings.__struct_fields__}


STEPS: Final = st.lists(
    st.tuples(st.sampled_from(["tend", "take"]), st.sampled_from(LANES), st.integers(0, 9), st.booleans()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_wherever_lanes_die_one_of_them_has_the_basket(
    steps: list[tuple[str, str, int, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = Store(tmp_path_factory.mktemp("race"))
    basket_id = store.suspend("1")
    shares: set[str] = set()
    for act, lane, dies_at, is_after in steps:
        shares |= {path.name.partition(".")[0] for path in store.root.glob("open/*.json")}
        folder, shop = store.folders[lane], store.shops[lane]
        folder.mortal.die(dies_at, is_after=is_after)
        try:
            if act == "tend":
                store.tend(lane)
            else:
                for share in sorted(shares):
                    take(shop.db, folder, share, shop.register.lane_at_work.mark())
        except Died:
            shop.reopen()
            shop.sign_on()
        finally:
            folder.mortal.left = -1
    store.settle()
    sellers = []
    for lane, shop in store.shops.items():
        with suppress(AssertionError, ValueError):
            shop.register.take_shared(store.share_of(lane))
        if isinstance(shop.register.resume(basket_id), BasketResumed):
            sellers.append(lane)
    assert len(sellers) == 1, sellers
    store.settle()
    assert store.owners(basket_id) == sellers
    assert list(store.root.rglob("*.json")) == []
    store.close()


def test_of_two_lanes_that_reach_at_once_one_has_it(store: Store) -> None:
    for _ in range(20):
        basket_id = store.suspend("1")
        store.tend("1")
        share = store.share_of("1")
        start = threading.Barrier(2)
        won: list[str] = []

        def reach(lane: str, start: threading.Barrier = start, won: list[str] = won, share: str = share) -> None:
            folder = ShareFolder(store.root, lane)
            start.wait(PATIENCE)
            if folder.claim(share) is not None:
                won.append(lane)

        threads = [threading.Thread(target=reach, args=(lane,)) for lane in ("2", "3")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert len(won) == 1
        store.settle()
        assert store.owners(basket_id) == won


def test_the_thread_lays_out_at_once_and_survives_a_folder_that_is_away(store: Store) -> None:
    from storage.connection import LedgerDatabase

    shop = store.shops["1"]
    sharer = Sharer(LedgerDatabase(shop.path), ShareFolder(store.root, "1"), "1", shop.clock)
    store.root.rename(store.root.with_name("gone"))
    sharer.look()
    store.root.with_name("gone").rename(store.root)
    store.suspend("1")
    sharer.start()
    sharer.wake()
    sharer.stop(PATIENCE)
    sharer.look()
    assert len(list(store.root.glob("open/*.json"))) == 1
