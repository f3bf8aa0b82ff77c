"""docs/taxes.md: every worked example is what the engine computes, and the rules name their sources."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from domain import tax
from domain.cash_rounding import CashRounding, RoundingStrategy, RoundingWay, round_document
from domain.money import MICRO, convert, convert_back
from domain.tax import LineTax, TaxBook, TaxClass, TaxKind, TaxProfile, TaxRate, TaxRounding, TaxSum
from domain.tax_discount import discount_amount, discount_percent
from domain.tax_position import adapt_price_micro
from tests.architecture.house import ROOT

PAGE = (ROOT / "docs" / "taxes.md").read_text(encoding="utf-8")
TEXTS = re.findall(r"```toml\n(.*?)\n```", PAGE, re.DOTALL)
EXAMPLES: list[dict[str, Any]] = [tomllib.loads(text) for text in TEXTS]
TITLES = [PAGE[: PAGE.index(text)].rpartition("\n**")[2].partition("**")[0] for text in TEXTS]
KINDS = {"percent": TaxKind.PERCENT, "fixed": TaxKind.FIXED, "division": TaxKind.DIVISION, "group": TaxKind.GROUP}


def cents(text: str, scale: int = 100) -> int:
    value = Fraction(Decimal(text)) * scale
    assert value.denominator == 1
    return int(value)


def rate(code: str, said: dict[str, Any]) -> TaxRate:
    kind = next(kind for word, kind in KINDS.items() if word in said)
    return TaxRate(
        code,
        code.upper(),
        rate_ppm=cents(said.get("percent", said.get("division", "0")), 10_000),
        included=said.get("included", False),
        kind=kind,
        amount_micro=cents(said.get("fixed", "0"), MICRO),
        include_base_amount=said.get("affects", False),
        is_base_affected=said.get("affected", True),
        sequence=said.get("sequence", 0),
        has_negative_factor=said.get("reverse", False),
        children=tuple(rate(*child) for child in said.get("group", {}).items()),
    )


def book_of(example: dict[str, Any]) -> TaxBook:
    sets = {line[2] for line in example["lines"]}
    classes = {
        words: TaxClass(words, words, tuple(rate(word, example["taxes"][word]) for word in words.split()))
        for words in sets
    }
    rounding, profile = TaxRounding(example.get("rounding", "line")), TaxProfile(example.get("profile", "odoo"))
    return TaxBook(classes, rounding, profile=profile, step_minor=cents(example.get("step", "0.01")))


def lines_of(book: TaxBook, example: dict[str, Any]) -> list[tuple[str, LineTax]]:
    lines = []
    for quantity, price, words, *discount in example["lines"]:
        ppm = cents(discount[0], 10_000) if discount else 0
        lines.append((words, tax.price_line(book, words, cents(quantity, MICRO), cents(price, MICRO), ppm)))
    return lines


def discounted(book: TaxBook, lines: list[tuple[str, LineTax]], discount: str | None) -> list[tuple[str, LineTax]]:
    if discount is None:
        return lines
    percent, is_percent, _ = discount.partition(" %")
    if is_percent:
        parts = discount_percent(book, lines, cents(percent, 10_000))
    else:
        parts = discount_amount(book, lines, cents(discount))
    return [*lines, *((part.tax_class, part.line) for part in parts)]


def cash_of(said: dict[str, str] | None) -> CashRounding:
    if said is None:
        return CashRounding(0)
    strategy = RoundingStrategy(said.get("strategy", "line"))
    return CashRounding(cents(said["step"]), RoundingWay(said["way"]), strategy)


@pytest.mark.parametrize("example", EXAMPLES, ids=TITLES)
def test_an_example_comes_to_what_the_page_says(example: dict[str, Any]) -> None:
    book = book_of(example)
    lines = discounted(book, lines_of(book, example), example.get("discount"))
    sums: tuple[TaxSum, ...] = ()
    for code, line in lines:
        sums = tax.summed(sums, code, line)
    rounded = round_document(cash_of(example.get("cash")), tax.total(book, sums))
    told = rounded.document
    assert (told.net_minor, told.total_minor) == (cents(example["net"]), cents(example["total"]))
    rows = {row.code: row for row in told.taxes}
    assert {code: row.tax_minor for code, row in rows.items() if not row.is_exempt} == {
        code: cents(amount) for code, amount in example["tax"].items()
    }
    assert {code: rows[code].base_minor for code in example.get("base", {})} == {
        code: cents(base) for code, base in example.get("base", {}).items()
    }
    assert rounded.rounding_minor == cents(example.get("rounding_line", "0"))
    posted = [[share.net_minor, *share.taxes_minor] for share in tax.spread(book, lines)]
    wanted = [[cents(figure) for figure in line] for line in example.get("posted", [])]
    assert not wanted or posted == wanted


def table(title: str) -> list[list[str]]:
    """The rows of the table below a title."""
    below = re.split(r"\n\n(?:\*\*|#)", PAGE.partition(title)[2])[0]
    rows = re.findall(r"^\|(.*)\|$", below, re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows[2:]]


def taxes_in(cell: str) -> tuple[TaxRate, ...]:
    percent, _, how = cell.partition(" % ")
    return () if cell == "none" else (TaxRate(cell, cell, cents(percent, 10_000), how == "included"),)


@pytest.mark.parametrize(("price", "old", "new", "becomes"), table("**Fiscal position.**"))
def test_a_price_is_adapted_as_the_page_says(price: str, old: str, new: str, becomes: str) -> None:
    assert adapt_price_micro(taxes_in(old), taxes_in(new), cents(price, MICRO)) == cents(becomes, MICRO)


@pytest.mark.parametrize(("amount", "rate_text", "decimals", "becomes"), table("**Foreign currency.**"))
def test_an_amount_is_converted_as_the_page_says(amount: str, rate_text: str, decimals: str, becomes: str) -> None:
    given, wanted = (int(part) for part in decimals.split(" to "))
    _, is_back, number = rate_text.rpartition("back at ")
    way = convert_back if is_back else convert
    assert way(cents(amount, 10**given), cents(number, MICRO), (given, wanted)) == cents(becomes, 10**wanted)


def test_the_page_has_an_example_of_every_kind_and_names_its_sources() -> None:
    assert len(EXAMPLES) >= 25
    used = {word for example in EXAMPLES for one in example.get("taxes", {}).values() for word in one}
    assert set(KINDS) | {"included", "affects", "affected", "reverse", "sequence"} <= used
    assert len(re.findall(r"\*Source:", PAGE)) >= 12
    assert "account.tax" in PAGE
