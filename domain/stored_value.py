"""Gift cards and vouchers of the store: money that customers left here, owed until it is spent.

Loading one is no revenue, and paying with one is no discount: both are movements of a liability. A card's code is all
that is needed to spend it. So the ledger never has it: it has a hash and the last four characters, by which people and
the ERP find it again (docs/cards.md).
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from typing import Final

import msgspec

from domain.refusal import Reason, Refused

_CODE: Final = re.compile(r"[0-9A-Z]{6,48}")
_DOMAIN: Final = b"mostrador card "
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
"""Thirty-two that are told apart in print (RFC 4648, base 32)."""

VOUCHER_BYTES: Final = 10
"""Eighty bits that nobody guesses: sixteen characters."""


class CardKind(StrEnum):
    """What a stored value is: a card that somebody bought, or credit that was given in place of money."""

    GIFT_CARD = "gift_card"
    VOUCHER = "voucher"


class CardRef(msgspec.Struct, frozen=True):
    """A card as the ledger knows it: `hash` is SHA-256 in hex over its code, `last4` the end of that."""

    hash: str
    last4: str
    kind: CardKind = CardKind.GIFT_CARD

    @property
    def shown(self) -> str:
        """How people see it."""
        return f"*{self.last4}"


class Load(msgspec.Struct, frozen=True):
    """Money that a line puts on a card, in minor units; negative where the line is taken back."""

    card: CardRef
    amount_minor: int


class Points(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a sale gives its customer and takes: whole points.

    Of what comes back with a receipt `taken_back` are the earned points that go with it, `given_back` the redeemed ones
    that the customer has again, both counted positive; without a receipt `earned` is negative.
    """

    earned: int = 0
    redeemed: int = 0
    taken_back: int = 0
    given_back: int = 0

    @property
    def got(self) -> int:
        """What was earned, less what goes with what comes back."""
        return self.earned - self.taken_back

    @property
    def spent(self) -> int:
        """What was redeemed, less what the customer has again."""
        return self.redeemed - self.given_back


class CardBalance(msgspec.Struct, frozen=True):
    """What the ERP says is on a card. `told_at` is when it was so, as UTC text."""

    hash: str
    last4: str
    kind: CardKind
    balance_minor: int
    told_at: str
    is_active: bool = True
    expires_on: str = ""


class CardRules(msgspec.Struct, frozen=True):
    """How far a card is good without asking the ERP: whole while its balance is fresh, up to a limit when it is old."""

    fresh_hours: int = 24
    stale_limit_minor: int = 0


def read_code(text: str) -> str | None:
    """Return a card's code as it is hashed: capitals, without blanks and dashes; None if it is no such code."""
    code = re.sub(r"[\s-]", "", text).upper()
    return code if _CODE.fullmatch(code) else None


def card_ref(code: str, kind: CardKind = CardKind.GIFT_CARD) -> CardRef:
    """Return what the ledger keeps of a code that `read_code` gave."""
    return CardRef(hashlib.sha256(_DOMAIN + code.encode()).hexdigest(), code[-4:], kind)


def voucher_code(secret: bytes, sale_id: str, position: int) -> str:
    """Return the code of a voucher that a sale gives: the same again for each copy of its paper, and to nobody else.

    It is not kept anywhere: who has the lane's secret can make it again from the sale.
    """
    said = f"voucher {sale_id} {position}".encode()
    number = int.from_bytes(hashlib.blake2b(said, digest_size=VOUCHER_BYTES, key=secret).digest(), "big")
    return "".join(_LETTERS[number >> shift & 31] for shift in range(8 * VOUCHER_BYTES - 5, -1, -5))


def judge_spending(
    told: CardBalance | None, moved_minor: int, is_ours: bool, rules: CardRules, now: tuple[str, int]
) -> int | Refused:
    """Return what may be spent of a card, in minor units, or why nothing.

    `moved_minor` is what this lane has put on it and spent of it that the ERP's balance does not have yet; `is_ours`
    that this lane has moved it at all; `now` the date in the store and how many minutes ago the balance was told.
    """
    today, age_minutes = now
    if told is None:
        return max(0, moved_minor) if is_ours else Refused(Reason.UNKNOWN_CARD)
    if not told.is_active or (told.expires_on and told.expires_on < today):
        return Refused(Reason.CARD_NOT_VALID, {"date": told.expires_on})
    left = max(0, told.balance_minor + moved_minor)
    if age_minutes <= rules.fresh_hours * 60:
        return left
    if not rules.stale_limit_minor:
        return Refused(Reason.CARD_STALE, {"hours": age_minutes // 60})
    return min(left, max(0, rules.stale_limit_minor + min(0, moved_minor)))
