"""A journal as a file: a header and one line of JSON per row, with the seals where they belong (docs/journal.md).

A record stands in its line as a text, byte for byte as it was hashed, so that a reader needs a JSON reader and SHA-256
to prove it, and a record that somebody has spoiled can be handed over too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from domain.chain import BROKEN, Discrepancy, Flaw, Verdict, added_flaws, next_head, read_row
from domain.journal import Head
from domain.personal import Opening
from domain.personal_check import PersonalWitness
from domain.seal import Seal
from domain.witness import Witness

FILE_VERSION: Final = 1


class JournalHeader(msgspec.Struct, frozen=True):
    """The first line. `before` is the head before the first row: that of an empty journal for a whole one."""

    v: int
    lane: str
    first_seq: int
    last_seq: int
    head_hash: str
    before: Head
    software: str
    key: str = ""
    """The public key that has signed the file, in hexadecimal."""
    is_personal_whole: bool = False
    """Every personal value is in it that no purge in it has deleted; else those that are missing prove nothing."""


class JournalLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row: its number, the hash and the text of its record, its seal if it has one, and its personal values."""

    seq: int
    hash: str
    record: str
    seal: Seal | None = None
    personal: dict[str, Opening] = {}


_HEADER = msgspec.json.Decoder(JournalHeader).decode
_LINE = msgspec.json.Decoder(JournalLine).decode


class NoJournal(ValueError):
    """A file that does not begin as a journal does."""


def check_file(lines: Iterable[bytes], witness: Witness) -> Verdict:
    """Verify an exported journal: chain, totals, seals, anchors. Raises `NoJournal`."""
    rows = iter(lines)
    header = _read_header(next(rows, b""))
    found: list[Discrepancy] = []
    head, count, personal = header.before, 0, PersonalWitness()
    for line in rows:
        count += 1
        head, flaws = _check_line(line, head, witness, personal)
        found += flaws
    found += _end_flaws(header, head)
    found += witness.end(head.seq)
    if header.is_personal_whole:
        found += personal.end(witness.sealed_seq)
    return Verdict(count, head, tuple(found), witness.seals, witness.sealed_seq, witness.anchored_seq)


def _read_header(line: bytes) -> JournalHeader:
    """Return the header of a file."""
    try:
        header = _HEADER(line)
    except BROKEN as error:
        raise NoJournal(f"the first line is no header of a journal ({error})") from error
    if header.v != FILE_VERSION:
        raise NoJournal(f"its layout is version {header.v}, this program knows {FILE_VERSION}")
    return header


def _check_line(line: bytes, head: Head, witness: Witness, personal: PersonalWitness) -> tuple[Head, list[Discrepancy]]:
    """Check one line against the head before; return the head after it and what is wrong."""
    try:
        row = _LINE(line)
    except BROKEN as error:
        return msgspec.structs.replace(head, seq=head.seq + 1), [
            Discrepancy(Flaw.UNREADABLE, head.seq + 1, str(error)),
        ]
    record, found = read_row(row.seq, row.record, row.hash, head)
    if record is not None:
        found += added_flaws(record, head)
        found += witness.look(record, row.hash, row.seal)
        found += personal.look(record, row.personal)
    return next_head(head, record, row.seq, row.hash), found


def _end_flaws(header: JournalHeader, head: Head) -> Iterator[Discrepancy]:
    """Yield where a file begins or ends otherwise than its header says."""
    if header.before.seq + 1 != header.first_seq or (header.first_seq == 1 and header.before != Head()):
        yield Discrepancy(Flaw.GAP, header.first_seq, "the header does not say what came before")
    if (head.seq, head.hash) != (header.last_seq, header.head_hash):
        yield Discrepancy(Flaw.GAP, header.last_seq, f"the file ends at {head.seq}")
