"""The files connector: what an ERP finds in `out/`, and what it may leave in `in/`."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import msgspec
import pytest

from config.durable import Disk
from config.paths import lane_paths
from domain.journal import GENESIS
from storage import outbox
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.seals import newest_seal
from sync import answer_file, batch_files
from sync.connector import CatalogFile, Settled
from sync.errors import Halted, Unreachable
from sync.files import FilesConnector, make_files
from sync.pull import Pull, PullReport
from tests.sync.breaking import SteppingDisk
from tests.sync.shop import (
    AT,
    StillClock,
    delivered,
    lines_of,
    post,
    post_many,
    push,
    shop,
    states,
)


def connect(root: Path, disk: Disk | None = None, clock: StillClock | None = None) -> FilesConnector:
    return FilesConnector(root, clock or StillClock(), disk)


def test_a_batch_is_a_header_and_a_line_for_each_document(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 3)
    push(db, connect(root))
    path = root / "out" / "batch-7-1-3.jsonl"
    assert path.read_bytes().endswith(b"\n")
    header, *documents = lines_of(path)
    hashes = [row[0] for row in db.all("SELECT hash FROM journal ORDER BY seq")]
    assert header == {
        "v": 1,
        "batch_id": "batch-7-1-3",
        "lane": "7",
        "first_seq": 1,
        "last_seq": 3,
        "head_hash": hashes[-1],
        "count": 3,
        "software": header["software"],
        "seal": msgspec.to_builtins(newest_seal(db)),
    }
    assert header["software"].startswith("Mostrador")
    assert [(one["document_id"], one["kind"], one["seq"], one["lane"]) for one in documents] == [
        ("sale-1", "sale_posted", 1, "7"),
        ("sale-2", "sale_posted", 2, "7"),
        ("sale-3", "sale_posted", 3, "7"),
    ]
    assert [one["hash"] for one in documents] == hashes


def test_any_json_reader_can_prove_the_chain(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 3)
    push(db, connect(root))
    before = GENESIS
    for document in list(lines_of(root / "out" / "batch-7-1-3.jsonl"))[1:]:
        text = json.dumps(document["record"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(text.encode()).hexdigest() == document["hash"]
        assert document["record"]["prev"] == before
        before = document["hash"]


def test_no_name_is_there_before_its_bytes_are_durable(db: LedgerDatabase, root: Path) -> None:
    steps: list[tuple[str, list[str], set[str]]] = []

    def note(step: str) -> None:
        visible = [path.name for path in (root / "out").iterdir() if not path.name.startswith(".")]
        steps.append((step, sorted(visible), set(states(db).values())))

    post_many(db, 2)
    push(db, connect(root, SteppingDisk(note)))
    before, after, named = ["done"], ["batch-7-1-2.jsonl", "done"], "batch-7-1-2.manifest.json"
    assert steps == [
        ("write", before, {"waiting"}),
        ("written", before, {"waiting"}),
        ("flushed", before, {"waiting"}),
        ("rename", before, {"waiting"}),
        ("renamed", after, {"waiting"}),
        ("folder_flushed", after, {"waiting"}),
        ("write", after, {"waiting"}),
        ("written", after, {"waiting"}),
        ("flushed", after, {"waiting"}),
        ("rename", after, {"waiting"}),
        ("renamed", [after[0], named, after[1]], {"waiting"}),
        ("folder_flushed", [after[0], named, after[1]], {"waiting"}),
    ]
    assert set(states(db).values()) == {"sent"}


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "make room"),
        (errno.EROFS, "mount it for writing"),
        (errno.EACCES, "give the lane's user the right"),
        (errno.ESTALE, "mount it again"),
        (errno.ENOMEM, "Cannot allocate memory"),
    ],
)
def test_a_disk_that_refuses_is_explained_and_nothing_is_marked(
    code: int, remedy: str, db: LedgerDatabase, root: Path
) -> None:
    def refuse(step: str) -> None:
        if step == "written":
            raise OSError(code, os.strerror(code))

    post_many(db, 2)
    report = push(db, connect(root, SteppingDisk(refuse)))
    assert isinstance(report.problem, Unreachable)
    assert remedy in str(report.problem)
    assert str(root) in str(report.problem)
    assert set(states(db).values()) == {"waiting"}
    assert [path.name for path in (root / "out").iterdir()] == ["done"]
    assert push(db, connect(root)).sent == 2
    assert delivered(root) == ["sale-1", "sale-2"]


def test_a_missing_folder_is_not_made_where_it_was_named(db: LedgerDatabase, tmp_path: Path) -> None:
    """An unmounted share must not turn into a folder that nobody reads."""
    post_many(db, 2)
    for _ in range(2):
        report = push(db, connect(tmp_path / "share"))
        assert isinstance(report.problem, Unreachable)
        assert "mount it" in str(report.problem)
    assert not (tmp_path / "share").exists()
    assert set(states(db).values()) == {"waiting"}


def test_the_default_folder_is_made(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    paths = lane_paths(settings, {"HOME": str(tmp_path)})
    make_files(settings, paths, StillClock())
    assert paths.erp == tmp_path / "data" / "erp"
    assert paths.erp.is_dir()


def test_the_named_folder_is_used(tmp_path: Path, root: Path, db: LedgerDatabase) -> None:
    settings = shop(tmp_path, folder=str(root))
    connector = make_files(settings, lane_paths(settings, {"HOME": str(tmp_path)}), StillClock())
    post_many(db, 1)
    push(db, connector)
    assert delivered(root) == ["sale-1"]


@pytest.mark.parametrize("place", ["out", "out/done"])
def test_the_files_of_another_ledger_are_never_taken_for_ours(
    place: str, db: LedgerDatabase, root: Path, tmp_path: Path
) -> None:
    (root / place).mkdir(parents=True)
    other = root / place / "batch-7-1-2.jsonl"
    other.write_text('{"batch_id":"batch-7-1-2"}\n{"document_id":"sale-of-another-ledger"}\n')
    before = other.read_bytes()
    post_many(db, 2)
    report = push(db, connect(root))
    assert isinstance(report.problem, Halted)
    assert "lane.id" in str(report.problem)
    assert set(states(db).values()) == {"waiting"}
    assert other.read_bytes() == before
    other.unlink()
    assert push(db, connect(root)).sent == 2


def test_an_update_between_death_and_retry_does_not_matter(
    db: LedgerDatabase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_many(db, 2)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", lambda *_: None)
        push(db, connect(root))
    assert set(states(db).values()) == {"waiting"}
    monkeypatch.setattr(batch_files, "software", lambda: "mostrador 99")
    assert push(db, connect(root)).sent == 2
    assert delivered(root) == ["sale-1", "sale-2"]


def test_a_document_put_back_goes_out_under_a_new_name(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 1)
    for _ in range(3):
        push(db, connect(root))
        with saving(), db.atomic():
            outbox.mark_rejected(db, "sale-1", "why", AT)
            outbox.put_back(db, None, AT)
    names = sorted(path.name for path in (root / "out").glob("*.jsonl"))
    assert names == ["batch-7-1-1-r2.jsonl", "batch-7-1-1-r3.jsonl", "batch-7-1-1.jsonl"]


def test_two_lanes_may_share_a_folder(db: LedgerDatabase, root: Path) -> None:
    post(db, "one", lane="7")
    post(db, "two", lane="7-1")
    post(db, "three", lane="7")
    assert push(db, connect(root)).batches == ("batch-7-1-1", "batch-7-1-2-2", "batch-7-3-3")


def test_a_link_in_the_place_of_the_hidden_file_is_not_followed(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    (root / "out").mkdir()
    (tmp_path / "precious").write_text("precious")
    (root / "out" / ".batch-7-1-1.jsonl.part").symlink_to(tmp_path / "precious")
    post_many(db, 1)
    assert isinstance(push(db, connect(root)).problem, Unreachable)
    assert (tmp_path / "precious").read_text() == "precious"


@pytest.mark.parametrize(("code", "is_well"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_share_that_cannot_flush_folders_is_used_and_one_that_fails_is_not(
    code: int, is_well: bool, db: LedgerDatabase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = os.fsync

    def fsync(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}") and "erp" in os.readlink(f"/proc/self/fd/{descriptor}"):
            raise OSError(code, os.strerror(code))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    post_many(db, 1)
    assert (push(db, connect(root)).problem is None) == is_well


class Taker:
    """Stands in for the import: takes what is not called `bad`, and notes what it saw."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, str]] = []

    def __call__(self, db: LedgerDatabase, file: CatalogFile, say: object) -> Settled:
        self.seen.append((file.path.name, file.kind, file.path.read_text()))
        is_good = "bad" not in file.path.name
        return Settled(is_good, ("3 rows" if is_good else "no header", "line 2: price \x1b[31m?"))


def pull(db: LedgerDatabase, connector: FilesConnector, taker: Taker | None = None) -> PullReport:
    return Pull(db, connector, taker or Taker(), StillClock(), lambda _: None).run()


def moved(root: Path, place: str) -> list[str]:
    """Names of files that were moved, without the time before them."""
    return sorted(path.name.partition("Z-")[2] for path in (root / "in" / place).iterdir())


def test_catalogues_are_taken_in_order_and_moved_with_a_report(db: LedgerDatabase, root: Path) -> None:
    for name in ("items.csv", "items-2.csv.gz", "departments.csv", "items-bad.csv", "notes.txt", ".items.csv"):
        (root / "in" / name).write_text(name)
    taker = Taker()
    report = pull(db, connect(root), taker)
    assert [(name, kind) for name, kind, _ in taker.seen] == [
        ("departments.csv", "departments"),
        ("items-2.csv.gz", "items"),
        ("items-bad.csv", "items"),
        ("items.csv", "items"),
    ]
    assert report.refused == ("items-bad.csv",)
    assert len(report.taken) == 3
    assert moved(root, "refused") == ["items-bad.csv", "items-bad.csv.report.txt"]
    assert "items.csv" in moved(root, "done")
    assert sorted(path.name for path in (root / "in").iterdir()) == [
        ".items.csv",
        "done",
        "notes.txt",
        "refused",
    ]
    (text,) = [path.read_text() for path in (root / "in" / "refused").glob("*.report.txt")]
    assert text == "no header\nline 2: price [31m?\n"
    assert pull(db, connect(root), taker) == PullReport()


def test_a_file_of_the_same_name_may_come_every_day(db: LedgerDatabase, root: Path) -> None:
    clock = StillClock()
    for day in range(3):
        clock.seconds += 86_400
        (root / "in" / "items.csv").write_text(str(day))
        assert pull(db, connect(root, clock=clock)).taken == ("items.csv",)
    assert moved(root, "done").count("items.csv") == 3


def test_a_file_that_is_being_written_waits(db: LedgerDatabase, root: Path) -> None:
    path = root / "in" / "items.csv"
    path.write_text("half")

    def write_more(_: int) -> None:
        path.write_text(path.read_text() + " more")

    writing = StillClock(write_more)
    taker = Taker()
    connector = connect(root, clock=writing)
    for _ in range(3):
        assert pull(db, connector, taker) == PullReport()
    writing.on_pause = lambda _: None
    assert pull(db, connector, taker).taken == ("items.csv",)
    assert [text for _, _, text in taker.seen] == ["half more more more"]


def test_a_file_that_is_replaced_is_looked_at_again(db: LedgerDatabase, root: Path) -> None:
    path = root / "in" / "items.csv"
    path.write_text("old")
    stamp = path.stat()

    def replace(_: int) -> None:
        new = root / "in" / ".new"
        new.write_text("new")
        os.utime(new, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        new.rename(path)

    assert pull(db, connect(root, clock=StillClock(replace))) == PullReport()


def test_links_and_folders_are_no_catalogues(db: LedgerDatabase, root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (root / "in" / "items.csv").symlink_to(tmp_path / "secret")
    (root / "in" / "items-folder.csv").mkdir()
    assert pull(db, connect(root)) == PullReport()


def test_a_folder_that_cannot_be_written_to_is_not_read_either(
    db: LedgerDatabase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "in" / "items.csv").write_text("x")
    monkeypatch.setattr(os, "access", lambda *_: False)
    taker = Taker()
    report = pull(db, connect(root), taker)
    assert isinstance(report.problem, Unreachable)
    assert taker.seen == []


def test_nobody_waits_where_nothing_is_new(db: LedgerDatabase, root: Path) -> None:
    clock = StillClock()
    pull(db, connect(root, clock=clock))
    assert clock.pauses == 0


def leave_ack(root: Path, *lines: object, name: str = "ack-1.jsonl") -> None:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (root / "in" / name).write_text("\n".join(texts))


def test_a_late_rejection_reaches_the_outbox_and_nothing_else(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 3)
    push(db, connect(root))
    before = db.all("SELECT * FROM journal")
    leave_ack(root, {"document_id": "sale-2", "rejected": "no such\x1b[2J customer\n"})
    assert pull(db, connect(root)).taken == ("ack-1.jsonl",)
    (row,) = outbox.rejected(db)
    assert (row.document_id, row.reason) == ("sale-2", "no such[2J customer")
    assert states(db) == {"sale-1": "sent", "sale-2": "rejected", "sale-3": "sent"}
    assert db.all("SELECT * FROM journal") == before


def test_a_card_number_in_a_reason_is_not_kept(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 1)
    leave_ack(root, {"document_id": "sale-1", "rejected": "card 4111 1111 1111 1111 declined"})
    pull(db, connect(root))
    (row,) = outbox.rejected(db)
    assert "4111" not in row.reason
    assert "withheld" in row.reason
    for path in (root / "in" / "done").glob("*.report.txt"):
        assert "4111" not in path.read_text()


def test_bad_lines_of_an_answer_are_reported_and_stop_no_other(db: LedgerDatabase, root: Path) -> None:
    post_many(db, 2)
    leave_ack(
        root,
        "{",
        {"document_id": "sale-1"},
        {"document_id": 5, "rejected": "x"},
        "",
        {"document_id": "nobody's", "rejected": "x"},
        {"document_id": "sale-2", "rejected": ""},
    )
    assert pull(db, connect(root)).taken == ("ack-1.jsonl",)
    assert states(db) == {"sale-1": "waiting", "sale-2": "rejected"}
    assert outbox.rejected(db)[0].reason == "the ERP gave no reason"
    (report,) = [path.read_text() for path in (root / "in" / "done").glob("*.report.txt")]
    assert [line.partition(":")[0] for line in report.splitlines()] == [
        "2 answers, 3 lines that are none",
        "not changed",
        "rejected sale-2",
        "line 1",
        "line 2",
        "line 3",
    ]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"\0" * 100, b"[" * 5_000, b'{"document_id":'])
def test_an_answer_without_an_answer_is_refused(content: bytes, db: LedgerDatabase, root: Path) -> None:
    (root / "in" / "ack-1.jsonl").write_bytes(content)
    assert pull(db, connect(root)).refused == ("ack-1.jsonl",)


def test_an_answer_that_is_too_large_is_refused(
    db: LedgerDatabase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_many(db, 1)
    monkeypatch.setattr(answer_file, "MAX_ANSWER_BYTES", 20)
    leave_ack(root, {"document_id": "sale-1", "rejected": "x"})
    assert pull(db, connect(root)).refused == ("ack-1.jsonl",)
    assert states(db) == {"sale-1": "waiting"}


def test_an_answer_read_twice_does_not_reject_what_was_put_back(
    db: LedgerDatabase, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_many(db, 1)
    leave_ack(root, {"document_id": "sale-1", "rejected": "no such customer"})
    with monkeypatch.context() as patch:
        patch.setattr(FilesConnector, "settle", _die)
        with pytest.raises(KeyboardInterrupt):
            pull(db, connect(root))
    assert states(db) == {"sale-1": "rejected"}
    with saving(), db.atomic():
        outbox.put_back(db, None, AT)
    assert pull(db, connect(root)).taken == ("ack-1.jsonl",)
    assert states(db) == {"sale-1": "waiting"}
    leave_ack(root, {"document_id": "sale-1", "rejected": "no such customer"})
    pull(db, connect(root))
    assert states(db) == {"sale-1": "rejected"}


def _die(*_: object) -> None:
    raise KeyboardInterrupt
