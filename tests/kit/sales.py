"""Posted sales as hypothesis draws them: random baskets, paid in random ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from hypothesis import strategies as st

from domain.basket import Basket, Change, Draft, add_line, void_line
from domain.sale import Sale, SaleHeader, post
from domain.tax import TaxBook
from domain.tender import Tender, TenderKind, make_tender
from tests.kit.strategies import drafts

CASH: Final = TenderKind("cash", "Efectivo", is_cash=True, gives_change=True, opens_drawer=True)
CARD: Final = TenderKind("card", "Tarjeta")
DOLLARS: Final = TenderKind("dollars", "Dólares", is_cash=True, gives_change=True)
KINDS: Final = (CASH, CARD, DOLLARS)
AT: Final = "2026-11-24T18:05:09.123Z"

Way = tuple[TenderKind, int]
"""A kind, and what per cent of the balance is handed over in it."""

ways = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 300)), max_size=3)
acts = st.lists(st.one_of(drafts, st.integers(1, 8)), min_size=1, max_size=8)


def make_basket(book: TaxBook, done: Sequence[Draft | int], basket_id: str = "b") -> Basket:
    """Return a basket with drafts added, and lines voided by their number."""
    basket = Basket(basket_id, AT)
    for act in done:
        answer = add_line(book, basket, act) if isinstance(act, Draft) else void_line(book, basket, act, "1", AT)
        basket = answer.basket if isinstance(answer, Change) else basket
    return basket


def pay(basket: Basket, handed: Sequence[Way]) -> Basket:
    """Return a basket paid in the ways given, and the rest in cash."""
    for kind, per_cent in handed:
        amount = abs(basket.balance_minor) * per_cent // 100
        basket = _tendered(basket, make_tender(kind, basket.balance_minor, amount)) if amount else basket
    return _tendered(basket, make_tender(CASH, basket.balance_minor, None)) if basket.balance_minor else basket


def _tendered(basket: Basket, tender: Tender | Any) -> Basket:
    """Return a basket with a tender, if it is one."""
    return msgspec.structs.replace(basket, tenders=(*basket.tenders, tender)) if isinstance(tender, Tender) else basket


def make_sale(book: TaxBook, done: Sequence[Draft | int], handed: Sequence[Way], number: int, operator: str) -> Sale:
    """Return a posted sale."""
    header = SaleHeader("1", 1, "2026-11-24", AT, operator, operator, "MXN")
    return post(book, pay(make_basket(book, done, f"sale-{number}"), handed), header, number)


def sales(book: TaxBook, most: int = 5) -> st.SearchStrategy[list[Sale]]:
    """Return a strategy of the sales of one shift, numbered from 1."""
    drawn = st.lists(st.tuples(acts, ways, st.sampled_from(("1", "2"))), max_size=most)
    return drawn.map(lambda rows: [make_sale(book, *row[:2], n, row[2]) for n, row in enumerate(rows, 1)])
