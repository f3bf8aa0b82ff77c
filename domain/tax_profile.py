"""Which ERP's arithmetic is in force, and what each has to know: the protocol between the basket and a profile.

A profile is one module with one class (`domain/tax_odoo.py`, `tax_tryton.py`, `tax_erpnext.py`) that has the three
methods of `Arithmetic`. It is made once, from the terms, when the `TaxBook` is, and may prepare what it likes then;
it is chosen by `TaxProfile` in `domain/tax.py` and nowhere else. All of it is pure, and has no float.

- `price_line` gives a line's own money. It sees no other line: it is called once per line and never again for it.
- `total` gives the document from the sums of its lines, one `TaxSum` per tax class and `TaxGroup`. The rows of the
  tax table stand in the order of the terms' classes (`domain.tax_class.table_rates`), one per code. It costs the same
  for a thousand lines as for ten. A sum without lines (`lines == 0`) must not count for anything. The sums hold Σ of
  every figure of `LineTax`: what a rounding needs exactly (`exact`, `units_micro`) and what it needs line by line
  (`amount_minor`, `base_minor`, `taxes_minor`).
- `spread` is called once, at posting, with the lines that were kept (none voided, none a counter-line), in their
  order, each with its class's code. It gives each its share of the document's cents, so that Σ of the shares' net and
  taxes is what `total` said of the same lines.

A line of the group `settled` keeps the figures it has: its net amount is `base_minor`, and they are summed as they are.
Lines of the group `given` are added to what a profile answers and never shown to one (`domain/tax.py`).

`taxes_minor` has one column per tax in the profile's own order; nobody outside the profile reads single columns.
Figures are in minor units of the book's currency; when `step_minor` is not 1, totals are whole steps (5: 0.05).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from domain.tax_class import TaxClass, TaxRounding
from domain.tax_sum import DocumentTax, LineShare, LineTax, TaxSum


class TaxProfile(StrEnum):
    """The ERP in whose way taxes are reckoned."""

    ODOO = "odoo"
    TRYTON = "tryton"
    ERPNEXT = "erpnext"


class TaxTerms(msgspec.Struct, frozen=True):
    """What an arithmetic is made from: the classes by code, the rounding, the currency's decimals and its step."""

    classes: Mapping[str, TaxClass]
    rounding: TaxRounding
    exponent: int
    step_minor: int


class Wanted(msgspec.Struct, frozen=True):
    """A line to be priced: how much of it at what unit price, and the part of the price that is taken off."""

    quantity_micro: int
    unit_price_micro: int
    discount_ppm: int = 0


class Arithmetic(Protocol):
    """The money of lines and documents in one ERP's way."""

    def price_line(self, tax_class: str, wanted: Wanted) -> LineTax:
        """Return a line's own money; `KeyError` for a class that there is not."""
        ...

    def total(self, sums: Iterable[TaxSum]) -> DocumentTax:
        """Return what a document comes to, with one row per tax and exempt class."""
        ...

    def spread(self, lines: Sequence[tuple[str, LineTax]]) -> list[LineShare]:
        """Return each line with its share of the document's cents; they add up to `total`."""
        ...
