"""Promotions from documents: what is right is read, what is wrong is named, and nothing wrong stops what is right."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ConfigError, Fault
from config.promotions import PromotionsRead, judge_promotions, read_promotions
from domain.promotion import (
    Bundle,
    Conditions,
    Limits,
    NForM,
    Part,
    PercentOff,
    Promotion,
    Scope,
    Window,
    parts_of,
)
from domain.promotion_book import build_book

GOOD: dict[str, Any] = {"code": "A", "name": "Oferta", "reward": {"kind": "percent_off", "percent": 10}}


def _judge(*entries: object) -> PromotionsRead:
    return judge_promotions({"promotions": list(entries)}, 2, "es", "p.toml")


def _problems(read: PromotionsRead) -> list[tuple[str, Fault]]:
    return [(problem.key, problem.fault) for problem in read.problems]


def test_a_toml_file_is_read_with_everything_in_it(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text(
        """
        [[promotions]]
        code = "MENU"
        name = { en = "Menu", es = "Menú" }
        priority = 5
        active = false
        stacks_with = ["CLUB"]
        reward.kind = "bundle"
        reward.parts = [{ items = ["1", "2"] }, { departments = ["pan"], quantity = 2 }]
        reward.price = 99.90
        limits = { times = 2, amount = 50, per_customer = 1 }

        [promotions.when]
        items = ["9"]
        min_units = 3
        min_value = "12.5"
        min_basket = 100
        customer_groups = ["club"]
        coupons = ["X"]
        times = [{ weekdays = ["sat", "sun"], from = "22:00", until = "02:30" }, {}]
        from = 2026-01-01
        until = 2026-01-31

        [[promotions]]
        code = "CLUB"
        name = "Club"
        departments = ["pan"]
        reward = { kind = "percent_off", percent = 12.3456 }
        limits = { units = 4 }
        """,
        encoding="utf-8",
    )
    read = read_promotions(path, 2, "es")
    assert read.problems == ()
    menu = Promotion(
        "MENU",
        "Menú",
        Bundle((Part(Scope(frozenset({"1", "2"}))), Part(Scope(departments=frozenset({"pan"})), 2)), 9990),
        Scope(),
        Conditions(
            Scope(frozenset({"9"})),
            3,
            1250,
            10000,
            frozenset({"club"}),
            frozenset({"X"}),
            (Window(frozenset({5, 6}), 22 * 60, 2 * 60 + 30), Window()),
            date(2026, 1, 1),
            date(2026, 1, 31),
        ),
        Limits(2, None, 5000, 1),
        5,
        stacks_with=frozenset({"CLUB"}),
        is_active=False,
    )
    club = Promotion("CLUB", "Club", PercentOff(123_456), Scope(departments=frozenset({"pan"})), limits=Limits(units=4))
    assert read.promotions == (menu, club)


def test_json_says_the_same_as_toml_and_decimals_stay_exact(tmp_path: Path) -> None:
    entry = {
        "code": "A",
        "name": {"en": "Three", "es": "Tres"},
        "reward": {"kind": "price_for", "quantity": 3, "price": 0},
        "when": {"from": "2026-01-01"},
    }
    text = json.dumps({"promotions": [entry]}).replace('"price": 0', '"price": 100.10')
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    (tmp_path / "p.toml").write_text(
        'promotions = [{ code = "A", name = { en = "Three", es = "Tres" }, when = { from = 2026-01-01 }, '
        'reward = { kind = "price_for", quantity = 3, price = "100.10" } }]',
        encoding="utf-8",
    )
    read = read_promotions(tmp_path / "p.json", 2, "en")
    assert read == read_promotions(tmp_path / "p.toml", 2, "en")
    assert msgspec.to_builtins(read.promotions[0].reward)["price_minor"] == 10_010
    assert read.promotions[0].name == "Three"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("p.toml", "[[promotions"),
        ("p.toml", "x = 1" + "0" * 5000),
        ("p.json", "{"),
        ("p.json", "[" * 100_000),
        ("p.json", "nonsense"),
        ("p.toml", ""),
    ],
)
def test_what_is_no_document_is_an_error(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        read_promotions(tmp_path / name, 2, "es")
    with pytest.raises(ConfigError, match="missing"):
        read_promotions(tmp_path / "none.toml", 2, "es")


def test_a_document_without_promotions_and_keys_of_its_own_are_named() -> None:
    documents: tuple[object, ...] = ([], "x", {}, {"promotions": {}}, None)
    for document in documents:
        read = judge_promotions(document, 2, "es")
        assert _problems(read) == [("promotions", Fault.MISSING_KEY)]
    read = judge_promotions({"promotions": [GOOD], "promotion": 1}, 2, "es")
    assert _problems(read) == [("promotion", Fault.UNKNOWN_KEY)]
    assert len(read.promotions) == 1


@pytest.mark.parametrize(
    ("change", "key", "fault"),
    [
        ({"colour": "red"}, "", Fault.UNKNOWN_KEY),
        ({"reward": {"kind": "percent_off", "percent": 10, "percents": 1}}, "reward", Fault.UNKNOWN_KEY),
        ({"reward": {"kind": "percent_off"}}, "reward", Fault.MISSING_KEY),
        ({"reward": {"kind": "magic"}}, "reward.kind", Fault.WRONG_TYPE),
        ({"reward": {"kind": "percent_off", "percent": True}}, "reward.percent", Fault.WRONG_TYPE),
        ({"reward": {"kind": "percent_off", "percent": 0}}, "reward.percent", Fault.BAD_VALUE),
        ({"reward": {"kind": "percent_off", "percent": -5}}, "reward.percent", Fault.BAD_VALUE),
        ({"reward": {"kind": "percent_off", "percent": 101}}, "reward.percent", Fault.BAD_VALUE),
        ({"reward": {"kind": "percent_off", "percent": Decimal("0.00001")}}, "reward.percent", Fault.BAD_VALUE),
        ({"reward": {"kind": "percent_off", "percent": "1e999999999"}}, "reward.percent", Fault.BAD_VALUE),
        ({"reward": {"kind": "percent_off", "percent": "NaN"}}, "reward.percent", Fault.BAD_VALUE),
        ({"reward": {"kind": "unit_amount_off", "amount": Decimal("1.005")}}, "reward.amount", Fault.BAD_VALUE),
        ({"reward": {"kind": "basket_amount_off", "amount": 10**17}}, "reward.amount", Fault.BAD_VALUE),
        ({"reward": {"kind": "price_for", "quantity": 0, "price": 1}}, "reward.quantity", Fault.BAD_VALUE),
        ({"reward": {"kind": "price_for", "quantity": 10**30, "price": 1}}, "reward.quantity", Fault.BAD_VALUE),
        ({"reward": {"kind": "price_for", "quantity": 2, "price": -1}}, "reward.price", Fault.BAD_VALUE),
        ({"reward": {"kind": "n_for_m", "take": 2, "pay": 3}}, "reward.pay", Fault.BAD_VALUE),
        ({"reward": {"kind": "n_for_m", "take": 101, "pay": 3}}, "reward.take", Fault.BAD_VALUE),
        ({"reward": {"kind": "cheapest_free", "parts": []}}, "reward.parts", Fault.BAD_VALUE),
        ({"reward": {"kind": "cheapest_free", "parts": [{}, {}], "free": 2}}, "reward.free", Fault.BAD_VALUE),
        ({"reward": {"kind": "bundle", "parts": [{}] * 5, "price": 1}}, "reward.parts", Fault.BAD_VALUE),
        (
            {"reward": {"kind": "bundle", "parts": [{}, {"quantity": 0}], "price": 1}},
            "reward.parts.2.quantity",
            Fault.BAD_VALUE,
        ),
        (
            {"reward": {"kind": "bundle", "parts": [{}, {"colour": 0}], "price": 1}},
            "reward.parts.2",
            Fault.UNKNOWN_KEY,
        ),
        ({"reward": {"kind": "bundle", "parts": [{}, {}], "price": 1}, "items": ["1"]}, "items", Fault.BAD_VALUE),
        ({"reward": {"kind": "gift", "item": " "}}, "reward.item", Fault.BAD_VALUE),
        ({"reward": {"kind": "gift", "item": "1"}, "items": ["1"]}, "reward.item", Fault.BAD_VALUE),
        ({"code": ""}, "code", Fault.BAD_VALUE),
        ({"code": "x" * 41}, "code", Fault.BAD_VALUE),
        ({"name": {}}, "name", Fault.BAD_VALUE),
        ({"name": 5}, "name", Fault.WRONG_TYPE),
        ({"items": [""]}, "items", Fault.BAD_VALUE),
        ({"items": "abc"}, "items", Fault.WRONG_TYPE),
        ({"priority": 10**9}, "priority", Fault.BAD_VALUE),
        ({"exclusive": True, "stacks_with": ["*"]}, "stacks_with", Fault.BAD_VALUE),
        ({"stacks_with": ["A"]}, "stacks_with", Fault.BAD_VALUE),
        ({"stacks_with": ["NOBODY"]}, "stacks_with", Fault.BAD_VALUE),
        ({"limits": {"times": 1}}, "limits.times", Fault.BAD_VALUE),
        ({"limits": {"units": 0}}, "limits.units", Fault.BAD_VALUE),
        ({"limits": {"amount": "x"}}, "limits.amount", Fault.WRONG_TYPE),
        ({"when": {"items": ["1"]}}, "when.items", Fault.BAD_VALUE),
        ({"when": {"min_value": Decimal("0.001")}}, "when.min_value", Fault.BAD_VALUE),
        ({"when": {"from": "2026-02-01", "until": "2026-01-01"}}, "when.until", Fault.BAD_VALUE),
        ({"when": {"from": "soon"}}, "when.from", Fault.WRONG_TYPE),
        ({"when": {"times": [{}, {"weekdays": ["lunes"]}]}}, "when.times.2.weekdays.1", Fault.WRONG_TYPE),
        ({"when": {"times": [{"from": "9:00"}]}}, "when.times.1.from", Fault.BAD_VALUE),
        ({"when": {"times": [{"until": "24:01"}]}}, "when.times.1.until", Fault.BAD_VALUE),
        ({"when": {"times": [{"from": "24:00"}]}}, "when.times.1.from", Fault.BAD_VALUE),
        ({"when": {"times": [{"from": "10:00", "until": "10:00"}]}}, "when.times.1.until", Fault.BAD_VALUE),
    ],
)
def test_a_mistake_is_named_by_its_key_and_stops_only_its_promotion(
    change: dict[str, Any], key: str, fault: Fault
) -> None:
    other = {**GOOD, "code": "B"}
    read = _judge({**GOOD, **change}, other)
    assert (f"promotions.1.{key}".rstrip("."), fault) in _problems(read)
    assert [promotion.code for promotion in read.promotions] == ["B"]
    assert all(problem.remedy and str(problem).startswith("p.toml: promotions.1") for problem in read.problems)


def test_all_mistakes_of_a_promotion_are_listed_not_only_the_first() -> None:
    limits = {"times": 0, "amount": Decimal("0.001")}
    read = _judge({**GOOD, "priority": 10**9, "limits": limits, "exclusive": True, "stacks_with": ["A"]})
    assert {key for key, _ in _problems(read)} == {
        "promotions.1.priority",
        "promotions.1.limits.amount",
        "promotions.1.limits.times",
        "promotions.1.stacks_with",
    }


def test_of_two_with_one_code_the_first_stands() -> None:
    read = _judge(GOOD, {**GOOD, "name": "Otra"})
    assert [promotion.name for promotion in read.promotions] == ["Oferta"]
    assert _problems(read) == [("promotions.2.code", Fault.DUPLICATE)]


def test_a_promotion_may_name_one_that_was_refused() -> None:
    read = _judge({**GOOD, "stacks_with": ["B"]}, {"code": "B"})
    assert [promotion.code for promotion in read.promotions] == ["A"]
    assert _problems(read) == [("promotions.2", Fault.MISSING_KEY)]


def test_two_that_form_sets_never_go_together() -> None:
    sets = {"kind": "n_for_m", "take": 3, "pay": 2}
    read = _judge({**GOOD, "reward": sets, "stacks_with": ["B"]}, {**GOOD, "code": "B", "reward": sets})
    assert _problems(read) == [("promotions.1.stacks_with", Fault.BAD_VALUE)]
    assert [promotion.reward for promotion in read.promotions] == [NForM(3, 2)]


def test_gifts_that_earn_each_other_in_a_circle_lose_their_last_one() -> None:
    def gift(code: str, trigger: str, item: str) -> dict[str, Any]:
        return {**GOOD, "code": code, "items": [trigger], "reward": {"kind": "gift", "item": item}}

    read = _judge(gift("A", "1", "2"), gift("B", "2", "3"), gift("C", "3", "1"), gift("D", "3", "4"))
    assert [promotion.code for promotion in read.promotions] == ["A", "B", "D"]
    assert _problems(read) == [("promotions.3.reward.item", Fault.BAD_VALUE)]
    assert "circle" in read.problems[0].remedy


def test_more_promotions_than_a_lane_takes_are_refused_from_there_on() -> None:
    read = _judge(*({**GOOD, "code": f"P{number}"} for number in range(1002)))
    assert len(read.promotions) == 1000
    assert len(read.problems) == 2


def test_names_are_made_safe_and_fall_back_to_the_first_language() -> None:
    read = _judge({**GOOD, "name": {"en": "Deal\x1b[2J"}})
    assert read.promotions[0].name == "Deal[2J"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.decimals(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["code", "name", "reward", "items", "when", "limits", "priority"]), JSON))
def test_no_entry_whatsoever_raises_or_stops_another(entry: dict[str, Any]) -> None:
    read = _judge({**GOOD, **entry}, {**GOOD, "code": "B"})
    assert "B" in {promotion.code for promotion in read.promotions} or entry.get("code") == "B"
    assert bool(read.problems) == (len(read.promotions) < 2)
    build_book(read.promotions)


def test_the_demo_stores_promotions_are_right_and_name_its_departments() -> None:
    folder = Path(__file__).parents[2] / "mostrador" / "demo_data"
    read = read_promotions(folder / "promotions.toml", 2, "es")
    assert read.problems == ()
    assert len(read.promotions) == 7
    departments = {row.split(",")[0] for row in (folder / "departments.csv").read_text(encoding="utf-8").splitlines()}
    scopes = [promotion.scope for promotion in read.promotions]
    scopes += [part.scope for promotion in read.promotions for part in parts_of(promotion)]
    assert frozenset().union(*(scope.departments for scope in scopes)) <= departments
    assert all(promotion.name.encode("cp858") and len(promotion.name) <= 24 for promotion in read.promotions)
