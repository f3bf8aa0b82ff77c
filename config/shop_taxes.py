"""The shop's own tax classes, beside those of its country: `[[taxes]]` of the settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from config.country import Country, RatePack, TaxPack, load_country
from config.errors import Fault
from config.settings import ShopRate, ShopTax
from domain.money import MICRO_DIGITS, parse_scaled

PERCENT_DIGITS: Final = 4
"""Decimals of a percentage: rates are parts per million."""
MOST_PPM: Final = 10_000_000
WHOLE_PPM: Final = 1_000_000
CODE_REMEDY: Final = "must be small letters, digits, - and _, at most 24"

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,23}")

Breach = tuple[str, Fault, str]


@lru_cache(maxsize=8)
def with_taxes(code: str, taxes: tuple[ShopTax, ...]) -> Country:
    """Return a country with a shop's classes: one of a known code takes its place, the others stand behind."""
    country = load_country(code)
    own = {tax.code: _pack(tax, country.languages) for tax in taxes}
    kept = tuple(own.pop(pack.code, pack) for pack in country.taxes)
    return msgspec.structs.replace(country, taxes=(*kept, *own.values()))


def find_breaches(country: str, taxes: Sequence[ShopTax]) -> Iterator[Breach]:
    """Yield what is wrong with a shop's classes: key, fault and remedy."""
    own = {tax.code for tax in taxes}
    kept = [pack for pack in load_country(country).taxes if pack.code not in own]
    theirs = {rate.code: rate for pack in kept for rate in pack.rates}
    seen: dict[str, ShopRate] = {}
    for number, tax in enumerate(taxes, 1):
        key = f"taxes.{number}"
        if not _CODE.fullmatch(tax.code):
            yield f"{key}.code", Fault.BAD_VALUE, CODE_REMEDY
        if tax.code in [other.code for other in taxes[: number - 1]]:
            yield f"{key}.code", Fault.DUPLICATE, f"`{tax.code}` is there already; leave one"
        if sum(_percent(rate) or 0 for rate in tax.rates if rate.kind == "division") >= WHOLE_PPM:
            yield f"{key}.rates", Fault.BAD_VALUE, "take 100 % or more of the price by division: give less"
        for place, rate in enumerate(tax.rates, 1):
            yield from _rate_breaches(f"{key}.rates.{place}", rate)
            if seen.setdefault(rate.code, rate) != rate:
                remedy = f"`{rate.code}` is another tax in a class before; give it a code of its own"
                yield f"{key}.rates.{place}.code", Fault.DUPLICATE, remedy
            if rate.code in theirs and not _is_alike(rate, theirs[rate.code]):
                remedy = f"`{rate.code}` is a tax of the country, another one; give it a code of its own"
                yield f"{key}.rates.{place}.code", Fault.DUPLICATE, remedy


def _rate_breaches(key: str, rate: ShopRate) -> Iterator[Breach]:
    if not _CODE.fullmatch(rate.code):
        yield f"{key}.code", Fault.BAD_VALUE, CODE_REMEDY
    if rate.kind == "fixed":
        amount = parse_scaled(rate.amount, MICRO_DIGITS)
        if amount is None or amount < 0:
            yield f"{key}.amount", Fault.BAD_VALUE, 'is an amount for each unit in quotes, like "0.25"'
        return
    percent = _percent(rate)
    if percent is None or not 0 <= percent <= MOST_PPM:
        yield f"{key}.percent", Fault.BAD_VALUE, 'is a percentage in quotes, like "16" or "7.25"'


def _percent(rate: ShopRate) -> int | None:
    """Return a rate in parts per million, None for what is no percentage."""
    return parse_scaled(rate.percent, PERCENT_DIGITS)


def _is_alike(rate: ShopRate, theirs: RatePack) -> bool:
    """Say whether a tax works as the country's of the same code: only the names may differ."""
    return msgspec.structs.replace(_rate(rate, tuple(theirs.name)), name=theirs.name) == theirs


def _pack(tax: ShopTax, languages: Sequence[str]) -> TaxPack:
    return TaxPack(
        code=tax.code,
        name=dict.fromkeys(languages, tax.name or tax.code),
        rates=tuple(_rate(rate, languages) for rate in tax.rates),
    )


def _rate(rate: ShopRate, languages: Sequence[str]) -> RatePack:
    is_fixed = rate.kind == "fixed"
    return RatePack(
        code=rate.code,
        name=dict.fromkeys(languages, rate.name or rate.code),
        included=rate.included,
        rate_ppm=0 if is_fixed else _percent(rate) or 0,
        kind=rate.kind,
        amount_micro=parse_scaled(rate.amount, MICRO_DIGITS) or 0 if is_fixed else 0,
        include_base_amount=rate.include_base_amount,
        is_base_affected=rate.is_base_affected,
        sequence=rate.sequence,
    )
