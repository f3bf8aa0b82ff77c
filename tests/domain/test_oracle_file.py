"""A file of an ERP's answers from outside: what is damaged or monstrous in it is one difference and stops no other."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.oracle_file import MAX_DEPTH, CaseCheck, check_file, find_excess, unknown_sections
from tests.architecture.house import ROOT

TODAY: Final = date(2026, 11, 24)
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)

Place = tuple[str | int, ...]


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = _DECODER.decode(gzip.decompress((ROOT / "tests" / "data" / f"{name}.json.gz").read_bytes()))
    return found


TAXES, PRICES, BARCODES = (read(name) for name in ("odoo_taxes", "odoo_pricelists", "odoo_barcodes"))


def small(data: dict[str, Any]) -> dict[str, Any]:
    """Return a file with the first cases of each section."""
    few: dict[str, Any] = {
        key: value[:2] if isinstance(value, list) and key != "pricelists" else value for key, value in data.items()
    }
    for key in {"default", "gs1"} & set(few):
        few[key] = few[key] | {"cases": few[key]["cases"][:2]}
    return few


SMALL: Final = small(TAXES | PRICES | BARCODES)


def different(data: Any) -> list[CaseCheck]:
    return [one for one in check_file(data, TODAY) if one.differences]


def reasons(data: Any) -> dict[str, str]:
    """Return why cases could not be worked out, by their places."""
    return {one.place: one.differences[0].computed for one in different(data) if one.differences[0].where == "case"}


def test_one_file_may_hold_all_three_forms() -> None:
    assert Counter(one.kind for one in check_file(TAXES | PRICES | BARCODES, TODAY)) == {
        "line": 287,
        "document": 260,
        "global_discount": 114,
        "price_adaptation": 3,
        "order": 150,
        "price": 168,
        "barcode_default": 18,
        "barcode_custom": 17,
        "barcode_gs1": 8,
        "check_digit": 7,
        "sanitize_ean": 3,
    }
    assert different(TAXES | PRICES | BARCODES) == []


@pytest.mark.parametrize("section", sorted(set(SMALL) - {"meta", "products", "pricelists", "pos_order_tax_defs"}))
def test_a_section_may_stand_alone(section: str) -> None:
    shared = {key: SMALL[key] for key in ("products", "pricelists", "pos_order_tax_defs")}
    checked = list(check_file(shared | {section: SMALL[section]}, TODAY))
    assert checked
    assert [one for one in checked if one.differences] == []


def test_a_difference_has_its_place_its_name_and_both_workings() -> None:
    case = TAXES["document_cases"][16]
    expect = case["expect"] | {"total": case["expect"]["total"] + Decimal("0.01")}
    [found] = different({"document_cases": [TAXES["document_cases"][0], case | {"expect": expect}]})
    assert (found.kind, found.place) == ("document", "document_cases[1]")
    assert str(case["id"]) in found.name
    assert found.expected == expect
    assert found.computed["total"] == case["expect"]["total"]
    assert [(one.where, one.expected) for one in found.differences] == [("total", str(expect["total"]))]


def test_a_case_that_expects_nothing_is_no_equal_case() -> None:
    empty = TAXES["line_cases"][0] | {"expect": {}}
    assert reasons({"line_cases": [empty]}) == {"line_cases[0]": "expects nothing, so nothing can be compared"}


@pytest.mark.parametrize(
    ("data", "places"),
    [
        ({"line_cases": 7}, ["line_cases"]),
        ({"line_cases": [7, None, SMALL["line_cases"][0]]}, ["line_cases[0]", "line_cases[1]"]),
        ({"cases": SMALL["cases"]}, ["cases[0]", "cases[1]"]),
        ({"custom": {}}, ["custom"]),
        ({"custom": [{"rules": []}, 5]}, ["custom[0].cases", "custom[1]"]),
        ({"default": SMALL["default"] | {"rules": [{}]}}, ["default.cases[0]", "default.cases[1]"]),
        ({"gs1": "x"}, ["gs1"]),
        ({"pos_orders": SMALL["pos_orders"], "pos_order_tax_defs": "x"}, ["pos_orders[0]", "pos_orders[1]"]),
    ],
)
def test_what_is_not_of_the_form_is_told_by_its_place(data: dict[str, Any], places: list[str]) -> None:
    assert list(reasons(data)) == places


def test_what_is_shared_and_monstrous_stops_the_cases_that_share_it_and_no_others() -> None:
    products = PRICES["products"] | {"A": PRICES["products"]["A"] | {"list_price": Decimal("1E+999999999")}}
    found = reasons(SMALL | {"products": products})
    assert set(found) == {"cases[0]", "cases[1]"}
    assert all("A.list_price is no number of at most 30 digits" in reason for reason in found.values())


def test_sections_that_nobody_knows_are_told() -> None:
    assert unknown_sections({"meta": {}, "line_cases": [], "line_case": [], "default": {}}) == ("line_case",)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal("5.551115123125783E-17"), ""),
        (Decimal("1E-324"), ""),
        (10**29, ""),
        ("x" * 4000, ""),
        (True, ""),
        (None, ""),
        (10**30, "more than 30 digits"),
        (-(10**30), "more than 30 digits"),
        (Decimal("1E+31"), "at most 30 digits"),
        (Decimal("0E+999999999"), "at most 30 digits"),
        (Decimal("NaN"), "at most 30 digits"),
        (Decimal("1E-999999999"), "more than 400 decimals"),
        ("x" * 4001, "4001 characters"),
    ],
)
def test_what_is_too_large_is_told(value: object, told: str) -> None:
    assert find_excess({"a": [1, {"b": value}]}) == (f"a[1].b {find_excess(value).strip()}" if told else "")
    assert told in find_excess(value)


def test_what_lies_too_deep_is_told() -> None:
    deep: Any = 1
    for _ in range(MAX_DEPTH):
        deep = [deep]
    assert find_excess(deep) == ""
    assert "deeper" in find_excess([deep])
    bottomless: Any = []
    for _ in range(100_000):
        bottomless = [bottomless]
    assert "deeper" in find_excess(bottomless)


def places(data: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of every value of a file."""
    if place:
        yield place
    inside: Sequence[tuple[str | int, Any]] = ()
    if isinstance(data, dict):
        inside = list(data.items())
    elif isinstance(data, list):
        inside = list(enumerate(data))
    for key, value in inside:
        yield from places(value, (*place, key))


PLACES: Final = list(places(SMALL))
JUNK: Final[tuple[Any, ...]] = (
    *(None, True, -1, 0, 10**29, 10**40, "", "x" * 5000, "\x1b[2J", [], {}, [[]], {"a": {}}, "9" * 30),
    *("1e999999999", "(((.*)*)*)*", "(a|a)*b", "NaN"),
    *map(Decimal, ("1E+999999999", "0E+999999999", "NaN", "1E-300", "1E-999999999", "1E+25", "0.0000001")),
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(JUNK)), min_size=1, max_size=3))
def test_no_damage_stops_the_others_or_the_program(damages: list[tuple[Place, Any]]) -> None:
    data = deepcopy(SMALL)
    for place, junk in damages:
        put(data, place, junk)
    checked = list(check_file(data, TODAY))
    assert msgspec.json.encode(checked)
    hit = {place[0] for place, _ in damages}
    shared = {"pos_order_tax_defs": "pos_orders", "products": "cases", "pricelists": "cases"}
    touched = hit | {shared.get(str(section), "") for section in hit}
    wrong = {one.place.split("[")[0].split(".")[0] for one in checked if one.differences}
    assert wrong <= touched


def put(data: Any, place: Place, junk: Any) -> None:
    """Put something into a place of a file, if an earlier damage has left that place there."""
    *above, last = place
    try:
        for key in above:
            data = data[key]
        data[last] = junk
    except (LookupError, TypeError):
        return
