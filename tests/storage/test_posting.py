"""Posting: one transaction with everything a sale is, or nothing of it; and numbers without a gap."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

import pytest

from domain.basket import Basket, Draft
from domain.item import Item
from domain.paper import Kick, lay_paper
from domain.sale import Sale, SaleHeader
from domain.tax import TaxRounding
from storage.connection import open_ledger
from storage.copies import read_sale
from storage.errors import NotSaved
from storage.ledger import find_receipt, last_receipt, post_sale
from storage.prints import next_job
from storage.verify import verify
from tests.kit.catalog import COFFEE, SALMON, WATER, weight_label
from tests.kit.faults import dump, failing_at, failing_commit
from tests.kit.lane import Shop, make_shop
from tests.kit.sales import AT, CASH, make_basket, pay
from tests.kit.strategies import make_book

HEADER: Final = SaleHeader("1", 1, "2026-11-24", AT, "1", "Ana", "MXN")
POSTED: Final = {
    "journal": 1,
    "sale": 1,
    "sale_line": 4,
    "sale_tax": 2,
    "sale_tender": 2,
    "stock_move": 2,
    "outbox": 1,
    "print_job": 1,
    "basket": -1,
    "basket_line": -4,
    "basket_tender": -1,
}
"""Rows that posting the basket below adds and takes."""


BOOK: Final = make_book(TaxRounding.LINE)


def small_basket(basket_id: str) -> Basket:
    """Return a basket of two lines with an id of its own."""
    drafts = [Draft(Item(n, f"S{n}", "Item", "01", "general", 1_000_000), "c", 1_000_000, 1_000_000) for n in (1, 2)]
    return make_basket(BOOK, drafts, basket_id)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane with four lines in the basket, two of them a voided pair, and part of the money."""
    made = make_shop(tmp_path)
    for code in (COFFEE, WATER, weight_label(SALMON, 1_234)):
        made.register.scan(code)
    made.register.void_line(2)
    made.register.add_tender("voucher", 1_000)
    return made


def post(shop: Shop) -> Sale:
    """Post the basket, paid in cash with change."""
    return post_sale(shop.db, shop.register._lane.book, pay(shop.register.basket, [(CASH, 200)]), HEADER)


def test_a_posted_sale_is_in_every_table_at_once(shop: Shop) -> None:
    before = dump(shop.path)
    sale = post(shop)
    after = dump(shop.path)
    moved = {name: len(after[name]) - len(before[name]) for name in after if len(after[name]) != len(before[name])}
    assert {name: moved.get(name) for name in POSTED} == POSTED
    assert set(moved) == {*POSTED, "shift_total"}
    assert sale.receipt_number == 1
    assert verify(shop.db).is_sound
    shop.db.close()


def test_what_was_posted_is_read_back_from_the_journal_as_it_was(shop: Shop) -> None:
    sale = post(shop)
    found = read_sale(shop.db, 1)
    assert found is not None
    assert found[0] == sale
    assert shop.db.one("SELECT hash FROM journal WHERE seq = (SELECT journal_seq FROM sale)") == (found[1],)
    assert read_sale(shop.db, 2) is None
    shop.db.close()


def test_the_receipt_in_the_queue_carries_the_journals_hash(shop: Shop) -> None:
    post(shop)
    job, found = next_job(shop.db), read_sale(shop.db, 1)
    assert job is not None
    assert found is not None
    assert job.is_by_name
    paper = shop.register.receipt_composer()(shop.db, job)
    assert paper is not None
    assert found[1][:8] in "\n".join(lay_paper(paper, 42))
    assert Kick() in paper
    shop.db.close()


def test_a_failure_at_any_statement_leaves_nothing_of_the_sale_and_all_of_the_basket(shop: Shop) -> None:
    before, basket = dump(shop.path), shop.register.basket
    number = 0
    while True:
        number += 1
        with failing_at(shop.db, number) as fault:
            try:
                post(shop)
            except NotSaved:
                assert fault.has_struck
            if not fault.has_struck:
                break
        assert dump(shop.path) == before, f"statement {number}"
        assert shop.register.basket == basket
    assert number > 15
    assert find_receipt(shop.db, basket.basket_id) == 1
    assert verify(shop.db).is_sound
    shop.db.close()


def test_a_commit_that_fails_leaves_nothing_of_the_sale(shop: Shop) -> None:
    before = dump(shop.path)
    with failing_commit(shop.db), pytest.raises(NotSaved):
        post(shop)
    assert dump(shop.path) == before
    assert post(shop).receipt_number == 1
    shop.db.close()


def test_a_sale_cannot_be_posted_twice(shop: Shop) -> None:
    basket = pay(shop.register.basket, [])
    book = shop.register._lane.book
    post_sale(shop.db, book, basket, HEADER)
    before = dump(shop.path)
    with pytest.raises(NotSaved):
        post_sale(shop.db, book, basket, HEADER)
    assert dump(shop.path) == before
    shop.db.close()


def test_a_sale_of_a_shift_that_is_not_there_is_refused_by_the_ledger(shop: Shop) -> None:
    header = SaleHeader("1", 9, "2026-11-24", AT, "1", "Ana", "MXN")
    with pytest.raises(NotSaved):
        post_sale(shop.db, shop.register._lane.book, pay(shop.register.basket, []), header)
    assert last_receipt(shop.db) == 0
    shop.db.close()


def test_two_threads_that_post_at_once_leave_no_gap_and_no_double(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    gate, numbers, errors = threading.Barrier(2), list[int](), list[BaseException]()

    def sell(name: str) -> None:
        db = open_ledger(shop.path)
        try:
            gate.wait()
            for i in range(60):
                basket = pay(small_basket(f"{name}-{i}"), [])
                numbers.append(post_sale(db, BOOK, basket, HEADER).receipt_number)
        except BaseException as error:
            errors.append(error)
        finally:
            db.close()

    threads = [threading.Thread(target=sell, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(numbers) == list(range(1, 121))
    assert verify(shop.db).is_sound
    assert shop.db.one("SELECT count(*), max(seq) FROM journal") == (122, 122)
    shop.db.close()


def test_verify_is_not_misled_by_a_lane_that_sells_meanwhile(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    is_done, verdicts = threading.Event(), list[bool]()

    def look() -> None:
        db = open_ledger(shop.path)
        while not is_done.is_set():
            verdicts.append(verify(db).is_sound)
        db.close()

    watcher = threading.Thread(target=look)
    watcher.start()
    for i in range(150):
        post_sale(shop.db, BOOK, pay(small_basket(f"b-{i}"), []), HEADER)
    is_done.set()
    watcher.join()
    assert verdicts
    assert all(verdicts)
    shop.db.close()
