"""Writing what an act did, or saying that it was not saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import msgspec

from domain.basket import Line
from domain.journal import Head, Kind
from domain.refusal import Reason, Refused
from register.lane import Lane
from storage.errors import NotRead, NotSaved, asking, saving
from storage.events import journal_event

P = ParamSpec("P")
A = TypeVar("A")


def answering(method: Callable[P, A]) -> Callable[P, A | Refused]:
    """Make a method of the register refuse where the ledger cannot be read, instead of raising."""

    @wraps(method)
    def ask(*args: P.args, **kwargs: P.kwargs) -> A | Refused:
        try:
            with asking():
                return method(*args, **kwargs)
        except NotRead as error:
            return Refused(Reason.NOT_READ, {"error": str(error)})

    return ask


class InLane(Protocol):
    """Whatever works a lane and can bring it back in step with the ledger."""

    def settle(self) -> None:
        """Believe the ledger again, after an act of which nobody knows whether it was saved."""


L = TypeVar("L", bound=InLane)


def act(method: Callable[Concatenate[L, P], A]) -> Callable[Concatenate[L, P], A | Refused]:
    """Make a method answer, and first settle what a failed act before it left in doubt."""

    @wraps(method)
    def settled(self: L, /, *args: P.args, **kwargs: P.kwargs) -> A:
        self.settle()
        return method(self, *args, **kwargs)

    return answering(settled)


def without_act(acted: Callable[Concatenate[L, P], A]) -> Callable[Concatenate[L, P], A]:
    """Return the method that `act` was given, for whoever stands inside another act already."""
    bare: Callable[Concatenate[L, P], A] = acted.__wrapped__.__wrapped__  # type: ignore[attr-defined]
    return bare


def keep(lane: Lane, write: Callable[[], object]) -> Refused | None:
    """Write in one transaction; return the refusal where nothing of it is in the ledger."""
    try:
        with saving(), lane.db.atomic():
            write()
    except NotSaved as error:
        return not_saved(lane, error)
    return None


def not_saved(lane: Lane, error: NotSaved) -> Refused:
    """Return the refusal of an act that could not be saved; what the ledger holds is looked up before the next one."""
    lane.is_in_doubt = True
    return Refused(Reason.NOT_SAVED, {"error": str(error)})


def line_body(line: Line) -> dict[str, Any]:
    """Return a line as the journal tells it: its amount, and not the exact figures that taxes are worked out from.

    Those go beyond 2^53, the largest whole number that every JSON reader keeps (RFC 7493).
    """
    body: dict[str, Any] = msgspec.to_builtins(line)
    del body["tax"]
    return body | {"amount_minor": line.tax.amount_minor}


def tell_journal(lane: Lane, kind: Kind, body: Mapping[str, Any]) -> Head:
    """Append an event of this lane inside the transaction at hand."""
    return journal_event(lane.db, lane.mark(), kind, body)
