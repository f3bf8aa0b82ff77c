"""Taking promotions and price lists from a document: read and judged whole, then put in place of all that there were.

What is wrong is left out, each with its reasons; the rest is taken, unless all of it is wrong or `is_strict` says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from config.country import country_of
from config.document import parse_document
from config.errors import ConfigError, Fault, Problem
from config.price_lists import PriceTerms, judge_price_lists
from config.promotions import judge_promotions
from config.settings import Settings
from domain.instant import stamp
from domain.money import MICRO_DIGITS, parse_scaled
from domain.price_rule import CurrencyRate, PriceList
from domain.promotion import Promotion
from domain.text import safe_text
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.prices import put_price_lists, put_promotions, read_price_lists, read_promotions
from sync.catalog_import import need_rows
from sync.catalog_text import UnreadableFile
from sync.feed_shrink import ShrinkGuard
from sync.json_file import read_bounded
from sync.price_weight import weigh_lists, weigh_promotions

PriceKind = Literal["promotions", "prices"]

MAX_JSON: Final = 64_000_000
MAX_TOML: Final = 4_000_000
"""Most bytes of a document; TOML takes a hundred times as long to read."""
SHOWN: Final = 50
"""Mistakes that are told to a person at a terminal; a report beside a file has all of them."""

_LISTS: Final[Mapping[PriceKind, str]] = {"promotions": "promotions", "prices": "price_lists"}
"""The key of a document that is the list."""
_WORDS: Final[Mapping[PriceKind, str]] = {"promotions": "promotion", "prices": "price list"}


class PriceOptions(msgspec.Struct, frozen=True):
    """How a document is to be taken."""

    terms: PriceTerms
    is_strict: bool = False
    is_dry_run: bool = False
    rows: int | None = None
    """How many lists or promotions the document must have; None says nothing of it."""
    is_guarded: bool = False
    """Whether a person has to say so before much is lost: for documents that no person has brought."""


class PriceReport(msgspec.Struct, frozen=True):
    """What a document was found to be: `found` promotions or lists in it, `taken` of them sound, the rest refused.

    `is_applied` where those that were taken are in force now; `is_changed` where they were not before.
    """

    source: str
    kind: PriceKind
    digest: str
    found: int
    taken: int
    refused: int
    is_applied: bool
    is_changed: bool
    problems: tuple[Problem, ...] = ()


def price_terms(settings: Settings) -> PriceTerms:
    """Return what a shop's documents are judged by. Raises `ConfigError`."""
    currency = country_of(settings).currency(settings.store.currency)
    worths = {exchange.currency: parse_scaled(exchange.rate, MICRO_DIGITS) for exchange in settings.exchange}
    rates = tuple(CurrencyRate(code, worth) for code, worth in worths.items() if worth)
    return PriceTerms(currency.code, currency.exponent, settings.store.language, rates)


def import_prices(
    db: LedgerDatabase,
    path: Path,
    kind: PriceKind,
    options: PriceOptions,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> PriceReport:
    """Take a document. Raises `UnreadableFile` where it is none (nothing has changed), and `NotSaved`."""
    content = read_bounded(path, MAX_JSON if _is_json(path) else MAX_TOML)
    document = _parse(content, path)
    sound, problems = _judge(document, kind, options.terms, path.name)
    found = _count(document, kind)
    need_rows(path.name, found, options.rows)
    is_refused = bool(problems) and (options.is_strict or not sound)
    if options.is_guarded and not is_refused and (loss := _find_loss(db, kind, sound, now)):
        is_refused, problems = True, (Problem(path.name, "", Fault.BAD_VALUE, loss), *problems)
    is_applied = not is_refused and not options.is_dry_run
    return PriceReport(
        source=path.name,
        kind=kind,
        digest=hashlib.sha256(content).hexdigest(),
        found=found,
        taken=len(sound),
        refused=found - len(sound),
        is_applied=is_applied,
        is_changed=is_applied and _put(db, kind, sound, stamp(now())),
        problems=problems,
    )


def summarize_prices(report: PriceReport, shown: int | None = None) -> tuple[str, ...]:
    """Return a report as lines of text, with so many mistakes at most; the first line alone says how it went."""
    return tuple(safe_text(line, 500) for line in _lines(report, shown))


def _is_json(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _parse(content: bytes, path: Path) -> object:
    """Return what a document says."""
    try:
        parsed: object = parse_document(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path.name} must be UTF-8; byte {error.start} is not: save it as UTF-8") from error
    except ConfigError as error:
        told = "; ".join(problem.remedy for problem in error.problems)
        raise UnreadableFile(f"{path.name} {told}: look at that place") from error
    return parsed


def _judge(
    document: object, kind: PriceKind, terms: PriceTerms, name: str
) -> tuple[Sequence[Promotion] | Sequence[PriceList], tuple[Problem, ...]]:
    """Return what is sound in a document, and what is wrong with it."""
    if kind == "promotions":
        promotions = judge_promotions(document, terms.exponent, terms.language, name)
        return promotions.promotions, promotions.problems
    lists = judge_price_lists(document, terms, name)
    return lists.lists, lists.problems


def _count(document: Any, kind: PriceKind) -> int:
    entries = document.get(_LISTS[kind]) if isinstance(document, Mapping) else None
    return len(entries) if isinstance(entries, list) else 0


def _find_loss(db: LedgerDatabase, kind: PriceKind, sound: Sequence[Any], now: Callable[[], datetime]) -> str:
    """Return what a person has to say before so much of what the lane has is lost; empty where it may be.

    What he has said holds for one document.
    """
    guard = ShrinkGuard(db, kind, now)
    if kind == "promotions":
        left, had = weigh_promotions(now(), sound), weigh_promotions(now(), read_promotions(db))
    else:
        left, had = weigh_lists(now(), sound), weigh_lists(now(), read_price_lists(db))
    if guard.may_shrink(left, had):
        guard.forget()
        return ""
    return f"{guard.problem()}, and leave the document again"


def _put(db: LedgerDatabase, kind: PriceKind, sound: Sequence[Any], at: str) -> bool:
    with saving():
        return put_promotions(db, sound, at) if kind == "promotions" else put_price_lists(db, sound, at)


def _lines(report: PriceReport, shown: int | None) -> Iterator[str]:
    yield _outcome(report)
    told = report.problems[:shown]
    for problem in told:
        yield ": ".join(part for part in (problem.key, problem.remedy) if part)
    if len(told) < len(report.problems):
        yield f"and {len(report.problems) - len(told)} more"


def _outcome(report: PriceReport) -> str:
    """Say in one line what was done."""
    words = f"{_WORDS[report.kind]}{'' if report.found == 1 else 's'}"
    counts = f"{report.found} {words} read: {report.taken} good, {report.refused} refused"
    if not report.is_applied:
        is_refused = report.problems and not report.taken and report.found
        return f"{counts}; nothing was changed{', for none is good' if is_refused else ''}"
    if not report.is_changed:
        return f"{counts}; they are what the lane has already"
    return (
        f"{counts}; the good ones are now all that the lane has" if report.taken else f"{counts}; the lane has none now"
    )
