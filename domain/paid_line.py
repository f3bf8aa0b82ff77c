"""What each line of a posted sale really cost: its own money less its part of every deduction, tax by tax.

A sale keeps its tax table for the whole document, and a line its net and gross amount only. Here the table is given to
the lines, so that what all lines bear is the table to the cent and what one line bears is its gross less its net
amount. A class with one tax leaves no choice; where there are several, their exact amounts are rounded and the cents
that are missing moved between them. Which taxes a class has is asked of the book in force; where it does not know the
class any more, the row of the table whose rate fits best is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import msgspec

from domain.deduction import NO_FIXED
from domain.line_return import UNSET
from domain.money import MICRO, allocate, divide_half_up
from domain.sale import LineKind, Sale, SaleLine
from domain.tally import real_lines
from domain.tax import PPM, TaxAmount, TaxBook, add_rows
from domain.tax_cent import give_cents
from domain.tax_class import EXEMPT_CODE, TaxClass
from domain.tax_plan import make_exact, make_plan
from domain.tax_sum import turn_rows


class PaidLine(msgspec.Struct, frozen=True):
    """A sold line with what was paid for all of it. `gross_minor` = `net_minor` + its taxes."""

    line: SaleLine
    amount_minor: int
    net_minor: int
    rows: tuple[TaxAmount, ...]

    @property
    def gross_minor(self) -> int:
        """What the customer has paid for it."""
        return self.net_minor + sum(row.tax_minor for row in self.rows)

    def worth_of(self, quantity_micro: int) -> Fraction:
        """Return the part that a quantity has of its amount before promotions and discounts."""
        return Fraction(self.line.gross_minor * quantity_micro, self.line.quantity_micro)


class _Bearer(msgspec.Struct):
    """A line of the document in the making: what it bears of each tax, by code."""

    line: SaleLine
    taxes: dict[str, int]
    bases: dict[str, int]


def paid_lines(sale: Sale, book: TaxBook) -> dict[int, PaidLine]:
    """Return what was paid for each line that was sold, by its number; lines that came back are none of them."""
    real = real_lines(sale.lines)
    table = sale.taxes
    for line in real:
        if line.returns is not UNSET:
            table = add_rows(table, turn_rows(line.returns.taxes))
    bearers = [_bearer(line, table, book) for line in real if line.returns is UNSET or not line.returns.taxes]
    for row in table:
        _settle(bearers, row.code, row)
    _even_out(bearers, table)
    names = {row.code: row for row in table}
    paid = {
        bearer.line.line_no: _paid(bearer, names)
        for bearer in bearers
        if bearer.line.kind is LineKind.ITEM and bearer.line.returns is UNSET
    }
    for lines, weights in _deductions(sale, bearers):
        _take_off(paid, lines, weights, names)
    return {number: line for number, line in paid.items() if line.line.quantity_micro > 0}


def _bearer(line: SaleLine, table: Sequence[TaxAmount], book: TaxBook) -> _Bearer:
    """Return a line with its taxes as far as it can tell them alone: they add up to its gross less its net amount."""
    tax = line.gross_minor - line.net_minor
    codes = {row.code for row in table}
    known = book.classes.get(line.tax_class)
    exact = _exact(line, known, book) if known is not None and known.rates else {}
    if known is not None and not known.rates and EXEMPT_CODE + known.code in codes:
        exact = {EXEMPT_CODE + known.code: (Fraction(0), Fraction(1))}
    if not exact or not exact.keys() <= codes:
        code = _likeliest(line, table)
        return _Bearer(line, {code: tax} if code else {}, {code: line.net_minor} if code else {})
    taxes = {code: _rounded(amount) for code, (amount, _) in exact.items()}
    heaviest = max(exact, key=lambda code: abs(exact[code][0]))
    taxes[heaviest] += tax - sum(taxes.values())
    bases = {code: _rounded(base * line.net_minor) for code, (_, base) in exact.items()}
    return _Bearer(line, taxes, bases)


def _exact(line: SaleLine, known: TaxClass, book: TaxBook) -> dict[str, tuple[Fraction, Fraction]]:
    """Return by code the exact tax of a line in minor units, and its base as a part of the net amount."""
    plan = make_plan(known.rates)
    scale = 10**book.exponent
    money = make_exact(plan, Fraction(line.amount_minor, scale), Fraction(line.quantity_micro, MICRO))
    found: dict[str, tuple[Fraction, Fraction]] = {}
    for column, tax, base in zip(plan.columns, money.taxes, money.bases, strict=True):
        old, _ = found.get(column.rate.code, (Fraction(0), Fraction(0)))
        found[column.rate.code] = old + tax * scale, Fraction(base, money.net) if money.net else Fraction(1)
    return found


def _likeliest(line: SaleLine, table: Sequence[TaxAmount]) -> str:
    """Return the code of the row whose rate gives a line's tax best, an empty text where there is no row."""
    tax = line.gross_minor - line.net_minor

    def missed(row: TaxAmount) -> int:
        return abs(divide_half_up(line.net_minor * row.rate_ppm, PPM) - tax)

    return min(table, key=missed).code if table else ""


def _rounded(value: Fraction) -> int:
    return divide_half_up(value.numerator, value.denominator)


def _settle(bearers: Iterable[_Bearer], code: str, row: TaxAmount) -> None:
    """Give the bases of a tax the cents by which they miss its row; a tax that is a line's only one is what it is."""
    with_it = [bearer for bearer in bearers if code in bearer.bases]
    bases = [bearer.bases[code] for bearer in with_it]
    for bearer, cents in zip(with_it, give_cents(row.base_minor - sum(bases), bases), strict=True):
        bearer.bases[code] += cents


def _even_out(bearers: Sequence[_Bearer], table: Sequence[TaxAmount]) -> None:
    """Move cents between the taxes of lines that have several, until each tax comes to its row.

    Where no line has both the tax that is short and the one that is over, the cent goes by way of others.
    """
    missing = {row.code: row.tax_minor - sum(b.taxes.get(row.code, 0) for b in bearers) for row in table}
    several = sorted((b for b in bearers if len(b.taxes) > 1), key=lambda b: -abs(b.line.gross_minor))
    while short := next((code for code, cents in missing.items() if cents > 0), ""):
        way = _way(several, short, missing)
        if not way:
            return
        for bearer, gains, loses in way:
            bearer.taxes[gains] += 1
            bearer.taxes[loses] -= 1
        missing[short] -= 1
        missing[way[-1][2]] += 1
        several = several[1:] + several[:1]


def _way(several: Sequence[_Bearer], short: str, missing: Mapping[str, int]) -> list[tuple[_Bearer, str, str]]:
    """Return the shortest way from a tax that is short to one that is over, nothing where there is none.

    Each step says which line gains a cent of which tax and loses one of which.
    """
    ways: dict[str, list[tuple[_Bearer, str, str]]] = {short: []}
    front = [short]
    while front:
        code = front.pop(0)
        if missing.get(code, 0) < 0:
            return ways[code]
        for bearer in several:
            for other in bearer.taxes if code in bearer.taxes else ():
                if other not in ways:
                    ways[other] = [*ways[code], (bearer, code, other)]
                    front.append(other)
    return []


def _paid(bearer: _Bearer, names: Mapping[str, TaxAmount]) -> PaidLine:
    """Return a line before anything is taken off."""
    rows = tuple(_row(names[code], bearer.bases[code], tax) for code, tax in bearer.taxes.items())
    return PaidLine(bearer.line, bearer.line.amount_minor, bearer.line.net_minor, rows)


def _row(row: TaxAmount, base_minor: int, tax_minor: int) -> TaxAmount:
    return msgspec.structs.replace(row, base_minor=base_minor, tax_minor=tax_minor)


def _deductions(sale: Sale, bearers: Sequence[_Bearer]) -> Iterable[tuple[list[_Bearer], dict[int, int]]]:
    """Yield the lines of each deduction, and by how much it lowers which line."""
    by_name: dict[tuple[str, str, str], list[_Bearer]] = {}
    for bearer in bearers:
        if bearer.line.kind is not LineKind.ITEM:
            by_name.setdefault((bearer.line.kind.value, bearer.line.code, bearer.line.name), []).append(bearer)
    shares: dict[tuple[str, str, str], dict[int, int]] = {}
    for deduction in sale.deductions:
        weights = shares.setdefault((deduction.kind.value, deduction.code, deduction.name), {})
        for share in deduction.shares:
            weights[share.line_no] = weights.get(share.line_no, 0) + abs(share.amount_minor)
    for key, lines in by_name.items():
        yield lines, shares.get(key, {})


def _take_off(
    paid: dict[int, PaidLine], parts: Sequence[_Bearer], weights: Mapping[int, int], names: Mapping[str, TaxAmount]
) -> None:
    """Take the parts of a deduction off the lines that bear them."""
    bearing = {number: weight for number, weight in weights.items() if number in paid}
    if not bearing:
        bearing = {number: abs(line.line.gross_minor) for number, line in paid.items()}
    for part, numbers in _matched(paid, parts, list(bearing)):
        own = [bearing[number] for number in numbers]
        for number, piece in zip(numbers, _pieces(part, own, names), strict=True):
            line = paid[number]
            paid[number] = PaidLine(
                line.line,
                line.amount_minor + piece.amount_minor,
                line.net_minor + piece.net_minor,
                add_rows(line.rows, piece.rows),
            )


def _matched(
    paid: Mapping[int, PaidLine], parts: Sequence[_Bearer], numbers: list[int]
) -> Iterable[tuple[_Bearer, list[int]]]:
    """Yield each part with the lines that bear it: by class and department, else by their taxes, else all."""
    classes = {part.line.tax_class for part in parts}

    def place(line: SaleLine) -> tuple[str, str]:
        bare = line.tax_class + NO_FIXED
        return (bare if bare in classes else line.tax_class), line.department

    def taxes(line: PaidLine) -> set[str]:
        return {row.code for row in line.rows}

    is_by_place = {place(paid[n].line) for n in numbers} == {(p.line.tax_class, p.line.department) for p in parts}
    for part in parts:
        at = part.line.tax_class, part.line.department
        alike = [n for n in numbers if place(paid[n].line) == at] if is_by_place else []
        yield part, alike or [n for n in numbers if part.taxes.keys() <= taxes(paid[n])] or numbers


def _pieces(part: _Bearer, weights: Sequence[int], names: Mapping[str, TaxAmount]) -> list[PaidLine]:
    """Return what a part takes off each line, in the lines' order: each figure is split by itself."""
    amounts, nets = allocate(part.line.amount_minor, weights), allocate(part.line.net_minor, weights)
    taxes = {code: allocate(tax, weights) for code, tax in part.taxes.items()}
    bases = {code: allocate(part.bases[code], weights) for code in part.taxes}
    return [
        PaidLine(
            part.line,
            amounts[n],
            nets[n],
            tuple(_row(names[code], bases[code][n], taxes[code][n]) for code in part.taxes),
        )
        for n in range(len(weights))
    ]
