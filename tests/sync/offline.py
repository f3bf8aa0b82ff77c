"""A lane that has traded for days without its ERP, and what the ERP must have of it in the end.

Each day has its shift: sales in several tenders and on account, returns, collections, cash that goes in and out, a Z.
The clock is simulated. `Ledgers` holds what the ERP got against the journal: every document once, as it was, after
what it depends on, and each shift's money as its Z says.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from config.settings import ErpSettings, LaneSettings, Settings, SyncSettings
from domain import intent
from domain.account_intent import Collect, CollectTender
from domain.customer import Customer
from domain.intent_return import BeginReturn, ReturnLines
from domain.journal import read_record
from domain.outcome import SalePosted, ShiftClosed
from domain.payment_terms import PaymentTerms, TermPart
from domain.refusal import Refused
from storage.connection import LedgerDatabase
from storage.customers import put_customers
from sync.document import origins_of
from tests.kit.catalog import BOOK, COFFEE, SOAP, WATER
from tests.kit.lane import Shop, make_shop
from tests.sync.checker import Finding, compare
from tests.sync.shop import LANE, states
from tests.sync.tutorial_erp import KEY, TutorialErp

SALES: Final = 500
"""Of a day."""
OWES: Final = Customer(
    "C-9",
    "Abarrotes Luz",
    tax_id="GODE561231GR8",
    terms=PaymentTerms("Crédito 30 días", (TermPart(30),)),
    credit_limit_minor=100_000_000,
)
CODES: Final = (BOOK, COFFEE, SOAP, WATER)
_ORDERS: Final = ("sale_posted", "collection_posted")


class Offline:
    """A lane with no ERP, and a chance that is the same in every run."""

    def __init__(self, folder: Path, seed: int) -> None:
        data = folder / "data"
        (data / "logs").mkdir(parents=True)
        key = data / "erp.key"
        key.write_text(KEY, encoding="ascii")
        key.chmod(0o400)
        self.lane = LaneSettings(id=LANE, data=str(data))
        self.shop: Shop = make_shop(data, is_ready=False, lane=self.lane)
        with self.shop.db.atomic():
            put_customers(self.shop.db, (OWES,))
        self.shop.sign_on()
        self.chance = random.Random(seed)
        self.receipts: list[int] = []

    def settings_at(self, url: str) -> Settings:
        """Return the settings of the sync, for an ERP at an address."""
        sync, erp = SyncSettings(connector="tutorial"), ErpSettings(url=url, read_seconds=1)
        return Settings(lane=self.lane, sync=sync, erp=erp)

    def trade(self, days: int, sales: int = SALES) -> None:
        """Work for so many days."""
        for _ in range(days):
            began = self.shop.clock.at
            self.do(intent.OpenShift(50_000))
            for number in range(sales):
                self._sell()
                if number % 25 == 24:
                    self._pause(number // 25)
            self._close()
            self.shop.clock.at = began + timedelta(days=1)

    def do(self, wanted: intent.Intent) -> Any:
        answer = self.shop.register.perform(wanted)
        assert not isinstance(answer, Refused), (wanted, answer)
        return answer

    def _sell(self) -> None:
        """Sell a few things, to one in ten on account, to one in four by card."""
        self.shop.clock.advance(self.chance.randrange(20, 70))
        for code in self.chance.choices(CODES, k=self.chance.choice((1, 1, 2, 3))):
            self.do(intent.Scan(code))
        way = self.chance.randrange(20)
        if way < 2:
            self.do(intent.SetCustomer(OWES.code))
            posted = self.do(intent.AddTender("account"))
        elif way < 7:
            posted = self.do(intent.AddTender("credit_card", reference="A1"))
        else:
            posted = self.do(intent.AddTender("cash", 100_000))
        assert isinstance(posted, SalePosted)
        self.receipts.append(posted.receipt_number)

    def _pause(self, turn: int) -> None:
        """Do what is no sale: something comes back, somebody pays his debts, money goes in or out."""
        match turn % 5:
            case 0 | 1:
                receipt = str(self.receipts.pop(-self.chance.randrange(1, 20)))
                kinds = self.do(BeginReturn(receipt)).refunds
                self.do(ReturnLines(receipt, "Otro"))
                self.do(intent.AddTender(next(iter(kinds)), reference="A2"))
            case 2:
                self.do(Collect(OWES.code, self.chance.randrange(1_000, 5_000), tenders=(CollectTender("cash"),)))
            case 3:
                self.do(intent.Pickup(10_000))
                self.do(intent.Loan(5_000))
            case _:
                self.do(intent.PaidOut(1_234, reason="Proveedor"))

    def _close(self) -> None:
        expected = self.do(intent.ReadX()).report.till.expected_minor
        closed = self.do(intent.CloseShift(counted_minor=expected, next_float_minor=50_000))
        assert isinstance(closed, ShiftClosed)


def refuse_some(db: LedgerDatabase, erp: TutorialErp, count: int) -> tuple[set[str], set[str]]:
    """Let the ERP refuse so many sales, one of them with a return; return them, and what has to wait for them."""
    origins = origins_in(db)
    named = [origin for found in origins.values() for origin in found]
    sales = [one for (one,) in db.all("SELECT document_id FROM outbox WHERE kind = 'sale_posted' ORDER BY journal_seq")]
    free = [one for one in sales if one not in origins and one not in set(named)]
    chosen = {named[0], *free[:: len(free) // count][: count - 1]}
    for one in chosen:
        erp.refuse(one)
    waiting: set[str] = set()
    while more := {one for one, found in origins.items() if {*found} & (chosen | waiting)} - waiting:
        waiting |= more
    return chosen, waiting


def origins_in(db: LedgerDatabase) -> dict[str, tuple[str, ...]]:
    """Return what of this lane each document depends on."""
    rows = db.all("SELECT document_id, record FROM outbox JOIN journal ON seq = journal_seq")
    known = {one for one, _ in rows}
    named = {one: tuple(o for o in origins_of(read_record(text)) if o in known) for one, text in rows}
    return {one: found for one, found in named.items() if found}


def find_faults(db: LedgerDatabase, erp: TutorialErp) -> Finding:
    """Compare what the lane has posted with what the ERP has got."""
    posted = dict(db.all("SELECT document_id, hash FROM outbox JOIN journal ON seq = journal_seq"))
    origins, known, received = origins_in(db), states(db), erp.received()
    blocking = {one: next((o for o in found if known[o] != "sent"), found[0]) for one, found in origins.items()}
    whole = compare(posted, blocking, known, received)
    for place in range(max(len(found) for found in origins.values())):
        part = {one: found[place] for one, found in origins.items() if place < len(found)}
        whole.misordered |= compare(posted, part, known, received).misordered
    return whole


def erp_money(erp: TutorialErp) -> dict[tuple[int, str, str], int]:
    """Return what the ERP's documents come to, by shift, by what they are, and by kind of tender."""
    sums: Counter[tuple[int, str, str]] = Counter()
    for one in erp.documents:
        record = one["record"]
        _add(sums, record["shift_id"], one["kind"], record["body"])
    return +sums | {key: amount for key, amount in sums.items() if amount < 0}


def lane_money(db: LedgerDatabase, without: set[str]) -> dict[tuple[int, str, str], int]:
    """Return what the lane's journal comes to, but for some documents."""
    sums: Counter[tuple[int, str, str]] = Counter()
    rows = db.all("SELECT document_id, o.kind, j.shift_id, record FROM outbox o JOIN journal j ON seq = journal_seq")
    for document_id, kind, shift_id, record in rows:
        if document_id not in without:
            _add(sums, shift_id, kind, json.loads(record)["body"])
    return +sums | {key: amount for key, amount in sums.items() if amount < 0}


def _add(sums: Counter[tuple[int, str, str]], shift_id: int, kind: str, body: Mapping[str, Any]) -> None:
    if kind in _ORDERS:
        for tender in body["tenders"]:
            sums[shift_id, kind, tender["kind"]] += tender["amount_minor"] - tender["change_minor"]
    elif "amount_minor" in body:
        sums[shift_id, kind, ""] += body["amount_minor"]


def z_money(erp: TutorialErp) -> dict[tuple[int, str, str], int]:
    """Return what was taken by shift, for what, and by kind of tender, as the Zs say that the ERP has got."""
    found: dict[tuple[int, str, str], int] = {}
    for one in erp.documents:
        if one["kind"] == "shift_closed":
            shift_id, body = one["record"]["shift_id"], one["record"]["body"]
            found |= {(shift_id, "sale_posted", row["kind"]): row["net_minor"] for row in body["tenders"]}
            found |= {(shift_id, "collection_posted", row["kind"]): row["net_minor"] for row in body["collections"]}
    return {key: amount for key, amount in found.items() if amount}
