"""GS1 messages by the rules of a nomenclature: separators, measures, dates, check digits, and junk."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.barcode import check_digit
from domain.nomenclature import CodeRule, Nomenclature
from domain.nomenclature_gs1 import SYMBOLOGIES, Gs1Book, Gs1Element, build_gs1_book, read_gs1_code

TODAY: Final = date(2026, 11, 24)
GTIN: Final = "07501055300075"


def rule(kind: str, pattern: str, content: str, has_decimals: bool = False, uom: str = "") -> CodeRule:
    return CodeRule(kind, pattern, "gs1-128", content=content, has_decimals=has_decimals, uom=uom)


RULES: Final = (
    rule("product", r"(01)(\d{14})", "identifier"),
    rule("lot", r'(10)([!"%-/0-9:-?A-Z_a-z]{0,20})', "alpha"),
    rule("expiration_date", r"(17)(\d{6})", "date"),
    rule("quantity", r"(30)(\d{0,8})", "measure"),
    rule("quantity", r"(310[0-5])(\d{6})", "measure", True, "kg"),
    rule("odd", r"(39[0-9])(.{0,4})", "measure", True),
    rule("wild", r"(9[A-Z]?)(\d)?", "alpha"),
)


def book_of(*rules: CodeRule, separator: str = "") -> Gs1Book:
    nomenclature = Nomenclature(rules=rules, separator=separator) if separator else Nomenclature(rules=rules)
    book = build_gs1_book(nomenclature)
    assert not book.flaws
    return book


BOOK: Final = book_of(*RULES)


def read(code: str, today: date = TODAY) -> tuple[Gs1Element, ...] | None:
    return read_gs1_code(BOOK, code, today)


@given(
    st.text(alphabet="0123456789", min_size=13, max_size=13),
    st.text(alphabet="ABC-7", min_size=1, max_size=20),
    st.integers(0, 999_999),
    st.integers(0, 5),
    st.sampled_from(("\x1d", "#", "Alt029")),
)
def test_a_message_says_what_was_put_into_it(body: str, lot: str, measure: int, decimals: int, separator: str) -> None:
    gtin = body + check_digit(body)
    pieces = (f"01{gtin}", f"310{decimals}{measure:06d}", f"10{lot}")
    wanted = (
        Gs1Element("01", "product", gtin),
        Gs1Element(f"310{decimals}", "quantity", f"{measure:06d}", measure, decimals, uom="kg"),
        Gs1Element("10", "lot", lot),
    )
    assert read("".join(pieces)) == wanted
    if separator != "Alt029":  # its letters may stand in a lot, and so are part of it (as Odoo reads them)
        assert read(separator.join((pieces[2], pieces[0], pieces[1]))) == (wanted[2], wanted[0], wanted[1])


@given(st.sampled_from(SYMBOLOGIES))
def test_what_a_scanner_puts_before_a_message_is_no_part_of_it(symbology: str) -> None:
    assert read(f"{symbology}01{GTIN}") == read(f"01{GTIN}")
    assert read(f"01{GTIN}{symbology}") is None


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.dates(date(1, 1, 1), date(9998, 12, 31)))
def test_a_date_is_the_one_of_its_six_digits_within_half_a_century(today: date, on: date) -> None:
    found = read(f"17{on:%y%m%d}" if on.year > 999 else f"17{on.year % 100:02d}{on:%m%d}", today)
    years = [year for year in range(today.year - 49, today.year + 51) if year % 100 == on.year % 100]
    [year] = years
    try:
        wanted = on.replace(year=year)
    except ValueError:  # a 29th of February that this year does not have
        assert found is None
    else:
        assert found is not None
        assert found[0].on == wanted


@pytest.mark.parametrize(
    ("year", "text", "on"),
    [(2080, "300101", 2130), (2080, "310101", 2031), (2030, "800101", 2080), (2030, "810101", 1981)],
)
def test_a_year_is_at_most_49_back_and_50_ahead(year: int, text: str, on: int) -> None:
    found = read(f"17{text}", date(year, 6, 1))
    assert found is not None
    assert found[0].on == date(on, 1, 1)


def test_a_rule_that_nothing_meets_does_not_go_on_for_ever() -> None:
    empty = rule("lot", "(a?)(b?)", "alpha")
    assert read_gs1_code(book_of(empty), "x", TODAY) is None
    assert read_gs1_code(book_of(empty, *RULES), "ab17261231", TODAY) == (
        Gs1Element("a", "lot", "b"),
        *(read("17261231") or ()),
    )


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("260200", date(2026, 2, 28)),
        ("280200", date(2028, 2, 29)),
        ("261200", date(2026, 12, 31)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
    ],
)
def test_day_nought_is_the_last_of_the_month_and_years_are_near(text: str, on: date) -> None:
    assert read(f"17{text}") == (Gs1Element("17", "expiration_date", text, on=on),)


@pytest.mark.parametrize(
    "code",
    [
        "17261331",
        "17260230",
        "17260000",
        "0107501055300074",
        "30",
        "39312A4",
        "3912.",
        "99X",
        "x",
        "01" + GTIN + "x",
        "9",
    ],
)
def test_what_is_no_message_to_its_end_is_none(code: str) -> None:
    assert read(code) is None


@pytest.mark.parametrize(
    ("code", "value", "decimals"),
    [("3935", None, 0), ("39312", 12, 2), ("3901234", 1234, 0), ("3934321", 4321, 3), ("3017", 17, 0)],
)
def test_a_measure_has_the_decimals_that_its_identifier_says_and_its_digits_allow(
    code: str, value: int | None, decimals: int
) -> None:
    found = read(code)
    if value is None:
        assert found == (Gs1Element("393", "odd", "5", 5, 1),)
    else:
        assert found is not None
        assert (found[0].value, found[0].decimals) == (value, decimals)


def test_an_empty_scan_has_no_elements() -> None:
    assert read("") == ()


@given(st.text(alphabet="0139A#\x1d]C", max_size=60), st.integers(-400, 400))
def test_no_message_raises(code: str, days: int) -> None:
    found = read(code, TODAY + timedelta(days=days))
    if found:
        whole = "".join(piece.ai + piece.text for piece in found)
        assert len(whole) <= len(code)


@pytest.mark.parametrize("pattern", [r"(01)\d{14}", r"(01)(\d+)+", "(", "(01)(.*)(.*)(.*)"])
def test_a_rule_that_cannot_be_used_is_left_out_with_its_reason(pattern: str) -> None:
    book = build_gs1_book(Nomenclature(rules=(rule("product", pattern, "identifier"), *RULES)))
    assert [flaw.rule.pattern for flaw in book.flaws] == [pattern]
    assert "pattern" in book.flaws[0].flaw
    assert book.rules == BOOK.rules


def test_a_separator_that_cannot_be_used_leaves_no_rule() -> None:
    book = build_gs1_book(Nomenclature(rules=RULES, separator="(#+)+"))
    assert (book.rules, len(book.flaws)) == ((), len(RULES))


def test_a_shop_may_have_a_separator_of_its_own() -> None:
    assert read_gs1_code(book_of(*RULES, separator="~"), f"3017~01{GTIN}", TODAY) == read(f"3017\x1d01{GTIN}")
