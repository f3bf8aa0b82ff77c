"""Journals for tampering: sound ones of any length with sealed Zs, made without a ledger, and nine ways to bend them.

The ways are those of the notes on fiscal law, 6.2. A thief keeps seals that he cannot make anew, and writes the file's
header so that it fits.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from random import Random
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.basket import PriceOrigin, QuantityOrigin
from domain.instant import stamp
from domain.journal import Head, JournalEntry, Kind, canonical, digest, follow, make_record, read_record
from domain.journal_file import FILE_VERSION, JournalHeader, JournalLine
from domain.money import MICRO
from domain.sale import Sale, SaleLine
from domain.seal import Seal, state
from domain.tally import absolute_minor
from domain.witness import Anchor
from tests.kit.lane import START

LANE: Final = "1"
KINDS: Final = (Kind.SALE_POSTED,) * 8 + (Kind.COPY_PRINTED, Kind.NO_SALE, Kind.SIGNED_ON, Kind.LINE_VOIDED)
Rows = list[JournalLine]


def make_key() -> Ed25519PrivateKey:
    """Return a key for one run: none is kept anywhere."""
    return Ed25519PrivateKey.generate()


def make_journal(random: Random, count: int, key: Ed25519PrivateKey, every: int) -> Rows:
    """Return a sound journal of `count` rows; each one that `every` divides is a Z with its seal."""
    rows: Rows = []
    head, now = Head(), START
    for number in range(1, count + 1):
        now += timedelta(milliseconds=random.randrange(1, 90_000)) if random.random() > 0.02 else timedelta(seconds=-60)
        is_z = number % every == 0
        entry = _entry(random, Kind.SHIFT_CLOSED if is_z else random.choice(KINDS), number, stamp(now))
        record = make_record(LANE, head, entry)
        text = canonical(record)
        head = follow(head, record, digest(text))
        rows.append(JournalLine(head.seq, head.hash, text.decode(), seal(head, key) if is_z else None))
    return rows


def _entry(random: Random, kind: Kind, number: int, at: str) -> JournalEntry:
    """Return a random entry of a kind."""
    operator = random.choice(("1", "2"))
    if kind is not Kind.SALE_POSTED:
        return JournalEntry(kind, at, operator, 1, {"name": random.choice(("Ana", "Ñandú €", '"\\'))})
    sale = make_sale(number, random.choice((-1, 1, 1, 1)) * random.randrange(1, 99_999), at, operator)
    return JournalEntry(kind, at, operator, 1, sale, sale.total_minor, absolute_minor(sale))


def make_sale(number: int, amount_minor: int, at: str, operator: str) -> Sale:
    """Return a sale of one line, a return where the amount is negative."""
    line = SaleLine(
        line_no=1,
        sku="A",
        code="750100",
        name="Café",
        department="1",
        tax_class="exempt",
        uom="unit",
        uom_digits=0,
        quantity_micro=MICRO if amount_minor > 0 else -MICRO,
        unit_price_micro=abs(amount_minor) * 10_000,
        amount_minor=amount_minor,
        net_minor=amount_minor,
        gross_minor=amount_minor,
        price_origin=PriceOrigin.CATALOG,
        quantity_origin=QuantityOrigin.COUNTED,
        voids=0,
        operator=operator,
    )
    return Sale(
        sale_id=f"sale-{number}",
        receipt_number=number,
        folio=f"{LANE}-{number:06d}",
        lane=LANE,
        shift_id=1,
        business_date="2026-11-24",
        opened_at=at,
        at=at,
        operator=operator,
        operator_name="Ana",
        currency="MXN",
        is_return=amount_minor < 0,
        lines=(line,),
        taxes=(),
        tenders=(),
        net_minor=amount_minor,
        total_minor=amount_minor,
        change_minor=0,
    )


def seal(head: Head, key: Ed25519PrivateKey) -> Seal:
    """Return a key's seal of a head."""
    public = public_hex(key)
    statement = state(LANE, head, head.at, head.seq, public)
    return Seal(head.seq, public, statement, key.sign(statement.encode()).hex())


def public_hex(key: Ed25519PrivateKey) -> str:
    """Return a key's public part."""
    return key.public_key().public_bytes_raw().hex()


def lines_of(rows: Rows, key: str = "") -> list[bytes]:
    """Return the lines of the file that a journal is exported as."""
    last = rows[-1] if rows else JournalLine(0, Head().hash, "")
    header = JournalHeader(FILE_VERSION, LANE, 1, last.seq, last.hash, Head(), "Mostrador", key)
    return [msgspec.json.encode(part) + b"\n" for part in (header, *rows)]


def anchor_of(rows: Rows) -> Anchor:
    """Return what the ERP has of a journal: its newest row."""
    return Anchor(LANE, rows[-1].seq, rows[-1].hash)


def last_sealed(rows: Rows) -> int:
    """Return the index of the last row with a seal, -1 for none."""
    return max((index for index, row in enumerate(rows) if row.seal), default=-1)


# The nine ways


Bend = Callable[[Rows, Random, Ed25519PrivateKey], tuple[Rows, int]]
"""Bends a journal and returns it with the index of the place."""


def edit(rows: Rows, random: Random, _key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Change one value of one row, and nothing else."""
    at = random.randrange(len(rows))
    row = rows[at]
    if random.random() < 0.1:
        changed = msgspec.structs.replace(row, hash=_other(row.hash, random))
    else:
        record = json.loads(row.record)
        name = random.choice(sorted(record))
        record[name] = _other(record[name], random)
        changed = msgspec.structs.replace(row, record=canonical(record).decode())
    return [*rows[:at], changed, *rows[at + 1 :]], at


def _other(value: Any, random: Random) -> Any:
    """Return another value of the same type."""
    if isinstance(value, int):
        return value + random.choice((-1, 1))
    if isinstance(value, str):
        return value[:-1] + ("0" if value[-1:] != "0" else "1")
    return {**value, "x": 1}


def delete(rows: Rows, random: Random, _key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Take a row out of the middle."""
    at = random.randrange(len(rows) - 1)
    return [*rows[:at], *rows[at + 1 :]], at


def swap(rows: Rows, random: Random, _key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Let two neighbours change places."""
    at = random.randrange(len(rows) - 1)
    return [*rows[:at], rows[at + 1], rows[at], *rows[at + 2 :]], at


def insert(rows: Rows, random: Random, _key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Put a copy of a row beside it."""
    at = random.randrange(len(rows))
    return [*rows[:at], rows[at], *rows[at:]], at


def edit_rechained(rows: Rows, random: Random, _key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Change a row so that it holds together, and work the chain out anew, without the key."""
    at = random.randrange(len(rows))
    return rechain(_forged(rows, at), at), at


def delete_rechained(rows: Rows, random: Random, key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Take a row out and work the chain out anew, without the key."""
    bent, at = delete(rows, random, key)
    return rechain(bent, at), at


def cut(rows: Rows, random: Random, _key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Cut the tail."""
    at = random.randrange(len(rows) // 2, len(rows))
    return rows[:at], at


def edit_after_seal(rows: Rows, random: Random, _key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Change a row behind the last seal and work the chain out anew."""
    at = random.randrange(last_sealed(rows) + 1, len(rows))
    return rechain(_forged(rows, at), at), at


def edit_with_key(rows: Rows, random: Random, key: Ed25519PrivateKey) -> tuple[Rows, int]:
    """Change a row, work the chain out anew, and seal it again with the stolen key."""
    at = random.randrange(len(rows))
    return rechain(_forged(rows, at), at, key), at


WAYS: Final[dict[str, Bend]] = {
    "edit a field": edit,
    "delete a row": delete,
    "swap rows": swap,
    "insert a copy": insert,
    "edit, chain recomputed, no key": edit_rechained,
    "delete, chain recomputed, no key": delete_rechained,
    "cut the tail": cut,
    "edit after the last seal, chain recomputed": edit_after_seal,
    "edit, chain recomputed, with the stolen key": edit_with_key,
}
"""The nine ways by their names in the notes."""


def _forged(rows: Rows, at: int) -> Rows:
    """Return rows with one that tells another story, in which each figure fits the others."""
    record = json.loads(rows[at].record)
    if record["kind"] == Kind.SALE_POSTED:
        amount = record["body"]["total_minor"]
        forged = amount - 1 if abs(amount - 1) and (amount > 0) == (amount - 1 > 0) else amount * 2
        sale = make_sale(record["body"]["receipt_number"], forged, record["at"], record["operator"])
        record |= {"body": msgspec.to_builtins(sale), "amount_minor": forged}
    else:
        record["operator"] = "9"
    changed = msgspec.structs.replace(rows[at], record=canonical(record).decode())
    return [*rows[:at], changed, *rows[at + 1 :]]


def rechain(rows: Rows, start: int, key: Ed25519PrivateKey | None = None) -> Rows:
    """Return rows with number, link, totals and hash worked out anew from a place on, and new seals with a key."""
    head = _head_before(rows, start)
    done = rows[:start]
    for row in rows[start:]:
        old = read_record(row.record)
        absolute = absolute_minor(msgspec.convert(old.body, Sale)) if old.kind is Kind.SALE_POSTED else 0
        entry = JournalEntry(old.kind, old.at, old.operator, old.shift_id, old.body, old.amount_minor, absolute)
        text = canonical(make_record(LANE, head, entry))
        head = follow(head, read_record(text.decode()), digest(text))
        kept = seal(head, key) if key and row.seal else row.seal
        done.append(JournalLine(head.seq, head.hash, text.decode(), kept))
    return done


def _head_before(rows: Iterable[JournalLine], start: int) -> Head:
    """Return the head of the rows before a place."""
    head = Head()
    for row in list(rows)[:start]:
        head = follow(head, read_record(row.record), row.hash)
    return head
