"""docs/price-lists.md: each example comes to what the page says, and the page has every key, default and flaw."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import pytest

from domain.money import MICRO
from domain.price_list import Price, build_price_book, find_price
from domain.price_rule import CurrencyRate, PricedItem, PriceFlaw, PriceList, PriceRule
from tests.architecture.house import ROOT

PAGE: Final = (ROOT / "docs" / "price-lists.md").read_text(encoding="utf-8")
EXAMPLES: Final = [tomllib.loads(text) for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]
MICROS: Final = {name.removesuffix("_micro"): name for name in PriceRule.__struct_fields__ if name.endswith("_micro")}


def micro(text: str) -> int:
    number = Decimal(text) * MICRO
    assert number == int(number)
    return int(number)


def rules_of(rows: list[dict[str, Any]]) -> tuple[PriceRule, ...]:
    written = [
        {MICROS.get(key, key): micro(value) if key in MICROS else value for key, value in row.items()} for row in rows
    ]
    return msgspec.convert(written, tuple[PriceRule, ...])


def item_of(row: dict[str, Any]) -> PricedItem:
    return PricedItem(
        row["sku"],
        micro(row["price"]),
        micro(row["cost"]) if "cost" in row else None,
        row.get("template", ""),
        tuple(row.get("departments", ())),
        tuple(row.get("uom_factor", (1, 1))),
    )


def documented(table: str) -> dict[str, str]:
    """Return the keys of a table of the page and their defaults."""
    rows = re.search(rf"\| key of a {table} \|.*?\n\n", PAGE, re.DOTALL)
    assert rows
    keys: dict[str, str] = {}
    for names, default in re.findall(r"^\| (`[^|]+`) \| ([^|]+) \|", rows[0], re.MULTILINE):
        keys |= dict.fromkeys(re.findall(r"`(\w+)`", names), default.strip("`"))
    return keys


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_comes_to_what_the_page_says(example: dict[str, Any]) -> None:
    rates = [
        CurrencyRate(code, micro(worth), micro(units)) for code, (worth, units) in example.get("rates", {}).items()
    ]
    others = [PriceList(code, rules=rules_of(rows)) for code, rows in example.get("others", {}).items()]
    listed = PriceList("L", "", example.get("currency", ""), rules=rules_of(example["rules"]))
    book = build_price_book((listed, *others), rates)
    at, zone = example.get("at", datetime(2026, 11, 24, tzinfo=UTC)), ZoneInfo(example.get("zone", "UTC"))
    assert example["asks"]
    for quantity, price, rule in example["asks"]:
        found = find_price(book, "L", item_of(example["item"]), micro(quantity), at, zone)
        assert isinstance(found, Price), found
        assert (found.exact, str(found.rule.rule_id) if found.rule else "own") == (Fraction(price), rule)


def test_the_page_has_an_example_for_each_rule_of_choice_and_of_arithmetic() -> None:
    told = re.findall(r"^\*\*([^*]+)\.\*\*", PAGE, re.MULTILINE)
    assert len(told) - 1 == len(EXAMPLES) == 14  # what is to be counted is the caller's, and has none


def test_the_page_has_every_key_with_its_default() -> None:
    told = documented("list") | documented("rule")
    fields = [field for one in (PriceList, PriceRule) for field in msgspec.structs.fields(one)]
    assert set(told) == {field.name.removesuffix("_micro") for field in fields}
    for field in fields:
        default = told[field.name.removesuffix("_micro")]
        if field.required:
            assert default == "needed"
        elif field.name == "currency":
            assert default == "the store's"
        else:
            said = {"None": "none", "": '""', "()": "[]"}
            assert default == said.get(str(field.default), str(field.default).lower()), field.name


def test_the_page_has_every_flaw() -> None:
    rows = PAGE.split("## What is refused", 1)[1].split("## ", 1)[0]
    names = [
        name for names in re.findall(r"^\| ([^|]+) \|", rows, re.MULTILINE) for name in re.findall(r"`(\w+)`", names)
    ]
    assert sorted(names) == sorted(flaw.value for flaw in PriceFlaw)
