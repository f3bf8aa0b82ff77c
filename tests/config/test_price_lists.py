"""Price lists from documents: what is right is read, what is wrong is named, and nothing wrong stops what is right."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.document import parse_document
from config.errors import Fault
from config.price_lists import MAX_LISTS, MAX_RULES, PriceListsRead, PriceTerms, judge_price_lists
from domain.price_list import build_price_book
from domain.price_rule import CurrencyRate, PriceBasis, PriceList, PriceRule, PriceWay, RuleScope
from tests.architecture.house import ROOT

TERMS: Final = PriceTerms("MXN", 2, "es", (CurrencyRate("USD", 17_050_000),))
RULE: Final[dict[str, Any]] = {"rule_id": 1, "fixed_price": 10}
GOOD: Final[dict[str, Any]] = {"code": "A", "rules": [RULE]}


def judge(*entries: object) -> PriceListsRead:
    return judge_price_lists({"price_lists": list(entries)}, TERMS, "p.toml")


def problems(read: PriceListsRead) -> list[tuple[str, Fault]]:
    return [(problem.key, problem.fault) for problem in read.problems]


def of_rule(**fields: Any) -> PriceListsRead:
    return judge({"code": "A", "rules": [{"rule_id": 1} | fields]})


def formula_on(code: str, base: str) -> dict[str, Any]:
    rule = {"rule_id": 7, "way": "formula", "basis": "price_list", "base_list": base, "discount": 2}
    return {"code": code, "rules": [RULE | {"rule_id": 6}, rule]}


def example() -> str:
    """Return the document that docs/import.md shows."""
    [text] = re.findall(r"```toml\n(.*?)```", (ROOT / "docs" / "import.md").read_text(encoding="utf-8"), re.DOTALL)
    return str(text)


def test_the_document_of_the_page_is_read_with_everything_in_it() -> None:
    read = judge_price_lists(parse_document(example(), Path("p.toml")), TERMS)
    item = PriceRule(1, RuleScope.ITEM, "7501055363056", min_quantity_micro=12_000_000, fixed_price_micro=16_250_000)
    bought = PriceRule(
        2,
        RuleScope.DEPARTMENT,
        "bebidas",
        start_on=date(2026, 11, 1),
        end_on=date(2026, 11, 30),
        way=PriceWay.PERCENTAGE,
        percent_micro=5_000_000,
    )
    cost = PriceRule(
        3,
        start_at=datetime(2026, 11, 24, 14, tzinfo=UTC),
        way=PriceWay.FORMULA,
        basis=PriceBasis.COST,
        markup_micro=30_000_000,
        round_micro=500_000,
        surcharge_micro=-10_000,
    )
    assert read == PriceListsRead((PriceList("MAYOREO", "Mayoreo", counts_basket=True, rules=(item, bought, cost)),))


def test_json_says_the_same_as_toml() -> None:
    document = parse_document(example(), Path("p.toml"))
    text = msgspec.json.encode(document).decode()
    assert '"16.25"' in text
    assert judge_price_lists(parse_document(text, Path("p.JSON")), TERMS) == judge_price_lists(document, TERMS)
    numbers = text.replace('"16.25"', "16.25").replace('"-0.01"', "-1e-2")
    assert judge_price_lists(parse_document(numbers, Path("p.json")), TERMS) == judge_price_lists(document, TERMS)


@pytest.mark.parametrize(
    ("given_price", "micro"),
    [(16, 16_000_000), ("16.25", 16_250_000), (Decimal("0.000001"), 1), (0, 0), (Decimal("1E+3"), 1_000_000_000)],
)
def test_a_number_is_exact(given_price: object, micro: int) -> None:
    assert of_rule(fixed_price=given_price).lists[0].rules[0].fixed_price_micro == micro


@pytest.mark.parametrize(
    ("fields", "key", "fault"),
    [
        ({}, "fixed_price", Fault.MISSING_KEY),
        ({"way": "percentage"}, "percent", Fault.MISSING_KEY),
        ({"way": "fixed", "percent": 10, "fixed_price": 1}, "percent", Fault.BAD_VALUE),
        ({"way": "formula", "fixed_price": 1}, "fixed_price", Fault.BAD_VALUE),
        ({"way": "formula", "basis": "price_list"}, "base_list", Fault.MISSING_KEY),
        ({"way": "python"}, "way", Fault.WRONG_TYPE),
        ({"fixed_price": -1}, "fixed_price", Fault.BAD_VALUE),
        ({"fixed_price": Decimal("0.0000001")}, "fixed_price", Fault.BAD_VALUE),
        ({"fixed_price": Decimal("1E+999999")}, "fixed_price", Fault.BAD_VALUE),
        ({"fixed_price": Decimal("NaN")}, "fixed_price", Fault.BAD_VALUE),
        ({"fixed_price": "9" * 50}, "fixed_price", Fault.WRONG_TYPE),
        ({"fixed_price": 10**10}, "fixed_price", Fault.BAD_VALUE),
        ({"fixed_price": True}, "fixed_price", Fault.WRONG_TYPE),
        ({"fixed_price": "ten"}, "fixed_price", Fault.WRONG_TYPE),
        ({"fixed_price": None}, "fixed_price", Fault.WRONG_TYPE),
        ({"fixed_price_micro": 1, "fixed_price": 1}, "fixed_price_micro", Fault.UNKNOWN_KEY),
        ({"fixed_price": 1, "moon": 1}, "", Fault.UNKNOWN_KEY),
        ({"way": "percentage", "percent": 101}, "percent", Fault.BAD_VALUE),
        ({"way": "formula", "round": -1}, "round", Fault.BAD_VALUE),
        ({"fixed_price": 1, "min_quantity": -1}, "min_quantity", Fault.BAD_VALUE),
        ({"fixed_price": 1, "scope": "item"}, "target", Fault.MISSING_KEY),
        ({"fixed_price": 1, "target": "A"}, "target", Fault.BAD_VALUE),
        ({"fixed_price": 1, "scope": "item", "target": "x" * 65}, "target", Fault.BAD_VALUE),
        ({"fixed_price": 1, "start_at": datetime(2026, 11, 24)}, "start_at", Fault.BAD_VALUE),  # noqa: DTZ001
        ({"fixed_price": 1, "end_at": "2026-11-24T10:00:00"}, "end_at", Fault.BAD_VALUE),
        ({"fixed_price": 1, "start_on": "yesterday"}, "start_on", Fault.WRONG_TYPE),
        ({"fixed_price": 1, "start_on": "2026-11-24", "end_on": "2026-11-23"}, "", Fault.BAD_VALUE),
        (
            {"fixed_price": 1, "start_at": "2026-11-24T10:00:00Z", "end_at": "2026-11-24T10:00:00+01:00"},
            "",
            Fault.BAD_VALUE,
        ),
        ({"fixed_price": 1, "rule_id": "1"}, "rule_id", Fault.WRONG_TYPE),
    ],
)
def test_a_rule_that_is_wrong_is_named_by_its_key(fields: dict[str, Any], key: str, fault: Fault) -> None:
    read = of_rule(**fields)
    assert read.lists == ()
    place = f"price_lists.1.rules.1{f'.{key}' if key else ''}"
    assert problems(read) == [(place, fault)]


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"code": ""}, "price_lists.1.code"),
        ({"code": "x" * 41}, "price_lists.1.code"),
        ({"code": "A\x1b"}, "price_lists.1.code"),
        ({"code": 5}, "price_lists.1.code"),
        ({"name": "x" * 61}, "price_lists.1.name"),
        ({"currency": "EUR"}, "price_lists.1.currency"),
        ({"rules": [5]}, "price_lists.1.rules.1"),
        ({"rules": [RULE, RULE]}, "price_lists.1.rules.2"),
        ({"colour": 1}, "price_lists.1"),
    ],
)
def test_a_list_that_is_wrong_is_named_and_the_others_stand(fields: dict[str, Any], key: str) -> None:
    read = judge(GOOD | fields, GOOD | {"code": "B"})
    assert [one.code for one in read.lists] == ["B"]
    assert [found for found, _ in problems(read)] == [key]


def test_the_store_s_own_currency_is_none_and_one_with_a_rate_is_kept() -> None:
    read = judge(GOOD | {"currency": "MXN"}, GOOD | {"code": "B", "currency": "USD"})
    assert [one.currency for one in read.lists] == ["", "USD"]


def test_all_lists_that_go_round_are_refused_and_so_is_each_based_on_them() -> None:
    read = judge(formula_on("A", "B"), formula_on("B", "A"), formula_on("C", "A"), GOOD | {"code": "D"})
    assert [one.code for one in read.lists] == ["D"]
    assert [(p.key, "goes round" in p.remedy) for p in read.problems] == [
        ("price_lists.1.rules.2", True),
        ("price_lists.2.rules.2", True),
        ("price_lists.3.rules.2", True),
    ]


def test_a_list_based_on_one_with_a_mistake_is_refused_with_it() -> None:
    read = judge(
        formula_on("A", "B"), {"code": "B", "rules": [{"rule_id": 1}]}, formula_on("C", "D"), GOOD | {"code": "D"}
    )
    assert [one.code for one in read.lists] == ["C", "D"]
    assert [found for found, _ in problems(read)] == ["price_lists.1.rules.2", "price_lists.2.rules.1.fixed_price"]


def test_two_lists_of_one_code_are_both_refused() -> None:
    read = judge(GOOD, {"code": "A", "rules": [{"rule_id": 1}]}, GOOD | {"code": "B"})
    assert [one.code for one in read.lists] == ["B"]
    assert ("price_lists.1", Fault.DUPLICATE) in problems(read)


@pytest.mark.parametrize("document", [None, [], {}, {"price_lists": {}}, {"lists": []}])
def test_what_is_no_document_of_lists_is_one_problem(document: object) -> None:
    assert problems(judge_price_lists(document, TERMS)) == [("price_lists", Fault.MISSING_KEY)]


def test_unknown_keys_of_the_document_are_told_and_stop_nothing() -> None:
    read = judge_price_lists({"price_lists": [GOOD], "mo\x1bon": 1}, TERMS)
    assert (len(read.lists), problems(read)) == (1, [("moon", Fault.UNKNOWN_KEY)])


def test_a_crowd_is_refused_before_it_is_read() -> None:
    many = judge(*({"code": str(number)} for number in range(MAX_LISTS + 1)))
    rules = judge(GOOD | {"rules": [{}] * (MAX_RULES + 1)})
    assert [(read.lists, len(read.problems)) for read in (many, rules)] == [((), 1), ((), 1)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS: Final = [name.removesuffix("_micro") for name in PriceRule.__struct_fields__]


@given(
    st.dictionaries(st.sampled_from(["code", "name", "currency", "counts_basket", "rules"]), JSON),
    st.dictionaries(st.sampled_from(KEYS), JSON | st.sampled_from(["fixed", "formula", "price_list", "item"])),
)
def test_no_entry_whatsoever_raises_or_stops_another(entry: dict[str, Any], rule: dict[str, Any]) -> None:
    odd = {"code": "C", "rules": [RULE | rule]}
    read = judge(GOOD | entry, odd, GOOD | {"code": "B"})
    codes = {one.code for one in read.lists}
    assert "B" in codes or entry.get("code") == "B"
    assert bool(read.problems) == (len(read.lists) < 3)
    assert json.dumps([problem.key for problem in read.problems])
    assert set(build_price_book(read.lists, TERMS.rates).lists) == codes
    decoded = msgspec.json.decode(msgspec.json.encode(read.lists), type=tuple[PriceList, ...])
    assert decoded == read.lists
