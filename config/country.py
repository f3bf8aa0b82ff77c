"""Country packs: what a country brings, as data.

A pack is one TOML file in `countries/`: currencies, number and date forms, tender kinds, taxes, in-store
labels. The words of receipts and reports lie by language in `receipts/`; a pack may replace some of them
(Mexico's tax id is called RFC). Another country or language is one more file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec

from config.disk import fail, parse_toml, read_text
from config.errors import ConfigError, Fault
from domain.barcode import LabelPattern
from domain.form import Forms
from domain.money import Currency
from domain.tax import TaxClass, TaxKind, TaxRate
from domain.tender import DEFAULT_LIMIT_MINOR, TenderKind

if TYPE_CHECKING:
    from config.settings import Settings

COUNTRIES = Path(__file__).with_name("countries")
RECEIPTS = Path(__file__).with_name("receipts")

_T = TypeVar("_T")

Words = dict[str, str]
"""A text by language: `{ es = "Efectivo", en = "Cash" }`."""


class _Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of a pack: an unknown key is a mistake."""


class CurrencyPack(_Pack, frozen=True):
    """A currency: its ISO 4217 code and exponent, its sign, and what is paid with, in minor units.

    Notes and coins are listed largest first, as they are counted. `cash_rounding_minor` is the smallest step
    in which cash is paid; 0 where nothing is rounded.
    """

    code: str
    exponent: int
    symbol: str
    notes_minor: tuple[int, ...]
    coins_minor: tuple[int, ...]
    cash_rounding_minor: int = 0

    @property
    def denominations_minor(self) -> tuple[int, ...]:
        """The values of all notes and coins, each once, largest first: the rows of a count of the till."""
        return tuple(sorted({*self.notes_minor, *self.coins_minor}, reverse=True))

    @property
    def currency(self) -> Currency:
        """The currency as the domain reckons with it."""
        return Currency(self.code, self.exponent)


class FormsPack(_Pack, frozen=True):
    """How numbers, dates and times are written in one language; patterns as in `domain.form.Forms`."""

    decimal: str
    group: str
    symbol_after: bool
    date: str
    time: str


class TenderPack(_Pack, frozen=True):
    """A kind of tender; the order in the file is that of the function keys."""

    code: str
    name: Words
    fiscal_code: str = ""
    is_cash: bool = False
    gives_change: bool = False
    opens_drawer: bool = False
    needs_reference: bool = False
    is_account: bool = False
    limit_minor: int = DEFAULT_LIMIT_MINOR


class RatePack(_Pack, frozen=True):
    """One tax: `rate_ppm` in parts per million (160000 is 16 %), or `amount_micro` per unit of a fixed one.

    The rest is as in `domain.tax_class.TaxRate`; a class lists its taxes itself, so there are no groups here.
    """

    code: str
    name: Words
    included: bool
    rate_ppm: int = 0
    kind: Literal["percent", "fixed", "division"] = "percent"
    amount_micro: int = 0
    include_base_amount: bool = False
    is_base_affected: bool = True
    sequence: int = 0
    has_negative_factor: bool = False


class TaxPack(_Pack, frozen=True):
    """A tax class; one without rates is exempt."""

    code: str
    name: Words
    rates: tuple[RatePack, ...] = ()


class Country(_Pack, frozen=True):
    """A country pack. The first currency and the first tax class are its usual ones."""

    code: str
    name: Words
    currencies: tuple[CurrencyPack, ...]
    forms_by_language: dict[str, FormsPack] = msgspec.field(name="forms")
    tenders: tuple[TenderPack, ...]
    taxes: tuple[TaxPack, ...]
    labels: tuple[LabelPattern, ...]
    receipt_words: dict[str, Words] = msgspec.field(name="receipt", default_factory=dict)
    """Words that replace those of the language."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages this pack knows."""
        return tuple(self.forms_by_language)

    def currency(self, code: str = "") -> CurrencyPack:
        """Return a currency of the pack, its first one if none is named; ConfigError for one it has not."""
        for pack in self.currencies:
            if code in (pack.code, ""):
                return pack
        known = ", ".join(pack.code for pack in self.currencies)
        raise _error(self.code, "currencies", Fault.BAD_VALUE, f"there is no {code}, only {known}")

    def forms(self, language: str, currency: str = "") -> Forms:
        """Return how money and times are written; ConfigError for an unknown language or currency."""
        money = self.currency(currency)
        pack = self.forms_by_language.get(language)
        if pack is None:
            raise _error(self.code, "forms", Fault.MISSING_KEY, f"there is no language `{language}`")
        return Forms(
            symbol=_part(money.symbol, pack.symbol_after),
            symbol_after=pack.symbol_after,
            exponent=money.exponent,
            decimal=pack.decimal,
            group=pack.group,
            date=pack.date,
            time=pack.time,
        )

    def tender_kinds(self, language: str) -> tuple[TenderKind, ...]:
        """Return the kinds of tender in the order of their function keys, named in a language."""
        return tuple(
            TenderKind(
                code=pack.code,
                name=self._word(pack.name, language, f"tenders.{pack.code}"),
                is_cash=pack.is_cash,
                gives_change=pack.gives_change,
                opens_drawer=pack.opens_drawer,
                needs_reference=pack.needs_reference,
                is_account=pack.is_account,
                fiscal_code=pack.fiscal_code,
                limit_minor=pack.limit_minor,
            )
            for pack in self.tenders
        )

    def tax_classes(self, language: str) -> tuple[TaxClass, ...]:
        """Return the tax classes, the usual one first, named in a language."""
        return tuple(
            TaxClass(
                code=pack.code,
                name=self._word(pack.name, language, f"taxes.{pack.code}"),
                rates=tuple(self._rate(rate, language) for rate in pack.rates),
            )
            for pack in self.taxes
        )

    def receipt_texts(self, language: str) -> Mapping[str, str]:
        """Return the words of receipts and reports by key: the language's, some of them this country's."""
        return _receipt_texts(self.code, language, tuple(self.receipt_words.get(language, {}).items()))

    def _rate(self, pack: RatePack, language: str) -> TaxRate:
        name = self._word(pack.name, language, f"taxes.{pack.code}")
        return TaxRate(
            code=pack.code,
            name=name,
            rate_ppm=pack.rate_ppm,
            included=pack.included,
            kind=TaxKind(pack.kind),
            amount_micro=pack.amount_micro,
            include_base_amount=pack.include_base_amount,
            is_base_affected=pack.is_base_affected,
            sequence=pack.sequence,
            has_negative_factor=pack.has_negative_factor,
        )

    def _word(self, words: Words, language: str, key: str) -> str:
        if language not in words:
            raise _error(self.code, key, Fault.MISSING_KEY, f"there is no name in the language `{language}`")
        return words[language]


def country_codes(folder: Path = COUNTRIES) -> tuple[str, ...]:
    """Return the codes of the packs there are."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


@cache
def load_country(code: str, folder: Path = COUNTRIES) -> Country:
    """Return a country pack, read once; ConfigError if there is none or it is not well made."""
    path = folder / f"{code}.toml"
    if code not in country_codes(folder):
        raise fail(path, "", Fault.MISSING, f"there is no country pack `{code}`")
    return _read(path, Country)


def country_of(settings: Settings) -> Country:
    """Return the country of a shop, with the shop's own tax classes. Raises ConfigError."""
    if not settings.taxes:
        return load_country(settings.store.country)
    from config.shop_taxes import with_taxes  # most shops have the country's only

    return with_taxes(settings.store.country, settings.taxes)


@cache
def _language_texts(language: str) -> Words:
    return _read(RECEIPTS / f"{language}.toml", dict[str, str])


@cache
def _receipt_texts(code: str, language: str, replaced: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    texts = _language_texts(language)
    unknown = [key for key, _ in replaced if key not in texts]
    if unknown:
        raise _error(code, f"receipt.{language}", Fault.UNKNOWN_KEY, f"there is no text {', '.join(unknown)}")
    return MappingProxyType(texts | dict(replaced))


def _read(path: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(parse_toml(read_text(path), path), kind)
    except msgspec.ValidationError as error:
        raise fail(path, "", Fault.WRONG_TYPE, str(error)) from error


def _part(symbol: str, after: bool) -> str:
    """Return a currency's sign with its space: always where it stands behind, else where it is letters."""
    if after:
        return f" {symbol}"
    return f"{symbol} " if symbol[-1].isalpha() else symbol


def _error(code: str, key: str, fault: Fault, remedy: str) -> ConfigError:
    return fail(COUNTRIES / f"{code}.toml", key, fault, remedy)
