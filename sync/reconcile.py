"""The lane's side of a reconciliation: what it says it has posted in a shift, from its own journal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, runtime_checkable

import msgspec

from config.settings import Settings
from domain.instant import stamp
from domain.reconciliation import (
    Dimension,
    KeptReconciliation,
    Posted,
    PostedDocument,
    PostedSum,
    Reconciliation,
    reconcile,
)
from domain.text import safe_text
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.outbox import ShiftDocument, read_shift_documents
from storage.reconciliations import find_uncompared, save_reconciliation
from sync.clock import Clock
from sync.connector import Connector, asking
from sync.errors import Denied, SyncError, Unreachable
from sync.retry import Rests

_VERIFY: Final = "run `mostrador verify`"
_ORDERS = ("sale_posted", "collection_posted", "collection_reversed")
_CASH = ("loan", "pickup", "paid_in", "paid_out")


class ShiftRef(msgspec.Struct, frozen=True):
    """A shift of a lane, with the ids of the documents that the ERP should have of it."""

    lane: str
    shift_id: int
    document_ids: tuple[str, ...] = ()


@runtime_checkable
class PostingConnector(Connector, Protocol):
    """A connector whose ERP can tell what it has posted."""

    def posted(self, shift: ShiftRef) -> Posted:
        """Return what the ERP has of a shift, in the lane's words. Raises `SyncError`s only."""
        ...


def compare_shift(db: LedgerDatabase, connector: PostingConnector, lane: str, shift_id: int) -> Reconciliation:
    """Ask the ERP what it has of a shift and compare. Raises `SyncError`, `LedgerError`."""
    documents = read_shift_documents(db, shift_id)
    try:
        ours = tell_lane(documents)
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as error:  # our own records, and no word of the ERP
        raise Denied(
            f"shift {shift_id} cannot be compared, for its records are not what they were: {_VERIFY}"
        ) from error
    with asking():
        theirs = connector.posted(ShiftRef(lane, shift_id, tuple(one.document_id for one in documents)))
        return reconcile(ours, theirs)


def tell_lane(documents: Sequence[ShiftDocument]) -> Posted:
    """Return what the lane has posted, in documents and in sums."""
    sums: Counter[tuple[Dimension, str]] = Counter()
    posted: list[PostedDocument] = []
    for document in documents:
        body = msgspec.json.decode(document.record)["body"]
        posted.append(PostedDocument(document.document_id, document.kind, _total(document.kind, body)))
        for dimension, key, amount in _sums(document.kind, body):
            sums[dimension, key] += amount
    told = tuple(PostedSum(dimension, key, amount) for (dimension, key), amount in sums.items())
    return Posted(tuple(posted), told, frozenset(Dimension))


def _total(kind: str, body: Mapping[str, Any]) -> int | None:
    """Return what a document comes to, None for one without an amount of its own."""
    if kind == "sale_posted":
        return int(body["total_minor"])
    return int(body["amount_minor"]) if kind in _CASH else None


def _sums(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[Dimension, str, int]]:
    """Yield what a document adds to the sums; only what goes over the counter does."""
    if kind == "tender_changed":
        net = body["amount_minor"] - body["change_minor"]
        yield Dimension.TENDER, body["from_kind"], -net
        yield Dimension.TENDER, body["to_kind"], net
    if kind not in _ORDERS:
        return
    total = body["total_minor"] if kind == "sale_posted" else body["amount_minor"]
    yield Dimension.KIND, kind, total
    for tax in body.get("taxes", ()):
        if tax.get("kind") != "exempt":
            yield Dimension.TAX, tax["code"], tax["tax_minor"]
            yield Dimension.TAX_BASE, tax["code"], tax["base_minor"]
    for tender in body["tenders"]:
        yield Dimension.TENDER, tender["kind"], tender["amount_minor"]
        if tender["change_minor"]:
            yield Dimension.TENDER, tender.get("change_kind") or tender["kind"], -tender["change_minor"]


NEWEST: Final = 3
"""Shifts back from the newest one that are compared by themselves; older ones when somebody asks."""


class Reconciler:
    """Compares each shift once, when the ERP has its Z; one that cannot be compared rests, and stops no other."""

    def __init__(self, db: LedgerDatabase, connector: PostingConnector, settings: Settings, clock: Clock) -> None:
        """Ask `connector` for the lane of the settings."""
        self._db = db
        self._connector = connector
        self._settings = settings
        self._clock = clock
        self._rests = Rests(clock.elapsed_seconds)
        self._problems: dict[int, SyncError] = {}

    def run(self, say: Callable[[str], None]) -> SyncError | None:
        """Compare what is due and keep it; return why the first could not be. Raises `LedgerError` only."""
        uncompared = find_uncompared(self._db, NEWEST)
        self._problems = {shift_id: error for shift_id, error in self._problems.items() if shift_id in uncompared}
        for shift_id in uncompared:
            if not self._rests.is_due(str(shift_id)):
                continue
            try:
                kept = self.compare(shift_id)
            except SyncError as error:
                self._problems[shift_id] = error
                self._rests.failed(str(shift_id), error.retry_after_seconds if isinstance(error, Unreachable) else None)
                continue
            self._problems.pop(shift_id, None)
            self._rests.went_well(str(shift_id))
            say(told_line(kept))
        return next(iter(self._problems.values()), None)

    def reset(self) -> None:
        """Compare what rests at the next round: somebody asked for it."""
        self._rests.reset()

    def compare(self, shift_id: int) -> KeptReconciliation:
        """Compare a shift and keep what came of it. Raises `SyncError`, `LedgerError`."""
        result = compare_shift(self._db, self._connector, self._settings.lane.id, shift_id)
        kept = KeptReconciliation(shift_id, stamp(self._clock.now()), self._settings.sync.connector, result)
        with saving(), self._db.atomic():
            save_reconciliation(self._db, kept)
        return kept


def told_line(kept: KeptReconciliation) -> str:
    """Return a comparison as one line."""
    found = len(kept.result.differences)
    outcome = (
        "the ERP has the same" if not found else f"{found} differences: `mostrador sync reconcile {kept.shift_id}`"
    )
    return f"shift {kept.shift_id}: {kept.result.documents} documents compared, {outcome}"


def difference_lines(kept: KeptReconciliation) -> Iterator[str]:
    """Yield the differences for a person, amounts as plain decimals of minor units."""
    for one in kept.result.differences:
        lane = "-" if one.lane_minor is None else str(one.lane_minor)
        erp = "-" if one.erp_minor is None else str(one.erp_minor)
        yield safe_text(f"  {one.kind:8} {one.name}  lane {lane}  ERP {erp}  {one.detail}".rstrip(), 300)
    if kept.result.not_compared:
        yield f"  the ERP cannot tell sums by {', '.join(kept.result.not_compared)}"
