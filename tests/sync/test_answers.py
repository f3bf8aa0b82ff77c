"""Files of answers: taken and rejected, for this lane and for others, doubled, broken, unknown: all is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from storage import outbox
from storage.connection import LedgerDatabase
from sync.connector import LateAnswers
from sync.files import FilesConnector, FilesOptions
from sync.pull import AT_ONCE, Pull, PullReport
from tests.sync.shop import StillClock, open_shop, post_many, push, shop, states
from tests.sync.test_files import Taker


@pytest.fixture(autouse=True)
def sales(db: LedgerDatabase) -> list[str]:
    """Three sales that the ERP may answer."""
    return post_many(db, 3)


def connect(root: Path, lane: str = "7") -> FilesConnector:
    return FilesConnector(root, StillClock(), options=FilesOptions(lane))


def answer(root: Path, *lines: Any, name: str = "ack-1.jsonl") -> None:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (root / "in" / name).write_text("\n".join(texts), encoding="utf-8")


def pull(db: LedgerDatabase, root: Path, lane: str = "7") -> PullReport:
    return Pull(db, connect(root, lane), Taker(), StillClock(), lambda _: None).run()


def report_of(root: Path) -> list[str]:
    (path,) = (root / "in").glob("*/*Z-ack-1.jsonl.report.txt")
    return path.read_text(encoding="utf-8").splitlines()


def test_what_was_rejected_can_be_booked_after_all(db: LedgerDatabase, root: Path) -> None:
    push(db, connect(root))
    answer(root, {"document_id": "sale-1", "rejected": "no such customer"}, {"document_id": "sale-2", "taken": True})
    pull(db, root)
    assert states(db) == {"sale-1": "rejected", "sale-2": "sent", "sale-3": "sent"}
    assert report_of(root) == ["2 answers, 0 lines that are none", "rejected sale-1: no such customer"]
    answer(root, {"document_id": "sale-1", "taken": True}, name="ack-2.jsonl")
    pull(db, root)
    assert set(states(db).values()) == {"sent"}
    assert outbox.rejected(db) == []


def test_the_last_word_on_a_document_counts(db: LedgerDatabase, root: Path) -> None:
    push(db, connect(root))
    taken, rejected = {"document_id": "sale-1", "taken": True}, {"document_id": "sale-1", "rejected": "x"}
    answer(root, rejected, rejected, taken, taken, rejected)
    pull(db, root)
    assert states(db)["sale-1"] == "rejected"
    assert report_of(root)[1:] == [
        "rejected sale-1: x",
        "not changed: sale-1 is not of this lane, or rejected already",
        "booked after all: sale-1",
        "rejected sale-1: x",
    ]


def test_what_was_not_sent_and_what_is_unknown_is_told(db: LedgerDatabase, root: Path) -> None:
    answer(root, {"document_id": "sale-1", "taken": True}, {"document_id": "nobody's", "taken": True})
    pull(db, root)
    assert states(db)["sale-1"] == "waiting"
    assert report_of(root)[1:] == [
        "not changed: sale-1 has not been sent yet",
        "not changed: nobody's is not of this lane",
    ]


@pytest.mark.parametrize(
    "line",
    [
        {"document_id": "sale-1"},
        {"document_id": "sale-1", "taken": False},
        {"document_id": "sale-1", "taken": True, "rejected": "x"},
        {"document_id": "sale-1", "taken": "yes"},
        {"document_id": "sale-1", "rejected": "x", "lane": "../../etc"},
        {"document_id": "sale-1", "rejected": "x", "lane": 7},
        {"rejected": "x"},
        "{",
        "[]",
    ],
)
def test_a_line_that_says_nothing_is_told_by_its_number(line: Any, db: LedgerDatabase, root: Path) -> None:
    push(db, connect(root))
    answer(root, {"document_id": "sale-2", "rejected": "y"}, line)
    assert pull(db, root).taken == ("ack-1.jsonl",)
    assert states(db) == {"sale-1": "sent", "sale-2": "rejected", "sale-3": "sent"}
    assert report_of(root)[0] == "1 answers, 1 lines that are none"
    assert report_of(root)[2].startswith("line 2: ")


def test_answers_for_another_lane_reach_it_and_nobody_else(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    push(db, connect(root))
    other = open_shop(shop(tmp_path / "other"))
    post_many(other, 2, "of-8")
    push(other, connect(root, "8"))
    answer(
        root,
        {"document_id": "sale-1", "rejected": "x", "lane": "7"},
        {"document_id": "of-8-1", "rejected": "no such item", "lane": "8"},
    )
    assert pull(db, root).taken == ("ack-1.jsonl",)
    assert states(db) == {"sale-1": "rejected", "sale-2": "sent", "sale-3": "sent"}
    (left,) = (root / "in").glob("ack-for-8-*.jsonl")
    assert pull(db, root) == PullReport()
    assert left.exists()
    assert pull(other, root, "8").taken == (left.name,)
    assert states(other) == {"of-8-1": "rejected", "of-8-2": "sent"}
    assert [path.name for path in (root / "in").iterdir() if path.is_file()] == []
    other.close()


def test_answers_for_another_lane_only_are_left_where_they_are(db: LedgerDatabase, root: Path) -> None:
    answer(root, {"document_id": "of-8", "taken": True, "lane": "8"})
    assert pull(db, root) == PullReport()
    told = (root / "in" / "ack-1.jsonl.report.txt").read_text(encoding="utf-8")
    assert told == "its answers are for other lanes: 8\n"
    assert pull(db, root, "8").taken == ("ack-1.jsonl",)
    assert not (root / "in" / "ack-1.jsonl.report.txt").exists()


def test_many_answers_are_applied_in_pieces_and_each_once(db: LedgerDatabase, root: Path) -> None:
    """A kill between two pieces: what a person has put back by then is not rejected again."""
    count = 2 * AT_ONCE + 5
    ids = post_many(db, count, "many")
    push(db, connect(root))

    class Dies(Pull):
        pieces = 0

        def _mark_some(self, late: LateAnswers, start: int) -> list[str]:
            self.pieces += 1
            if self.pieces == 3:
                raise KeyboardInterrupt
            return super()._mark_some(late, start)

    answer(root, *({"document_id": one, "rejected": "no"} for one in ids))
    with pytest.raises(KeyboardInterrupt):
        Dies(db, connect(root), Taker(), StillClock(), lambda _: None).run()
    assert list(states(db).values()).count("rejected") == 2 * AT_ONCE
    with db.atomic():
        outbox.put_back(db, [ids[0]], "2026-11-24T11:00:00.000Z")
    pull(db, root)
    assert states(db)[ids[0]] == "waiting"
    assert list(states(db).values()).count("rejected") == count - 1
    assert report_of(root)[:2] == [
        f"{count} answers, 0 lines that are none",
        f"{2 * AT_ONCE} of them were applied before",
    ]
