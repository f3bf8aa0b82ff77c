"""What a connector is: it says our documents in the ERP's words, and brings what the ERP has for us.

A connector knows nothing of the outbox: it is offered a batch and answers for each document. It may be offered
the same batch again, after a lost answer or a death, and must then find what it has delivered before it
creates anything (tests/sync/contract.py is what every connector passes). Other packages bring one by an entry
point of the group `mostrador.connectors` whose object is a `ConnectorFactory`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Final, Literal, Protocol, cast, get_args

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from domain.text import holds_card_number, safe_text
from storage.errors import LedgerError
from sync.clock import Clock
from sync.document import Batch
from sync.errors import NoConnector, SyncError, Unreachable

GROUP: Final = "mostrador.connectors"
BUILT_IN: Final = {
    "files": "sync.files:make_files",
    "odoo": "sync.odoo:make_odoo",
    "tryton": "sync.tryton:make_tryton",
    "tryton_plain": "sync.tryton_plain:make_plain_tryton",
}
"""Connectors that come with us; a package cannot take their names."""


class Verdict(StrEnum):
    """What the ERP did with a document."""

    TAKEN = "taken"
    """It has it, from now or from before."""
    REJECTED = "rejected"
    """It will never take it as it is; a person has to look."""
    LATER = "later"
    """It certainly has not taken it; offer it again."""


class Answer(msgspec.Struct, frozen=True):
    """The ERP's word on one document. No answer at all means: unknown, ask again under the same name."""

    document_id: str
    verdict: Verdict
    reason: str = ""

    def plain_reason(self) -> str:
        """Return the ERP's reason as a screen, a log and a report may show it."""
        if holds_card_number(self.reason):
            return "the reason is withheld: it holds a card number"
        return safe_text(self.reason).strip() or "the ERP gave no reason"


CatalogKind = Literal[
    "departments",
    "items",
    "prices",
    "promotions",
    "stock",
    "salespeople",
    "cards",
    "points",
    "customers",
    "balances",
    "returned",
]
CATALOG_KINDS: Final[tuple[CatalogKind, ...]] = get_args(CatalogKind)
"""In the order in which they are taken, whatever the order in which they came."""


class CatalogFile(msgspec.Struct, frozen=True):
    """A file of a catalogue or of prices that the ERP has left; `reports` is where its refused rows are to lie."""

    path: Path
    kind: CatalogKind
    reports: Path
    rows: int | None = None
    """How many rows it must have, where the ERP has said so."""


class LateAnswers(msgspec.Struct, frozen=True):
    """What the ERP says of documents it had taken before. `digest` tells the same answers from new ones."""

    source: str
    digest: str
    answers: tuple[Answer, ...]
    faults: tuple[str, ...] = ()
    """What of it could not be understood, one sentence each."""


class Settled(msgspec.Struct, frozen=True):
    """What became of something incoming: taken or refused, and a report for whoever sent it."""

    is_accepted: bool
    report: tuple[str, ...]


class Judged(msgspec.Struct, frozen=True):
    """Something that the connector has judged by itself: it is told and settled, and never applied."""

    source: str
    settled: Settled


Incoming = CatalogFile | LateAnswers | Judged


class Connector(Protocol):
    """One ERP. Every method raises `SyncError`s only, and never touches the ledger."""

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Give a batch to the ERP and return its answers, each once it is durable there.

        `Unreachable` when it is unknown what arrived; `Halted` when somebody must act first.
        """
        ...

    def incoming(self) -> Iterator[Incoming]:
        """Yield what the ERP has for us, in the order in which it must be applied."""
        ...

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Tell the ERP what became of something that `incoming` yielded."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


ConnectorFactory = Callable[[Settings, LanePaths, Clock], Connector]


@contextmanager
def asking() -> Iterator[None]:
    """Map what a connector raises beside its `SyncError`s to one: a fault of its own is not the ERP's word.

    What it has brought is handled in here too: rows that are none end in the same way. The ledger's errors pass.
    """
    try:
        yield
    except (SyncError, LedgerError):
        raise
    except Exception as error:
        text = safe_text(f"{type(error).__name__}: {error}")
        raise Unreachable(f"the connector failed ({text}): report it; it is asked again later") from error


def open_connector(settings: Settings, paths: LanePaths, clock: Clock) -> Connector:
    """Return the connector that the settings name. Raises `NoConnector`."""
    return _find(settings.sync.connector)(settings, paths, clock)


def connector_names() -> tuple[str, ...]:
    """Return the names that `sync.connector` may have on this machine."""
    return tuple(sorted({*BUILT_IN, *(point.name for point in entry_points(group=GROUP))}))


def _find(name: str) -> ConnectorFactory:
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        return cast("ConnectorFactory", getattr(import_module(module), attribute))
    for point in entry_points(group=GROUP, name=name):
        try:
            return cast("ConnectorFactory", point.load())
        except Exception as error:
            text = f"the connector {name} of {point.value} cannot be loaded ({error}): install its package again"
            raise NoConnector(text) from error
    known = ", ".join(connector_names())
    raise NoConnector(f"there is no connector {name!r}: set sync.connector to one of {known}")
