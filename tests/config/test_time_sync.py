"""Whether a time server sets the clock: the kernel's answers, and what cannot be asked."""

from __future__ import annotations

import ctypes

import pytest

from config.time_sync import elapsed_ms, is_synced, kernel_state


@pytest.mark.parametrize(("state", "wanted"), [(0, True), (1, True), (4, True), (5, False), (-1, False)])
def test_an_answer_of_the_kernel_is_understood(state: int, wanted: bool) -> None:
    assert is_synced(lambda: state) is wanted


def test_this_kernel_answers() -> None:
    assert kernel_state() in range(-1, 6)


def test_a_system_without_the_question_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    assert kernel_state() == -1


def test_what_has_passed_never_goes_back() -> None:
    seen = [elapsed_ms() for _ in range(100)]
    assert seen == sorted(seen)
    assert seen[0] > 0
