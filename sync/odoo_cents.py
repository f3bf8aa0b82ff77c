"""The cents by which Odoo's own reckoning of an order misses what the lane took or gave back.

What is taken off a basket is a line of its own there, in whole cents, of which Odoo works the taxes out by themselves.
What comes back of a sale is worth what was paid for it, line by line, with that line's share of the sale's cents. Odoo
reckons the return as a document of its own. So where taxes are rounded for a whole document either may come to a cent
more or less, and then the session does not close: both were seen on a real 19.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from config.country import Country
from domain import tax
from domain.money import MICRO_DIGITS
from domain.tax import TaxBook, TaxRounding
from domain.tax_class import TaxClass
from domain.tax_position import FiscalPosition, map_class
from sync.odoo_body import LineBody
from sync.odoo_positions import position_code, position_words
from sync.odoo_shop import OdooShop

GLOBALLY: Final = "round_globally"


def book_of(shop: OdooShop, country: Country, named: Mapping[str, str]) -> TaxBook:
    """Return the lane's tax classes, those of its fiscal positions too, rounded as Odoo's company rounds."""
    plain = country.tax_classes(country.languages[0])
    classes = {one.code: one for one in plain}
    rates = tax.rates_by_code(TaxBook(classes))
    for position in shop.positions:
        words = position_words(position, shop.taxes, country, named)
        if words is None:
            continue
        mapped = {old: tuple(rates[code] for code in news if code in rates) for old, news in words.items()}
        classes |= _mapped(FiscalPosition(position_code(position.id), position.name, mapped), plain)
    rounding = TaxRounding.DOCUMENT if shop.rounding == GLOBALLY else TaxRounding.LINE
    return TaxBook(classes, rounding, shop.exponent)


def _mapped(position: FiscalPosition, plain: Iterable[TaxClass]) -> dict[str, TaxClass]:
    found = (map_class(position, one) for one in plain)
    return {one.code: one for one in found}


def missing_minor(book: TaxBook, lines: Iterable[LineBody], total_minor: int) -> int:
    """Return what an order lacks of the lane's total; 0 where all is plainly sold, or a class is not known."""
    kept = [line for line in lines if not line.load]
    if not any(line.returns or line.kind != "item" for line in kept):
        return 0
    if any(line.tax_class not in book.classes for line in kept):
        return 0
    reckoned = [(line.tax_class, tax.price_line(book, line.tax_class, *_wanted(line, book.exponent))) for line in kept]
    return total_minor - tax.total(book, tax.sum_lines(reckoned)).total_minor


def _wanted(line: LineBody, exponent: int) -> tuple[int, int, int]:
    """Return quantity, unit price and part off of a line; of what was taken off, its amount."""
    if line.kind != "item":
        return line.quantity_micro, int(line.amount_minor * 10 ** (MICRO_DIGITS - exponent)), 0
    return line.quantity_micro, line.unit_price_micro, line.discount_ppm
