"""The register as the screens know it: what a lane can do, and what of it stands on the screen.

`register.Register` fits this shape (a test holds it); the tests of the screens bring a small one of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Protocol

from domain.basket import Basket
from domain.form import Forms
from domain.intent import Intent
from domain.item import Department
from domain.outcome import Answer, StatusTold
from domain.permission import Permission
from domain.promotion_basket import Hint
from domain.shift import Operator, Shift
from domain.tender import TenderKind

if TYPE_CHECKING:
    from domain.customer import Customer
    from domain.invoice import InvoiceRules
    from domain.outcome import SharedEntry
    from domain.receipt import Style
    from register.desk import Desk
    from register.job import Job


class RegisterFace(Protocol):
    """One lane. `perform` answers in some milliseconds and never raises."""

    @property
    def basket(self) -> Basket:
        """The open basket; an empty one when nothing is open."""

    @property
    def cash_due_minor(self) -> int:
        """What is still to pay, rounded to coins where it is paid in cash."""

    @property
    def hints(self) -> tuple[Hint, ...]:
        """What is missing for promotions that nearly give something."""

    @property
    def operator(self) -> Operator | None:
        """Who is signed on."""

    @property
    def shift(self) -> Shift | None:
        """The open shift."""

    @property
    def forms(self) -> Forms:
        """How money and dates are written."""

    @property
    def style(self) -> Style:
        """The words, forms and time zone of the lane's papers."""

    @property
    def lane(self) -> str:
        """The lane's id."""

    @property
    def customer(self) -> Customer | None:
        """The customer of the open basket, as far as the lane knows them."""

    @property
    def invoice_rules(self) -> InvoiceRules:
        """What the country asks for an invoice."""

    @property
    def max_quantity(self) -> int:
        """The largest quantity of one line."""

    @property
    def lock_minutes(self) -> int:
        """Idle minutes after which the screen locks; 0 never."""

    @property
    def store_name(self) -> str:
        """The store's name."""

    @property
    def zone(self) -> tzinfo:
        """The store's time zone."""

    @property
    def tender_kinds(self) -> tuple[TenderKind, ...]:
        """The kinds of tender; the first is the default."""

    @property
    def next_refund(self) -> tuple[str, int | None] | None:
        """The kind in which money goes back first, and how much, in minor units, or None for all that is owed.

        None where any kind will do.
        """

    @property
    def denominations(self) -> tuple[int, ...]:
        """The coins and notes to count, in minor units, largest first."""

    def reasons(self, act: str) -> tuple[str, ...]:
        """Return the reasons for an act of the till, or for an approval (`approve`)."""

    @property
    def tills(self) -> tuple[str, ...]:
        """The names of the lane's tills; none where it has one."""

    def next_float(self, till: str = "") -> int | None:
        """Return what the Z before has left in a till, if it tells."""

    def return_reasons(self, *, is_damaged: bool) -> tuple[str, ...]:
        """Return the reasons of what goes back to the shelf, or of what is damaged."""

    def departments(self) -> tuple[Department, ...]:
        """Return all departments."""

    def may(self, permission: Permission) -> bool:
        """Say whether whoever is signed on has a permission."""

    @property
    def shares_baskets(self) -> bool:
        """Whether the lanes of the store have a folder for their suspended baskets."""

    def start_list_shared(self) -> Job[tuple[SharedEntry, ...]]:
        """Begin to list the baskets there."""

    def start_take_shared(self, share_id: str) -> Job[str]:
        """Begin to take one of them."""

    def open_desk(self) -> Desk:
        """Return what managers read."""

    def ponder(self, intent: Intent) -> Callable[[], None] | None:
        """Return what of an intent takes long and may be worked out in a thread before it is performed, if anything."""

    def get_ready_to_close(self) -> None:
        """Bring in what the first Z of a run needs, while somebody counts."""

    def perform(self, intent: Intent) -> Answer:
        """Do what is asked, or refuse it."""

    def poll(self) -> StatusTold | None:
        """Return the status if something changed that the screen did not do itself."""
