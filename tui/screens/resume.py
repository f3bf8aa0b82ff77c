"""The suspended baskets, to take one up again: those of this lane, and those that lanes of the store share.

The shared folder is asked in a thread: the list is there at once, what others share comes when it comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from domain.form import format_money
from domain.intent import ListSuspended, Resume
from domain.outcome import SharedEntry, SuspendedBasket, SuspendedListed
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row, fit
from tui.words import age_text

if TYPE_CHECKING:
    from register.job import Job
    from tui.screens.sale import SaleScreen

NAME_WIDTH: Final = 24
LOOK_SECONDS: Final = 0.1
OLD_MINUTES: Final = 24 * 60


class ResumeScreen(ListScreen):
    """Chooses a suspended basket."""

    def __init__(self, sale: SaleScreen) -> None:
        super().__init__(sale.till)
        self.sale = sale
        self.baskets: tuple[SuspendedBasket | SharedEntry, ...] = ()
        register = self.till.register
        self.listing: Job[tuple[SharedEntry, ...]] | None = None
        self.taking: Job[str] | None = None
        self.wanted = ""
        self.list_own()
        if register.shares_baskets:
            self.listing = register.start_list_shared()

    def on_mount(self) -> None:
        """Draw, and look now and then what comes of the folder."""
        super().on_mount()
        if self.listing is not None:
            self.set_interval(LOOK_SECONDS, self.look)

    def list_own(self) -> None:
        """Take the baskets of this lane, before those of others that are there already."""
        answer = self.till.act(ListSuspended())
        own = answer.baskets if isinstance(answer, SuspendedListed) else ()
        mine = {basket.basket_id for basket in own}
        others = (one for one in self.baskets if isinstance(one, SharedEntry) and one.basket_id not in mine)
        self.baskets = (*own, *others)

    def look(self) -> None:
        """Show what others share, and take up what was taken."""
        if self.listing is not None and self.listing.is_ended:
            listing, self.listing = self.listing, None
            if listing.result is None:
                self.refuse(Refused(Reason.SHARE_UNREACHABLE, {"error": listing.problem}))
            else:
                lane = self.till.register.lane
                self.baskets = (*self.baskets, *(one for one in listing.result if one.lane != lane))
            self.show()
        if self.taking is not None and self.taking.is_ended:
            taking, self.taking = self.taking, None
            self._taken(taking)

    def _taken(self, taking: Job[str]) -> None:
        """Resume what was taken from the folder, or say why it was not."""
        self.list_own()
        if taking.problem:
            self.refuse(Refused(Reason.SHARE_UNREACHABLE, {"error": taking.problem}))
        elif taking.result is None:
            self.baskets = tuple(one for one in self.baskets if one.share_id != self.wanted)
            self.refuse(Refused(Reason.BASKET_GONE))
        elif self.is_top:
            self.resume(taking.result)
            return
        self.show()

    def title_words(self) -> tuple[str, str]:
        """Return the title, or that there is none, or that others are still asked."""
        words = self.till.words
        if self.taking is not None:
            return words("resume.title"), words("resume.taking")
        if self.listing is not None:
            return words("resume.title"), words("resume.asking")
        return words("resume.title"), words("resume.how" if self.baskets else "resume.none")

    def rows(self) -> list[Row]:
        """Return name, age, operator, items and total of each basket."""
        return [self._row(basket) for basket in self.baskets]

    def _row(self, basket: SuspendedBasket | SharedEntry) -> Row:
        """Return one basket's row."""
        forms, words = self.till.forms, self.till.words
        lane = f" {words('status.lane', lane=safe_text(basket.lane, 6))}" if isinstance(basket, SharedEntry) else ""
        minutes = basket.age_minutes
        about = f"{basket.operator}{lane}  {words.count('sale.items', basket.item_count)}  "
        age = age_text(words, minutes)
        return Row(
            (
                (f"{fit(basket.name, NAME_WIDTH)}  ", "plain"),
                (about, "quiet"),
                (age, "accent" if minutes >= OLD_MINUTES else "quiet"),
            ),
            ((f"{format_money(basket.total_minor, forms)} ", "strong"),),
        )

    def choose(self, index: int) -> None:
        """Take a basket up again; one that others can see is taken from the folder first."""
        basket = self.baskets[index]
        if not basket.share_id:
            self.resume(basket.basket_id)
        elif self.taking is None:
            self.wanted = basket.share_id
            self.taking = self.till.register.start_take_shared(basket.share_id)
            self.show()

    def resume(self, basket_id: str) -> None:
        """Resume a basket of this lane."""
        answer = self.till.act(Resume(basket_id))
        if isinstance(answer, Refused):
            self.refuse(answer)
            self.show()
            return
        self.leave()
        self.till.tell_status()
        self.sale.changed()
