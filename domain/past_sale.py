"""What is told of sales that were posted: what fits a search, what can come back, which tender was of another kind."""

from __future__ import annotations

import msgspec


class SaleSearch(msgspec.Struct, frozen=True):
    """What a sale must fit; an empty text or None asks for nothing."""

    business_date: str = ""
    total_minor: int | None = None
    item: str = ""
    """The SKU, the code it was sold by, or a part of its name."""
    customer: str = ""
    last_four: str = ""
    """The last characters of a tender's reference."""


class PastSale(msgspec.Struct, frozen=True):
    """A posted sale in a list. `returned_minor` is what came back of it on this lane."""

    receipt_number: int
    folio: str
    sale_id: str
    at: str
    business_date: str
    operator: str
    is_return: bool
    line_count: int
    total_minor: int
    returned_minor: int


class PastPage(msgspec.Struct, frozen=True):
    """Sales that fit, newest first; the search goes on below `before`, 0 at its end."""

    sales: tuple[PastSale, ...]
    before: int


class ReturnableLine(msgspec.Struct, frozen=True):
    """A sold line as it can come back. `paid_minor` is what was really paid for all of it.

    `returned_micro` came back already: on this lane, elsewhere as the ERP told, and in the open basket; `left_micro`
    can still come back.
    """

    line_no: int
    sku: str
    code: str
    name: str
    uom: str
    uom_digits: int
    sold_micro: int
    returned_micro: int
    left_micro: int
    paid_minor: int


class TenderChange(msgspec.Struct, frozen=True):
    """What the journal keeps of a changed kind, in clear. `position` counts the sale's tenders from 0.

    `amount_minor` and `change_minor` are those of the tender as it stood: what stayed of it is now of `to_kind`.
    """

    of: str
    receipt_number: int
    folio: str
    position: int
    from_kind: str
    to_kind: str
    amount_minor: int
    change_minor: int
    reference: str
    reason: str

    @property
    def net_minor(self) -> int:
        """What moves from one kind to the other."""
        return self.amount_minor - self.change_minor
