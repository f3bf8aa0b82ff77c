"""What items ask for: written and read back, judged from a spreadsheet's cells; lots, serials, dates and ages."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog_flaw import Flaw, RowFlaw
from domain.catalog_rule import read_rule_cells
from domain.form import DEFAULT_FORMS, Forms, date_text, parse_date
from domain.item import PIECE, Item, UoM
from domain.item_rule import MAX_AGE, MAX_LEAST_MICRO, NO_RULES, ItemRules, Tracking, read_rules, write_rules
from domain.refusal import Reason, Refused
from domain.trace import Trace, age_on, born_by, judge_trace

TODAY = "2026-11-24"
KILOGRAM = UoM("kg", 3)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(date.isoformat)
US = Forms(date="%m/%d/%Y")
ISO = Forms(date="%Y-%m-%d")


def item(rules: str) -> Item:
    return Item(1, "X", "Equis", "01", "general", 1, rules=read_rules(rules))


@given(
    st.builds(
        ItemRules,
        st.sampled_from(Tracking),
        st.booleans(),
        st.integers(0, MAX_AGE),
        st.integers(0, MAX_LEAST_MICRO),
        st.integers(0, MAX_LEAST_MICRO),
        st.booleans(),
    )
)
def test_rules_are_read_as_they_were_written(rules: ItemRules) -> None:
    assert read_rules(write_rules(rules)) == rules
    assert (write_rules(rules) == "") is (rules == NO_RULES)


def test_a_word_of_a_newer_program_is_passed_over() -> None:
    assert read_rules("lot fridge age=18 temperature=4") == ItemRules(Tracking.LOT, min_age=18)


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        (("", "", "", "", "", ""), ""),
        (("Lote", "sí", "", "", "", ""), "lot expiry"),
        (("Número de serie", "", "", "", "", ""), "serial"),
        (("ninguno", "no", "0", "0", "0", ""), ""),
        (("", "", "18", "", "", ""), "age=18"),
        (("", "", "", "12", "6", ""), "min=12 by=6"),
    ],
)
def test_cells_of_a_spreadsheet_become_rules(cells: tuple[str, ...], rules: str) -> None:
    assert read_rule_cells(cells, PIECE) == rules


@pytest.mark.parametrize(
    "cells",
    [
        ("caja", "", "", "", "", ""),
        ("", "quizá", "", "", "", ""),
        ("", "", "-1", "", "", ""),
        ("", "", "121", "", "", ""),
        ("", "", "dieciocho", "", "", ""),
        ("", "", "", "1.5", "", ""),
        ("", "", "", "", "-6", ""),
        ("", "", "", "muchos", "", ""),
    ],
)
def test_a_bad_cell_refuses_the_row(cells: tuple[str, ...]) -> None:
    found = read_rule_cells(cells, PIECE)
    assert isinstance(found, RowFlaw)
    assert found.flaw is Flaw.BAD_RULE
    assert found.text in cells
    assert found.text


def test_a_quantity_is_as_fine_as_its_unit_and_a_serial_has_no_weight() -> None:
    assert read_rule_cells(("", "", "", "1,5", "0.25", ""), KILOGRAM) == "min=1.5 by=0.25"
    assert read_rule_cells(("serie", "", "", "", "", ""), KILOGRAM) == RowFlaw(Flaw.BAD_RULE, "serie")


@pytest.mark.parametrize(
    ("rules", "trace", "reason"),
    [
        ("lot", Trace(), Reason.NEEDS_LOT),
        ("lot", Trace(lot=" \x1b "), Reason.NEEDS_LOT),
        ("lot", Trace(serial="1"), Reason.NEEDS_LOT),
        ("serial", Trace(lot="L"), Reason.NEEDS_SERIAL),
        ("expiry", Trace(lot="L"), Reason.NEEDS_EXPIRY),
        ("lot expiry", Trace(lot="L"), Reason.NEEDS_EXPIRY),
        ("expiry", Trace(expires_on="mañana"), Reason.BAD_DATE),
        ("expiry", Trace(expires_on="2026-02-30"), Reason.BAD_DATE),
        ("expiry", Trace(expires_on="20270101"), Reason.BAD_DATE),
        ("expiry", Trace(expires_on="2026-11-23"), Reason.EXPIRED),
        ("lot", Trace(lot="L", expires_on="2026-11-23"), Reason.EXPIRED),
        ("lot", Trace(lot="L" * 21), Reason.REFERENCE_TOO_LONG),
        ("serial", Trace(serial="4111111111111111"), Reason.CARD_NUMBER),
    ],
)
def test_what_is_missing_or_wrong_is_told(rules: str, trace: Trace, reason: Reason) -> None:
    found = judge_trace(item(rules), trace, TODAY)
    assert isinstance(found, Refused)
    assert found.reason is reason


def test_what_is_kept_is_what_the_item_asks_for_and_the_code_says() -> None:
    assert judge_trace(item("lot"), Trace(" L1 ", "S1"), TODAY) == Trace("L1")
    assert judge_trace(item("serial"), Trace("L1", "S1", "2026-11-24"), TODAY) == Trace("L1", "S1", "2026-11-24")
    imei = "356938035643809"
    assert judge_trace(item("serial"), Trace(serial=imei), TODAY) == Trace(serial=imei)


def test_what_comes_back_may_have_expired() -> None:
    old = Trace("L", "", "2026-11-23")
    assert judge_trace(item("lot expiry"), old, TODAY, is_coming_back=True) == old


@given(DAYS, DAYS)
def test_an_age_is_enough_just_where_the_birth_date_is(born_on: str, today: str) -> None:
    years = age_on(born_on, today)
    for age in (years - 1, years, years + 1):
        if age >= 0 and int(today[:4]) - age > 0:
            assert (born_on <= born_by(age, today)) is (years >= age)


def test_who_was_born_on_29_february_ages_on_1_march() -> None:
    assert (age_on("2008-02-29", "2026-02-28"), age_on("2008-02-29", "2026-03-01")) == (17, 18)
    assert born_by(18, "2028-02-29") == "2010-02-28"


@given(st.dates(date(1950, 1, 1), date(2049, 12, 31)), st.sampled_from([DEFAULT_FORMS, US, ISO]))
def test_a_date_is_read_as_it_is_written(day: date, forms: Forms) -> None:
    written = date_text(day.isoformat(), forms)
    digits = "".join(filter(str.isdigit, written))
    assert parse_date(written, forms) == parse_date(digits, forms) == day.isoformat()
    short = day.strftime(forms.date.replace("Y", "y").replace("/", "").replace("-", ""))
    assert parse_date(short, forms) == day.replace(year=2000 + day.year % 100).isoformat()


@pytest.mark.parametrize("text", ["", "1", "31", "31/11/2026", "1/2", "1/2/3/4", "a/b/c", "99999999", "\uff131/1/2026"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text, DEFAULT_FORMS) is None


def test_two_digits_of_a_year_lie_in_the_past_where_they_have_to() -> None:
    assert parse_date("310590", DEFAULT_FORMS, TODAY) == "1990-05-31"
    assert parse_date("310508", DEFAULT_FORMS, TODAY) == "2008-05-31"
    assert parse_date("310130", DEFAULT_FORMS) == "2030-01-31"


def test_a_trace_without_anything_is_no_text() -> None:
    assert msgspec.json.encode(Trace("L")) == b'{"lot":"L"}'
