"""Balances of loyalty points from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from config.settings import Settings
from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.instant import latest_told
from domain.loyalty import PointsBalance
from domain.money import parse_scaled
from storage.connection import LedgerDatabase
from storage.loyalty import put_points, read_points
from sync.cards import read_told
from sync.catalog_columns import Aliases


class PointsKind:
    """Files of points: customer, points, and when that was so."""

    name: Final = "points"
    columns: Final[Aliases] = {
        "customer": "customer cliente code codigo",
        "points": "points puntos balance saldo",
        "told_at": "told_at as_of fecha a_la_fecha",
    }
    needed: Final = ("customer", "points")

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take the time for files that do not say theirs."""
        self._now = now

    def judge(self, cells: Sequence[str]) -> tuple[str, PointsBalance] | RowFlaw:
        """Return what a row says a customer has."""
        customer, text, told = (cell.strip() for cell in cells)
        points = parse_scaled(text, 0)
        if not customer:
            return RowFlaw(Flaw.NO_CODE)
        if points is None:
            return RowFlaw(Flaw.BAD_PRICE, shown(text))
        told_at = read_told(told, self._now())
        if not told_at:
            return RowFlaw(Flaw.BAD_FLAG, shown(told))
        return customer, PointsBalance(customer, points, told_at)

    def known(self, db: LedgerDatabase) -> Mapping[str, PointsBalance]:
        """Return what the lane was told before."""
        return {balance.customer: balance for balance in read_points(db)}

    def put(self, db: LedgerDatabase, rows: Sequence[PointsBalance]) -> None:
        """Keep what is newer."""
        put_points(db, rows, latest_told(self._now()))


def make_points_kind(_: Settings) -> PointsKind:
    """Return how a shop's files of points are read: points have no settings."""
    return PointsKind()
