"""Text from outside: what reaches a terminal, a printer, a log or a cell; and card numbers, which reach nothing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.text import MAX_LENGTH, MAX_MARKS, fold, holds_card_number, safe_cell, safe_text
from tests.kit.hostile import HOSTILE_NAMES

any_text = st.text(alphabet=st.characters(codec=None), max_size=300)


def is_harmless(text: str) -> bool:
    return all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for char in text)


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_loses_its_teeth_and_keeps_its_letters(name: str) -> None:
    safe = safe_text(name)
    assert is_harmless(safe)
    wanted = [char for char in name if char.isascii() and char.isprintable()]
    assert [char for char in safe if char.isascii() and char != " "] == [char for char in wanted if char != " "]


@given(any_text)
def test_any_text_becomes_harmless_short_and_composed(text: str) -> None:
    safe = safe_text(text)
    assert is_harmless(safe)
    assert len(safe) <= MAX_LENGTH
    assert unicodedata.normalize("NFC", safe) == safe
    assert safe_text(safe) == safe
    marks = 0
    for char in safe:
        marks = marks + 1 if unicodedata.category(char).startswith("M") else 0
        assert marks <= MAX_MARKS


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=MAX_LENGTH))
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("Ñandú", "Ñandú"),
        ("N\u0303andu\u0301", "Ñandú"),
        ("e\u200d\u0301", "é"),
        ("Phở bò tái", "Phở bò tái"),
        ("a\tb\nc\r\nd\x85e", "a b c  d e"),
        ("a\x00b\x7fc\x9bd", "abcd"),
        ("€ ¿ ¡ º", "€ ¿ ¡ º"),
        ("Z" + "\u0351" * 12 + "o" + "\u0334\u0319\u0324", "Z\u0351\u0351o\u0334\u0319"),
        ("日本", "日本"),
    ],
)
def test_texts_as_they_come(text: str, safe: str) -> None:
    assert safe_text(text) == safe


def test_a_text_is_cut_at_its_length() -> None:
    assert safe_text("é" * 50, 10) == "é" * 10
    assert safe_text("abc", 2) == "ab"


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "' =1"),
        ("\r=1", "' =1"),
        ("\0=1", "'=1"),
        ("\x1b=1", "'=1"),
        ("\u200b=1", "'=1"),
        ("-12.50", "-12.50"),
        ("+5", "+5"),
        ("-3 %", "'-3 %"),
        ("16%", "16%"),
        ("Café", "Café"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


@given(any_text)
def test_no_cell_begins_as_a_formula_unless_it_is_a_number(text: str) -> None:
    cell = safe_cell(text)
    if cell[:1] in ("=", "+", "-", "@"):
        assert cell[1:].replace(",", "").replace(".", "").rstrip("%").isdigit()


def test_folding_forgets_accents_and_case() -> None:
    assert fold("ÑANDÚ Straße Ǆ") == "nandu strasse dz"


CARDS = (
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "30569309025904",
    "38520000023237",
    "6011111111111117",
    "3530111333300000",
    "6205500000000000004",
    "6759649826438453",
)
"""The numbers that card schemes and processors publish for tests."""


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "form",
    ["{}", "x {} y", "ref:{}", "{}=2512101", "%B{}^DOE/J^2512", "01 {}", "{} 12/27", "{}."],
)
def test_a_card_number_is_seen_wherever_it_stands(card: str, form: str) -> None:
    assert holds_card_number(form.format(card))


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("sign", [" ", "-", ".", "/", "  ", ", ", "\u00a0", "·"])
def test_a_card_number_is_seen_in_groups(card: str, sign: str) -> None:
    assert holds_card_number(sign.join(card[i : i + 4] for i in range(0, len(card), 4)))


def test_a_card_number_is_seen_in_other_digits() -> None:
    assert holds_card_number("".join(chr(ord(digit) + 0xFEE0) for digit in CARDS[0]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "APPR 123456",
        "4111 1111",
        "411111111111111",
        "4111111111111112",
        "1234567812345670",
        "012180001234567895",
        "7501000111206",
        "2026-11-24 18:05:09",
        "55 1234 5678",
        "XAXX010101000",
    ],
)
def test_other_numbers_are_no_card_numbers(text: str) -> None:
    assert not holds_card_number(text)


@given(st.one_of(any_text, st.text(alphabet="0123456789 -/é", max_size=60)))
def test_nothing_short_of_thirteen_digits_is_a_card_number(text: str) -> None:
    digits = sum(char in "0123456789" for char in unicodedata.normalize("NFKC", text))
    assert not holds_card_number(text) or digits >= 13
