"""The connectors keep the contract, and the contract finds the ERPs that do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from storage.connection import LedgerDatabase
from sync.connector import Answer, Verdict
from sync.document import Batch
from sync.errors import Unreachable
from tests.sync.contract import ConnectorContract, Erp
from tests.sync.erps import FolderErp, MemoryConnector, MemoryErp


class TestFiles(ConnectorContract):
    @pytest.fixture
    def erp(self, tmp_path: Path) -> FolderErp:
        return FolderErp(tmp_path / "erp")


class TestMemory(ConnectorContract):
    @pytest.fixture
    def erp(self) -> MemoryErp:
        return MemoryErp()


class NaiveErp(MemoryErp):
    """Creates whatever it is sent, with no look at the key."""

    def take(self, document_id: str, content: str) -> Answer:
        self.documents.append((document_id, content))
        return Answer(document_id, Verdict.TAKEN)


class OptimistErp(MemoryErp):
    """Its connector takes a time-out for success."""

    def connect(self) -> MemoryConnector:
        return OptimistConnector(self)


class OptimistConnector(MemoryConnector):
    def deliver(self, batch: Batch) -> Sequence[Answer]:
        try:
            return super().deliver(batch)
        except Unreachable:
            return [Answer(document.document_id, Verdict.TAKEN) for document in batch.documents]


class SilentErp(MemoryErp):
    """Drops what it does not like and says that it has it."""

    def take(self, document_id: str, content: str) -> Answer:
        answer = super().take(document_id, content)
        return Answer(document_id, Verdict.TAKEN) if answer.verdict is Verdict.REJECTED else answer


class HastyErp(MemoryErp):
    """Takes a batch back to front."""

    def connect(self) -> MemoryConnector:
        return HastyConnector(self)


class HastyConnector(MemoryConnector):
    def deliver(self, batch: Batch) -> Sequence[Answer]:
        return super().deliver(Batch(batch.batch_id, batch.documents[::-1]))


Promise = Callable[[ConnectorContract, LedgerDatabase, Erp], None]


@pytest.mark.parametrize(
    ("erp", "promise"),
    [
        (NaiveErp(), ConnectorContract.test_a_lost_answer_doubles_nothing_even_when_more_was_sold_since),
        (NaiveErp(), ConnectorContract.test_it_goes_on_where_it_was_broken_off),
        (OptimistErp(), ConnectorContract.test_an_erp_that_is_away_costs_nothing_but_time),
        (SilentErp(), ConnectorContract.test_a_refused_document_stops_no_other),
        (HastyErp(), ConnectorContract.test_every_document_arrives_once_in_order_as_it_was_journalled),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, MemoryErp) else one.__name__,
)
def test_the_contract_finds(erp: MemoryErp, promise: Promise, tmp_path: Path) -> None:
    contract = ConnectorContract()
    databases = ConnectorContract.db.__wrapped__(contract, tmp_path)
    db = next(databases)
    with pytest.raises(AssertionError):
        promise(contract, db, erp)
    db.close()
