"""What can be looked at in a Tryton with our module: what it lacks, clocks, rates, and 200 baskets summed by both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random
from typing import Any, Final

from config.country import country_of
from config.settings import Settings
from domain import tax
from domain.money import MICRO
from domain.tax import TaxBook, TaxClass, TaxKind, TaxProfile, TaxRate, TaxRounding, TaxSum, flatten
from sync.check import Finding, clock_finding
from sync.errors import Denied
from sync.tryton_link import Told, TrytonLink

SAMPLES: Final = 200
MOST_LINES: Final = 6
STORED_VALUE: Final = "stored_value"
"""The code of the kind of tender that the store's gift cards and vouchers are."""


def check_tryton(link: TrytonLink, settings: Settings, offset_seconds: int | None) -> Sequence[Finding]:
    """Return everything that can be said. Raises `SyncError`s."""
    about = link.ask("about", {"lane": settings.lane.id})
    found = [
        Finding("connection", True, f"module {about.get('module')}, {about.get('company')}, {about.get('currency')}")
    ]
    found.append(clock_finding(offset_seconds))
    found += [Finding("setting up", False, str(text)) for text in about.get("missing", ())]
    if settings.lane.id not in about.get("lanes", ()):
        return found
    classes = country_of(settings).tax_classes(settings.store.language)
    found += _rounding(about, settings)
    found += _rates(about, classes)
    found += _tenders(about, settings)
    found.append(
        _samples(
            link,
            settings,
            TaxBook(
                {one.code: one for one in classes},
                TaxRounding(str(about.get("tax_rounding"))),
                int(about["digits"]),
                TaxProfile.TRYTON,
            ),
        )
    )
    return found


def _rounding(about: Told, settings: Settings) -> Iterator[Finding]:
    """Yield whether the lane rounds as Tryton does."""
    theirs, ours = about.get("tax_rounding"), settings.selling.tax_rounding
    text = f"Tryton rounds by {theirs}"
    yield Finding("rounding", theirs == ours, text if theirs == ours else f"{text}: set selling.tax_rounding to that")
    profile = settings.selling.tax_profile
    is_well = profile == "tryton"
    yield Finding("taxes", is_well, f"the lane reckons as {profile}{'' if is_well else ': set selling.tax_profile'}")


def _rates(about: Told, classes: Sequence[TaxClass]) -> Iterator[Finding]:
    """Yield where a tax of the country has another rate there, or none."""
    told: Any = about.get("taxes", {})
    for rate in flatten(rate for one in classes for rate in one.rates):
        theirs = told.get(rate.code)
        if theirs is None:
            yield Finding("rates", False, f"no tax in Tryton has the code {rate.code}: fill it in there, if it is used")
        elif not _is_same(rate, theirs):
            yield Finding("rates", False, f"{rate.code} is {theirs['rate'] or theirs['amount']} in Tryton")


def _tenders(about: Told, settings: Settings) -> Iterator[Finding]:
    """Yield each kind of tender of the lane that no payment method there stands for."""
    kinds = [kind.code for kind in country_of(settings).tender_kinds(settings.store.language)]
    there = set(about.get("methods", ()))
    for code in (*kinds, *([STORED_VALUE] if settings.cards.are_taken else [])):
        if code not in there:
            yield Finding(
                "tenders", False, f"no payment method in Tryton has the code {code}: fill it in, if it is used"
            )


def _is_same(rate: TaxRate, theirs: Told) -> bool:
    if rate.kind is not TaxKind.PERCENT:
        return True
    return theirs["kind"] == "percentage" and Decimal(theirs["rate"]).scaleb(6) == rate.rate_ppm


def _samples(link: TrytonLink, settings: Settings, book: TaxBook) -> Finding:
    """Return whether both sides come to the same cents for baskets of many prices and quantities."""
    baskets = draw_baskets(sorted(book.classes))
    try:
        told = link.ask("reckoned", {"lane": settings.lane.id, "baskets": baskets}).get("totals")
    except Denied as error:
        return Finding("baskets", False, str(error))
    theirs = [(str(one["total"]), str(one["tax"])) for one in told] if isinstance(told, list) else []
    ours = [reckon(book, basket) for basket in baskets]
    differ = [
        f"{basket}: lane {one}, Tryton {other}"
        for basket, one, other in zip(baskets, ours, theirs, strict=False)
        if tuple(map(Decimal, one)) != tuple(map(Decimal, other))
    ]
    is_well = not differ and len(theirs) == len(ours)
    text = f"{len(theirs) - len(differ)} of {len(ours)} baskets come to the same cents"
    return Finding("baskets", is_well, f"{text}; the first that does not: {differ[0]}" if differ else text)


def draw_baskets(classes: Sequence[str]) -> list[list[dict[str, str]]]:
    """Return baskets, the same each time: prices with two decimals, some lines weighed, some taken back."""
    random = Random(SAMPLES)
    return [[_draw_line(random, classes) for _ in range(random.randint(1, MOST_LINES))] for _ in range(SAMPLES)]


def _draw_line(random: Random, classes: Sequence[str]) -> dict[str, str]:
    grams = random.choice((1_000, 1_000, 2_000, 3_000, 12_000, random.randint(50, 4_000)))
    sign = "-" if random.random() < 0.1 else ""
    price = Decimal(random.randint(1, 99_999)).scaleb(-2)
    return {
        "tax_class": random.choice(classes),
        "quantity": f"{sign}{Decimal(grams).scaleb(-3)}",
        "price": format(price, "f"),
    }


def reckon(book: TaxBook, basket: Sequence[dict[str, str]]) -> tuple[str, str]:
    """Return total and taxes of a basket as the lane has them."""
    sums: tuple[TaxSum, ...] = ()
    for line in basket:
        quantity, price = (int(Decimal(line[name]) * MICRO) for name in ("quantity", "price"))
        sums = tax.summed(sums, line["tax_class"], tax.price_line(book, line["tax_class"], quantity, price))
    told = tax.total(book, sums)
    money = (told.total_minor, told.total_minor - told.net_minor)
    return format(Decimal(money[0]).scaleb(-book.exponent), "f"), format(Decimal(money[1]).scaleb(-book.exponent), "f")
