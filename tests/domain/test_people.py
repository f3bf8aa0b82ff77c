"""PINs, badges, waits and permissions: the pure rules."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.badge import LENGTH, badge_hash, begins_badge, is_badge, make_badge
from domain.lockout import LONGEST_WAIT_MS, Attempts, Beat, anchor, fail, forgive, is_astray, waiting_ms
from domain.permission import DEFAULT_RIGHTS, LIMITED, Limits, Need, Permission, Rights, is_allowed
from domain.pin import is_short_for, is_weak, judge_pin
from domain.refusal import Reason, Refused
from domain.shift import Role
from tui.words import load_words

PAGE = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "7890", "0987", "1212", "123123", "99999999", "456789"])
def test_what_everybody_tries_is_no_pin(pin: str) -> None:
    assert judge_pin(pin, "7") == Refused(Reason.WEAK_PIN)


@pytest.mark.parametrize("pin", ["", "123", "12a4", "1" * 13, "\u0661\u0662\u0663\u0664", " 7204"])
def test_what_is_no_number_of_four_to_twelve_digits_is_no_pin(pin: str) -> None:
    refused = judge_pin(pin, "7")
    assert refused is not None
    assert refused.reason is Reason.BAD_PIN


def test_a_pin_is_not_the_number_itself() -> None:
    assert judge_pin("7204", "7204") == Refused(Reason.WEAK_PIN)
    assert judge_pin("7204", "7") is None


def test_most_pins_are_good() -> None:
    weak = sum(is_weak(f"{number:04d}") for number in range(10_000))
    assert weak == 10 + 90 + 20  # 1111; 1212; 1234 and 4321


def test_who_approves_is_told_of_six_digits() -> None:
    assert is_short_for("7204", Role.SUPERVISOR)
    assert not is_short_for("720419", Role.SUPERVISOR)
    assert not is_short_for("7204", Role.CASHIER)


@given(st.binary(min_size=LENGTH, max_size=LENGTH))
def test_a_badge_is_one_whatever_the_bytes(numbers: bytes) -> None:
    badge = make_badge(numbers)
    assert is_badge(badge)
    assert begins_badge(badge)
    assert badge_hash(badge) == badge_hash(f" {badge}\r")


@pytest.mark.parametrize("code", ["", "7501000111206", "MBADGE-", "mbadge-ABCDEFGHJKLMNPQR", "MBADGE-ABCDEFGHJKLMNPQ0"])
def test_nothing_else_is_a_badge(code: str) -> None:
    assert not is_badge(code)


ATTEMPTS = st.builds(
    Attempts,
    st.integers(0, 60),
    st.integers(0, LONGEST_WAIT_MS),
    st.builds(Beat, st.sampled_from("ab"), st.integers(0, 10**9)),
)
BEATS = st.builds(Beat, st.sampled_from("ab"), st.integers(0, 10**9))


@given(ATTEMPTS, BEATS)
def test_a_wait_is_never_longer_than_it_was_and_ends_by_time_of_its_own_boot_only(
    attempts: Attempts, now: Beat
) -> None:
    left = waiting_ms(attempts, now)
    assert 0 <= left <= attempts.wait_ms
    if now.boot != attempts.since.boot:
        assert left == attempts.wait_ms
        assert is_astray(attempts, now) is (attempts.wait_ms > 0)
    assert waiting_ms(anchor(attempts, now), now) == left


@given(st.integers(1, 60))
def test_waits_grow_to_a_quarter_of_an_hour(times: int) -> None:
    attempts: Attempts | None = None
    waits = []
    for _ in range(times):
        attempts = fail(attempts, Beat("a", 0))
        waits.append(attempts.wait_ms)
    assert waits == sorted(waits)
    assert waits[-1] == (0 if times < 5 else min(30_000 * 2 ** (times - 5), LONGEST_WAIT_MS))


@given(ATTEMPTS, st.integers(0, 70))
def test_forgiving_takes_only_what_it_is_told(attempts: Attempts, failures: int) -> None:
    left = forgive(attempts, failures, Beat("a", 0))
    assert (left.failures if left else 0) == max(0, attempts.failures - failures)
    assert forgive(None, failures, Beat("a", 0)) is None


@given(st.sampled_from(sorted(LIMITED)), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_limit_is_the_last_that_is_allowed(permission: Permission, limit: int, measure: int) -> None:
    rights = Rights(frozenset({permission}), Limits(**{LIMITED[permission]: limit}))
    assert is_allowed(rights, Need(permission, measure)) is (measure <= limit)
    assert not is_allowed(Rights(), Need(permission))


def test_each_role_above_the_till_may_all_that_the_one_below_may() -> None:
    ladder = (Role.CASHIER, Role.SENIOR, Role.SUPERVISOR)
    for lower, higher in pairwise(ladder):
        assert DEFAULT_RIGHTS[lower].permissions < DEFAULT_RIGHTS[higher].permissions
        for name in Limits.__struct_fields__:
            assert getattr(DEFAULT_RIGHTS[lower].limits, name) <= getattr(DEFAULT_RIGHTS[higher].limits, name)


def table() -> list[str]:
    """Return the rows of the page's table, as the registry has them."""
    words = load_words("en")
    rows = []
    for permission in Permission:
        marks = []
        for rights in (DEFAULT_RIGHTS[role] for role in Role):
            marks.append("yes" if permission in rights.permissions else "")
        limit = LIMITED.get(permission, "")
        mark = f"`{limit}`" if limit else ""
        rows.append(f"| `{permission}` | {words(f'permission.{permission}')} | {' | '.join(marks)} | {mark} |")
    return rows


def test_the_page_has_the_registry_s_table() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `") and line.count("|") == 8]
    assert rows == table(), "write the table anew:\n" + "\n".join(table())


def test_the_page_has_the_usual_limits() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `") and line.count("|") == 6]
    expected = [
        f"| `{name}` | " + " | ".join(str(getattr(DEFAULT_RIGHTS[role].limits, name)) for role in Role) + " |"
        for name in Limits.__struct_fields__
    ]
    assert rows == expected, "write the table anew:\n" + "\n".join(expected)
