"""The rules of taxes once more, plainly: no plans, no coefficients, no sums, every line looked at each time.

Written to be held against the engine. A line is worked out tax by tax in tables that are changed in place; a document
is worked out from all its lines at once. `rounded` is how a figure becomes money (or stays as it is).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from domain.tax_class import PPM, TaxClass, TaxKind, TaxRate

Round = Callable[[Fraction], Fraction]


@dataclass
class PlainTax:
    """A tax of a line: its amount, its base, and whether the price contained it."""

    rate: TaxRate
    included: bool
    amount: Fraction
    base: Fraction
    sign: int = 1

    @property
    def key(self) -> tuple[str, int]:
        return self.rate.code, self.sign


@dataclass
class PlainLine:
    """A line's exact or rounded money."""

    net: Fraction
    taxes: list[PlainTax]
    is_return: bool = False
    moved: Fraction = field(default_factory=Fraction)

    @property
    def gross(self) -> Fraction:
        return self.net + sum((tax.amount for tax in self.taxes), Fraction(0))


def in_order(tax_class: TaxClass) -> list[TaxRate]:
    """Return the taxes of a class as they are taken, groups opened."""
    found: list[TaxRate] = []
    for rate in sorted(tax_class.rates, key=lambda one: (one.sequence, one.tax_id)):
        members = sorted(rate.children, key=lambda one: (one.sequence, one.tax_id)) if rate.children else [rate]
        found += [one for one in members if one.code not in {other.code for other in found}]
    return found


def batch_of(rates: Sequence[TaxRate], place: int) -> range:
    """Return the run of neighbours that are worked out with a tax, by walking from the last tax to the first."""
    runs: list[list[int]] = []
    for here in range(len(rates) - 1, -1, -1):
        rate = rates[here]
        if runs and here + 1 < len(rates):
            behind, last = rates[here + 1], rates[runs[-1][0]]
            alike = (rate.kind, rate.included, rate.include_base_amount) == (
                last.kind,
                last.included,
                last.include_base_amount,
            )
            if alike and (not rate.include_base_amount or not behind.is_base_affected):
                runs[-1].append(here)
                continue
        runs.append([here])
    run = next(run for run in runs if place in run)
    return range(min(run), max(run) + 1)


@dataclass
class Worksheet:
    """The tables of one line: what each tax is taken on so far, and the amounts that are known."""

    rates: list[TaxRate]
    rounded: Round
    for_amount: list[Fraction]
    for_base: list[Fraction]
    amounts: dict[int, Fraction] = field(default_factory=dict)

    def know(self, place: int, amount: Fraction) -> None:
        """Write an amount down, and take it out of the others' bases or put it in."""
        self.amounts[place] = self.rounded(amount)
        batch, rate = batch_of(self.rates, place), self.rates[place]
        for other in set(range(len(self.rates))) - set(batch):
            stands_on = other > place and rate.include_base_amount and self.rates[other].is_base_affected
            sign = int(stands_on) - int(rate.included)
            self.for_base[other] += sign * self.amounts[place]
            if other not in self.amounts:
                self.for_amount[other] += sign * self.amounts[place]


def plain_line(tax_class: TaxClass, price: Fraction, quantity: Fraction, rounded: Round) -> PlainLine:
    """Return a line worked out tax by tax; `price` is that of one unit after its discount."""
    rates = in_order(tax_class)
    raw = rounded(price * quantity)
    sheet = Worksheet(rates, rounded, [raw] * len(rates), [raw] * len(rates))
    in_price = [rate.included and not rate.has_negative_factor for rate in rates]
    backwards = list(reversed(range(len(rates))))
    for place in backwards:
        if rates[place].kind is TaxKind.FIXED:
            turned = -1 if price < 0 else 1
            sheet.know(place, turned * quantity * Fraction(rates[place].amount_micro, 10**6))
    for place in [p for p in backwards if in_price[p]] + [p for p in reversed(backwards) if not in_price[p]]:
        if place not in sheet.amounts:
            sheet.know(place, sheet.for_amount[place] * ratio(rates, place, in_price[place]))
    taxes = [tax for place in range(len(rates)) for tax in plain_taxes(sheet, place, in_price[place])]
    return PlainLine(taxes[0].base if taxes else raw, taxes, price * quantity < 0)


def plain_taxes(sheet: Worksheet, place: int, in_price: bool) -> list[PlainTax]:
    """Return a tax with its base; of a reverse charge two, which come to nothing."""
    rate, base = sheet.rates[place], sheet.for_base[place]
    if in_price:
        batch = [other for other in batch_of(sheet.rates, place) if not sheet.rates[other].has_negative_factor]
        base -= sum(sheet.amounts[other] for other in batch)
    taxes = [PlainTax(rate, in_price, sheet.amounts[place], base)]
    return taxes + [PlainTax(rate, False, -sheet.amounts[place], base, -1)] * rate.has_negative_factor


def ratio(rates: Sequence[TaxRate], place: int, in_price: bool) -> Fraction:
    """Return the part of its base that a percent or division tax is."""
    own = Fraction(rates[place].rate_ppm, PPM)
    whole = sum((Fraction(rates[other].rate_ppm, PPM) for other in batch_of(rates, place)), Fraction(0))
    if rates[place].kind is TaxKind.PERCENT:
        if not in_price:
            return own
        return own / (1 + whole) if whole != -1 else Fraction(0)
    return own if in_price or whole == 1 else own / (1 - whole)


@dataclass
class PlainDocument:
    """What a document comes to, and its lines as posted."""

    net: Fraction
    taxes: dict[tuple[str, int], tuple[Fraction, Fraction]]
    lines: list[PlainLine]


def plain_document(exact: Sequence[PlainLine], rounded: Round, unit: Fraction) -> PlainDocument:
    """Return a document whose exact lines are rounded once: each tax, its base, the net; cents are of size `unit`."""
    posted = [
        PlainLine(
            rounded(line.net),
            [PlainTax(t.rate, t.included, rounded(t.amount), rounded(t.base), t.sign) for t in line.taxes],
            line.is_return,
        )
        for line in exact
    ]
    for is_return in (False, True):
        places = [place for place, line in enumerate(exact) if line.is_return is is_return]
        _settle_taxes([exact[place] for place in places], [posted[place] for place in places], rounded, unit)
        _settle_net([exact[place] for place in places], [posted[place] for place in places], rounded, unit)
    taxes: dict[tuple[str, int], tuple[Fraction, Fraction]] = {}
    for line in posted:
        for tax in line.taxes:
            amount, base = taxes.get(tax.key, (Fraction(0), Fraction(0)))
            taxes[tax.key] = (amount + tax.amount, base + tax.base)
    return PlainDocument(sum((line.net + line.moved for line in posted), Fraction(0)), taxes, posted)


def _settle_taxes(exact: Sequence[PlainLine], posted: Sequence[PlainLine], rounded: Round, unit: Fraction) -> None:
    for key in dict.fromkeys(tax.key for line in exact for tax in line.taxes):
        raw = [tax for line in exact for tax in line.taxes if tax.key == key]
        own = [tax for line in posted for tax in line.taxes if tax.key == key]
        whole, whole_base = _sum(tax.amount for tax in raw), _sum(tax.base for tax in raw)
        missing = rounded(whole) - _sum(tax.amount for tax in own)
        for tax, given in zip(own, _cents(missing, [tax.amount for tax in raw], unit), strict=True):
            tax.amount += given
        wanted = rounded(whole + whole_base) - rounded(whole) if raw[0].included else rounded(whole_base)
        missing = wanted - _sum(tax.base for tax in own)
        for tax, given in zip(own, _cents(missing, [tax.base for tax in raw], unit), strict=True):
            tax.base += given


def _settle_net(exact: Sequence[PlainLine], posted: Sequence[PlainLine], rounded: Round, unit: Fraction) -> None:
    by_gross = all(tax.included for line in exact for tax in line.taxes)
    weights = [line.gross if by_gross else line.net for line in exact]
    if not _sum(weights):
        return
    missing = rounded(_sum(weights)) - _sum(line.gross if by_gross else line.net for line in posted)
    for line, given in zip(posted, _cents(missing, weights, unit), strict=True):
        line.moved = given


def _sum(values: Iterable[Fraction]) -> Fraction:
    return sum(values, Fraction(0))


def _cents(missing: Fraction, weights: Sequence[Fraction], unit: Fraction) -> list[Fraction]:
    """Return what is missing in cents: by weight to the nearest (a half to the even), the heaviest served first."""
    given = [Fraction(0)] * len(weights)
    count = round(abs(missing) / unit)
    left = count
    sign = -1 if missing < 0 else 1
    heaviest = sorted(range(len(weights)), key=lambda place: abs(weights[place]), reverse=True)
    whole = _sum(abs(weight) for weight in weights)
    for place in heaviest:
        part = abs(weights[place]) / whole if whole else Fraction(1, len(weights))
        take = min(round(part * count), left)
        given[place] += sign * take * unit
        left -= take
    for place in heaviest[:left]:
        given[place] += sign * unit
    return given
