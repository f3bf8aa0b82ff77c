"""Who vouches for a journal beside its own chain: the lane's seals, and anchors that are kept elsewhere.

A chain on the lane alone proves nothing against who can work it out anew. A seal does as long as the key is the
lane's own; an anchor (a row's number and hash that the ERP has, or a copy) does in every case up to its row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from domain.chain import Discrepancy, Flaw
from domain.journal import Kind, Record
from domain.seal import Seal, find_fault

Checker = Callable[[str, str, str], bool]
"""Says whether a key (hexadecimal) has signed a statement with a signature (hexadecimal)."""

Anchors = Mapping[tuple[str, int], frozenset[str]]
"""The hashes that somebody elsewhere has of a lane's row; two of one row contradict each other."""


class Anchor(msgspec.Struct, frozen=True):
    """A row of a lane's journal as somebody elsewhere has it. An empty lane is any."""

    lane: str
    seq: int
    hash: str


class Trust(msgspec.Struct, frozen=True):
    """How seals are checked, and whose must cover the newest Z; without keys anybody's are held against themselves."""

    is_signed: Checker | None = None
    keys: frozenset[str] = frozenset()


def gather(anchors: Iterable[Anchor]) -> Anchors:
    """Return anchors by lane and row."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for anchor in anchors:
        place = (anchor.lane, anchor.seq)
        found[place] = found.get(place, frozenset()) | {anchor.hash}
    return found


class Witness:
    """Seals and anchors, held against a journal row by row."""

    def __init__(self, trust: Trust, anchors: Anchors | None = None) -> None:
        """Begin before the first row."""
        self._trust, self._anchors = trust, anchors or {}
        self._lane = ""
        self._last_z = 0
        self.seals = 0
        self.sealed_seq = 0
        """The last row that a trusted key has sealed, 0 for none."""
        self.anchored_seq = 0
        """The last row that is elsewhere too, 0 for none."""

    def look(self, record: Record, row_hash: str, seal: Seal | None) -> Iterator[Discrepancy]:
        """Yield what a row's seal, or an anchor of it, says otherwise."""
        self._lane = record.lane
        if record.kind is Kind.SHIFT_CLOSED:
            self._last_z = record.seq
        if seal:
            yield from self._weigh(seal, record, row_hash)
        kept = self._kept(record.seq)
        if kept and kept != {row_hash}:
            yield Discrepancy(Flaw.ANCHOR, record.seq, "another hash is kept elsewhere")
        elif kept:
            self.anchored_seq = record.seq

    def end(self, last_seq: int, *, is_whole: bool = True) -> Iterator[Discrepancy]:
        """Yield what is missing at the end; a part of a journal may end before what is kept elsewhere."""
        if is_whole and self._trust.is_signed and self._trust.keys and self._last_z > self.sealed_seq:
            yield Discrepancy(Flaw.UNSEALED, self._last_z, "no seal by the lane's key covers the newest Z")
        beyond = [seq for lane, seq in self._anchors if lane in ("", self._lane) and seq > last_seq]
        if is_whole and beyond:
            yield Discrepancy(Flaw.ANCHOR, max(beyond), f"the journal ends at {last_seq}, more of it is kept elsewhere")

    def _weigh(self, seal: Seal, record: Record, row_hash: str) -> Iterator[Discrepancy]:
        """Yield what is wrong with a seal, or note how far it covers."""
        self.seals += 1
        fault = find_fault(seal, record, row_hash)
        if fault:
            yield Discrepancy(Flaw.SEAL, record.seq, fault)
        elif self._trust.is_signed and not self._trust.is_signed(seal.key, seal.statement, seal.signature):
            yield Discrepancy(Flaw.SEAL, record.seq, "the signature is not that of its key")
        elif self._trust.is_signed and (not self._trust.keys or seal.key in self._trust.keys):
            self.sealed_seq = record.seq

    def _kept(self, seq: int) -> frozenset[str]:
        """Return the hashes that are kept elsewhere of a row of this lane."""
        return self._anchors.get((self._lane, seq), frozenset()) | self._anchors.get(("", seq), frozenset())
