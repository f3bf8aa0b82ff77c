"""Each batch seals the journal as it goes out, and is an anchor of it; a key that fails stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec
import pytest

from domain.chain import Flaw
from domain.witness import Anchor, gather
from mostrador.anchors import read_anchors
from storage.acknowledged import ACKNOWLEDGED, keep_acknowledged, read_acknowledged
from storage.checkpoint import save_checkpoint
from storage.connection import LedgerDatabase
from storage.outbox import due, mark_sent
from storage.seal_key import is_signed, key_file
from storage.verify import Scope, verify
from sync.document import BatchHeader
from sync.files import FilesConnector
from sync.push import Push
from tests.kit.catalog import COFFEE
from tests.kit.lane import Shop, make_shop
from tests.sync.shop import StillClock


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = make_shop(tmp_path)
    (tmp_path / "erp").mkdir()
    yield made
    if not made.db.is_closed():
        made.db.close()


def sell(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")


class Sync:
    """A sync that keeps what it says."""

    def __init__(self, shop: Shop) -> None:
        self.folder = shop.path.parent / "erp"
        self.said: list[str] = []
        clock = StillClock()
        self._push = Push(shop.db, FilesConnector(self.folder, clock), 2, clock, self.said.append)

    def run(self) -> None:
        assert self._push.run().problem is None


def sealed(db: LedgerDatabase) -> list[int]:
    return [seq for (seq,) in db.all("SELECT seq FROM seal ORDER BY seq")]


def head(db: LedgerDatabase) -> int:
    return verify(db).head.seq


def test_a_batch_seals_the_whole_journal_once(shop: Shop) -> None:
    sync = Sync(shop)
    for _ in range(5):
        sell(shop)
    sync.run()
    assert sealed(shop.db) == [head(shop.db)]
    sync.run()
    assert sealed(shop.db) == [head(shop.db)]
    sell(shop)
    sync.run()
    assert len(sealed(shop.db)) == 2
    verdict = verify(shop.db)
    assert verdict.discrepancies == ()
    assert verdict.sealed_seq == verdict.head.seq


def test_a_key_that_fails_is_said_once_and_everything_goes_out(shop: Shop) -> None:
    key_file(shop.path).write_text("no key", encoding="utf-8")
    sync = Sync(shop)
    for _ in range(5):
        sell(shop)
        sync.run()
    assert len([line for line in sync.said if "not sealed" in line]) == 1
    assert shop.db.one("SELECT count(*) FROM outbox WHERE state <> 'sent'") == (0,)
    assert sealed(shop.db) == []
    assert verify(shop.db).is_sound


def test_the_folder_of_batches_is_an_anchor(shop: Shop) -> None:
    sync = Sync(shop)
    for _ in range(5):
        sell(shop)
    sync.run()
    anchors = gather(read_anchors(sync.folder))
    assert len(anchors) == 6
    sell(shop)
    verdict = verify(shop.db, Scope(anchors=anchors))
    assert verdict.discrepancies == ()
    assert verdict.anchored_seq == verdict.head.seq - 1


def test_a_folder_shows_a_tail_that_was_cut(shop: Shop) -> None:
    sync = Sync(shop)
    sell(shop)
    sync.run()
    anchors = gather(read_anchors(sync.folder))
    shop.db.close()
    raw = apsw.Connection(str(shop.path))
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    for table in ("sale_line", "sale_tax", "sale_tender", "stock_move", "sale", "seal"):
        raw.execute(f"DELETE FROM {table}")  # noqa: S608
    raw.execute("DELETE FROM outbox WHERE kind = 'sale_posted'")
    raw.execute("DELETE FROM journal WHERE kind = 'sale_posted'")
    raw.execute("DELETE FROM shift_total")
    raw.close()
    db = LedgerDatabase(shop.path)
    db.connect()
    assert verify(db).is_sound
    assert {found.flaw for found in verify(db, Scope(anchors=anchors)).discrepancies} == {Flaw.ANCHOR}
    db.close()


def test_a_batch_carries_the_newest_seal_and_with_it_the_row_behind_its_documents(shop: Shop) -> None:
    sync = Sync(shop)
    sell(shop)
    shop.register.read_x()
    sync.run()
    header = msgspec.json.decode(
        next(sync.folder.rglob("batch-*.jsonl")).read_bytes().split(b"\n")[0], type=BatchHeader
    )
    assert header.seal
    assert is_signed(header.seal.key, header.seal.statement, header.seal.signature)
    last = verify(shop.db).head
    assert header.last_seq < last.seq
    assert Anchor("1", last.seq, last.hash) in read_anchors(sync.folder)


def test_the_ledger_remembers_up_to_where_the_erp_has_every_document(shop: Shop) -> None:
    assert read_acknowledged(shop.db) is None
    for _ in range(3):
        sell(shop)
    rows = due(shop.db, 0, 9)
    for sent, wanted in (((0, 2), 0), ((1,), 2), ((3,), 3)):
        with shop.db.atomic():
            mark_sent(shop.db, [rows[at].document_id for at in sent], "b", "")
            keep_acknowledged(shop.db, "1", "")
        assert read_acknowledged(shop.db) == Anchor("1", rows[wanted].journal_seq, rows[wanted].hash)


def test_what_the_erp_had_once_it_has_though_a_document_waits_again(shop: Shop) -> None:
    sync = Sync(shop)
    sell(shop)
    sync.run()
    told = read_acknowledged(shop.db)
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'waiting'")
        keep_acknowledged(shop.db, "1", "")
    assert read_acknowledged(shop.db) == told


def test_what_is_remembered_is_held_against_the_journal(shop: Shop) -> None:
    sync = Sync(shop)
    sell(shop)
    sync.run()
    told = read_acknowledged(shop.db)
    assert told
    assert verify(shop.db, Scope(anchors=gather([told]))).anchored_seq == told.seq
    bent = msgspec.structs.replace(told, hash="0" * 64)
    assert {found.flaw for found in verify(shop.db, Scope(anchors=gather([bent]))).discrepancies} == {Flaw.ANCHOR}


@pytest.mark.parametrize("content", ["", "{}", "[]", "no json"])
def test_a_memory_that_is_none_is_forgotten(shop: Shop, content: str) -> None:
    with shop.db.atomic():
        save_checkpoint(shop.db, ACKNOWLEDGED, content, "")
    assert read_acknowledged(shop.db) is None
