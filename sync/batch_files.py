"""A batch as files in `out/`: in one form or two, with a manifest that says that they are whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from config.durable import Disk
from config.version import software
from sync.document import Batch
from sync.errors import Halted
from sync.manifest import write_manifest

MANIFEST_ENDING: Final = ".manifest.json"
JSONL_ENDING: Final = ".jsonl"
POSLOG_ENDING: Final = ".poslog.xml"


class Form(NamedTuple):
    """A batch in one form: its ending, its bytes, and what of them any file of this batch must hold."""

    ending: str
    content: bytes
    marks: Sequence[bytes]


MakeForm = Callable[[Batch], Form]


def as_jsonl(batch: Batch) -> Form:
    """Return a batch as a header and a line of JSON for each document."""
    lines = batch.lines()
    head = msgspec.json.encode(batch.header(software()))
    return Form(JSONL_ENDING, b"\n".join((head, *lines, b"")), lines)


class BatchFiles:
    """The files of batches, each there whole or not at all, and never twice. All methods raise `OSError`."""

    def __init__(self, out: Path, disk: Disk, forms: Sequence[MakeForm]) -> None:
        """Write into `out`, and look into its `done` too for what was written before."""
        self._out = out
        self._disk = disk
        self._forms = tuple(forms)

    def put(self, batch: Batch) -> None:
        """Write what of a batch is not there yet from a try whose mark was lost, the manifest last.

        Raises `Halted` where a file of this name holds other documents.
        """
        contents = []
        for form in (make(batch) for make in self._forms):
            name = f"{batch.batch_id}{form.ending}"
            contents.append((name, self._put_form(name, form)))
        name, content = f"{batch.batch_id}{MANIFEST_ENDING}", write_manifest(batch, contents)
        found = self.find(name)
        if found and found.read_bytes() == content:
            self._disk.flush_folder(found.parent)
        else:
            self._disk.put(self._out / name, content)

    def find(self, name: str) -> Path | None:
        """Return where a file lies that was written before."""
        places = (self._out / name, self._out / "done" / name)
        return next((path for path in places if path.exists()), None)

    def _put_form(self, name: str, form: Form) -> bytes:
        """Write a file unless it is there, and return what it holds."""
        found = self.find(name)
        if not found:
            self._disk.put(self._out / name, form.content)
            return form.content
        content = found.read_bytes()
        if not all(mark in content for mark in form.marks):
            raise Halted(
                f"{found} holds other documents than this ledger's: give each lane its own lane.id or sync.folder,"
                " or move the files of the ledger before this one away"
            )
        self._disk.flush_folder(found.parent)
        return content
