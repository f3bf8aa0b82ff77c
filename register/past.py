"""The register's part for sales that were posted: finding them, taking of them back, correcting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import outcome as outcomes
from domain.intent_return import ChangeTender, ReturnItem
from domain.money import MAX_WHOLE
from domain.past_sale import SaleSearch
from domain.refusal import Reason, Refused
from register.keeping import act, answering
from register.later import Later
from register.till import TillActs

if TYPE_CHECKING:
    from register import amending, returning
    from storage import past_sales
else:
    amending, returning, past_sales = (
        Later(name) for name in ("register.amending", "register.returning", "storage.past_sales")
    )

MAX_HITS = 100


class PastActs(TillActs):
    """What a lane can do with sales that were posted; `register.Register` is one of these."""

    def return_reasons(self, *, is_damaged: bool) -> tuple[str, ...]:
        """Return the store's reasons for what goes back to the shelf, or for what is damaged."""
        found: tuple[str, ...] = returning.reasons(self._lane, is_damaged=is_damaged)
        return found

    @property
    def next_refund(self) -> tuple[str, int | None] | None:
        """The kind in which money goes back first, and how much of it, or all that is owed where there is no amount.

        None where nothing goes back, or any kind will do.
        """
        if self._lane.basket is None or self._lane.basket.balance_minor >= 0:
            return None
        found = answering(returning.next_refund)(self._lane)
        return None if isinstance(found, Refused) else found

    @act
    def begin_return(self, receipt: str) -> outcomes.ReturnBegun | Refused:
        """Tell what can come back of a receipt."""
        return returning.begin_return(self._lane, receipt)

    @act
    def return_lines(
        self, receipt: str, reason: str, lines: dict[str, int] | None = None, is_damaged: bool = False
    ) -> outcomes.BasketChanged | Refused:
        """Put what comes back of a receipt into the basket."""
        return returning.return_lines(self._lane, receipt, reason, lines or {}, is_damaged)

    @act
    def return_item(  # the intent's fields
        self,
        code: str,
        reason: str,
        quantity_micro: int | None = None,
        unit_price_micro: int | None = None,
        is_damaged: bool = False,
        receipt: str = "",
    ) -> outcomes.BasketChanged | Refused:
        """Put an item into the basket that comes back without a receipt, or with another lane's."""
        wanted = ReturnItem(code, reason, quantity_micro, unit_price_micro, is_damaged, receipt)
        return returning.return_item(self._lane, wanted)

    @act
    def post_void(self, reason: str) -> outcomes.SalePosted | Refused:
        """Take the last sale of the open shift back whole."""
        return amending.post_void(self._lane, reason)

    @act
    def change_tender(
        self, kind: str, reason: str, receipt_number: int | None = None, position: int = 1, reference: str = ""
    ) -> outcomes.TenderChanged | Refused:
        """Say in which kind a tender of a posted sale really was."""
        return amending.change_tender(self._lane, ChangeTender(kind, reason, receipt_number, position, reference))

    @act
    def find_sales(  # noqa: PLR0913  # the intent's fields
        self,
        *,
        business_date: str = "",
        total_minor: int | None = None,
        item: str = "",
        customer: str = "",
        last_four: str = "",
        before: int = 0,
        limit: int = 20,
    ) -> outcomes.SalesFound | Refused:
        """Find posted sales, newest first."""
        if self._lane.operator is None:
            return Refused(Reason.NOT_SIGNED_ON)
        if total_minor is not None and abs(total_minor) > MAX_WHOLE:
            return outcomes.SalesFound((), 0)
        wanted = SaleSearch(business_date, total_minor, item, customer, last_four)
        below, most = max(0, min(before, MAX_WHOLE)), max(1, min(limit, MAX_HITS))
        page = past_sales.search_sales(self._lane.db, self._lane.lane_id, wanted, below, most)
        return outcomes.SalesFound(page.sales, page.before)
