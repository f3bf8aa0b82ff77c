"""The queue for the ERP: its order, its marks, and figures that stay cheap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.journal import JournalEntry, Kind
from storage import journal, outbox
from storage.checkpoint import drop_checkpoint, read_checkpoint, save_checkpoint
from storage.connection import LedgerDatabase, open_ledger
from storage.ledger import put_outbox
from storage.link import Link, nudge, read_link, read_nudge, save_link
from storage.outbox import OutboxState

AT = "2026-11-24T12:00:00.000Z"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_ledger(tmp_path / "ledger.db")
    yield ledger
    ledger.close()


def post(db: LedgerDatabase, document_id: str, at: str = "2026-11-24T10:00:00.000Z") -> int:
    with db.atomic():
        head = journal.append(db, "1", JournalEntry(Kind.SALE_POSTED, at, "1", 1, {"sale_id": document_id}))
        put_outbox(db, document_id, Kind.SALE_POSTED, head.seq)
    return head.seq


def event(db: LedgerDatabase) -> None:
    with db.atomic():
        journal.append(db, "1", JournalEntry(Kind.SIGNED_ON, "2026-11-24T10:00:00.000Z", "1", 0, {}))


def ids(rows: list[outbox.OutboxRow]) -> list[str]:
    return [row.document_id for row in rows]


def test_documents_are_due_in_the_journals_order_with_their_records(db: LedgerDatabase) -> None:
    for document_id in ("z", "a", "m"):
        event(db)
        post(db, document_id)
    rows = outbox.due(db, 0, 10)
    assert [(row.document_id, row.journal_seq) for row in rows] == [("z", 2), ("a", 4), ("m", 6)]
    kept = {seq: (text, digest) for seq, text, digest in db.all("SELECT seq, record, hash FROM journal")}
    assert [(row.record, row.hash) for row in rows] == [kept[2], kept[4], kept[6]]


def test_due_pages_by_journal_number(db: LedgerDatabase) -> None:
    seqs = [post(db, str(number)) for number in range(5)]
    assert ids(outbox.due(db, 0, 2)) == ["0", "1"]
    assert ids(outbox.due(db, seqs[1], 2)) == ["2", "3"]
    assert ids(outbox.due(db, seqs[4], 2)) == []


def test_a_claim_counts_the_attempt_and_holds_what_is_not_answered_yet(db: LedgerDatabase) -> None:
    post(db, "a")
    post(db, "b")
    outbox.claim(db, ["a", "b"], "batch-1-1-2", AT)
    outbox.claim(db, ["a", "b"], "batch-1-1-2", AT)
    outbox.mark_sent(db, ["a"], "batch-1-1-2", AT)
    (row,) = outbox.claimed(db, "batch-1-1-2")
    assert (row.document_id, row.attempts, row.changed_at, row.state) == ("b", 2, AT, OutboxState.WAITING)
    assert ids(outbox.due(db, 0, 10)) == ["b"]


def test_a_released_claim_leaves_the_document_waiting(db: LedgerDatabase) -> None:
    post(db, "a")
    outbox.claim(db, ["a"], "batch-1-1-1", AT)
    outbox.release(db, ["a"], AT)
    (row,) = outbox.due(db, 0, 10)
    assert (row.batch, row.attempts) == ("", 1)


def test_what_is_sent_can_be_rejected_later_and_only_what_is_rejected_is_put_back(db: LedgerDatabase) -> None:
    for document_id in ("a", "b", "c"):
        post(db, document_id)
    outbox.mark_sent(db, ["a", "b"], "x", AT)
    assert outbox.mark_rejected(db, "a", "no such customer", AT)
    assert not outbox.mark_rejected(db, "a", "again", AT)
    assert not outbox.mark_rejected(db, "nobody's", "unknown", AT)
    assert [(row.document_id, row.reason) for row in outbox.rejected(db)] == [("a", "no such customer")]
    assert outbox.put_back(db, ["a", "b", "nobody's"], AT) == 1
    assert outbox.states(db, ["a", "b", "c", "nobody's"]) == {
        "a": OutboxState.WAITING,
        "b": OutboxState.SENT,
        "c": OutboxState.WAITING,
    }
    (row, _) = outbox.due(db, 0, 10)
    assert (row.batch, row.reason) == ("", "")


def test_all_rejected_documents_are_put_back(db: LedgerDatabase) -> None:
    for document_id in ("a", "b", "c"):
        post(db, document_id)
        outbox.mark_rejected(db, document_id, "why", AT)
    assert outbox.put_back(db, None, AT) == 3
    assert outbox.put_back(db, None, AT) == 0


def test_a_late_answer_does_not_bring_a_rejected_document_back_as_sent(db: LedgerDatabase) -> None:
    post(db, "a")
    outbox.mark_rejected(db, "a", "why", AT)
    outbox.mark_sent(db, ["a"], "x", AT)
    assert outbox.states(db, ["a"]) == {"a": OutboxState.REJECTED}


def test_a_held_document_waits_with_its_reason_until_it_is_claimed(db: LedgerDatabase) -> None:
    post(db, "a")
    outbox.hold(db, "a", "waits for b", AT)
    assert [(row.document_id, row.reason) for row in outbox.held(db)] == [("a", "waits for b")]
    outbox.claim(db, ["a"], "x", AT)
    assert outbox.held(db) == []


def test_the_standing_tells_how_many_and_since_when(db: LedgerDatabase) -> None:
    assert outbox.standing(db) == outbox.OutboxStanding(0, 0, "")
    for number in range(4):
        post(db, str(number), f"2026-11-24T1{number}:00:00.000Z")
    outbox.mark_sent(db, ["0"], "x", AT)
    outbox.mark_rejected(db, "2", "why", AT)
    assert outbox.standing(db) == outbox.OutboxStanding(2, 1, "2026-11-24T11:00:00.000Z")


@pytest.mark.parametrize(
    ("sql", "params"),
    [(outbox._STANDING, ()), (outbox._DUE, (0, 10)), (outbox._CLAIMED, ("x",)), (outbox._REJECTED, (0, 10))],
)
def test_no_question_reads_what_is_sent(db: LedgerDatabase, sql: str, params: tuple[object, ...]) -> None:
    plan = [str(row[3]) for row in db.all(f"EXPLAIN QUERY PLAN {sql}", params)]
    asked = [step for step in plan if step.split()[1] in ("o", "outbox")]
    assert asked, plan
    assert [step for step in asked if not step.split("INDEX ")[-1].startswith("outbox_")] == []


def test_the_guards_keep_a_document_what_it_is(db: LedgerDatabase) -> None:
    post(db, "a")
    for sql in (
        "DELETE FROM outbox",
        "UPDATE outbox SET journal_seq = 9",
        "UPDATE outbox SET document_id = 'b'",
    ):
        with pytest.raises(Exception, match=r"posted|authorized"):
            db.run(sql)


def test_a_checkpoint_is_kept_replaced_and_forgotten(db: LedgerDatabase) -> None:
    assert read_checkpoint(db, "items") == ""
    save_checkpoint(db, "items", "1", AT)
    save_checkpoint(db, "items", "2", AT)
    assert read_checkpoint(db, "items") == "2"
    drop_checkpoint(db, "items")
    drop_checkpoint(db, "items")
    assert read_checkpoint(db, "items") == ""


def test_the_link_keeps_since_when_it_is_as_it_is(db: LedgerDatabase) -> None:
    assert read_link(db) is None
    save_link(db, False, "no folder", "1")
    save_link(db, False, "disk full", "2")
    assert read_link(db) == Link(False, "1", "disk full")
    save_link(db, True, "", "3")
    assert read_link(db) == Link(True, "3", "")


def test_a_link_that_cannot_be_read_is_none(db: LedgerDatabase) -> None:
    save_checkpoint(db, "sync.link", "{", AT)
    assert read_link(db) is None


def test_each_nudge_is_a_new_one(db: LedgerDatabase) -> None:
    assert read_nudge(db) == 0
    nudge(db, AT)
    nudge(db, AT)
    assert read_nudge(db) == 2
