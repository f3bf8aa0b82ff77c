"""A tender of a posted sale that turns out to be of another kind: cash was rung up, and a card was paid with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from domain.past_sale import TenderChange
from domain.refusal import Reason, Refused
from domain.sale import Sale
from domain.tender import Tender, TenderKind


def with_changes(sale: Sale, changes: Iterable[TenderChange]) -> Sale:
    """Return a sale with the kinds its tenders have now: changes are given in their order."""
    tenders = list(sale.tenders)
    for change in changes:
        tenders[change.position] = Tender(change.to_kind, change.net_minor, 0, change.reference)
    return msgspec.structs.replace(sale, tenders=tuple(tenders))


def judge_change(
    sale: Sale, position: int, kinds: Mapping[str, TenderKind], wanted: str, shift_id: int
) -> Refused | None:
    """Return why a tender cannot become one of another kind, if so.

    Its shift is closed, it is foreign money, or somebody's debt.
    """
    facts: dict[str, str | int] = {"receipt_number": sale.receipt_number, "position": position + 1}
    if not 0 <= position < len(sale.tenders):
        return Refused(Reason.NO_SUCH_TENDER, {"kind": str(position + 1)})
    tender = sale.tenders[position]
    kind = kinds[wanted]
    is_foreign = bool(tender.currency) or kind.foreign is not None
    is_account = kind.is_account or (tender.kind in kinds and kinds[tender.kind].is_account)
    if sale.shift_id != shift_id or is_foreign or is_account or tender.kind == kind.code or not tender.net_minor:
        return Refused(Reason.TENDER_FIXED, facts)
    return None
