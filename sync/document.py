"""What the ERP is told: documents made of journal records, and the batches they travel in.

The record goes out as the very bytes that were hashed, so whoever receives it can prove it against the chain
(docs/files-connector.md has the schema).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from domain.journal import Record, digest, read_record
from domain.personal import Opening
from domain.seal import Seal
from storage.outbox import OutboxRow

WIRE_VERSION = 1


class BadDocument(ValueError):
    """A journal record that must not go out as it is; the text says why."""


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a batch. `document_id` is the ERP's key for ever: the same id is the same document."""

    document_id: str
    kind: str
    seq: int
    hash: str
    lane: str
    record: msgspec.Raw
    """The journal's record, byte for byte: `hash` is its SHA-256."""
    personal: dict[str, Opening] = {}
    """The personal texts of which the record has commitments only, by their place in its body."""


class BatchHeader(msgspec.Struct, frozen=True, omit_defaults=True):
    """The first line of a batch. `head_hash` is the hash of its last record: an anchor of the journal."""

    v: int
    batch_id: str
    lane: str
    first_seq: int
    last_seq: int
    head_hash: str
    count: int
    software: str
    seal: Seal | None = None
    """The lane's newest signature, over a row at or behind the last document; none where its key cannot be read."""


class Batch(msgspec.Struct, frozen=True):
    """Documents of one lane in the journal's order, under a name that stays theirs until they are settled."""

    batch_id: str
    documents: tuple[Document, ...]
    seal: Seal | None = None

    def header(self, software: str) -> BatchHeader:
        """Return what stands above the documents."""
        first, last = self.documents[0], self.documents[-1]
        return BatchHeader(
            v=WIRE_VERSION,
            batch_id=self.batch_id,
            lane=first.lane,
            first_seq=first.seq,
            last_seq=last.seq,
            head_hash=last.hash,
            count=len(self.documents),
            software=software,
            seal=self.seal,
        )

    def lines(self) -> tuple[bytes, ...]:
        """Return one line of JSON per document, without line ends."""
        return tuple(msgspec.json.encode(document) for document in self.documents)


class Draft(msgspec.Struct, frozen=True):
    """A document beside the row it was made from, and what must be with the ERP before it."""

    row: OutboxRow
    document: Document
    origins: tuple[str, ...]


def draft(row: OutboxRow) -> Draft:
    """Make the document of an outbox row. Raises `BadDocument`."""
    text = row.record.encode()
    if digest(text) != row.hash:
        raise BadDocument("its text does not match its hash: run `mostrador verify`")
    try:
        record = read_record(row.record)
    except msgspec.MsgspecError as error:
        raise BadDocument(f"its record cannot be read ({error}): run `mostrador verify`") from error
    if record.seq != row.journal_seq:
        raise BadDocument("its record is that of another row: run `mostrador verify`")
    personal = msgspec.json.decode(row.personal, type=dict[str, Opening])
    document = Document(row.document_id, row.kind, record.seq, row.hash, record.lane, msgspec.Raw(text), personal)
    return Draft(row, document, origins_of(record))


def origins_of(record: Record) -> tuple[str, ...]:
    """Return the ids that a record names in its body's `of`: a return its sale, a collection its invoice."""
    body: Any = record.body
    named = body.get("of") if isinstance(body, dict) else None
    found: Sequence[object] = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    return tuple(origin for origin in found if isinstance(origin, str) and origin)


def batch_id_of(drafts: Sequence[Draft]) -> str:
    """Return the name of a new batch: lane, first and last number, and which try it is after the first.

    Attempts only grow, so documents that were rejected and put back never come under a name they had before.
    """
    first, last = drafts[0].document, drafts[-1].document
    tries = max(item.row.attempts for item in drafts)
    again = f"-r{tries + 1}" if tries else ""
    return f"batch-{first.lane}-{first.seq}-{last.seq}{again}"


def make_batch(batch_id: str, drafts: Iterable[Draft], seal: Seal | None = None) -> Batch:
    """Return the batch of some drafts, under the lane's newest seal."""
    return Batch(batch_id, tuple(item.document for item in drafts), seal)
