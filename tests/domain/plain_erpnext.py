"""ERPNext's rules once more, plainly: one table of taxes and charges for a whole document, walked item by item.

Rows are those of all items; one that an item does not bear is nothing for it. Written to be held against
`domain/tax_erpnext.py`, which knows classes and sums only; here nothing is summed before it was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

CENT = Fraction(1, 100)


def flt(value: Fraction, digits: int = 2) -> Fraction:
    """Round half to even: `round` of a fraction does."""
    return Fraction(round(value * 10**digits), 10**digits)


@dataclass
class Charge:
    """A row of the table. `row_id` counts from 1 and is 0 for `On Net Total`."""

    code: str
    rate: Fraction
    is_on_quantity: bool = False
    row_id: int = 0
    included: bool = False
    amount: Fraction = field(default_factory=Fraction)


@dataclass
class PlainItem:
    """An item with the codes of the rows it bears."""

    rate: Fraction
    quantity: Fraction
    codes: frozenset[str]
    amount: Fraction = field(default_factory=Fraction)
    net: Fraction = field(default_factory=Fraction)
    raw_net: Fraction = field(default_factory=Fraction)


@dataclass
class PlainInvoice:
    """What an invoice comes to."""

    net_total: Fraction
    taxes: dict[str, Fraction]
    adjustment: Fraction

    @property
    def grand_total(self) -> Fraction:
        return self.net_total + sum(self.taxes.values(), Fraction(0)) + self.adjustment


def rate_of(charge: Charge, item: PlainItem) -> Fraction:
    return charge.rate if charge.code in item.codes else Fraction(0)


def take_out_contained(item: PlainItem, charges: list[Charge]) -> None:
    """Work an item's net amount out of what it was sold for."""
    fractions, per_unit = [Fraction(1)], [Fraction(0)]
    for charge in charges:
        rate = rate_of(charge, item) if charge.included else Fraction(0)
        if charge.is_on_quantity:
            fraction, unit = Fraction(0), rate
        else:
            fraction, unit = rate * fractions[charge.row_id], rate * per_unit[charge.row_id]
        fractions.append(fractions[-1] + fraction)
        per_unit.append(per_unit[-1] + unit)
    item.raw_net = (item.amount - per_unit[-1] * item.quantity) / fractions[-1]
    item.net = flt(item.raw_net)


def invoice(items: list[PlainItem], charges: list[Charge], is_row_wise: bool) -> PlainInvoice:
    """Return an invoice, its charges in order."""
    for item in items:
        item.amount = flt(flt(item.rate) * flt(item.quantity, 3))
        take_out_contained(item, charges)
        so_far = [item.net]
        for charge in charges:
            rate = rate_of(charge, item)
            if charge.is_on_quantity:
                tax = rate * flt(item.quantity, 3)
            elif charge.row_id:
                tax = rate * so_far[charge.row_id]
            else:
                tax = rate * (item.raw_net if charge.included else item.net)
            tax = flt(tax) if is_row_wise else tax
            charge.amount += tax
            so_far.append(so_far[-1] + tax)
    taxes = {charge.code: flt(charge.amount) for charge in charges}
    net = sum((item.net for item in items), Fraction(0))
    return PlainInvoice(net, taxes, adjustment(items, charges, net, taxes))


def adjustment(items: list[PlainItem], charges: list[Charge], net: Fraction, taxes: dict[str, Fraction]) -> Fraction:
    """Return what brings the total back to the amounts sold."""
    if not any(charge.included for charge in charges):
        return Fraction(0)
    on_top = sum((taxes[charge.code] for charge in charges if not charge.included), Fraction(0))
    missed = sum((item.amount for item in items), Fraction(0)) + on_top - net - sum(taxes.values(), Fraction(0))
    return missed if abs(missed) <= 5 * CENT else Fraction(0)
