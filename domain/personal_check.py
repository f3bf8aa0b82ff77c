"""Holding personal values against the commitments of their records, and those that are gone against the purges.

A value that is there must be the one that was committed to. One that is missing must be covered by a purge: a later
record that names its kind and its row, and that the lane's key has sealed. Pure, and the same for ledger and file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

from domain.chain import BROKEN, Discrepancy, Flaw
from domain.journal import Kind, Record
from domain.personal import Opening, Openings, commit, is_commitment, read_text


class Purge(msgspec.Struct, frozen=True):
    """The body of a purge's record: which kind, why, which rows (first and last of each range), and how many texts."""

    kind: str
    reason: str
    ranges: tuple[tuple[int, int], ...]
    count: int


class PersonalWitness:
    """The personal values of a journal, row by row; a part without its end, or without values, is not asked for all."""

    def __init__(self) -> None:
        """Begin before the first row."""
        self.found = 0
        """How many values were held against their records."""
        self._gone: list[tuple[int, str]] = []
        self._purges: list[tuple[int, Purge]] = []

    def look(self, record: Record, openings: Openings) -> Iterator[Discrepancy]:
        """Yield what a record's values say otherwise than the record; note a purge."""
        for path, kind in record.personal.items():
            text, opening = read_text(record.body, path), openings.get(path)
            if not is_commitment(text):
                yield Discrepancy(Flaw.PERSONAL, record.seq, f"{path} is no commitment")
            elif opening is None:
                self._gone.append((record.seq, kind))
            elif _commit(opening) != text:
                yield Discrepancy(Flaw.PERSONAL, record.seq, f"{path} is not the value that was committed to")
        self.found += len(openings.keys() & record.personal.keys())
        if beside := sorted(openings.keys() - record.personal.keys()):
            yield Discrepancy(Flaw.PERSONAL, record.seq, f"{beside[0]} is no commitment of the record")
        if record.kind is Kind.PERSONAL_PURGED:
            try:
                self._purges.append((record.seq, msgspec.convert(record.body, Purge)))
            except BROKEN as error:
                yield Discrepancy(Flaw.UNREADABLE, record.seq, str(error))

    def end(self, sealed_seq: int) -> Iterator[Discrepancy]:
        """Yield values that are gone without a purge that is sealed."""
        covered: dict[str, list[tuple[int, int]]] = {}
        for at, purge in self._purges:
            if at <= sealed_seq:
                covered.setdefault(purge.kind, []).extend((first, min(last, at - 1)) for first, last in purge.ranges)
        merged = {kind: merge_ranges(ranges) for kind, ranges in covered.items()}
        for seq, kind in self._gone:
            if not _holds(merged.get(kind, []), seq):
                yield Discrepancy(Flaw.PERSONAL, seq, f"a value of {kind} is gone without a sealed purge")


def _commit(opening: Opening) -> str:
    """Return the commitment of an opening, empty where its salt is none."""
    try:
        return commit(opening)
    except ValueError:
        return ""


def merge_ranges(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the same rows as ranges in order, of which none touches the next; an empty range is left out."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = merged[-1][0], max(merged[-1][1], last)
        elif first <= last:
            merged.append((first, last))
    return merged


def _holds(ranges: list[tuple[int, int]], seq: int) -> bool:
    """Say whether merged ranges have a row."""
    at = bisect_right(ranges, seq, key=lambda found: found[0])
    return at > 0 and seq <= ranges[at - 1][1]
