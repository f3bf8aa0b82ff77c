"""What a journal proves by itself: its chain, row by row, and the totals that each record carries on.

Pure, and the same for a ledger and for an exported file. Discrepancies are data; the first hides no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from domain.journal import GENESIS, ClockDoubt, Head, Kind, Record, canonical, digest, follow, read_record
from domain.sale import Sale
from domain.tally import absolute_minor


class Flaw(StrEnum):
    """What can be wrong with a ledger."""

    UNREADABLE = "unreadable"
    GAP = "gap"
    CHAIN = "chain"
    HASH = "hash"
    COLUMNS = "columns"
    NOT_CANONICAL = "not_canonical"
    CLOCK = "clock"
    TOTALS = "perpetual_totals"
    SEAL = "seal"
    UNSEALED = "unsealed"
    ANCHOR = "anchor"
    SIGNATURE = "signature"
    TABLE = "table"
    SHIFT_TOTAL = "shift_total"
    OUTBOX = "outbox"
    COUNT = "count"
    AFTER_Z = "sale_after_z"
    PAPER = "paper"
    PERSONAL = "personal"


class Discrepancy(msgspec.Struct, frozen=True):
    """One flaw: at which journal row (0 for the whole), and what."""

    flaw: Flaw
    seq: int
    detail: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What was found: how many rows, where the journal ends, every discrepancy, and who vouches up to which row."""

    rows: int
    head: Head
    discrepancies: tuple[Discrepancy, ...]
    seals: int = 0
    sealed_seq: int = 0
    anchored_seq: int = 0

    @property
    def is_sound(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.discrepancies


BROKEN = (msgspec.MsgspecError, RecursionError)
"""What reading a record raises that is none, or too deep to be one."""


def read_row(seq: int, text: str, row_hash: str, head: Head) -> tuple[Record | None, list[Discrepancy]]:
    """Read one row's text and hold it against the head before; None for a text that is no record."""
    try:
        record = read_record(text)
        return record, list(_chain_flaws(seq, text, row_hash, record, head))
    except BROKEN as error:
        return None, [Discrepancy(Flaw.UNREADABLE, seq, str(error))]


def next_head(head: Head, record: Record | None, seq: int, row_hash: str) -> Head:
    """Return the head after a row; one that could not be read is passed over by its number and hash."""
    if record is None:
        return msgspec.structs.replace(head, seq=seq, hash=row_hash)
    return follow(head, record, row_hash)


def _chain_flaws(seq: int, text: str, row_hash: str, record: Record, head: Head) -> Iterator[Discrepancy]:
    """Yield what is wrong with a row's place in the chain."""
    if seq != head.seq + 1 or record.seq != seq:
        yield Discrepancy(Flaw.GAP, seq, f"after {head.seq}")
    if record.prev != (head.hash if head.seq else GENESIS):
        yield Discrepancy(Flaw.CHAIN, seq)
    if digest(text.encode()) != row_hash:
        yield Discrepancy(Flaw.HASH, seq)
    if canonical(msgspec.json.decode(text)).decode() != text:
        yield Discrepancy(Flaw.NOT_CANONICAL, seq)
    if record.at < head.at and record.clock != ClockDoubt.BEHIND:
        yield Discrepancy(Flaw.CLOCK, seq, "dated before the row above without saying so")


def total_flaws(record: Record, head: Head, amount_minor: int, absolute: int) -> Iterator[Discrepancy]:
    """Yield perpetual totals that are not those of the row above and what this one adds."""
    wanted = (amount_minor, head.perpetual_net_minor + amount_minor, head.perpetual_absolute_minor + absolute)
    if wanted != (record.amount_minor, record.perpetual_net_minor, record.perpetual_absolute_minor):
        yield Discrepancy(Flaw.TOTALS, record.seq)


def added_flaws(record: Record, head: Head) -> list[Discrepancy]:
    """Return wrong totals of a record by its own body: a sale adds what it came to, all else adds nothing."""
    if record.kind is not Kind.SALE_POSTED:
        return list(total_flaws(record, head, 0, 0))
    try:
        sale = msgspec.convert(record.body, Sale)
    except BROKEN as error:
        return [Discrepancy(Flaw.UNREADABLE, record.seq, str(error))]
    return list(total_flaws(record, head, sale.total_minor, absolute_minor(sale)))
