"""Patterns of codes: what is understood, that none can take long, and how a value is met."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.code_pattern import (
    MAX_CODE,
    MAX_PATTERN,
    MAX_WAYS,
    CodePattern,
    PatternMatch,
    count_ways,
    meet,
    read_expression,
    read_pattern,
)

PARSER: Final[Any] = importlib.import_module("re._parser")
"""Python's own reading of expressions: another opinion of what repeats in one."""

pieces = st.sampled_from(
    (
        "0",
        "1",
        "A",
        ".",
        "[0-9]",
        "[^1]",
        r"\d",
        r"\.",
        "*",
        "+",
        "?",
        "{2}",
        "{0,3}",
        "(",
        "(?:",
        ")",
        "|",
        "^",
        "$",
        "-",
    )
)
texts = st.lists(pieces, max_size=9).map("".join)
codes = st.text(alphabet="01A.-", max_size=9)


def accepted(text: str, longest: int) -> int | None:
    """Return the ways of an expression that is understood and is one."""
    try:
        ways = count_ways(text, longest)
        PARSER.parse(text)
    except (ValueError, PARSER.error):
        return None
    return ways


def ready(text: str) -> CodePattern | None:
    """Return a pattern; anything that is raised but the error that says what is wrong fails the test."""
    try:
        return read_pattern(text)
    except ValueError:
        return None


def ends(parts: list[Any], code: str, at: int) -> Iterable[int]:
    """Yield where a backtracking reader of some parts may end, once for each way."""
    if not parts:
        yield at
        return
    (operation, argument), rest = parts[0], parts[1:]
    for end in one(str(operation), argument, code, at):
        yield from ends(rest, code, end)


def one(operation: str, argument: Any, code: str, at: int) -> Iterable[int]:
    if operation == "AT":
        return [at]
    if operation == "SUBPATTERN":
        return ends(list(argument[3]), code, at)
    if operation == "BRANCH":
        return [end for way in argument[1] for end in ends(list(way), code, at)]
    if operation in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, body = argument
        if most == 1:
            once = list(ends(list(body), code, at))
            return [*once, at] if least == 0 else once
        assert len(body) == 1, "a group repeats"
        assert str(body[0][0]) in ("LITERAL", "NOT_LITERAL", "ANY", "IN", "CATEGORY"), "a repetition repeats"
        return [at + times for times in range(int(least), min(int(most), len(code) - at) + 1)]
    return [at + 1] if at < len(code) else []


@given(texts, codes)
def test_no_pattern_that_is_taken_can_be_tried_in_more_ways_than_were_counted(text: str, code: str) -> None:
    ways = accepted(text, len(code))
    if ways is not None:
        # every set is taken to have every character: no code can be worse
        assert len(list(ends(list(PARSER.parse(text)), code, 0))) <= ways


@given(st.text(alphabet="01A.*+?(){}[]|^$\\-,NDdx:!=<P", max_size=12))
def test_a_pattern_is_ready_or_says_what_is_wrong(text: str) -> None:
    pattern = ready(text)
    if pattern is not None:
        assert count_ways(pattern.expression.pattern, pattern.length) <= MAX_WAYS


@pytest.mark.parametrize(
    "text",
    [
        "(a+)+b",
        "(a*)*",
        "(a|a)*b",
        "(.*)*x",
        ".*.*.*.*.*.*.*.*.*.*x",
        "(?=a)a",
        "(?P<x>a)",
        "(?i)a",
        "a**",
        "a++",
        "(ab){2}",
        r"(a)\1",
        r"\ba",
        "*",
        "+1",
        "|*",
        "^*",
        "(",
        ")",
        "(a",
        "a)",
        "[",
        "[]",
        "[a",
        "[[a]]",
        "[a--b]",
        "[z-a]",
        "\\",
        "{5}",
        "a{,5}",
        "1" * (MAX_PATTERN + 1),
        "(a|b)" * 20,
        "a?" * 20,
    ],
)
def test_what_may_take_long_or_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        read_expression(text)


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("", 1),
        ("21.....00", 1),
        (".*", 257),
        ("0[0-9]*", 257),
        ("a?", 2),
        ("a??", 2),
        ("a+?", 257),
        ("[0-9]{13}", 1),
        ("[0-9]{0,20}", 21),
        ("[0-9]{3,}", 254),
        ("a|b|cd", 3),
        ("(a|b)?c", 3),
        ("(a|b)(c|d)", 4),
        (r"(310[0-5])(\d{6})(?:(Alt029|#|\x1D))?", 4),
        (r'(10)([!"%-/0-9:-?A-Z_a-z]{0,20})(?:(Alt029|#|\x1D))?', 84),
    ],
)
def test_ways_are_counted(text: str, ways: int) -> None:
    assert count_ways(text, MAX_CODE) == ways
    assert read_expression(text)


@pytest.mark.parametrize("text", ["21{}", "{NN}{DD}", "[0-9]{13}", "{DDNN}", "1{N", "1}", "{nn}", "{NN}3{2}"])
def test_a_nomenclatures_pattern_has_one_pair_of_braces_with_a_value(text: str) -> None:
    with pytest.raises(ValueError, match="braces"):
        read_pattern(text)


@pytest.mark.parametrize(
    ("pattern", "code", "base", "value", "decimals"),
    [
        ("21.....{NNDDD}", "2112345012346", "2112345000006", 1234, 3),
        ("22{NN}", "2205000000007", "2200000000007", 5, 0),
        ("22{NN}", "22", "2200", 0, 0),
        ("22{NN}", "227", "2200", 7, 0),
        ("22{NDD}", "2275", "22000", 750, 2),
        ("{DD}7", "127", "007", 12, 2),
        ("{NN}", "12", "00", 12, 0),
        ("A{NN}|B", "B12", "B00", 12, 0),
        ("22{NN}|0", "0AB", "0AB", 0, 0),
        ("22{NN}|0", "22AB", None, 0, 0),
        ("(21){NN}", "2112", None, 0, 0),
        ("(21){NN}", "210012", "210000", 12, 0),
        ("2.{NN}", "2.12", None, 0, 0),
        ("2.?{NN}", "2.12", "2.00", 12, 0),
        ("22{NN}", "22AB", None, 0, 0),
        ("22{NN}", "2312", None, 0, 0),
        ("2{N}[0-9]*$", "2112345678A", "2012345678A", 1, 0),
        ("2{N}[0-9]*$", "211234A", None, 0, 0),
        ("042", "0420000000174", "0420000000174", 0, 0),
        ("42?", "43", "43", 0, 0),
        ("[0-9]*$", "12345678", "12345678", 0, 0),
        ("[0-9]*$", "1234567A", "1234567A", 0, 0),
        ("[0-9]*$", "123456A8", None, 0, 0),
        ("0[0-9]*", "", None, 0, 0),
    ],
)
def test_a_value_is_read_where_odoo_reads_it(
    pattern: str, code: str, base: str | None, value: int, decimals: int
) -> None:
    found = meet(read_pattern(pattern), code)
    assert found == (None if base is None else PatternMatch(base, value, decimals))


def test_a_label_whose_decimals_are_no_digits_is_not_readable() -> None:
    found = meet(read_pattern("W{NNDD}"), "W12X4")
    assert found is not None
    assert not found.is_readable
    assert meet(read_pattern("W{NNDD}"), "X12X4") is None


@given(
    st.text(alphabet="0123456789AB.", max_size=20), st.sampled_from(("21{NND}", ".*", "A?1", "1|2", "[0-9]+", "A{DD}B"))
)
def test_a_prefix_never_hides_a_code_that_meets_a_pattern(code: str, text: str) -> None:
    pattern = read_pattern(text)
    bare = msgspec.structs.replace(pattern, prefix="")
    assert meet(pattern, code) == meet(bare, code)
