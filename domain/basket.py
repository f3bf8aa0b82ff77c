"""The open basket: an immutable value; each act returns a new one.

Lines are never taken out: a void is a counter-line that names the line it takes back. The basket carries the
sums of its tax classes, so that one more line costs the same in a basket of two and in one of a thousand.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from domain import tax
from domain.deduction import Deduction, Terms
from domain.item import Item
from domain.line_return import Returning
from domain.money import MICRO
from domain.refusal import Reason, Refused
from domain.shift import Salesperson
from domain.stored_value import Load
from domain.tax import DocumentTax, LineTax, TaxBook, TaxGroup, TaxSum
from domain.tender import Tender, balance
from domain.trace import Trace

CHANGE_SECONDS: Final = 60
"""For how long whoever made a line may still change it; later it is voided by a counter-line."""


class PriceOrigin(StrEnum):
    """Where a line's unit price comes from."""

    CATALOG = "catalog"
    LIST = "list"
    LABEL = "label"
    OPEN = "open"
    OVERRIDE = "override"
    RETURN = "return"


class QuantityOrigin(StrEnum):
    """Where a line's quantity comes from."""

    COUNTED = "counted"
    TYPED = "typed"
    LABEL = "label"


class Line(msgspec.Struct, frozen=True):
    """One line of a basket. `voids` is the number of the line it takes back, or 0.

    `discount_ppm` is the part of the price that is taken off, in parts per million. Where the price is not the
    catalogue's, `regular_price_micro` is what that was, and `price_from` the price list or the reason it comes from.
    `trace` stands only with what is told apart by lot, serial or expiry date.
    `returns` says of what comes back where it was sold and why; one of a known sale has its money from there.
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
    tax: LineTax
    price_origin: PriceOrigin = PriceOrigin.CATALOG
    quantity_origin: QuantityOrigin = QuantityOrigin.COUNTED
    voids: int = 0
    operator: str = ""
    at: str = ""
    discount_ppm: int = 0
    regular_price_micro: int | None = None
    price_from: str = ""
    trace: Trace | UnsetType = UNSET
    salesperson: Salesperson | UnsetType = UNSET
    """Whose the line is, where it is not the basket's."""
    returns: Returning = UNSET
    load: Load | UnsetType = UNSET
    """What the line puts on a card, beside its own price, which is nothing."""

    @property
    def shown_minor(self) -> int:
        """What stands beside the line: its amount, or what it puts on a card."""
        return self.load.amount_minor if self.load else self.tax.amount_minor


class Draft(msgspec.Struct, frozen=True):
    """A line to be added: what is sold, how much of it and at what unit price."""

    item: Item
    code: str
    quantity_micro: int
    unit_price_micro: int
    price_origin: PriceOrigin = PriceOrigin.CATALOG
    quantity_origin: QuantityOrigin = QuantityOrigin.COUNTED
    operator: str = ""
    at: str = ""
    discount_ppm: int = 0
    regular_price_micro: int | None = None
    price_from: str = ""
    trace: Trace | UnsetType = UNSET
    salesperson: Salesperson | UnsetType = UNSET
    returns: Returning = UNSET
    load: Load | UnsetType = UNSET


class Basket(msgspec.Struct, frozen=True):
    """An open sale. `basket_id` is a UUID and becomes the sale's own. `touched` is the line last touched, or 0.

    `sums` are those of the lines; `document` is with the deductions. `rounding_minor` is what the balance was rounded
    by, to coins that there are.
    """

    basket_id: str
    opened_at: str = ""
    lines: tuple[Line, ...] = ()
    sums: tuple[TaxSum, ...] = ()
    document: DocumentTax = DocumentTax()
    tenders: tuple[Tender, ...] = ()
    voided: frozenset[int] = frozenset()
    touched: int = 0
    name: str = ""
    is_resumed: bool = False
    terms: Terms = Terms()
    deductions: tuple[Deduction, ...] = ()
    rounding_minor: int = 0
    loads_minor: int = 0
    """What the lines put on cards: to pay, and no part of the total."""

    @property
    def total_minor(self) -> int:
        """What the basket comes to, taxes included."""
        return self.document.total_minor

    @property
    def due_minor(self) -> int:
        """What the customer pays for: the total, and what goes on cards."""
        return self.document.total_minor + self.loads_minor

    @property
    def balance_minor(self) -> int:
        """What is still to pay."""
        return balance(self.due_minor + self.rounding_minor, self.tenders)

    @property
    def is_returning(self) -> bool:
        """Whether something comes back with it."""
        for one in self.sums:  # noqa: SIM110  # each sale asks, and a generator costs more
            if one.group is not TaxGroup.SALE:
                return True
        return False

    @property
    def items_micro(self) -> int:
        """How many units are in the basket, counter-lines taken off; weighed lines count as one."""
        return sum(
            (MICRO if line.quantity_micro > 0 else -MICRO) if line.uom_digits else line.quantity_micro
            for line in self.lines
        )


class Change(msgspec.Struct, frozen=True):
    """A new basket, and the lines in it that are new or different: what storage has to write."""

    basket: Basket
    lines: tuple[Line, ...]


def add_line(book: TaxBook, basket: Basket, draft: Draft) -> Change | Refused:
    """Add an item; the same item again adds to its line while that line is the last one touched."""
    last = basket.lines[-1] if basket.lines else None
    if last is not None and _is_same(basket, last, draft):
        quantity = last.quantity_micro + draft.quantity_micro
        return _replace(book, basket, last, quantity, last.quantity_origin)
    return append_line(book, basket, _line_of(book, basket, draft))


def change_quantity(
    book: TaxBook, basket: Basket, line_no: int, quantity_micro: int, origin: QuantityOrigin
) -> Change | Refused:
    """Give a line another quantity, in place."""
    line = find_line(basket, line_no)
    if isinstance(line, Refused):
        return line
    return _replace(book, basket, line, quantity_micro, origin)


def void_line(book: TaxBook, basket: Basket, line_no: int, operator: str, at: str) -> Change | Refused:
    """Take a line back by a counter-line."""
    line = find_line(basket, line_no)
    if isinstance(line, Refused):
        return line
    counter = msgspec.structs.replace(
        line,
        line_no=len(basket.lines) + 1,
        quantity_micro=-line.quantity_micro,
        tax=tax.negate(line.tax),
        voids=line_no,
        load=msgspec.structs.replace(line.load, amount_minor=-line.load.amount_minor) if line.load else UNSET,
        operator=operator,
        at=at,
    )
    change = append_line(book, basket, counter)
    voided = msgspec.structs.replace(change.basket, voided=basket.voided | {line_no}, touched=0)
    return Change(voided, change.lines)


def find_line(basket: Basket, line_no: int) -> Line | Refused:
    """Return a line that can still be changed or voided."""
    if not 1 <= line_no <= len(basket.lines):
        return Refused(Reason.NO_SUCH_LINE, {"line_no": line_no})
    line = basket.lines[line_no - 1]
    if line.voids or line_no in basket.voided:
        return Refused(Reason.LINE_VOIDED, {"line_no": line_no})
    return line


def kept_lines(basket: Basket) -> list[Line]:
    """Return the lines that were neither taken back nor take one back."""
    return [line for line in basket.lines if not line.voids and line.line_no not in basket.voided]


def returned_lines(basket: Basket) -> list[Line]:
    """Return the kept lines that come back, with a receipt or without."""
    return [line for line in kept_lines(basket) if line.returns is not UNSET]


def last_line_no(basket: Basket) -> int:
    """Return the number of the newest line that can be voided, or 0."""
    for line in reversed(basket.lines):
        if not line.voids and line.line_no not in basket.voided:
            return line.line_no
    return 0


def has_known_taxes(book: TaxBook, basket: Basket) -> bool:
    """Say whether every line's tax class is still there: another country's settings may know others."""
    return all(line.tax_class in book.classes or line.tax.group is TaxGroup.GIVEN for line in basket.lines)


def rebuild(book: TaxBook, basket: Basket) -> Basket:
    """Return a basket read back from storage, its lines, sums and document worked out by the taxes now in force.

    `KeyError` for a line whose tax class there is no more (see `has_known_taxes`).
    """
    lines: list[Line] = []
    for line in basket.lines:
        money = tax.negate(lines[line.voids - 1].tax) if line.voids else _price(book, line)
        lines.append(msgspec.structs.replace(line, tax=money))
    sums = tax.sum_lines((line.tax_class, line.tax) for line in lines)
    return msgspec.structs.replace(
        basket,
        lines=tuple(lines),
        sums=sums,
        document=tax.total(book, sums),
        loads_minor=sum(line.load.amount_minor for line in lines if line.load),
        voided=frozenset(line.voids for line in basket.lines if line.voids),
    )


def _price(book: TaxBook, line: Line) -> LineTax:
    """Return the money of a line by the taxes now in force; a line's amounts that were given stay."""
    if line.tax.group in (TaxGroup.SETTLED, TaxGroup.GIVEN):
        return line.tax
    return tax.price_line(book, line.tax_class, line.quantity_micro, line.unit_price_micro, line.discount_ppm)


def _is_same(basket: Basket, last: Line, draft: Draft) -> bool:
    """Say whether a draft is one more of the line last touched."""
    return (
        basket.touched == last.line_no
        and not last.voids
        and last.sku == draft.item.sku
        and last.unit_price_micro == draft.unit_price_micro
        and last.discount_ppm == draft.discount_ppm
        and last.price_origin is draft.price_origin
        and last.price_origin in (PriceOrigin.CATALOG, PriceOrigin.LIST)
        and last.quantity_origin is not QuantityOrigin.LABEL
        and draft.quantity_origin is not QuantityOrigin.LABEL
        and (last.quantity_micro > 0) == (draft.quantity_micro > 0)
        and last.operator == draft.operator
        and last.trace == draft.trace
        and last.salesperson == draft.salesperson
        and not draft.load
    )


def _line_of(book: TaxBook, basket: Basket, draft: Draft) -> Line:
    """Return the line a draft becomes at the end of a basket."""
    item = draft.item
    return Line(
        line_no=len(basket.lines) + 1,
        sku=item.sku,
        code=draft.code,
        name=item.name,
        department=item.department,
        tax_class=item.tax_class,
        uom=item.uom.code,
        uom_digits=item.uom.digits,
        quantity_micro=draft.quantity_micro,
        unit_price_micro=draft.unit_price_micro,
        tax=tax.price_line(book, item.tax_class, draft.quantity_micro, draft.unit_price_micro, draft.discount_ppm),
        price_origin=draft.price_origin,
        quantity_origin=draft.quantity_origin,
        operator=draft.operator,
        at=draft.at,
        discount_ppm=draft.discount_ppm,
        regular_price_micro=draft.regular_price_micro,
        price_from=draft.price_from,
        trace=draft.trace,
        salesperson=draft.salesperson,
        returns=draft.returns,
        load=draft.load,
    )


def append_line(book: TaxBook, basket: Basket, line: Line) -> Change:
    """Return a basket with one more line at its end."""
    sums = tax.summed(basket.sums, line.tax_class, line.tax)
    new = msgspec.structs.replace(
        basket,
        lines=(*basket.lines, line),
        sums=sums,
        document=tax.total(book, sums),
        touched=line.line_no,
        loads_minor=basket.loads_minor + (line.load.amount_minor if line.load else 0),
    )
    return Change(new, (line,))


def _replace(book: TaxBook, basket: Basket, line: Line, quantity_micro: int, origin: QuantityOrigin) -> Change:
    """Return a basket in which a line has another quantity."""
    new = msgspec.structs.replace(line, quantity_micro=quantity_micro, quantity_origin=origin)
    return put_line(book, basket, new)


def put_line(book: TaxBook, basket: Basket, new: Line) -> Change:
    """Return a basket in which a line stands as it is given, its money worked out anew."""
    line = basket.lines[new.line_no - 1]
    money = tax.price_line(book, new.tax_class, new.quantity_micro, new.unit_price_micro, new.discount_ppm)
    new_line = msgspec.structs.replace(new, tax=money)
    sums = tax.summed(basket.sums, line.tax_class, money, line.tax)
    at = line.line_no - 1
    changed = msgspec.structs.replace(
        basket,
        lines=(*basket.lines[:at], new_line, *basket.lines[at + 1 :]),
        sums=sums,
        document=tax.total(book, sums),
        touched=line.line_no,
    )
    return Change(changed, (new_line,))
