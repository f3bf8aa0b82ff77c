"""Personal texts in batches that lie in the lane's own folder: they go when they have gone from the ledger.

A folder that an ERP shares is the ERP's; what it keeps, and for how long, is not ours to say.
"""

from __future__ import annotations

import re
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
    """Take out of a lane's batches what the ledger does not have any more; return how many files that changed."""
    with reaching(root):
        folders = [root / place for place in PLACES]
        changed = [path for folder in folders for path in folder.glob("batch-*.jsonl") if _forget(path, lane, db)]
        changed += [
            path for folder in folders for path in folder.glob(f"batch-*{POSLOG_ENDING}") if _forget_xml(path, lane, db)
        ]
        for path in changed:
            _renew_manifest(root, path)
        return len(changed)


def _forget(path: Path, lane: str, db: LedgerDatabase) -> bool:
    """Write a batch anew if a text in it has gone, and say whether it has; records stay byte for byte."""
    lines = path.read_bytes().split(b"\n")
    try:
        if _HEADER(lines[0]).lane != lane:
            return False
        new = [lines[0], *(_without(line, db) if _MARK in line else line for line in lines[1:])]
    except msgspec.MsgspecError:
        return False
    if new == lines:
        return False
    Disk().put(path, b"\n".join(new))
    return True


def _forget_xml(path: Path, lane: str, db: LedgerDatabase) -> bool:
    """Write a POSLog anew if a text in it has gone, and say whether it has: they stand in its lines of JSON only."""

    def without(found: re.Match[bytes]) -> bytes:
        line = unescape(found[1].decode()).encode()
        if _MARK not in line or _DOCUMENT(line).lane != lane:
            return found[0]
        return b"<Document>%s</Document>" % escape(_without(line, db).decode()).encode()

    content = path.read_bytes()
    try:
        new = _DOCUMENTS.sub(without, content)
    except msgspec.MsgspecError:
        return False
    if new == content:
        return False
    Disk().put(path, new)
    return True


def _renew_manifest(root: Path, path: Path) -> None:
    """Let a batch's manifest name what a file of it is now."""
    name = f"{path.name.removesuffix(POSLOG_ENDING).removesuffix(JSONL_ENDING)}{MANIFEST_ENDING}"
    for found in (root / place / name for place in PLACES):
        if found.is_file():
            Disk().put(found, renew_entry(found.read_bytes(), path.name, path.read_bytes()))


def _without(line: bytes, db: LedgerDatabase) -> bytes:
    """Return a document's line with the texts only that the ledger still has."""
    document = _DOCUMENT(line)
    kept = {path: opening for path, opening in document.personal.items() if path in read_openings(db, document.seq)}
    return msgspec.json.encode(msgspec.structs.replace(document, personal=kept))
