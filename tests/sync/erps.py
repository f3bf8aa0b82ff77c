"""Two ERPs for the contract: one made of folders, and one in memory that answers for each document."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from config.durable import Disk
from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import Batch
from sync.errors import Unreachable
from sync.files import FilesConnector
from tests.sync.shop import StillClock, batch_files, lines_of


class FailingDisk(Disk):
    """A disk on which the next renaming, or the next flush of a folder, fails."""

    def __init__(self) -> None:
        self.fails: str = ""

    def rename(self, old: Path, new: Path) -> None:
        self._fail("rename")
        super().rename(old, new)

    def flush_folder(self, folder: Path) -> None:
        super().flush_folder(folder)
        self._fail("flush_folder")

    def _fail(self, step: str) -> None:
        if self.fails == step:
            self.fails = ""
            raise OSError(errno.EIO, "Input/output error")


class FolderErp:
    """Reads the batches in `out/`, moves them to `out/done/`, and answers late, by `in/ack-*.jsonl`."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self.root = root
        self._disk = FailingDisk()
        self._refused: set[str] = set()
        self._read = 0

    def connect(self) -> FilesConnector:
        self._read_batches()
        return FilesConnector(self.root, StillClock(), self._disk)

    def received(self) -> Sequence[tuple[str, str]]:
        return [
            (line["document_id"], line["hash"])
            for path in sorted(batch_files(self.root), key=lambda path: path.stat().st_mtime_ns)
            for line in list(lines_of(path))[1:]
        ]

    def refuse(self, document_id: str) -> None:
        self._refused.add(document_id)

    def accept(self, document_id: str) -> None:
        self._refused.discard(document_id)

    def be_away(self) -> None:
        self._disk.fails = "rename"

    def lose_answer(self) -> None:
        self._disk.fails = "flush_folder"

    def _read_batches(self) -> None:
        for path in sorted((self.root / "out").glob("batch-*.jsonl")):
            self._read += 1
            refused = [line["document_id"] for line in list(lines_of(path))[1:] if line["document_id"] in self._refused]
            path.rename(path.parent / "done" / path.name)
            if refused:
                acks = [json.dumps({"document_id": one, "rejected": "no such customer"}) for one in refused]
                (self.root / "in").mkdir(exist_ok=True)
                (self.root / "in" / f"ack-{self._read}.jsonl").write_text("\n".join(acks))


class MemoryErp:
    """Keeps each document once by its key and answers for each: as an ERP with a result per item does."""

    def __init__(self) -> None:
        self.documents: list[tuple[str, str]] = []
        self.refused: set[str] = set()
        self.fault = ""

    def connect(self) -> MemoryConnector:
        return MemoryConnector(self)

    def received(self) -> Sequence[tuple[str, str]]:
        return self.documents

    def refuse(self, document_id: str) -> None:
        self.refused.add(document_id)

    def accept(self, document_id: str) -> None:
        self.refused.discard(document_id)

    def be_away(self) -> None:
        self.fault = "away"

    def lose_answer(self) -> None:
        self.fault = "lost"

    def take(self, document_id: str, content: str) -> Answer:
        if document_id in self.refused:
            return Answer(document_id, Verdict.REJECTED, "no such customer")
        if (document_id, content) not in self.documents:
            self.documents.append((document_id, content))
        return Answer(document_id, Verdict.TAKEN)


class MemoryConnector:
    """The connector to `MemoryErp`."""

    def __init__(self, erp: MemoryErp) -> None:
        self._erp = erp

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        fault, self._erp.fault = self._erp.fault, ""
        if fault == "away":
            raise Unreachable("nobody answers: look at the network")
        answers = [self._erp.take(document.document_id, document.hash) for document in batch.documents]
        if fault == "lost":
            raise Unreachable("the answer was cut off: look at the network")
        return answers

    def incoming(self) -> Iterator[Incoming]:
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        raise AssertionError("nothing came")

    def close(self) -> None:
        """Nothing is open."""
