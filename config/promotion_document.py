"""The form of a promotion in a document, field by field; docs/promotions.md says what each does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from config.document import Text

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class _Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a document: an unknown key is a mistake."""


class PartTable(_Table, frozen=True):
    """A part of a set: so many units of these items or departments."""

    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    quantity: int = 1


class _Reward(_Table, frozen=True, tag_field="kind"):
    """A reward by its kind."""


class PercentOffTable(_Reward, frozen=True, tag="percent_off"):
    """A percentage off each unit."""

    percent: Decimal


class UnitAmountOffTable(_Reward, frozen=True, tag="unit_amount_off"):
    """An amount off each unit."""

    amount: Decimal


class BasketAmountOffTable(_Reward, frozen=True, tag="basket_amount_off"):
    """An amount off the basket."""

    amount: Decimal


class PriceForTable(_Reward, frozen=True, tag="price_for"):
    """So many for a price."""

    quantity: int
    price: Decimal
    same_item: bool = False


class NForMTable(_Reward, frozen=True, tag="n_for_m"):
    """Take so many, pay fewer."""

    take: int
    pay: int
    same_item: bool = False


class SecondUnitTable(_Reward, frozen=True, tag="second_unit"):
    """A percentage off the cheaper of two."""

    percent: Decimal
    same_item: bool = False


class CheapestFreeTable(_Reward, frozen=True, tag="cheapest_free"):
    """The cheapest of a set of parts are free."""

    parts: tuple[PartTable, ...]
    free: int = 1


class BundleTable(_Reward, frozen=True, tag="bundle"):
    """Parts together for a price."""

    parts: tuple[PartTable, ...]
    price: Decimal


class GiftTable(_Reward, frozen=True, tag="gift"):
    """An item given to who takes so many."""

    item: str
    take: int = 1
    give: int = 1


RewardTable = (
    PercentOffTable
    | UnitAmountOffTable
    | BasketAmountOffTable
    | PriceForTable
    | NForMTable
    | SecondUnitTable
    | CheapestFreeTable
    | BundleTable
    | GiftTable
)


class TimesTable(_Table, frozen=True, rename={"from_time": "from", "until_time": "until"}):
    """Hours of some weekdays; `from` and `until` are HH:MM."""

    weekdays: tuple[Weekday, ...] = ()
    from_time: str = "00:00"
    until_time: str = "24:00"


class WhenTable(_Table, frozen=True, rename={"from_on": "from", "until_on": "until"}):
    """The conditions; all of them have to hold."""

    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    min_units: int = 0
    min_value: Decimal = Decimal(0)
    min_basket: Decimal = Decimal(0)
    customer_groups: tuple[str, ...] = ()
    coupons: tuple[str, ...] = ()
    times: tuple[TimesTable, ...] = ()
    from_on: date | None = None
    until_on: date | None = None


class LimitsTable(_Table, frozen=True):
    """The most that is given."""

    times: int | None = None
    units: int | None = None
    amount: Decimal | None = None
    per_customer: int | None = None


class PromotionTable(_Table, frozen=True):
    """One promotion of a document."""

    code: str
    name: Text
    reward: RewardTable
    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    when: WhenTable = WhenTable()
    limits: LimitsTable = LimitsTable()
    priority: int = 100
    exclusive: bool = False
    stacks_with: tuple[str, ...] = ()
    active: bool = True
