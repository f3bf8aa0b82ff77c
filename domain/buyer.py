"""What a sale says of its buyer beside the lines: data for an invoice, and what was sold on account until when."""

from __future__ import annotations

import msgspec


class InvoiceData(msgspec.Struct, frozen=True):
    """What goes with a sale of which an invoice is wanted. `regime` and `use` are codes of the country's catalogues."""

    tax_id: str
    name: str
    regime: str = ""
    postcode: str = ""
    use: str = ""
    email: str = ""


class Due(msgspec.Struct, frozen=True):
    """An amount and the business date (ISO) on which it is due."""

    date: str
    amount_minor: int


class SaleAccount(msgspec.Struct, frozen=True):
    """What of a sale went on the customer's account, and what the lane knew then.

    `amount_minor` is negative where a return gives it back. `owed_minor` is what was owed before, by a balance of
    `balance_at`; `limit_minor` the limit in force.
    """

    amount_minor: int
    terms: str
    dues: tuple[Due, ...]
    limit_minor: int
    owed_minor: int
    balance_at: str
