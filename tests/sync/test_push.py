"""One pass over the outbox: order, batches, answers, and connectors that misbehave."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from storage import outbox
from storage.connection import LedgerDatabase
from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import BadDocument, Batch, draft
from sync.errors import Halted, SyncError, Unreachable
from tests.sync.shop import StillClock, open_shop, post, post_bad, post_many, push, shop, states

Deliver = Callable[[Batch], Sequence[Answer]]


class Scripted:
    """A connector that does what a test says, and keeps the names it was offered."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self.offered: list[tuple[str, tuple[str, ...]]] = []

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        self.offered.append((batch.batch_id, tuple(one.document_id for one in batch.documents)))
        return self._deliver(batch)

    def incoming(self) -> Iterator[Incoming]:
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        raise AssertionError("nothing came")

    def close(self) -> None:
        """Nothing is open."""


def take(batch: Batch) -> list[Answer]:
    return [Answer(one.document_id, Verdict.TAKEN) for one in batch.documents]


def raising(error: BaseException) -> Deliver:
    def deliver(batch: Batch) -> Sequence[Answer]:
        raise error

    return deliver


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


def test_a_batch_has_its_name_from_its_first_and_last_number(db: LedgerDatabase) -> None:
    post_many(db, 5)
    connector = Scripted(take)
    push(db, connector, size=2)
    assert connector.offered == [
        ("batch-7-1-2", ("sale-1", "sale-2")),
        ("batch-7-3-4", ("sale-3", "sale-4")),
        ("batch-7-5-5", ("sale-5",)),
    ]


@pytest.mark.parametrize("error", [Unreachable("away"), Halted("no"), KeyError("sale-1"), OSError(errno.EIO, "x")])
def test_a_batch_keeps_its_name_and_documents_until_it_is_answered(error: Exception, db: LedgerDatabase) -> None:
    post_many(db, 2)
    first = Scripted(raising(error))
    assert isinstance(push(db, first).problem, SyncError)
    post_many(db, 2, "later")
    second = Scripted(take)
    push(db, second, size=50)
    assert second.offered == [first.offered[0], ("batch-7-3-4", ("later-1", "later-2"))]


def test_an_attempt_is_counted_before_it_is_made(db: LedgerDatabase) -> None:
    post_many(db, 1)
    seen: list[int] = []

    def deliver(batch: Batch) -> Sequence[Answer]:
        seen.append(outbox.due(db, 0, 1)[0].attempts)
        raise Unreachable("away")

    for _ in range(3):
        push(db, Scripted(deliver))
    assert seen == [1, 2, 3]


def test_what_is_not_answered_is_asked_again_under_its_name(db: LedgerDatabase) -> None:
    post_many(db, 3)
    connector = Scripted(lambda batch: take(batch)[:1])
    for _ in range(3):
        push(db, connector)
    assert connector.offered == [
        ("batch-7-1-3", ("sale-1", "sale-2", "sale-3")),
        ("batch-7-1-3", ("sale-2", "sale-3")),
        ("batch-7-1-3", ("sale-3",)),
    ]
    assert set(states(db).values()) == {"sent"}


def test_what_is_to_come_later_comes_in_another_batch(db: LedgerDatabase) -> None:
    post_many(db, 2)
    connector = Scripted(
        lambda batch: [
            Answer(one.document_id, Verdict.LATER if one.document_id == "sale-1" else Verdict.TAKEN, "closed")
            for one in batch.documents
        ]
    )
    assert push(db, connector).sent == 1
    assert [(row.document_id, row.reason, row.batch) for row in outbox.held(db)] == [("sale-1", "closed", "")]
    push(db, Scripted(take))
    assert states(db) == {"sale-1": "sent", "sale-2": "sent"}


def test_answers_about_other_documents_mark_nothing(db: LedgerDatabase) -> None:
    post_many(db, 2)
    push(db, Scripted(lambda batch: [Answer("sale-2", Verdict.TAKEN), Answer("", Verdict.REJECTED)]), size=1)
    assert states(db) == {"sale-1": "waiting", "sale-2": "sent"}


def test_a_connectors_own_fault_is_said_without_control_characters(db: LedgerDatabase) -> None:
    post_many(db, 1)
    problem = push(db, Scripted(raising(ValueError("\x1b[2Jboom")))).problem
    assert isinstance(problem, Unreachable)
    assert "ValueError: [2Jboom" in str(problem)


def test_bad_documents_between_good_ones_split_nothing(db: LedgerDatabase) -> None:
    post(db, "a")
    post_bad(db, "bad-1")
    post_bad(db, "bad-2")
    post(db, "b")
    connector = Scripted(take)
    report = push(db, connector)
    assert connector.offered == [("batch-7-1-4", ("a", "b"))]
    assert (report.sent, report.rejected) == (2, 2)
    assert all("mostrador verify" in row.reason for row in outbox.rejected(db))


def test_only_bad_documents_offer_nothing(db: LedgerDatabase) -> None:
    post_bad(db, "bad")
    connector = Scripted(take)
    assert push(db, connector, size=1).rejected == 1
    assert connector.offered == []


def test_a_page_of_held_documents_does_not_hide_what_follows(db: LedgerDatabase) -> None:
    post(db, "sale")
    db.run("UPDATE outbox SET state = 'rejected'")
    for number in range(5):
        post(db, f"return-{number}", of="sale")
    post(db, "other")
    report = push(db, Scripted(take), size=2)
    assert (report.sent, report.held) == (1, 5)
    assert states(db)["other"] == "sent"


def test_a_request_to_stop_ends_after_the_batch_at_hand(db: LedgerDatabase) -> None:
    post_many(db, 6)
    clock = StillClock()

    def deliver(batch: Batch) -> Sequence[Answer]:
        clock.stop.set()
        return take(batch)

    assert push(db, Scripted(deliver), size=2, clock=clock).sent == 2
    assert list(states(db).values()).count("waiting") == 4


def test_a_record_of_another_row_is_no_document(db: LedgerDatabase) -> None:
    post(db, "a")
    (row,) = outbox.due(db, 0, 1)
    moved = outbox.OutboxRow("a", row.kind, 2, row.state, 0, "", "", "", row.record, row.hash)
    with pytest.raises(BadDocument, match="another row"):
        draft(moved)


@pytest.mark.parametrize(
    ("of", "origins"),
    [("sale-1", ("sale-1",)), (["a", "b"], ("a", "b")), ("", ()), (None, ()), (5, ()), ({"a": 1}, ())],
)
def test_a_document_names_what_must_be_there_before_it(
    of: object, origins: tuple[str, ...], db: LedgerDatabase
) -> None:
    post(db, "a", of=of)
    assert draft(outbox.due(db, 0, 1)[0]).origins == origins


def test_a_return_of_what_is_not_sent_yet_goes_in_the_batch_after_it(db: LedgerDatabase) -> None:
    post(db, "sale")
    post(db, "return", of="sale")
    post(db, "other")
    connector = Scripted(take)
    report = push(db, connector)
    assert connector.offered == [("batch-7-1-1", ("sale",)), ("batch-7-2-3", ("return", "other"))]
    assert (report.sent, report.held) == (3, 0)


def test_a_record_that_somebody_has_changed_never_leaves(db: LedgerDatabase) -> None:
    post(db, "a")
    (row,) = outbox.due(db, 0, 1)
    text = row.record.replace("11600", "1160")
    assert text != row.record
    with pytest.raises(BadDocument, match="does not match its hash"):
        draft(msgspec.structs.replace(row, record=text))
