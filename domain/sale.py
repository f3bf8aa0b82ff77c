"""A posted sale: the document that the journal keeps, the tables index and the ERP is told."""

from __future__ import annotations

import msgspec

from domain import tax
from domain.basket import Basket, Line, PriceOrigin, QuantityOrigin
from domain.tax import LineShare, TaxAmount, TaxBook
from domain.tender import Tender


class SaleLine(msgspec.Struct, frozen=True):
    """A line as it was sold, in clear. `gross_minor` = `net_minor` + all its taxes."""

    line_no: int
    sku: str
    code: str
    name: str
    department: str
    tax_class: str
    uom: str
    uom_digits: int
    quantity_micro: int
    unit_price_micro: int
    amount_minor: int
    net_minor: int
    gross_minor: int
    price_origin: PriceOrigin
    quantity_origin: QuantityOrigin
    voids: int
    operator: str
    discount_ppm: int = 0


class Sale(msgspec.Struct, frozen=True):
    """A sale as posted. One whose lines are all negative (but for voided ones) is a return."""

    sale_id: str
    receipt_number: int
    folio: str
    lane: str
    shift_id: int
    business_date: str
    opened_at: str
    at: str
    operator: str
    operator_name: str
    currency: str
    is_return: bool
    lines: tuple[SaleLine, ...]
    taxes: tuple[TaxAmount, ...]
    tenders: tuple[Tender, ...]
    net_minor: int
    total_minor: int
    change_minor: int


class SaleHeader(msgspec.Struct, frozen=True):
    """What a sale has beside its basket. The receipt number is drawn in the posting transaction."""

    lane: str
    shift_id: int
    business_date: str
    at: str
    operator: str
    operator_name: str
    currency: str


def folio_of(lane: str, receipt_number: int) -> str:
    """Return the number people read on a receipt."""
    return f"{lane}-{receipt_number:06d}"


def kept_lines(basket: Basket) -> list[Line]:
    """Return the lines that were neither taken back nor take one back."""
    return [line for line in basket.lines if not line.voids and line.line_no not in basket.voided]


def is_return(basket: Basket) -> bool:
    """Say whether what a basket sells is only negative."""
    kept = kept_lines(basket)
    return bool(kept) and all(line.quantity_micro < 0 for line in kept)


def post(book: TaxBook, basket: Basket, header: SaleHeader, receipt_number: int) -> Sale:
    """Return the sale a paid basket becomes, each line with its share of the document's cents."""
    return Sale(
        sale_id=basket.basket_id,
        receipt_number=receipt_number,
        folio=folio_of(header.lane, receipt_number),
        lane=header.lane,
        shift_id=header.shift_id,
        business_date=header.business_date,
        opened_at=basket.opened_at,
        at=header.at,
        operator=header.operator,
        operator_name=header.operator_name,
        currency=header.currency,
        is_return=is_return(basket),
        lines=_sale_lines(book, basket),
        taxes=basket.document.taxes,
        tenders=basket.tenders,
        net_minor=basket.document.net_minor,
        total_minor=basket.document.total_minor,
        change_minor=sum(tender.change_minor for tender in basket.tenders),
    )


def _sale_lines(book: TaxBook, basket: Basket) -> tuple[SaleLine, ...]:
    """Return the lines in their order, with the cents of each class spread over those that were kept.

    A voided line and its counter-line come to nothing between them and get no cent: what departments sold is
    summed over the kept lines, and must be the document's total.
    """
    shares = {line.line_no: _own(line) for line in basket.lines}
    kept = kept_lines(basket)
    spread = tax.spread(book, [(line.tax_class, line.tax) for line in kept])
    shares.update((line.line_no, share) for line, share in zip(kept, spread, strict=True))
    return tuple(_sale_line(line, shares[line.line_no]) for line in basket.lines)


def _own(line: Line) -> LineShare:
    """Return a line with its own figures."""
    return LineShare(line.tax.amount_minor, line.tax.base_minor, line.tax.taxes_minor)


def _sale_line(line: Line, share: LineShare) -> SaleLine:
    """Return one posted line."""
    return SaleLine(
        line_no=line.line_no,
        sku=line.sku,
        code=line.code,
        name=line.name,
        department=line.department,
        tax_class=line.tax_class,
        uom=line.uom,
        uom_digits=line.uom_digits,
        quantity_micro=line.quantity_micro,
        unit_price_micro=line.unit_price_micro,
        amount_minor=share.amount_minor,
        net_minor=share.net_minor,
        gross_minor=share.gross_minor,
        price_origin=line.price_origin,
        quantity_origin=line.quantity_origin,
        voids=line.voids,
        operator=line.operator,
        discount_ppm=line.discount_ppm,
    )
