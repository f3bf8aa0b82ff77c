"""Balances of gift cards and vouchers from a file: by code, or better by the hash of it (docs/cards.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from config.settings import Settings
from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.catalog_value import parse_flag
from domain.instant import latest_told, stamp
from domain.money import parse_scaled
from domain.stored_value import CardBalance, CardKind, card_ref, read_code
from domain.trace import is_date
from storage.cards import put_balances, read_balances
from storage.connection import LedgerDatabase
from sync.catalog_columns import Aliases
from sync.import_rules import money_of

KINDS: Final = {
    "": CardKind.GIFT_CARD,
    "gift_card": CardKind.GIFT_CARD,
    "tarjeta": CardKind.GIFT_CARD,
    "voucher": CardKind.VOUCHER,
    "vale": CardKind.VOUCHER,
}
_HASH: Final = re.compile(r"[0-9a-f]{64}")


class CardsKind:
    """Files of balances. The exponent is that of the store's currency."""

    name: Final = "cards"
    columns: Final[Aliases] = {
        "code": "code codigo tarjeta card_code",
        "hash": "hash card_hash",
        "last4": "last4 ultimos4",
        "balance": "balance saldo",
        "kind": "kind tipo",
        "active": "active activo activa",
        "expires": "expires_on caduca caducidad vence",
        "told_at": "told_at as_of fecha a_la_fecha",
    }
    needed: Final = ("balance",)

    def __init__(self, exponent: int = 2, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the decimals of the store's currency, and the time for files that do not say theirs."""
        self._exponent, self._now = exponent, now

    def judge(self, cells: Sequence[str]) -> tuple[str, CardBalance] | RowFlaw:
        """Return what a row says is on a card. A code at fault is not told: it is money."""
        code, card_hash, last4, balance, kind, active, expires, told = (cell.strip() for cell in cells)
        clean = read_code(code) if code else None
        if not clean and not _HASH.fullmatch(card_hash.lower()):
            return RowFlaw(Flaw.BAD_CODE if code or card_hash else Flaw.NO_CODE)
        amount = parse_scaled(balance, self._exponent)
        is_active = parse_flag(active, True)
        if amount is None or amount < 0:
            return RowFlaw(Flaw.BAD_PRICE, shown(balance))
        if isinstance(is_active, Flaw) or kind.lower() not in KINDS:
            return RowFlaw(Flaw.BAD_FLAG, shown(active if isinstance(is_active, Flaw) else kind))
        told_at = read_told(told, self._now())
        if not told_at or (expires and not is_date(expires)):
            return RowFlaw(Flaw.BAD_FLAG, shown(expires if told_at else told))
        ref = card_ref(clean) if clean else None
        found = ref.hash if ref else card_hash.lower()
        end = ref.last4 if ref else last4[-4:].upper()
        return found, CardBalance(found, end, KINDS[kind.lower()], amount, told_at, is_active, expires)

    def known(self, db: LedgerDatabase) -> Mapping[str, CardBalance]:
        """Return what the lane was told before."""
        return {balance.hash: balance for balance in read_balances(db)}

    def put(self, db: LedgerDatabase, rows: Sequence[CardBalance]) -> None:
        """Keep what is newer."""
        put_balances(db, rows, latest_told(self._now()))


def read_told(text: str, now: datetime) -> str:
    """Return when a balance was so, `now` for an empty text; empty if it is no instant, or one still to come."""
    found = read_instant(text) if text else stamp(now)
    return found if found <= latest_told(now) else ""


def read_instant(text: str) -> str:
    """Return an instant as the ledger writes it, empty if it is none: with a zone, or in UTC."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return ""
    return stamp(found if found.tzinfo else found.replace(tzinfo=UTC))


def make_cards_kind(settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> CardsKind:
    """Return how a shop's files of cards are read."""
    return CardsKind(money_of(settings).exponent, now)
