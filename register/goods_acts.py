"""What the register does with single goods and their prices: ages looked at, discounts, other prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import outcome as outcomes
from domain.refusal import Refused
from register.keeping import act
from register.later import Later
from register.till import TillActs

if TYPE_CHECKING:
    from register import discounting, item_rules, salespeople
else:
    discounting, item_rules, salespeople = (
        Later(f"register.{name}") for name in ("discounting", "item_rules", "salespeople")
    )


class GoodsActs(TillActs):
    """What a lane can do with one thing that it sells; `register.Register` is one of these."""

    @act
    def check_age(self, sku: str, born_on: str = "", is_older: bool = False) -> outcomes.AgeChecked | Refused:
        """Note what was seen of a customer's age."""
        return item_rules.check_age(self._lane, sku, born_on, is_older)

    @act
    def set_salesperson(self, salesperson: str, line_no: int = 0) -> outcomes.BasketChanged | Refused:
        """Say whose the sale is, or one line of it."""
        return salespeople.set_salesperson(self._lane, salesperson, line_no)

    @act
    def list_salespeople(self) -> outcomes.SalespeopleListed:
        """List who can be chosen as a salesperson."""
        return salespeople.list_salespeople(self._lane)

    @act
    def discount_line(
        self, line_no: int, percent_ppm: int = 0, amount_minor: int = 0, reason: str = ""
    ) -> outcomes.BasketChanged | Refused:
        """Take a part or an amount off a line."""
        return discounting.discount_line(self._lane, line_no, percent_ppm, amount_minor, reason)

    @act
    def discount_basket(
        self, percent_ppm: int = 0, amount_minor: int = 0, reason: str = ""
    ) -> outcomes.BasketChanged | Refused:
        """Take a part or an amount off the whole basket."""
        return discounting.discount_basket(self._lane, percent_ppm, amount_minor, reason)

    @act
    def override_price(self, line_no: int, unit_price_micro: int, reason: str = "") -> outcomes.BasketChanged | Refused:
        """Sell a line at another unit price."""
        return discounting.override_price(self._lane, line_no, unit_price_micro, reason)
