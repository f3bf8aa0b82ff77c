"""The arithmetic of the benches: medians, tails, ratios, noise and verdicts."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.goals import Goal, Statistic
from bench.measure import Pairs, Verdict, compare, figure, judge, percentile, took_seconds

GOAL = Goal("G0", "ours", "theirs", 1.5, 2.0)
SAMPLES = st.lists(st.floats(min_value=1e-6, max_value=10), min_size=1, max_size=60)


def test_a_value_meets_its_goal_its_gate_or_neither() -> None:
    assert [judge(GOAL, value) for value in (0.1, 1.5, 1.500001, 2.0, 2.000001)] == [
        Verdict.GOAL,
        Verdict.GOAL,
        Verdict.GATE,
        Verdict.GATE,
        Verdict.MISSED,
    ]


def test_a_ratio_is_that_of_the_medians() -> None:
    assert compare([1, 2, 90], [1, 1, 5], Statistic.MEDIAN) == 2
    assert compare([1, 3], [1, 1], Statistic.MEDIAN) == 2


def test_the_worst_is_compared_with_the_worst() -> None:
    assert compare([1, 9], [1, 3], Statistic.WORST) == 3


def test_the_99th_of_100_leaves_one_out() -> None:
    ours = [1.0] * 98 + [4.0, 100.0]
    assert compare(ours, [2.0] * 100, Statistic.P99) == 2


def test_an_excess_is_told_in_hundredths() -> None:
    assert compare([0.03, 0.03], [0.01, 0.01], Statistic.EXCESS) == pytest.approx(2)


def test_a_percentile_is_a_sample_by_nearest_rank() -> None:
    assert [percentile([15, 20, 35, 40, 50], p) for p in (5, 30, 40, 50, 95, 100)] == [15, 20, 20, 35, 50, 50]


@given(SAMPLES, st.integers(1, 100))
def test_a_percentile_is_never_below_its_share(samples: list[float], percent: int) -> None:
    found = percentile(samples, percent)
    assert found in samples
    assert sum(sample <= found for sample in samples) * 100 >= percent * len(samples)


@given(SAMPLES)
def test_a_series_beside_itself_is_one(samples: list[float]) -> None:
    for statistic in (Statistic.MEDIAN, Statistic.P99, Statistic.WORST):
        assert compare(samples, samples, statistic) == 1
    assert compare(samples, samples, Statistic.EXCESS) == 0


@given(SAMPLES)
def test_a_series_doubled_is_two(samples: list[float]) -> None:
    found = figure(GOAL, Pairs([2 * sample for sample in samples], list(samples)))
    assert (found.value, found.low, found.high) == (2, 2, 2)
    assert found.verdict is Verdict.GATE
    assert found.count == len(samples)


def test_a_figure_tells_median_and_tail_in_its_unit() -> None:
    pairs = Pairs([0.001 * n for n in range(1, 101)], [0.002])
    assert figure(GOAL, pairs).ours == pytest.approx((50.5, 95))
    worst = GOAL._replace(statistic=Statistic.WORST, unit="µs")
    assert figure(worst, pairs).ours == pytest.approx((50_500, 100_000))
    assert figure(GOAL, pairs).yardstick == pytest.approx((2, 2))


def test_noise_is_how_far_the_parts_of_a_run_lie_apart() -> None:
    pairs = Pairs([1, 1, 1, 1, 1, 1, 1, 1, 3, 3], [1] * 10)
    found = figure(GOAL, pairs)
    assert (found.value, found.low, found.high) == (1, 1, 3)
    assert not found.is_settled
    assert figure(GOAL, Pairs([1.0] * 10, [1.0] * 10)).is_settled
    assert figure(GOAL, Pairs([3.0] * 10, [1.0] * 10)).is_settled


def test_a_goal_without_samples_has_no_figure() -> None:
    with pytest.raises(ValueError, match="G0 has no samples"):
        figure(GOAL, Pairs([1.0], []))


def test_another_run_adds_its_samples_and_leaves_none_out() -> None:
    pairs = Pairs([1.0], [2.0], "first")
    pairs.add(Pairs([3.0], [4.0]))
    assert (pairs.ours, pairs.yardstick, pairs.note) == ([1.0, 3.0], [2.0, 4.0], "first")


def test_two_acts_are_timed_in_turn_now_one_first_and_now_the_other() -> None:
    order: list[str] = []
    pairs = Pairs()
    for _ in range(4):
        pairs.take(lambda: order.append("ours"), lambda: order.append("theirs"))
    assert order == ["ours", "theirs", "theirs", "ours"] * 2
    assert len(pairs.ours) == len(pairs.yardstick) == 4


def test_an_act_is_done_once_and_timed() -> None:
    done: list[int] = []
    assert took_seconds(lambda: done.append(1)) > 0
    assert done == [1]


def test_the_median_of_the_bench_is_the_statistician_s() -> None:
    samples = [5.0, 1.0, 4.0, 2.0]
    assert compare(samples, [1.0], Statistic.MEDIAN) == statistics.median(samples)
