# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Lots and serial numbers of lines, where Tryton keeps lots (its module `stock_lot`)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from trytond.pool import Pool
from trytond.transaction import Transaction

Line = Mapping[str, Any]


def keeps_lots() -> bool:
    """Say whether lines have lots here."""
    return "lot" in Pool().get("sale.point.sale.line")._fields


def number_of(line: Line) -> str:
    """Return the number of a line's lot: a serial is the lot of one thing."""
    return line.get("serial") or line.get("lot") or ""


def trace_of(line: Line) -> str:
    """Return everything that a line tells of what it sold, for people."""
    return ", ".join(f"{name} {line[name]}" for name in ("lot", "serial", "expires") if line.get(name))


class Lots:
    """The lots of a batch: found by one search, made where Tryton has not seen them."""

    def __init__(self, documents: Iterable[Mapping[str, Any]]) -> None:
        """Search for every lot that some documents name."""
        self._found: dict[tuple[int, str], Any] = {}
        numbers = {number_of(line) for document in documents for line in document.get("lines", ())} - {""}
        if not numbers or not keeps_lots():
            return
        with Transaction().set_context(active_test=False):
            for lot in Pool().get("stock.lot").search([("number", "in", list(numbers))]):
                self._found[lot.product.id, lot.number] = lot

    def get(self, product, line: Line):
        """Return the lot of a line, None where it has none."""
        number = number_of(line)
        if not number or not keeps_lots():
            return None
        key = product.id, number
        if key not in self._found:
            self._found[key] = _make(product, number, line.get("expires") or "")
        return self._found[key]


def _make(product, number: str, expires: str):
    """Return a new lot; its date goes along where Tryton's `stock_lot_sled` has a place for it."""
    lot = Pool().get("stock.lot")(product=product, number=number)
    if expires and "shelf_life_expiration_date" in lot._fields:
        lot.shelf_life_expiration_date = dt.date.fromisoformat(expires)
    lot.save()
    return lot
