"""The key table: remapping, clashes with both names, the sheet, and the page in docs."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from tui.keys import (
    ALLOWED,
    DEFAULTS,
    KINDS,
    LANE,
    PAY,
    Act,
    KeyFault,
    KeyTable,
    build_key_table,
    fault_text,
    key_label,
    key_sheet,
    normal_key,
    struck_keys,
)
from tui.words import load_words

DOCS = Path(__file__).parents[2] / "docs" / "keys.md"
ES = load_words("es")


def table(**remap: str) -> KeyTable:
    keys = build_key_table(remap)
    assert isinstance(keys, KeyTable)
    return keys


def faults(**remap: str) -> list[KeyFault]:
    keys = build_key_table(remap)
    assert isinstance(keys, list)
    return keys


def test_every_act_stands_in_the_table_once() -> None:
    assert sorted(spec.act for spec in DEFAULTS) == sorted(Act)


def test_a_function_key_is_one_thing_on_the_lane_and_another_on_the_pay_screen() -> None:
    keys = table()
    assert keys.act_of("f1", LANE) is Act.HELP
    assert keys.act_of("f1", PAY) is Act.KIND_1
    assert keys.act_of("f10", PAY) is None


@pytest.mark.parametrize("number", range(1, 13))
def test_every_function_key_that_works_has_a_number_in_the_menu(number: int) -> None:
    act = table().act_of(f"f{number}", LANE)
    if act is not Act.MENU:
        assert act is not None
        assert table().spec(act).menu or table().spec(act).is_more


def test_menu_numbers_are_one_digit_or_a_nought_and_one_and_never_begin_another() -> None:
    numbers = [spec.menu for spec in table().menu()]
    assert len(set(numbers)) == len(numbers)
    assert all((len(n) == 1 and n != "0") or (len(n) == 2 and n[0] == "0") for n in numbers)


def test_a_remapped_key_replaces_the_old_one() -> None:
    keys = table(tender="insert", lock="Ctrl-K")
    assert keys.act_of("insert", LANE) is Act.TENDER
    assert keys.act_of("f12", LANE) is None
    assert keys.act_of("ctrl+k", LANE) is Act.LOCK


def test_two_acts_may_change_places() -> None:
    keys = table(search="f5", price_check="f3")
    assert keys.act_of("f5", LANE) is Act.SEARCH
    assert keys.act_of("f3", LANE) is Act.PRICE_CHECK


def test_a_clash_is_refused_with_both_names() -> None:
    (fault,) = faults(suspend="f9")
    assert fault == KeyFault("clash", "resume", "f9", "suspend")
    text = fault_text(fault, ES)
    assert "F9" in text
    assert "resume" in text
    assert "suspend" in text


def test_a_key_of_the_pay_screen_may_not_be_a_tender_there_too() -> None:
    assert {f.act for f in faults(tender="f3")} == {Act.TENDER, Act.KIND_3} or faults(tender="f3")[0].kind == "clash"


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+s", "ctrl+c", "ctrl+z", "ctrl+i", "ctrl+m", "f13", "alt+x", "5", "a"])
def test_keys_that_terminals_or_codes_need_are_forbidden(key: str) -> None:
    assert faults(lock=key)[0].kind == "forbidden"


def test_an_act_nobody_knows_is_refused() -> None:
    assert faults(fly="f4") == [KeyFault("unknown", "fly", "f4")]
    assert "fly" in fault_text(faults(fly="f4")[0], ES)


@pytest.mark.parametrize(
    ("written", "key"), [("Ctrl-L", "ctrl+l"), ("F12", "f12"), ("asterisk", "*"), ("ADD", "+"), (" Delete ", "delete")]
)
def test_a_key_has_one_name_however_it_is_written(written: str, key: str) -> None:
    assert normal_key(written) == key


@pytest.mark.parametrize("name", ["multiply", "asterisk", "*"])
def test_times_is_the_same_on_the_number_pad(name: str) -> None:
    assert table().act_of(name, LANE) is Act.TIMES


def test_esc_and_a_digit_that_a_terminal_ran_together_are_two_keys_again() -> None:
    for digit in "0123456789":
        events = list(XTermParser().feed(f"\x1b{digit}"))
        (event,) = [event for event in events if isinstance(event, Key)]
        struck = list(struck_keys(event.key, event.character))
        assert struck == [("escape", None), (digit, digit)]
    assert struck_keys("f12", None) == (("f12", None),)
    assert struck_keys("ñ", "ñ") == (("ñ", "ñ"),)


def test_the_sheet_has_a_line_for_every_act_with_its_key_and_number() -> None:
    keys = table(tender="insert")
    sheet = key_sheet(keys, ES)
    for spec in keys.specs:
        words = ES(spec.word)
        (line,) = [line for line in sheet if line.endswith(words)]
        assert not spec.key or key_label(spec.key, ES) in line
        assert spec.menu in line
    assert any(line.strip().startswith("Insert") for line in sheet)


def test_the_page_in_docs_names_every_act() -> None:
    page = DOCS.read_text(encoding="utf-8")
    lane = [spec for spec in DEFAULTS if spec.act not in KINDS]
    assert not [spec.act for spec in lane if f"`{spec.act}`" not in page]
    rows: dict[str, str] = {}
    for line in page.splitlines():
        if line.startswith("| `"):
            rows.setdefault(line.split("`")[1], line)
    for spec in lane:
        if spec.menu:
            assert f"| {spec.menu} |" in rows[spec.act]
        if spec.key.startswith(("f", "ctrl")):
            assert f"| {key_label(spec.key, load_words('en'))} |" in rows[spec.act]


def test_every_key_that_may_be_bound_has_a_label() -> None:
    assert all(key_label(key, ES) for key in ALLOWED)
