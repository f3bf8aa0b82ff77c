"""The slips of the till: what moved without a sale, and why the drawer was opened."""

from __future__ import annotations

from domain.cash import MAX_NOTE, CashMove
from domain.form import format_money
from domain.paper import Align, Columns, Cut, Element, Feed, Kick, Paper, Rule, Text
from domain.receipt import StoreHead, Style, head_elements, instant_text
from domain.text import safe_text


def compose_slip(  # all of it stands on the slip
    move: CashMove, at: str, operator: str, head: StoreHead, style: Style, till: str = ""
) -> Paper:
    """Return the slip of a move: it opens the till, names it where there are several, and has a line to sign on."""
    texts = style.texts
    whose: tuple[Element, ...] = (Columns(texts["till"], safe_text(till, 24)),) if till else ()
    reason: tuple[Element, ...] = (Columns(texts["reason"], safe_text(move.reason)),) if move.reason else ()
    note: tuple[Element, ...] = (Text(safe_text(move.note, MAX_NOTE)),) if move.note else ()
    return (
        Kick(),
        *head_elements(head, style),
        Text(f"{texts[move.kind.value]} {move.number}", Align.CENTER, bold=True, size=2),
        Columns(instant_text(at, style), safe_text(operator, 24)),
        *whose,
        Rule(),
        Columns(texts["amount"], format_money(move.amount_minor, style.forms), bold=True),
        *reason,
        *note,
        Feed(2),
        Rule("_"),
        Text(texts["signature_line"], Align.CENTER),
        Cut(),
    )


def compose_no_sale(reason: str, at: str, operator: str, style: Style) -> Paper:
    """Return the slip of a till that is opened without a sale."""
    texts = style.texts
    return (
        Kick(),
        Text(texts["no_sale"], Align.CENTER, bold=True),
        Columns(instant_text(at, style), safe_text(operator, 24)),
        Columns(texts["reason"], safe_text(reason)),
        Cut(),
    )
