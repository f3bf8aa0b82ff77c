"""A busy day at a lane beside an Odoo, real or fake: sales, returns, debts, a collection, and answers that are lost."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from domain import intent
from domain.account_intent import Collect
from domain.intent_return import ChangeTender, ReturnLines
from domain.money import MICRO
from domain.outcome import SalePosted, XRead
from domain.refusal import Refused
from sync.errors import Unreachable
from sync.odoo import OdooConnector
from sync.round import Sync
from sync.transport import Reply, Request
from tests.kit.lane import Shop

WRITES = ("sync_from_ui", "create_from_ui")


class LostAnswers:
    """Loses the answers to some of the calls that write orders: the work is done, and nobody hears of it."""

    def __init__(self, connector: OdooConnector, chance: random.Random, risk: float) -> None:
        self._call = connector.transport.call
        self._chance = chance
        self._risk = risk
        self.lost = 0
        connector.transport.call = self.call  # type: ignore[method-assign]

    def call(self, request: Request) -> Reply:
        reply = self._call(request)
        told = request.path + (request.body or b"")[:2_000].decode(errors="replace")
        if any(name in told for name in WRITES) and self._chance.random() < self._risk:
            self.lost += 1
            raise Unreachable("the answer was lost on purpose")
        return reply


def do(shop: Shop, wanted: intent.Intent) -> Any:
    answer = shop.register.perform(wanted)
    assert not isinstance(answer, Refused), (wanted, answer)
    return answer


def work(shop: Shop, codes: Sequence[str], count: int, customer: str = "", other_kind: str = "") -> int:
    """Sell so often; return how many documents became orders beside the sales."""
    more = 0
    for number in range(count):
        do(shop, intent.Scan(codes[number % len(codes)], quantity_micro=(1 + number % 3) * MICRO))
        owes = bool(customer) and number % 20 == 7
        if owes:
            do(shop, intent.SetCustomer(customer))
        posted = do(shop, intent.AddTender("account" if owes else "cash"))
        assert isinstance(posted, SalePosted)
        if number % 25 == 11:
            do(shop, ReturnLines(str(posted.receipt_number), "Otro"))
            do(shop, intent.AddTender("cash"))
            more += 1
        if other_kind and number % 50 == 23:
            do(shop, ChangeTender(other_kind, "otra forma", posted.receipt_number, reference="ok-1"))
            more += 1
    if customer:
        do(shop, Collect(customer, 1_000))
        more += 1
    return more


def close(shop: Shop) -> None:
    """Count what should be there, and draw the Z."""
    read = do(shop, intent.ReadX())
    assert isinstance(read, XRead)
    do(shop, intent.CloseShift(counted_minor=read.report.till.expected_minor))


def sync_until_quiet(shop: Shop, sync: Sync, rounds: int = 60) -> None:
    """Make rounds until nothing waits."""
    for _ in range(rounds):
        sync.round()
        if not shop.db.all("SELECT 1 FROM outbox WHERE state = 'waiting' LIMIT 1"):
            return
    raise AssertionError(shop.db.all("SELECT document_id, reason FROM outbox WHERE state = 'waiting'"))
