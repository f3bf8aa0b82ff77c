"""The bar code of a receipt: which lane, which number, how much, and a short proof that the store has printed it.

Digits only, so that a Code 128 packs two of them into one character and the narrowest paper has room for it
(docs/receipt-barcode.md): `8`, lane (2), number (7), total (8, minor units), proof (6). A lane whose id is no number,
or a total that is too long, has the longer form `R<lane>-<number>-<total>-<proof>`.

The proof is an HMAC-SHA256 under the store's key, cut to six decimal digits: whoever guesses is right once in a million
tries. Without a key it is six zeros, and proves nothing.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

PREFIX: Final = "8"
"""Never 9: python-barcode loses a pair 99 at the beginning of a Code 128."""
PROOF_DIGITS: Final = 6
NO_PROOF: Final = "0" * PROOF_DIGITS
_SHORT: Final = r"8([0-9]{2})([0-9]{7})([0-9]{8})([0-9]{6})\Z"
_LONG: Final = r"R([A-Za-z0-9_-]{1,12})-([0-9]{6,12})-([0-9]{1,15})-([0-9]{6})\Z"


class ReceiptCode(msgspec.Struct, frozen=True):
    """What a receipt's bar code says. `proof` is six digits, zeros where there is none."""

    lane: str
    receipt_number: int
    total_minor: int
    proof: str = NO_PROOF

    @property
    def has_proof(self) -> bool:
        """Whether the code has a proof at all."""
        return self.proof != NO_PROOF


class ReceiptKey:
    """The store's key, which proves receipts and shows itself nowhere; an empty one proves nothing."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes = b"") -> None:
        """Take the key."""
        self._key = key

    def __bool__(self) -> bool:
        return bool(self._key)

    def prove(self, lane: str, receipt_number: int, total_minor: int) -> str:
        """Return the proof of a receipt: 48 bits of its HMAC as a number from 1 to 999,999; zeros without a key."""
        if not self._key:
            return NO_PROOF
        import hashlib  # a lane whose store has no key does without both
        import hmac

        told = f"{lane}|{receipt_number}|{total_minor}".encode()
        number = int.from_bytes(hmac.digest(self._key, told, hashlib.sha256)[:6], "big")
        return f"{1 + number % (10**PROOF_DIGITS - 1):0{PROOF_DIGITS}d}"

    def has_proven(self, code: ReceiptCode) -> bool:
        """Say whether a code bears the proof of this key; never without a key."""
        import hmac

        wanted = self.prove(code.lane, code.receipt_number, code.total_minor)
        return bool(self._key) and hmac.compare_digest(wanted, code.proof)


NO_KEY: Final = ReceiptKey()


def write_code(lane: str, receipt_number: int, total_minor: int, key: ReceiptKey = NO_KEY) -> str:
    """Return the text of a receipt's bar code; a total below nothing, of a return, is written as nothing."""
    total = max(0, total_minor)
    proof = key.prove(lane, receipt_number, total)
    is_short = re.fullmatch(r"0|[1-9][0-9]?", lane) and receipt_number < 10**7 and total < 10**8
    if is_short:
        return f"{PREFIX}{int(lane):02d}{receipt_number:07d}{total:08d}{proof}"
    return f"R{lane}-{receipt_number:06d}-{total}-{proof}"


def read_code(text: str) -> ReceiptCode | None:
    """Return what a receipt's bar code says, None for any other code."""
    found = re.match(_SHORT, text)
    if found:
        return ReceiptCode(str(int(found[1])), int(found[2]), int(found[3]), found[4])
    found = re.match(_LONG, text)
    return ReceiptCode(found[1], int(found[2]), int(found[3]), found[4]) if found else None


def is_receipt_code(text: str) -> bool:
    """Say whether a code is a receipt's."""
    return text[:1] in (PREFIX, "R") and read_code(text) is not None


class ReceiptName(msgspec.Struct, frozen=True):
    """Which receipt somebody means; `code` is its bar code where that was read."""

    lane: str
    receipt_number: int
    code: ReceiptCode | None = None


_FOLIO: Final = r"R?([A-Za-z0-9_-]{1,12})-([0-9]{1,12})\Z"


def read_name(text: str, own_lane: str) -> ReceiptName | None:
    """Return which receipt a bar code, a folio (`1-000123`) or a number means; None for any other text."""
    code = read_code(text)
    if code is not None:
        return ReceiptName(code.lane, code.receipt_number, code)
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return ReceiptName(own_lane, int(text))
    found = re.match(_FOLIO, text)
    return ReceiptName(found[1], int(found[2])) if found else None
