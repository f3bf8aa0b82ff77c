"""Sealing the journal at each Z and each batch for the ERP: the lane's signature over the newest row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.journal import Head, Kind
from domain.seal import Seal, state
from domain.witness import Trust
from storage import journal
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.events import Mark, journal_event
from storage.ledger import last_receipt
from storage.seal_key import NoKey, ensure_key, is_signed, key_file, load_key, public_hex, public_pem

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_INSERT = "INSERT INTO seal (seq, key, statement, signature) VALUES (?, ?, ?, ?)"
_NEWEST = "SELECT seq, key, statement, signature FROM seal ORDER BY seq DESC LIMIT 1"
_READ = "SELECT seq, key, statement, signature FROM seal WHERE seq = ?"


def seal_head(db: LedgerDatabase, lane: str, at: str) -> Seal | None:
    """Seal the journal's newest row inside the caller's transaction; None where it is sealed already, or no row is.

    Raises `NoKey`: the caller goes on without, and the next seal covers this row too.
    """
    head = journal.read_head(db)
    if not head.seq or read_seal(db, head.seq):
        return None
    seal = _sign(db, lane, head, at)
    db.run(_INSERT, (seal.seq, seal.key, seal.statement, seal.signature))
    return seal


def seal_z(db: LedgerDatabase, mark: Mark) -> None:
    """Seal a Z inside the transaction that draws it. A key that fails is journalled, and no reason not to close."""
    try:
        seal_head(db, mark.lane, mark.at)
    except NoKey:
        journal_event(db, mark, Kind.SEAL_FAILED, {"key": key_file(db.path).name})


def _sign(db: LedgerDatabase, lane: str, head: Head, at: str) -> Seal:
    """Return the seal of a head."""
    key = ensure_key(key_file(db.path))
    name = public_hex(key)
    statement = state(lane, head, at, last_receipt(db), name)
    return Seal(head.seq, name, statement, key.sign(statement.encode()).hex())


def read_seal(db: LedgerDatabase, seq: int) -> Seal | None:
    """Return the seal of a row, or None."""
    row = db.one(_READ, (seq,))
    return Seal(*row) if row else None


def newest_seal(db: LedgerDatabase) -> Seal | None:
    """Return the newest seal, or None."""
    row = db.one(_NEWEST)
    return Seal(*row) if row else None


def count_seals(db: LedgerDatabase) -> int:
    """Return how many seals there are."""
    row = db.one("SELECT count(*) FROM seal")
    return int(row[0]) if row else 0


def own_trust(db: LedgerDatabase) -> Trust:
    """Return the trust in the lane's own key, where its file can be read; else seals are held against themselves."""
    try:
        return Trust(is_signed, frozenset({public_hex(load_key(key_file(db.path)))}))
    except (NoKey, OSError):
        return Trust(is_signed)


class OwnKey:
    """The lane's key as an export needs it: public part, and signing; the private part stays inside."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Take a loaded key."""
        self._key = key
        self.public, self.pem = public_hex(key), public_pem(key)

    def sign(self, content: bytes) -> bytes:
        """Return the signature over some bytes, 64 bytes."""
        return self._key.sign(content)


def own_key(db: LedgerDatabase, lane: str, at: str) -> OwnKey:
    """Return the lane's key, made where there is none; the journal is sealed with it then. Raises `NoKey`, `NotSaved`.

    A key without a seal would make a ledger from before the seals look as if they had been taken out.
    """
    with saving(), db.atomic():
        key = ensure_key(key_file(db.path))
        seal_head(db, lane, at)
    return OwnKey(key)
