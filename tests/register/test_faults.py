"""A ledger that fails at any statement of any act: the act is refused, the register and the rows are as before.

Faults strike on a real connection: a statement is aborted, or the commit is turned into a rollback.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import peewee
import pytest

from domain.outcome import SalePosted
from domain.refusal import Reason, Refused
from register import tendering
from storage.connection import LedgerDatabase
from storage.errors import NotSaved
from storage.ledger import post_sale
from storage.verify import verify
from tests.kit.catalog import COFFEE, OPEN_DEPARTMENT, WATER
from tests.kit.faults import dump, failing_at, failing_commit
from tests.kit.lane import ANA, ANA_PIN, FIRST_ID, FLOAT_MINOR, Shop, make_shop
from tests.register.scenes import (
    pay_a_part,
    resume_one,
    scan_coffee,
    sell_minus,
    suspend_one,
)

Act = Callable[[Shop], Any]


def nothing(_shop: Shop) -> None:
    """Leave the lane as it is."""


def close(shop: Shop) -> None:
    """Close the shift, so that another can be opened."""
    shop.register.close_shift(FLOAT_MINOR)


def count_once(shop: Shop) -> None:
    """Count the till wrongly once."""
    sell_minus(shop)
    shop.register.close_shift(1)


def sign_on_later(shop: Shop) -> Any:
    """Sign on after any wait."""
    shop.beat.advance(3600)
    return shop.register.sign_on(ANA.operator, ANA_PIN)


ACTS: Final[dict[str, tuple[Act, Act]]] = {
    "sign on": (nothing, sign_on_later),
    "sign off": (scan_coffee, lambda s: s.register.sign_off()),
    "add an operator": (nothing, lambda s: s.register.add_operator(ANA, "4826")),
    "open a shift": (close, lambda s: s.register.open_shift(0)),
    "first scan": (nothing, lambda s: s.register.scan(COFFEE)),
    "next scan": (scan_coffee, lambda s: s.register.scan(WATER)),
    "the same again": (scan_coffee, lambda s: s.register.scan(COFFEE)),
    "add an item": (scan_coffee, lambda s: s.register.add_item("AGUA")),
    "ring a department": (scan_coffee, lambda s: s.register.ring_department(OPEN_DEPARTMENT, 5_000_000)),
    "change a quantity": (scan_coffee, lambda s: s.register.change_quantity(1, 3_000_000)),
    "void a line": (scan_coffee, lambda s: s.register.void_line(1)),
    "void the basket": (scan_coffee, lambda s: s.register.void_basket()),
    "suspend": (scan_coffee, lambda s: s.register.suspend("Juan")),
    "resume": (suspend_one, lambda s: s.register.resume(FIRST_ID)),
    "tender a part": (scan_coffee, lambda s: s.register.add_tender("cash", 100)),
    "tender the rest": (pay_a_part, lambda s: s.register.add_tender("cash")),
    "tender all": (resume_one, lambda s: s.register.add_tender("cash", 5_000, confirmed=True)),
    "take tenders back": (pay_a_part, lambda s: s.register.take_back_tenders()),
    "print a copy": (sell_minus, lambda s: s.register.print_copy()),
    "read an X": (sell_minus, lambda s: s.register.read_x(paper=True)),
    "count wrongly": (sell_minus, lambda s: s.register.close_shift(1)),
    "close at the second count": (count_once, lambda s: s.register.close_shift(1)),
    "close, baskets carried over": (suspend_one, lambda s: s.register.close_shift(FLOAT_MINOR, carry_over=True)),
}
"""What is so, and the act; each act writes."""


def shown(shop: Shop) -> tuple[Any, ...]:
    register = shop.register
    return (register.basket, register.operator, register.shift, tuple(register._lane.counts))


def kept(path: Path) -> dict[str, Any]:
    """Return every row of a ledger but the attempts at PINs: they are counted whatever becomes of the sign-on."""
    rows = dump(path)
    rows.pop("pin_attempt")
    return rows


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_fails_at_any_statement_is_refused_and_leaves_all_as_it_was(name: str, tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    first, act = ACTS[name]
    first(shop)
    rows, seen, number = kept(shop.path), shown(shop), 0
    while True:
        number += 1
        with failing_at(shop.db, number) as fault:
            answer = act(shop)
        if not fault.has_struck:
            break
        assert isinstance(answer, Refused), f"statement {number}: {answer}"
        assert answer.reason in (Reason.NOT_SAVED, Reason.NOT_READ)
        assert kept(shop.path) == rows, f"statement {number}"
        assert shown(shop) == seen, f"statement {number}"
    assert number > 3
    assert not isinstance(answer, Refused) or answer.reason is Reason.COUNT_AGAIN
    assert kept(shop.path) != rows
    assert verify(shop.db).is_sound
    shop.db.close()


@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_commit_fails_is_not_saved_and_leaves_all_as_it_was(name: str, tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    first, act = ACTS[name]
    first(shop)
    rows, seen = kept(shop.path), shown(shop)
    with failing_commit(shop.db):
        answer = act(shop)
    assert isinstance(answer, Refused), answer
    assert answer.reason is Reason.NOT_SAVED
    assert kept(shop.path) == rows
    assert shown(shop) == seen
    assert not isinstance(act(shop), Refused) or name == "count wrongly"
    assert verify(shop.db).is_sound
    shop.db.close()


def test_a_writer_in_the_way_is_not_saved_and_sold_at_the_next_try(tmp_path: Path) -> None:
    """Another process holds the write lock for longer than the lane waits."""
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    shop.db.connection().set_busy_timeout(0)
    other = LedgerDatabase(shop.path)
    other.connect()
    with other.atomic():
        answer = shop.register.add_tender("cash")
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.NOT_SAVED
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    other.close()
    shop.db.close()


def lose_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next posting succeed in the ledger and fail on the way back."""

    def posted_unheard(*args: Any, **kwargs: Any) -> Any:
        post_sale(*args, **kwargs)
        monkeypatch.setattr(tendering, "post_sale", post_sale)
        raise NotSaved("the medium answered with an error")

    monkeypatch.setattr(tendering, "post_sale", posted_unheard)


@pytest.mark.parametrize("tendered", [None, 5_000])
def test_a_sale_whose_answer_was_lost_is_found_and_told_once(
    tendered: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    basket = shop.register.basket
    lose_the_answer(monkeypatch)
    answer = shop.register.add_tender("cash", tendered)
    change = (tendered or 4_550) - 4_550
    assert answer == SalePosted(1, "1-000001", basket.basket_id, 4_550, tendered or 4_550, change, 1)
    assert shop.register.basket.lines == ()
    assert shop.db.one("SELECT count(*) FROM sale") == (1,)
    assert isinstance(shop.register.add_tender("cash"), Refused)
    assert verify(shop.db).is_sound
    shop.db.close()


def test_a_lane_that_died_after_the_commit_wakes_up_without_the_basket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)

    def die(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(tendering, "_posted", die)
    with pytest.raises(KeyboardInterrupt):
        shop.register.add_tender("cash")
    register = shop.reopen()
    assert register.basket.lines == ()
    assert register.last_receipt == 1
    shop.db.close()


def test_a_ledger_that_does_not_answer_refuses_every_question_and_recovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    basket = shop.register.basket

    def away(*_: Any, **__: Any) -> Any:
        raise peewee.OperationalError("disk I/O error")

    questions: dict[str, Act] = {
        "scan": lambda s: s.register.scan(COFFEE),
        "price check": lambda s: s.register.price_check(COFFEE),
        "search": lambda s: s.register.search("caf"),
        "suspended": lambda s: s.register.list_suspended(),
        "status": lambda s: s.register.status(),
        "copy": lambda s: s.register.print_copy(),
        "X": lambda s: s.register.draw_x(),
        "Z": lambda s: s.register.read_z(),
        "sign on": lambda s: s.register.sign_on(ANA.operator, ANA_PIN),
    }
    with monkeypatch.context() as patch:
        for method in ("one", "all", "run", "many"):
            patch.setattr(LedgerDatabase, method, away)
        for name, ask in questions.items():
            answer = ask(shop)
            assert isinstance(answer, Refused), name
            assert answer.reason in (Reason.NOT_READ, Reason.NOT_SAVED)
        assert shop.register.poll() is None
        assert shop.register.departments() == ()
        assert shop.register.last_receipt == 0
    assert shop.register.basket == basket
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    shop.db.close()
