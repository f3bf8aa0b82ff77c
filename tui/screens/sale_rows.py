"""What stands below the basket, in words: how much it is, what was touched last, what is still to pay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from domain.basket import Basket, Line, find_line
from domain.form import Forms, format_money, format_price, format_quantity, format_rate
from domain.money import MICRO
from domain.promotion_basket import Hint, HintKind
from domain.refusal import Refused
from domain.text import safe_text
from tui.widgets.basket_view import PIECES
from tui.widgets.line_widget import Span, fit
from tui.words import Words

if TYPE_CHECKING:
    from domain.customer import Customer

INFO_WIDTH: Final = 29
NAME_WIDTH: Final = 24


def count_spans(basket: Basket, words: Words, customer: Customer | None = None) -> tuple[Span, ...]:
    """Return how many items and lines there are, and whose they are; nothing for an empty basket of nobody's."""
    spans: list[Span] = []
    if basket.lines:
        items = words.count("sale.items", basket.items_micro // MICRO)
        spans.append((f" {items}, {words.count('sale.lines', len(basket.lines))} ", "quiet"))
    if basket.terms.customer:
        name = safe_text(customer.name if customer else basket.terms.customer, NAME_WIDTH)
        spans.append((f" {name} ", "accent"))
    if basket.terms.invoice is not None:
        spans.append((f" {words('sale.invoice')} ", "accent"))
    return tuple(spans)


def origin_text(line: Line, words: Words, forms: Forms) -> str:
    """Return what was, what is off and why, if a price is not the catalogue's; then lot, serial, salesperson."""
    parts = []
    if line.discount_ppm:
        parts.append(words("sale.off", percent=format_rate(line.discount_ppm, forms)))
    if line.regular_price_micro is not None and line.regular_price_micro != line.unit_price_micro:
        parts.append(words("sale.was", price=format_price(line.regular_price_micro, forms, symbol=False)))
    if line.price_from:
        parts.append(line.price_from)
    if line.trace:
        parts += [text for text in (line.trace.lot, line.trace.serial) if text]
    if line.salesperson:
        parts.append(line.salesperson.name)
    return fit(", ".join(parts), INFO_WIDTH).rstrip() if parts else ""


def hint_text(hint: Hint, words: Words, forms: Forms) -> str:
    """Return what is missing for a promotion."""
    missing = format_money(hint.missing, forms) if hint.kind is HintKind.VALUE else str(hint.missing)
    return fit(words(f"hint.{hint.kind}", missing=missing, name=hint.name), INFO_WIDTH).rstrip()


def info_lines(
    basket: Basket, line_no: int, words: Words, forms: Forms, hints: Sequence[Hint] = ()
) -> Iterator[tuple[Span, ...]]:
    """Yield a line in full, the nearest promotion, and what is still to pay where something was paid already."""
    line = find_line(basket, line_no)
    if isinstance(line, Refused):
        yield ((words("sale.ready"), "quiet"),)
        return
    unit = "" if line.uom in PIECES else f" {line.uom}"
    many = f"{format_quantity(line.quantity_micro, line.uom_digits, forms)}{unit}"
    price, amount = format_price(line.unit_price_micro, forms), format_money(line.shown_minor, forms)
    yield ((fit(line.name, INFO_WIDTH), "strong"),)
    yield ((f"{many} × {price} = {amount}", "plain"),)
    if origin := origin_text(line, words, forms):
        yield ((origin, "quiet"),)
    if hints:
        yield ((hint_text(hints[0], words, forms), "accent"),)
    if basket.tenders:
        yield ((words("sale.part_paid", balance=format_money(basket.balance_minor, forms)), "accent"),)
