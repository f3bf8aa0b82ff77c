"""The connector `files`: an ERP made of folders, for any ERP that can read JSON Lines and write CSV.

`out/` gets one file per batch, there whole or not at all; the ERP moves what it has read to `out/done/`. `in/`
is where the ERP leaves catalogues and late answers; we move them to `in/done/` or `in/refused/` with a report
beside each. The layout and the schema are in docs/files-connector.md.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import Final, Literal

import msgspec

from config.durable import Disk
from config.paths import LanePaths
from config.settings import Settings
from config.version import software
from domain.text import safe_text
from sync.clock import Clock
from sync.connector import CATALOG_KINDS, Answer, CatalogFile, CatalogKind, Incoming, LateAnswers, Settled, Verdict
from sync.document import Batch
from sync.errors import Halted
from sync.folder import reaching
from sync.watch import SETTLE_SECONDS, Watch

TABLES: Final = tuple(kind for kind in CATALOG_KINDS if kind not in ("prices", "promotions"))
"""What comes as rows under headings; prices and promotions are documents."""
PATTERNS: Final = (
    *(f"{kind}*{ending}" for kind in TABLES for ending in (".csv", ".csv.gz", ".json", ".json.gz")),
    *(f"{kind}*{ending}" for kind in ("prices", "promotions") for ending in (".json", ".toml")),
    "ack-*.jsonl",
)
MAX_ANSWER_BYTES: Final = 16_000_000
MAX_FAULTS: Final = 100


class _AckLine(msgspec.Struct, frozen=True):
    """One line of `ack-*.jsonl`."""

    document_id: str
    rejected: str


class FilesConnector:
    """Batches as files out, catalogues, prices and rejections as files in."""

    def __init__(self, root: Path, clock: Clock, disk: Disk | None = None) -> None:
        """Use the folder `root`, which must be there when it is used; what belongs in it is made."""
        self._root = root
        self._out = root / "out"
        self._in = root / "in"
        self._clock = clock
        self._disk = disk or Disk()
        self._watch = Watch(self._in, PATTERNS)

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Put a batch into `out/`, unless it is there or in `out/done/` from a try whose mark was lost."""
        name, lines = f"{batch.batch_id}.jsonl", batch.lines()
        with reaching(self._root):
            self._make("out/done")
            if found := self._find(name):
                self._hold_equal(found, lines)
                self._disk.flush_folder(found.parent)
            else:
                head = msgspec.json.encode(batch.header(software()))
                self._disk.put(self._out / name, b"\n".join((head, *lines, b"")))
        return [Answer(document.document_id, Verdict.TAKEN) for document in batch.documents]

    def incoming(self) -> Iterator[Incoming]:
        """Yield finished files: departments, items, price lists, promotions, answers; each kind by name."""
        with reaching(self._root):
            self._make("in/done", "in/refused")
            self._need_writable(self._in)
            look = self._watch.look(self._clock.elapsed_seconds())
            if look.moving and not self._clock.pause(SETTLE_SECONDS):
                look = self._watch.look(self._clock.elapsed_seconds())
        for path in sorted(look.finished, key=_rank):
            kind = _kind_of(path)
            if kind != "ack":
                yield CatalogFile(path, kind, self._in / "refused")
                continue
            with reaching(self._root):
                late = _read_answers(path)
            yield late

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Move a file to `in/done/` or `in/refused/`, after its report is there."""
        name = incoming.path.name if isinstance(incoming, CatalogFile) else incoming.source
        target = self._in / ("done" if settled.is_accepted else "refused")
        moved = f"{self._clock.now().astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{name}"
        report = "".join(f"{safe_text(line, 500)}\n" for line in settled.report)
        with reaching(self._root):
            self._disk.put(target / f"{moved}.report.txt", report.encode())
            self._disk.rename(self._in / name, target / moved)
            self._disk.flush_folder(target)
            self._disk.flush_folder(self._in)

    def close(self) -> None:
        """Nothing is kept open between two calls."""

    def _make(self, *folders: str) -> None:
        """Make what belongs in the root, but never the root: where that is missing, a share is not mounted."""
        self._root.stat()
        for folder in folders:
            (self._root / folder).mkdir(parents=True, exist_ok=True)

    def _need_writable(self, folder: Path) -> None:
        """Take nothing that could not be moved away: it would be taken again each time."""
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), folder)

    def _find(self, name: str) -> Path | None:
        """Return where a batch lies that was delivered before."""
        places = (self._out / name, self._out / "done" / name)
        return next((path for path in places if path.exists()), None)

    def _hold_equal(self, found: Path, lines: Sequence[bytes]) -> None:
        """Raise `Halted` unless a file of ours has all these documents."""
        if not set(lines) <= set(found.read_bytes().split(b"\n")):
            raise Halted(
                f"{found} holds other documents than this ledger's: give each lane its own lane.id or sync.folder,"
                " or move the files of the ledger before this one away"
            )


def make_files(settings: Settings, paths: LanePaths, clock: Clock) -> FilesConnector:
    """Return the connector for the lane's folder; only the default one, in the lane's own data, is made."""
    if not settings.sync.folder:
        with reaching(paths.erp):
            paths.erp.mkdir(parents=True, exist_ok=True)
    return FilesConnector(paths.erp, clock)


def _kind_of(path: Path) -> CatalogKind | Literal["ack"]:
    return next((kind for kind in CATALOG_KINDS if path.name.startswith(kind)), "ack")


def _rank(path: Path) -> tuple[int, str]:
    kind = _kind_of(path)
    return len(CATALOG_KINDS) if kind == "ack" else CATALOG_KINDS.index(kind), path.name


def _read_answers(path: Path) -> LateAnswers:
    """Read a file of rejections; a line that is none is a fault of its own and stops no other."""
    with path.open("rb") as file:
        content = file.read(MAX_ANSWER_BYTES + 1)
    digest = hashlib.sha256(content).hexdigest()
    if len(content) > MAX_ANSWER_BYTES:
        return LateAnswers(path.name, digest, (), (f"larger than {MAX_ANSWER_BYTES} bytes: split it",))
    answers: list[Answer] = []
    faults: list[str] = []
    for number, line in enumerate(content.splitlines(), 1):
        try:
            if line.strip():
                ack = msgspec.json.decode(line, type=_AckLine)
                answers.append(Answer(ack.document_id, Verdict.REJECTED, ack.rejected))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            faults.append(f"line {number}: {error}")
    return LateAnswers(path.name, digest, tuple(answers), tuple(faults[:MAX_FAULTS]))
