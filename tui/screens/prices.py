"""Prices by hand, by number: discounts on the line or the sale, another price, a coupon; and the taxes of the sale.

What is chosen asks for its reason and its number, then the register decides. A discount of nothing takes the one
before back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from domain.basket import find_line
from domain.intent import DiscountBasket, DiscountLine, OverridePrice, RedeemPoints
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.screens import openers
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row

if TYPE_CHECKING:
    from domain.intent import Intent
    from tui.app import TillApp
    from tui.screens.ask import Wanted

    MakeWhy = Callable[[int, str], Intent]

NAME_LENGTH = 30


class _Choice(NamedTuple):
    """A row of the list: its word, and what it does."""

    word: str
    do: Callable[[], None]
    is_of_line: bool = False


class PricesScreen(ListScreen):
    """Chooses what is to be done with a price."""

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.line_no = 0
        self.acts_by_row = (
            _Choice("prices.line_percent", lambda: self._ask_line("percent", self._line_percent), True),
            _Choice("prices.line_amount", lambda: self._ask_line("amount", self._line_amount), True),
            _Choice("prices.override", lambda: self._ask_line("price", self._override), True),
            _Choice("prices.basket_percent", lambda: self._ask_sale("percent", _basket_percent)),
            _Choice("prices.basket_amount", lambda: self._ask_sale("amount", _basket_amount)),
            _Choice("prices.coupon", lambda: openers.open_coupon(till)),
            _Choice("prices.points", self._ask_points),
            _Choice("prices.taxes", lambda: openers.open_taxes(till)),
        )

    def begin(self, line_no: int) -> None:
        """Take the line that is meant."""
        self.digits = ""
        self.line_no = line_no
        self.choices.select(0)

    def title_words(self) -> tuple[str, str]:
        """Return the title and the line that is meant."""
        words = self.till.words
        return words("prices.title"), words("prices.of_line", line=self.line_no, name=self._line_name())

    def rows(self) -> list[Row]:
        """Return what can be done."""
        return [Row(((self.till.words(choice.word), "plain"),)) for choice in self.acts_by_row]

    def choose(self, index: int) -> None:
        """Leave, and ask for what the choice needs."""
        choice = self.acts_by_row[index]
        if choice.is_of_line and isinstance(find_line(self.till.register.basket, self.line_no), Refused):
            self.refuse(Refused(Reason.NO_SUCH_LINE, {"line_no": self.line_no}))
            return
        self.leave()
        choice.do()

    def _line_name(self) -> str:
        """Return the name of the line that is meant."""
        line = find_line(self.till.register.basket, self.line_no)
        return "" if isinstance(line, Refused) else safe_text(line.name, NAME_LENGTH)

    def _ask_line(self, wanted: Wanted, make: MakeWhy) -> None:
        """Ask for reason and number of what is done to the line that is meant."""
        self._ask(self._line_name(), wanted, make)

    def _ask_sale(self, wanted: Wanted, make: MakeWhy) -> None:
        """Ask for reason and number of what is done to the whole sale."""
        self._ask(self.till.words("prices.sale"), wanted, make)

    def _ask(self, subject: str, wanted: Wanted, make: MakeWhy) -> None:
        """Ask for the reason, then for the number."""

        def then(reason: str) -> None:
            openers.open_ask(self.till, subject, wanted, lambda number: make(number, reason))

        openers.open_price_reason(self.till, subject, then)

    def _ask_points(self) -> None:
        """Ask how many points the customer of the sale redeems; nobody has none."""
        if customer := self.till.register.basket.terms.customer:
            openers.open_ask(self.till, safe_text(customer, NAME_LENGTH), "points", RedeemPoints)
        else:
            self.till.sale.refuse(Refused(Reason.NEEDS_CUSTOMER))

    def _line_percent(self, ppm: int, reason: str) -> DiscountLine:
        return DiscountLine(self.line_no, percent_ppm=ppm, reason=reason)

    def _line_amount(self, minor: int, reason: str) -> DiscountLine:
        return DiscountLine(self.line_no, amount_minor=minor, reason=reason)

    def _override(self, micro: int, reason: str) -> OverridePrice:
        return OverridePrice(self.line_no, micro, reason)


def _basket_percent(ppm: int, reason: str) -> DiscountBasket:
    return DiscountBasket(percent_ppm=ppm, reason=reason)


def _basket_amount(minor: int, reason: str) -> DiscountBasket:
    return DiscountBasket(amount_minor=minor, reason=reason)
