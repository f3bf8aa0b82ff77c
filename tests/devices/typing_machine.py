"""A scanner's fingers: texts to the key events that a scanner of some country sends for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from devices.scanner import keymap
from devices.scanner.assemble import Read
from devices.scanner.decode import EV_KEY, EV_SYN, KeyDecoder
from devices.scanner.keymap import KEYMAPS, Layout


class Key(NamedTuple):
    """One event as evdev gives it."""

    type: int
    code: int
    value: int


SYN = Key(EV_SYN, 0, 0)


def tap(code: int, *held: int) -> list[Key]:
    """Return the events of one key, with modifiers held around it."""
    down = [Key(EV_KEY, modifier, 1) for modifier in held]
    up = [Key(EV_KEY, modifier, 0) for modifier in reversed(held)]
    return [*down, Key(EV_KEY, code, 1), SYN, Key(EV_KEY, code, 0), *up, SYN]


def type_text(text: str, layout: Layout = "us") -> list[Key]:
    """Return the events of a text; GS is typed as Ctrl+], a newline as Enter, a tab as Tab."""
    return [key for char in text for key in _type_char(char, layout)]


def _type_char(char: str, layout: Layout) -> list[Key]:
    """Return the events of one character."""
    if char == "\n":
        return tap(keymap.KEY_ENTER)
    if char == "\t":
        return tap(keymap.KEY_TAB)
    if char == "\x1d":
        return tap(keymap.KEY_RIGHTBRACE, keymap.KEY_LEFTCTRL)
    for position, caps in KEYMAPS[layout].items():
        if caps.plain == char:
            return tap(position)
        if caps.shifted == char:
            return tap(position, keymap.KEY_LEFTSHIFT)
        if caps.altgr == char:
            return tap(position, keymap.KEY_RIGHTALT)
    raise ValueError(f"no key for {char!r} on {layout}")


def play(decoder: KeyDecoder, keys: list[Key], start_ms: int = 0, step_ms: int = 2) -> list[Read]:
    """Feed events to a decoder at an even pace; return the reads."""
    return [read for at_ms, key in _timed(keys, start_ms, step_ms) for read in decoder.feed(*key, at_ms)]


def _timed(keys: list[Key], start_ms: int, step_ms: int) -> Iterator[tuple[int, Key]]:
    """Return events with their instants."""
    return ((start_ms + index * step_ms, key) for index, key in enumerate(keys))
