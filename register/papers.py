"""The lane's papers: the store's head, the style of its language, and receipts made from the journal's record."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from domain.paper import Paper
from domain.receipt import StoreHead, Style, compose_receipt
from domain.sale import Sale
from register.lane import Lane
from storage.connection import LedgerDatabase
from storage.copies import read_sale
from storage.prints import PrintJob
from storage.shifts import newest_till

ComposeJob = Callable[[LedgerDatabase, PrintJob], Paper | None]
"""Makes the paper of a job that brings none, from the ledger; None where there is no such document."""


def store_head(lane: Lane) -> StoreHead:
    """Return what stands on top of the lane's papers."""
    store = lane.settings.store
    return StoreHead(store.name, store.address, store.tax_id, store.phone, store.receipt_footer)


def style_of(lane: Lane) -> Style:
    """Return the language and country of the lane's papers."""
    kinds = {kind.code: kind for kind in lane.tender_kinds}
    return Style(lane.texts, lane.forms, lane.zone, kinds, lane.settings.invoice.url, lane.receipt_key)


def with_vouchers(lane: Lane, sale: Sale, style: Style) -> Style:
    """Return a style with the codes of the vouchers that a sale has given."""
    if not any(tender.card and tender.amount_minor < 0 for tender in sale.tenders):
        return style
    from register.cards import new_vouchers  # few sales give any

    return msgspec.structs.replace(style, vouchers=new_vouchers(lane, sale))


def drawer_finder(lane: Lane) -> Callable[[LedgerDatabase], int]:
    """Return what tells on which drawer the till of the shift at hand opens; nothing is asked where all are on one."""
    drawers = {till.name: till.drawer for till in lane.settings.tills}
    if set(drawers.values()) <= {1}:
        return lambda _db: 1
    return lambda db: drawers.get(newest_till(db), 1)


def receipt_composer(lane: Lane) -> ComposeJob:
    """Return what makes receipts in this lane's language, with its head as it is now; it may run in any thread."""
    head, style = store_head(lane), style_of(lane)

    def compose(db: LedgerDatabase, job: PrintJob) -> Paper | None:
        if job.document == "slip":
            from register.named_papers import compose_named  # few papers but receipts are composed when printed

            return compose_named(db, job, lane, head, style)
        found = read_sale(db, job.number)
        return compose_receipt(*found, head, with_vouchers(lane, found[0], style), job.copy) if found else None

    return compose
