"""In which kinds of tender money goes back: those in which a sale was paid, as far as they have not gone back already.

What has gone back in a kind that the sale was not paid in (somebody's word, or a tender whose kind was changed later)
is off the other kinds too: never is more left in all of them together than was paid, nor than what is still out.

Worked example: 91.00 was paid by card, 45.50 went back to it, and then the tender turned out to be a voucher. Left is
45.50, on the voucher.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.past_sale import TenderChange
from domain.sale import Sale


def refunds_left(
    sale: Sale, returns: Iterable[Sale], home_kind: str, changes: Iterable[TenderChange] = ()
) -> dict[str, int]:
    """Return what can be refunded in each kind in which a sale was paid, less what was refunded since.

    `sale` and `returns` have the kinds that their tenders have now; `changes` are those of the sale's, in their order.
    Foreign money was worth so much of the store's own, and is refunded in `home_kind`. What was rounded to coins
    counts with the cash that was rounded.
    """
    left = _paid(sale, home_kind)
    for document in returns:
        for tender in document.tenders:
            if tender.amount_minor < 0:
                left[tender.kind] = left.get(tender.kind, 0) + tender.amount_minor
    for change in changes:
        beyond = min(max(0, -left.get(change.from_kind, 0)), max(0, left.get(change.to_kind, 0)))
        if beyond:
            left[change.from_kind] += beyond
            left[change.to_kind] -= beyond
    return at_most(left, sum(left.values()), home_kind)


def _paid(sale: Sale, home_kind: str) -> dict[str, int]:
    """Return what a sale was paid in each kind, less its change."""
    paid: dict[str, int] = {}
    for tender in sale.tenders:
        kind = home_kind if tender.currency else tender.kind
        paid[kind] = paid.get(kind, 0) + tender.amount_minor
        if tender.change_minor:
            changed = tender.change_kind or tender.kind
            paid[changed] = paid.get(changed, 0) - tender.change_minor
    if sale.rounding_minor and paid:
        rounded = home_kind if home_kind in paid else next(iter(paid))
        paid[rounded] = max(paid[rounded], paid[rounded] - sale.rounding_minor)
    return paid


def at_most(left: Mapping[str, int], most_minor: int, home_kind: str) -> dict[str, int]:
    """Return what is left in each kind where all of them together are no more than an amount: cash falls first."""
    kept = {kind: amount for kind, amount in left.items() if amount > 0}
    excess = sum(kept.values()) - max(0, most_minor)
    for kind in sorted(kept, key=lambda kind: kind != home_kind):
        if excess > 0:
            taken = min(excess, kept[kind])
            kept[kind] -= taken
            excess -= taken
    return {kind: amount for kind, amount in kept.items() if amount}


def refund_beyond(left: Mapping[str, int], kind: str, amount_minor: int) -> int:
    """Return by how much a refund in a kind is more than what was paid in it."""
    return max(0, amount_minor - left.get(kind, 0))
