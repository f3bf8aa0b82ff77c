"""How a basket is paid: kinds of tender, balance and change.

Cash tendered is kept as it was handed over, with its change beside it: cash in the till is tendered less
change, which is what erpnext#25638 and its like got wrong.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType

from domain.money import MICRO, divide_half_up
from domain.refusal import Reason, Refused
from domain.stored_value import CardRef
from domain.text import holds_card_number

DEFAULT_LIMIT_MINOR = 10_000_000
MAX_REFERENCE = 40


class ForeignCurrency(msgspec.Struct, frozen=True):
    """A foreign currency that the till takes: `rate_micro` millionths of a unit of the store's money for one of it."""

    code: str
    rate_micro: int
    exponent: int = 2
    change_kind: str = "cash"
    """Change is given in the store's own money, of this kind."""

    def to_home(self, amount_minor: int, exponent: int) -> int:
        """Return what an amount of it is worth, in minor units of the store's money, half up."""
        return divide_half_up(amount_minor * self.rate_micro * int(10**exponent), MICRO * int(10**self.exponent))

    def to_foreign(self, home_minor: int, exponent: int) -> int:
        """Return the smallest amount of it that is worth no less than an amount of the store's money."""
        scaled = abs(home_minor) * MICRO * int(10**self.exponent)
        amount = -(-scaled // (self.rate_micro * int(10**exponent)))
        while amount and self.to_home(amount - 1, exponent) >= abs(home_minor):
            amount -= 1
        return amount


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
    is_account: bool = False
    """Sold on the customer's account: nothing is handed over."""
    is_stored_value: bool = False
    """A gift card or voucher of the store: it is spent as far as it is good, and what is owed can go back on it."""
    foreign: ForeignCurrency | None = None
    """The currency in which it is handed over, where it is not the store's."""

    @property
    def pays_accounts(self) -> bool:
        """Whether a debt can be paid in it: not by another debt, nor off a card, whose balance only sales move."""
        return not (self.is_account or self.is_stored_value)


class Tender(msgspec.Struct, frozen=True):
    """One tender: what was handed over, and what of it went back as change. A refund is negative.

    Of a foreign currency `foreign_minor` is what was handed over, and `amount_minor` what it is worth; its change
    went back as `change_kind`.
    """

    kind: str
    amount_minor: int
    change_minor: int = 0
    reference: str = ""
    currency: str = ""
    foreign_minor: int = 0
    change_kind: str = ""
    card: CardRef | UnsetType = UNSET
    """The gift card or voucher that it was taken from or given back on."""

    @property
    def net_minor(self) -> int:
        """What stays in the till (or with the bank) from this tender."""
        return self.amount_minor - self.change_minor


def balance(total_minor: int, tenders: Iterable[Tender]) -> int:
    """Return what is still to pay of a total; negative is owed to the customer."""
    for tender in tenders:
        total_minor -= tender.amount_minor - tender.change_minor
    return total_minor


def make_tender(
    kind: TenderKind, balance_minor: int, amount_minor: int | None, reference: str = "", exponent: int = 2
) -> Tender | Refused:
    """Return the tender of an amount, or of exactly the balance where no amount is named.

    On a basket that owes money to the customer the amount is what goes out, named as a positive number. The amount of
    a foreign kind is in its own currency; it is only taken, never paid out. `exponent` is that of the store's money.
    """
    if refused := _bad_reference(kind, reference):
        return refused
    if kind.foreign is not None:
        return _make_foreign(kind, balance_minor, amount_minor, reference, exponent)
    owed = abs(balance_minor)
    amount = owed if amount_minor is None else amount_minor
    if refused := _bad_amount(kind, balance_minor, amount, is_exact=amount_minor is None):
        return refused
    if balance_minor < 0:
        return Tender(kind.code, -amount, 0, reference)
    return Tender(kind.code, amount, max(0, amount - owed), reference)


def _make_foreign(
    kind: TenderKind, balance_minor: int, amount_minor: int | None, reference: str, exponent: int
) -> Tender | Refused:
    """Return a tender in a foreign currency, worth what its rate says; change is in the store's own money."""
    foreign = kind.foreign
    if foreign is None or balance_minor < 0:
        return Refused(Reason.NO_CHANGE_FROM_KIND, {"kind": kind.code, "balance_minor": balance_minor})
    handed = foreign.to_foreign(balance_minor, exponent) if amount_minor is None else amount_minor
    worth = foreign.to_home(handed, exponent) if handed > 0 else 0
    if refused := _bad_amount(kind, balance_minor, worth, is_exact=amount_minor is None):
        return refused
    change = max(0, worth - balance_minor)
    given = foreign.change_kind if change else ""
    return Tender(kind.code, worth, change, reference, foreign.code, handed, given)


def _bad_reference(kind: TenderKind, reference: str) -> Refused | None:
    """Return why a reference cannot stand with a kind, if so."""
    if not reference.strip():
        return Refused(Reason.NEEDS_REFERENCE, {"kind": kind.code}) if kind.needs_reference else None
    if len(reference) > MAX_REFERENCE:
        return Refused(Reason.REFERENCE_TOO_LONG, {"max": MAX_REFERENCE})
    return Refused(Reason.CARD_NUMBER, {"kind": kind.code}) if holds_card_number(reference) else None


def _bad_amount(kind: TenderKind, balance_minor: int, amount: int, *, is_exact: bool) -> Refused | None:
    """Return why an amount cannot be taken in a kind, if so."""
    owed = abs(balance_minor)
    if amount <= 0:
        return Refused(Reason.BAD_AMOUNT, {"amount_minor": amount})
    if kind.limit_minor and amount > max(kind.limit_minor, owed if is_exact else 0):
        return Refused(Reason.OVER_LIMIT, {"kind": kind.code, "limit_minor": kind.limit_minor})
    if amount > owed and (balance_minor < 0 or not kind.gives_change):
        return Refused(Reason.NO_CHANGE_FROM_KIND, {"kind": kind.code, "balance_minor": balance_minor})
    return None
