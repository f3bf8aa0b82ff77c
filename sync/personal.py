"""Personal texts in batches that lie in the lane's own folder: they go when they have gone from the ledger.

A folder that an ERP shares is the ERP's; what it keeps, and for how long, is not ours to say.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from config.durable import Disk
from storage.connection import LedgerDatabase
from storage.personal import read_openings
from sync.document import BatchHeader, Document
from sync.folder import reaching

PLACES: Final = ("out", "out/done")
_MARK: Final = b'"personal":{'

_HEADER: Final = msgspec.json.Decoder(BatchHeader).decode
_DOCUMENT: Final = msgspec.json.Decoder(Document).decode


def forget_sent(root: Path, lane: str, db: LedgerDatabase) -> int:
    """Take out of a lane's batches what the ledger does not have any more; return how many files that changed."""
    with reaching(root):
        return sum(_forget(path, lane, db) for place in PLACES for path in (root / place).glob("batch-*.jsonl"))


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


def _without(line: bytes, db: LedgerDatabase) -> bytes:
    """Return a document's line with the texts only that the ledger still has."""
    document = _DOCUMENT(line)
    kept = {path: opening for path, opening in document.personal.items() if path in read_openings(db, document.seq)}
    return msgspec.json.encode(msgspec.structs.replace(document, personal=kept))
