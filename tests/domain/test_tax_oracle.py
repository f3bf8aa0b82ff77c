"""Every tax case of a running Odoo 19, to the last digit; and that a wrong digit is found."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from domain.oracle import Checked
from domain.oracle_tax import KINDS, check_tax_case
from tests.architecture.house import ROOT
from tests.kit.counted import Record, record_count

CASES: dict[str, Any] = json.loads(
    gzip.decompress((ROOT / "tests" / "data" / "odoo_taxes.json.gz").read_bytes()), parse_float=Decimal
)
COUNTS = {
    "line_cases": 287,
    "document_cases": 260,
    "global_discount_cases": 114,
    "price_adaptation_cases": 3,
    "pos_orders": 150,
}


def check(kind: str, case: dict[str, Any]) -> Checked:
    return check_tax_case(kind, case, CASES["pos_order_tax_defs"])


def figures(case: Any, is_expected: bool = False) -> Iterator[Decimal]:
    """Yield every figure of a case that is compared."""
    if isinstance(case, dict):
        for key, value in case.items():
            yield from figures(value, is_expected or key.startswith("expect") or key == "compute_all")
    elif isinstance(case, list):
        for value in case:
            yield from figures(value, is_expected)
    elif is_expected and isinstance(case, Decimal | int):
        yield Decimal(case)


def test_the_file_has_the_kinds_and_numbers_of_cases_that_its_note_says() -> None:
    assert {kind: len(CASES[kind]) for kind in KINDS} == COUNTS == CASES["meta"]["counts"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_is_equal_to_the_last_digit(kind: str, record_property: Record) -> None:
    checked = [check(kind, case) for case in CASES[kind]]
    equal = sum(not one.differences for one in checked)
    compared = sum(len(list(figures(case))) for case in CASES[kind])
    record_count(record_property, f"odoo 19 {kind}: {equal} of {len(checked)} equal, {compared} figures")
    assert [(one.case, one.differences) for one in checked if one.differences] == []


@pytest.mark.parametrize("kind", ["line_cases", "document_cases", "global_discount_cases", "pos_orders"])
def test_one_digit_that_is_wrong_is_found_and_named(kind: str) -> None:
    seen: Counter[str] = Counter()
    for case in CASES[kind][:40]:
        for key, value in case["expect"].items():
            if isinstance(value, Decimal | int):
                wrong = case | {"expect": case["expect"] | {key: value + Decimal("0.01")}}
                [difference] = check(kind, wrong).differences
                assert (difference.where, Decimal(difference.expected)) == (key, value + Decimal("0.01"))
                assert Decimal(difference.computed) == value
                seen[key] += 1
    assert seen.total() >= 80


def test_a_line_that_is_wrong_is_named_by_its_place() -> None:
    case = next(one for one in CASES["document_cases"] if len(one["lines"]) > 2 and one["lines"][1]["taxes"])
    lines = [dict(line) for line in case["expect"]["per_line"]]
    tax = lines[1]["taxes"][0]
    lines[1] = lines[1] | {"taxes": [tax | {"amount": tax["amount"] + 1}, *lines[1]["taxes"][1:]]}
    wrong = case | {"expect": case["expect"] | {"per_line": lines}}
    [difference] = check("document_cases", wrong).differences
    assert difference.where == "per_line[1].taxes[0].amount"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"price_unit": Decimal("1.2345678")}, "finer than"),
        ({"taxes": [CASES["line_cases"][0]["taxes"][0] | {"type": "code"}]}, "code"),
        ({"taxes": [{"key": "alone"}]}, "KeyError"),
        ({"quantity": "three"}, "three"),
        ({"currency_rounding": Decimal(0)}, "currency_rounding"),
        ({"rounding": "round_sometimes"}, "round_sometimes"),
    ],
)
def test_a_case_that_cannot_be_read_is_a_difference(change: dict[str, Any], told: str) -> None:
    [difference] = check("line_cases", CASES["line_cases"][0] | {"rounding": "round_per_line"} | change).differences
    assert difference.where == "case"
    assert told in difference.computed
