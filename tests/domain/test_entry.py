"""The entry machine: a table of key sequences, and the laws that no key is lost and no scan touched."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.entry import (
    MAX_BUFFER,
    CodeTyped,
    Effect,
    EmptyEnter,
    Entry,
    EntryKey,
    QuantityAlone,
    press,
    take_quantity,
)
from domain.money import MICRO
from domain.refusal import Reason, Refused

Key: TypeAlias = EntryKey | str
NAMES: Final = {"⏎": EntryKey.ENTER, "*": EntryKey.TIMES, "←": EntryKey.BACKSPACE, "✗": EntryKey.CLEAR}
keys = st.lists(st.one_of(st.sampled_from("0123456789.,-aZ"), st.sampled_from(EntryKey)), max_size=40)


def typed(text: str) -> tuple[Entry, list[Effect]]:
    """Return what is left and what was done after keys as one text."""
    return pressed([NAMES.get(char, char) for char in text])


def pressed(sequence: list[Key], entry: Entry | None = None) -> tuple[Entry, list[Effect]]:
    entry, done = entry or Entry(), list[Effect]()
    for key in sequence:
        entry, effect = press(entry, key)
        if effect is not None:
            done.append(effect)
    return entry, done


@pytest.mark.parametrize(
    ("text", "left", "done"),
    [
        ("", Entry(), []),
        ("⏎", Entry(), [EmptyEnter()]),
        ("123⏎", Entry(), [CodeTyped("123", None)]),
        ("3*", Entry("", 3 * MICRO), []),
        ("3*123⏎", Entry(), [CodeTyped("123", 3 * MICRO)]),
        ("3*⏎", Entry(), [QuantityAlone(3 * MICRO)]),
        ("-2*1⏎", Entry(), [CodeTyped("1", -2 * MICRO)]),
        ("1.25*1⏎", Entry(), [CodeTyped("1", 1_250_000)]),
        ("1,25*1⏎", Entry(), [CodeTyped("1", 1_250_000)]),
        (".5*1⏎", Entry(), [CodeTyped("1", 500_000)]),
        ("3*4*1⏎", Entry(), [CodeTyped("1", 4 * MICRO)]),
        ("123⏎⏎", Entry(), [CodeTyped("123", None), EmptyEnter()]),
        ("12←3⏎", Entry(), [CodeTyped("13", None)]),
        ("3*12←←←", Entry(), []),
        ("3*1✗", Entry(), []),
        ("←", Entry(), []),
        ("*", Entry(), [Refused(Reason.BAD_QUANTITY, {"text": ""})]),
        ("0*", Entry("0"), [Refused(Reason.BAD_QUANTITY, {"text": "0"})]),
        ("ab*", Entry("ab"), [Refused(Reason.BAD_QUANTITY, {"text": "ab"})]),
        ("1.2.3*", Entry("1.2.3"), [Refused(Reason.BAD_QUANTITY, {"text": "1.2.3"})]),
        ("10000*", Entry("", 10_000 * MICRO), []),
        ("10001*", Entry("10001"), [Refused(Reason.TOO_MANY, {"text": "10001"})]),
        (
            "7501000111206*",
            Entry("7501000111206"),
            [Refused(Reason.TOO_MANY, {"text": "7501000111206"})],
        ),
        ("22⏎2⏎", Entry(), [CodeTyped("22", None), CodeTyped("2", None)]),
    ],
)
def test_key_sequences(text: str, left: Entry, done: list[Effect]) -> None:
    assert typed(text) == (left, done)


@given(keys)
def test_every_character_is_in_a_code_in_a_quantity_in_the_buffer_or_taken_back(sequence: list[Key]) -> None:
    """Told again in the plainest way: a list of characters, a quantity text, and what Enter hands on."""
    entry, done = pressed(sequence)
    buffer, quantity, codes = "", None, []
    for key in sequence:
        if key is EntryKey.ENTER:
            if buffer:
                codes.append((buffer, quantity is not None))
            buffer, quantity = "", None
        elif key is EntryKey.CLEAR:
            buffer, quantity = "", None
        elif key is EntryKey.BACKSPACE:
            buffer, quantity = buffer[:-1], quantity if buffer else None
        elif key is EntryKey.TIMES:
            digits = buffer.lstrip("-").replace(",", ".").replace(".", "", 1)
            is_number = digits.isdigit() and buffer.count("-") <= 1 and int(digits) > 0
            too_fine = len(buffer.replace(",", ".").partition(".")[2].rstrip("0")) > 6
            is_code = buffer.isdigit() and len(buffer) >= 8
            if is_number and not is_code and not too_fine and Decimal(buffer.lstrip("-").replace(",", ".")) <= 10_000:
                buffer, quantity = "", buffer
        elif isinstance(key, str):
            buffer += key
    assert entry.buffer == buffer
    assert (entry.quantity_micro is not None) == (quantity is not None)
    assert [(e.code, e.quantity_micro is not None) for e in done if isinstance(e, CodeTyped)] == codes


@given(keys)
def test_a_quantity_is_never_larger_than_the_limit_nor_nothing(sequence: list[Key]) -> None:
    entry, done = pressed(sequence)
    quantities = [entry.quantity_micro] + [e.quantity_micro for e in done if isinstance(e, CodeTyped | QuantityAlone)]
    for quantity in quantities:
        assert quantity is None or 0 < abs(quantity) <= 10_000 * MICRO


@given(st.text(alphabet="0123456789", min_size=8, max_size=14))
def test_times_never_takes_a_gtin_leading_zeros_or_not(code: str) -> None:
    assert press(Entry(code), EntryKey.TIMES) == (Entry(code), Refused(Reason.TOO_MANY, {"text": code}))


@given(keys)
def test_a_scan_uses_the_quantity_up_and_leaves_the_buffer(sequence: list[Key]) -> None:
    entry, _ = pressed(sequence)
    rest, quantity = take_quantity(entry)
    assert rest == Entry(entry.buffer)
    assert quantity == entry.quantity_micro


@given(keys, keys)
def test_keys_typed_ahead_do_what_they_do_one_by_one(first: list[Key], second: list[Key]) -> None:
    entry, done = pressed(first)
    left, more = pressed(second, entry)
    assert pressed(first + second) == (left, done + more)


def test_a_scan_between_two_digits_joins_neither() -> None:
    """odoo#75710 had 22 for `scan 2 scan 2`."""
    entry, _ = press(Entry(), "2")
    entry, quantity = take_quantity(entry)
    assert quantity is None
    entry, _ = press(entry, EntryKey.TIMES)
    assert entry == Entry("", 2 * MICRO)


def test_a_full_buffer_refuses_the_next_character_and_keeps_the_others() -> None:
    full = Entry("1" * MAX_BUFFER)
    assert press(full, "2") == (full, Refused(Reason.BAD_CODE))
    assert press(full, EntryKey.ENTER)[1] == CodeTyped(full.buffer, None)
