"""Patterns of codes as ERPs write them: `21.....{NNDDD}`, `0[0-9]*`, `(310[0-5])(\\d{6})`; none can hang a lane.

A pattern is a regular expression that comes from outside. Its ways of being tried are counted before it is used: a
set of characters that repeats can end at so many places, ways of parts that follow each other multiply, those of
alternatives add up, and a group may be optional but never repeats. A pattern with more than `MAX_WAYS`, or with
anything that is not in the grammar of `count_ways`, is refused. What is left is done in bounded time by `re`, which
walks each way once.

One pair of braces in the pattern of a nomenclature holds a value: `{NNDDD}` are two whole digits and three decimals,
at this place of the pattern's text and of the code. How it is met is what Odoo's `barcode.nomenclature` does.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

MAX_PATTERN: Final = 128
MAX_CODE: Final = 256
"""The longest code that a scanner may pass, as in `domain.barcode`."""
MAX_WAYS: Final = 5_000

_VALUE: Final = re.compile(r"\{(N*)(D*)\}")
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "{": "\\{", "}": "\\}", ".": "\\."})
_UNESCAPED: Final = re.compile(r"\\([\\{}.])")
_LITERAL: Final = re.compile(r"[0-9A-Za-z]*")

_TOKEN: Final = re.compile(
    r"""
    (?P<set>\[\^?\]?(?:\\.|[^\\\[\]])*\])
    |(?P<one>\\(?:[dDsSwW]|x[0-9A-Fa-f]{2}|[^0-9A-Za-z])|[^\\\[\]()|*+?^${}])
    |(?P<open>\((?:\?:)?)
    |(?P<close>\))
    |(?P<either>\|)
    |(?P<repeat>[*+?]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})
    |(?P<edge>[\^$])
    """,
    re.VERBOSE | re.DOTALL,
)
_DOUBTFUL: Final = re.compile(r"--|&&|~~|\|\|")
"""Inside a set these may once mean something else (Python's `re` warns of them)."""


class CodePattern(msgspec.Struct, frozen=True):
    """A pattern ready to be met; a code that does not begin with `prefix` need not be looked at.

    `start`, `whole` and `decimals` are the place and the digits of its value, if it `has_value`.
    """

    text: str
    expression: re.Pattern[str]
    prefix: str
    length: int
    """How many characters of the code are held against the pattern: as many as its own text has, less its braces."""
    start: int = 0
    whole: int = 0
    decimals: int = 0
    has_value: bool = False
    other: re.Pattern[str] | None = None
    """What a code without digits in the value's place may still meet: an alternative that has no value."""


class PatternMatch(msgspec.Struct, frozen=True):
    """A code that meets a pattern: its value in units of 10^-`decimals`, and itself with noughts in place of it."""

    base_code: str
    value: int = 0
    decimals: int = 0
    is_readable: bool = True
    """False where the value's decimals are not all digits: a damaged label, and nobody knows of what."""


def read_pattern(text: str) -> CodePattern:
    """Return the pattern of a nomenclature's rule; `ValueError` says what is wrong with it."""
    value = _VALUE.search(text)
    bare = text if value is None else text[: value.start()] + "0" * _width(value) + text[value.end() :]
    if value is not None and not _width(value):
        raise ValueError(f"pattern {text!r} has empty braces")
    if re.search(r"[{}]", re.sub(r"\\.", "", bare, flags=re.DOTALL)):
        raise ValueError(f"pattern {text!r} may have one pair of braces, with N before D in it")
    expression = read_expression(bare, len(bare))
    prefix = "" if "|" in bare else _prefix(bare if value is None else text[: value.start()])
    if value is None:
        return CodePattern(text, expression, prefix, len(bare))
    bare = text[: value.start()] + r"\{\}" + text[value.end() :]  # braces, which no code has
    other = read_expression(bare, len(text)) if "|" in text else None
    length = len(text) - len("{}")
    return CodePattern(text, expression, prefix, length, value.start(), len(value[1]), len(value[2]), True, other)


def read_expression(text: str, longest: int = MAX_CODE) -> re.Pattern[str]:
    """Compile an expression to be met at the beginning of a code of so many characters; `ValueError` if it is unfit."""
    ways = count_ways(text, longest)
    if ways > MAX_WAYS:
        raise ValueError(f"pattern {text!r} can be tried in {ways} ways, more than {MAX_WAYS}")
    try:
        return re.compile(text, re.ASCII)
    except (re.error, OverflowError) as error:
        raise ValueError(f"pattern {text!r} is no expression: {error}") from None


def meet(pattern: CodePattern, code: str) -> PatternMatch | None:
    """Return what a code is under a pattern, None if it does not meet it."""
    if not code.startswith(pattern.prefix):
        return None
    if not pattern.has_value:
        return PatternMatch(code) if pattern.expression.match(code[: pattern.length]) else None
    # Odoo finds the value's place in the code with its dots, braces and backslashes escaped
    shown = code.translate(_ESCAPED)
    end = pattern.start + pattern.whole + pattern.decimals
    digits = shown[pattern.start : end]
    whole = digits[: pattern.whole]
    if whole and not (whole.isascii() and whole.isdigit()):
        is_met = pattern.other is not None and pattern.other.match(code[: len(pattern.text)])
        return PatternMatch(code) if is_met else None
    base = shown[: pattern.start] + "0" * (end - pattern.start) + shown[end:]
    base = _UNESCAPED.sub(r"\1", base) if "\\" in base else base
    if not pattern.expression.match(base[: pattern.length]):
        return None
    decimals = digits[pattern.whole :]
    if decimals and not (decimals.isascii() and decimals.isdigit()):
        return PatternMatch(code, is_readable=False)
    value = int(whole or "0") * int(10**pattern.decimals) + int(decimals.ljust(pattern.decimals, "0") or "0")
    return PatternMatch(base, value, pattern.decimals)


def count_ways(text: str, longest: int) -> int:
    """Return in how many ways at most an expression is tried on a text of so many characters.

    `ValueError` for one that is too long or has anything but characters, sets of them, groups, alternatives, edges,
    and repetitions of one character or set.
    """
    if len(text) > MAX_PATTERN:
        raise ValueError(f"pattern {text[:20]!r}… is longer than {MAX_PATTERN}")
    reader = _Reader(text, longest)
    ways = reader.alternatives()
    if reader.kind:
        raise ValueError(f"pattern {text!r} closes a group that it did not open")
    return ways


class _Reader:
    """Reads an expression token by token and counts; `kind` and `token` are the next one."""

    def __init__(self, text: str, longest: int) -> None:
        self.text, self.longest, self.at = text, longest, 0
        self.kind, self.token = "", ""
        self.step()

    def step(self) -> None:
        """Go to the next token; its kind is empty at the end."""
        if self.at == len(self.text):
            self.kind, self.token = "", ""
            return
        found = _TOKEN.match(self.text, self.at)
        if found is None or (found.lastgroup == "set" and _DOUBTFUL.search(found[0])):
            raise ValueError(f"pattern {self.text!r} has something that is not understood at {self.at + 1}")
        self.kind, self.token, self.at = found.lastgroup or "", found[0], found.end()

    def alternatives(self) -> int:
        """Count the ways of what stands between bars, up to the end or a closing bracket."""
        ways = self.sequence()
        while self.kind == "either":
            self.step()
            ways += self.sequence()
        return ways

    def sequence(self) -> int:
        """Count the ways of parts that follow each other."""
        ways = 1
        while self.kind not in ("", "close", "either"):
            ways *= self.part()
        return ways

    def part(self) -> int:
        """Count the ways of one character, set, group or edge with its repetition."""
        kind = self.kind
        self.step()
        if kind == "repeat":
            raise ValueError(f"pattern {self.text!r} repeats nothing")
        if kind == "open":
            ways = self.alternatives()
            if self.kind != "close":
                raise ValueError(f"pattern {self.text!r} does not close a group")
            self.step()
            return self.repeated(ways, is_group=True)
        return 1 if kind == "edge" else self.repeated(1, is_group=False)

    def repeated(self, ways: int, is_group: bool) -> int:
        """Count the ways of a part with the repetition behind it, if there is one."""
        if self.kind != "repeat":
            return ways
        token = self.token
        self.step()
        if self.token == "?":  # as few as possible: the same ways in another order
            self.step()
        if self.kind == "repeat" or (is_group and token != "?"):
            raise ValueError(f"pattern {self.text!r} repeats a group or a repetition")
        if token in "*+?":
            return ways + 1 if token == "?" else self.longest + 1
        least, comma, most = token[1:-1].partition(",")
        if not comma:
            return 1
        return max(min(int(most or self.longest), self.longest) - int(least), 0) + 1


def _width(value: re.Match[str]) -> int:
    return len(value[1]) + len(value[2])


def _prefix(text: str) -> str:
    """Return what every code that meets a pattern begins with, as far as its text says so plainly."""
    found = _LITERAL.match(text)
    literal = found[0] if found else ""
    return literal[:-1] if text[len(literal) : len(literal) + 1] in ("*", "?", "+") else literal
