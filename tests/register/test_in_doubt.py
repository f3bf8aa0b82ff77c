"""After an act of which nobody knows whether it was saved, the ledger is believed, not the memory.

The failures are put behind a real commit, as a medium does whose answer is lost: what was written is there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import peewee
import pytest

import register.tendering as tendering
from config.settings import Settings, StoreSettings
from domain.barcode import check_digit
from domain.chain import Flaw
from domain.journal import Kind
from domain.outcome import BasketChanged, SalePosted, ShiftClosed, ShiftOpened, SuspendedListed
from domain.refusal import Reason, Refused
from domain.shift import Operator, Role, Shift
from register.lane import UNKNOWN_TAXES
from register.register import open_register
from storage import shifts
from storage.errors import NotSaved
from storage.ledger import post_sale
from storage.verify import verify
from tests.kit.catalog import COFFEE, WATER
from tests.kit.lane import FLOAT_MINOR, Shop, make_shop


def lose_answer(act: Callable[..., Any]) -> Callable[..., Any]:
    """Do an act, and raise as if it had not been done."""

    def lost(*arguments: Any, **options: Any) -> Any:
        act(*arguments, **options)
        raise NotSaved("not saved: the answer was lost")

    return lost


def fail(*_arguments: Any, **_options: Any) -> Any:
    raise apsw.IOError("disk I/O error")


def test_a_sale_whose_commit_came_about_is_not_sold_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    sale_id = shop.register.basket.basket_id
    with monkeypatch.context() as broken:
        broken.setattr(tendering, "post_sale", lose_answer(post_sale))
        broken.setattr(tendering, "find_receipt", fail)
        answer = shop.register.add_tender("cash")
        assert isinstance(answer, Refused)
        assert answer.reason is Reason.NOT_SAVED
    changed = shop.register.scan(WATER)
    assert isinstance(changed, BasketChanged)
    assert (changed.line_count, changed.total_minor) == (1, 1_000)
    assert shop.register.basket.basket_id != sale_id
    posted = shop.register.add_tender("cash")
    assert isinstance(posted, SalePosted)
    assert (posted.receipt_number, posted.total_minor) == (2, 1_000)
    assert shop.db.all("SELECT sale_id, total_minor FROM sale ORDER BY receipt_number")[0] == (sale_id, 4_550)
    assert verify(shop.db).is_sound


def test_a_shift_whose_z_came_about_takes_no_more_sales(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(shifts, "close_shift", lose_answer(shifts.close_shift))
        assert isinstance(shop.register.close_shift(FLOAT_MINOR), Refused)
    refused = shop.register.scan(COFFEE)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NO_SHIFT
    opened = shop.register.open_shift(FLOAT_MINOR)
    assert isinstance(opened, ShiftOpened)
    assert opened.shift.shift_id == 2
    assert verify(shop.db).is_sound


def test_a_shift_that_was_opened_all_the_same_is_the_open_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop(tmp_path, is_ready=False)
    shop.sign_on()
    with monkeypatch.context() as broken:
        broken.setattr(shifts, "open_shift", lose_answer(shifts.open_shift))
        assert isinstance(shop.register.open_shift(FLOAT_MINOR), Refused)
    assert isinstance(shop.register.scan(COFFEE), BasketChanged)
    assert shop.register.shift is not None
    assert shop.db.all("SELECT shift_id FROM shift") == [(1,)]


def test_the_ledger_takes_no_sale_into_a_closed_shift_and_verify_would_see_one(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    assert isinstance(shop.register.add_tender("cash"), SalePosted)
    assert isinstance(shop.register.close_shift(FLOAT_MINOR + 4_550), ShiftClosed)
    columns = "sale_id, shift_id, journal_seq, at, business_date, operator, is_return, line_count, net_minor"
    forged = f"INSERT INTO sale SELECT 2, 'x', {columns.split(', ', 1)[1]}, total_minor, change_minor, 0 FROM sale"  # noqa: S608
    with pytest.raises((apsw.ConstraintError, peewee.IntegrityError), match="sale is posted"), shop.db.atomic():
        shop.db.run(forged)
    assert Flaw.AFTER_Z.value == "sale_after_z"


def test_a_second_shift_cannot_stand_beside_an_open_one(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    with pytest.raises(NotSaved, match="shift is posted"):
        shifts.open_shift(shop.db, "1", Shift(0, "2026-11-24T19:00:00.000Z", "1", "d", 0))


def test_a_count_holds_until_the_next_sale(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    first = shop.register.close_shift(FLOAT_MINOR - 1)
    assert isinstance(first, Refused)
    assert first.reason is Reason.COUNT_AGAIN
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    again = shop.register.close_shift(1)
    assert isinstance(again, Refused)
    assert again.reason is Reason.COUNT_AGAIN
    shop.reopen()
    shop.sign_on()
    closed = shop.register.close_shift(1)
    assert isinstance(closed, ShiftClosed)
    assert [count.counted_minor for count in closed.report.till.counts] == [1, 1]


def test_a_label_that_says_nothing_never_sells_for_nothing(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    price_of_nothing = "2320001" + "00000"
    refused = shop.register.scan(price_of_nothing + check_digit(price_of_nothing))
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.BAD_QUANTITY
    assert not shop.register.basket.lines


def test_a_label_is_sold_in_whole_pieces(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    weight = "2120001" + "01250"
    label = weight + check_digit(weight)
    refused = shop.register.scan(label, 2_500_000)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.LABEL_QUANTITY
    assert isinstance(shop.register.scan(label, 2_000_000), BasketChanged)
    assert shop.register.basket.lines[0].quantity_micro == 2_500_000


def test_a_carton_is_as_many_as_it_says(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    assert isinstance(shop.register.scan(f"]C102{COFFEE.rjust(14, '0')}3712"), BasketChanged)
    assert shop.register.basket.lines[0].quantity_micro == 12_000_000
    silent = shop.register.scan(f"]C102{COFFEE.rjust(14, '0')}")
    assert isinstance(silent, Refused)
    assert silent.reason is Reason.BAD_CODE


def test_a_basket_of_another_country_is_put_aside_and_comes_back(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    shop.register.scan(COFFEE)
    total = shop.register.basket.total_minor
    abroad = Settings(store=StoreSettings(country="generic", language="en"))
    stranger = open_register(shop.db, abroad, clock=shop.clock, new_id=shop.new_id)
    assert not stranger.basket.lines
    listed = stranger.list_suspended()
    assert isinstance(listed, SuspendedListed)
    assert [(one.name, one.total_minor) for one in listed.baskets] == [(UNKNOWN_TAXES, 0)]
    stranger.sign_on("1", "1234")
    refused = stranger.resume(listed.baskets[0].basket_id)
    assert isinstance(refused, Refused)
    assert refused.reason is Reason.NO_TAX_CLASS
    shop.reopen()
    shop.sign_on()
    shop.register.resume(listed.baskets[0].basket_id)
    assert shop.register.basket.total_minor == total


def test_who_may_sign_on_is_journalled(shop_of: Shop) -> None:
    shop_of.register.add_operator(Operator("7", "Luz", Role.SUPERVISOR), "4711")
    kind, record = shop_of.db.all("SELECT kind, record FROM journal ORDER BY seq DESC LIMIT 1")[0]
    assert kind == Kind.OPERATOR_CHANGED.value
    assert '"number":"7"' in record
    assert "4711" not in record


@pytest.fixture
def shop_of(tmp_path: Path) -> Shop:
    return make_shop(tmp_path)
