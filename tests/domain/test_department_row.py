"""Rows of a department file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog_flaw import Flaw, RowFlaw
from domain.catalog_row import RowRules
from domain.department_row import judge_department, settle_parents
from domain.item import Department
from domain.money import MICRO

RULES = RowRules("general", {"zero": "zero", "0": "zero"}, mark=",")


def test_a_department_with_limits() -> None:
    assert judge_department(("pan", " Panadería ", "0", "sí", "2,50", "250", " todo "), RULES) == Department(
        "pan",
        "Panadería",
        "zero",
        is_open_price=True,
        min_price_micro=2_500_000,
        max_price_micro=250 * MICRO,
        parent="todo",
    )


def test_what_is_left_empty_is_usual() -> None:
    assert judge_department(("", "Frutas y verduras", "", "", "", "", ""), RULES) == Department(
        "frutas_y_verduras", "Frutas y verduras", "general"
    )


@pytest.mark.parametrize(
    ("cells", "flaw"),
    [
        (("01", "", "", "", "", "", ""), Flaw.NO_NAME),
        (("01", "d" * 61, "", "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("0 1", "Pan", "", "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("x" * 25, "Pan", "", "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("", "¡!", "", "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("01", "Pan", "iva99", "", "", "", ""), Flaw.UNKNOWN_TAX),
        (("01", "Pan", "", "quizá", "", "", ""), Flaw.BAD_FLAG),
        (("01", "Pan", "", "1", "-1", "", ""), Flaw.NEGATIVE_PRICE),
        (("01", "Pan", "", "1", "1", "mucho", ""), Flaw.BAD_PRICE),
        (("01", "Pan", "", "1", "10", "5", ""), Flaw.BAD_LIMITS),
    ],
)
def test_a_flaw_refuses_the_row(cells: tuple[str, ...], flaw: Flaw) -> None:
    refused = judge_department(cells, RULES)
    assert isinstance(refused, RowFlaw)
    assert refused.flaw is flaw


def below(**parents: str) -> dict[str, Department]:
    """Return departments, each named like its code in capitals, by what they call the one above."""
    return {code: Department(code, code.upper(), "general", parent=parent) for code, parent in parents.items()}


@pytest.mark.parametrize(
    ("said", "known", "settled"),
    [
        (below(food=""), {}, {"food": ""}),
        (below(food="", milk="food"), {}, {"food": "", "milk": "food"}),
        (below(milk="FOOD", food=""), {}, {"food": "", "milk": "food"}),
        (below(milk="Food"), below(food=""), {"milk": "food"}),
        (below(food="shop"), below(food="", milk="food", shop=""), {"food": "shop"}),
        (below(a="b", b="c"), below(c="", b="a"), {"a": "b", "b": "c"}),
    ],
)
def test_a_department_above_is_told_by_code_or_name(
    said: dict[str, Department], known: dict[str, Department], settled: dict[str, str]
) -> None:
    found, flaws = settle_parents(said, known.values())
    assert {code: department.parent for code, department in found.items()} == settled
    assert flaws == {}


@pytest.mark.parametrize(
    ("said", "known", "flaws"),
    [
        (below(milk="food"), {}, {"milk": Flaw.UNKNOWN_PARENT}),
        (below(milk="milk"), {}, {"milk": Flaw.PARENT_CIRCLE}),
        (below(a="b", b="c", c="a", d="a"), {}, dict.fromkeys("abc", Flaw.PARENT_CIRCLE) | {"d": Flaw.UNKNOWN_PARENT}),
        (below(food="milk"), below(milk="food", food=""), {"food": Flaw.PARENT_CIRCLE}),
        (below(a="b", b="nowhere"), {}, {"b": Flaw.UNKNOWN_PARENT, "a": Flaw.UNKNOWN_PARENT}),
        (below(a="b", b="nowhere"), below(b="a"), {"b": Flaw.UNKNOWN_PARENT, "a": Flaw.PARENT_CIRCLE}),
    ],
)
def test_a_department_that_cannot_have_the_one_above_is_refused_and_stays_as_it_was(
    said: dict[str, Department], known: dict[str, Department], flaws: dict[str, Flaw]
) -> None:
    found, refused = settle_parents(said, known.values())
    assert {code: flaw.flaw for code, flaw in refused.items()} == flaws
    assert set(found) == set(said) - set(flaws)


_CODES = st.sampled_from("abcde")


@given(st.dictionaries(_CODES, st.sampled_from(["", "a", "B", "c", "d", "E", "x"])), st.sets(_CODES))
def test_nothing_ever_leads_back_to_itself(said: dict[str, str], known: set[str]) -> None:
    before = below(**dict.fromkeys(known, ""))
    settled, refused = settle_parents(below(**said), before.values())
    assert set(settled) | set(refused) == set(said)
    above = {code: department.parent for code, department in (before | settled).items()}
    for code in above:
        path = [code]
        while path[-1] and len(path) < 9:
            path.append(above[path[-1]])
        assert path[-1] == ""
