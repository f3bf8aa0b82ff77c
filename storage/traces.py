"""What of the stock that sales moved was of which lot or serial: a part of each sale that has any."""

from __future__ import annotations

from domain.sale import Sale
from storage.connection import LedgerDatabase

ADD_TRACE = """
    INSERT INTO stock_trace (receipt_number, line_no, sku, lot, serial, expires_on, quantity_micro)
    VALUES (?, ?, ?, ?, ?, ?, ?)"""


def trace_rows(sale: Sale) -> list[tuple[int | str, ...]]:
    """Return the rows of a sale's lines with a lot, a serial or an expiry date; what is sold is negative."""
    number = sale.receipt_number
    return [
        (number, line.line_no, line.sku, t.lot, t.serial, t.expires_on, -line.quantity_micro)
        for line in sale.lines
        if (t := line.trace)
    ]


def has_cards(sale: Sale) -> bool:
    """Say whether a sale moves anything on a gift card or voucher."""
    return any([tender.card for tender in sale.tenders]) or any([line.load for line in sale.lines])


def add_points(db: LedgerDatabase, sale: Sale) -> None:
    """Write the points that a sale gives and takes; few stores have any."""
    from storage import loyalty

    loyalty.add_points(db, sale)


def add_card_rows(db: LedgerDatabase, sale: Sale) -> None:
    """Write what a sale moves on cards; few sales do."""
    from storage.cards import ADD_ENTRY, card_rows

    db.many(ADD_ENTRY, card_rows(sale))


def find_serial(db: LedgerDatabase, sku: str, serial: str) -> int:
    """Return where a piece is, as far as this lane knows, in millionths: below 0 it was sold and is not back."""
    row = db.one("SELECT coalesce(sum(quantity_micro), 0) FROM stock_trace WHERE sku = ? AND serial = ?", (sku, serial))
    return int(row[0]) if row else 0
