"""Fiscal positions: a customer's other taxes in place of an item's, and what that does to a price that contains them.

Source of the rules: Odoo 19 `account.fiscal.position` `map_tax` and `account.tax`
`_adapt_price_unit_to_another_taxes`. Worked examples: docs/taxes.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import msgspec

from domain.money import MICRO, divide_half_up
from domain.tax_class import TaxClass, TaxRate
from domain.tax_plan import make_exact, make_plan


class FiscalPosition(msgspec.Struct, frozen=True):
    """Which taxes stand in place of which for some customers. A tax that is not named stays; one may become none."""

    code: str
    name: str
    taxes: Mapping[str, tuple[TaxRate, ...]]


def map_class(position: FiscalPosition, tax_class: TaxClass) -> TaxClass:
    """Return the tax class an item has for the customers of a position: `class@position` if it is another."""
    if not any(rate.code in position.taxes for rate in tax_class.rates):
        return tax_class
    rates: dict[str, TaxRate] = {}
    for rate in tax_class.rates:
        for mapped in position.taxes.get(rate.code, (rate,)):
            rates.setdefault(mapped.code, mapped)
    return TaxClass(f"{tax_class.code}@{position.code}", tax_class.name, tuple(rates.values()))


def adapt_price(old: Sequence[TaxRate], new: Sequence[TaxRate], price: Fraction) -> Fraction:
    """Return the price with other taxes in it, exactly; one that does not contain all of its old taxes stays.

    The old taxes are taken out, then those of the new ones that belong in the price are put in.
    """
    if {rate.code for rate in old} == {rate.code for rate in new} or not all(rate.included for rate in old):
        return price
    net = make_exact(make_plan(old), price).net
    plan = make_plan(new, is_net=True)
    taxes = make_exact(plan, net).taxes
    contained = [tax for column, tax in zip(plan.columns, taxes, strict=True) if column.rate.included]
    return net + sum(contained, Fraction(0))


def adapt_price_micro(old: Sequence[TaxRate], new: Sequence[TaxRate], unit_price_micro: int) -> int:
    """Return a unit price with other taxes in it, in millionths, half away from zero."""
    price = adapt_price(old, new, Fraction(unit_price_micro, MICRO)) * MICRO
    return divide_half_up(price.numerator, price.denominator)
