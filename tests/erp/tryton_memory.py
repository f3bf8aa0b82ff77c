"""Tryton's own tax code at work on records in memory: no database, no pool, the functions are Tryton's.

A sale of `sale.point` gets its prices (`on_change_product`), its totals and its tax lines (`get_tax_move_lines`) from
the methods of trytond-sale-point, trytond-account and trytond-currency, put on plain classes that have the fields these
methods read. Only what they look up is replaced: the pool, the transaction and the setting of the rounding.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, ClassVar
from unittest import mock

from trytond.modules.account import tax as account_tax
from trytond.modules.currency.currency import Currency
from trytond.modules.sale_point import sale as sale_point

COMPANY = SimpleNamespace(id=1)
DAY = datetime.date(2026, 11, 24)


class MemoryCurrency:
    """A currency by its smallest step."""

    round = Currency.round
    _round: Any = classmethod(Currency._round.__func__)

    def __init__(self, rounding: Decimal) -> None:
        self.rounding = rounding


class MemoryTax:
    """A record of `account.tax`."""

    _process_tax = account_tax.Tax._process_tax
    _group_taxes = account_tax.Tax._group_taxes
    _reverse_rate_amount_from_type = account_tax.Tax._reverse_rate_amount_from_type
    _unit_compute: Any = classmethod(account_tax.Tax._unit_compute.__func__)
    _reverse_rate_amount: Any = classmethod(account_tax.Tax._reverse_rate_amount.__func__)
    _reverse_unit_compute: Any = classmethod(account_tax.Tax._reverse_unit_compute.__func__)
    sort_taxes: Any = classmethod(account_tax.Tax.sort_taxes.__func__)
    compute: Any = classmethod(account_tax.Tax.compute.__func__)
    reverse_compute: Any = classmethod(account_tax.Tax.reverse_compute.__func__)

    company = COMPANY
    start_date = end_date = None
    invoice_account, credit_note_account = "sold", "returned"

    def __init__(self, code: str, kind: str, value: Decimal = Decimal(0), **fields: Any) -> None:
        self.code = self.description = code
        self.type = kind
        self.rate = self.amount = value
        self.sequence = fields.get("sequence", 0)
        self.id = fields.get("id", 0)
        self.update_unit_price = fields.get("update_unit_price", False)
        self.childs = self.sort_taxes(fields.get("childs", ()))

    @classmethod
    def browse(cls, taxes: Iterable[MemoryTax]) -> list[MemoryTax]:
        """Return records as they are."""
        return list(taxes)


class MemoryLine:
    """A record of `sale.point.sale.line`."""

    on_change_product = sale_point.POSSaleLine.on_change_product
    on_change_with_unit_price = sale_point.POSSaleLine.on_change_with_unit_price
    on_change_with_amount = sale_point.POSSaleLine.on_change_with_amount
    untax_amount = sale_point.POSSaleLine.untax_amount
    tax_amount = sale_point.POSSaleLine.tax_amount
    gross_amount = sale_point.POSSaleLine.gross_amount
    unit_gross_price: Any = SimpleNamespace(digits=sale_point.POSSaleLine.unit_gross_price.digits)

    def __init__(self, taxes: list[MemoryTax], quantity: Decimal, price: Decimal, has_taxes_in_price: bool) -> None:
        self.taxes = taxes
        self.quantity = quantity
        self.product = SimpleNamespace(gross_price_used=price, list_price_used=price)
        self.sale = SimpleNamespace(point=SimpleNamespace(tax_included=has_taxes_in_price), date=DAY)
        self.currency: MemoryCurrency | None = None
        self.unit_list_price: Any = None
        self.amount: Any = None


class MemorySale:
    """A record of `sale.point.sale`."""

    _get_taxes = account_tax.TaxableMixin._get_taxes
    _compute_tax_line = account_tax.TaxableMixin._compute_tax_line
    _round_taxes = account_tax.TaxableMixin._round_taxes
    _get_tax_context = account_tax.TaxableMixin._get_tax_context
    get_tax_move_lines = sale_point.POSSale.get_tax_move_lines
    on_change_with_total = sale_point.POSSale.on_change_with_total
    on_change_with_total_tax = sale_point.POSSale.on_change_with_total_tax

    company = COMPANY

    def __init__(self, currency: MemoryCurrency, lines: list[MemoryLine]) -> None:
        self.currency = currency
        self.lines = lines
        for line in lines:
            line.currency = currency
            line.on_change_product()
        self.total_tax = self.on_change_with_total_tax()

    @property
    def taxable_lines(self) -> list[tuple[list[MemoryTax], Decimal, Decimal, datetime.date]]:
        """What each line's taxes are taken on, as `sale.point.sale.line` says it."""
        return [(line.taxes, line.unit_list_price, line.quantity, DAY) for line in self.lines]


class MemoryTransaction:
    """What the methods ask of the transaction: a context."""

    context: ClassVar[dict[str, Any]] = {}

    @contextmanager
    def set_context(self, *_: Any, **__: Any) -> Iterator[None]:
        """Take a context that nothing here reads."""
        yield


class Endless(Exception):
    """Tryton's compensation of cents found no tax to take them from; it would go round for ever."""


def _cycle(values: Iterable[Any]) -> Iterator[Any]:
    """Yield values over and over, but not for ever."""
    taxes = list(values)
    for _ in range(100):
        yield from taxes
    raise Endless


@contextmanager
def tryton(tax_rounding: str) -> Iterator[None]:
    """Let Tryton's methods find the records in memory, and a configuration with this `tax_rounding`."""
    models: dict[str, Any] = {
        "account.tax": MemoryTax,
        "account.configuration": lambda _: SimpleNamespace(get_multivalue=lambda *_, **__: tax_rounding),
        "account.move.line": SimpleNamespace,
        "account.tax.line": SimpleNamespace,
    }
    with (
        mock.patch.object(account_tax, "Pool", return_value=models),
        mock.patch.object(account_tax, "Transaction", MemoryTransaction),
        mock.patch.object(account_tax, "cycle", _cycle),
        mock.patch.object(sale_point, "Pool", return_value=models),
    ):
        yield
