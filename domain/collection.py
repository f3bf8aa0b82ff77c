"""Collections: money received on accounts, and taken back by a reversal. Documents of their own, never sales."""

from __future__ import annotations

from typing import Literal

import msgspec

from domain.account import PaidPart
from domain.tally import Tally, TallyKind, add_up
from domain.tender import Tender

CollectionKind = Literal["collection", "reversal"]


class Collection(msgspec.Struct, frozen=True):
    """A collection as posted, or the reversal of one: then all its amounts are negative.

    `amount_minor` is what the account falls by; the tenders come to it. `parts` say which documents it pays, and
    `unassigned_minor` what pays none. `of` names the documents that have to be with the ERP before it.
    """

    collection_id: str
    kind: CollectionKind
    number: int
    folio: str
    lane: str
    shift_id: int
    business_date: str
    at: str
    operator: str
    operator_name: str
    currency: str
    customer: str
    customer_name: str
    customer_tax_id: str
    amount_minor: int
    tenders: tuple[Tender, ...]
    parts: tuple[PaidPart, ...]
    unassigned_minor: int
    owed_minor: int
    """What the customer owes after it, as the lane knows it."""
    balance_at: str
    of: tuple[str, ...]
    reverses: int = 0
    """The number of the collection that is taken back, or 0."""
    reason: str = ""


def collection_folio(lane: str, number: int) -> str:
    """Return the number people read on a collection's receipt."""
    return f"{lane}-A{number:06d}"


def tally_collection(collection: Collection) -> tuple[Tally, ...]:
    """Return what a collection adds to its shift's totals: what came in and went out, by kind of tender."""
    rows: list[Tally] = []
    for tender in collection.tenders:
        rows.append(Tally(TallyKind.COLLECTED, tender.kind, 1, tender.amount_minor))
        if tender.change_minor:
            rows.append(Tally(TallyKind.COLLECTED, tender.change_kind or tender.kind, 0, -tender.change_minor))
        if tender.foreign_minor:
            rows.append(Tally(TallyKind.FOREIGN, tender.currency, 1, tender.foreign_minor))
    return add_up(rows)
