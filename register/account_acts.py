"""The register's part of customers: who they are, their invoices, their accounts, and what they pay on these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.account_intent import CollectTender
from domain.buyer import InvoiceData
from domain.outcome import BasketChanged
from domain.refusal import Refused
from register.keeping import act, answering
from register.later import Later
from register.till import TillActs

if TYPE_CHECKING:
    from domain import account_outcome as answers
    from domain.customer import Customer
    from domain.invoice import InvoiceRules
    from register import collecting, crediting, customers, tax_ids
else:
    collecting, crediting, customers, tax_ids = (
        Later(f"register.{name}") for name in ("collecting", "crediting", "customers", "tax_ids")
    )


class AccountActs(TillActs):
    """What a lane can do for customers whom it knows; `register.Register` is one of these."""

    @property
    def customer(self) -> Customer | None:
        """The customer of the open basket, as far as the lane knows them; read when it is asked for."""
        basket = self._lane.basket
        if basket is None or not basket.terms.customer:
            return None
        found = answering(customers.customer_of)(self._lane, basket)
        return None if isinstance(found, Refused) else found

    @property
    def invoice_rules(self) -> InvoiceRules:
        """What the country asks for an invoice."""
        return tax_ids.invoice_pack(self._lane).rules

    @act
    def search_customers(self, text: str, limit: int = 20) -> answers.CustomersFound:
        """Find customers by name, or by the beginning of a code, tax id, telephone number or card."""
        return customers.search(self._lane, text, limit)

    @act
    def create_customer(
        self, name: str, tax_id: str = "", phone: str = "", email: str = "", card: str = ""
    ) -> answers.CustomerSaved | Refused:
        """Create a customer."""
        from domain.customer import CustomerForm  # not before somebody writes one

        return customers.create(self._lane, CustomerForm(name, tax_id, phone, email, card))

    @act
    def change_customer(  # the fields of an intent
        self, customer: str, name: str, tax_id: str = "", phone: str = "", email: str = "", card: str = ""
    ) -> answers.CustomerSaved | Refused:
        """Correct a customer."""
        from domain.customer import CustomerForm

        return customers.change(self._lane, customer, CustomerForm(name, tax_id, phone, email, card))

    @act
    def set_invoice(  # the fields of an intent
        self, tax_id: str = "", name: str = "", regime: str = "", postcode: str = "", use: str = "", email: str = ""
    ) -> BasketChanged | Refused:
        """Say what the invoice of the open basket needs."""
        return customers.set_invoice(self._lane, InvoiceData(tax_id, name, regime, postcode, use, email))

    @act
    def drop_invoice(self) -> BasketChanged | Refused:
        """Want no invoice of the open basket."""
        return customers.drop_invoice(self._lane)

    @act
    def read_account(self, customer: str) -> answers.AccountRead | Refused:
        """Tell how a customer's account stands."""
        return collecting.read(self._lane, customer)

    @act
    def print_statement(self, customer: str) -> answers.StatementPrinted | Refused:
        """Print a customer's statement of account."""
        return collecting.print_statement(self._lane, customer)

    @act
    def collect(
        self,
        customer: str,
        amount_minor: int,
        tenders: tuple[CollectTender, ...] = (),
        documents: tuple[str, ...] = (),
    ) -> answers.CollectionPosted | Refused:
        """Receive money on a customer's account."""
        return collecting.collect(self._lane, customer, amount_minor, tenders, documents)

    @act
    def reverse_collection(self, number: int, reason: str = "") -> answers.CollectionReversed | Refused:
        """Take a collection back whole."""
        return collecting.reverse(self._lane, number, reason)
