"""What the register does with single goods and their prices: ages looked at, discounts, other prices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import outcome as outcomes
from domain.refusal import Refused
from register.keeping import act
from register.later import Later
from register.till import TillActs

if TYPE_CHECKING:
    from register import discounting, item_rules, loyalty, salespeople, sharing
    from register.job import Job
else:
    discounting, item_rules, loyalty, salespeople, sharing = (
        Later(f"register.{name}") for name in ("discounting", "item_rules", "loyalty", "salespeople", "sharing")
    )


class GoodsActs(TillActs):
    """What a lane can do with one thing that it sells; `register.Register` is one of these."""

    @act
    def check_age(self, sku: str, born_on: str = "", is_older: bool = False) -> outcomes.AgeChecked | Refused:
        """Note what was seen of a customer's age."""
        return item_rules.check_age(self._lane, sku, born_on, is_older)

    @act
    def list_shared(self) -> outcomes.SharedListed | Refused:
        """List the baskets that lanes of the store have laid out for all. It waits for the folder: not in a loop."""
        return sharing.list_shared(self._lane)

    @act
    def take_shared(self, share_id: str) -> outcomes.BasketTaken | Refused:
        """Take such a basket among this lane's suspended ones. It waits for the folder: not in a loop."""
        return sharing.take_shared(self._lane, share_id)

    @property
    def shares_baskets(self) -> bool:
        """Whether the lanes of the store have a folder for their suspended baskets."""
        return bool(self._lane.settings.lane.shared_folder)

    def start_list_shared(self) -> Job[tuple[outcomes.SharedEntry, ...]]:
        """Begin to list such baskets in a thread."""
        return sharing.start_list(self._lane)

    def start_take_shared(self, share_id: str) -> Job[str]:
        """Begin to take such a basket in a thread; its id comes back, None where another lane was quicker."""
        return sharing.start_take(self._lane, share_id)

    @act
    def set_salesperson(self, salesperson: str, line_no: int = 0) -> outcomes.BasketChanged | Refused:
        """Say whose the sale is, or one line of it."""
        return salespeople.set_salesperson(self._lane, salesperson, line_no)

    @act
    def list_salespeople(self) -> outcomes.SalespeopleListed:
        """List who can be chosen as a salesperson."""
        return salespeople.list_salespeople(self._lane)

    @act
    def redeem_points(self, points: int) -> outcomes.BasketChanged | Refused:
        """Take loyalty points off the basket."""
        return loyalty.redeem_points(self._lane, points)

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
