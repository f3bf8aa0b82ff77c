"""Key events become the codes that were printed, whatever the country; parts of codes become nothing."""

from __future__ import annotations

import pytest

from devices.scanner import keymap
from devices.scanner.decode import EV_KEY, EV_SYN, SYN_DROPPED, KeyDecoder, LineDecoder
from devices.scanner.keymap import KEYMAPS, KEYPAD, Layout
from devices.scanner.scanned import Rejection
from tests.devices.typing_machine import Key, play, tap, type_text

GTIN = "7501031311309"
LINK = "https://id.gs1.org/01/09506000134352?3103=000195&15=251231"
LAYOUTS: list[Layout] = ["us", "es", "fr", "de"]
DROPPED = Key(EV_SYN, SYN_DROPPED, 0)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("code", [GTIN, LINK, "]E0" + GTIN, "AB-12/3.4+5$6%7_8", "0109506000134352\x1d10AbC"])
def test_a_code_reads_the_same_from_a_scanner_of_each_country(layout: Layout, code: str) -> None:
    assert play(KeyDecoder(layout), type_text(code + "\n", layout)) == [code]


@pytest.mark.parametrize(
    ("layout", "code", "held", "char"),
    [
        ("us", 53, (keymap.KEY_LEFTSHIFT,), "?"),
        ("es", 8, (keymap.KEY_LEFTSHIFT,), "/"),
        ("es", 53, (keymap.KEY_RIGHTSHIFT,), "_"),
        ("es", 27, (keymap.KEY_RIGHTALT,), "]"),
        ("fr", 2, (keymap.KEY_LEFTSHIFT,), "1"),
        ("fr", 16, (), "a"),
        ("fr", 52, (), ":"),
        ("de", 21, (), "z"),
        ("de", 44, (keymap.KEY_LEFTSHIFT,), "Y"),
        ("de", 10, (keymap.KEY_RIGHTALT,), "]"),
    ],
)
def test_positions_mean_what_the_country_prints_on_them(
    layout: Layout, code: int, held: tuple[int, ...], char: str
) -> None:
    assert play(KeyDecoder(layout), [*tap(code, *held), *tap(keymap.KEY_ENTER)]) == [char]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_writes_every_character_a_code_may_hold(layout: Layout) -> None:
    written = {char for caps in KEYMAPS[layout].values() for char in caps if char}
    allowed = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -./+$%_:#*&?=()!\"',;<>@~]"
    assert set(allowed) - written == set()


def test_the_keypad_and_its_enter_read_like_the_other_keys() -> None:
    places = {char: code for code, char in KEYPAD.items()}
    keys = [key for char in "0123456789" for key in tap(places[char])]
    assert play(KeyDecoder(), [*keys, *tap(keymap.KEY_KPENTER)]) == ["0123456789"]


def test_caps_lock_turns_letters_over_and_nothing_else() -> None:
    keys = [*tap(keymap.KEY_CAPSLOCK), *type_text("aB1-"), *tap(keymap.KEY_CAPSLOCK), *type_text("c\n")]
    assert play(KeyDecoder(), keys) == ["Ab1-c"]


@pytest.mark.parametrize(
    "separator",
    [
        tap(keymap.KEY_RIGHTBRACE, keymap.KEY_LEFTCTRL),
        tap(keymap.KEY_RIGHTBRACE, keymap.KEY_RIGHTCTRL),
        tap(keymap.KEY_F8),
        [
            Key(EV_KEY, keymap.KEY_LEFTALT, 1),
            *tap(82),
            *tap(82),
            *tap(80),
            *tap(73),
            Key(EV_KEY, keymap.KEY_LEFTALT, 0),
        ],
    ],
    ids=["ctrl-left", "ctrl-right", "f8", "alt-0029"],
)
def test_fnc1_is_gs_however_the_scanner_types_it(separator: list[Key]) -> None:
    keys = [*type_text("10AB"), *separator, *type_text("21C\n")]
    assert play(KeyDecoder(), keys) == ["10AB\x1d21C"]


@pytest.mark.parametrize("letter", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
def test_a_control_chord_becomes_a_control_character_that_the_judge_will_see(letter: str) -> None:
    chord = tap(next(p for p, caps in KEYMAPS["us"].items() if caps.shifted == letter), keymap.KEY_LEFTCTRL)
    assert play(KeyDecoder(), [*chord, *tap(keymap.KEY_ENTER)]) == [chr(ord(letter) - 64)]


@pytest.mark.parametrize("code", [1, 59, 87, 102, 105, 111, 125, 240], ids=str)
def test_a_key_that_writes_nothing_spoils_the_read(code: int) -> None:
    assert play(KeyDecoder(), [*type_text("75"), *tap(code), *type_text("01\n")]) == [Rejection.UNREADABLE_KEY]


def test_a_key_with_alt_is_a_command_and_spoils_the_read() -> None:
    alt_f2 = tap(60, keymap.KEY_LEFTALT)
    assert play(KeyDecoder(), [*alt_f2, *type_text("1\n")]) == [Rejection.UNREADABLE_KEY]


def test_repeats_and_releases_write_nothing() -> None:
    keys = [Key(EV_KEY, 2, 1), Key(EV_KEY, 2, 2), Key(EV_KEY, 2, 2), Key(EV_KEY, 2, 0), *tap(keymap.KEY_ENTER)]
    assert play(KeyDecoder(), keys) == ["1"]


def test_a_shift_that_repeats_stays_down() -> None:
    shift = [Key(EV_KEY, keymap.KEY_LEFTSHIFT, value) for value in (1, 2, 2)]
    assert play(KeyDecoder(), [*shift, *tap(30), *tap(keymap.KEY_ENTER)]) == ["A"]


def test_a_lone_enter_is_eaten() -> None:
    assert play(KeyDecoder(), type_text("\n\n123\n\n")) == ["123"]


def test_lost_events_take_the_rest_of_their_code_with_them() -> None:
    keys = [*type_text("12345"), DROPPED, *type_text("670\n"), *type_text(GTIN + "\n")]
    assert play(KeyDecoder(), keys) == [Rejection.INCOMPLETE, GTIN]


def test_lost_events_forget_a_shift_that_was_down() -> None:
    shift_down = Key(EV_KEY, keymap.KEY_LEFTSHIFT, 1)
    keys = [shift_down, DROPPED, *type_text("\n"), *type_text("12\n")]
    assert play(KeyDecoder(), keys) == [Rejection.INCOMPLETE, "12"]


def test_two_scanners_keep_their_shifts_apart() -> None:
    one, other = KeyDecoder(), KeyDecoder()
    one.feed(EV_KEY, keymap.KEY_LEFTSHIFT, 1, 0)
    assert play(other, type_text("1\n")) == ["1"]
    assert play(one, type_text("1\n")) == ["!"]


def test_the_suffix_tab_ends_a_read_and_an_enter_after_it_is_eaten() -> None:
    assert play(KeyDecoder(suffix="tab"), type_text("123\t\n456\t")) == ["123", "456"]


def test_a_tab_within_a_code_that_ends_with_enter_stays_in_it_for_the_judge() -> None:
    assert play(KeyDecoder(), type_text("12\t3\n")) == ["12\t3"]


def test_without_suffix_silence_ends_a_read() -> None:
    decoder = KeyDecoder(suffix="none")
    assert play(decoder, type_text(GTIN)) == []
    assert decoder.silence() == [GTIN]
    assert decoder.silence() == []


def test_without_suffix_a_gap_parts_two_codes_that_come_in_one_batch() -> None:
    decoder = KeyDecoder(suffix="none")
    first = play(decoder, type_text("111"), start_ms=0)
    second = play(decoder, type_text("222"), start_ms=1000)
    assert [*first, *second, *decoder.silence()] == ["111", "222"]


def test_with_a_suffix_a_slow_scanner_is_waited_for() -> None:
    decoder = KeyDecoder()
    keys = type_text(GTIN + "\n")
    assert play(decoder, keys, step_ms=300) == [GTIN]


def test_half_a_code_is_never_a_code_not_even_its_second_half() -> None:
    decoder = KeyDecoder()
    play(decoder, type_text("750103"))
    assert decoder.silence() == [Rejection.INCOMPLETE]
    assert play(decoder, type_text("96385074\n"), start_ms=9000) == [Rejection.INCOMPLETE]
    assert play(decoder, type_text(GTIN + "\n"), start_ms=10_000) == [GTIN]


def test_a_burst_of_codes_comes_out_whole_and_in_order() -> None:
    codes = [f"{number:013}" for number in range(500)]
    assert play(KeyDecoder(), type_text("".join(f"{code}\n" for code in codes)), step_ms=0) == codes


def test_a_read_longer_than_any_code_is_rejected_without_growing() -> None:
    decoder = KeyDecoder()
    assert play(decoder, type_text("9" * 5000)) == []
    assert play(decoder, type_text("\n")) == [Rejection.TOO_LONG]
    assert play(decoder, type_text("9" * 256 + "\n")) == ["9" * 256]


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_serial_lines_end_as_scanners_end_them(end: str) -> None:
    assert LineDecoder().feed(f"{GTIN}{end}{end}A1{end}".encode(), 0) == [GTIN, "A1"]


def test_serial_bytes_may_come_in_any_pieces() -> None:
    decoder = LineDecoder()
    reads = [read for byte in b"01\x1d10A\r22\r" for read in decoder.feed(bytes([byte]), 0)]
    assert reads == ["01\x1d10A", "22"]


def test_a_serial_scanner_without_suffix_ends_by_silence() -> None:
    decoder = LineDecoder(suffix="none")
    assert decoder.feed(b"123", 0) == []
    assert decoder.silence() == ["123"]
