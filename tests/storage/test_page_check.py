"""The quick check of a ledger in use: damage is found, writers go on, and it can be broken off."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random

import apsw
import pytest

from storage.connection import open_ledger
from storage.soundness import PageCheck, Pages
from tests.kit.catalog import COFFEE, WATER
from tests.kit.damage import erase_page, pages_of
from tests.kit.lane import Shop, make_shop


def sell(shop: Shop, count: int) -> None:
    for _ in range(count):
        shop.register.scan(COFFEE)
        shop.register.scan(WATER)
        assert hasattr(shop.register.add_tender("cash"), "receipt_number")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    shop = make_shop(tmp_path)
    sell(shop, 20)
    return shop


def test_a_sound_ledger_in_use_is_sound(shop: Shop) -> None:
    assert PageCheck(shop.path).run() == (Pages.OK, "")
    sell(shop, 1)
    shop.db.close()
    assert PageCheck(shop.path).run() == (Pages.OK, "")


@pytest.mark.parametrize("seed", range(12))
def test_an_erased_page_is_found_wherever_it_is(seed: int, shop: Shop) -> None:
    shop.db.close()
    erase_page(shop.path, Random(seed).choice(pages_of(shop.path)))
    found, why = PageCheck(shop.path).run()
    assert found is Pages.DAMAGED
    assert why


def test_a_file_that_is_no_ledger_any_more_is_damaged(shop: Shop) -> None:
    shop.db.close()
    shop.path.write_bytes(b"\0" * 8192)
    assert PageCheck(shop.path).run()[0] is Pages.DAMAGED


def test_a_file_that_is_not_there_is_unknown_and_is_not_made(tmp_path: Path) -> None:
    assert PageCheck(tmp_path / "l.db").run()[0] is Pages.UNKNOWN
    assert not (tmp_path / "l.db").exists()


def test_a_check_that_is_stopped_before_it_begins_reads_nothing(shop: Shop) -> None:
    check = PageCheck(shop.path)
    check.stop()
    assert check.run() == (Pages.UNKNOWN, "stopped before it began")


def test_a_check_is_broken_off_from_another_thread(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite asks a progress handler while it checks: there, at a moment that is certain, another thread stops it."""
    check = PageCheck(shop.path)
    connect = apsw.Connection

    def slow(path: str, flags: int) -> apsw.Connection:
        connection = connect(path, flags=flags)

        def stop_it() -> bool:
            stopper = threading.Thread(target=check.stop)
            stopper.start()
            stopper.join()
            return False

        connection.set_progress_handler(stop_it, 1)
        return connection

    monkeypatch.setattr(apsw, "Connection", slow)
    assert check.run()[0] is Pages.UNKNOWN
    check.stop()  # after its end, too


def test_a_sale_is_posted_while_the_check_reads(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[int] = []
    connect = apsw.Connection

    def watched(path: str, flags: int) -> apsw.Connection:
        connection = connect(path, flags=flags)

        def sell_meanwhile() -> bool:
            if not posted:
                posted.append(shop.register.last_receipt)
                sell(shop, 1)
                posted.append(shop.register.last_receipt)
            return False

        connection.set_progress_handler(sell_meanwhile, 50)
        return connection

    check = PageCheck(shop.path)
    monkeypatch.setattr(apsw, "Connection", watched)
    assert check.run() == (Pages.OK, "")
    assert posted == [20, 21]


def test_the_check_cannot_write(shop: Shop) -> None:
    check = PageCheck(shop.path)
    with check._open() as connection, pytest.raises(apsw.ReadOnlyError):
        connection.execute("DELETE FROM item")
    db = open_ledger(shop.path)
    assert db.one("SELECT count(*) > 0 FROM item") == (1,)
    db.close()
