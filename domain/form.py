"""How money, quantities, rates and times are written for people, and how typed amounts are read back.

Everything here is exact: an amount is written from its whole number and read into one, and nothing rounds.
The forms of a country and language come from its pack (`config.country`); the locale of the machine plays no
part. For files and the wire there are the plain decimals of `domain.money`.
"""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

import msgspec

from domain.money import MICRO_DIGITS

MAX_WHOLE_DIGITS = 12
"""Digits before the decimal sign: with six behind it still fits the 64 bits of a database integer."""


class Forms(msgspec.Struct, frozen=True):
    """How a country writes, in one language; the default is Mexico's.

    `symbol` holds the space that parts it from the number, where the currency takes one. `date` and `time`
    are `strftime` patterns of numeric directives, which do not depend on the machine's locale.
    """

    symbol: str = "$"
    symbol_after: bool = False
    exponent: int = 2
    decimal: str = "."
    group: str = ","
    date: str = "%d/%m/%Y"
    time: str = "%H:%M"


DEFAULT_FORMS = Forms()


def format_money(minor: int, forms: Forms, *, symbol: bool = True) -> str:
    """Write an amount of minor units: `$1,234.50`, `-$0.05`."""
    exponent = forms.exponent
    digits = str(minor if minor >= 0 else -minor)
    if not exponent:
        return _dress(minor < 0, _group(digits, forms), "", forms, symbol)
    if len(digits) <= exponent:
        digits = digits.zfill(exponent + 1)
    return _dress(minor < 0, _group(digits[:-exponent], forms), digits[-exponent:], forms, symbol)


def format_price(micro: int, forms: Forms, *, symbol: bool = True) -> str:
    """Write a unit price in millionths with the currency's decimals, and more where the price has more."""
    whole, part = _micro_parts(micro, forms.exponent)
    return _dress(micro < 0, _group(whole, forms), part, forms, symbol)


def format_quantity(micro: int, digits: int, forms: Forms) -> str:
    """Write a quantity with at least `digits` decimals, ungrouped: `3`, `1.250`, `-0.5`."""
    whole, part = _micro_parts(micro, digits)
    return _dress(micro < 0, whole, part, forms, False)


def format_rate(rate_ppm: int, forms: Forms) -> str:
    """Write a rate in parts per million as a percentage: `16 %`, `8.25 %`."""
    digits = str(abs(rate_ppm)).zfill(5)
    return _dress(rate_ppm < 0, digits[:-4], digits[-4:].rstrip("0"), forms, False) + " %"


def format_date(at: datetime, zone: tzinfo, forms: Forms) -> str:
    """Write the date an instant has in the store's time zone; ValueError for an instant without a zone."""
    return _local(at, zone).strftime(forms.date)


def format_time(at: datetime, zone: tzinfo, forms: Forms) -> str:
    """Write the time an instant has in the store's time zone; ValueError for an instant without a zone."""
    return _local(at, zone).strftime(forms.time)


def date_text(day: str, forms: Forms) -> str:
    """Write a date of the ledger (`2027-01-31`) as people here do; an empty text stays one."""
    return date.fromisoformat(day).strftime(forms.date) if day else ""


def parse_date(text: str, forms: Forms, latest: str = "9999-12-31") -> str | None:
    """Read a typed date, in the order in which dates are written here, as the ledger has it; None if it is none.

    Six or eight digits, or three numbers with signs between. A year of two digits is of this century, or of the one
    before where the date would lie after `latest`.
    """
    places = sorted("dmY", key=forms.date.find)
    numbers = _date_numbers(text.strip(), places)
    if numbers is None:
        return None
    day, month, year = (numbers[places.index(part)] for part in "dmY")
    found = _iso_date(year, month, day)
    if year < 100:
        found = _iso_date(2000 + year, month, day)
        found = _iso_date(1900 + year, month, day) if found is None or found > latest else found
    return found


def _date_numbers(text: str, places: list[str]) -> list[int] | None:
    """Return the three numbers of a typed date in their order."""
    body = re.sub(r"[-/. ]", "/", text)
    if body.isascii() and body.isdigit() and len(body) in (6, 8):
        years = len(body) - 4
        widths = [years if part == "Y" else 2 for part in places]
        starts = [sum(widths[:n]) for n in range(3)]
        body = "/".join(body[start : start + width] for start, width in zip(starts, widths, strict=True))
    parts = body.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    return [int(part) for part in parts]


def _iso_date(year: int, month: int, day: int) -> str | None:
    """Return a date as text, None where there is no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def parse_amount(text: str, forms: Forms) -> int | None:
    """Read a typed amount as minor units; None if it is no amount or has more decimals than the currency.

    Full stop and comma both serve as the decimal sign, because number pads type one whatever the country
    writes; well-formed groups are read as groups. What can be read in two ways, as `1,234` with a currency of
    three decimals, is refused.
    """
    return _parse(text, forms.exponent, forms)


def parse_price(text: str, forms: Forms) -> int | None:
    """Read a typed unit price as millionths, by the rules of `parse_amount` and with up to six decimals."""
    return _parse(text, MICRO_DIGITS, forms)


def parse_quantity(text: str, digits: int) -> int | None:
    """Read a typed quantity as millionths; None if it is none or finer than `digits` decimals.

    Full stop and comma are both the decimal sign; quantities have no groups.
    """
    sign, body = _sign(text)
    value = _scale(_plain(body), digits)
    return None if value is None else sign * value * 10 ** (MICRO_DIGITS - digits)


def _micro_parts(micro: int, digits: int) -> tuple[str, str]:
    """Return the whole part and the decimals of a size in millionths, at least `digits` of them."""
    text = str(abs(micro)).zfill(MICRO_DIGITS + 1)
    return text[:-MICRO_DIGITS], text[-MICRO_DIGITS:].rstrip("0").ljust(digits, "0")


def _group(whole: str, forms: Forms) -> str:
    if len(whole) <= 3:
        return whole
    grouped = f"{int(whole):,}"
    return grouped if forms.group == "," else grouped.replace(",", forms.group)


def _dress(negative: bool, whole: str, part: str, forms: Forms, symbol: bool) -> str:
    number = f"{whole}{forms.decimal}{part}" if part else whole
    if symbol:
        number = f"{number}{forms.symbol}" if forms.symbol_after else f"{forms.symbol}{number}"
    return f"-{number}" if negative else number


def _local(at: datetime, zone: tzinfo) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(zone)


def _parse(text: str, digits: int, forms: Forms) -> int | None:
    sign, body = _sign(text)
    readings = {_scale(parts, digits) for parts in (_plain(body), _grouped(body, forms))} - {None}
    value = readings.pop() if len(readings) == 1 else None
    return None if value is None else sign * value


def _sign(text: str) -> tuple[int, str]:
    body = text.strip()
    return (-1, body[1:]) if body.startswith("-") else (1, body)


def _plain(body: str) -> tuple[str, str]:
    whole, _, part = body.replace(",", ".").partition(".")
    return whole, part


def _grouped(body: str, forms: Forms) -> tuple[str, str]:
    """Return the whole part without its group signs and the decimals; nothing where there are no groups."""
    whole, _, part = body.partition(forms.decimal)
    first, *others = whole.split(forms.group) if forms.group else [whole]
    if not others or not 1 <= len(first) <= 3 or any(len(chunk) != 3 for chunk in others):
        return "", ""
    return "".join((first, *others)), part


def _scale(parts: tuple[str, str], digits: int) -> int | None:
    """Return whole part and decimals as a whole number of 10^-digits, if they are digits and not too many."""
    whole, part = parts
    figures = whole + part
    if not (figures.isascii() and figures.isdigit()):
        return None
    if len(part) > digits or len(whole) > MAX_WHOLE_DIGITS:
        return None
    return int(whole + part.ljust(digits, "0"))
