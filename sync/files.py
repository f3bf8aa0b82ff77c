"""The connector `files`: an ERP made of folders, for any ERP that can read JSON Lines or XML and write CSV or JSON.

`out/` gets the files of each batch, there whole or not at all; the ERP moves what it has read to `out/done/`. `in/`
is where the ERP leaves catalogues and late answers; we move them to `in/done/` or `in/refused/` with a report
beside each. The layout and the schema are in docs/files-connector.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from config.durable import Disk
from config.paths import LanePaths
from config.settings import Settings
from sync.batch_files import POSLOG_ENDING, BatchFiles, Form, MakeForm, as_jsonl
from sync.check import Finding
from sync.clock import Clock
from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import Batch
from sync.folder import reaching
from sync.in_folder import InFolder


class FilesOptions(msgspec.Struct, frozen=True):
    """How a lane uses the folder: in which forms batches go out, whose answers it takes, whether without manifests."""

    lane: str = ""
    forms: tuple[MakeForm, ...] = (as_jsonl,)
    needs_manifest: bool = False


class FilesConnector:
    """Batches as files out, catalogues, prices and answers as files in."""

    def __init__(self, root: Path, clock: Clock, disk: Disk | None = None, options: FilesOptions | None = None) -> None:
        """Use the folder `root`, which must be there when it is used; what belongs in it is made."""
        self._root = root
        disk, options = disk or Disk(), options or FilesOptions()
        self._lane = options.lane
        self._batches = BatchFiles(root / "out", disk, options.forms)
        self._in = InFolder(root / "in", disk, clock, options.lane, needs_manifest=options.needs_manifest)

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Put a batch into `out/`, unless it is there or in `out/done/` from a try whose mark was lost."""
        with reaching(self._root):
            self._make("out/done")
            self._batches.put(batch)
        return [Answer(document.document_id, Verdict.TAKEN) for document in batch.documents]

    def incoming(self) -> Iterator[Incoming]:
        """Yield what is finished: deliveries with a manifest, then other files, each kind in its order."""
        with reaching(self._root):
            self._make("in/done", "in/refused")
            yield from self._in.incoming()

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Move a file to `in/done/` or `in/refused/`, after its report is there."""
        with reaching(self._root):
            self._in.settle(incoming, settled)

    def check(self) -> Sequence[Finding]:
        """Say who else uses the folder."""
        from sync.files_check import check_folder  # asked for by hand

        return check_folder(self._root, self._lane)

    def close(self) -> None:
        """Nothing is kept open between two calls."""

    def _make(self, *folders: str) -> None:
        """Make what belongs in the root, but never the root: where that is missing, a share is not mounted."""
        self._root.stat()
        for folder in folders:
            (self._root / folder).mkdir(parents=True, exist_ok=True)


def make_files(settings: Settings, paths: LanePaths, clock: Clock) -> FilesConnector:
    """Return the connector for the lane's folder; only the default one, in the lane's own data, is made."""
    if not settings.sync.folder:
        with reaching(paths.erp):
            paths.erp.mkdir(parents=True, exist_ok=True)
    options = FilesOptions(settings.lane.id, forms_of(settings), settings.sync.needs_manifest)
    return FilesConnector(paths.erp, clock, options=options)


def forms_of(settings: Settings) -> tuple[MakeForm, ...]:
    """Return in which forms batches go out. Raises `ConfigError`."""
    forms: list[MakeForm] = [as_jsonl] if settings.sync.format != "poslog" else []
    if settings.sync.format != "jsonl":
        forms.append(_poslog_form(settings))
    return tuple(forms)


def _poslog_form(settings: Settings) -> MakeForm:
    """Return what makes POSLogs of a store's batches."""
    from sync.poslog_batch import shops_of, write_poslog  # few ERPs want XML

    shop_of, currency = shops_of(settings), settings.store.currency

    def as_poslog(batch: Batch) -> Form:
        marks = [document.hash.encode() for document in batch.documents]
        return Form(POSLOG_ENDING, write_poslog(batch, shop_of, currency), marks)

    return as_poslog
