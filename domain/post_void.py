"""Taking a whole sale back as if it had not been: a document of its own, with every line, tax and tender turned."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec import UnsetType

from domain.buyer import SaleAccount
from domain.line_return import UNSET, LineReturn, Origin
from domain.sale import LineKind, Sale, SaleDeduction, SaleHeader, SaleLine, folio_of
from domain.stored_value import Points
from domain.tally import real_lines
from domain.tax_sum import turn_rows
from domain.tender import Tender


def is_voidable(sale: Sale) -> bool:
    """Say whether a sale can be taken back whole: it sold something, and brought nothing back itself."""
    return sale.is_post_void is UNSET and not sale.is_return and all(line.returns is UNSET for line in sale.lines)


def void_sale(sale: Sale, header: SaleHeader, sale_id: str, receipt_number: int, reason: str) -> Sale:
    """Return the document that takes a sale back. Lines that were voided before it was paid are left out."""
    return Sale(
        sale_id=sale_id,
        receipt_number=receipt_number,
        folio=folio_of(header.lane, receipt_number),
        lane=header.lane,
        shift_id=header.shift_id,
        business_date=header.business_date,
        opened_at=header.at,
        at=header.at,
        operator=header.operator,
        operator_name=header.operator_name,
        currency=header.currency,
        is_return=True,
        lines=tuple(_turn_line(sale, line, reason) for line in real_lines(sale.lines)),
        taxes=turn_rows(sale.taxes),
        tenders=tuple(piece for tender in sale.tenders for piece in _turn_tender(tender)),
        net_minor=-sale.net_minor,
        total_minor=-sale.total_minor,
        change_minor=0,
        deductions=tuple(_turn_deduction(deduction) for deduction in sale.deductions),
        customer=sale.customer,
        customer_name=sale.customer_name,
        customer_tax_id=sale.customer_tax_id,
        salesperson=sale.salesperson,
        points=_turn_points(sale.points),
        account=_turn_account(sale.account),
        rounding_minor=-sale.rounding_minor,
        of=(sale.sale_id,),
        is_post_void=True,
    )


def _turn_points(points: Points | UnsetType) -> Points | UnsetType:
    """Return that what was earned is taken back, and what was redeemed given back."""
    if not points:
        return UNSET
    earned = points.earned  # less than nothing where goods without a receipt took points off: it gives them again
    return Points(earned=max(0, -earned), taken_back=max(0, earned), given_back=points.redeemed)


def _turn_account(account: SaleAccount | UnsetType) -> SaleAccount | UnsetType:
    """Return what went on the customer's account as what comes off it again."""
    return account and msgspec.structs.replace(account, amount_minor=-account.amount_minor, dues=())


def _turn_line(sale: Sale, line: SaleLine, reason: str) -> SaleLine:
    """Return a line with its money turned; of what was sold, with where it was sold."""
    is_sold = line.kind is LineKind.ITEM and line.quantity_micro > 0
    origin = Origin(sale.folio, sale.sale_id, line.line_no)
    return msgspec.structs.replace(
        line,
        quantity_micro=-line.quantity_micro if line.kind is LineKind.ITEM else line.quantity_micro,
        unit_price_micro=line.unit_price_micro if line.kind is LineKind.ITEM else -line.unit_price_micro,
        amount_minor=-line.amount_minor,
        net_minor=-line.net_minor,
        gross_minor=-line.gross_minor,
        discount_minor=UNSET if line.discount_minor is UNSET else -line.discount_minor,
        returns=LineReturn(reason, origin) if is_sold else UNSET,
    )


def _turn_deduction(deduction: SaleDeduction) -> SaleDeduction:
    """Return what was taken off as what is put on again."""
    shares = tuple(msgspec.structs.replace(share, amount_minor=-share.amount_minor) for share in deduction.shares)
    return msgspec.structs.replace(deduction, amount_minor=-deduction.amount_minor, shares=shares)


def _turn_tender(tender: Tender) -> Iterator[Tender]:
    """Yield what goes back of a tender; change that was given in another kind comes in again."""
    is_own = tender.change_kind in ("", tender.kind)
    amount = tender.net_minor if is_own else tender.amount_minor
    if amount:
        yield Tender(tender.kind, -amount, 0, tender.reference, tender.currency, -tender.foreign_minor)
    if tender.change_minor and not is_own:
        yield Tender(tender.change_kind, tender.change_minor)
