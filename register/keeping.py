"""Writing what an act did, or saying that it was not saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.journal import Head, Kind
from domain.refusal import Reason, Refused
from register.lane import Lane
from storage.errors import NotSaved, saving
from storage.events import journal_event


def keep(lane: Lane, write: Callable[[], object]) -> Refused | None:
    """Write in one transaction; return the refusal where nothing of it is in the ledger."""
    try:
        with saving(), lane.db.atomic():
            write()
    except NotSaved as error:
        return not_saved(error)
    return None


def not_saved(error: NotSaved) -> Refused:
    """Return the refusal of an act that could not be saved."""
    return Refused(Reason.NOT_SAVED, {"error": str(error)})


def tell_journal(lane: Lane, kind: Kind, body: Mapping[str, Any]) -> Head:
    """Append an event of this lane inside the transaction at hand."""
    return journal_event(lane.db, lane.mark(), kind, body)
