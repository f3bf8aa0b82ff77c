"""The journal's file on a disk: written durably with a detached signature, and verified with it.

Beside `journal-….jsonl` lie its SHA-256 in the form of sha256sum, an Ed25519 signature over that line, and the public
key: `sha256sum -c` and `openssl pkeyutl -verify -rawin` prove the file without a program of ours.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from config.durable import Disk
from config.version import software
from domain.chain import Discrepancy, Flaw, Verdict
from domain.journal_file import FILE_VERSION, JournalHeader, JournalLine, NoJournal, check_file
from domain.witness import Anchors, Trust, Witness
from mostrador.escapes import json_bytes
from storage.connection import LedgerDatabase
from storage.errors import LedgerError
from storage.journal import read_head, read_head_before, read_rows
from storage.personal import read_openings
from storage.seal_key import is_signed
from storage.seals import read_seal

CHUNK: Final = 1 << 20
PERSONAL_MARK: Final = '"personal":{'
"""Every record with commitments has it; one without that has it all the same costs a question."""


def journal_lines(
    db: LedgerDatabase, lane: str, first: int, last: int, key: str, *, has_personal: bool = True
) -> Iterator[bytes]:
    """Yield the lines of an exported journal: header, then rows `first` to `last`, with or without personal values."""
    end = read_head_before(db, last + 1)
    yield json_bytes(
        JournalHeader(
            v=FILE_VERSION,
            lane=lane,
            first_seq=first,
            last_seq=end.seq,
            head_hash=end.hash,
            before=read_head_before(db, first),
            software=software(),
            key=key,
            is_personal_whole=has_personal and end.seq == read_head(db).seq,
        )
    )
    for row in read_rows(db, first - 1, last):
        openings = read_openings(db, row.seq) if has_personal and PERSONAL_MARK in row.text else {}
        yield json_bytes(JournalLine(row.seq, row.hash, row.text, read_seal(db, row.seq), openings))


def write_file(path: Path, chunks: Iterable[bytes], disk: Disk | None = None) -> str:
    """Write a file piece by piece, durably and whole or not at all; return its SHA-256 in hex. Raises OSError."""
    disk = disk or Disk()
    partial = path.with_name(f".{path.name}.part")
    digest = hashlib.sha256()
    try:
        with partial.open("wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        disk.settle(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def verify_file(path: Path, trust: Trust, anchors: Anchors) -> Verdict:
    """Verify an exported journal, and the signature beside it where there is one. Raises `LedgerError`."""
    try:
        with path.open("rb") as file:
            verdict = check_file(file, Witness(trust, anchors))
        flaws = _signature_flaws(path, trust)
    except OSError as error:
        raise LedgerError(f"{path} cannot be read ({error.strerror}): name another file") from error
    except NoJournal as error:
        raise LedgerError(f"{path} is no exported journal: {error}") from error
    return msgspec.structs.replace(verdict, discrepancies=(*verdict.discrepancies, *flaws))


def _signature_flaws(path: Path, trust: Trust) -> Iterator[Discrepancy]:
    """Yield where a file is not what was signed; a file without either is only its own witness."""
    sums, signature = beside(path, "sha256"), beside(path, "sig")
    if not sums.exists() and not signature.exists():
        return
    if not sums.exists() or not signature.exists():
        yield Discrepancy(Flaw.SIGNATURE, 0, "the sum or the signature is missing beside the file")
        return
    line = sums.read_bytes()
    if line != sum_line(path, digest_of(path)):
        yield Discrepancy(Flaw.SIGNATURE, 0, "the file is not the one whose sum was signed")
    text, bits = line.decode("utf-8", "replace"), signature.read_bytes().hex()
    if not any(is_signed(key, text, bits) for key in trust.keys or _key_in(path)):
        yield Discrepancy(Flaw.SIGNATURE, 0, "no trusted key has signed the file's sum")


def beside(path: Path, ending: str) -> Path:
    """Return the name of what lies beside an exported file."""
    return path.with_name(f"{path.name}.{ending}")


def sum_line(path: Path, digest: str) -> bytes:
    """Return a file's sum as sha256sum writes it: what is signed."""
    return f"{digest}  {path.name}\n".encode()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _key_in(path: Path) -> frozenset[str]:
    """Return the key that a file itself names: better than none, and no proof against who rewrote all of it."""
    with path.open("rb") as file:
        header = msgspec.json.decode(file.readline(), type=JournalHeader)
    return frozenset({header.key})
