"""Promotions from TOML or JSON documents, as an ERP or a file brings them (docs/promotions.md).

A promotion with a mistake is left out and listed with every reason; the others stand. What is no document at all
is an error.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from config.disk import fail, read_text
from config.document import TableReader, parse_document
from config.errors import Fault, Problem
from config.promotion_document import (
    BasketAmountOffTable,
    BundleTable,
    CheapestFreeTable,
    GiftTable,
    NForMTable,
    PartTable,
    PercentOffTable,
    PriceForTable,
    PromotionTable,
    RewardTable,
    SecondUnitTable,
    TimesTable,
    UnitAmountOffTable,
    WhenTable,
)
from domain.promotion import (
    AnyReward,
    BasketAmountOff,
    Bundle,
    CheapestFree,
    Conditions,
    Gift,
    Limits,
    NForM,
    Part,
    PercentOff,
    PriceFor,
    Promotion,
    Scope,
    SecondUnit,
    UnitAmountOff,
    Window,
)
from domain.promotion_flaw import Flaw, FlawKind, find_conflicts, find_flaws
from domain.text import safe_text

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PERCENT_DIGITS: Final = 4
"""Decimals of a percentage: parts per million are the fourth."""

_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])\Z")

_REMEDIES: Final = {
    FlawKind.OUT_OF_RANGE: "must be between {1} and {2}, not {0}",
    FlawKind.EMPTY: "must not be empty",
    FlawKind.TOO_MANY: "takes at most {0}",
    FlawKind.NOT_FEWER: "must be less than {1}, not {0}: nothing would be given",
    FlawKind.NEVER_OPEN: "must come after the beginning, or it is never open",
    FlawKind.NO_USE: "has no use with this reward",
    FlawKind.ALONE_AND_TOGETHER: "contradicts `exclusive`: who is alone goes together with nothing",
    FlawKind.NAMES_ITSELF: "names the promotion itself",
    FlawKind.UNKNOWN_CODE: "names `{0}`, and there is no such promotion",
    FlawKind.SETS_TOGETHER: "names `{0}`, but both form sets, and a unit is in one set only",
    FlawKind.TWICE: "is there already: `{0}`; the first one stands",
    FlawKind.GIFT_CIRCLE: "gives `{0}`, which earns `{1}` again: a circle of gifts",
}


class PromotionsRead(msgspec.Struct, frozen=True):
    """The promotions that are right, and what is wrong with the others."""

    promotions: tuple[Promotion, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_promotions(path: Path, exponent: int, language: str) -> PromotionsRead:
    """Return the promotions of a TOML or JSON file (`.json`); ConfigError if it is neither or cannot be read.

    `exponent` is the number of decimals of the currency, `language` that of the names.
    """
    text = read_text(path)
    if not text:
        raise fail(path, "", Fault.MISSING, "is missing or empty")
    return judge_promotions(parse_document(text, path), exponent, language, str(path))


def judge_promotions(document: object, exponent: int, language: str, file: str = "") -> PromotionsRead:
    """Return the promotions in a document's tables, decimals being `Decimal`, with every problem in the order of it."""
    if not isinstance(document, Mapping) or not isinstance(document.get("promotions"), list):
        return PromotionsRead(problems=(Problem(file, "promotions", Fault.MISSING_KEY, "a list of tables is needed"),))
    unknown = sorted(str(key) for key in document if key != "promotions")
    problems = [(0, Problem(file, key, Fault.UNKNOWN_KEY, "there is no such key")) for key in unknown]
    good: list[tuple[int, Promotion]] = []
    for number, entry in enumerate(document["promotions"], 1):
        reader = _Reader(file, f"promotions.{number}", exponent, language)
        promotion = reader.read(entry)
        problems += [(number, problem) for problem in reader.problems]
        if promotion is not None and not reader.problems:
            good.append((number, promotion))
    conflicts = find_conflicts([promotion for _, promotion in good], _codes(document["promotions"]))
    for place, flaws in conflicts.items():
        number = good[place][0]
        problems += [(number, _problem(file, f"promotions.{number}", flaw)) for flaw in flaws]
    kept = tuple(promotion for place, (_, promotion) in enumerate(good) if place not in conflicts)
    return PromotionsRead(kept, tuple(problem for _, problem in sorted(problems, key=lambda found: found[0])))


class _Reader(TableReader):
    """Reads one promotion, and keeps what is wrong with it."""

    def __init__(self, file: str, key: str, exponent: int, language: str) -> None:
        super().__init__(file, key, language)
        self._exponent = exponent

    def read(self, entry: object) -> Promotion | None:
        """Return the promotion, or None if its form is wrong; other mistakes are in `problems`."""
        try:
            table = msgspec.convert(entry, PromotionTable)
        except msgspec.ValidationError as error:
            self.report_form(error)
            return None
        limits = table.limits
        promotion = Promotion(
            code=table.code,
            name=self.text(table.name),
            reward=self._reward(table.reward),
            scope=_scope(table),
            conditions=self._conditions(table.when),
            limits=Limits(
                limits.times,
                limits.units,
                None if limits.amount is None else self._amount("limits.amount", limits.amount),
                limits.per_customer,
            ),
            priority=table.priority,
            exclusive=table.exclusive,
            stacks_with=frozenset(table.stacks_with),
            is_active=table.active,
        )
        known = {problem.key for problem in self.problems}
        flaws = [_problem(self.file, self.key, flaw) for flaw in find_flaws(promotion)]
        self.problems += [problem for problem in flaws if problem.key not in known]
        return promotion

    def _reward(self, table: RewardTable) -> AnyReward:
        match table:
            case PercentOffTable():
                return PercentOff(self._percent(table.percent))
            case UnitAmountOffTable():
                return UnitAmountOff(self._amount("reward.amount", table.amount))
            case BasketAmountOffTable():
                return BasketAmountOff(self._amount("reward.amount", table.amount))
            case PriceForTable():
                return PriceFor(table.quantity, self._amount("reward.price", table.price), table.same_item)
            case NForMTable():
                return NForM(table.take, table.pay, table.same_item)
            case SecondUnitTable():
                return SecondUnit(self._percent(table.percent), table.same_item)
            case CheapestFreeTable():
                return CheapestFree(_parts(table.parts), table.free)
            case BundleTable():
                return Bundle(_parts(table.parts), self._amount("reward.price", table.price))
            case GiftTable():
                return Gift(table.item, table.take, table.give)

    def _conditions(self, when: WhenTable) -> Conditions:
        return Conditions(
            scope=_scope(when) if when.items or when.departments else None,
            min_units=when.min_units,
            min_value_minor=self._amount("when.min_value", when.min_value),
            min_basket_minor=self._amount("when.min_basket", when.min_basket),
            customer_groups=frozenset(when.customer_groups),
            coupons=frozenset(when.coupons),
            windows=tuple(self._window(f"when.times.{number}", times) for number, times in enumerate(when.times, 1)),
            from_on=when.from_on,
            until_on=when.until_on,
        )

    def _window(self, field: str, times: TimesTable) -> Window:
        return Window(
            frozenset(WEEKDAYS.index(day) for day in times.weekdays),
            self._minute(f"{field}.from", times.from_time),
            self._minute(f"{field}.until", times.until_time),
        )

    def _minute(self, field: str, text: str) -> int:
        """Return the minutes since midnight of a time HH:MM."""
        match = _TIME.match(text)
        minute = int(match[1]) * 60 + int(match[2]) if match else -1
        if not 0 <= minute <= 24 * 60:
            self.report(field, "must be a time from 00:00 to 24:00")
        return max(minute, 0)

    def _amount(self, field: str, value: Decimal) -> int:
        """Return an amount of money in minor units."""
        return self.scaled(field, value, self._exponent)

    def _percent(self, value: Decimal) -> int:
        """Return a percentage in parts per million."""
        return self.scaled("reward.percent", value, PERCENT_DIGITS)


def _problem(file: str, key: str, flaw: Flaw) -> Problem:
    """Return a flaw in words."""
    fault = Fault.DUPLICATE if flaw.kind is FlawKind.TWICE else Fault.BAD_VALUE
    facts = (safe_text(str(fact)) for fact in flaw.facts)
    return Problem(file, f"{key}.{flaw.field}" if flaw.field else key, fault, _REMEDIES[flaw.kind].format(*facts))


def _scope(table: PromotionTable | WhenTable | PartTable) -> Scope:
    return Scope(frozenset(table.items), frozenset(table.departments))


def _parts(tables: Sequence[PartTable]) -> tuple[Part, ...]:
    return tuple(Part(_scope(table), table.quantity) for table in tables)


def _codes(entries: Sequence[object]) -> list[str]:
    """Return the codes of all entries, also of those that are wrong."""
    codes = (entry.get("code") for entry in entries if isinstance(entry, Mapping))
    return [code for code in codes if isinstance(code, str)]
