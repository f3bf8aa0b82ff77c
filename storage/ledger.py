"""Posting a sale: one IMMEDIATE transaction with everything the sale is.

Receipt number, journal record, lines, taxes, tenders, stock, running totals, print job, outbox row, and the open
basket gone. Only after it returns may anything be printed, opened or shown. The print job names the receipt and nothing
more: its paper is composed from the journal when it is printed, so that no customer waits for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET

from domain.basket import Basket
from domain.journal import Head, JournalEntry, Kind
from domain.sale import LineKind, Sale, SaleHeader, SaleLine, post, salesperson_of
from domain.tally import absolute_minor, real_lines, tally_sale
from domain.tax import TaxBook
from storage import baskets, journal
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.totals import add_tallies
from storage.traces import ADD_TRACE, add_card_rows, add_points, has_cards, trace_rows

if TYPE_CHECKING:
    from domain.paper import Paper

_ITEM = LineKind.ITEM
_SALE = """
    INSERT INTO sale (receipt_number, sale_id, shift_id, journal_seq, at, business_date, operator, is_return,
        line_count, net_minor, total_minor, change_minor, rounding_minor)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_LINE = """
    INSERT INTO sale_line (receipt_number, line_no, sku, code, name, department, tax_class, uom, uom_digits,
        quantity_micro, unit_price_micro, amount_minor, net_minor, gross_minor, price_origin, quantity_origin,
        voids, operator, kind, discount_ppm, regular_price_micro, salesperson)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_TAX = """
    INSERT INTO sale_tax (receipt_number, code, name, rate_ppm, included, base_minor, tax_minor, kind)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_TENDER = """
    INSERT INTO sale_tender (receipt_number, position, kind, amount_minor, change_minor, reference)
    VALUES (?, ?, ?, ?, ?, ?)"""
_STOCK = "INSERT INTO stock_move (receipt_number, sku, quantity_micro) VALUES (?, ?, ?)"
_RETURN = """
    INSERT INTO sale_return (receipt_number, line_no, of_folio, of_sale_id, of_receipt, of_line_no, quantity_micro,
        amount_minor) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_OUTBOX = "INSERT INTO outbox (document_id, kind, journal_seq) VALUES (?, ?, ?)"
_RECEIPT = "INSERT INTO print_job (document, number, paper, created_at) VALUES ('receipt', ?, '', ?)"
_PRINT = "INSERT INTO print_job (document, number, copy, paper, created_at) VALUES (?, ?, ?, ?, ?)"


def post_sale(db: LedgerDatabase, book: TaxBook, basket: Basket, header: SaleHeader) -> Sale:
    """Post a paid basket and return the sale. Raises `NotSaved`; then nothing of it is in the ledger."""
    with saving(), db.atomic():
        sale = post(book, basket, header, next_receipt(db))
        add_document(db, sale)
        baskets.drop(db, basket.basket_id)
    return sale


def add_document(db: LedgerDatabase, sale: Sale) -> None:
    """Write everything a sale is, inside the caller's transaction."""
    head = journal.append(db, sale.lane, sale_entry(sale))
    add_sale_rows(db, sale, head)
    add_tallies(db, sale.shift_id, tally_sale(sale))
    if sale.account is not UNSET:
        from storage.accounts import add_sale_move  # few shops sell on account

        add_sale_move(db, sale, head.seq)
    put_outbox(db, sale.sale_id, Kind.SALE_POSTED, head.seq)
    db.run(_RECEIPT, (sale.receipt_number, sale.at))


def sale_entry(sale: Sale) -> JournalEntry:
    """Return what the journal keeps of a sale: all of it."""
    return JournalEntry(
        Kind.SALE_POSTED,
        sale.at,
        sale.operator,
        sale.shift_id,
        sale,
        amount_minor=sale.total_minor,
        absolute_minor=absolute_minor(sale),
    )


def next_receipt(db: LedgerDatabase) -> int:
    """Return the next receipt number; only inside a write transaction is it nobody else's."""
    return last_receipt(db) + 1


def last_receipt(db: LedgerDatabase) -> int:
    """Return the number of the newest receipt, 0 before the first."""
    row = db.one("SELECT max(receipt_number) FROM sale")
    return int(row[0] or 0) if row else 0


def find_receipt(db: LedgerDatabase, sale_id: str) -> int | None:
    """Return the receipt number of a sale that is in the ledger: the question after a lost answer."""
    row = db.one("SELECT receipt_number FROM sale WHERE sale_id = ?", (sale_id,))
    return int(row[0]) if row else None


def add_sale_rows(db: LedgerDatabase, sale: Sale, head: Head) -> None:
    """Write a sale's rows; the row in `sale` comes last and seals the others."""
    db.many(_LINE, line_rows(sale))
    db.many(_TAX, tax_rows(sale))
    db.many(_TENDER, tender_rows(sale))
    db.many(_STOCK, stock_rows(sale))
    if traces := trace_rows(sale):
        db.many(ADD_TRACE, traces)
    if returns := return_rows(sale):
        db.many(_RETURN, returns)
    if has_cards(sale):
        add_card_rows(db, sale)
    if sale.points:
        add_points(db, sale)
    db.run(_SALE, sale_row(sale, head.seq))


def put_outbox(db: LedgerDatabase, document_id: str, kind: Kind, journal_seq: int) -> None:
    """Put a document into the queue for the ERP."""
    db.run(_OUTBOX, (document_id, kind, journal_seq))


def put_print_job(db: LedgerDatabase, document: str, number: int, paper: Paper, at: str, copy: int = 0) -> None:
    """Put a paper into the printer's queue."""
    from domain.paper import encode_paper  # a sale's paper is composed when it is printed

    db.run(_PRINT, (document, number, copy, encode_paper(paper), at))


def put_named_job(db: LedgerDatabase, journal_seq: int, at: str) -> None:
    """Queue the paper of a row of the journal; it is composed when it is printed, and names nobody until then."""
    db.run(_PRINT, ("slip", journal_seq, 0, "", at))


def sale_row(sale: Sale, journal_seq: int) -> tuple[int | str, ...]:
    """Return a sale's row."""
    return (
        sale.receipt_number,
        sale.sale_id,
        sale.shift_id,
        journal_seq,
        sale.at,
        sale.business_date,
        sale.operator,
        int(sale.is_return),
        len(sale.lines),
        sale.net_minor,
        sale.total_minor,
        sale.change_minor,
        sale.rounding_minor,
    )


def line_rows(sale: Sale) -> list[tuple[int | str | None, ...]]:
    """Return the rows of a sale's lines."""
    number = sale.receipt_number
    return [
        (
            number,
            line.line_no,
            line.sku,
            line.code,
            line.name,
            line.department,
            line.tax_class,
            line.uom,
            line.uom_digits,
            line.quantity_micro,
            line.unit_price_micro,
            line.amount_minor,
            line.net_minor,
            line.gross_minor,
            line.price_origin,
            line.quantity_origin,
            line.voids,
            line.operator,
            line.kind,
            line.discount_ppm,
            line.regular_price_micro,
            salesperson_of(sale, line),
        )
        for line in sale.lines
    ]


def tax_rows(sale: Sale) -> list[tuple[int | str, ...]]:
    """Return the rows of a sale's tax table."""
    number = sale.receipt_number
    return [
        (number, t.code, t.name, t.rate_ppm, int(t.included), t.base_minor, t.tax_minor, t.kind) for t in sale.taxes
    ]


def tender_rows(sale: Sale) -> list[tuple[int | str, ...]]:
    """Return the rows of a sale's tenders."""
    number = sale.receipt_number
    return [(number, i, t.kind, t.amount_minor, t.change_minor, t.reference) for i, t in enumerate(sale.tenders)]


def stock_rows(sale: Sale) -> list[tuple[int | str, ...]]:
    """Return what a sale takes out of stock (negative quantities), one row per item that moved."""
    moved: dict[str, int] = {}
    for line in sale.lines:
        if line.kind is _ITEM:
            quantity = line.quantity_micro if line.returns is UNSET else stock_quantity(line)
            moved[line.sku] = moved.get(line.sku, 0) - quantity
    return [(sale.receipt_number, sku, quantity) for sku, quantity in moved.items() if quantity]


def stock_quantity(line: SaleLine) -> int:
    """Return how much of its item a line moves: what comes back damaged is not put back on the shelf."""
    return 0 if line.returns is not UNSET and line.returns.is_damaged else line.quantity_micro


def return_rows(sale: Sale) -> list[tuple[int | str | None, ...]]:
    """Return the rows of what a sale brings back with a receipt; a line that was voided brings nothing."""
    if not [line for line in sale.lines if line.returns is not UNSET]:
        return []
    found: list[tuple[int | str | None, ...]] = []
    for line in real_lines(sale.lines):
        if line.returns is UNSET or line.returns.of is None:
            continue
        of = line.returns.of
        lane, _, number = of.folio.rpartition("-")
        own = int(number) if lane == sale.lane else None
        row = (line.line_no, of.folio, of.sale_id, own, of.line_no, -line.quantity_micro, -line.gross_minor)
        found.append((sale.receipt_number, *row))
    return found
