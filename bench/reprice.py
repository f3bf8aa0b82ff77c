"""G19, G20: a basket of 200 lines priced anew, and one line more, beside the bare arithmetic of its taxes.

Each line has three taxes (one in the base of the next, one fixed per unit), a price list with a rule for each item, one
for each department and one for all, and fifty promotions are active. Ours finds each line's price in the list, works
out its taxes, finds the best combination of the promotions from nothing and adds up the document. The yardstick works
out the taxes of the same lines at prices that are given, and the document.

G20 adds one line to the same basket, with what the look before has left: what cannot have changed is not looked at
again. Its yardstick is ours of G19. Both are computing time of the thread. The limit in milliseconds is the product's:
5 for the whole.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from time import thread_time
from typing import Final

import msgspec

from bench.measure import Pairs
from bench.run import Run
from domain import tax
from domain.basket import Basket, Draft, add_line, rebuild
from domain.deduction import without_fixed
from domain.item import Item
from domain.money import MICRO
from domain.price_list import Price, PriceBook, build_price_book, find_price
from domain.price_rule import PricedItem, PriceList, PriceRule, PriceWay, RuleScope
from domain.pricing import PriceRules, Reckoned, reckon
from domain.refusal import Refused
from domain.tax import TaxBook, TaxClass, TaxKind, TaxRate, TaxRounding
from tests.kit.promotion_sample import sample_book, sample_context, sample_lines

LINES: Final = 200
LIST: Final = "CLUB"
TAXES: Final = TaxClass(
    "three",
    "IEPS, por pieza, IVA",
    (
        TaxRate("IEPS8", "IEPS", 80_000, include_base_amount=True, sequence=1, tax_id=1),
        TaxRate("PIEZA", "Por pieza", kind=TaxKind.FIXED, amount_micro=500_000, sequence=2, tax_id=2),
        TaxRate("IVA16", "IVA", 160_000, sequence=3, tax_id=3),
    ),
)


class Shop:
    """A basket, and all that its prices depend on."""

    def __init__(self, lines: int) -> None:
        """Sell the sample's lines at their own prices."""
        bare = without_fixed(TAXES)
        self.book = TaxBook({TAXES.code: TAXES, bare.code: bare}, TaxRounding.DOCUMENT)
        self.rules = PriceRules(self.book, sample_book())
        self.context = sample_context()
        self.basket = Basket("b")
        for line in sample_lines(lines):
            item = Item(0, line.sku, line.sku, line.department, TAXES.code, line.unit_price_micro)
            draft = Draft(item, line.sku, line.quantity_micro, line.unit_price_micro)
            change = add_line(self.book, self.basket, msgspec.structs.replace(draft, at=str(line.line_no)))
            if isinstance(change, Refused):
                raise RuntimeError("a line of the sample was refused")
            self.basket = change.basket
        self.lists = make_lists(self.basket)

    def price(self) -> Reckoned:
        """Price the whole basket from nothing."""
        lines = []
        for line in self.basket.lines:
            item = PricedItem(line.sku, line.unit_price_micro, departments=(line.department,))
            price = find_price(self.lists, LIST, item, line.quantity_micro, self.context.at, self.context.zone)
            if not isinstance(price, Price):
                raise RuntimeError(f"no price: {price}")
            lines.append(msgspec.structs.replace(line, unit_price_micro=price.unit_price_micro))
        priced = rebuild(self.book, msgspec.structs.replace(self.basket, lines=tuple(lines)))
        return reckon(self.rules, priced, self.context)

    def bare(self) -> None:
        """Work out the taxes of the lines and the document: the yardstick."""
        sums: tuple[tax.TaxSum, ...] = ()
        for line in self.basket.lines:
            money = tax.price_line(self.book, line.tax_class, line.quantity_micro, line.unit_price_micro)
            sums = tax.summed(sums, line.tax_class, money)
        tax.total(self.book, sums)

    def add_one(self, before: Reckoned, number: int) -> None:
        """Add one line of a promoted item to a basket that was priced before."""
        line = before.basket.lines[number % len(before.basket.lines)]
        item = Item(0, line.sku, line.name, line.department, TAXES.code, line.unit_price_micro)
        change = add_line(self.book, before.basket, Draft(item, line.code, MICRO, line.unit_price_micro))
        if isinstance(change, Refused):
            raise RuntimeError("the line was refused")
        reckon(self.rules, change.basket, self.context, before.rewards.memory)


def make_lists(basket: Basket) -> PriceBook:
    """Return a list with a rule for each item of a basket, each department, and all."""
    items = sorted({line.sku: line.unit_price_micro for line in basket.lines}.items())
    departments = sorted({line.department for line in basket.lines})
    rules = [
        PriceRule(n, RuleScope.ITEM, sku, way=PriceWay.FIXED, fixed_price_micro=price * 98 // 100)
        for n, (sku, price) in enumerate(items, 1)
    ]
    rules += [
        PriceRule(9_000 + n, RuleScope.DEPARTMENT, code, 12 * MICRO, way=PriceWay.PERCENTAGE, percent_micro=5 * MICRO)
        for n, code in enumerate(departments)
    ]
    rules.append(PriceRule(9_999, min_quantity_micro=24 * MICRO, way=PriceWay.PERCENTAGE, percent_micro=8 * MICRO))
    return build_price_book([PriceList(LIST, LIST, rules=tuple(rules))])


def computing_seconds(act: Callable[[], object]) -> float:
    """Return how long a thread computed: nothing here waits, and other programs' work is not ours."""
    began = thread_time()
    act()
    return thread_time() - began


def measure(run: Run) -> dict[str, Pairs]:
    """Price the basket in turn, ours and the yardstick's."""
    shop = Shop(LINES)
    before = shop.price()
    if not before.basket.deductions or not before.rewards.is_exact:
        raise RuntimeError("the sample's promotions gave nothing, or were not found exactly")
    whole, more = Pairs(), Pairs()
    gc.freeze()  # as the lane does when it has started
    run.settle()
    for number in range(run.size(200, 30)):
        whole.ours.append(computing_seconds(shop.price))
        whole.yardstick.append(computing_seconds(shop.bare))
        more.ours.append(computing_seconds(partial(shop.add_one, before, number)))
        more.yardstick.append(whole.ours[-1])
    count = len(before.rewards.rewards)
    whole.note = f"{len(before.basket.lines)} lines, {count} promotions given; the limit is 5 ms"
    return {"G19": whole, "G20": more}
