"""A customer written at the lane: a new one, or a correction of one that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from domain.account_intent import ChangeCustomer, CreateCustomer
from domain.account_outcome import CustomerSaved
from domain.customer import Customer
from domain.intent import SetCustomer
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.screens import account_openers
from tui.screens.form_screen import FormScreen

if TYPE_CHECKING:
    from tui.app import TillApp


class CustomerFormScreen(FormScreen):
    """Writes name, tax id, telephone, e-mail and card."""

    FIELDS: ClassVar[tuple[str, ...]] = ("name", "tax_id", "phone", "email", "card")

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.customer: Customer | None = None

    def begin(self, customer: Customer | None, name: str) -> None:
        """Take whom to correct, or the name of a new one as far as it is typed."""
        self.customer = customer
        known = {field: getattr(customer, field) for field in self.FIELDS} if customer else {"name": name}
        self.fill(known)

    def headline(self) -> str:
        """Return whether it is a new customer."""
        return self.till.words("customers.correct" if self.customer else "customers.new")

    def save(self, values: Mapping[str, str]) -> None:
        """Create or correct the customer; a new one is the basket's at once, unless it has one."""
        fields = dict(values)
        known = self.customer
        answer = self.till.act(ChangeCustomer(known.code, **fields) if known else CreateCustomer(**fields))
        if isinstance(answer, Refused):
            self._refuse(answer)
        elif isinstance(answer, CustomerSaved):
            self.leave()
            self._saved(answer.customer)

    def _saved(self, customer: Customer) -> None:
        """Go on with a customer who is saved."""
        self.till.tell_status()
        if self.customer is None and not account_openers.is_collecting(self.till):
            self.till.act(SetCustomer(customer.code))
            self.till.home()
            self.till.sale.changed()
        name = safe_text(customer.name, 40)
        account_openers.tell(self.till, self.till.words("notice.customer_saved", name=name))

    def _refuse(self, refused: Refused) -> None:
        """Say what is wrong, at the field that it is about."""
        field = "tax_id" if refused.reason is Reason.BAD_TAX_ID else str(refused.facts.get("field", ""))
        self.go(field)
        self.refuse(refused)
