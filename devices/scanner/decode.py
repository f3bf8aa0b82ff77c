"""Key events of one scanner to reads: pure, the clock is an argument.

Modifiers are the scanner's own: two keyboards may type at once. After SYN_DROPPED the kernel has lost events,
so the modifiers are unknown and the read is not trusted. FNC1 comes as Ctrl+], as F8 or as Alt+0029 on the
keypad, as the maker pleased.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.scanner import keymap
from devices.scanner.assemble import Assembler, Read, Suffix
from devices.scanner.judge import GS
from devices.scanner.keymap import KEYMAPS, KEYPAD, Layout

EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3

_MODIFIERS = frozenset(
    {
        keymap.KEY_LEFTSHIFT,
        keymap.KEY_RIGHTSHIFT,
        keymap.KEY_LEFTCTRL,
        keymap.KEY_RIGHTCTRL,
        keymap.KEY_LEFTALT,
        keymap.KEY_RIGHTALT,
    }
)


class KeyDecoder:
    """Turns the events of one device into reads; make a new one at each connection."""

    def __init__(self, layout: Layout = "us", suffix: Suffix = "enter", gap_ms: int | None = None) -> None:
        self._caps = KEYMAPS[layout]
        self.assembler = Assembler(suffix, gap_ms)
        self._held: set[int] = set()
        self._caps_lock = False
        self._alt_digits = ""

    def feed(self, kind: int, code: int, value: int, at_ms: int) -> list[Read]:
        """Take one event as evdev gives it (value 1 down, 0 up, 2 repeat); return the reads it ended."""
        if kind == EV_SYN and code == SYN_DROPPED:
            return self._reset()
        if kind != EV_KEY or value == 2:
            return []
        if code in _MODIFIERS:
            return self._hold(code, value == 1, at_ms)
        if value != 1:
            return []
        return self._press(code, at_ms)

    def silence(self) -> list[Read]:
        """Say that nothing came for `assembler.gap_ms`."""
        return self.assembler.silence()

    def _reset(self) -> list[Read]:
        """Forget the modifiers after lost events."""
        self._held.clear()
        self._alt_digits = ""
        return self.assembler.lose()

    def _hold(self, code: int, is_down: bool, at_ms: int) -> list[Read]:
        """Keep a modifier; releasing Alt ends a character typed by its number."""
        if is_down:
            self._held.add(code)
            return []
        self._held.discard(code)
        if code != keymap.KEY_LEFTALT or not self._alt_digits:
            return []
        digits, self._alt_digits = self._alt_digits, ""
        number = int(digits)
        return self.assembler.put(chr(number) if number < 128 else None, at_ms)

    def _press(self, code: int, at_ms: int) -> list[Read]:
        """Take a key that goes down."""
        special: dict[int, Callable[[int], list[Read]]] = {
            keymap.KEY_ENTER: self.assembler.end,
            keymap.KEY_KPENTER: self.assembler.end,
            keymap.KEY_TAB: self.assembler.put_tab,
            keymap.KEY_CAPSLOCK: self._lock_caps,
            keymap.KEY_NUMLOCK: _ignore,
        }
        if act := special.get(code):
            return act(at_ms)
        if keymap.KEY_LEFTALT in self._held:
            return self._press_with_alt(code, at_ms)
        return self.assembler.put(self._char(code), at_ms)

    def _lock_caps(self, at_ms: int) -> list[Read]:
        """Turn Caps Lock over, as this scanner sees it."""
        self._caps_lock = not self._caps_lock
        return []

    def _press_with_alt(self, code: int, at_ms: int) -> list[Read]:
        """Collect the number of a character; any other key with Alt is a command, not a character."""
        digit = KEYPAD.get(code, "")
        if digit.isdigit() and len(self._alt_digits) < 5:
            self._alt_digits += digit
            return []
        return self.assembler.put(None, at_ms)

    def _char(self, code: int) -> str | None:
        """Return what a key writes with the modifiers held, `None` if nothing."""
        if code == keymap.KEY_F8:
            return GS
        if code in KEYPAD:
            return KEYPAD[code]
        caps = self._caps.get(code)
        if caps is None:
            return None
        if self._held & {keymap.KEY_LEFTCTRL, keymap.KEY_RIGHTCTRL}:
            return self._chord(code, caps)
        if keymap.KEY_RIGHTALT in self._held:
            return caps.altgr or None
        has_shift = bool(self._held & {keymap.KEY_LEFTSHIFT, keymap.KEY_RIGHTSHIFT})
        if self._caps_lock and caps.plain.isalpha():
            has_shift = not has_shift
        return caps.shifted if has_shift else caps.plain

    def _chord(self, code: int, caps: keymap.Caps) -> str | None:
        """Return the control character of a Ctrl chord; what is no FNC1 will spoil the read."""
        if code == keymap.KEY_RIGHTBRACE or "]" in caps:
            return GS
        upper = caps.plain.upper()
        return chr(ord(upper) & 0x1F) if upper in "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\^_" else None


def _ignore(at_ms: int) -> list[Read]:
    """Take a key that means nothing."""
    return []


class LineDecoder:
    """Turns the bytes of a serial scanner into reads, under the same rules."""

    def __init__(self, suffix: Suffix = "enter", gap_ms: int | None = None) -> None:
        self.assembler = Assembler(suffix, gap_ms)

    def feed(self, data: bytes, at_ms: int) -> list[Read]:
        """Take bytes as they come; return ended reads. CR and LF end a read, and so does the suffix tab."""
        ended: list[Read] = []
        for byte in data:
            if byte in b"\r\n":
                ended += self.assembler.end(at_ms)
            elif byte == 0x09:
                ended += self.assembler.put_tab(at_ms)
            else:
                ended += self.assembler.put(chr(byte), at_ms)
        return ended

    def silence(self) -> list[Read]:
        """Say that nothing came for `assembler.gap_ms`."""
        return self.assembler.silence()
