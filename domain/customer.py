"""Customers as the lane knows them: who they are, what they are sold at, and what they may owe."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from domain.buyer import InvoiceData
from domain.payment_terms import PaymentTerms
from domain.refusal import Reason, Refused
from domain.text import fold, holds_card_number, safe_text

MAX_CODE: Final = 40
MAX_NAME: Final = 120
MAX_TAX_ID: Final = 24
MAX_PHONE: Final = 30
MAX_EMAIL: Final = 120
MAX_NOTE: Final = 160
_EMAIL: Final = r"[^@\s]{1,64}@[^@\s]+\.[^@\s]{2,}"
_SIGNS: Final = r"[\W_]+"
LEAST_PHONE: Final = 7
"""Digits of a telephone number, at least."""


class Customer(msgspec.Struct, frozen=True, omit_defaults=True):
    """A customer. `code` is the ERP's own for ever, or the lane's until the ERP has given one (then `was` has it).

    `codes` are others by which people or papers call the customer. `position` is the fiscal position's code. Nobody
    buys on account with a limit of 0, or blocked.
    """

    code: str
    name: str
    tax_id: str = ""
    phone: str = ""
    email: str = ""
    card: str = ""
    codes: tuple[str, ...] = ()
    was: tuple[str, ...] = ()
    group: str = ""
    price_list: str = ""
    position: str = ""
    terms: PaymentTerms = PaymentTerms()
    credit_limit_minor: int = 0
    is_blocked: bool = False
    is_active: bool = True
    note: str = ""
    """What the cashier should know."""
    invoice: InvoiceData | None = None

    @property
    def has_credit(self) -> bool:
        """Whether anything is sold on account at all."""
        return self.credit_limit_minor > 0 and not self.is_blocked and self.is_active


class CustomerForm(msgspec.Struct, frozen=True):
    """What the lane may write of a customer: never prices or credit, which are the ERP's."""

    name: str
    tax_id: str = ""
    phone: str = ""
    email: str = ""
    card: str = ""
    invoice: InvoiceData | None = None


def search_keys(customer: Customer) -> tuple[str, ...]:
    """Return by what a customer is found beside the name: codes, tax id, telephone and card, each in one form.

    A telephone number is found by its last ten digits too, so that its country code need not be typed.
    """
    phone = phone_digits(customer.phone)
    texts = (customer.code, *customer.codes, *customer.was, customer.tax_id, customer.card)
    keys = [search_key(text) for text in texts] + [phone, phone[-10:]]
    return tuple(dict.fromkeys(key for key in keys if key))


def search_key(text: str) -> str:
    """Return a code, tax id or card as it is looked up: upper case, letters and digits alone."""
    return re.sub(_SIGNS, "", fold(text)).upper()


def phone_digits(text: str) -> str:
    """Return the digits of a telephone number."""
    return "".join(char for char in text if "0" <= char <= "9")


def clean_form(form: CustomerForm) -> CustomerForm:
    """Return what was typed as it is kept: one line each, nothing that a terminal or a printer could obey."""
    return CustomerForm(
        name=_clean(form.name, MAX_NAME),
        tax_id=search_key(safe_text(form.tax_id, MAX_TAX_ID)),
        phone=_clean(form.phone, MAX_PHONE),
        email=_clean(form.email, MAX_EMAIL),
        card=_clean(form.card, MAX_CODE),
        invoice=form.invoice,
    )


def judge_form(form: CustomerForm) -> Refused | None:
    """Return why a customer cannot be kept like this, if so. Whether the tax id is one, the country's check says."""
    if not form.name:
        return Refused(Reason.BAD_CUSTOMER, {"field": "name"})
    for field in ("name", "phone", "email", "card", "tax_id"):
        if holds_card_number(getattr(form, field)):
            return Refused(Reason.CARD_NUMBER, {"field": field})
    if form.phone and len(phone_digits(form.phone)) < LEAST_PHONE:
        return Refused(Reason.BAD_CUSTOMER, {"field": "phone"})
    if form.email and not re.fullmatch(_EMAIL, form.email):
        return Refused(Reason.BAD_CUSTOMER, {"field": "email"})
    return None


def with_form(customer: Customer, form: CustomerForm) -> Customer:
    """Return a customer corrected by what was typed."""
    return msgspec.structs.replace(
        customer,
        name=form.name,
        tax_id=form.tax_id,
        phone=form.phone,
        email=form.email,
        card=form.card,
        invoice=form.invoice or customer.invoice,
    )


def form_of(customer: Customer) -> CustomerForm:
    """Return what of a customer the lane may correct."""
    return CustomerForm(customer.name, customer.tax_id, customer.phone, customer.email, customer.card, customer.invoice)


def _clean(text: str, length: int) -> str:
    """Return a text on one line."""
    return " ".join(safe_text(text, length).split())
