"""The rule of bursts, as a table of keys and times."""

from __future__ import annotations

from tui.burst import GAP_SECONDS, STALL_SECONDS, Burst, answered, drop_rest, strike, surprise


def test_keys_close_together_are_one_burst_and_a_pause_begins_another() -> None:
    burst = surprise(strike(Burst(), 10.0), 10.0)
    assert strike(burst, 10.0 + GAP_SECONDS - 0.01).is_blind
    assert not strike(burst, 10.0 + GAP_SECONDS).is_blind


def test_keys_that_follow_each_other_carry_the_surprise_along() -> None:
    burst = surprise(strike(Burst(), 10.0), 10.0)
    for step in range(1, 9):
        burst = strike(burst, 10.0 + 0.3 * step)
    assert burst.is_blind


def test_a_key_struck_before_the_answer_belongs_to_the_burst_however_long_that_took() -> None:
    burst = answered(strike(Burst(), 10.0), 10.0, 14.0)
    burst = surprise(burst, 14.0)
    assert strike(burst, 13.9).is_blind
    assert strike(burst, 14.0 + GAP_SECONDS / 2).is_blind
    assert not strike(burst, 14.0 + GAP_SECONDS).is_blind


def test_a_key_struck_during_a_stall_is_blind_and_one_behind_it_is_not() -> None:
    burst = answered(strike(Burst(), 10.0), 10.0, 10.0 + STALL_SECONDS)
    assert strike(burst, 10.1).is_blind
    assert not strike(burst, 10.0 + STALL_SECONDS).is_blind


def test_a_quick_act_makes_nobody_blind() -> None:
    burst = answered(strike(Burst(), 10.0), 10.0, 10.02)
    assert not strike(burst, 10.01).is_blind


def test_what_is_dropped_is_dropped_until_a_pause() -> None:
    burst = drop_rest(strike(Burst(), 10.0))
    for step in range(1, 9):
        burst = strike(burst, 10.0 + 0.3 * step)
        assert burst.is_dropping
    assert not strike(burst, burst.last_at + GAP_SECONDS).is_dropping


def test_a_surprise_without_a_key_before_it_still_makes_the_next_keys_blind() -> None:
    """A refused scan is no key, and yet what is struck right behind it has not seen the refusal."""
    assert strike(surprise(Burst(), 10.0), 10.1).is_blind
