"""The journal's record: canonical bytes, and the hash that chains it to the record before.

Canonical JSON is UTF-8 with sorted keys and no spaces, integers and strings only: the part of RFC 8785 that a
ledger needs. A record's text is kept as it was hashed, so a verifier needs SHA-256 and a JSON reader, no code of
ours (docs/decisions/canonical-json.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from domain.instant import read_stamp

GENESIS: Final = "0" * 64
VERSION: Final = 1


class Chain(StrEnum):
    """Which of the lane's books a record belongs to; all share one gapless sequence."""

    SALE = "S"
    COPY = "C"
    CLOSING = "G"
    EVENT = "E"


class Kind(StrEnum):
    """What a record tells."""

    SIGNED_ON = "signed_on"
    SIGNED_OFF = "signed_off"
    OPERATOR_CHANGED = "operator_changed"
    PIN_REFUSED = "pin_refused"
    PIN_LOCKED = "pin_locked"
    PIN_UNLOCKED = "pin_unlocked"
    APPROVED = "approved"
    APPROVAL_REFUSED = "approval_refused"
    SHIFT_OPENED = "shift_opened"
    SALE_POSTED = "sale_posted"
    LINE_VOIDED = "line_voided"
    LINE_CHANGED = "line_changed"
    LINE_DISCOUNTED = "line_discounted"
    BASKET_DISCOUNTED = "basket_discounted"
    PRICE_OVERRIDDEN = "price_overridden"
    COUPON_ADDED = "coupon_added"
    POINTS_REDEEMED = "points_redeemed"
    CUSTOMER_SET = "customer_set"
    PRICE_LIST_CHOSEN = "price_list_chosen"
    SALESPERSON_SET = "salesperson_set"
    BASKET_VOIDED = "basket_voided"
    BASKET_SUSPENDED = "basket_suspended"
    BASKET_RESUMED = "basket_resumed"
    BASKET_TAKEN = "basket_taken"
    BASKET_GIVEN = "basket_given"
    TENDERS_TAKEN_BACK = "tenders_taken_back"
    AGE_CONFIRMED = "age_confirmed"
    AGE_REFUSED = "age_refused"
    TENDER_CHANGED = "tender_changed"
    COPY_PRINTED = "copy_printed"
    X_READ = "x_read"
    CUSTOMER_CREATED = "customer_created"
    CUSTOMER_CHANGED = "customer_changed"
    COLLECTION_POSTED = "collection_posted"
    COLLECTION_REVERSED = "collection_reversed"
    STATEMENT_PRINTED = "statement_printed"
    CASH_COUNTED = "cash_counted"
    LOAN = "loan"
    PICKUP = "pickup"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    NO_SALE = "no_sale"
    Z_COPIED = "z_copied"
    SHIFT_CLOSED = "shift_closed"
    SEAL_FAILED = "seal_failed"
    CLOCK_JUMPED = "clock_jumped"
    SOFTWARE_CHANGED = "software_changed"
    PERSONAL_PURGED = "personal_purged"
    TRAINING_ENTERED = "training_entered"
    TRAINING_LEFT = "training_left"


CHAINS: Final[dict[Kind, Chain]] = {
    Kind.SALE_POSTED: Chain.SALE,
    Kind.COPY_PRINTED: Chain.COPY,
    Kind.Z_COPIED: Chain.COPY,
    Kind.X_READ: Chain.CLOSING,
    Kind.SHIFT_CLOSED: Chain.CLOSING,
}
"""Kinds that are not events."""


class ClockDoubt(StrEnum):
    """What a record says against the clock that dated it; an empty text says nothing."""

    BEHIND = "behind"
    """It stands before the record above: the sequence goes on, the doubt is kept."""
    UNSYNCED = "unsynced"
    """No time server has set the machine's clock."""


MAX_BACK_SECONDS: Final = 120
"""A clock that goes back further than this is an event of its own (notes on fiscal law, 6.1)."""


class Head(msgspec.Struct, frozen=True):
    """Where a journal ends: the last sequence number and hash, and both perpetual totals."""

    seq: int = 0
    hash: str = GENESIS
    at: str = ""
    perpetual_net_minor: int = 0
    perpetual_absolute_minor: int = 0


class JournalEntry(msgspec.Struct, frozen=True):
    """What is to be journalled: everything but its place in the chain."""

    kind: Kind
    at: str
    operator: str
    shift_id: int
    body: Any
    amount_minor: int = 0
    absolute_minor: int = 0
    approver: str = ""
    personal: Mapping[str, str] = {}
    """The texts of the body that are commitments already, with the kind of each (`domain.personal`)."""
    clock: str = ""
    """A `ClockDoubt` of whoever dates the act. That it stands before the record above is seen here."""


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row of the journal as it is hashed."""

    v: int
    lane: str
    seq: int
    chain: Chain
    kind: Kind
    at: str
    clock: str
    operator: str
    approver: str
    shift_id: int
    amount_minor: int
    perpetual_net_minor: int
    perpetual_absolute_minor: int
    body: Any
    prev: str
    personal: dict[str, str] = {}
    """Which texts of the body are commitments (`domain.personal`), with the kind of each; left out where none is."""


_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder(Record)


def make_record(lane: str, head: Head, entry: JournalEntry) -> Record:
    """Return the record that follows a head."""
    return Record(
        v=VERSION,
        lane=lane,
        seq=head.seq + 1,
        chain=CHAINS.get(entry.kind, Chain.EVENT),
        kind=entry.kind,
        at=entry.at,
        clock=ClockDoubt.BEHIND.value if entry.at < head.at else entry.clock,
        operator=entry.operator,
        approver=entry.approver,
        shift_id=entry.shift_id,
        amount_minor=entry.amount_minor,
        perpetual_net_minor=head.perpetual_net_minor + entry.amount_minor,
        perpetual_absolute_minor=head.perpetual_absolute_minor + entry.absolute_minor,
        body=entry.body,
        prev=head.hash,
        personal=dict(entry.personal),
    )


def went_back_seconds(head: Head, at: str) -> int:
    """Return by how many whole seconds an instant stands before a head, if by more than may pass; else 0."""
    if at >= head.at:
        return 0
    try:
        back = int((read_stamp(head.at) - read_stamp(at)).total_seconds())
    except ValueError:
        return 0
    return back if back > MAX_BACK_SECONDS else 0


def canonical(value: Any) -> bytes:
    """Return the canonical JSON bytes of a value."""
    return _ENCODER.encode(value)


def digest(text: bytes) -> str:
    """Return the SHA-256 of a record's canonical bytes, in hex."""
    return hashlib.sha256(text).hexdigest()


def read_record(text: str) -> Record:
    """Return the record of a journal row; `msgspec.ValidationError` or `DecodeError` if it is not one."""
    return _DECODER.decode(text)


def follow(head: Head, record: Record, row_hash: str) -> Head:
    """Return the head after a record."""
    return Head(record.seq, row_hash, record.at, record.perpetual_net_minor, record.perpetual_absolute_minor)
