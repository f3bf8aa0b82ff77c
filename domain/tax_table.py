"""The tax table of a document: what each tax came to, in the order of the book's classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.tax_class import TaxClass, table_rates
from domain.tax_sum import TaxAmount


class TaxTable:
    """Rows by code, gathered and then told in one order whatever was met first."""

    def __init__(self, classes: Mapping[str, TaxClass]) -> None:
        self._rates = {rate.code: rate for rate in table_rates(classes.values())}
        self._ranks = {code: rank for rank, code in enumerate(self._rates)}

    def rows(self, amounts: Iterable[tuple[str, int, int]]) -> tuple[TaxAmount, ...]:
        """Return one row per code from amounts of code, tax and base, in minor units."""
        found: dict[str, tuple[int, int]] = {}
        for code, tax, base in amounts:
            old_tax, old_base = found.get(code, (0, 0))
            found[code] = (old_tax + tax, old_base + base)
        return tuple(self._row(code, *found[code]) for code in sorted(found, key=self._ranks.__getitem__))

    def _row(self, code: str, tax_minor: int, base_minor: int) -> TaxAmount:
        rate = self._rates[code]
        return TaxAmount(rate.code, rate.name, rate.rate_ppm, rate.included, base_minor, tax_minor, rate.kind)
