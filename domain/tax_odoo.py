"""Taxes as Odoo 19 reckons them, with `tax_calculation_rounding_method` `round_per_line` or `round_globally`.

Per line, quantity × price is rounded first, then each tax before the next one is worked out. Per document nothing is
rounded but totals: each tax over all its lines, the net amount over all lines, sold and returned lines apart
(`domain/tax_odoo_total.py`). The lines are rounded too, and the cents by which they miss the totals are given to them
by weight (`domain/tax_odoo_spread.py`). A document whose total is negative is reckoned by Odoo as a sale and its
result turned; every rounding here is the same on both sides of zero, so that needs no step of its own.

Source of the rules: Odoo 19 `account.tax` `_get_tax_details`, `_round_base_lines_tax_details`; what is a return is
said by `pos.order.line` `_prepare_base_line_for_taxes_computation`. Worked examples: docs/taxes.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from domain.money import MICRO_DIGITS, divide_half_up, exact_scale, extend, round_step
from domain.tax_class import PPM, TaxRate, TaxRounding, table_rates
from domain.tax_odoo_spread import Member, spread_given, spread_group
from domain.tax_odoo_total import Prepared, Target, document_target, line_target
from domain.tax_plan import added, amounts, make_linear, make_plan
from domain.tax_profile import TaxTerms, Wanted
from domain.tax_sum import DocumentTax, LineShare, LineTax, TaxAmount, TaxGroup, TaxSum

_SALE: Final = TaxGroup.SALE
_RETURN: Final = TaxGroup.RETURN
"""Asked for with each line: names of the module are found sooner than members of an enum."""


class OdooArithmetic:
    """The `Arithmetic` of Odoo 19. A class's taxes are prepared when it is first asked for."""

    def __init__(self, terms: TaxTerms) -> None:
        self.terms = terms
        self.step = step = terms.step_minor
        # asked for with each figure of each line: the usual step is divided by without a look at it
        self._round = divide_half_up if step == 1 else lambda up, down: round_step(up, down, step)
        self._is_per_line = terms.rounding is TaxRounding.LINE
        self._scale = exact_scale(terms.exponent)
        self._unit_scale = int(10 ** (2 * MICRO_DIGITS - terms.exponent))
        self._prepared: dict[str, Prepared] = {}
        self._rates = {rate.code: rate for rate in table_rates(terms.classes.values())}
        self._ranks = {code: rank for rank, code in enumerate(self._rates)}

    def prepared(self, tax_class: str) -> Prepared:
        """Return the plan and coefficients of a class; `KeyError` for a class that there is not."""
        found = self._prepared.get(tax_class)
        if found is None:
            plan = make_plan(self.terms.classes[tax_class].rates)
            found = Prepared(tax_class, plan, make_linear(plan, self.terms.exponent))
            self._prepared[tax_class] = found
        return found

    def price_line(self, tax_class: str, wanted: Wanted) -> LineTax:
        """Return a line's own money. What is negative by its quantity or by its price, not by both, is a return."""
        quantity, price = wanted.quantity_micro, wanted.unit_price_micro
        is_turned = price * (PPM - wanted.discount_ppm) < 0
        group = _RETURN if quantity * price < 0 else _SALE
        exact = extend(quantity, price, wanted.discount_ppm)
        return self.price_prepared(self.prepared(tax_class), exact, -quantity if is_turned else quantity, group)

    def price_prepared(self, prepared: Prepared, exact: int, units_micro: int, group: TaxGroup) -> LineTax:
        """Return the money of a line whose quantity × price is `exact` and whose fixed taxes count `units_micro`."""
        plan, linear, rounded = prepared.plan, prepared.linear, self._round
        amount = rounded(exact, self._scale * prepared.parts)
        if not plan.rates:
            return LineTax(exact, amount, (), amount, units_micro, group)
        if self._is_per_line:
            found = self._line_amounts(prepared, amount, units_micro)
            taxes = tuple([column.sign * found[column.place] for column in plan.columns])
            return LineTax(exact, amount, taxes, added(amount, plan.net, found), units_micro, group)
        scale = linear.scale
        taxes = tuple([rounded(p * exact + q * units_micro, scale) for p, q in linear.taxes])
        p, q = linear.net
        return LineTax(exact, amount, taxes, rounded(p * exact + q * units_micro, scale), units_micro, group)

    def _line_amounts(self, prepared: Prepared, base: int, units_micro: int) -> list[int]:
        rounded, scale = self._round, self._unit_scale
        return amounts(prepared.plan, base, lambda amount_micro: rounded(units_micro * amount_micro, scale), rounded)

    def total(self, sums: Iterable[TaxSum]) -> DocumentTax:
        """Return what a document comes to, from the sums of its classes and groups."""
        present = [tax_sum for tax_sum in sums if tax_sum.lines]
        net = tax = 0
        found: dict[str, tuple[int, int]] = {}
        for group in TaxGroup:
            target = self.target([tax_sum for tax_sum in present if tax_sum.group is group])
            net += target.net_minor
            for (code, sign), (tax_minor, base_minor) in target.taxes.items():
                tax += tax_minor
                old_tax, old_base = found.get(code, (0, 0))
                found[code] = (old_tax + tax_minor, old_base + (base_minor if sign > 0 else 0))
        rows = [_row(self._rates[code], *found[code]) for code in sorted(found, key=self._ranks.__getitem__)]
        return DocumentTax(net, net + tax, tuple(rows))

    def target(self, sums: Sequence[TaxSum]) -> Target:
        """Return what the lines of one group come to: sums of rounded figures, or exact sums rounded once."""
        if not sums:
            return Target()
        prepared = [self.prepared(tax_sum.tax_class) for tax_sum in sums]
        if self.terms.rounding is TaxRounding.LINE or sums[0].group is TaxGroup.SETTLED:
            return line_target(sums, prepared)
        return document_target(sums, prepared, self.step)

    def spread(self, lines: Sequence[tuple[str, LineTax]]) -> list[LineShare]:
        """Return each line with its share of the document's cents, by the groups in which they were rounded."""
        return self.spread_prepared([(self.prepared(tax_class), line) for tax_class, line in lines])

    def spread_prepared(self, lines: Sequence[Member]) -> list[LineShare]:
        """Return the shares of lines whose classes are prepared, each class once."""
        if self.terms.rounding is TaxRounding.LINE:
            return [spread_given(prepared, line) for prepared, line in lines]
        shares: dict[int, LineShare] = {}
        for group in TaxGroup:
            places = [place for place, (_, line) in enumerate(lines) if line.group is group]
            members = [lines[place] for place in places]
            if group is TaxGroup.SETTLED:
                spread = [spread_given(prepared, line) for prepared, line in members]
            else:
                spread = spread_group(members, self.step)
            shares.update(zip(places, spread, strict=True))
        return [shares[place] for place in range(len(lines))]


def _row(rate: TaxRate, tax_minor: int, base_minor: int) -> TaxAmount:
    """Return one row of the tax table."""
    return TaxAmount(rate.code, rate.name, rate.rate_ppm, rate.included, base_minor, tax_minor, rate.kind)
