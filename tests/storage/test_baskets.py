"""The open basket, written line by line: at every step the file holds what the lane holds."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.basket import Basket, Change, Draft, QuantityOrigin, add_line, change_quantity, rebuild, void_line
from domain.item import Item
from domain.refusal import Refused
from domain.tax import TaxRounding
from domain.tender import Tender
from storage import baskets
from storage.connection import LedgerDatabase, open_ledger
from tests.kit.sales import AT, make_basket
from tests.kit.strategies import drafts, make_book, quantities

BOOK = make_book(TaxRounding.DOCUMENT)
acts = st.lists(st.one_of(drafts, st.tuples(st.integers(1, 8), quantities), st.integers(1, 8)), max_size=10)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LedgerDatabase]:
    """A ledger for all of these tests; each drops its baskets."""
    made = open_ledger(tmp_path_factory.mktemp("baskets") / "l.db")
    yield made
    made.close()


def do(basket: Basket, act: Draft | tuple[int, int] | int) -> Change | Refused:
    match act:
        case Draft():
            return add_line(BOOK, basket, act)
        case (line_no, quantity):
            return change_quantity(BOOK, basket, line_no, quantity, QuantityOrigin.COUNTED)
        case int():
            return void_line(BOOK, basket, act, "2", AT)


@settings(max_examples=60)
@given(done=acts)
def test_what_is_read_back_is_the_basket_at_every_step(
    db: LedgerDatabase, done: list[Draft | tuple[int, int] | int]
) -> None:
    basket = Basket("b", AT)
    for act in done:
        change = do(basket, act)
        if isinstance(change, Change):
            basket = change.basket
            with db.atomic():
                baskets.put_lines(db, basket, change.lines, "1")
            stored = baskets.read_open(db)
            assert stored is not None
            assert rebuild(BOOK, stored) == basket
    with db.atomic():
        baskets.drop(db, "b")


DRAFT = Draft(Item(1, "A", "A", "01", "general", 1_000_000), "c", 1_000_000, 1_000_000, operator="1", at=AT)


@pytest.fixture
def basket(db: LedgerDatabase) -> Iterator[Basket]:
    """A basket of one line, partly paid, in the ledger."""
    made = msgspec.structs.replace(
        make_basket(BOOK, [DRAFT], "b"), tenders=(Tender("cash", 30), Tender("card", 40, 0, "A1 1111"))
    )
    with db.atomic():
        baskets.put_lines(db, made, made.lines, "1")
        baskets.put_tenders(db, made)
    yield made
    with db.atomic():
        baskets.drop(db, "b")


def test_tenders_are_read_back_in_their_order_and_replaced_as_a_whole(db: LedgerDatabase, basket: Basket) -> None:
    stored = baskets.read(db, "b")
    assert stored is not None
    assert stored.tenders == basket.tenders
    with db.atomic():
        baskets.put_tenders(db, msgspec.structs.replace(basket, tenders=basket.tenders[1:]))
    again = baskets.read_open(db)
    assert again is not None
    assert again.tenders == basket.tenders[1:]


def test_a_suspended_basket_is_not_the_open_one(db: LedgerDatabase, basket: Basket) -> None:
    with db.atomic():
        baskets.suspend(db, "b", "Juan", AT)
    assert baskets.read_open(db) is None
    assert baskets.count_suspended(db) == 1
    ((entry, stored),) = baskets.list_suspended(db)
    assert (entry.name, entry.operator, entry.suspended_at, entry.line_count) == ("Juan", "1", AT, 1)
    assert stored.lines == basket.lines
    with db.atomic():
        baskets.resume(db, "b")
    resumed = baskets.read_open(db)
    assert resumed is not None
    assert (resumed.is_resumed, resumed.name, resumed.touched) == (True, "Juan", 0)


def test_a_dropped_basket_takes_its_lines_and_tenders_with_it(db: LedgerDatabase, basket: Basket) -> None:
    with db.atomic():
        baskets.drop(db, basket.basket_id)
    assert baskets.read(db, "b") is None
    for table in ("basket_line", "basket_tender"):
        assert db.one(f"SELECT count(*) FROM {table}") == (0,)  # noqa: S608


def test_a_basket_that_is_not_there_is_none(db: LedgerDatabase) -> None:
    assert baskets.read(db, "nobody") is None
