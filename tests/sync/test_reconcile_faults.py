"""A comparison that cannot be made ends no process, keeps none behind it waiting, and is not asked for at each sale."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from config.settings import Settings
from domain.reconciliation import Posted
from storage.connection import LedgerDatabase
from storage.outbox import read_shift_documents
from sync import reconcile
from sync.errors import Denied, SyncError, Unreachable
from sync.reconcile import Reconciler, ShiftRef, compare_shift
from tests.sync.erps import MemoryConnector, MemoryErp
from tests.sync.shop import StillClock, open_shop, post, shop


class Telling(MemoryConnector):
    """An ERP that says what it has of a shift as a test has it say."""

    def __init__(self, tell: Callable[[ShiftRef], Posted]) -> None:
        super().__init__(MemoryErp())
        self._tell = tell
        self.asked: list[int] = []

    def posted(self, shift: ShiftRef) -> Posted:
        self.asked.append(shift.shift_id)
        return self._tell(shift)


def refuse(error: BaseException) -> Callable[[ShiftRef], Posted]:
    def tell(shift: ShiftRef) -> Posted:
        raise error

    return tell


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


@pytest.mark.parametrize("answer", [None, Posted(cast("Any", ({"sum": 1.5},))), "even"])
def test_an_answer_that_is_none_is_the_connectors_fault(db: LedgerDatabase, answer: object) -> None:
    post(db, "sale")
    with pytest.raises(Unreachable, match="the connector failed"):
        compare_shift(db, Telling(lambda _: cast("Posted", answer)), "7", 1)


def test_records_that_are_not_what_they_were_are_no_fault_of_the_erp(
    db: LedgerDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(db, "sale")
    found = read_shift_documents(db, 1)
    broken = [type(one)(one.document_id, one.kind, one.state, json.dumps({"body": {}})) for one in found]
    monkeypatch.setattr(reconcile, "read_shift_documents", lambda *_: broken)
    connector = Telling(lambda _: Posted((), ()))
    with pytest.raises(Denied, match="run `mostrador verify`"):
        compare_shift(db, connector, "7", 1)
    assert connector.asked == []


def test_a_shift_that_cannot_be_compared_rests_and_the_others_are(
    db: LedgerDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def due(*_: object) -> Sequence[int]:
        return [number for number in (3, 2, 1) if number not in compared]

    def tell(shift: ShiftRef) -> Posted:
        if shift.shift_id == 3:
            raise Unreachable("the ERP is not able to answer now (500)", 1_000)
        compared.append(shift.shift_id)
        return Posted((), ())

    compared: list[int] = []
    monkeypatch.setattr(reconcile, "find_uncompared", due)
    monkeypatch.setattr(reconcile, "save_reconciliation", lambda *_: None)
    clock = StillClock()
    connector = Telling(tell)
    work = Reconciler(db, connector, Settings(), clock)
    problems: list[SyncError | None] = []
    for _ in range(50):
        problems.append(work.run(lambda _: None))
        clock.seconds += 10
    assert compared == [2, 1]
    assert connector.asked == [3, 2, 1]
    assert {str(one) for one in problems} == {"the ERP is not able to answer now (500)"}
    work.reset()
    work.run(lambda _: None)
    assert connector.asked[-1] == 3


def test_what_the_connector_does_wrong_ends_no_round(db: LedgerDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "find_uncompared", lambda *_: [1])
    work = Reconciler(db, Telling(refuse(ZeroDivisionError())), Settings(), StillClock())
    assert "the connector failed" in str(work.run(lambda _: None))
