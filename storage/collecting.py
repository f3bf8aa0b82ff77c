"""Collections and their reversals: row, journal record, totals, paper and document, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from domain.account import AccountMove, MoveKind, PaidPart
from domain.account_outcome import CollectionSum
from domain.collection import Collection, collection_folio, tally_collection
from domain.journal import Kind, read_record
from domain.money import MAX_WHOLE
from storage.accounts import add_move
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.ledger import put_named_job, put_outbox
from storage.personal import reveal_body
from storage.sale_reading import FIRST_DATE, LAST_DATE, PAGE
from storage.totals import add_tallies

_INSERT: Final = """
    INSERT INTO collection (number, collection_id, kind, reverses, shift_id, customer, amount_minor, at, operator,
        journal_seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_PART: Final = """
    INSERT INTO collection_part (number, position, document_id, folio, date, due_date, amount_minor)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""
_READ: Final = """
    SELECT j.seq, j.record FROM collection c JOIN journal j ON j.seq = c.journal_seq WHERE c.number = ?"""
_BETWEEN: Final = """
    SELECT c.number, j.seq, j.record FROM collection c JOIN journal j ON j.seq = c.journal_seq
    JOIN shift s ON s.shift_id = c.shift_id
    WHERE c.number > ? AND s.business_date BETWEEN ? AND ? ORDER BY c.number LIMIT ?"""
_RECENT: Final = """
    SELECT c.number, m.folio, c.at, c.amount_minor, EXISTS (SELECT 1 FROM collection r WHERE r.reverses = c.number)
    FROM collection c JOIN account_move m USING (journal_seq)
    WHERE c.customer IN ({places}) AND c.kind = 'collection' ORDER BY c.number DESC LIMIT ?"""


def with_parts(collection: Collection, parts: tuple[PaidPart, ...], rest_minor: int) -> Collection:
    """Return a collection with what it pays; it depends on the documents of these."""
    of = tuple(part.document_id for part in parts)
    return msgspec.structs.replace(collection, parts=parts, unassigned_minor=rest_minor, of=of)


def as_reversal(collection: Collection, taken: Collection, parts: tuple[PaidPart, ...], reason: str) -> Collection:
    """Return the reversal of a collection; it depends on that one."""
    return msgspec.structs.replace(
        collection,
        kind="reversal",
        parts=parts,
        unassigned_minor=-taken.unassigned_minor,
        of=(taken.collection_id,),
        reverses=taken.number,
        reason=reason,
    )


def post(db: LedgerDatabase, collection: Collection) -> Collection:
    """Keep a collection under the lane's next number and queue its receipt. Raises `NotSaved`; then nothing is kept."""
    mark = Mark(collection.lane, collection.at, collection.operator, collection.shift_id)
    with saving(), db.atomic():
        row = db.one("SELECT max(number) FROM collection")
        number = int(row[0] or 0) + 1 if row else 1
        posted = msgspec.structs.replace(collection, number=number, folio=collection_folio(mark.lane, number))
        kind = journal_kind(posted)
        head = journal_event(db, mark, kind, msgspec.structs.asdict(posted))
        add_tallies(db, mark.shift_id, tally_collection(posted))
        db.many(_PART, part_rows(posted))
        db.run(_INSERT, collection_row(posted, head.seq))
        add_move(db, posted.customer, move_of(posted), head.seq)
        put_outbox(db, posted.collection_id, kind, head.seq)
        put_named_job(db, head.seq, posted.at)
    return posted


def journal_kind(collection: Collection) -> Kind:
    """Return the kind of a collection's record."""
    return Kind.COLLECTION_POSTED if collection.kind == "collection" else Kind.COLLECTION_REVERSED


def collection_row(collection: Collection, journal_seq: int) -> tuple[int | str | None, ...]:
    """Return the row of a collection."""
    return (
        collection.number,
        collection.collection_id,
        collection.kind,
        collection.reverses or None,
        collection.shift_id,
        collection.customer,
        collection.amount_minor,
        collection.at,
        collection.operator,
        journal_seq,
    )


def part_rows(collection: Collection) -> list[tuple[int | str, ...]]:
    """Return the rows of what a collection pays."""
    return [
        (collection.number, i, part.document_id, part.folio, part.date, part.due_date, part.amount_minor)
        for i, part in enumerate(collection.parts)
    ]


def move_of(collection: Collection) -> AccountMove:
    """Return how a collection moves its customer's account."""
    return AccountMove(
        collection.collection_id,
        MoveKind(collection.kind),
        collection.folio,
        collection.business_date,
        "",
        -collection.amount_minor,
        collection.parts,
    )


def read(db: LedgerDatabase, number: int) -> Collection | None:
    """Return a collection as it was posted, or None."""
    row = db.one(_READ, (number,)) if 0 < number <= MAX_WHOLE else None
    return _read(db, row[0], row[1]) if row else None


def read_collections(db: LedgerDatabase, first_date: str = "", last_date: str = "") -> Iterator[Collection]:
    """Yield the collections and reversals of the business days from one date to another, both included, in order."""
    after = 0
    while page := db.all(_BETWEEN, (after, first_date or FIRST_DATE, last_date or LAST_DATE, PAGE)):
        for _, seq, record in page:
            yield _read(db, seq, record)
        after = page[-1][0]


def _read(db: LedgerDatabase, journal_seq: int, text: str) -> Collection:
    """Return the collection of a record, with the customer in clear as long as that is kept."""
    record = read_record(text)
    return msgspec.convert(reveal_body(db, journal_seq, record.body, record.personal), Collection)


def collection_at(db: LedgerDatabase, journal_seq: int) -> Collection | None:
    """Return the collection of a row of the journal, None where it is no collection's."""
    row = db.one("SELECT number FROM collection WHERE journal_seq = ?", (journal_seq,))
    return read(db, row[0]) if row else None


def kind_at(db: LedgerDatabase, journal_seq: int) -> tuple[str, str, str] | None:
    """Return the kind of a row of the journal, the customer it names and its hash, None where there is no such row."""
    row = db.one("SELECT kind, record, hash FROM journal WHERE seq = ?", (journal_seq,))
    return (row[0], str(read_record(row[1]).body.get("customer", "")), row[2]) if row else None


def is_reversed(db: LedgerDatabase, number: int) -> bool:
    """Say whether a collection was taken back."""
    return db.one("SELECT 1 FROM collection WHERE reverses = ?", (number,)) is not None


def recent(db: LedgerDatabase, customers: Sequence[str], limit: int) -> tuple[CollectionSum, ...]:
    """Return a customer's newest collections of this lane, newest first."""
    sql = _RECENT.format(places=", ".join("?" * len(customers)))
    return tuple(
        CollectionSum(number, folio, at, amount, bool(is_taken))
        for number, folio, at, amount, is_taken in db.all(sql, (*customers, limit))
    )
