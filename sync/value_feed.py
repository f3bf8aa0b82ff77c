"""Taking balances of cards and of points from the ERP's pages, by the rules of their files.

A balance that is told again and is the same is not written again within an hour: the lane is not woken for it. It is
after that, for how old a balance is decides how far a card is good (docs/cards.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from config.settings import Settings
from domain.catalog_flaw import RowFlaw
from domain.instant import latest_told, stamp
from domain.loyalty import PointsBalance
from domain.stored_value import CardBalance
from storage.cards import put_balances, read_balance
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.loyalty import put_points, read_points_of
from sync.cards import CardsKind, make_cards_kind
from sync.catalog_words import FLAW_WORDS
from sync.feed import CellRow
from sync.feed_items import Taken
from sync.points import PointsKind

SAME_FOR: Final = timedelta(hours=1)

_B = TypeVar("_B", CardBalance, PointsBalance)


class CardTaker:
    """Takes balances of gift cards and vouchers; a row has the hash of a card, never its code."""

    def __init__(self, settings: Settings, now: Callable[[], datetime]) -> None:
        """Take the currency of the shop."""
        self._kind: CardsKind = make_cards_kind(settings, now)
        self._now = now

    def take(self, db: LedgerDatabase, rows: Sequence[CellRow]) -> Taken:
        """Judge and write a page."""
        sound, refused = _judge(rows, list(CardsKind.columns), self._kind.judge)
        span = _span(self._now())
        with saving(), db.atomic():
            news = [one for one in sound.values() if _is_news(one, read_balance(db, one.hash), span)]
            put_balances(db, news, span[1])
        return Taken({erp_id: one.hash for erp_id, one in sound.items()}, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Keep balances: one that is told no more grows old, and is then good for nothing."""


class PointsTaker:
    """Takes what customers have of points."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._kind = PointsKind(now)
        self._now = now

    def take(self, db: LedgerDatabase, rows: Sequence[CellRow]) -> Taken:
        """Judge and write a page."""
        sound, refused = _judge(rows, list(PointsKind.columns), self._kind.judge)
        span = _span(self._now())
        with saving(), db.atomic():
            news = [one for one in sound.values() if _is_news(one, read_points_of(db, one.customer), span)]
            put_points(db, news, span[1])
        return Taken({erp_id: one.customer for erp_id, one in sound.items()}, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Keep points: the ERP has told no others."""


def _judge(
    rows: Sequence[CellRow], names: Sequence[str], judge: Callable[[Sequence[str]], tuple[str, Any] | RowFlaw]
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Return what sound rows say, and why the others are refused."""
    judged = {row.erp_id: judge([row.cells.get(name, "") for name in names]) for row in rows}
    sound = {erp_id: one[1] for erp_id, one in judged.items() if not isinstance(one, RowFlaw)}
    return sound, {erp_id: FLAW_WORDS[one.flaw] for erp_id, one in judged.items() if isinstance(one, RowFlaw)}


def _span(now: datetime) -> tuple[str, str]:
    """Return between which instants a balance is of now: told not long ago, and none that is still to come."""
    return stamp(now - SAME_FOR), latest_told(now)


def _is_news(told: _B, known: _B | None, span: tuple[str, str]) -> bool:
    """Say whether a balance is another one, or as old as to be told again."""
    if known is None or not span[0] <= known.told_at <= span[1]:
        return True
    return msgspec.structs.replace(known, told_at=told.told_at) != told
