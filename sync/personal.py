"""Personal texts in batches that lie in the lane's own folder: they go when they have gone from the ledger.

A folder that an ERP shares is the ERP's; what it keeps, and for how long, is not ours to say.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, unescape

import msgspec

from config.durable import Disk
from config.paths import LanePaths
from storage.connection import LedgerDatabase
from storage.personal import read_openings
from sync.batch_files import JSONL_ENDING, MANIFEST_ENDING, POSLOG_ENDING
from sync.document import BatchHeader, Document
from sync.folder import reaching
from sync.manifest import renew_entry

PLACES: Final = ("out", "out/done")
_MARK: Final = b'"personal":{'
_DOCUMENTS: Final = re.compile(rb"<Document>(.*?)</Document>", re.DOTALL)

_HEADER: Final = msgspec.json.Decoder(BatchHeader).decode
_DOCUMENT: Final = msgspec.json.Decoder(Document).decode


def forget_own(paths: LanePaths, lane: str, db: LedgerDatabase) -> None:
    """Do as `forget_sent` where the ERP's folder is the lane's own. Raises `Unreachable`."""
    if paths.data in paths.erp.parents:
        forget_sent(paths.erp, lane, db)


def forget_sent(root: Path, lane: str, db: LedgerDatabase) -> int:
    """Take out of a lane's batches what the ledger does not have any more; return how many files that changed.

    Each file's manifest is looked at too, changed or not: a purge that was killed may have left it behind.
    """
    changed = 0
    with reaching(root):
        for place, ending in product(PLACES, (JSONL_ENDING, POSLOG_ENDING)):
            forget = _forget if ending == JSONL_ENDING else _forget_xml
            for path in (root / place).glob(f"batch-*{ending}"):
                old = path.read_bytes()
                new = forget(old, lane, db)
                if new is None:
                    continue
                if new != old:
                    Disk().put(path, new)
                    changed += 1
                _renew_manifest(root, lane, path.name, new)
    return changed


def _forget(content: bytes, lane: str, db: LedgerDatabase) -> bytes | None:
    """Return a batch without the texts that have gone, records byte for byte; None for one that is not the lane's."""
    head, *lines = content.split(b"\n")
    try:
        if _HEADER(head).lane != lane:
            return None
        return b"\n".join((head, *(_without(line, db) if _MARK in line else line for line in lines)))
    except msgspec.MsgspecError:
        return None


def _forget_xml(content: bytes, lane: str, db: LedgerDatabase) -> bytes | None:
    """Return a POSLog without the texts that have gone, which stand in its lines of JSON only; None for no POSLog."""

    def without(found: re.Match[bytes]) -> bytes:
        line = unescape(found[1].decode()).encode()
        if _MARK not in line or _DOCUMENT(line).lane != lane:
            return found[0]
        return b"<Document>%s</Document>" % escape(_without(line, db).decode()).encode()

    try:
        return _DOCUMENTS.sub(without, content)
    except msgspec.MsgspecError:
        return None


def _renew_manifest(root: Path, lane: str, name: str, content: bytes) -> None:
    """Let a batch's manifest name what a file of it is now, where it names something else."""
    manifest = f"{name.removesuffix(POSLOG_ENDING).removesuffix(JSONL_ENDING)}{MANIFEST_ENDING}"
    for path in (root / place / manifest for place in PLACES):
        if path.is_file() and (new := renew_entry(old := path.read_bytes(), lane, name, content)) != old:
            Disk().put(path, new)


def _without(line: bytes, db: LedgerDatabase) -> bytes:
    """Return a document's line with the texts only that the ledger still has."""
    document = _DOCUMENT(line)
    kept = {path: opening for path, opening in document.personal.items() if path in read_openings(db, document.seq)}
    return msgspec.json.encode(msgspec.structs.replace(document, personal=kept))
