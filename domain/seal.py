"""A seal: what the lane's key has signed of one row of the journal, and so of all rows before it.

The statement is canonical JSON and is kept as it was signed. Ed25519 signs the statement's own bytes (RFC 8032), so
a verifier needs no code of ours. Signing and checking are not done here: the domain has no keys.
"""

from __future__ import annotations

from typing import Final

import msgspec

from domain.journal import Head, Record, canonical

SEAL_VERSION: Final = 1


class SealStatement(msgspec.Struct, frozen=True):
    """What is signed: the row, when it was sealed, both perpetual totals, the last receipt, and the public key."""

    v: int
    lane: str
    seq: int
    hash: str
    at: str
    perpetual_net_minor: int
    perpetual_absolute_minor: int
    last_receipt: int
    key: str
    """The public key, 64 hexadecimal digits: it is part of what is signed."""


class Seal(msgspec.Struct, frozen=True):
    """A seal as it is kept. Key and signature are hexadecimal, the statement is the text that was signed."""

    seq: int
    key: str
    statement: str
    signature: str


_DECODE = msgspec.json.Decoder(SealStatement).decode


def state(lane: str, head: Head, at: str, last_receipt: int, key: str) -> str:
    """Return the statement that seals a journal up to its head."""
    statement = SealStatement(
        v=SEAL_VERSION,
        lane=lane,
        seq=head.seq,
        hash=head.hash,
        at=at,
        perpetual_net_minor=head.perpetual_net_minor,
        perpetual_absolute_minor=head.perpetual_absolute_minor,
        last_receipt=last_receipt,
        key=key,
    )
    return canonical(statement).decode()


def read_statement(seal: Seal) -> SealStatement | None:
    """Return what a seal states, None where that cannot be read; no signature is read."""
    try:
        return _DECODE(seal.statement)
    except msgspec.MsgspecError:
        return None


def find_fault(seal: Seal, record: Record, row_hash: str) -> str:
    """Return what a seal says otherwise than the row it stands beside, empty where nothing is; no signature is read."""
    said = read_statement(seal)
    if said is None:
        return "the statement cannot be read"
    wanted = msgspec.structs.replace(
        said,
        lane=record.lane,
        seq=record.seq,
        hash=row_hash,
        perpetual_net_minor=record.perpetual_net_minor,
        perpetual_absolute_minor=record.perpetual_absolute_minor,
        key=seal.key,
    )
    wrong = [name for name in said.__struct_fields__ if getattr(said, name) != getattr(wanted, name)]
    return f"the statement is of another {wrong[0]}" if wrong else ""
