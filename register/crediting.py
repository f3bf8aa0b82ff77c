"""Selling on account: whether a customer may, how far, and what the sale then says of it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from msgspec import UNSET

from config.settings import Settings
from domain.account import Account, Credit, CreditRules, credit_of
from domain.basket import Basket, returned_lines
from domain.buyer import SaleAccount
from domain.customer import Customer
from domain.intent import AddTender
from domain.payment_terms import due_dates
from domain.refusal import Reason, Refused
from domain.sale import SaleHeader
from register.customers import customer_of
from register.lane import Lane
from storage.accounts import account_owner, read_account


def credit_rules(settings: Settings) -> CreditRules:
    """Return a shop's rules of credit."""
    rules = settings.credit
    return CreditRules(rules.stale_hours, rules.stale_limit_ppm, rules.keep_overpayment)


def credit_in(settings: Settings, customer: Customer, account: Account, now: datetime) -> Credit:
    """Return how much can be sold to a customer on account at an instant."""
    limit = customer.credit_limit_minor if customer.has_credit else 0
    return credit_of(limit, account, credit_rules(settings), now)


def account_of(lane: Lane, customer: Customer) -> Account:
    """Return what is known of a customer's account."""
    return read_account(lane.db, customer.code, customer.was)


def credit(lane: Lane, customer: Customer, account: Account | None = None) -> Credit:
    """Return how much can be sold to a customer on account now."""
    return credit_in(lane.settings, customer, account or account_of(lane, customer), lane.clock())


def not_on_account(lane: Lane, basket: Basket) -> Refused | None:
    """Return why nothing of a basket can go on an account, if so. A refund may, whatever the credit."""
    if not basket.terms.customer:
        return Refused(Reason.NEEDS_CUSTOMER)
    customer = customer_of(lane, basket)
    if customer is None:
        return Refused(Reason.NO_SUCH_CUSTOMER, {"customer": basket.terms.customer})
    if basket.balance_minor > 0 and not customer.has_credit:
        return Refused(Reason.NO_CREDIT, {"name": customer.name})
    return None if basket.balance_minor > 0 else _somebody_elses(lane, basket, customer)


def _somebody_elses(lane: Lane, basket: Basket, customer: Customer) -> Refused | None:
    """Return that what comes back went on another account, if so: nobody is credited for what somebody else owes."""
    for line in returned_lines(basket):
        origin = None if line.returns is UNSET else line.returns.of
        owner = account_owner(lane.db, origin.sale_id) if origin else ""
        if owner and owner not in (customer.code, *customer.was):
            return Refused(Reason.OTHER_ACCOUNT, {"customer": owner})
    return None


def beyond_minor(lane: Lane, intent: AddTender) -> int:
    """Return how far a tender on account goes beyond what its customer has left, 0 where it does not."""
    kind, basket = lane.tender_kind(intent.kind), lane.basket
    if kind is None or not kind.is_account or basket is None or basket.balance_minor <= 0:
        return 0
    customer = customer_of(lane, basket)
    if customer is None or not customer.has_credit:
        return 0
    amount = basket.balance_minor if intent.amount_minor is None else intent.amount_minor
    return max(0, min(amount, basket.balance_minor) + on_account(lane, basket) - credit(lane, customer).available_minor)


def on_account(lane: Lane, basket: Basket) -> int:
    """Return what of a basket is on account so far; negative where it gives back."""
    kinds = {kind.code for kind in lane.tender_kinds if kind.is_account}
    return sum(tender.net_minor for tender in basket.tenders if tender.kind in kinds)


def with_customer(lane: Lane, basket: Basket, header: SaleHeader) -> SaleHeader:
    """Return a sale's header with its customer in clear, and with what goes on the account."""
    is_on_account = bool(on_account(lane, basket))
    customer = customer_of(lane, basket)
    if customer is None and not is_on_account:
        return header
    customer = customer or Customer(basket.terms.customer, "")  # gone since the tender was taken: the debt is not
    header = msgspec.structs.replace(header, customer_name=customer.name, customer_tax_id=customer.tax_id)
    if not is_on_account:
        return header
    return msgspec.structs.replace(header, account=sale_account(lane, basket, customer, header.business_date))


def sale_account(lane: Lane, basket: Basket, customer: Customer, business_date: str) -> SaleAccount:
    """Return what a sale says of its customer's account."""
    amount, account = on_account(lane, basket), account_of(lane, customer)
    dues = due_dates(customer.terms, business_date, amount) if amount > 0 else ()
    known = credit(lane, customer, account)
    return SaleAccount(amount, customer.terms.name, dues, known.limit_minor, known.owed_minor, account.balance_at)
