"""Personal values beside the journal: written with their record, read back with it, and deleted by a purge only.

Nothing is asked for a record without personal texts: it says itself whether it has any.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from domain.journal import JournalEntry
from domain.personal import PERSONAL, SALT_BYTES, Opening, may_hold, reveal, seal_personal
from domain.sale import Sale
from storage.connection import LedgerDatabase

_INSERT: Final = "INSERT INTO personal (seq, field, kind, salt, value) VALUES (?, ?, ?, ?, ?)"
_READ: Final = "SELECT field, salt, value FROM personal WHERE seq = ?"
OPENINGS: Final = """
    (SELECT json_group_object(p.field, json_object('salt', p.salt, 'value', p.value)) FROM personal p
    WHERE p.seq = j.seq)"""
"""A column with the openings of a row of the journal called `j`, as JSON; `{}` where it has none."""


class _SaleRecord(msgspec.Struct):
    """The part of a record that is the sale."""

    body: Sale
    personal: dict[str, str] = {}


@lru_cache(maxsize=1)
def _sale_decoder() -> msgspec.json.Decoder[_SaleRecord]:
    """Return what reads a sale's record, made for the first one that is read."""
    return msgspec.json.Decoder(_SaleRecord)


def seal_entry(db: LedgerDatabase, entry: JournalEntry) -> tuple[JournalEntry, Mapping[str, Opening]]:
    """Return an entry with commitments in place of its personal texts, and what opens them."""
    if not may_hold(entry.body, entry.kind):
        return entry, {}
    paths = PERSONAL[entry.kind]
    plain = entry.body if isinstance(entry.body, dict | msgspec.Struct) else dict(entry.body)
    body, openings = seal_personal(plain, paths, lambda: db.random_bytes(SALT_BYTES))
    if not openings:
        return entry, {}
    kinds = {path: paths[path].value for path in openings}
    return msgspec.structs.replace(entry, body=body, personal=kinds), openings


def keep_openings(db: LedgerDatabase, seq: int, kinds: Mapping[str, str], openings: Mapping[str, Opening]) -> None:
    """Keep what opens the commitments of the journal's newest row, inside its transaction."""
    for path, opening in openings.items():
        db.run(_INSERT, (seq, path, kinds[path], opening.salt, opening.value))


def read_openings(db: LedgerDatabase, seq: int) -> dict[str, Opening]:
    """Return what opens a row's commitments, by path; a purged one is missing."""
    return {field: Opening(salt, value) for field, salt, value in db.all(_READ, (seq,))}


def reveal_body(db: LedgerDatabase, seq: int, body: Any, personal: Mapping[str, str]) -> Any:
    """Return a record's body with its personal texts; one that was purged is empty."""
    return reveal(body, personal, read_openings(db, seq)) if personal else body


def reveal_sale(db: LedgerDatabase, seq: int, text: str) -> Sale:
    """Return the sale of a record's text with its personal texts."""
    record = _sale_decoder().decode(text)
    sale: Sale = reveal_body(db, seq, record.body, record.personal)
    return sale
