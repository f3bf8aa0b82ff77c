"""What a price list is: its rules as plain frozen data, as an ERP or a file brings them.

The words and the order in which rules are tried are those of Odoo's `product.pricelist`; docs/price-lists.md says each
with an example. How a price is found is in `domain.price_list`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Final

import msgspec

from domain.money import MICRO

HUNDRED_PERCENT: Final = 100 * MICRO
"""All of it, in millionths of one per cent."""


class RuleScope(StrEnum):
    """What a rule is for; rules are tried from the narrowest to the widest."""

    ITEM = "item"
    """One item by its SKU: Odoo's variant."""
    TEMPLATE = "template"
    """All variants of one template: Odoo's product."""
    DEPARTMENT = "department"
    """A department with everything below it: Odoo's product category."""
    ALL = "all"


class PriceWay(StrEnum):
    """How a rule makes a price."""

    FIXED = "fixed"
    PERCENTAGE = "percentage"
    FORMULA = "formula"


class PriceBasis(StrEnum):
    """What a percentage or a formula starts from."""

    LIST_PRICE = "list_price"
    COST = "cost"
    PRICE_LIST = "price_list"


class PriceRule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A rule of a price list. Prices are millionths of the list's currency, per unit of the item's own unit of measure.

    Percentages are millionths of one per cent: 33330000 is 33.33 %. A limit of nought is none, as in Odoo.
    """

    rule_id: int
    scope: RuleScope = RuleScope.ALL
    target: str = ""
    """The SKU, the template or the department; empty for all."""
    min_quantity_micro: int = 0
    """In the item's own unit; a rule without one is for any quantity, also for what comes back."""
    start_at: datetime | None = None
    end_at: datetime | None = None
    """The last instant at which it still holds."""
    start_on: date | None = None
    end_on: date | None = None
    """The last day on which it still holds, by the store's clock."""
    way: PriceWay = PriceWay.FIXED
    basis: PriceBasis = PriceBasis.LIST_PRICE
    base_list: str = ""
    """The code of the list that `basis` price_list means."""
    fixed_price_micro: int = 0
    percent_micro: int = 0
    """What a percentage takes off; negative adds."""
    discount_micro: int = 0
    """The percentage that a formula takes off, unless its basis is the cost."""
    markup_micro: int = 0
    """The percentage that a formula adds to the cost."""
    round_micro: int = 0
    """A formula's price is rounded to a multiple of this, half away from zero, before the surcharge."""
    surcharge_micro: int = 0
    min_margin_micro: int = 0
    """A formula's price is at least what it started from and this."""
    max_margin_micro: int = 0
    """A formula's price is at most what it started from and this."""


class PriceList(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A price list; without a rule that fits, a price is the item's own."""

    code: str
    name: str = ""
    currency: str = ""
    """Of its prices (ISO 4217); empty is the store's."""
    counts_basket: bool = False
    """Whether minimum quantities are met by all lines of an item together rather than by each line."""
    rules: tuple[PriceRule, ...] = ()


class CurrencyRate(msgspec.Struct, frozen=True):
    """What a currency is worth: `units_micro` of it are `worth_micro` of the store's, both above nought.

    Two whole numbers, so that a rate told in either direction is exact in both.
    """

    currency: str
    worth_micro: int
    units_micro: int = MICRO


class PricedItem(msgspec.Struct, frozen=True):
    """What a price list wants to know of an item; prices are millionths of the store's currency per own unit."""

    sku: str
    list_price_micro: int
    cost_micro: int | None = None
    """None where the lane does not know it: a price made from it is refused."""
    template: str = ""
    departments: tuple[str, ...] = ()
    """Its own department, then those above it, the nearest first."""
    uom_factor: tuple[int, int] = (1, 1)
    """How many of its own unit the unit it is sold by means, as a fraction: a dozen is (12, 1)."""
    uom_digits: int = 2
    """Decimals of a quantity in its own unit: what is sold by another unit is rounded up to them (Odoo's "Product
    Unit" precision, 2 unless it was changed)."""


class PriceFlaw(StrEnum):
    """Why there is no price by a list."""

    NO_SUCH_LIST = "no_such_list"
    LIST_TWICE = "list_twice"
    RULE_TWICE = "rule_twice"
    """Two rules of a list for one target have one number: nothing would tell which comes first."""
    NO_TARGET = "no_target"
    """A rule for an item, template or department that names none."""
    NO_BASE_LIST = "no_base_list"
    """A rule starts from a list that is not there, or that has a flaw itself."""
    CYCLE = "cycle"
    """A list is based on itself by whatever way round, or on one that is."""
    TOO_DEEP = "too_deep"
    NO_RATE = "no_rate"
    BAD_RATE = "bad_rate"
    BAD_ROUNDING = "bad_rounding"
    OUT_OF_RANGE = "out_of_range"
    """A price, percentage, margin or quantity that no shop means."""
    NAIVE_TIME = "naive_time"
    """A rule begins or ends at a time without a time zone."""
    NO_COST = "no_cost"
    """The price is made from a cost that the lane does not know."""


class NoPrice(msgspec.Struct, frozen=True):
    """Why a list has no price: the list, and the rule where one is to blame."""

    flaw: PriceFlaw
    list_code: str
    rule_id: int | None = None
