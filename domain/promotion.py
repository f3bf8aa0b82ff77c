"""What a promotion is: conditions, one reward, limits, and what it goes together with. Plain frozen data.

Two families of rewards:

- *Unit rewards* (`PercentOff`, `UnitAmountOff`) are given on each unit by itself.
- *Set rewards* (`PriceFor`, `NForM`, `SecondUnit`, `CheapestFree`, `Bundle`, `Gift`) are given on a set of units,
  as often as there are sets. A unit is in one set at most.

`BasketAmountOff` takes an amount off all its units together, after everything else. How they are put together
for the best of the customer is in `domain.promotion_search`; each field with an example in docs/promotions.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

EVERYTHING = "*"
"""In `stacks_with`: any other promotion that is not exclusive."""


class Scope(msgspec.Struct, frozen=True):
    """Items by SKU and departments with all below them; an empty scope is every item."""

    items: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()

    @property
    def is_everything(self) -> bool:
        """Say whether the scope names nothing and so means every item."""
        return not self.items and not self.departments

    def covers(self, sku: str, departments: Iterable[str]) -> bool:
        """Say whether an item in these departments (its own and those above it) is in the scope."""
        return self.is_everything or sku in self.items or not self.departments.isdisjoint(departments)


class Part(msgspec.Struct, frozen=True):
    """How many units of a scope a set needs."""

    scope: Scope
    quantity: int = 1


class PercentOff(msgspec.Struct, frozen=True, tag="percent_off"):
    """A percentage off each unit, in parts per million: 150000 is 15 %."""

    percent_ppm: int


class UnitAmountOff(msgspec.Struct, frozen=True, tag="unit_amount_off"):
    """An amount off each unit, never more than the unit costs."""

    amount_minor: int


class BasketAmountOff(msgspec.Struct, frozen=True, tag="basket_amount_off"):
    """An amount off all units of the scope together, once per basket, spread by what they cost."""

    amount_minor: int


class PriceFor(msgspec.Struct, frozen=True, tag="price_for"):
    """So many units for a price: 3 for 100."""

    quantity: int
    price_minor: int
    same_item: bool = False


class NForM(msgspec.Struct, frozen=True, tag="n_for_m"):
    """Take so many, pay fewer: the cheapest of each set are free."""

    take: int
    pay: int
    same_item: bool = False


class SecondUnit(msgspec.Struct, frozen=True, tag="second_unit"):
    """Of two units the cheaper one has a percentage off, in parts per million."""

    percent_ppm: int
    same_item: bool = False


class CheapestFree(msgspec.Struct, frozen=True, tag="cheapest_free"):
    """Of a set made of several parts the cheapest units are free."""

    parts: tuple[Part, ...]
    free: int = 1


class Bundle(msgspec.Struct, frozen=True, tag="bundle"):
    """Different parts together for a price: sandwich, drink and fruit for 69."""

    parts: tuple[Part, ...]
    price_minor: int


class Gift(msgspec.Struct, frozen=True, tag="gift"):
    """Whoever takes so many units of the scope is given units of an item; they have to be lines of the basket."""

    sku: str
    take: int = 1
    give: int = 1


UnitReward = PercentOff | UnitAmountOff
SetReward = PriceFor | NForM | SecondUnit | CheapestFree | Bundle | Gift
AnyReward = UnitReward | BasketAmountOff | SetReward


class Window(msgspec.Struct, frozen=True):
    """Hours of some weekdays, in minutes from midnight; `until` is no longer inside.

    Monday is 0; no weekdays are all of them. A window that ends before it begins runs past midnight, and those
    hours belong to the day on which it began.
    """

    weekdays: frozenset[int] = frozenset()
    from_minute: int = 0
    until_minute: int = 24 * 60


class Conditions(msgspec.Struct, frozen=True):
    """What has to be so before a reward is given; everything named has to hold.

    `scope` says which units `min_units` and `min_value_minor` count; None counts those of the reward. Values are
    what the customer sees before any promotion. Dates are the store's, both inside. One of the coupons is enough.
    """

    scope: Scope | None = None
    min_units: int = 0
    min_value_minor: int = 0
    min_basket_minor: int = 0
    customer_groups: frozenset[str] = frozenset()
    coupons: frozenset[str] = frozenset()
    windows: tuple[Window, ...] = ()
    from_on: date | None = None
    until_on: date | None = None


class Limits(msgspec.Struct, frozen=True):
    """The most that is given in one basket, and `per_customer` in all of a customer's baskets; None is no limit.

    `times` counts sets, `units` the units of a unit reward; a customer's count is `Reward.times`.
    """

    times: int | None = None
    units: int | None = None
    amount_minor: int | None = None
    per_customer: int | None = None


class Promotion(msgspec.Struct, frozen=True):
    """One promotion. A lower `priority` comes first; equal ones go by code.

    Two promotions may share a unit only if one of them names the other in `stacks_with`. An `exclusive` one is
    given alone: no other promotion anywhere in the basket.
    """

    code: str
    name: str
    reward: AnyReward
    scope: Scope = Scope()
    conditions: Conditions = Conditions()
    limits: Limits = Limits()
    priority: int = 100
    exclusive: bool = False
    stacks_with: frozenset[str] = frozenset()
    is_active: bool = True

    @property
    def counted_scope(self) -> Scope:
        """The scope whose units the conditions count."""
        return self.scope if self.conditions.scope is None else self.conditions.scope


def parts_of(promotion: Promotion) -> tuple[Part, ...]:
    """Return the parts that a set reward takes its units from; none for the other rewards."""
    reward, scope = promotion.reward, promotion.scope
    match reward:
        case PriceFor():
            return (Part(scope, reward.quantity),)
        case NForM():
            return (Part(scope, reward.take),)
        case SecondUnit():
            return (Part(scope, 2),)
        case Gift():
            return (Part(scope, reward.take), Part(Scope(items=frozenset({reward.sku})), reward.give))
        case CheapestFree() | Bundle():
            return reward.parts
    return ()


def set_size(promotion: Promotion) -> int:
    """Return how many units make a set; 0 if the reward forms none."""
    return sum(part.quantity for part in parts_of(promotion))


def touched_scopes(promotion: Promotion) -> tuple[Scope, ...]:
    """Return the scopes of all units that a reward can be given on or needs."""
    return tuple(part.scope for part in parts_of(promotion)) or (promotion.scope,)


def is_set(promotion: Promotion) -> bool:
    """Say whether the reward is given on sets of units."""
    return isinstance(promotion.reward, SetReward)


def needs_same_item(promotion: Promotion) -> bool:
    """Say whether a set has to be of one item."""
    reward = promotion.reward
    return isinstance(reward, PriceFor | NForM | SecondUnit) and reward.same_item


def stack(one: Promotion, other: Promotion) -> bool:
    """Say whether two promotions may share a unit: one of them names the other, and no more than one forms sets."""
    if one.exclusive or other.exclusive or (is_set(one) and is_set(other)):
        return False
    return not one.stacks_with.isdisjoint((EVERYTHING, other.code)) or not other.stacks_with.isdisjoint(
        (EVERYTHING, one.code)
    )
