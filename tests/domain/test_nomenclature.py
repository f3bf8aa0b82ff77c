"""Nomenclatures: values, aliases, encodings and the order of rules; and GS1 messages by rules."""

from __future__ import annotations

from typing import Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.barcode import Label, LabelPattern, check_digit, has_valid_check_digit, match_label, parse_code
from domain.money import MICRO
from domain.nomenclature import (
    ALIAS,
    SIZES,
    UNKNOWN,
    CodeBook,
    CodeRead,
    CodeRule,
    Nomenclature,
    build_code_book,
    has_encoding,
    mend_ean,
    read_code,
)

WEIGHT: Final = CodeRule("weight", "21.....{NNDDD}", "ean13", 10)
PRICE: Final = CodeRule("price", "23.....{NNNDD}", "ean13", 20)
ANY_WEIGHT: Final = CodeRule("weight", "W...{NNDDD}", "any", 30)
CLIENT: Final = CodeRule("client", "042", "any", 40)
PRODUCT: Final = CodeRule("product", ".*", "any", 90)
RULES: Final = (WEIGHT, PRICE, ANY_WEIGHT, CLIENT, PRODUCT)
codes = st.one_of(
    st.text(alphabet="0123456789", max_size=18),
    st.text(alphabet="0123456789", min_size=11, max_size=12).map(lambda body: body + check_digit(body)),
    st.text(alphabet="0123456789", min_size=10, max_size=10).map(lambda body: "21" + body + check_digit("21" + body)),
    st.text(max_size=20),
    st.text(alphabet="W0123456789ABX.{}\\", max_size=16),
)


def book_of(*rules: CodeRule) -> CodeBook:
    book = build_code_book(Nomenclature(rules=rules))
    assert not book.flaws
    return book


BOOK: Final = book_of(*RULES)


# --- laws ---------------------------------------------------------------------------------------


@given(st.integers(0, 99_999), st.integers(0, 99_999))
def test_a_label_gives_its_value_and_the_code_of_its_item_back(item: int, value: int) -> None:
    body, base = f"21{item:05d}{value:05d}", f"21{item:05d}00000"
    code = body + check_digit(body)
    assert read_code(BOOK, code) == CodeRead("weight", code, base + check_digit(base), "ean13", value, 3)


@given(codes)
def test_the_base_of_a_code_is_its_own_base_and_has_no_value(code: str) -> None:
    read = read_code(BOOK, code)
    again = read_code(BOOK, read.base_code)
    assert again.base_code == read.base_code
    assert again.value == 0


@given(codes)
def test_no_code_raises_and_a_base_of_an_ean_has_its_check_digit(code: str) -> None:
    read = read_code(BOOK, code)
    assert read.code == code
    assert read.value >= 0
    if read.encoding == "ean13":
        assert has_valid_check_digit(read.base_code)


@given(st.permutations(RULES), codes)
def test_the_order_of_the_document_does_not_matter_where_sequences_differ(rules: list[CodeRule], code: str) -> None:
    assert read_code(book_of(*rules), code) == read_code(BOOK, code)


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.sampled_from(("weight", "price")))
def test_a_label_of_a_lane_and_the_same_rule_say_the_same(body: str, kind: str) -> None:
    pattern = "2......{NNNDD}"
    code = body + check_digit(body)
    label = match_label(code, (LabelPattern("weight" if kind == "weight" else "price", pattern),))
    read = read_code(book_of(CodeRule(kind, pattern, "ean13")), code)
    assert (label is None) is (read.kind == UNKNOWN)
    if label is not None:
        assert (label.kind, label.lookups[0], label.value_micro * 100) == (
            read.kind,
            "0" + read.base_code,
            read.value * MICRO,
        )


@given(codes)
def test_a_mended_ean_is_one_and_is_mended_no_more(code: str) -> None:
    digits = "".join(letter for letter in code if letter in "0123456789")
    assert has_valid_check_digit(mend_ean(digits))
    assert mend_ean(mend_ean(digits)) == mend_ean(digits)


@given(st.sampled_from(sorted(SIZES)), st.text(alphabet="0123456789", min_size=1, max_size=18))
def test_an_encoding_has_its_length_and_its_check_digit(encoding: str, body: str) -> None:
    code = body + check_digit(body)
    fits = len(code) == SIZES[encoding] and not (encoding == "ean13" and code[0] == "0")
    assert has_encoding(code, encoding) is fits
    assert not has_encoding(body + str((int(code[-1]) + 1) % 10), encoding)


@given(st.lists(st.sampled_from(RULES), max_size=5))
def test_a_nomenclature_is_the_same_after_its_document_was_written_and_read(rules: list[CodeRule]) -> None:
    one = Nomenclature("shop", tuple(rules))
    assert msgspec.json.decode(msgspec.json.encode(one), type=Nomenclature) == one


# --- examples -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("", UNKNOWN),
        ("W12312345", "weight"),
        ("W123123AB", UNKNOWN),
        ("W123AB345", "product"),
        ("2112345012346", "weight"),
        ("2112345012340", "product"),
        ("0421", "client"),
    ],
)
def test_a_damaged_label_and_an_empty_scan_are_unknown(code: str, kind: str) -> None:
    assert read_code(BOOK, code).kind == kind


def test_nothing_is_known_without_rules() -> None:
    assert read_code(book_of(), "7501000111206") == CodeRead(UNKNOWN, "7501000111206", "7501000111206")


def test_an_alias_puts_another_code_in_place_of_the_one_that_was_read() -> None:
    alias = CodeRule(ALIAS, "OFFER", "any", 1, alias="2112345012346")
    assert read_code(book_of(alias, *RULES), "OFFER-7") == CodeRead(
        "weight", "2112345012346", "2112345000008", "ean13", 1234, 3
    )
    assert read_code(book_of(alias), "OFFER") == CodeRead(UNKNOWN, "2112345012346", "OFFER")


def test_an_alias_is_not_looked_at_by_rules_before_it() -> None:
    first = CodeRule("product", "2112", "any", 1)
    alias = CodeRule(ALIAS, "OFFER", "any", 2, alias="2112345012346")
    assert read_code(book_of(first, alias, WEIGHT), "OFFER").kind == "weight"
    two = CodeRule(ALIAS, "NEXT", "any", 1, alias="OFFER")
    assert read_code(book_of(two, alias, WEIGHT), "NEXT").code == "2112345012346"


def test_an_upc_has_its_base_in_twelve_digits_and_an_ean_never_begins_with_nought() -> None:
    upc = CodeRule("price", "2.....{NNNDD}", "upca")
    body = "21234500199"
    assert read_code(book_of(upc), body + check_digit(body)) == CodeRead(
        "price", body + check_digit(body), "212345000007", "upca", 199, 2
    )
    zero = "0" + body
    assert read_code(book_of(CodeRule("product", "0", "ean13")), zero + check_digit(zero)).kind == UNKNOWN


def test_of_one_sequence_the_first_in_the_document_is_tried_first() -> None:
    one, other = CodeRule("client", "04"), CodeRule("cashier", "04")
    assert read_code(book_of(one, other), "041").kind == "client"
    assert read_code(book_of(other, one), "041").kind == "cashier"


@pytest.mark.parametrize("rule", [CodeRule("product", "(a+)+"), CodeRule("product", ".*", "code39")])
def test_a_rule_that_cannot_be_used_is_left_out_with_its_reason_and_the_others_stand(rule: CodeRule) -> None:
    book = build_code_book(Nomenclature(rules=(rule, *RULES)))
    assert [flaw.rule for flaw in book.flaws] == [rule]
    assert ("pattern" in book.flaws[0].flaw) or ("code39" in book.flaws[0].flaw)
    assert book.rules == BOOK.rules


def test_rules_of_messages_are_another_books() -> None:
    assert book_of(CodeRule("lot", r"(10)(\d*)", "gs1-128")).rules == ()


def test_a_lane_reads_labels_as_before_by_the_same_patterns() -> None:
    label = parse_code("2112345012346", (LabelPattern("weight", WEIGHT.pattern),))
    assert label == Label("weight", ("02112345000008", "2112345", "12345"), 1_234_000, "2112345012346")
