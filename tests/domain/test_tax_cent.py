"""Cents given to parts: none is lost, and who takes them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tax_cent import give_cents

weights_drawn = st.lists(st.integers(-1000, 1000), min_size=1, max_size=20)
cents_drawn = st.integers(-40, 40)


@given(cents_drawn, weights_drawn)
def test_no_cent_is_lost_and_all_go_one_way(cents: int, weights: list[int]) -> None:
    given_cents = give_cents(cents, weights)
    assert sum(given_cents) == cents
    assert all(one * cents >= 0 for one in given_cents)


@given(cents_drawn, weights_drawn)
def test_a_part_is_never_off_its_share_by_two(cents: int, weights: list[int]) -> None:
    whole = sum(abs(weight) for weight in weights)
    for weight, taken in zip(weights, give_cents(cents, weights), strict=True):
        share = Fraction(cents * abs(weight), whole) if whole else Fraction(cents, len(weights))
        assert abs(taken - share) < 2


@given(st.integers(-10, 10), st.lists(st.integers(0, 9), min_size=1, max_size=12))
def test_as_few_cents_as_there_are_equal_parts_move_each_by_one_at_most(cents: int, parts: list[int]) -> None:
    weights = [1] * max(len(parts), abs(cents))
    assert max(abs(taken) for taken in give_cents(cents, weights)) <= 1


@given(cents_drawn, weights_drawn)
def test_a_heavier_part_never_takes_fewer(cents: int, weights: list[int]) -> None:
    taken = give_cents(abs(cents), weights)
    ordered = sorted(range(len(weights)), key=lambda part: -abs(weights[part]))
    assert [taken[part] for part in ordered] == sorted(taken, reverse=True)


@given(cents_drawn, weights_drawn)
def test_signs_turn_with_the_cents_and_not_with_the_weights(cents: int, weights: list[int]) -> None:
    taken = give_cents(cents, weights)
    assert give_cents(-cents, weights) == [-one for one in taken]
    assert give_cents(cents, [-weight for weight in weights]) == taken


@pytest.mark.parametrize(
    ("cents", "weights", "taken"),
    [
        (3, [5, 3, 2], [2, 1, 0]),
        (1, [1, 1], [1, 0]),
        (5, [1, 1], [3, 2]),
        (-2, [1, 9, 1], [0, -2, 0]),
        (2, [0, 0, 0], [1, 1, 0]),
        (4, [], []),
        (0, [1, 2], [0, 0]),
    ],
)
def test_by_hand(cents: int, weights: list[int], taken: list[int]) -> None:
    assert give_cents(cents, weights) == taken
