"""What the lane says it has posted against what the ERP says it has, by document and by sum.

Both sides are said in the lane's words: document ids, tax codes, kinds of tender. A sum is only compared in a
dimension that the ERP can tell; what it cannot is named, so that nobody takes silence for agreement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec


class Dimension(StrEnum):
    """By what sums are made."""

    KIND = "kind"
    """The totals of documents by their kind."""
    TAX = "tax"
    TAX_BASE = "tax_base"
    TENDER = "tender"
    """What was tendered less change, by kind of tender."""


class PostedDocument(msgspec.Struct, frozen=True):
    """A document as one side has it. `total_minor` None where that side does not keep a total for it."""

    document_id: str
    kind: str
    total_minor: int | None = None
    erp_name: str = ""
    """What the ERP calls it, for whoever looks for it there."""


class PostedSum(msgspec.Struct, frozen=True):
    """A sum over all documents of a shift, in minor units."""

    dimension: Dimension
    key: str
    amount_minor: int


class Posted(msgspec.Struct, frozen=True):
    """What one side has of a shift. `dimensions` are those in which it can tell sums.

    `tender_names` says which kinds of tender an ERP keeps together: kind to the name of their common sum.
    """

    documents: tuple[PostedDocument, ...]
    sums: tuple[PostedSum, ...] = ()
    dimensions: frozenset[Dimension] = frozenset()
    tender_names: Mapping[str, str] = {}


class DifferenceKind(StrEnum):
    """What two sides can differ in."""

    MISSING = "missing"
    """The ERP has not got it."""
    DOUBLED = "doubled"
    """The ERP has it more than once."""
    UNKNOWN = "unknown"
    """The ERP has it in this shift, and the lane has never posted it."""
    TOTAL = "total"
    SUM = "sum"


class Difference(msgspec.Struct, frozen=True):
    """One difference: of a document, or of a sum (`name` is its dimension and key)."""

    kind: DifferenceKind
    name: str
    lane_minor: int | None = None
    erp_minor: int | None = None
    detail: str = ""


class Reconciliation(msgspec.Struct, frozen=True):
    """What came of a comparison; no difference at all is agreement in everything that was compared."""

    documents: int
    differences: tuple[Difference, ...]
    not_compared: tuple[Dimension, ...] = ()

    @property
    def is_even(self) -> bool:
        """Say whether both sides agree."""
        return not self.differences


def reconcile(lane: Posted, erp: Posted) -> Reconciliation:
    """Compare both sides of a shift."""
    found = (*_documents(lane.documents, erp.documents), *_sums(lane, erp))
    told = erp.dimensions
    if all(document.total_minor is not None for document in erp.documents if document.document_id in _paid(lane)):
        told |= {Dimension.KIND}  # what each document comes to was compared: so are the sums of their kinds
    missing = tuple(sorted(lane.dimensions - told))
    return Reconciliation(len(lane.documents), found, missing)


def _paid(lane: Posted) -> frozenset[str]:
    """Return the documents that have a total."""
    return frozenset(one.document_id for one in lane.documents if one.total_minor is not None)


def _documents(lane: Sequence[PostedDocument], erp: Sequence[PostedDocument]) -> Iterator[Difference]:
    """Yield how the documents differ, those of the lane in their order."""
    counts = Counter(one.document_id for one in erp)
    theirs = {one.document_id: one for one in erp}
    ours = {one.document_id for one in lane}
    for one in lane:
        other = theirs.get(one.document_id)
        if other is None:
            yield Difference(DifferenceKind.MISSING, one.document_id, one.total_minor, None, one.kind)
            continue
        if counts[one.document_id] > 1:
            yield Difference(DifferenceKind.DOUBLED, one.document_id, one.total_minor, other.total_minor, one.kind)
        if None not in (one.total_minor, other.total_minor) and one.total_minor != other.total_minor:
            detail = other.erp_name or one.kind
            yield Difference(DifferenceKind.TOTAL, one.document_id, one.total_minor, other.total_minor, detail)
    for name, other in theirs.items():
        if name not in ours:
            yield Difference(DifferenceKind.UNKNOWN, name, None, other.total_minor, other.erp_name or other.kind)


def _sums(lane: Posted, erp: Posted) -> Iterator[Difference]:
    """Yield the sums that differ, in the dimensions that both sides can tell; a sum that is not there is nought."""
    ours, theirs = _by_name(lane.sums, erp.tender_names), _by_name(erp.sums, erp.tender_names)
    for dimension, key in sorted(ours.keys() | theirs.keys()):
        if dimension not in lane.dimensions or dimension not in erp.dimensions:
            continue
        one, other = ours.get((dimension, key), 0), theirs.get((dimension, key), 0)
        if one != other:
            yield Difference(DifferenceKind.SUM, f"{dimension}:{key}", one, other)


def _by_name(sums: Iterable[PostedSum], tender_names: Mapping[str, str]) -> Mapping[tuple[Dimension, str], int]:
    total: Counter[tuple[Dimension, str]] = Counter()
    for one in sums:
        key = tender_names.get(one.key, one.key) if one.dimension is Dimension.TENDER else one.key
        total[one.dimension, key] += one.amount_minor
    return total


class KeptReconciliation(msgspec.Struct, frozen=True):
    """A comparison as it is kept: of which shift, when, with which connector, and what came of it."""

    shift_id: int
    at: str
    connector: str
    result: Reconciliation
