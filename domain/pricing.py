"""What a basket comes to when everything that changes its price is looked at: promotions, then discounts by hand.

Promotions see the lines as they are sold; a line that has a discount or a price of its own by hand takes part in
none, so that nothing is given twice. What comes back is neither rewarded nor discounted. Amounts off a line come next,
a discount on the whole basket last, on what then remains. Each becomes a `Deduction` with its own lines in the
document. Lines and their sums are not touched: one more line costs one more look at the promotions that it can have a
part in (`memory`), and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from domain import tax
from domain.basket import Basket, Line, PriceOrigin, kept_lines
from domain.deduction import Deduction, DeductionKind, DeductionPart, Grant, GrantScope, deduction_class
from domain.line_return import UNSET
from domain.money import MICRO, allocate
from domain.promotion_basket import (
    PromotionContext,
    PromotionLine,
    PromotionMemory,
    Reward,
    Rewards,
    Share,
)
from domain.promotion_book import PromotionBook
from domain.promotion_search import find_rewards
from domain.tax import LineTax, TaxBook, TaxSum
from domain.tax_discount import Part, discount_amount, discount_percent


class PriceRules(msgspec.Struct, frozen=True):
    """What is in force at a lane: taxes, promotions, and the departments above each department."""

    book: TaxBook
    promotions: PromotionBook
    paths: Mapping[str, tuple[str, ...]] = {}


class Reckoned(msgspec.Struct, frozen=True):
    """A basket with its deductions, and what the search leaves for the next one."""

    basket: Basket
    rewards: Rewards


def reckon(
    rules: PriceRules, basket: Basket, context: PromotionContext, memory: PromotionMemory | None = None
) -> Reckoned:
    """Return a basket with what is taken off it now, and its document."""
    lines = [line for line in kept_lines(basket) if line.returns is UNSET]
    rewards = Rewards(memory=memory or PromotionMemory())
    if rules.promotions.promotions:
        by_hand = {grant.line_no for grant in basket.terms.grants if grant.scope is GrantScope.LINE}
        seen = [promotion_line(rules, line, is_excluded=line.line_no in by_hand) for line in lines]
        rewards = find_rewards(rules.promotions, seen, context, memory)
    deductions = tuple(_deductions(rules.book, lines, rewards.rewards, basket.terms.grants))
    if not deductions and not basket.deductions:
        return Reckoned(basket, rewards)
    sums = with_deductions(basket.sums, deductions)
    document = tax.total(rules.book, sums)
    return Reckoned(msgspec.structs.replace(basket, deductions=deductions, document=document), rewards)


def with_deductions(sums: tuple[TaxSum, ...], deductions: Iterable[Deduction]) -> tuple[TaxSum, ...]:
    """Return the sums of a document with its deductions in them."""
    return tax.sum_lines(((part.tax_class, part.tax) for found in deductions for part in found.parts), sums)


def promotion_line(rules: PriceRules, line: Line, *, is_excluded: bool = False) -> PromotionLine:
    """Return a line as promotions see it; one with a price or a discount by hand takes part in none."""
    by_hand = line.discount_ppm != 0 or line.price_origin not in (PriceOrigin.CATALOG, PriceOrigin.LIST)
    return PromotionLine(
        line.line_no,
        line.sku,
        line.department,
        rules.paths.get(line.department, ()),
        line.tax_class,
        line.quantity_micro,
        line.unit_price_micro,
        line.tax.amount_minor,
        is_excluded or (by_hand and line.price_origin is not PriceOrigin.LABEL),
        line.uom_digits > 0,
    )


def _deductions(
    book: TaxBook, lines: Sequence[Line], rewards: Iterable[Reward], grants: Sequence[Grant]
) -> Iterator[Deduction]:
    """Yield what is taken off: rewards, then amounts off lines, then the discounts on the whole basket."""
    by_no = {line.line_no: line for line in lines}
    bare = {tax_class: deduction_class(book, tax_class) for tax_class in {line.tax_class for line in lines}}
    keys = {line.line_no: (bare[line.tax_class], line.department) for line in lines}
    found: list[Deduction] = []
    for reward in rewards:
        found.append(_of_shares(book, keys, DeductionKind.PROMOTION, reward))
    for grant in grants:
        if grant.scope is GrantScope.LINE and grant.line_no in by_no:
            line = by_no[grant.line_no]
            share = Share(line.line_no, _off_line(line, found, grant.amount_minor), line.quantity_micro)
            reward = Reward("", grant.name, 1, (share,))
            found.append(_of_shares(book, keys, DeductionKind.DISCOUNT, reward))
    for scope in (GrantScope.POINTS, GrantScope.BASKET):
        for grant in grants:
            if grant.scope is scope:
                found.append(_of_basket(book, lines, found, grant))
    yield from (deduction for deduction in found if deduction.parts)


def _off_line(line: Line, before: Iterable[Deduction], amount_minor: int) -> int:
    """Return what an amount takes off a line: never more than is left of it, whatever became of it since.

    Off what comes back it takes a part of what is paid out.
    """
    taken = sum(share.amount_minor for d in before for share in d.shares if share.line_no == line.line_no)
    left = line.tax.amount_minor - taken
    return min(amount_minor, max(left, 0)) if line.tax.amount_minor >= 0 else -min(amount_minor, max(-left, 0))


def _of_shares(book: TaxBook, keys: Mapping[int, tuple[str, str]], kind: DeductionKind, reward: Reward) -> Deduction:
    """Return the deduction of given shares: one part per tax class and department; `keys` are these by line."""
    sums: dict[tuple[str, str], int] = {}
    for share in reward.shares:
        key = keys[share.line_no]
        sums[key] = sums.get(key, 0) + share.amount_minor
    parts = tuple(
        DeductionPart(tax_class, department, _take_off(book, tax_class, amount))
        for (tax_class, department), amount in sums.items()
        if amount
    )
    return Deduction(kind, reward.promotion, reward.name, reward.amount_minor, reward.shares, parts, reward.times)


def _take_off(book: TaxBook, tax_class: str, amount_minor: int) -> LineTax:
    """Return the money of a line that takes an amount off, in the way prices of the class are written."""
    return tax.price_line(book, tax_class, MICRO, -amount_minor * 10 ** (6 - book.exponent))


def _of_basket(book: TaxBook, lines: Sequence[Line], before: Iterable[Deduction], grant: Grant) -> Deduction:
    """Return a discount on the whole basket, taken off what remains after the deductions before it."""
    remaining = [(line.tax_class, line.tax) for line in lines]
    remaining += [(part.tax_class, part.tax) for deduction in before for part in deduction.parts]
    if grant.percent_ppm:
        found = discount_percent(book, remaining, grant.percent_ppm)
    else:
        left = tax.total(book, tax.sum_lines(remaining)).total_minor
        amount = min(grant.amount_minor, abs(left)) * (1 if left >= 0 else -1)
        found = discount_amount(book, remaining, amount) if amount else ()
    amount = -sum(_gross(book, part) for part in found)
    weights = [abs(line.tax.amount_minor) for line in lines]
    shares = tuple(
        Share(line.line_no, part, line.quantity_micro)
        for line, part in zip(lines, allocate(amount, weights), strict=True)
        if part
    )
    parts = tuple(piece for part in found for piece in _by_department(part, lines))
    return Deduction(DeductionKind.DISCOUNT, "", grant.name, amount, shares, parts)


def _gross(book: TaxBook, part: Part) -> int:
    """Return what a part takes off the document, taxes included."""
    return tax.total(book, tax.sum_lines([(part.tax_class, part.line)])).total_minor


def _by_department(part: Part, lines: Sequence[Line]) -> Iterator[DeductionPart]:
    """Split a settled part by departments: its amounts were given, and any pieces that add up to them are right."""
    weights: dict[str, int] = {}
    for line in lines:
        if line.tax_class == part.tax_class:
            weights[line.department] = weights.get(line.department, 0) + abs(line.tax.amount_minor)
    if not weights:
        weights = {line.department: 1 for line in lines[:1]}
    names, money = tuple(weights), part.line
    columns = [
        allocate(figure, tuple(weights.values()))
        for figure in (money.exact, money.amount_minor, money.base_minor, *money.taxes_minor)
    ]
    for n, department in enumerate(names):
        exact, amount, base, *taxes = (column[n] for column in columns)
        yield DeductionPart(
            part.tax_class,
            department,
            LineTax(exact, amount, tuple(taxes), base, 0, money.group, 1 if not n else 0),
        )
