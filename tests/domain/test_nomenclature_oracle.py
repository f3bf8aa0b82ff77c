"""Every scan of a running Odoo 19 read as it reads it; and that a wrong answer is found."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest

from domain.nomenclature import build_code_book
from domain.nomenclature_gs1 import build_gs1_book
from domain.oracle_barcode import (
    check_barcode_file,
    check_check_digit,
    check_gs1_scan,
    check_mended_ean,
    check_scan,
    read_nomenclature,
)
from tests.architecture.house import ROOT
from tests.kit.counted import Record, record_count

DATA: Final[dict[str, Any]] = json.loads(
    gzip.decompress((ROOT / "tests" / "data" / "odoo_barcodes.json.gz").read_bytes()), parse_float=Decimal
)
TODAY: Final = date(2026, 11, 24)
BOOK: Final = build_code_book(read_nomenclature(DATA["default"]))
MESSAGES: Final = build_gs1_book(read_nomenclature(DATA["gs1"]))
CASES: Final[dict[str, dict[str, Any]]] = {case["scan"]: case for case in DATA["default"]["cases"]}
COUNTS: Final = {
    "barcode_default": 18,
    "barcode_custom": 17,
    "barcode_gs1": 8,
    "check_digit": 7,
    "sanitize_ean": 3,
}


def test_every_scan_is_read_as_odoo_reads_it(record_property: Record) -> None:
    checked = list(check_barcode_file(DATA, TODAY))
    kinds = Counter(one.kind for one in checked)
    equal = Counter(one.kind for one in checked if not one.differences)
    for kind in kinds:
        record_count(record_property, f"odoo 19 {kind}: {equal[kind]} of {kinds[kind]} equal")
    assert [(one.case, one.differences) for one in checked if one.differences] == []
    assert kinds == COUNTS


@pytest.mark.parametrize("setting", ["none", "ean2upc", "upc2ean", "always"])
def test_no_setting_of_upc_and_ean_changes_an_answer(setting: str) -> None:
    custom = [one | {"upc_ean_conv": setting} for one in DATA["custom"]]
    default = DATA["default"] | {"upc_ean_conv": setting}
    assert not any(one.differences for one in check_barcode_file(DATA | {"default": default, "custom": custom}, TODAY))


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("type", "price"),
        ("encoding", "any"),
        ("code", "2112345012347"),
        ("base_code", "2112345000007"),
        ("value", Decimal("1.2340000001")),
    ],
)
def test_a_wrong_field_of_a_scan_is_found(field: str, wrong: Any) -> None:
    case = CASES["2112345012346"]
    [difference] = check_scan("k", case | {"expect": case["expect"] | {field: wrong}}, BOOK).differences
    assert (difference.where, difference.expected) == (field, str(wrong))
    assert difference.computed == str(case["expect"][field])


def test_a_float_that_means_the_value_is_it() -> None:
    case = CASES["2112345012346"]
    meant = case | {"expect": case["expect"] | {"value": Decimal("1.2339999999999999858")}}
    assert check_scan("k", meant, BOOK).differences == ()


def test_a_value_is_compared_beyond_the_digits_that_were_told() -> None:
    rule = {"name": "", "sequence": 1, "type": "weight", "encoding": "any", "pattern": "W{DDDDDDDD}"}
    book = build_code_book(read_nomenclature({"rules": [rule]}))
    read = {"type": "weight", "encoding": "any", "code": "W00000001", "base_code": "W00000000"}
    for value, differ in ((0, 1), (Decimal("1E-8"), 0)):
        case = {"scan": "W00000001", "expect": read | {"value": value}}
        assert len(check_scan("k", case, book).differences) == differ


def test_a_wrong_piece_of_a_message_is_found() -> None:
    case = DATA["gs1"]["cases"][1]
    pieces = [dict(piece) for piece in case["expect"]]
    pieces[1]["value"] += 1
    pieces[3]["value"] = "2026-12-30"
    found = check_gs1_scan(case | {"expect": pieces}, MESSAGES, TODAY).differences
    assert [one.where for one in found] == ["elements[1].value", "elements[3].value"]
    shorter = check_gs1_scan(case | {"expect": case["expect"][:2]}, MESSAGES, TODAY)
    none = check_gs1_scan(case | {"expect": None}, MESSAGES, TODAY)
    assert [len(one.differences) for one in (shorter, none)] == [1, 1]


def test_wrong_check_digits_are_found() -> None:
    assert check_check_digit({"code": "750105530007", "digit": 4}).differences
    assert check_mended_ean({"in": "12", "out": "0000000000018"}).differences


@pytest.mark.parametrize("pattern", ["(.+)+x", "2{NN}{DD}", "[", "2" * 200])
def test_a_nomenclature_with_a_rule_that_cannot_be_used_says_so_in_each_of_its_cases(pattern: str) -> None:
    wrong = DATA["default"] | {"rules": [DATA["default"]["rules"][0] | {"pattern": pattern}]}
    book = build_code_book(read_nomenclature(wrong))
    [difference] = check_scan("k", CASES["0002"], book).differences
    assert (difference.where, "pattern" in difference.computed) == ("case", True)


def test_a_file_with_some_of_the_parts_is_checked_by_those() -> None:
    part = {key: DATA[key] for key in ("gs1", "sanitize_ean")}
    assert Counter(one.kind for one in check_barcode_file(part, TODAY)) == {"barcode_gs1": 8, "sanitize_ean": 3}
    assert list(check_barcode_file({}, TODAY)) == []
