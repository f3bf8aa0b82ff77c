"""Coming back: what can still come back of a sale, and for how much.

What can come back of a line is what was sold less what came back here, less what the ERP told of elsewhere, less what
lies in the open basket already. Its money is the line's part of what was really paid, on the day of the sale, and the
parts of a line add up to it exactly, however it comes back: what a piece brings is what all that is back then should
have brought, less what came back before it has.

Worked example: three pieces cost 100. The first brings 33, the second 34 (67 − 33), the last 33 (100 − 67).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.basket import Basket, Line, PriceOrigin, QuantityOrigin, returned_lines
from domain.line_return import UNSET, LineReturn, Origin
from domain.money import MICRO_DIGITS, divide_half_up, format_scaled
from domain.paid_line import PaidLine
from domain.past_sale import ReturnableLine
from domain.refusal import Reason, Refused
from domain.sale import Sale, SaleLine
from domain.tally import real_lines
from domain.tax import LineTax, TaxAmount, TaxGroup, add_rows
from domain.tax_sum import turn_rows


class Back(msgspec.Struct, frozen=True):
    """What of a line is back: how much, and what it has brought; all of it counted positive."""

    quantity_micro: int = 0
    amount_minor: int = 0
    gross_minor: int = 0
    rows: tuple[TaxAmount, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """A piece that comes back: how much of which line, why, and whether it is damaged."""

    line_no: int
    quantity_micro: int
    reason: str
    is_damaged: bool = False


def backs_of(lines: Iterable[SaleLine], folio: str) -> dict[int, Back]:
    """Return what posted lines bring back of the sale with a folio, by its line."""
    found: dict[int, Back] = {}
    for line in lines:
        if line.returns is not UNSET and line.returns.of is not None and line.returns.of.folio == folio:
            number = line.returns.of.line_no
            piece = Back(-line.quantity_micro, -line.amount_minor, -line.gross_minor, turn_rows(line.returns.taxes))
            found[number] = add_backs(found.get(number, Back()), piece)
    return found


def backs_in(basket: Basket, folio: str) -> dict[int, Back]:
    """Return what the open basket brings back of the sale with a folio, by its line."""
    found: dict[int, Back] = {}
    for line in returned_lines(basket):
        if line.returns is not UNSET and line.returns.of is not None and line.returns.of.folio == folio:
            number = line.returns.of.line_no
            gross = line.tax.base_minor + sum(row.tax_minor for row in line.tax.rows)
            piece = Back(-line.quantity_micro, -line.tax.amount_minor, -gross, turn_rows(line.tax.rows))
            found[number] = add_backs(found.get(number, Back()), piece)
    return found


def add_backs(one: Back, other: Back) -> Back:
    """Return what came back twice as one."""
    return Back(
        one.quantity_micro + other.quantity_micro,
        one.amount_minor + other.amount_minor,
        one.gross_minor + other.gross_minor,
        add_rows(one.rows, other.rows),
    )


def back_elsewhere(paid: PaidLine, quantity_micro: int) -> Back:
    """Return what came back elsewhere, of which only the quantity is known: it has brought its part."""
    return Back(
        quantity_micro,
        _part(paid.amount_minor, quantity_micro, paid),
        _part(paid.gross_minor, quantity_micro, paid),
        _rows_of(paid, quantity_micro),
    )


def returnable(paid: PaidLine, back: Back) -> ReturnableLine:
    """Return a sold line as it can come back."""
    line = paid.line
    return ReturnableLine(
        line.line_no,
        line.sku,
        line.code,
        line.name,
        line.uom,
        line.uom_digits,
        line.quantity_micro,
        back.quantity_micro,
        max(0, line.quantity_micro - back.quantity_micro),
        paid.gross_minor,
    )


def judge_quantity(line: ReturnableLine, quantity_micro: int) -> Refused | None:
    """Return why so much of a line cannot come back, if so."""
    if quantity_micro <= 0:
        return Refused(Reason.BAD_QUANTITY)
    if quantity_micro % 10 ** (6 - line.uom_digits):
        return Refused(Reason.WRONG_UNIT, {"name": line.name, "uom": line.uom, "digits": line.uom_digits})
    if quantity_micro > line.left_micro:
        return over_return(line.name, line.left_micro)
    return None


def over_return(name: str, left_micro: int) -> Refused:
    """Refuse what is more than can still come back, with that in plain figures."""
    left = format_scaled(left_micro, MICRO_DIGITS).rstrip("0").rstrip(".")
    return Refused(Reason.OVER_RETURN, {"name": name, "left": left})


def share_of(paid: PaidLine, back: Back, quantity_micro: int) -> LineTax:
    """Return the money of a piece that comes back after others, negative: no profile reckons it again."""
    all_back = back.quantity_micro + quantity_micro
    amount = _part(paid.amount_minor, all_back, paid) - back.amount_minor
    gross = _part(paid.gross_minor, all_back, paid) - back.gross_minor
    rows = turn_rows(add_rows(_rows_of(paid, all_back), turn_rows(back.rows)))
    net = -gross - sum(row.tax_minor for row in rows)
    return LineTax(0, -amount, (), net, 0, TaxGroup.GIVEN, rows=rows)


def _part(whole: int, quantity_micro: int, paid: PaidLine) -> int:
    """Return the part of a figure that belongs to a quantity of a line, half away from zero."""
    return divide_half_up(whole * quantity_micro, paid.line.quantity_micro)


def _rows_of(paid: PaidLine, quantity_micro: int) -> tuple[TaxAmount, ...]:
    """Return the part of a line's taxes that belongs to a quantity of it.

    A base follows the part's net, so that net and taxes are what the part brings: of its own it is only what it has
    beyond the line's net, such as another tax in it.
    """
    whole_net = paid.gross_minor - sum(row.tax_minor for row in paid.rows)
    taxes = [_part(row.tax_minor, quantity_micro, paid) for row in paid.rows]
    net = _part(paid.gross_minor, quantity_micro, paid) - sum(taxes)
    return tuple(
        msgspec.structs.replace(
            row, base_minor=net + _part(row.base_minor - whole_net, quantity_micro, paid), tax_minor=tax_minor
        )
        for row, tax_minor in zip(paid.rows, taxes, strict=True)
    )


def return_line(sale: Sale, paid: PaidLine, wanted: Wanted, back: Back, line_no: int) -> Line:
    """Return the line of a basket that brings a piece back after others, as it was sold."""
    sold, money = paid.line, share_of(paid, back, wanted.quantity_micro)
    origin = Origin(sale.folio, sale.sale_id, sold.line_no)
    return Line(
        line_no=line_no,
        sku=sold.sku,
        code=sold.code,
        name=sold.name,
        department=sold.department,
        tax_class=sold.tax_class,
        uom=sold.uom,
        uom_digits=sold.uom_digits,
        quantity_micro=-wanted.quantity_micro,
        unit_price_micro=sold.unit_price_micro,
        tax=money,
        price_origin=PriceOrigin.RETURN,
        quantity_origin=QuantityOrigin.COUNTED,
        discount_ppm=sold.discount_ppm,
        regular_price_micro=sold.regular_price_micro,
        price_from=sold.price_from,
        trace=sold.trace,
        salesperson=sold.salesperson or sale.salesperson,
        returns=LineReturn(wanted.reason, origin, wanted.is_damaged, discount_minor=_discount(paid, wanted, back)),
    )


def _discount(paid: PaidLine, wanted: Wanted, back: Back) -> int:
    """Return the share of a part off the price that is given no more with a piece."""
    whole = 0 if paid.line.discount_minor is UNSET else paid.line.discount_minor
    before = _part(whole, back.quantity_micro, paid)
    return before - _part(whole, back.quantity_micro + wanted.quantity_micro, paid)


def returns_of(basket: Basket) -> Origin | None:
    """Return the sale of which a basket brings something back, None where it brings nothing back with a receipt."""
    for line in returned_lines(basket):
        if line.returns is not UNSET and line.returns.of is not None:
            return line.returns.of
    return None


def returned_minor(basket: Basket) -> int:
    """Return what comes back in a basket, positive: what the limit of whoever takes it back is held against."""
    lines = returned_lines(basket)
    return -sum(line.tax.base_minor + sum(line.tax.taxes_minor or _taxes(line)) for line in lines)


def _taxes(line: Line) -> list[int]:
    return [row.tax_minor for row in line.tax.rows]


def unconfirmed_minor(lines: Iterable[SaleLine], folio: str) -> int:
    """Return what posted lines have brought back of another lane's receipt, positive."""
    found = (line for line in real_lines(lines) if line.returns is not UNSET and line.returns.of is not None)
    return -sum(
        line.gross_minor
        for line in found
        if line.returns is not UNSET and line.returns.of is not None and line.returns.of.folio == folio
    )
