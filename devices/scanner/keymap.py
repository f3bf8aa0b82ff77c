"""Key positions to characters, for the country a scanner is set to.

evdev gives positions; which character the scanner meant depends on its own country setting (factory: US), not
on the keyboard map of this machine. Positions are those of Linux's input-event-codes; a table lists the
characters of the four rows without and with Shift, and those with AltGr. Dead keys stand as their character.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

Layout: TypeAlias = Literal["us", "es", "fr", "de"]

KEY_TAB, KEY_ENTER, KEY_SPACE, KEY_F8 = 15, 28, 57, 66
KEY_LEFTCTRL, KEY_RIGHTCTRL, KEY_LEFTSHIFT, KEY_RIGHTSHIFT = 29, 97, 42, 54
KEY_LEFTALT, KEY_RIGHTALT, KEY_CAPSLOCK, KEY_NUMLOCK = 56, 100, 58, 69
KEY_RIGHTBRACE, KEY_KPENTER, KEY_A, KEY_Z, KEY_0, KEY_1 = 27, 96, 30, 44, 11, 2

KEYPAD: dict[int, str] = {
    55: "*", 71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+", 79: "1", 80: "2",
    81: "3", 82: "0", 83: ".", 98: "/", 117: "=", 121: ",",
}  # fmt: skip

_ROWS: tuple[tuple[int, ...], ...] = (
    (41, *range(2, 14)),
    tuple(range(16, 28)),
    (*range(30, 41), 43),
    (86, *range(44, 54)),
)


class Caps(NamedTuple):
    """What one key writes: alone, with Shift, with AltGr (empty: nothing)."""

    plain: str
    shifted: str
    altgr: str = ""


def _table(plain: str, shifted: str, altgr: str = "") -> dict[int, Caps]:
    """Return the table of a country: its four rows, a line each, without and with Shift.

    `altgr` has a position and a character for each, parted by spaces: `3@`.
    """
    third = {int(pair[:-1]): pair[-1] for pair in altgr.split()}
    caps = {KEY_SPACE: Caps(" ", " ")}
    for positions, lower, upper in zip(_ROWS, plain.split(), shifted.split(), strict=True):
        for position, low, high in zip(positions, lower, upper, strict=True):
            caps[position] = Caps(low, high, third.get(position, ""))
    return caps


_US = _table(
    r"""
    `1234567890-=
    qwertyuiop[]
    asdfghjkl;'\
    \zxcvbnm,./
    """,
    r"""
    ~!@#$%^&*()_+
    QWERTYUIOP{}
    ASDFGHJKL:"|
    |ZXCVBNM<>?
    """,
)
_ES = _table(
    """
    º1234567890'¡
    qwertyuiop`+
    asdfghjklñ\u00b4ç
    <zxcvbnm,.-
    """,
    """
    ª!"·$%&/()=?¿
    QWERTYUIOP^*
    ASDFGHJKLÑ¨Ç
    >ZXCVBNM;:_
    """,
    "41\\ 2| 3@ 4# 5~ 6€ 7¬ 18€ 26[ 27] 40{ 43}",
)
_FR = _table(
    """
    ²&é"'(-è_çà)=
    azertyuiop^$
    qsdfghjklmù*
    <wxcvbn,;:!
    """,
    """
    ~1234567890°+
    AZERTYUIOP¨£
    QSDFGHJKLM%µ
    >WXCVBN?./§
    """,
    "3~ 4# 5{ 6[ 7| 8` 9\\ 10^ 11@ 12] 13} 18€",
)
_DE = _table(
    """
    ^1234567890ß\u00b4
    qwertzuiopü+
    asdfghjklöä#
    <yxcvbnm,.-
    """,
    """
    °!"§$%&/()=?`
    QWERTZUIOPÜ*
    ASDFGHJKLÖÄ'
    >YXCVBNM;:_
    """,
    "8{ 9[ 10] 11} 12\\ 16@ 18€ 27~ 86|",
)
KEYMAPS: dict[Layout, dict[int, Caps]] = {"us": _US, "es": _ES, "fr": _FR, "de": _DE}
