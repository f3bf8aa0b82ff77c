"""Price lists from TOML or JSON documents (docs/import.md, docs/price-lists.md).

A list with a mistake is left out whole, and so is each list based on it; all reasons are listed, and the others stand.
The keys of a rule are the fields of `domain.price_rule.PriceRule`, prices, quantities and percentages as decimals.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from config.document import TableReader, Text
from config.errors import Fault, Problem
from domain.money import MICRO_DIGITS, format_scaled
from domain.price_check import RANGES, find_flaws
from domain.price_rule import CurrencyRate, NoPrice, PriceBasis, PriceFlaw, PriceList, PriceRule, PriceWay, RuleScope
from domain.text import safe_text

MAX_LISTS: Final = 200
MAX_RULES: Final = 100_000
"""Rules of one document."""
MAX_CODE: Final = 40
MAX_NAME: Final = 60
MAX_TARGET: Final = 64

_OF_FORMULA: Final = ("discount", "markup", "round", "surcharge", "min_margin", "max_margin")
_OF_WAY: Final[Mapping[PriceWay, tuple[str, ...]]] = {
    PriceWay.FIXED: ("fixed_price",),
    PriceWay.PERCENTAGE: ("percent",),
    PriceWay.FORMULA: _OF_FORMULA,
}
_NEEDED: Final[Mapping[PriceWay, str]] = {PriceWay.FIXED: "fixed_price", PriceWay.PERCENTAGE: "percent"}
"""What a way cannot do without: a price that nobody gave would be nought."""

_REMEDIES: Final[Mapping[PriceFlaw, str]] = {
    PriceFlaw.LIST_TWICE: "another list has this code: give each its own",
    PriceFlaw.RULE_TWICE: "another rule for this target has this number: give each its own",
    PriceFlaw.NO_BASE_LIST: "is based on a list that is not in the document, or has a mistake",
    PriceFlaw.CYCLE: "goes round: the list is based on itself, or on one that is",
    PriceFlaw.TOO_DEEP: "stands on too many lists: sixteen are the most",
    PriceFlaw.BAD_RATE: "is a currency whose rate in `[[exchange]]` is not above nought",
    PriceFlaw.NO_RATE: "is a currency without a rate: add it to `[[exchange]]` in the settings",
}


class PriceListTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One price list of a document."""

    code: str
    name: Text = ""
    currency: str = ""
    counts_basket: bool = False
    rules: tuple[dict[str, Any], ...] = ()


class PriceListsRead(msgspec.Struct, frozen=True):
    """The price lists that are right, and what is wrong with the others."""

    lists: tuple[PriceList, ...] = ()
    problems: tuple[Problem, ...] = ()


class PriceTerms(msgspec.Struct, frozen=True):
    """What prices in documents are judged by: the store's currency and its decimals, the language of names, rates."""

    currency: str
    exponent: int
    language: str
    rates: tuple[CurrencyRate, ...] = ()


def judge_price_lists(document: object, terms: PriceTerms, file: str = "") -> PriceListsRead:
    """Return the price lists in a document's tables, decimals being `Decimal`, with every problem in its order."""
    tables = document.get("price_lists") if isinstance(document, Mapping) else None
    if not isinstance(document, Mapping) or not isinstance(tables, list):
        missing = Problem(file, "price_lists", Fault.MISSING_KEY, "a list of tables is needed")
        return PriceListsRead(problems=(missing,))
    problems = [
        (0, Problem(file, safe_text(str(key)), Fault.UNKNOWN_KEY, "there is no such key"))
        for key in document
        if key != "price_lists"
    ]
    if crowd := _crowd(tables):
        problems.append((0, Problem(file, "price_lists", Fault.BAD_VALUE, crowd)))
        return PriceListsRead(problems=tuple(problem for _, problem in problems))
    good: dict[int, PriceList] = {}
    for number, entry in enumerate(tables, 1):
        reader = _ListReader(file, f"price_lists.{number}", terms)
        price_list = reader.read(entry)
        problems += [(number, problem) for problem in reader.problems]
        if price_list is not None and not reader.problems:
            good[number] = price_list
    for number, problem in _flaws(file, good, _codes(tables), terms.rates):
        problems.append((number, problem))
        good.pop(number, None)
    ordered = sorted(problems, key=lambda found: found[0])
    return PriceListsRead(tuple(good.values()), tuple(problem for _, problem in ordered))


class _ListReader(TableReader):
    """Reads one price list."""

    def __init__(self, file: str, key: str, terms: PriceTerms) -> None:
        super().__init__(file, key, terms.language)
        self._currency = terms.currency

    def read(self, entry: object) -> PriceList | None:
        """Return the list, or None if its form is wrong; other mistakes are in `problems`."""
        try:
            table = msgspec.convert(entry, PriceListTable)
        except msgspec.ValidationError as error:
            self.report_form(error)
            return None
        name = self.text(table.name)
        if not table.code or len(table.code) > MAX_CODE or safe_text(table.code) != table.code:
            self.report("code", f"must be a text of 1 to {MAX_CODE} characters that can be printed")
        if len(name) > MAX_NAME:
            self.report("name", f"must be at most {MAX_NAME} characters")
        rules = [self._rule(f"rules.{number}", row) for number, row in enumerate(table.rules, 1)]
        return PriceList(
            code=table.code,
            name=name,
            currency="" if table.currency == self._currency else table.currency,
            counts_basket=table.counts_basket,
            rules=tuple(rule for rule in rules if rule is not None),
        )

    def _rule(self, place: str, row: Mapping[str, Any]) -> PriceRule | None:
        """Return a rule, or None if its form is wrong."""
        said: dict[str, Any] = {}
        for key, value in row.items():
            if key in RANGES:
                said[f"{key}_micro"] = self._micro(f"{place}.{key}", key, value)
            elif key.endswith("_micro"):
                self.report(f"{place}.{safe_text(key)}", "there is no such key: write a decimal", Fault.UNKNOWN_KEY)
            else:
                said[key] = value
        try:
            rule = msgspec.convert(said, PriceRule)
        except msgspec.ValidationError as error:
            self.report_form(error, place)
            return None
        self._judge(place, rule, row)
        return rule

    def _micro(self, field: str, key: str, value: object) -> int:
        """Return a decimal of a rule in millionths, within its range."""
        number = _decimal(value)
        if number is None:
            self.report(field, "must be a number", Fault.WRONG_TYPE)
            return 0
        known = len(self.problems)
        micro = self.scaled(field, number, MICRO_DIGITS)
        least, most = RANGES[key]
        if len(self.problems) == known and not least <= micro <= most:
            self.report(field, f"must be between {_shown(least)} and {_shown(most)}")
        return micro

    def _judge(self, place: str, rule: PriceRule, row: Mapping[str, Any]) -> None:
        """Report what does not go together in a rule."""
        needed = _NEEDED.get(rule.way)
        if needed and needed not in row:
            self.report(f"{place}.{needed}", f"is needed where the way is `{rule.way.value}`", Fault.MISSING_KEY)
        for way, keys in _OF_WAY.items():
            for key in keys:
                if way is not rule.way and getattr(rule, f"{key}_micro"):
                    self.report(f"{place}.{key}", f"has no use where the way is `{rule.way.value}`")
        if rule.basis is PriceBasis.PRICE_LIST and rule.way is not PriceWay.FIXED and not rule.base_list:
            self.report(f"{place}.base_list", "is needed where the basis is `price_list`", Fault.MISSING_KEY)
        self._judge_target(place, rule)
        self._judge_times(place, rule)

    def _judge_target(self, place: str, rule: PriceRule) -> None:
        if rule.scope is not RuleScope.ALL and not rule.target:
            self.report(f"{place}.target", "is needed: the SKU, the template or the department", Fault.MISSING_KEY)
        elif len(rule.target) > MAX_TARGET or (rule.target and rule.scope is RuleScope.ALL):
            self.report(f"{place}.target", f"is for a scope other than `all`, and has at most {MAX_TARGET} characters")

    def _judge_times(self, place: str, rule: PriceRule) -> None:
        """Report instants without a time zone, and a rule that never holds."""
        instants = {"start_at": rule.start_at, "end_at": rule.end_at}
        naive = [field for field, at in instants.items() if at is not None and at.tzinfo is None]
        for field in naive:
            self.report(f"{place}.{field}", "needs a time zone, such as 2026-11-24T08:00:00-06:00")
        days = rule.start_on, rule.end_on
        if (not naive and _is_over(rule.start_at, rule.end_at)) or _is_over(*days):
            self.report(place, "ends before it begins")


_When = TypeVar("_When", date, datetime)


def _is_over(start: _When | None, end: _When | None) -> bool:
    return start is not None and end is not None and start > end


def _decimal(value: object) -> Decimal | None:
    """Return a number written as one or as a text."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > MAX_CODE:
        return None
    try:
        return Decimal(value)
    except ArithmeticError:
        return None


def _shown(micro: int) -> str:
    return format_scaled(micro, MICRO_DIGITS).rstrip("0").rstrip(".")


def _crowd(tables: Sequence[object]) -> str:
    """Say what a document has too much of."""
    rules = sum(
        len(table["rules"]) for table in tables if isinstance(table, Mapping) and isinstance(table.get("rules"), list)
    )
    if len(tables) > MAX_LISTS:
        return f"has {len(tables)} lists: {MAX_LISTS} are the most"
    return f"has {rules} rules: {MAX_RULES} are the most" if rules > MAX_RULES else ""


def _codes(tables: Sequence[object]) -> Counter[str]:
    """Return how many tables have each code, also of those that are wrong."""
    codes = (table.get("code") for table in tables if isinstance(table, Mapping))
    return Counter(code for code in codes if isinstance(code, str))


def _flaws(
    file: str, good: Mapping[int, PriceList], codes: Counter[str], rates: Sequence[CurrencyRate]
) -> list[tuple[int, Problem]]:
    """Return what is wrong with lists that are well formed, by their number in the document."""
    twice = {number: one for number, one in good.items() if codes[one.code] > 1}
    alone = {number: one for number, one in good.items() if number not in twice}
    found = {number: NoPrice(PriceFlaw.LIST_TWICE, one.code) for number, one in twice.items()}
    flaws = find_flaws(tuple(alone.values()), rates)
    found |= {number: flaws[one.code] for number, one in alone.items() if one.code in flaws}
    return [(number, _problem(file, number, good[number], flaw)) for number, flaw in found.items()]


def _problem(file: str, number: int, one: PriceList, flaw: NoPrice) -> Problem:
    """Return a flaw in words, at the rule that is to blame."""
    fault = Fault.DUPLICATE if flaw.flaw in (PriceFlaw.LIST_TWICE, PriceFlaw.RULE_TWICE) else Fault.BAD_VALUE
    places = [at for at, rule in enumerate(one.rules, 1) if rule.rule_id == flaw.rule_id]
    key = f"price_lists.{number}"
    if places:
        key += f".rules.{places[-1 if flaw.flaw is PriceFlaw.RULE_TWICE else 0]}"
    elif flaw.flaw in (PriceFlaw.NO_RATE, PriceFlaw.BAD_RATE):
        key += ".currency"
    return Problem(file, key, fault, _REMEDIES.get(flaw.flaw, flaw.flaw.value))
