"""What a code is: check digits, labels as Odoo reads them, GTINs of every length, and junk that never raises."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.barcode import (
    Code,
    Gtin,
    Label,
    LabelPattern,
    Plain,
    catalog_key,
    check_digit,
    compile_pattern,
    has_valid_check_digit,
    lookup_keys,
    match_label,
    parse_code,
    to_gtin14,
)
from domain.money import MICRO
from domain.refusal import Reason, Refused

DATA: Final[dict[str, Any]] = msgspec.json.decode((Path(__file__).parents[1] / "data/odoo_barcodes.json").read_bytes())
ODOO: Final = [
    pytest.param(book["rules"], case, id=f"{book['name']}: {case['scan']}")
    for book in DATA["nomenclatures"]
    for case in book["cases"]
]
LABELS: Final = (LabelPattern("weight", "21.....{NNDDD}"), LabelPattern("price", "23.....{NNNDD}"))
digits = st.text(alphabet="0123456789", min_size=1, max_size=20)


@pytest.mark.parametrize("case", DATA["check_digits"], ids=lambda case: case["code"])
def test_check_digits_are_those_of_odoo(case: dict[str, Any]) -> None:
    assert check_digit(case["code"]) == str(case["digit"])


@given(digits)
def test_a_code_with_its_check_digit_is_valid_and_with_any_other_is_not(code: str) -> None:
    right = check_digit(code)
    assert [digit for digit in "0123456789" if has_valid_check_digit(code + digit)] == [right]


@given(digits, st.integers(1, 10))
def test_leading_zeros_do_not_change_a_check_digit(code: str, zeros: int) -> None:
    assert check_digit("0" * zeros + code) == check_digit(code)


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(code: str, at: int, by: int) -> None:
    whole = code + check_digit(code)
    wrong = whole[:at] + str((int(whole[at]) + by) % 10) + whole[at + 1 :]
    assert not has_valid_check_digit(wrong)


@pytest.mark.parametrize("text", ["", "a", "٣", "12a", "-12", "²"])
def test_what_is_not_all_digits_has_no_check_digit(text: str) -> None:
    assert not has_valid_check_digit(text)


@pytest.mark.parametrize(("rules", "case"), ODOO)
def test_labels_are_read_as_odoo_reads_them(rules: list[dict[str, Any]], case: dict[str, str]) -> None:
    labels = msgspec.convert(rules, tuple[LabelPattern, ...])
    code = parse_code(case["scan"], labels)
    if case["type"] in ("weight", "price"):
        assert isinstance(code, Label)
        assert code.kind == case["type"]
        assert code.lookups[0] == to_gtin14(case["base_code"])
        assert code.value_micro == Decimal(case["value"]) * MICRO
    else:
        assert isinstance(code, Gtin | Plain)
        assert to_gtin14(key_of(code)) == to_gtin14(case["base_code"])


def key_of(code: Code | Refused) -> str:
    """Return what a plain code is looked up by first."""
    assert isinstance(code, Gtin | Plain)
    return code.gtin if isinstance(code, Gtin) else code.code


@pytest.mark.parametrize(
    ("text", "gtin", "is_valid"),
    [
        ("75012342", "00000075012342", True),
        ("036000291452", "00036000291452", True),
        ("7501000111206", "07501000111206", True),
        ("17501000111203", "17501000111203", True),
        ("7501000111207", "07501000111207", False),
        (" 7501000111206\r\n", "07501000111206", True),
        ("]E07501000111206", "07501000111206", True),
        ("]E475012342", "00000075012342", True),
    ],
)
def test_gtins_are_kept_as_fourteen_digits(text: str, gtin: str, is_valid: bool) -> None:
    code = parse_code(text)
    assert isinstance(code, Gtin)
    assert (code.gtin, code.is_valid) == (gtin, is_valid)


@pytest.mark.parametrize("text", ["1", "0002", "1234567", "123456789", "12345678901", "A1", "ab-12", "X 1", "Z.9/$"])
def test_other_lengths_and_letters_are_codes_of_the_shops_own(text: str) -> None:
    assert parse_code(text) == Plain(text)


@pytest.mark.parametrize(
    "text", ["", "   ", "\r\n", "]E0", "é", "a\tb", "a\x00b", "\x1b[2J", "\uff11\uff12\uff13", "a" * 257, "a\u202eb"]
)
def test_what_no_scanner_should_send_is_refused(text: str) -> None:
    assert parse_code(text) == Refused(Reason.BAD_CODE)


@given(st.one_of(st.text(max_size=40), st.text(alphabet="0123456789]EQCd\x1d()-/:.htps", max_size=60)))
def test_junk_never_raises_and_what_passes_is_printable(text: str) -> None:
    code = parse_code(text, LABELS)
    if not isinstance(code, Refused):
        raw = code.code if isinstance(code, Plain) else code.raw
        assert raw.replace("\x1d", "").isascii()
        assert raw.replace("\x1d", "").isprintable()


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_weight_label_gives_its_item_and_its_weight_back(item: int, grams: int) -> None:
    body = f"21{item:05d}{grams:05d}"
    label = parse_code(body + check_digit(body), LABELS)
    assert isinstance(label, Label)
    assert (label.kind, label.value_micro) == ("weight", grams * 1000)
    base = f"21{item:05d}00000"
    wanted = ((base + check_digit(base)).rjust(14, "0"), f"21{item:05d}", f"{item:05d}", str(item))
    assert label.lookups == tuple(dict.fromkeys(wanted))


def test_a_label_with_a_wrong_check_digit_is_a_wrong_gtin() -> None:
    body = "211234501234"
    wrong = str((int(check_digit(body)) + 1) % 10)
    assert parse_code(body + wrong, LABELS) == Gtin("0" + body + wrong, body + wrong, is_valid=False)


def test_labels_of_other_lengths_are_none() -> None:
    for code in ("21123450", "211234501234500", "02112345012346"):
        assert match_label(code, LABELS) is None


def test_the_first_pattern_that_fits_is_taken() -> None:
    both = (LabelPattern("price", "2......{NNNDD}"), *LABELS)
    label = match_label("2112345012346", both)
    assert isinstance(label, Label)
    assert label.kind == "price"


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "21..........",
        "21.....{}",
        "21.....{NNDDD",
        "21.....{DDNNN}",
        "2x.....{NNDDD}",
        "21....{NNDD}",
        "21........{NNDDD}",
        "W.....{NNDDD}",
        "21......{NNNDD}",
    ],
)
def test_a_pattern_that_is_none_says_so(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        compile_pattern(pattern)


@given(digits)
def test_the_catalogue_keeps_a_code_under_a_key_that_is_looked_up(code: str) -> None:
    assert catalog_key(code) in lookup_keys(code)


def test_a_code_is_found_however_it_was_written() -> None:
    assert lookup_keys("036000291452") == ("00036000291452", "036000291452")
    assert lookup_keys("00036000291452") == ("00036000291452",)
    assert lookup_keys("ab-1") == ("ab-1", "AB-1")
    assert catalog_key("7501000111207") == "7501000111207"
