"""The rules a shop's catalogues are judged by, from its settings and its country pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from config.country import Country, RatePack, TaxPack, country_of
from config.settings import Settings
from domain.barcode import LabelPattern
from domain.catalog_row import RowRules
from domain.catalog_value import DecimalMark
from domain.customer_row import Money
from domain.money import format_scaled
from domain.text import fold
from sync.catalog_text import UnreadableFile

_WORDS = {
    "exempt": ("exento", "exenta", "exentos", "exempt", "tax exempt", "sin impuesto"),
    "zero": ("tasa cero", "cero", "zero", "zero rated", "zero-rated"),
}


def shop_rules(settings: Settings, *, tax_map: Mapping[str, str] | None = None, mark: DecimalMark = "") -> RowRules:
    """Return the rules of a shop.

    `tax_map` says what a file's own words for taxes mean, as tax classes of the country; `UnreadableFile` where it
    names another.
    """
    country = country_of(settings)
    labels = tuple(LabelPattern(rule.kind, rule.pattern) for rule in settings.labels) or country.labels
    words = tax_words(country)
    known = {pack.code for pack in country.taxes}
    for word, tax_class in (tax_map or {}).items():
        if tax_class not in known:
            raise UnreadableFile(f"there is no tax class {tax_class!r}: give one of {', '.join(sorted(known))}")
        words[fold(word.strip())] = tax_class
    return RowRules(country.taxes[0].code, words, labels=labels, mark=mark)


def money_of(settings: Settings) -> Money:
    """Return how a shop's amounts are read. Raises `ConfigError`."""
    return Money(country_of(settings).currency(settings.store.currency).exponent)


def tax_words(country: Country) -> dict[str, str]:
    """Return what people write for each tax class of a country: its code, names and rate; what fits two is left out."""
    found: dict[str, set[str]] = {}
    for pack in country.taxes:
        for word in _words_of(pack):
            found.setdefault(fold(word), set()).add(pack.code)
    codes = {fold(pack.code): pack.code for pack in country.taxes}
    return {word: next(iter(classes)) for word, classes in found.items() if len(classes) == 1} | codes


def _words_of(pack: TaxPack) -> Iterator[str]:
    """Yield the words for one tax class."""
    yield from pack.name.values()
    if not pack.rates:
        yield from _WORDS["exempt"]
    if len(pack.rates) == 1 and pack.rates[0].kind != "fixed":
        yield from _words_of_rate(pack.rates[0])


def _words_of_rate(rate: RatePack) -> Iterator[str]:
    """Yield the words for one rate: `iva16`, `IVA 16 %`, `16`, `16%`, `16.00`, `0.16`."""
    yield rate.code
    yield from rate.name.values()
    if not rate.rate_ppm:
        yield from _WORDS["zero"]
    percent = _shortest(format_scaled(rate.rate_ppm, 4))
    whole = {percent, format_scaled(rate.rate_ppm // 100, 2), f"{percent}.0" if "." not in percent else percent}
    yield from _with_signs(whole)
    yield from {_shortest(format_scaled(rate.rate_ppm, 6)), format_scaled(rate.rate_ppm // 10_000, 2)}


def _with_signs(numbers: Iterable[str]) -> Iterator[str]:
    for number in numbers:
        yield from (number, f"{number}%", f"{number} %")


def _shortest(decimal: str) -> str:
    """Return a decimal without zeros at its end."""
    return decimal.rstrip("0").rstrip(".") if "." in decimal else decimal
