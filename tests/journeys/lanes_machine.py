"""Acts at two lanes of one store and at their ERP, in any order, each held at once against the model."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from domain.account_intent import CollectTender
from domain.instant import read_stamp, stamp
from domain.outcome import SalePosted
from domain.refusal import Reason, Refused
from tests.journeys.counting_erp import FAULTS, CountingErp, Told
from tests.journeys.lanes_at_work import OneLane
from tests.journeys.lanes_proof import MICRO, hold_all_z, hold_comparisons, hold_report, hold_the_end
from tests.journeys.two_lanes import LIMITS, STALE_HOURS, STALE_PERCENT, Document, LaneBook, Piece
from tests.kit.books import CODES, OFF_PPM, SoldLine, Wanted, baskets, money_of, sold_line
from tests.kit.lane import ANA, ANA_PIN, BETO, FLOAT_MINOR, SteppingClock
from tests.register.reading import records

ROOM: Final = Path("/dev/shm")
"""A RAM disk where there is one: what is tried here is not the disk."""
LANES: Final = st.sampled_from((0, 1))
KINDS: Final = st.sampled_from(("cash", "voucher", "account", "account"))
CUSTOMERS: Final = st.sampled_from(sorted(LIMITS))
NEWEST: Final = 6
"""Of how many of a lane's newest receipts things come back: so that the same ones are met again."""


class TwoLanes(RuleBasedStateMachine):
    """Acts at two lanes and at the ERP in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="two-lanes-", dir=ROOM if ROOM.is_dir() else None))
        self.clock = SteppingClock()
        self.erp = CountingErp(lambda: stamp(self.clock()), customers=tuple(LIMITS))
        self.lanes = [OneLane(self.folder, name, self.erp, self.clock) for name in ("1", "2")]

    def lane_with(self, data: st.DataObject, documents: Callable[[LaneBook], list[Document]]) -> OneLane:
        """Return one of the lanes that have such documents."""
        return self.lanes[data.draw(st.sampled_from([at for at in (0, 1) if documents(self.lanes[at].book)]))]

    # what is tried in every basket

    def post(self, lane: OneLane, document: Document, *, has_word: bool = True) -> Document | None:
        """Pay what lies in the basket and keep the document; None where credit is wanted and nobody gives a word."""
        register = lane.register
        assert register.basket.total_minor == document.cents
        answer = register.add_tender(document.kind)
        if document.kind == "account" and document.cents > max(0, self.available(lane, document.customer)):
            assert isinstance(answer, Refused), answer
            assert answer.reason is Reason.NEEDS_APPROVAL
            if not has_word:
                assert not isinstance(register.void_basket(), Refused)
                return None
            register.approve(str(answer.facts["act"]), ANA.operator, ANA_PIN, "", "Otro")
            lane.book.approvals[lane.book.shift] += 1
            answer = register.add_tender(document.kind)
        assert isinstance(answer, SalePosted), answer
        assert answer.total_minor == document.cents
        document.name, document.folio, document.number = answer.sale_id, answer.folio, answer.receipt_number
        document.on_account = document.cents if document.kind == "account" else 0
        return lane.book.post(document)

    def scan(self, lane: OneLane, wanted: Wanted, *, is_uneven: bool) -> dict[int, SoldLine]:
        """Put things into the basket, and return its lines as the model has them."""
        lines = {}
        for code, pieces in wanted:
            lane.register.scan(code, pieces * MICRO)
            number = len(lane.register.basket.lines)
            if is_uneven:
                lane.register.discount_line(number, OFF_PPM)
            lines[number] = sold_line(code, pieces, is_uneven=is_uneven)
        return lines

    def document(self, lane: OneLane, kind: str, cents: int, customer: str) -> Document:
        """Return a document that is not posted yet."""
        return Document("", lane.book.name, lane.book.shift, kind, cents, customer=customer)

    # selling and taking back

    @initialize(first=baskets, second=baskets)
    def begin(self, first: Wanted, second: Wanted) -> None:
        """Sell something at each lane, so that from the beginning something can come back."""
        for at, wanted in enumerate((first, second)):
            self.sell(at, wanted, "cash", "", False, False)

    @rule(at=LANES, wanted=baskets, kind=KINDS, customer=CUSTOMERS, is_uneven=st.booleans(), has_word=st.booleans())
    def sell(self, at: int, wanted: Wanted, kind: str, customer: str, is_uneven: bool, has_word: bool) -> None:
        lane = self.lanes[at]
        if kind == "account":
            lane.register.set_customer(customer)
        lines = self.scan(lane, wanted, is_uneven=is_uneven)
        document = self.document(
            lane, kind, sum(line.money.cents for line in lines.values()), customer if kind == "account" else ""
        )
        document.sold = lines
        self.post(lane, document, has_word=has_word)

    def bring(self, lane: OneLane, data: st.DataObject, is_damaged: bool) -> tuple[Document, list[Piece]] | None:
        """Bring pieces of some receipt of the lane back, sometimes more than are left: then nothing happens."""
        sale = pick(data, lane.book.returnable()[-NEWEST:])
        wanted = {
            n: data.draw(st.integers(1, line.pieces)) for n, line in sale.sold.items() if data.draw(st.booleans())
        }
        if not wanted:
            return None
        name = data.draw(st.sampled_from((str(sale.number), sale.folio, sale.code, sale.name)))
        asked = {str(line): pieces * MICRO for line, pieces in wanted.items()}
        answer = lane.register.return_lines(name, "Otro", asked, is_damaged)
        if any(pieces > sale.sold[line].left for line, pieces in wanted.items()):
            assert isinstance(answer, Refused), answer
            assert answer.reason is Reason.OVER_RETURN
            return None
        assert not isinstance(answer, Refused), answer
        return sale, [
            Piece(sale.folio, n, sale.sold[n].sku, pieces, sale.sold[n].take(pieces), is_damaged)
            for n, pieces in wanted.items()
        ]

    @precondition(lambda self: any(lane.book.returnable() for lane in self.lanes))
    @rule(data=st.data(), is_damaged=st.booleans())
    def take_back(self, data: st.DataObject, is_damaged: bool) -> None:
        lane = self.lane_with(data, LaneBook.returnable)
        brought = self.bring(lane, data, is_damaged)
        if brought is not None:
            sale, pieces = brought
            document = self.document(lane, sale.kind, -sum(piece.money.cents for piece in pieces), sale.customer)
            document.backs, document.of = pieces, (sale.name,)
            self.post(lane, document)

    @precondition(lambda self: any(lane.book.returnable() for lane in self.lanes))
    @rule(data=st.data(), wanted=baskets, kind=KINDS, customer=CUSTOMERS, is_uneven=st.booleans())
    def exchange(self, data: st.DataObject, wanted: Wanted, kind: str, customer: str, is_uneven: bool) -> None:
        lane = self.lane_with(data, LaneBook.returnable)
        brought = self.bring(lane, data, is_damaged=False)
        if brought is None:
            return
        sale, pieces = brought
        lines = self.scan(lane, wanted, is_uneven=is_uneven)
        cents = sum(line.money.cents for line in lines.values()) - sum(piece.money.cents for piece in pieces)
        buyer = sale.customer
        if kind == "account" and not buyer:
            buyer = customer
            lane.register.set_customer(buyer)
        document = self.document(lane, kind if cents > 0 else sale.kind, cents, buyer)
        document.sold, document.backs, document.of = lines, pieces, (sale.name,)
        self.post(lane, document)

    @precondition(lambda self: any(lane.book.returnable() for lane in self.lanes))
    @rule(data=st.data(), kind=KINDS, customer=CUSTOMERS, is_damaged=st.booleans())
    def take_back_of_the_other_lane(self, data: st.DataObject, kind: str, customer: str, is_damaged: bool) -> None:
        """Take items of the other lane's receipt on its proof: up to its total, whatever the other lane took back."""
        at = data.draw(st.sampled_from([at for at in (0, 1) if self.lanes[1 - at].book.returnable()]))
        lane = self.lanes[at]
        sale = pick(data, self.lanes[1 - at].book.returnable()[-NEWEST:])
        pieces: list[Piece] = []
        for line in sale.sold.values():
            if not data.draw(st.booleans()):
                continue
            count = data.draw(st.integers(1, line.pieces))
            each = line.money.cents // line.pieces
            code, price = CODES[line.sku], each * 10_000
            answer = lane.register.return_item(code, "Otro", count * MICRO, price, is_damaged, sale.code)
            given = lane.book.given_on(sale.folio) + sum(piece.money.cents for piece in pieces)
            if given + each * count > max(0, sale.cents):
                assert isinstance(answer, Refused), answer
                assert answer.reason is Reason.OVER_RECEIPT
                continue
            assert not isinstance(answer, Refused), answer
            money = money_of(line.sku, each * count)
            pieces.append(Piece(sale.folio, 0, line.sku, count, money, is_damaged))
        if pieces:
            if kind == "account":
                lane.register.set_customer(customer)
            cents = -sum(piece.money.cents for piece in pieces)
            document = self.document(lane, kind, cents, customer if kind == "account" else "")
            document.backs = pieces
            self.post(lane, document)

    @precondition(lambda self: any(lane.book.sales() for lane in self.lanes))
    @rule(data=st.data())
    def post_void(self, data: st.DataObject) -> None:
        lane = self.lane_with(data, LaneBook.sales)
        last = lane.book.sales()[-1]
        answer = lane.register.post_void("Otro")
        is_whole = last.sold and not last.backs and all(line.left == line.pieces for line in last.sold.values())
        if not is_whole or last.shift != lane.book.shift:
            assert isinstance(answer, Refused), answer
            assert answer.reason is Reason.NOT_VOIDABLE
            return
        assert isinstance(answer, SalePosted), answer
        document = self.document(lane, last.kind, -last.cents, last.customer)
        document.name, document.folio, document.number = answer.sale_id, answer.folio, answer.receipt_number
        document.backs = [
            Piece(last.folio, n, line.sku, line.pieces, line.take(line.pieces)) for n, line in last.sold.items()
        ]
        document.of, document.on_account = (last.name,), -last.on_account
        lane.book.post(document)

    # accounts

    def owed(self, lane: OneLane, customer: str) -> int:
        """Return what a lane should say is owed: the word of the ERP that it has, and what was not in that."""
        told = self.word(lane, customer)
        own = (one for one in lane.book.documents if one.customer == customer and one.name not in told.documents)
        return told.balance + sum(one.on_account for one in own)

    def word(self, lane: OneLane, customer: str) -> Told:
        """Return what the ERP said at the instant of which the lane tells; the ERP remembers."""
        at = lane.register.read_account(customer).balance_at
        return self.erp.history[customer, at] if at else Told(0, frozenset())

    def available(self, lane: OneLane, customer: str) -> int:
        """Return how much more may go on an account: of an old word, only a part of the limit."""
        at = lane.register.read_account(customer).balance_at
        is_old = not at or (self.clock.at - read_stamp(at)).total_seconds() > STALE_HOURS * 3600
        limit = LIMITS[customer] * STALE_PERCENT // 100 if is_old else LIMITS[customer]
        return limit - self.owed(lane, customer)

    @rule(
        data=st.data(),
        at=LANES,
        customer=CUSTOMERS,
        cents=st.sampled_from((100, 4_550, 19_990, 40_000)),
        what=st.sampled_from(("cash", "credit_card", "reverse")),
    )
    def collect(self, data: st.DataObject, at: int, customer: str, cents: int, what: str) -> None:
        lane = self.lanes[at]
        if what != "reverse":
            self.receive(lane, customer, cents, what)
        elif lane.book.open_collections():
            taken = pick(data, lane.book.open_collections())
            answer = lane.register.reverse_collection(taken.number, "Otro")
            assert not isinstance(answer, Refused), answer
            taken.is_voided = True
            document = self.document(lane, taken.kind, -taken.cents, taken.customer)
            self.keep_collection(lane, document, answer.number)

    def receive(self, lane: OneLane, customer: str, cents: int, kind: str) -> None:
        """Receive money on an account."""
        tender = CollectTender(kind, cents + 1_000) if kind == "cash" else CollectTender(kind, None, "A1")
        answer = lane.register.collect(customer, cents, (tender,))
        assert not isinstance(answer, Refused), answer
        assert answer.owed_minor == self.owed(lane, customer) - cents
        self.keep_collection(lane, self.document(lane, kind, cents, customer), answer.number)

    def keep_collection(self, lane: OneLane, document: Document, number: int) -> None:
        """Keep a collection or a reversal, and what it waits for: which documents it pays is other tests' matter."""
        body = records(lane.shop)[-1]["body"]
        document.name, document.number, document.is_collection = body["collection_id"], number, True
        document.on_account = -document.cents
        document.of = tuple(of for of in body["of"] if of in {one.name for one in lane.book.documents})
        lane.book.post(document)

    # the line to the ERP

    @rule(
        at=LANES,
        faults=st.one_of(st.just([]), st.lists(st.sampled_from(FAULTS), max_size=3)),
        is_deaf=st.sampled_from((False, False, True)),
        meanwhile=st.sampled_from(("", "", "", "", "other", "sale", "collection")),
    )
    def be_online(self, at: int, faults: list[str], is_deaf: bool, meanwhile: str) -> None:
        """Make one round; the other lane may make one, and this one go on selling, while the ERP thinks."""
        lane, other = self.lanes[at], self.lanes[1 - at]
        act = {
            "other": partial(self.round, other),
            "sale": partial(self.sell, at, [(CODES["AGUA"], 2)], "account", "C-1", False, False),
            "collection": partial(self.receive, lane, "C-1", 100, "cash"),
        }
        self.erp.faults.extend(faults)
        self.erp.is_deaf, self.erp.meanwhile = is_deaf, act.get(meanwhile)
        self.round(lane)
        if not (faults or is_deaf or meanwhile):
            assert [self.word(lane, one).balance for one in LIMITS] == [self.erp.balance(one) for one in LIMITS]
        self.erp.faults.clear()
        self.erp.is_deaf, self.erp.meanwhile = False, None

    def round(self, lane: OneLane) -> None:
        """Push and pull once, as the sync's loop does; the model takes note of what the ERP has told of returns."""
        lane.sync.round()
        told = self.erp.told_returns.get(lane.book.name, {})
        for sale in lane.book.returnable():
            for no, line in sale.sold.items():
                line.elsewhere = told.get((sale.folio, no), 0)

    @rule(at=LANES, data=st.data(), what=st.sampled_from(("retry", "regret", "wait", "power", "close")))
    def pause(self, at: int, data: st.DataObject, what: str) -> None:
        """Let something happen that nobody at the counter does."""
        lane = self.lanes[at]
        match what:
            case "retry":
                self.put_back(lane)
            case "regret" if names := [name for name in self.erp.booked if self.erp.can_throw_out(name)]:
                self.erp.throw_out(data.draw(st.sampled_from(names[-4:])))
            case "wait":
                self.clock.advance(data.draw(st.sampled_from((1, 13, 25))) * 3600)
            case "power":
                lane.shop.reopen()
                lane.shop.sign_on(BETO)
            case "close":
                self.close_shift(lane)

    def put_back(self, lane: OneLane) -> None:
        """Let what was refused wait again, as a person does at the inbox."""
        assert not isinstance(lane.register.open_desk().put_back(None), Refused)

    def close_shift(self, lane: OneLane) -> None:
        """Close a shift by its Z, and open the next. What went out may be more than there was: counted again."""
        expected = FLOAT_MINOR + lane.book.cash(lane.book.shift)
        answer = lane.register.close_shift(max(0, expected), carry_over=True)
        if expected < 0:
            assert answer.reason is Reason.COUNT_AGAIN
            answer = lane.register.close_shift(0, carry_over=True)
        assert not isinstance(answer, Refused), answer
        hold_report(lane, answer.report)
        lane.book.shift += 1
        assert not isinstance(lane.register.open_shift(FLOAT_MINOR), Refused)

    # what must hold

    @invariant()
    def lanes_agree_with_the_model(self) -> None:
        """Hold accounts, cash and taxes of both lanes against the model."""
        assert self.erp.wrongs == [], self.erp.wrongs
        for lane in self.lanes:
            for customer in LIMITS:
                account = lane.register.read_account(customer)
                assert account.credit.owed_minor == self.owed(lane, customer)
                assert account.credit.available_minor == self.available(lane, customer)
            hold_report(lane, lane.register.draw_x().report)

    def teardown(self) -> None:
        """Let both lanes be on line until nothing moves any more, and hold everything against everything."""
        try:
            self.drain()
            hold_the_end(self.lanes, self.erp)
            for lane in self.lanes:
                self.close_shift(lane)
                self.round(lane)
            hold_all_z(self.lanes)
            hold_comparisons(self.lanes, self.erp)
        finally:
            for lane in self.lanes:
                lane.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def drain(self) -> None:
        """Deliver and put back until the ERP has all that it will ever take."""
        before: object = None
        while before != (before := ([lane.states() for lane in self.lanes], dict(self.erp.thrown_out))):
            for lane in self.lanes:
                self.put_back(lane)
                self.round(lane)
        for lane in self.lanes:
            self.round(lane)


def pick(data: st.DataObject, documents: list[Document]) -> Document:
    """Return one of some documents, drawn by its number so that a failure is short to read."""
    number = data.draw(st.sampled_from([one.number for one in documents]))
    return next(one for one in documents if one.number == number)
