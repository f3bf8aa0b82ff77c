"""Loyalty points: what the ERP says customers have, and what sales of this lane gave and took."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from domain.loyalty import PointsBalance
from domain.sale import Sale
from storage.connection import LedgerDatabase

POINTS_COLUMNS: Final = "receipt_number, customer, earned, redeemed, taken_back, given_back"
_ADD: Final = f"INSERT INTO loyalty_entry ({POINTS_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608
_PUT: Final = """
    INSERT INTO loyalty_balance (customer, points, told_at) VALUES (?1, ?2, ?3)
    ON CONFLICT (customer) DO UPDATE SET points = excluded.points, told_at = excluded.told_at
    WHERE excluded.told_at >= told_at OR told_at > ?4"""
_MOVED: Final = """
    SELECT coalesce(sum(max(e.earned, 0) + e.given_back) FILTER (WHERE s.at > ?2), 0)
        - coalesce(sum(e.redeemed + e.taken_back - min(e.earned, 0))
            FILTER (WHERE s.at > ?2 OR o.state <> 'sent' OR o.changed_at > ?2), 0)
    FROM loyalty_entry e JOIN sale s USING (receipt_number) JOIN outbox o ON o.document_id = s.sale_id
    WHERE e.customer = ?1"""


def points_rows(sale: Sale) -> list[tuple[int | str, ...]]:
    """Return the row of a sale that gives or takes points."""
    if not sale.points:
        return []
    return [(sale.receipt_number, sale.customer, *msgspec.structs.astuple(sale.points))]


def add_points(db: LedgerDatabase, sale: Sale) -> None:
    """Write what a sale gives and takes, inside the caller's transaction."""
    db.many(_ADD, points_rows(sale))


def put_points(db: LedgerDatabase, balances: Iterable[PointsBalance], latest: str) -> None:
    """Keep what the ERP says, inside the caller's transaction; older news does not replace newer.

    What the lane has for an instant after `latest` is none that can have been told by now: it gives way.
    """
    db.many(_PUT, [(b.customer, b.points, b.told_at, latest) for b in balances])


def read_points(db: LedgerDatabase) -> list[PointsBalance]:
    """Return what the ERP says of all customers."""
    return [PointsBalance(*row) for row in db.all("SELECT customer, points, told_at FROM loyalty_balance")]


def read_points_of(db: LedgerDatabase, customer: str) -> PointsBalance | None:
    """Return what the ERP says a customer has, None where it has told nothing."""
    row = db.one("SELECT customer, points, told_at FROM loyalty_balance WHERE customer = ?", (customer,))
    return PointsBalance(*row) if row else None


def points_left(db: LedgerDatabase, customer: str) -> int:
    """Return what a customer has, as far as this lane can know: the ERP's word and what it cannot have yet.

    What he got counts from after that word; what he gave until the ERP had its document before it.
    """
    row = db.one("SELECT points, told_at FROM loyalty_balance WHERE customer = ?", (customer,))
    points, told_at = row or (0, "")
    moved = db.one(_MOVED, (customer, told_at))
    return int(points) + (int(moved[0]) if moved else 0)
