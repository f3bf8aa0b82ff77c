"""docs/promotions.md: each example gives what the page says, and the page has every key with its default."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args

import msgspec
import pytest
import tomli_w

from config.check import TableType
from config.promotion_document import LimitsTable, PromotionTable, RewardTable, TimesTable, WhenTable
from config.promotions import judge_promotions
from domain.money import MICRO
from domain.promotion_basket import PromotionContext, PromotionLine, Rewards
from domain.promotion_book import build_book
from domain.promotion_search import find_rewards

PAGE = (Path(__file__).parents[2] / "docs" / "promotions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.DOTALL)
LINE = re.compile(r"([\d.]+) × (\w+)/(\w+) at ([\d.]+) +(-?[\d.]+)")
TOTAL = re.compile(r"(.+?) +(-[\d.]+)")
ROW = re.compile(r"\| `(\w+)` \| (?:`(.*?)`|needed|none) \| .+ \|")
KINDS: tuple[TableType, ...] = get_args(RewardTable)
MONDAY = datetime(2026, 1, 5, 13, 30, tzinfo=UTC)


def _minor(text: str) -> int:
    return int(Decimal(text) * 100)


def _rewards(document: str, basket: str) -> Rewards:
    read = judge_promotions(tomllib.loads(document, parse_float=Decimal), 2, "es")
    assert read.problems == ()
    lines = [
        PromotionLine(
            number,
            sku,
            department,
            (),
            "general",
            int(Decimal(quantity) * MICRO),
            _minor(price) * MICRO // 100,
            int(Decimal(quantity) * _minor(price)),
        )
        for number, (quantity, sku, department, price, _) in enumerate(LINE.findall(basket), 1)
    ]
    context = PromotionContext(MONDAY, UTC, "socios", frozenset({"GRACIAS"}))
    return find_rewards(build_book(read.promotions), lines, context)


@pytest.mark.parametrize(("document", "basket"), EXAMPLES)
def test_an_example_gives_what_the_page_says(document: str, basket: str) -> None:
    rewards = _rewards(document, basket)
    by_line = {number: 0 for number, _ in enumerate(LINE.findall(basket), 1)}
    for reward in rewards.rewards:
        for share in reward.shares:
            by_line[share.line_no] += share.amount_minor
    assert [-saved for saved in by_line.values()] == [_minor(row[4]) for row in LINE.findall(basket)]
    totals = [TOTAL.fullmatch(row) for row in basket.splitlines() if not LINE.match(row)]
    assert {reward.name: -reward.amount_minor for reward in rewards.rewards} == {
        found[1]: _minor(found[2]) for found in totals if found
    }
    assert rewards.is_exact


def test_each_kind_of_reward_has_an_example() -> None:
    kinds = [str(table.__struct_config__.tag) for table in KINDS]
    assert re.findall(r"^### `(\w+)`", PAGE, re.MULTILINE) == kinds
    for kind in kinds:
        assert any(f'"{kind}"' in document for document, _ in EXAMPLES), kind


def _keys(section: str) -> list[dict[str, str]]:
    """Return the tables of a section: for each key its default as TOML, nothing where it has none."""
    text = PAGE.partition(f"## {section}\n")[2].partition("\n## ")[0]
    tables = re.split(r"\n\n", text)
    return [dict(ROW.findall(table)) for table in tables if ROW.search(table)]


@pytest.mark.parametrize(
    ("section", "place", "table"),
    [
        ("Keys of a promotion", 0, PromotionTable),
        ("Conditions: `when`", 0, WhenTable),
        ("Conditions: `when`", 1, TimesTable),
        ("Limits: `limits`", 0, LimitsTable),
    ],
)
def test_the_page_has_each_key_with_its_default(section: str, place: int, table: TableType) -> None:
    says = _keys(section)[place]
    fields = {field.encode_name: field for field in msgspec.structs.fields(table)}
    assert set(says) == set(fields)
    for name, default in says.items():
        assert default == _default(fields[name]), name


def _default(field: msgspec.structs.FieldInfo) -> str:
    """Return a default as TOML, nothing for a key that is needed or has none."""
    if field.required or field.default is None:
        return ""
    if isinstance(field.default, msgspec.Struct):
        return "{}"
    if isinstance(field.default, Decimal):
        return str(field.default)
    return tomli_w.dumps({"x": field.default}).strip().removeprefix("x = ")


def test_every_key_of_a_reward_is_named_where_the_reward_is() -> None:
    for table in KINDS:
        section = PAGE.partition(f"### `{table.__struct_config__.tag}`")[2].partition("\n#")[0]
        for field in msgspec.structs.fields(table):
            assert field.encode_name in section, (table, field.encode_name)
