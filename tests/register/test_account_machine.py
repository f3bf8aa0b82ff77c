"""Two lanes that are offline for stretches, one customer, and an ERP: held against a model that adds up by itself.

Neither lane ever sells beyond the limit without approval, as far as it can know; what it says is owed is what the ERP
has told it and its own documents that were not in that word; the cash of collections is in the till.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
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

from config.settings import LaneSettings, RolesSettings
from domain.account_intent import CollectTender
from domain.customer import Customer
from domain.refusal import Reason, Refused
from storage import outbox
from storage.accounts import Balance, put_balances, sent_moves
from storage.customers import put_customers
from storage.verify import verify
from tests.kit.catalog import OPEN_DEPARTMENT
from tests.kit.lane import ANA, ANA_PIN, BETO, FLOAT_MINOR, Shop, make_shop

LIMIT: Final = 100_000
LUZ: Final = Customer("C-1", "Luz", credit_limit_minor=LIMIT)
LANES: Final = st.sampled_from((0, 1))
AMOUNTS: Final = st.sampled_from((100, 9_999, 30_000, 60_000, 99_999))


@dataclass
class Erp:
    """Books each document once; knows nothing of limits."""

    booked: dict[str, int] = field(default_factory=dict)

    @property
    def balance_minor(self) -> int:
        """What it says is owed."""
        return sum(self.booked.values())


@dataclass
class OneLane:
    """A lane, and what it should know: its documents in order, and the ERP's word it has."""

    shop: Shop
    documents: dict[str, int] = field(default_factory=dict)
    told_minor: int = 0
    covered: set[str] = field(default_factory=set)
    cash_minor: int = 0
    collections: dict[int, int] = field(default_factory=dict)
    question: tuple[frozenset[int], int, set[str], str] | None = None

    @property
    def owed_minor(self) -> int:
        """What this lane should say is owed."""
        return self.told_minor + sum(amount for name, amount in self.documents.items() if name not in self.covered)


def _id_of(lane: str, ids: Iterator[int]) -> str:
    """Return the next id of a lane, which no other lane has."""
    return f"0000000{lane}-0000-4000-8000-{next(ids):012d}"


class AccountMachine(RuleBasedStateMachine):
    """Acts at two lanes and at the ERP in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="accounts-"))
        self.erp = Erp()
        self.lanes: list[OneLane] = []
        self.clock = 0

    @initialize()
    def open(self) -> None:
        """Open two lanes that know the customer."""
        for name in ("1", "2"):
            folder = self.folder / name
            folder.mkdir()
            shop = make_shop(folder, lane=LaneSettings(id=name), roles=RolesSettings())
            ids = count(1)
            shop.register.lane_at_work.new_id = partial(_id_of, name, ids)
            shop.sign_on(BETO)
            with shop.db.atomic():
                put_customers(shop.db, (LUZ,))
            self.lanes.append(OneLane(shop))

    def teardown(self) -> None:
        """Prove both ledgers from their journals."""
        for lane in self.lanes:
            assert verify(lane.shop.db).discrepancies == ()
            lane.shop.db.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def newest(self, lane: OneLane) -> str:
        """Return the name of a lane's newest move."""
        row = lane.shop.db.one("SELECT document_id FROM account_move ORDER BY journal_seq DESC LIMIT 1")
        assert row
        return str(row[0])

    def now(self) -> str:
        """Return a later instant of the ERP's."""
        self.clock += 1
        return f"2026-11-24T20:{self.clock // 60:02d}:{self.clock % 60:02d}.000Z"

    @rule(at=LANES, amount=AMOUNTS, has_word=st.booleans())
    def sell(self, at: int, amount: int, has_word: bool) -> None:
        """Sell on account; beyond the limit with a word only."""
        lane = self.lanes[at]
        register = lane.shop.register
        register.set_customer(LUZ.code)
        assert not isinstance(register.ring_department(OPEN_DEPARTMENT, amount * 10_000), Refused)
        answer: Any = register.add_tender("account")
        if lane.owed_minor + amount > LIMIT:
            assert isinstance(answer, Refused)
            assert answer.reason is Reason.NEEDS_APPROVAL
            if not has_word:
                approved: Any = register.void_basket()
                register.approve(str(approved.facts["act"]), ANA.operator, ANA_PIN, "", "Otro")
                assert not isinstance(register.void_basket(), Refused)
                return
            register.approve(str(answer.facts["act"]), ANA.operator, ANA_PIN, "", "Otro")
            answer = register.add_tender("account")
        assert not isinstance(answer, Refused), answer
        lane.documents[self.newest(lane)] = amount

    @rule(at=LANES, amount=AMOUNTS, is_card=st.booleans())
    def collect(self, at: int, amount: int, is_card: bool) -> None:
        """Receive money in cash or by card."""
        lane = self.lanes[at]
        tender = CollectTender("credit_card", None, "A1") if is_card else CollectTender("cash", amount + 1_000)
        answer: Any = lane.shop.register.collect(LUZ.code, amount, (tender,))
        assert answer.owed_minor == lane.owed_minor - amount
        lane.documents[self.newest(lane)] = -amount
        lane.collections[answer.number] = 0 if is_card else amount
        lane.cash_minor += 0 if is_card else amount

    @precondition(lambda self: any(lane.collections for lane in self.lanes))
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        """Take a collection back, which needs a supervisor."""
        lane = self.lanes[data.draw(st.sampled_from([i for i, one in enumerate(self.lanes) if one.collections]))]
        number = data.draw(st.sampled_from(sorted(lane.collections)))
        register = lane.shop.register
        refused: Any = register.reverse_collection(number)
        assert refused.reason is Reason.NEEDS_APPROVAL
        register.approve(str(refused.facts["act"]), ANA.operator, ANA_PIN, "", "Otro")
        answer: Any = register.reverse_collection(number)
        assert not isinstance(answer, Refused), answer
        lane.documents[self.newest(lane)] = -answer.amount_minor
        lane.cash_minor -= lane.collections.pop(number)

    @rule(at=LANES, count=st.integers(1, 4))
    def push(self, at: int, count: int) -> None:
        """Be online for some documents: the ERP books what it gets."""
        db = self.lanes[at].shop.db
        for row in outbox.due(db, 0, count):
            with db.atomic():
                batch = f"batch-{row.journal_seq}-{row.attempts}"
                outbox.claim(db, [row.document_id], batch, self.now())
                outbox.mark_sent(db, [row.document_id], batch, self.now())
            if row.document_id in self.lanes[at].documents:
                self.erp.booked[row.document_id] = self.lanes[at].documents[row.document_id]

    @rule(at=LANES)
    def ask(self, at: int) -> None:
        """Ask the ERP for the balance; the answer takes its time."""
        lane = self.lanes[at]
        covers = sent_moves(lane.shop.db)
        lane.question = (covers, self.erp.balance_minor, set(self.erp.booked), self.now())

    @precondition(lambda self: any(lane.question for lane in self.lanes))
    @rule(data=st.data())
    def hear(self, data: st.DataObject) -> None:
        """Get the answer of some time ago; what the ERP has taken since is in the next one."""
        lane = self.lanes[data.draw(st.sampled_from([i for i, one in enumerate(self.lanes) if one.question]))]
        assert lane.question
        covers, balance, booked, at = lane.question
        lane.question = None
        with lane.shop.db.atomic():
            put_balances(lane.shop.db, (Balance(LUZ.code, balance, at, covers),), at)
        lane.told_minor = balance
        lane.covered = {name for name in lane.documents if name in booked}

    @precondition(lambda self: any(lane.covered for lane in self.lanes))
    @rule(data=st.data())
    def refuse_late(self, data: st.DataObject) -> None:
        """Have the ERP throw a document out that it had booked, and tell its balance at once."""
        lane = self.lanes[data.draw(st.sampled_from([i for i, one in enumerate(self.lanes) if one.covered]))]
        name = data.draw(st.sampled_from(sorted(lane.covered)))
        del self.erp.booked[name]
        for other in self.lanes:
            other.question = None  # an answer from before would have it in
        with lane.shop.db.atomic():
            outbox.mark_rejected(lane.shop.db, name, "no such customer", self.now())
        for other in self.lanes:
            self.ask(self.lanes.index(other))
            covers, balance, booked, at = other.question or (frozenset(), 0, set(), "")
            other.question = None
            with other.shop.db.atomic():
                put_balances(other.shop.db, (Balance(LUZ.code, balance, at, covers),), at)
            other.told_minor = balance
            other.covered = {one for one in other.documents if one in booked}

    @rule(at=LANES)
    def retry(self, at: int) -> None:
        """Let what was refused wait again."""
        db = self.lanes[at].shop.db
        with db.atomic():
            outbox.put_back(db, None, self.now())

    @invariant()
    def both_agree(self) -> None:
        """Hold accounts and cash against the model."""
        for lane in self.lanes:
            account: Any = lane.shop.register.read_account(LUZ.code)
            assert account.credit.owed_minor == lane.owed_minor
            assert account.credit.available_minor == LIMIT - lane.owed_minor
            report = lane.shop.register.draw_x().report  # type: ignore[union-attr]
            assert report.till.expected_minor == FLOAT_MINOR + lane.cash_minor


def test_accounts_and_cash_agree_with_the_model() -> None:
    run_state_machine_as_test(AccountMachine, settings=settings(max_examples=12, stateful_step_count=14))


@pytest.mark.slow
def test_accounts_and_cash_agree_in_rare_orders_too() -> None:
    run_state_machine_as_test(AccountMachine, settings=settings(max_examples=200, stateful_step_count=40))
