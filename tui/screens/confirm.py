"""The two acts that ask once more, each answered by another key than the one that led there: never by Enter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget

from domain.form import format_money
from domain.intent import VoidBasket
from domain.permission import Permission
from domain.refusal import Reason, Refused
from tui.keys import Act
from tui.screens.key_screen import KeyScreen, Live
from tui.widgets.line_widget import LineWidget, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class ConfirmScreen(KeyScreen):
    """Says what is about to happen; Del does it, Esc does not."""

    def __init__(self, till: TillApp, word: str, fact: str, do: Callable[[], None]) -> None:
        """Take the name of the words (`<word>.title`, `<word>.yes`), a fact for the title, and the act."""
        self.word = word
        super().__init__(till)
        self.fact = fact
        self.do_it = do
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield the question."""
        yield self.title_rows

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.VOID, Live(self.confirm, f"{self.word}.yes", is_grave=True)
        yield Act.BACK, Live(self.leave, "legend.no")

    def confirm(self) -> None:
        """Do it."""
        self.leave()
        self.do_it()

    def show(self) -> None:
        """Show the question."""
        words = self.till.words
        self.title_rows.show(
            [
                text_row(words(f"{self.word}.title", fact=self.fact), "strong"),
                text_row(words(f"{self.word}.how"), "quiet"),
            ]
        )


def ask_void_basket(below: KeyScreen) -> None:
    """Ask whether the whole basket is to be given up."""
    basket, till = below.till.register.basket, below.till
    if not basket.lines:
        below.refuse(Refused(Reason.BASKET_EMPTY))
        return
    total = format_money(basket.due_minor, till.forms)
    till.open(ConfirmScreen(till, "void_basket", total, lambda: void_basket(below)))


def void_basket(below: KeyScreen) -> None:
    """Give the whole basket up."""
    answer = below.till.act(VoidBasket())
    if isinstance(answer, Refused):
        below.refuse(answer)
        return
    below.till.tell_status()
    below.redraw()
    below.foot.tell(below.till.words("notice.basket_voided"))


def ask_leave(below: KeyScreen) -> None:
    """Ask whether the lane is to be shut; whoever is signed on must have the permission."""
    till, register = below.till, below.till.register
    if register.operator is not None and not register.may(Permission.SHUT):
        below.refuse_text(till.words("leave.not_allowed"))
        return
    till.open(ConfirmScreen(till, "leave", till.register.lane, lambda: till.exit("leave")))
