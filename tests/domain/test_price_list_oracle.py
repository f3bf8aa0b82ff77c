"""Every price of a running Odoo 19, to the last digit and by the same rule; and that a wrong one is found."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import pytest

from domain.oracle_price import check_price_case, check_price_file, is_same_figure, read_price_file
from tests.architecture.house import ROOT
from tests.kit.counted import Record, record_count

DATA: Final[dict[str, Any]] = json.loads(
    gzip.decompress((ROOT / "tests" / "data" / "odoo_pricelists.json.gz").read_bytes()), parse_float=Decimal
)
FILE: Final = read_price_file(DATA)


def changed(rule_id: int, **fields: Any) -> dict[str, Any]:
    """Return the file with some fields of a rule changed."""
    lists = [
        one | {"items": [row | fields if row["id"] == rule_id else row for row in one["items"]]}
        for one in DATA["pricelists"]
    ]
    return DATA | {"pricelists": lists}


def test_the_file_has_the_cases_that_its_note_says() -> None:
    assert (len(DATA["cases"]), len(DATA["pricelists"]), len(DATA["products"])) == (168, 9, 5)


def test_every_price_and_its_rule_are_equal(record_property: Record) -> None:
    checked = list(check_price_file(DATA))
    kinds = Counter(one.kind for one in checked)
    equal = Counter(one.kind for one in checked if not one.differences)
    for kind in sorted(kinds):
        record_count(record_property, f"odoo 19 {kind}: {equal[kind]} of {kinds[kind]} equal")
    assert [(one.case, one.differences) for one in checked if one.differences] == []
    assert set(kinds) == {"pricelist_none", "pricelist_fixed", "pricelist_percentage", "pricelist_formula"}


@pytest.mark.parametrize("case", DATA["cases"][::7], ids=lambda case: f"{case['pricelist']} {case['product']}")
def test_a_price_that_is_a_millionth_off_and_another_rule_are_found(case: dict[str, Any]) -> None:
    price = case["expect"]["price"]
    wrong = case | {"expect": {"price": price + Decimal("0.000001"), "item": 999}}
    found = check_price_case(FILE, wrong).differences
    assert [(one.where, one.expected) for one in found] == [
        ("price", str(price + Decimal("0.000001"))),
        ("item", "999"),
    ]
    assert Decimal(found[0].computed) == price


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_file_does_not_matter(order: int) -> None:
    lists = [one | {"items": one["items"][::order]} for one in DATA["pricelists"][::-order]]
    assert not any(one.differences for one in check_price_file(DATA | {"pricelists": lists}))


@pytest.mark.parametrize(
    ("expected", "exact", "same"),
    [
        ("21.509999999999998", Fraction(2151, 100), True),
        ("21.51", Fraction(2151, 100), True),
        ("21.5", Fraction(2151, 100), False),
        ("21.510001", Fraction(2151, 100), False),
        ("0.333333", Fraction(1, 3), True),
        ("0.33333333", Fraction(1, 3), True),
        ("0.33333334", Fraction(1, 3), False),
        ("9.741749", Fraction("9.7417485"), True),
        ("9.741748", Fraction("9.7417485"), True),
        ("9.741747", Fraction("9.7417485"), False),
        ("5.551115123125783E-17", Fraction(0), True),
    ],
)
def test_a_price_is_held_against_the_digits_that_were_told(expected: str, exact: Fraction, same: bool) -> None:
    assert is_same_figure(Decimal(expected), exact) is same


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pricelist": "nowhere"}, "no_such_list"),
        ({"product": "Z"}, "Z"),
        ({"quantity": Decimal("0.0000001")}, "finer"),
        ({"date": "yesterday"}, "yesterday"),
        ({"expect": {"price": Decimal("NaN"), "item": None}}, "NaN"),
        ({"expect": None}, "NoneType"),
    ],
)
def test_a_case_that_cannot_be_read_is_a_difference(change: dict[str, Any], told: str) -> None:
    [difference] = check_price_case(FILE, DATA["cases"][0] | change).differences
    assert difference.where == "case"
    assert told in difference.computed


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"applied_on": "4_moon"}, "4_moon"),
        ({"fixed_price": Decimal("1.0000001")}, "finer"),
        ({"compute_price": "python"}, "python"),
        ({"base": "pricelist", "base_pricelist": "tiers", "compute_price": "formula"}, "cycle"),
        ({"price_round": Decimal(-1)}, "bad_rounding"),
    ],
)
def test_a_list_that_cannot_be_used_is_a_difference_of_its_cases_and_no_others(
    fields: dict[str, Any], told: str
) -> None:
    checked = list(check_price_file(changed(6, **fields)))
    wrong = [one for one in checked if one.differences]
    assert {one.case.split(" ", 1)[0] for one in wrong} == {"tiers", "based"}
    assert all(told in one.differences[0].computed for one in wrong if one.case.startswith("tiers"))


@pytest.mark.parametrize(
    ("uom", "price"),
    [("Dozen(12)", "199.8"), ("Unit", "18.5"), ("Half (0.5)", "9.25"), ("Gross (12 Doz)(144)", "2397.6")],
)
def test_a_unit_tells_in_its_name_how_many_it_means(uom: str, price: str) -> None:
    case = {
        "pricelist": "global -10% from 12",
        "product": "A",
        "quantity": 1,
        "uom": uom,
        "date": "2026-11-24 12:00:00",
    }
    item = 4 if price in ("199.8", "2397.6") else None
    assert check_price_case(FILE, case | {"expect": {"price": Decimal(price), "item": item}}).differences == ()


@pytest.mark.parametrize(("category", "price"), [("Sub", "22.705"), ("Root / Sub", "22.705"), ("Root", "22.705")])
def test_a_category_is_told_by_its_name_or_by_its_whole_path(category: str, price: str) -> None:
    file = read_price_file(changed(8, category=category))
    case = {"pricelist": "tiers", "product": "B", "quantity": 1, "uom": "Unit", "date": "2026-11-24 12:00:00"}
    checked = check_price_case(file, case | {"expect": {"price": Decimal(price), "item": 8}})
    assert checked.differences == ()
