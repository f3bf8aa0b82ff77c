"""What is asked of sales that were posted: to find one, to take something of it back, to take it back whole."""

from __future__ import annotations

import msgspec

from domain.intent_base import IntentBase, Whole


class BeginReturn(IntentBase, frozen=True, tag="begin_return"):
    """Tell what can come back of a receipt, and in which kinds it can be refunded."""

    receipt: str
    """Its bar code, its folio, its number on this lane, or the sale's id."""


class ReturnLines(IntentBase, frozen=True, tag="return_lines"):
    """Put what comes back of a receipt into the basket, for one reason."""

    receipt: str
    reason: str
    lines: dict[str, Whole] = msgspec.field(default_factory=dict)
    """How much of which line, by its number in the sale; none takes back all that is left."""
    is_damaged: bool = False


class ReturnItem(IntentBase, frozen=True, tag="return_item"):
    """Put an item that comes back without a receipt into the basket, or with one of another lane's."""

    code: str
    reason: str
    quantity_micro: Whole | None = None
    unit_price_micro: Whole | None = None
    """Null is today's price."""
    is_damaged: bool = False
    receipt: str = ""
    """The bar code of another lane's receipt."""


class PostVoid(IntentBase, frozen=True, tag="post_void"):
    """Take the last sale of the open shift back whole, by a document of its own."""

    reason: str


class ChangeTender(IntentBase, frozen=True, tag="change_tender"):
    """Say in which kind a tender of a posted sale really was."""

    kind: str
    reason: str
    receipt_number: Whole | None = None
    position: Whole = 1
    """Which of the sale's tenders, from 1."""
    reference: str = ""


class FindSales(IntentBase, frozen=True, tag="find_sales"):
    """Find posted sales, newest first, that fit all that is given."""

    business_date: str = ""
    total_minor: Whole | None = None
    item: str = ""
    customer: str = ""
    last_four: str = ""
    before: Whole = 0
    """Only receipts below this number; 0 begins with the newest."""
    limit: Whole = 20
