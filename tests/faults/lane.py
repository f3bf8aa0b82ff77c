"""The real lane under a power cut: its workload on a traced file, and the check of what is found.

Every act of the register that is answered is a promise: a line of the open basket, a posted sale, a voided
basket, a Z, and a document that the sync has marked as sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from config.settings import Settings
from domain.outcome import Answer, BasketChanged, SalePosted
from domain.refusal import Refused
from register.register import Register, open_register
from storage import outbox
from storage.connection import LedgerDatabase, open_ledger
from storage.prints import JobState, mark_job, next_job
from storage.soundness import check_soundness
from storage.verify import verify
from tests.faults.cuts import Finding, Workload
from tests.faults.disk import READY
from tests.faults.tracing import TracingVFS
from tests.kit.catalog import COFFEE, SOAP, WATER, fill_catalog
from tests.kit.lane import ANA, ANA_PIN, STORE, CountedIds, SteppingClock, put_people

LEDGER = "ledger.db"
CHECKPOINT_PAGES = 60
"""SQLite's default of 1000 is reached once in some hundred sales: too seldom to be cut in the middle of."""

_AT = "2026-11-24T18:30:00.000Z"

Promise = Callable[[str], None]


class TracedLane:
    """A lane that is signed on, with a shift open, and the sync's connection beside it."""

    def __init__(self, directory: Path, vfs: TracingVFS) -> None:
        self._path, self._vfs = directory / LEDGER, vfs
        self.db = open_ledger(self._path, vfs=vfs.name)
        put_people(self.db)
        fill_catalog(self.db)
        clock, new_id = SteppingClock(), CountedIds()
        self.register = open_register(self.db, Settings(store=STORE), clock=clock, new_id=new_id)
        accepted(self.register.sign_on(ANA.operator, ANA_PIN))
        accepted(self.register.open_shift(50_000))
        self.sync = LedgerDatabase(self._path, vfs=vfs.name)
        self.sync.connect()
        for connection in (self.db, self.sync):
            connection.run(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")

    def close(self) -> None:
        self.sync.close()
        self.db.close()

    def work(self, sales: int) -> None:
        """Sell, print and sync, with a void, a suspended basket and a split tender now and then; close the day."""
        promise = self._vfs.trace.ack
        for number in range(1, sales + 1):
            basket_id = self._fill_basket(number, promise)
            self._set_aside(number, basket_id)
            self._pay(number, promise)
            self._print()
            self._send(promise)
        self._void_one(promise)
        shift = self.register.shift
        assert shift is not None
        accepted(self.register.close_shift(self._expected_minor()))
        promise(f"z {shift.shift_id}")

    def _fill_basket(self, number: int, promise: Promise) -> str:
        for code in (COFFEE, WATER, SOAP):
            changed = accepted(self.register.scan(code, number * 1_000_000))
            assert isinstance(changed, BasketChanged)
            basket_id = self.register.basket.basket_id
            for line in changed.lines:
                promise(f"line {basket_id} {line.line_no}")
        if number % 3 == 0:
            accepted(self.register.void_line(2))
            promise(f"line {basket_id} 4")
        return basket_id

    def _set_aside(self, number: int, basket_id: str) -> None:
        if number % 4 == 0:
            accepted(self.register.suspend("Luz"))
            accepted(self.register.resume(basket_id))

    def _pay(self, number: int, promise: Promise) -> None:
        if number % 2 == 0:
            accepted(self.register.add_tender("debit_card", 1_000, "123456", confirmed=True))
        posted = accepted(self.register.add_tender("cash", None, confirmed=True))
        assert isinstance(posted, SalePosted)
        promise(f"sale {posted.sale_id}")

    def _print(self) -> None:
        job = next_job(self.db)
        assert job is not None
        mark_job(self.db, job.job_id, JobState.PRINTING, _AT)
        mark_job(self.db, job.job_id, JobState.DONE, _AT)

    def _send(self, promise: Promise) -> None:
        documents = [row.document_id for row in outbox.due(self.sync, 0, 10)]
        with self.sync.atomic():
            outbox.claim(self.sync, documents, f"batch-{documents[0]}", _AT)
        with self.sync.atomic():
            outbox.mark_sent(self.sync, documents, f"batch-{documents[0]}", _AT)
        for document_id in documents:
            promise(f"sent {document_id}")

    def _void_one(self, promise: Promise) -> None:
        accepted(self.register.scan(WATER))
        basket_id = self.register.basket.basket_id
        accepted(self.register.void_basket())
        promise(f"voided {basket_id}")

    def _expected_minor(self) -> int:
        drawn = self.register.draw_x()
        assert not isinstance(drawn, Refused)
        return drawn.report.till.expected_minor


def accepted(answer: Answer) -> Answer:
    """Return an answer that is no refusal."""
    assert not isinstance(answer, Refused), answer
    return answer


def _nothing(_vfs: TracingVFS) -> None:
    pass


def lane_at_work(
    sales: int, on_ready: Callable[[TracingVFS], None] = _nothing, *, is_settled: bool = False
) -> Workload:
    """A workload of the real lane. Settled, its set-up is on the medium before the first sale."""

    def work(directory: Path, vfs: TracingVFS) -> None:
        lane = TracedLane(directory, vfs)
        if is_settled:
            vfs.trace.settle()
        on_ready(vfs)
        vfs.trace.mark(READY)
        lane.work(sales)
        lane.close()

    return work


def lane_set_up(directory: Path, vfs: TracingVFS) -> None:
    """A workload that does no more than make a new ledger."""
    vfs.trace.mark(READY)
    open_ledger(directory / LEDGER, vfs=vfs.name).close()


def check_lane(directory: Path) -> Finding:
    """Start the lane on what is found, as after the cut; let it verify itself, sell on, and verify again."""
    db = open_ledger(directory / LEDGER)
    try:
        check_soundness(db)
        faults = _flaws(db)
        register = open_register(db, Settings(store=STORE), new_id=lambda: "after the cut")
        present = list(_present(db, register))
        if not faults:
            _sell_on(db, register)
            faults = [f"after selling on: {flaw}" for flaw in _flaws(db)]
        return Finding(faults, present)
    finally:
        db.close()


def _sell_on(db: LedgerDatabase, register: Register) -> None:
    """Pay the basket that was open, or one more sale; the cut may have come before there was a catalogue."""
    if not db.one("SELECT 1 FROM item"):
        put_people(db)
        fill_catalog(db)
    accepted(register.sign_on(ANA.operator, ANA_PIN))
    if register.shift is None:
        accepted(register.open_shift(0))
    if not register.basket.tenders:
        accepted(register.scan(COFFEE))
    accepted(register.add_tender("cash", None, confirmed=True))


def _flaws(db: LedgerDatabase) -> list[str]:
    return [str(flaw) for flaw in verify(db).discrepancies] + _paper_faults(db)


def _paper_faults(db: LedgerDatabase) -> list[str]:
    """The printer's queue is no part of the journal, but each sale was promised a receipt."""
    unprinted = db.all(
        "SELECT receipt_number FROM sale WHERE NOT EXISTS"
        " (SELECT 1 FROM print_job WHERE document = 'receipt' AND number = receipt_number)"
    )
    return [f"receipt {number} was never to be printed" for (number,) in unprinted]


def _present(db: LedgerDatabase, register: Register) -> Iterator[str]:
    yield from (f"sale {sale_id}" for (sale_id,) in db.all("SELECT sale_id FROM sale"))
    yield from (f"z {shift_id}" for (shift_id,) in db.all("SELECT shift_id FROM z_report"))
    sold = "SELECT sale_id, line_no FROM sale_line JOIN sale USING (receipt_number)"
    suspended = "SELECT basket_id, line_no FROM basket_line JOIN basket USING (basket_id) WHERE state = 'suspended'"
    for basket_id, line_no in (*db.all(sold), *db.all(suspended)):
        yield f"line {basket_id} {line_no}"
    for line in register.basket.lines:
        yield f"line {register.basket.basket_id} {line.line_no}"
    sent = db.all("SELECT document_id FROM outbox WHERE state = 'sent'")
    yield from (f"sent {document_id}" for (document_id,) in sent)
    voided = "SELECT json_extract(record, '$.body.basket_id') FROM journal WHERE kind = 'basket_voided'"
    yield from (f"voided {basket_id}" for (basket_id,) in db.all(voided))
