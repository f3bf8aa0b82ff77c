"""Selling from any screen: ask the register, and where an item needs something, ask the operator for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.intent import AddItem, RingDepartment, Scan
from domain.refusal import Reason, Refused
from tui.screens import openers

if TYPE_CHECKING:
    from tui.screens.sale import SaleScreen

TRACED = (Reason.NEEDS_LOT, Reason.NEEDS_SERIAL, Reason.NEEDS_EXPIRY, Reason.NEEDS_CARD)
ASKED = (Reason.NEEDS_PRICE, Reason.NEEDS_QUANTITY, Reason.NEEDS_AGE, *TRACED)


def add_line(sale: SaleScreen, intent: Scan | AddItem | RingDepartment) -> None:
    """Do an intent that adds a line, and show the basket; open the prompt where the item asks for a number."""
    answer = sale.till.act(intent)
    if isinstance(answer, Refused) and answer.reason in ASKED:
        ask(sale, answer, intent)
    elif isinstance(answer, Refused):
        sale.refuse(answer)
    sale.changed()


def ask(sale: SaleScreen, refused: Refused, intent: Scan | AddItem | RingDepartment) -> None:
    """Open the prompt for what an item needs; what was typed before is kept."""
    if isinstance(intent, RingDepartment) or refused.reason not in (Reason.NEEDS_PRICE, Reason.NEEDS_QUANTITY):
        ask_about_item(sale, refused, intent)
        return
    sku, name = str(refused.facts.get("sku", "")), str(refused.facts.get("name", ""))
    quantity = intent.quantity_micro
    price = intent.unit_price_micro if isinstance(intent, AddItem) else None
    trace = intent.trace
    if refused.reason is Reason.NEEDS_PRICE:
        openers.open_ask(sale.till, name, "price", lambda micro: AddItem(sku, quantity, micro, trace))
    else:
        openers.open_ask(sale.till, name, "quantity", lambda micro: AddItem(sku, micro, price, trace))


def ask_about_item(sale: SaleScreen, refused: Refused, intent: Scan | AddItem | RingDepartment) -> None:
    """Ask for an age, a lot, a serial or an expiry date; a department has none of them."""
    if isinstance(intent, RingDepartment):
        sale.refuse(refused)
    elif refused.reason is Reason.NEEDS_AGE:
        openers.open_age(sale.till, refused, intent)
    else:
        openers.open_trace(sale.till, refused, intent)
