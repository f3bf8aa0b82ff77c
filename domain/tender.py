"""How a basket is paid: kinds of tender, balance and change.

Cash tendered is kept as it was handed over, with its change beside it: cash in the till is tendered less
change, which is what erpnext#25638 and its like got wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from domain.refusal import Reason, Refused
from domain.text import holds_card_number

DEFAULT_LIMIT_MINOR = 10_000_000
MAX_REFERENCE = 40


class TenderKind(msgspec.Struct, frozen=True):
    """A kind of tender. `fiscal_code` is the country's own (Mexico: SAT c_FormaPago)."""

    code: str
    name: str
    is_cash: bool = False
    gives_change: bool = False
    opens_drawer: bool = False
    needs_reference: bool = False
    fiscal_code: str = ""
    limit_minor: int = DEFAULT_LIMIT_MINOR
    """Largest amount of one tender; a scanned code typed as an amount is above it."""


class Tender(msgspec.Struct, frozen=True):
    """One tender: what was handed over, and what of it went back as change. A refund is negative."""

    kind: str
    amount_minor: int
    change_minor: int = 0
    reference: str = ""

    @property
    def net_minor(self) -> int:
        """What stays in the till (or with the bank) from this tender."""
        return self.amount_minor - self.change_minor


def balance(total_minor: int, tenders: Iterable[Tender]) -> int:
    """Return what is still to pay of a total; negative is owed to the customer."""
    return total_minor - sum(tender.net_minor for tender in tenders)


def make_tender(
    kind: TenderKind, balance_minor: int, amount_minor: int | None, reference: str = ""
) -> Tender | Refused:
    """Return the tender of an amount, or of exactly the balance where no amount is named.

    On a basket that owes money to the customer the amount is what goes out, named as a positive number.
    """
    if kind.needs_reference and not reference.strip():
        return Refused(Reason.NEEDS_REFERENCE, {"kind": kind.code})
    if len(reference) > MAX_REFERENCE:
        return Refused(Reason.REFERENCE_TOO_LONG, {"max": MAX_REFERENCE})
    if holds_card_number(reference):
        return Refused(Reason.CARD_NUMBER, {"kind": kind.code})
    owed = abs(balance_minor)
    amount = owed if amount_minor is None else amount_minor
    if amount <= 0:
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": amount})
    if kind.limit_minor and amount > max(kind.limit_minor, owed if amount_minor is None else 0):
        return Refused(Reason.OVER_LIMIT, {"kind": kind.code, "limit_minor": kind.limit_minor})
    if amount > owed and (balance_minor < 0 or not kind.gives_change):
        return Refused(Reason.NO_CHANGE_FROM_KIND, {"kind": kind.code, "balance_minor": balance_minor})
    if balance_minor < 0:
        return Tender(kind.code, -amount, 0, reference)
    return Tender(kind.code, amount, max(0, amount - owed), reference)
