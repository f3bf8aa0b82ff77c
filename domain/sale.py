"""A posted sale: the document that the journal keeps, the tables index and the ERP is told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import msgspec
from msgspec import UNSET, UnsetType

from domain import tax
from domain.basket import Basket, Line, PriceOrigin, QuantityOrigin, kept_lines
from domain.buyer import InvoiceData, SaleAccount
from domain.deduction import Deduction, DeductionKind, DeductionPart
from domain.line_return import Returning
from domain.money import MICRO, MICRO_DIGITS
from domain.promotion_basket import Share
from domain.shift import Salesperson
from domain.stored_value import Load, Points
from domain.tax import LineShare, TaxAmount, TaxBook, TaxGroup
from domain.tender import Tender
from domain.trace import Trace


class LineKind(StrEnum):
    """What a line of a sale is: something sold, or what was taken off."""

    ITEM = "item"
    PROMOTION = "promotion"
    DISCOUNT = "discount"


class SaleLine(msgspec.Struct, frozen=True):
    """A line as it was sold, in clear. `gross_minor` = `net_minor` + all its taxes.

    A line of another kind than an item is the part of a deduction in one tax class and department: `code` is the
    promotion's, its money negative in a sale.
    """

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
    kind: LineKind = LineKind.ITEM
    regular_price_micro: int | None = None
    price_from: str = ""
    trace: Trace | UnsetType = UNSET
    salesperson: Salesperson | UnsetType = UNSET
    """Whose the line is, where it is not the sale's."""
    load: Load | UnsetType = UNSET
    """What the line puts on a card: no revenue, and in no total of the sale."""
    discount_minor: int | UnsetType = UNSET
    """What the part off the price takes off, taxes included: negative in a sale, and only where there is one."""
    returns: Returning = UNSET


class SaleDeduction(msgspec.Struct, frozen=True):
    """What was taken off under one name, and how much of it each line bears: a return takes its share back."""

    kind: DeductionKind
    code: str
    name: str
    amount_minor: int
    shares: tuple[Share, ...]
    times: int = 1


class Sale(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sale as posted. One whose lines are all negative (but for voided ones) is a return.

    Fields that came later are left out of the record where they say nothing; those with a factory are written always,
    as they were from the beginning.
    """

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
    deductions: tuple[SaleDeduction, ...] = msgspec.field(default_factory=lambda: ())
    customer: str = msgspec.field(default_factory=str)
    rounding_minor: int = msgspec.field(default_factory=int)
    """What the total was rounded by to be paid with coins: the tenders come to both together."""
    customer_name: str = ""
    customer_tax_id: str = ""
    """Personal (`domain.personal`): the record has commitments in their place; read a sale by `storage.copies`."""
    salesperson: Salesperson | UnsetType = UNSET
    points: Points | UnsetType = UNSET
    """Loyalty points that the customer gets and gives."""
    account: SaleAccount | UnsetType = UNSET
    """What of it went on the customer's account."""
    invoice: InvoiceData | UnsetType = UNSET
    """What an invoice of it needs, where one was wanted."""
    check_code: str | UnsetType = UNSET
    """By which the customer asks for the invoice himself; only who has the receipt knows it."""
    of: tuple[str, ...] | UnsetType = UNSET
    """The ids of the sales of which something comes back: the ERP must know them first."""
    is_post_void: bool | UnsetType = UNSET
    """Whether this takes a whole sale back as if it had not been; unset where not."""

    @property
    def due_minor(self) -> int:
        """What the customer paid for: the total, and what was put on cards."""
        return self.total_minor + sum([line.load.amount_minor for line in self.lines if line.load])


class SaleHeader(msgspec.Struct, frozen=True):
    """What a sale has beside its basket. The receipt number is drawn in the posting transaction."""

    lane: str
    shift_id: int
    business_date: str
    at: str
    operator: str
    operator_name: str
    currency: str
    customer_name: str = ""
    customer_tax_id: str = ""
    account: SaleAccount | UnsetType = UNSET
    check_code: str | UnsetType = UNSET
    points: Points | UnsetType = UNSET


def folio_of(lane: str, receipt_number: int) -> str:
    """Return the number people read on a receipt."""
    return f"{lane}-{receipt_number:06d}"


def is_return(kept: Sequence[Line]) -> bool:
    """Say whether what is sold is only negative, by the lines of a basket that were kept."""
    for line in kept:
        if line.quantity_micro >= 0:
            return False
    return bool(kept)


def post(book: TaxBook, basket: Basket, header: SaleHeader, receipt_number: int) -> Sale:
    """Return the sale a paid basket becomes, each line with its share of the document's cents."""
    kept = kept_lines(basket)
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
        is_return=is_return(kept),
        lines=_sale_lines(book, basket, kept),
        taxes=basket.document.taxes,
        tenders=basket.tenders,
        net_minor=basket.document.net_minor,
        total_minor=basket.document.total_minor,
        change_minor=sum([tender.change_minor for tender in basket.tenders]),
        deductions=tuple(
            [SaleDeduction(d.kind, d.code, d.name, d.amount_minor, d.shares, d.times) for d in basket.deductions]
        ),
        customer=basket.terms.customer,
        rounding_minor=basket.rounding_minor,
        salesperson=basket.terms.salesperson or UNSET,
        customer_name=header.customer_name,
        customer_tax_id=header.customer_tax_id,
        account=header.account,
        invoice=basket.terms.invoice or UNSET,
        check_code=header.check_code,
        points=header.points,
        of=origins(kept),
    )


def salesperson_of(sale: Sale, line: SaleLine) -> str:
    """Return the code of whose a line is; empty for nobody's."""
    person = line.salesperson or sale.salesperson
    return person.code if person else ""


def origins(kept: Sequence[Line]) -> tuple[str, ...] | UnsetType:
    """Return the ids of the sales of which lines bring something back, unset where there is none."""
    found = {line.returns.of.sale_id: None for line in kept if line.returns is not UNSET and line.returns.of}
    return tuple([sale_id for sale_id in found if sale_id]) or UNSET


def _sale_lines(book: TaxBook, basket: Basket, kept: list[Line]) -> tuple[SaleLine, ...]:
    """Return the lines in their order, with the cents of each class spread over those that were kept.

    A voided line and its counter-line come to nothing between them and get no cent: what departments sold is
    summed over the kept lines, and must be the document's total.
    """
    parts = [(deduction, part) for deduction in basket.deductions for part in deduction.parts]
    money = [(line.tax_class, line.tax) for line in kept] + [(part.tax_class, part.tax) for _, part in parts]
    spread = tax.spread(book, money)
    if len(kept) == len(basket.lines):
        lines = [_sale_line(book, line, share) for line, share in zip(kept, spread, strict=False)]
    else:
        shares = {line.line_no: share for line, share in zip(kept, spread, strict=False)}
        lines = [_sale_line(book, line, shares.get(line.line_no) or _own(line)) for line in basket.lines]
    own = _only_salesperson(kept) if parts else UNSET
    for (deduction, part), share in zip(parts, spread[len(kept) :], strict=True):
        price_micro = share.amount_minor * 10 ** (MICRO_DIGITS - book.exponent)
        lines.append(_deducted(deduction, part, share, price_micro, len(lines) + 1, own))
    return tuple(lines)


def _only_salesperson(lines: list[Line]) -> Salesperson | UnsetType:
    """Return whose all lines are that are not the basket's: then what is taken off them is theirs too."""
    people = [line.salesperson for line in lines]
    return people[0] if people and all(person == people[0] for person in people) else UNSET


def _deducted(
    deduction: Deduction,
    part: DeductionPart,
    share: LineShare,
    price_micro: int,
    line_no: int,
    own: Salesperson | UnsetType,
) -> SaleLine:
    """Return the line of a part of a deduction: one of it, at what it takes off."""
    return SaleLine(
        line_no=line_no,
        sku="",
        code=deduction.code,
        name=deduction.name,
        department=part.department,
        tax_class=part.tax_class,
        uom="",
        uom_digits=0,
        quantity_micro=MICRO,
        unit_price_micro=price_micro,
        amount_minor=share.amount_minor,
        net_minor=share.net_minor,
        gross_minor=share.gross_minor,
        price_origin=PriceOrigin.OVERRIDE,
        quantity_origin=QuantityOrigin.COUNTED,
        voids=0,
        operator="",
        kind=LineKind(deduction.kind.value),
        salesperson=own,
    )


def _own(line: Line) -> LineShare:
    """Return a line with its own figures."""
    return LineShare(line.tax.amount_minor, line.tax.base_minor, line.tax.taxes_minor)


def _off_by_part(book: TaxBook, line: Line) -> int | UnsetType:
    """Return what the part off a line's price takes off: the line as it is, less the line at its whole price.

    Each by itself: which cents of the document it bears has nothing to do with it.
    """
    if line.returns is not UNSET and line.tax.group is TaxGroup.GIVEN:
        return line.returns.discount_minor or UNSET
    whole = tax.price_line(book, line.tax_class, line.quantity_micro, line.unit_price_micro)
    with_part, without = (
        tax.total(book, tax.sum_lines([(line.tax_class, money)])).total_minor for money in (line.tax, whole)
    )
    return with_part - without


def _sale_line(book: TaxBook, line: Line, share: LineShare) -> SaleLine:
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
        regular_price_micro=line.regular_price_micro,
        price_from=line.price_from,
        trace=line.trace,
        salesperson=line.salesperson,
        load=line.load,
        discount_minor=_off_by_part(book, line) if line.discount_ppm else UNSET,
        returns=_returns(line) if line.returns else UNSET,
    )


def _returns(line: Line) -> Returning:
    """Return how a line comes back, with the taxes that come back with it."""
    if line.returns is UNSET or not line.tax.rows:
        return line.returns
    return msgspec.structs.replace(line.returns, taxes=line.tax.rows)
