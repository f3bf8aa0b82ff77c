"""Gift cards on lanes that are offline for stretches: one lane never spends a cent twice, two lanes never unseen.

The ERP here is a few lines: it takes documents in their order, rejects what would take a card below nothing, and tells
balances that may be old when they arrive.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from domain.instant import latest_told
from domain.refusal import Refused
from domain.stored_value import CardBalance, CardKind, card_ref
from storage.cards import put_balances
from storage.verify import verify
from tests.kit.cards import GIFT_ANY, TAKEN, load, put_card_items, spend
from tests.kit.lane import CountedIds, Shop, make_shop
from tests.register.reading import records

CARDS: Final = ("CARD01", "CARD02")
HASHES: Final = {card_ref(code).hash: code for code in CARDS}
AMOUNTS: Final = st.integers(1, 30)
Snapshot = tuple[str, dict[str, int]]


class Erp:
    """Keeps the balance of each card, and what it has rejected."""

    def __init__(self) -> None:
        self.balances = dict.fromkeys(CARDS, 2_000)
        self.taken: set[str] = set()
        self.rejected: dict[str, int] = {}

    def offer(self, document: str, moves: dict[str, int]) -> bool:
        """Take a document once, or reject it whole; say whether it was taken."""
        if document in self.taken:
            return True
        after = {code: self.balances[code] + moves.get(code, 0) for code in CARDS}
        if min(after.values()) < 0:
            self.rejected[document] = -sum(amount for amount in moves.values() if amount < 0)
            return False
        self.balances = after
        self.taken.add(document)
        return True


def moves_of(sale: dict[str, Any]) -> dict[str, int]:
    """Return what a sale's document says of each card."""
    moves: dict[str, int] = {}
    gone = {line["voids"] for line in sale["lines"]}
    for line in sale["lines"]:
        if "load" in line and not line["voids"] and line["line_no"] not in gone:
            code = HASHES[line["load"]["card"]["hash"]]
            moves[code] = moves.get(code, 0) + line["load"]["amount_minor"]
    for tender in sale["tenders"]:
        if "card" in tender:
            code = HASHES[tender["card"]["hash"]]
            moves[code] = moves.get(code, 0) - tender["amount_minor"]
    return moves


class Lanes(RuleBasedStateMachine):
    """Lanes that load and spend cards, an ERP that hears of it late, and balances that arrive later."""

    LANES = 2
    snapshots = Bundle("snapshots")

    def __init__(self) -> None:
        super().__init__()
        self.erp = Erp()
        self.shops: list[Shop] = []

    @initialize()
    def open(self) -> None:
        """Open the lanes, on one clock."""
        self.folder = tempfile.TemporaryDirectory()
        for number in range(self.LANES):
            place = Path(self.folder.name) / str(number)
            place.mkdir()
            shop = make_shop(place, cards=TAKEN)
            shop.share(self.shops[0].clock if self.shops else shop.clock, CountedIds(number))
            put_card_items(shop.db)
            self.shops.append(shop)

    def lane(self, number: int) -> Shop:
        return self.shops[number % self.LANES]

    @rule(target=snapshots)
    def look(self) -> Snapshot:
        """Have the ERP write its balances down as they are now."""
        return self.shops[0].register.lane_at_work.now(), dict(self.erp.balances)

    @rule(number=st.integers(0, 1), snapshot=snapshots)
    def tell(self, number: int, snapshot: Snapshot) -> None:
        """Bring balances to a lane, perhaps long after they were so."""
        at, balances = snapshot
        rows = [
            CardBalance(card_ref(code).hash, code[-4:], CardKind.GIFT_CARD, balance, at)
            for code, balance in balances.items()
        ]
        shop = self.lane(number)
        with shop.db.atomic():
            put_balances(shop.db, rows, latest_told(shop.clock.at))

    @rule(number=st.integers(0, 1), code=st.sampled_from(CARDS), amount=AMOUNTS)
    def load(self, number: int, code: str, amount: int) -> None:
        """Sell some hundred on a card."""
        shop = self.lane(number)
        assert not isinstance(load(shop, code, amount * 1_000_000), Refused)
        assert not isinstance(shop.register.add_tender("cash"), Refused)

    @rule(number=st.integers(0, 1), code=st.sampled_from(CARDS), amount=AMOUNTS)
    def spend(self, number: int, code: str, amount: int) -> None:
        """Pay by a card, as far as it goes; the rest in cash."""
        shop = self.lane(number)
        shop.register.ring_department("09", amount * 1_000_000)
        spend(shop, code)
        if shop.register.basket.lines:
            assert not isinstance(shop.register.add_tender("cash"), Refused)

    @rule(number=st.integers(0, 1), count=st.integers(1, 3), is_answer_lost=st.booleans())
    def send(self, number: int, count: int, is_answer_lost: bool) -> None:
        """Bring some documents to the ERP; its answer may be lost, and they come again."""
        shop = self.lane(number)
        waiting = "SELECT document_id FROM outbox WHERE kind = 'sale_posted' AND state = 'waiting' ORDER BY journal_seq"
        sales = {r["body"]["sale_id"]: r["body"] for r in records(shop) if r["kind"] == "sale_posted"}
        for (document,) in shop.db.all(waiting)[:count]:
            is_taken = self.erp.offer(document, moves_of(sales[document]))
            if is_answer_lost:
                return
            with shop.db.atomic():
                at = shop.register.lane_at_work.now()
                state = "sent" if is_taken else "rejected"
                shop.db.run("UPDATE outbox SET state = ?, changed_at = ? WHERE document_id = ?", (state, at, document))

    @invariant()
    def what_was_rejected_is_seen(self) -> None:
        """Hold that no card is below nothing, and that each rejected document stands in its lane's inbox or waits."""
        assert min(self.erp.balances.values()) >= 0
        for document in self.erp.rejected:
            states = [shop.db.one("SELECT state FROM outbox WHERE document_id = ?", (document,)) for shop in self.shops]
            assert [state for state in states if state] in ([("rejected",)], [("waiting",)])

    def teardown(self) -> None:
        """Deliver all that waits, and verify."""
        for number, shop in enumerate(self.shops):
            self.send(number, 1_000, False)
            assert verify(shop.db).discrepancies == ()
            shop.db.close()
        if self.shops:
            self.folder.cleanup()


class OneLane(Lanes):
    """One lane alone with an honest ERP."""

    LANES = 1

    @invariant()
    def nothing_is_spent_twice(self) -> None:
        """Hold that the ERP never had to reject anything."""
        assert self.erp.rejected == {}

    def teardown(self) -> None:
        """Deliver all: still nothing is rejected."""
        super().teardown()
        assert self.erp.rejected == {}


Lanes.TestCase.settings = settings(max_examples=10, stateful_step_count=20, deadline=None)
OneLane.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestTwoLanes = Lanes.TestCase
TestOneLane = OneLane.TestCase


def test_the_sample_sells_cards_at_all(tmp_path: Path) -> None:
    shop = make_shop(tmp_path, cards=TAKEN)
    put_card_items(shop.db)
    load(shop, CARDS[0], 5_000_000)
    shop.register.add_tender("cash")
    (sale,) = [record["body"] for record in records(shop) if record["kind"] == "sale_posted"]
    assert moves_of(sale) == {CARDS[0]: 500}
    assert sale["lines"][0]["sku"] == GIFT_ANY
