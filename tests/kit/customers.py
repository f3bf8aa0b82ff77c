"""Customers of a test's shop: with credit, without, blocked, and with other taxes.

bring_customers(shop)
shop.register.set_customer(LUZ.code)
"""

from __future__ import annotations

from typing import Final

from domain.account import OpenDocument
from domain.buyer import InvoiceData
from domain.customer import Customer
from domain.payment_terms import PaymentTerms, TermPart
from storage.accounts import Balance, put_balances
from storage.connection import LedgerDatabase
from storage.customers import put_customers
from tests.kit.lane import Shop

BALANCE_AT: Final = "2026-11-24T17:05:00.000Z"
LUZ: Final = Customer(
    "C-1",
    "Luz Ñandú García",
    tax_id="GODE561231GR8",
    phone="+52 55 1234 5678",
    email="luz@correo.example",
    card="CARD-77",
    terms=PaymentTerms("Crédito 30 días", (TermPart(30),)),
    credit_limit_minor=100_000,
    note="Paga los viernes",
    invoice=InvoiceData("GODE561231GR8", "LUZ NANDU GARCIA", "612", "06050", "G03", "luz@correo.example"),
)
"""May owe 1,000.00; owes 300.00 by two documents."""
MAX: Final = Customer("C-2", "Máximo Peña", tax_id="CACX7605101P8", phone="55 8765 4321")
"""Buys for cash only."""
EVE: Final = Customer("C-3", "Eva Blok", credit_limit_minor=50_000, is_blocked=True)
"""Had credit once."""
OLD_ONE: Final = Customer("C-4", "Cliente Viejo", is_active=False)
DOCUMENTS: Final = (
    OpenDocument("inv-1", "F-1", "2026-10-01", "2026-10-31", 20_000, 20_000),
    OpenDocument("inv-2", "F-2", "2026-11-01", "2026-12-01", 15_000, 10_000),
)


def bring_customers(shop: Shop, *more: Customer) -> None:
    """Let the shop know its customers, and what the ERP says that they owe."""
    put_known(shop.db, *more)


def put_known(db: LedgerDatabase, *more: Customer) -> None:
    """Write the customers into a ledger, and what the ERP says that they owe."""
    with db.atomic():
        put_customers(db, (LUZ, MAX, EVE, OLD_ONE, *more))
        put_balances(db, (Balance(LUZ.code, 30_000, BALANCE_AT, documents=DOCUMENTS),), BALANCE_AT)
