"""Selling from any screen: ask the register, and where an item needs a price or a weight, ask the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.intent import AddItem, RingDepartment, Scan
from domain.refusal import Reason, Refused
from tui.screens import openers

if TYPE_CHECKING:
    from tui.screens.sale import SaleScreen

ASKED = (Reason.NEEDS_PRICE, Reason.NEEDS_QUANTITY)


def add_line(sale: SaleScreen, intent: Scan | AddItem | RingDepartment) -> None:
    """Do an intent that adds a line, and show the basket; open the prompt where the item asks for a number."""
    answer = sale.till.act(intent)
    if isinstance(answer, Refused) and answer.reason in ASKED:
        ask(sale, answer, intent)
    elif isinstance(answer, Refused):
        sale.refuse(answer)
    sale.changed()


def ask(sale: SaleScreen, refused: Refused, intent: Scan | AddItem | RingDepartment) -> None:
    """Open the prompt for the number that an item needs; what was typed before is kept."""
    sku, name = str(refused.facts.get("sku", "")), str(refused.facts.get("name", ""))
    quantity = intent.quantity_micro
    price = intent.unit_price_micro if isinstance(intent, AddItem) else None
    if refused.reason is Reason.NEEDS_PRICE:
        openers.open_ask(sale.till, name, "price", lambda micro: AddItem(sku, quantity, micro))
    else:
        openers.open_ask(sale.till, name, "quantity", lambda micro: AddItem(sku, micro, price))
