"""Suspended baskets from lane to lane of a store, by a folder that all of them see.

What touches the folder is done in threads (`register.sharer`, jobs of a screen) or by the pipe: never in the loop, and
never inside a write transaction. The ledger says first that a basket may be out, then it is laid out; it is taken by a
rename, then the taker's ledger has it, then the file says so, then the giver's ledger. Wherever a lane dies, the next
step is found by looking.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from domain.basket import Basket
from domain.money import MICRO
from domain.outcome import BasketTaken, SharedEntry, SharedListed
from domain.refusal import Reason, Refused
from domain.shared_basket import SharedBasket
from register.job import Job, Progress
from register.keeping import not_saved
from register.lane import Lane
from storage import shares
from storage.connection import LedgerDatabase
from storage.errors import NotSaved, asking, saving
from storage.events import Mark
from storage.share_files import GONE, TAKEN, ShareFolder

_TURN: Final = threading.Lock()
"""Who lays out, takes and finishes what was taken does so in turn: they are threads of the one lane."""


def folder_of(lane: Lane) -> ShareFolder:
    """Return the lane's shared folder."""
    return ShareFolder(Path(lane.settings.lane.shared_folder).expanduser(), lane.lane_id)


def make_shared(lane: Lane, basket: Basket, name: str, at: str) -> SharedBasket:
    """Return a basket as it is laid out."""
    return SharedBasket(
        share_id=lane.new_id(),
        basket_id=basket.basket_id,
        lane=lane.lane_id,
        name=name,
        operator=lane.operator_id,
        opened_at=basket.opened_at,
        suspended_at=at,
        line_count=len(basket.lines),
        item_count=basket.items_micro // MICRO,
        total_minor=basket.due_minor,
        lines=basket.lines,
        terms=basket.terms,
    )


def want(lane: Lane, basket: Basket, name: str) -> None:
    """Note inside the transaction that suspends a basket that it is to be laid out."""
    shares.want_share(lane.db, make_shared(lane, basket, name, lane.now()))


def keep_back(lane: Lane, basket_id: str) -> Refused | None:
    """Have a basket to oneself before it is resumed; refused where another lane may have taken it meanwhile."""
    share = shares.keep_back(lane.db, basket_id)
    if share is None:
        return None
    return Refused(Reason.BASKET_SHARED, {"share_id": share.share_id, "lane": share.lane})


def tend(db: LedgerDatabase, folder: ShareFolder, lane_id: str, now: Callable[[], str]) -> None:
    """Do everything that is due: lay out, adopt what was claimed, give away what was taken.

    Raises `OSError` where the folder is away, `LedgerError` where the ledger is; the next call goes on.
    """
    with saving():
        shares.hand_out(db)
    folder.prepare()
    with _TURN:  # what is being taken just now is finished by whoever takes it
        for shared in folder.claimed():
            finish(db, folder, shared, Mark(lane_id, now(), "", 0))
    for share in shares.read_shares(db):
        _look_after(db, folder, share, Mark(lane_id, now(), "", 0))
    for shared, taker in folder.given():
        with saving():
            shares.give_away(db, shared.share_id, taker, Mark(lane_id, now(), "", 0))
        folder.forget(shared.share_id, taker)


def _look_after(db: LedgerDatabase, folder: ShareFolder, share: shares.Share, mark: Mark) -> None:
    """Lay a basket out that is not there, or see who has it."""
    if not share.is_out:
        return  # wanted meanwhile: the next round
    with _TURN:
        found = folder.find(share.share_id)
        if found is None:
            if document := shares.read_document(db, share.share_id):
                folder.put(share.share_id, document)
            return
    if found.place in (TAKEN, GONE) and found.lane != mark.lane:
        with saving():
            shares.see_taken(db, share, found.lane)


def finish(db: LedgerDatabase, folder: ShareFolder, shared: SharedBasket, mark: Mark) -> None:
    """Bring what was claimed into the ledger, then say so in the folder.

    One's own is only had to oneself again, unless this ledger never had it: then its lane has lost one.
    """
    with saving():
        shares.unshare(db, shared, mark.at)
        shares.adopt(db, shared, mark)
    if shared.lane == mark.lane:
        folder.withdraw(shared.share_id)
    else:
        folder.settle(shared.share_id)


def take(db: LedgerDatabase, folder: ShareFolder, share_id: str, mark: Mark) -> SharedBasket | None:
    """Take a basket among the suspended ones of this lane; None where another lane was quicker."""
    folder.prepare()
    with _TURN:
        if folder.find(share_id) is None and (document := shares.read_document(db, share_id)):
            folder.put(share_id, document)  # one's own, just suspended
        shared = folder.claim(share_id)
        if shared is not None:
            finish(db, folder, shared, mark)
    return shared


# for the pipe, which waits; and for screens, which do not


def list_shared(lane: Lane) -> SharedListed | Refused:
    """List the baskets that can be taken, those of this lane among them."""
    if not lane.settings.lane.shared_folder:
        return SharedListed(())
    try:
        return SharedListed(_entries(lane, folder_of(lane)))
    except OSError as error:
        return unreachable(error)


def take_shared(lane: Lane, share_id: str) -> BasketTaken | Refused:
    """Take a basket from the folder among this lane's suspended ones."""
    if refused := lane.not_ready():
        return refused
    if not lane.settings.lane.shared_folder:
        return Refused(Reason.BASKET_GONE)
    try:
        shared = take(lane.db, folder_of(lane), share_id, lane.mark())
    except NotSaved as error:
        return not_saved(lane, error)
    except OSError as error:
        return unreachable(error)
    return BasketTaken(shared.basket_id, shared.name) if shared else Refused(Reason.BASKET_GONE)


def start_list(lane: Lane) -> Job[tuple[SharedEntry, ...]]:
    """Begin to list what can be taken."""
    folder = folder_of(lane)
    return Job("shared baskets", lambda _tell: _entries(lane, folder)).start()


def start_take(lane: Lane, share_id: str) -> Job[str]:
    """Begin to take a basket; its id comes back, nothing where another lane was quicker."""
    folder, mark, path = folder_of(lane), lane.mark(), lane.db.path

    def work(_tell: Progress) -> str | None:
        db = LedgerDatabase(path)
        with asking():
            db.connect()
        try:
            shared = take(db, folder, share_id, mark)
        finally:
            db.close()
        return shared.basket_id if shared else None

    return Job("taking a basket", work).start()


def _entries(lane: Lane, folder: ShareFolder) -> tuple[SharedEntry, ...]:
    """Return what can be taken, as a list has it."""
    names = [name for name in SharedEntry.__struct_fields__ if name != "age_minutes"]
    return tuple(
        SharedEntry(**{name: getattr(one, name) for name in names}, age_minutes=lane.minutes_since(one.suspended_at))
        for one in folder.list_open()
    )


def unreachable(error: OSError) -> Refused:
    """Return the refusal of an act that needs a folder which is away."""
    return Refused(Reason.SHARE_UNREACHABLE, {"error": error.strerror or str(error)})
