"""The register against a small model of a lane: any sequence of acts, restarts in between, and a sound ledger after it.

After every act the register must show what the model shows, and so must a register that is opened anew on the file.
"""

from __future__ import annotations

import shutil
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from config.settings import SellingSettings
from domain.basket import Basket
from domain.outcome import SalePosted, ShiftClosed
from domain.refusal import Reason, Refused
from storage.verify import verify
from tests.kit.catalog import BOOK, COFFEE, FREE, SALMON, SOAP, WATER, weight_label
from tests.kit.lane import ANA, ANA_PIN, BETO, BETO_PIN, FLOAT_MINOR, make_shop
from tests.register.model import ModelBasket, ModelLane, ModelLine

CODES: Final = {COFFEE: "CAFE", WATER: "AGUA", BOOK: "LIBRO", SOAP: "JABON", FREE: "FREE"}
PINS: Final = {ANA.operator: ANA_PIN, BETO.operator: BETO_PIN}
NEXT: Final = st.sampled_from(("1", "1", "2", ""))
numbers = st.integers(1, 5)
quantities = st.sampled_from((None, 1, 2, 3, -1, -2))


class LaneMachine(RuleBasedStateMachine):
    """Acts of a lane in any order."""

    @initialize(is_ready=st.sampled_from((True, True, True, False)))
    def begin(self, is_ready: bool) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="machine-"))
        self.shop = make_shop(self.folder, is_ready=is_ready, selling=SellingSettings(negative_lines=True))
        self.model = ModelLane()
        if is_ready:
            self.model = ModelLane(ANA.operator, shift=1, is_open=True, float_cents=FLOAT_MINOR)

    def teardown(self) -> None:
        if not hasattr(self, "shop"):
            return
        verdict = verify(self.shop.db)
        sales = self.shop.db.one(
            "SELECT count(*), coalesce(sum(total_minor), 0), coalesce(max(receipt_number), 0) FROM sale"
        )
        documents = self.shop.db.one("SELECT count(*) FROM outbox WHERE kind = 'sale_posted'")
        self.shop.db.close()
        shutil.rmtree(self.folder)
        assert verdict.discrepancies == ()
        assert sales == (self.model.receipts, self.model.grand_total, self.model.receipts)
        assert documents == (self.model.receipts,)
        assert verdict.head.perpetual_net_minor == self.model.grand_total

    def expect(self, answer: object, is_done: bool, *reasons: Reason) -> None:
        """Assert that an act was done or refused as the model has it."""
        assert isinstance(answer, Refused) is not is_done, answer
        if isinstance(answer, Refused) and reasons:
            assert answer.reason in reasons

    # people

    @rule(operator=st.sampled_from(("1", "2")), is_right=st.sampled_from((True, True, True, False)))
    def sign_on(self, operator: str, is_right: bool) -> None:
        self.shop.beat.advance(3600)  # nobody waits for a wrong PIN here: test_lockout.py does
        answer = self.shop.register.sign_on(operator, PINS[operator] if is_right else "0000")
        self.expect(answer, is_right, Reason.WRONG_PIN)
        self.model.operator = operator if is_right else self.model.operator

    @rule(next_one=NEXT)
    def sign_off(self, next_one: str) -> None:
        self.expect(self.shop.register.sign_off(), bool(self.model.operator), Reason.NOT_SIGNED_ON)
        self.model.operator = ""
        self.let_sign_on(next_one)

    def let_sign_on(self, operator: str) -> None:
        """Let someone sign on, so that most sequences get on with selling; nobody for an empty text."""
        if operator:
            self.shop.beat.advance(3600)
            self.expect(self.shop.register.sign_on(operator, PINS[operator]), True)
            self.model.operator = operator

    # shifts

    @precondition(lambda self: not self.model.is_open)
    @rule(cents=st.integers(0, 100_000))
    def open_shift(self, cents: int) -> None:
        answer = self.shop.register.open_shift(cents)
        self.expect(answer, bool(self.model.operator) and not self.model.is_open)
        if not isinstance(answer, Refused):
            model = self.model
            model.is_open, model.shift, model.float_cents = True, model.shift + 1, cents
            model.cash, model.sold, model.counted = 0, 0, []

    @precondition(lambda self: bool(self.model.is_open))
    @rule(off=st.sampled_from((0, 0, 1, -500)), is_followed=st.sampled_from((True, True, False)))
    def close_shift(self, off: int, is_followed: bool) -> None:
        model = self.model
        counted = max(0, model.float_cents + model.cash + off)
        answer = self.shop.register.close_shift(counted, carry_over=True)
        if not model.is_ready or model.basket.lines:
            self.expect(answer, False, Reason.NOT_SIGNED_ON, Reason.NO_SHIFT, Reason.BASKET_OPEN)
            return
        expected = model.float_cents + model.cash
        if counted != expected and not model.counted:
            self.expect(answer, False, Reason.COUNT_AGAIN)
            model.counted.append(counted)
            return
        if model.z_at is not None and model.now < model.z_at:
            self.expect(answer, False, Reason.Z_BEFORE_LAST)
            return
        assert isinstance(answer, ShiftClosed)
        model.z_at = model.now
        report = answer.report
        assert (report.number, report.total_minor, report.suspended) == (model.shift, model.sold, len(model.suspended))
        assert (report.till.expected_minor, report.till.over_short_minor) == (expected, counted - expected)
        assert [count.counted_minor for count in report.till.counts] == [*model.counted, counted]
        assert report.is_gapless
        model.is_open = False
        if is_followed:
            self.open_shift(counted)

    @precondition(lambda self: bool(self.model.is_open))
    @rule()
    def read_x(self) -> None:
        answer = self.shop.register.read_x(paper=True)
        self.expect(answer, self.model.is_ready)
        if not isinstance(answer, Refused):
            assert answer.report.total_minor == self.model.sold
            assert answer.report.till.expected_minor == self.model.float_cents + self.model.cash

    # selling

    @precondition(lambda self: bool(self.model.is_ready))
    @rule(code=st.sampled_from(sorted(CODES)), quantity=quantities)
    def scan(self, code: str, quantity: int | None) -> None:
        answer = self.shop.register.scan(code, None if quantity is None else quantity * 1_000_000)
        self.expect(answer, self.model.may_change, Reason.NOT_SIGNED_ON, Reason.NO_SHIFT, Reason.TENDER_STARTED)
        if not isinstance(answer, Refused):
            sold = ModelLine(CODES[code], Decimal(quantity or 1), self.model.operator, self.model.now)
            self.model.basket.add(sold)

    @precondition(lambda self: bool(self.model.is_ready))
    @rule(codes=st.lists(st.sampled_from(sorted(CODES)), min_size=2, max_size=4))
    def scan_some(self, codes: list[str]) -> None:
        for code in codes:
            self.scan(code, None)

    @precondition(lambda self: bool(self.model.is_ready))
    @rule(grams=st.integers(1, 9_999))
    def scan_label(self, grams: int) -> None:
        answer = self.shop.register.scan(weight_label(SALMON, grams))
        self.expect(answer, self.model.may_change)
        if not isinstance(answer, Refused):
            weight = Decimal(grams) / 1_000
            self.model.basket.add(ModelLine(SALMON, weight, self.model.operator, self.model.now, is_label=True))

    def is_live(self, number: int) -> bool:
        """Say whether there is such a line and it can be changed or voided."""
        lines = self.model.basket.lines
        return 1 <= number <= len(lines) and not lines[number - 1].voids and not lines[number - 1].is_voided

    @precondition(lambda self: bool(self.model.basket.lines))
    @rule(number=numbers)
    def void_line(self, number: int) -> None:
        answer = self.shop.register.void_line(number)
        self.expect(answer, self.model.may_change and self.is_live(number))
        if not isinstance(answer, Refused):
            self.model.basket.void(number, self.model.operator, self.model.now)

    @precondition(lambda self: bool(self.model.basket.lines))
    @rule(number=numbers, quantity=st.sampled_from((1, 4, -3)))
    def change_quantity(self, number: int, quantity: int) -> None:
        answer = self.shop.register.change_quantity(number, quantity * 1_000_000)
        may = self.model.may_change and self.is_live(number) and not self.model.basket.lines[number - 1].is_label
        self.expect(answer, may)
        if not isinstance(answer, Refused):
            self.model.basket.change(number, Decimal(quantity), self.model.operator, self.model.now)

    @precondition(lambda self: bool(self.model.basket.lines))
    @rule()
    def void_basket(self) -> None:
        answer = self.shop.register.void_basket()
        self.expect(answer, self.model.may_change and bool(self.model.basket.lines))
        if not isinstance(answer, Refused):
            self.model.basket = ModelBasket()

    # suspending

    @precondition(lambda self: bool(self.model.basket.lines))
    @rule(name=st.sampled_from(("Juan", "Eva", " ")))
    def suspend(self, name: str) -> None:
        basket_id = self.shop.register.basket.basket_id
        answer = self.shop.register.suspend(name)
        self.expect(answer, self.model.may_change and bool(self.model.basket.lines) and bool(name.strip()))
        if not isinstance(answer, Refused):
            self.model.basket.touched = 0
            self.model.suspended[basket_id] = self.model.basket
            self.model.basket = ModelBasket()

    @precondition(lambda self: bool(self.model.suspended))
    @rule(at=st.integers(0, 3))
    def resume(self, at: int) -> None:
        ids = sorted(self.model.suspended)
        basket_id = ids[at] if at < len(ids) else "nobody"
        answer = self.shop.register.resume(basket_id)
        self.expect(answer, self.model.is_ready and not self.model.basket.lines and at < len(ids))
        if not isinstance(answer, Refused):
            self.model.basket = self.model.suspended.pop(basket_id)
            self.model.basket.is_resumed = True

    # tender

    @precondition(lambda self: bool(self.model.basket.lines))
    @rule(
        kind=st.sampled_from(("cash", "voucher")), per_cent=st.sampled_from((None, 30, 100, 150)), is_sure=st.booleans()
    )
    def add_tender(self, kind: str, per_cent: int | None, is_sure: bool) -> None:
        model, basket = self.model, self.model.basket
        owed = basket.balance
        amount = None if per_cent is None else abs(owed) * per_cent // 100
        answer = self.shop.register.add_tender(kind, amount, confirmed=is_sure)
        handed = abs(owed) if amount is None else amount
        may = model.is_ready and bool(basket.lines) and (is_sure or not basket.is_resumed or bool(basket.paid))
        is_right = (owed == 0 and amount is None) or (
            handed > 0 and (handed <= abs(owed) or (kind == "cash" and owed > 0))
        )
        self.expect(answer, may and is_right)
        if isinstance(answer, Refused):
            return
        if handed:
            basket.paid.append((kind, min(handed, owed) if owed > 0 else -handed))
        assert isinstance(answer, SalePosted) is (basket.balance == 0)
        if isinstance(answer, SalePosted):
            assert (answer.receipt_number, answer.total_minor) == (model.receipts + 1, basket.total)
            assert answer.change_minor == (max(0, handed - owed) if owed > 0 else 0)
            model.post()

    @precondition(lambda self: self.model.is_ready)
    @rule(
        codes=st.lists(st.sampled_from(sorted(CODES)), min_size=1, max_size=3),
        quantity=quantities,
        ways=st.lists(st.tuples(st.sampled_from(("cash", "voucher")), st.sampled_from((30, 60, 150))), max_size=2),
    )
    def sell_and_pay(self, codes: list[str], quantity: int | None, ways: list[tuple[str, int]]) -> None:
        for code in codes:
            self.scan(code, quantity)
        for kind, per_cent in ways:
            if self.model.basket.lines:
                self.add_tender(kind, per_cent, True)
        if self.model.basket.lines:
            self.add_tender("cash", None, True)

    @precondition(lambda self: bool(self.model.basket.paid))
    @rule()
    def take_back_tenders(self) -> None:
        answer = self.shop.register.take_back_tenders()
        self.expect(answer, self.model.is_ready and bool(self.model.basket.paid))
        if not isinstance(answer, Refused):
            self.model.basket.paid.clear()

    @precondition(lambda self: bool(self.model.receipts))
    @rule(number=st.one_of(st.none(), st.integers(0, 4)))
    def print_copy(self, number: int | None) -> None:
        model = self.model
        wanted = model.receipts if number is None else number
        answer = self.shop.register.print_copy(number)
        self.expect(answer, bool(model.operator) and 0 < wanted <= model.receipts)
        if not isinstance(answer, Refused):
            model.copies[wanted] = model.copies.get(wanted, 0) + 1
            assert (answer.receipt_number, answer.copy) == (wanted, model.copies[wanted])

    # the world

    @rule(seconds=st.sampled_from((1_000, -77)))
    def let_time_pass(self, seconds: int) -> None:
        self.shop.clock.advance(seconds)
        self.model.now += seconds

    @rule(next_one=NEXT)
    def restart(self, next_one: str) -> None:
        before = self.shop.register.basket
        self.shop.reopen()
        self.model.operator = ""
        assert self.shop.register.basket == before
        self.let_sign_on(next_one)

    @precondition(lambda self: hasattr(self, "shop"))
    @invariant()
    def shows_what_the_model_shows(self) -> None:
        register, model = self.shop.register, self.model
        status = register.status()
        assert not isinstance(status, Refused)
        assert (register.operator.operator if register.operator else "") == model.operator
        assert (register.shift.shift_id if register.shift else 0) == (model.shift if model.is_open else 0)
        assert (register.last_receipt, status.suspended) == (model.receipts, len(model.suspended))
        assert shown(register.basket) == modelled(model.basket)
        assert (register.basket.total_minor, register.basket.balance_minor) == (
            model.basket.total,
            model.basket.balance,
        )


def shown(basket: Basket) -> list[tuple[Any, ...]]:
    """Return a basket's lines as they can be compared."""
    return [
        (line.sku, Decimal(line.quantity_micro) / 1_000_000, line.tax.amount_minor, line.voids, line.operator)
        for line in basket.lines
    ]


def modelled(basket: ModelBasket) -> list[tuple[Any, ...]]:
    """Return a model's lines likewise."""
    return [(line.sku, line.quantity, line.cents, line.voids, line.operator) for line in basket.lines]


def test_any_sequence_of_acts_shows_what_the_model_shows() -> None:
    run_state_machine_as_test(LaneMachine, settings=settings(max_examples=80, stateful_step_count=40))


@pytest.mark.slow
def test_many_more_sequences_do_too() -> None:
    run_state_machine_as_test(LaneMachine, settings=settings(max_examples=600, stateful_step_count=60))
