"""Which suspended baskets lie in the shared folder, and which of others this lane has taken. Plain tables: marks."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from domain.journal import Kind
from domain.shared_basket import SharedBasket
from storage import baskets
from storage.connection import LedgerDatabase
from storage.events import Mark, journal_event


class Share(NamedTuple):
    """A basket of this lane for others: `wanted` until the first try to lay it out, from then on perhaps `shared`."""

    share_id: str
    basket_id: str
    state: str
    lane: str = ""
    """The lane that has taken it, as far as was seen."""

    @property
    def is_out(self) -> bool:
        """Say whether another lane may have it."""
        return self.state == "shared"


_TAKEN = "INSERT INTO basket_taken (share_id, lane, at) VALUES (?, ?, ?)"
_READ = "SELECT share_id, basket_id, state, lane FROM basket_share"


def want_share(db: LedgerDatabase, shared: SharedBasket) -> None:
    """Note that a suspended basket is to be laid out, inside the caller's transaction."""
    document = msgspec.json.encode(shared).decode()
    sql = "INSERT INTO basket_share (share_id, basket_id, state, document) VALUES (?, ?, 'wanted', ?)"
    db.run(sql, (shared.share_id, shared.basket_id, document))


def find_share(db: LedgerDatabase, basket_id: str) -> Share | None:
    """Return how a basket is shared, None where it is not."""
    row = db.one(f"{_READ} WHERE basket_id = ?", (basket_id,))
    return Share(*row) if row else None


def read_shares(db: LedgerDatabase) -> list[Share]:
    """Return all that this lane shares."""
    return [Share(*row) for row in db.all(f"{_READ} ORDER BY share_id")]


def read_document(db: LedgerDatabase, share_id: str) -> bytes:
    """Return the text of a basket as it is laid out."""
    row = db.one("SELECT document FROM basket_share WHERE share_id = ?", (share_id,))
    return str(row[0]).encode() if row else b""


def hand_out(db: LedgerDatabase) -> None:
    """Note of all that is wanted that from now on another lane may have it: before the first try, not after."""
    if db.one("SELECT 1 FROM basket_share WHERE state = 'wanted'"):
        with db.atomic():
            db.run("UPDATE basket_share SET state = 'shared' WHERE state = 'wanted'")


def keep_back(db: LedgerDatabase, basket_id: str) -> Share | None:
    """Share a basket no more, unless it may be out already: then return its share."""
    with db.atomic():
        db.run("DELETE FROM basket_share WHERE basket_id = ? AND state = 'wanted'", (basket_id,))
        return find_share(db, basket_id)


def unshare(db: LedgerDatabase, shared: SharedBasket, at: str) -> None:
    """Have a basket of one's own to oneself again, once it is claimed."""
    with db.atomic():
        if db.one("SELECT 1 FROM basket_share WHERE share_id = ?", (shared.share_id,)):
            db.run(_TAKEN, (shared.share_id, shared.lane, at))
            db.run("DELETE FROM basket_share WHERE share_id = ?", (shared.share_id,))


def see_taken(db: LedgerDatabase, share: Share, lane: str) -> None:
    """Note which lane has claimed a basket; it is not journalled before that lane's ledger has it."""
    if share.lane != lane:
        with db.atomic():
            db.run("UPDATE basket_share SET lane = ? WHERE share_id = ?", (lane, share.share_id))


def adopt(db: LedgerDatabase, shared: SharedBasket, mark: Mark) -> None:
    """Write a basket that this lane has claimed among its suspended ones, once, journalled with its lines."""
    with db.atomic():
        if db.one("SELECT 1 FROM basket_taken WHERE share_id = ?", (shared.share_id,)):
            return
        db.run(_TAKEN, (shared.share_id, shared.lane, mark.at))
        journal_event(db, mark, Kind.BASKET_TAKEN, _body(shared) | {"from_lane": shared.lane})
        baskets.insert(db, shared)


def give_away(db: LedgerDatabase, share_id: str, lane: str, mark: Mark) -> None:
    """Journal that another lane has a basket, and forget it here, once."""
    with db.atomic():
        row = db.one("SELECT basket_id, document FROM basket_share WHERE share_id = ?", (share_id,))
        if row is None:
            return
        shared = msgspec.json.decode(row[1], type=SharedBasket)
        journal_event(db, mark, Kind.BASKET_GIVEN, _body(shared) | {"to_lane": lane})
        baskets.drop(db, row[0])


def _body(shared: SharedBasket) -> dict[str, object]:
    """Return what the journal keeps of a basket that goes from lane to lane."""
    lines: list[dict[str, object]] = []
    for line in shared.lines:
        told = msgspec.to_builtins(line)
        del told["tax"]  # exact figures go beyond what every JSON reader keeps
        lines.append(told | {"amount_minor": line.tax.amount_minor})
    return {
        "basket_id": shared.basket_id,
        "name": shared.name,
        "share_id": shared.share_id,
        "lines": lines,
        "total_minor": shared.total_minor,
    }
