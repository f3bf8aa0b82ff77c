"""A customer's collections of this lane, to take one back: chosen by number, then confirmed by Del."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.account_intent import ReverseCollection
from domain.account_outcome import AccountRead, CollectionReversed, CollectionSum
from domain.form import format_money
from domain.receipt import instant_text
from domain.refusal import Refused
from domain.text import safe_text
from tui.screens.confirm import ConfirmScreen
from tui.screens.key_screen import KeyScreen
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row

if TYPE_CHECKING:
    from tui.app import TillApp


class CollectionsScreen(ListScreen):
    """Chooses a collection."""

    def __init__(self, till: TillApp, account: AccountRead) -> None:
        super().__init__(till)
        self.account = account
        self.collections = tuple(one for one in account.collections if not one.is_reversed)

    def title_words(self) -> tuple[str, str]:
        """Return whose collections they are."""
        return self.till.words("collections.title"), safe_text(self.account.customer.name, 60)

    def rows(self) -> list[Row]:
        """Return number, time and amount of each, newest first."""
        return [self._row(one) for one in self.collections]

    def _row(self, one: CollectionSum) -> Row:
        """Return one of them."""
        at = instant_text(one.at, self.till.register.style)
        amount = format_money(one.amount_minor, self.till.forms)
        return Row(((f"{safe_text(one.folio)}  {at}", "plain"),), ((f"{amount} ", "strong"),))

    def choose(self, index: int) -> None:
        """Ask whether it is to be taken back."""
        one = self.collections[index]
        fact = f"{safe_text(one.folio)} {format_money(one.amount_minor, self.till.forms)}"
        self.till.open(ConfirmScreen(self.till, "reverse", fact, lambda: self.reverse(one)))

    def reverse(self, one: CollectionSum) -> None:
        """Take it back."""
        answer = self.till.act(ReverseCollection(one.number))
        if isinstance(answer, CollectionReversed):
            self.leave()
            self.till.tell_status()
            amount = format_money(-answer.amount_minor, self.till.forms)
            below = self.till.screen
            if isinstance(below, KeyScreen):
                below.foot.tell(self.till.words("notice.reversed", folio=answer.folio, amount=amount))
        elif isinstance(answer, Refused):
            self.refuse(answer)
