"""What an answer says beside the saving: shares, hints, limits, ties, and what a search does not do again."""

from __future__ import annotations

import msgspec
import pytest

import domain.promotion_search as search
from domain.money import MICRO
from domain.promotion import (
    BasketAmountOff,
    Bundle,
    CheapestFree,
    Conditions,
    Gift,
    Limits,
    NForM,
    Part,
    PercentOff,
    PriceFor,
    Promotion,
    Scope,
    SecondUnit,
    UnitAmountOff,
)
from domain.promotion_basket import HintKind, PromotionLine, PromotionMemory, Rewards, Solved
from domain.promotion_book import PromotionBook, build_book
from domain.promotion_component import solve_component, solve_line
from domain.promotion_field import Cap, Touched
from domain.promotion_search import find_rewards
from domain.promotion_unit import Cliques
from tests.domain.promotion_cases import NOON, departments, find, items, line, lines
from tests.kit.promotion_sample import sample_book, sample_context, sample_lines

STACKS = frozenset("*")


def _shares(rewards: Rewards) -> dict[str, list[tuple[int, int, int]]]:
    return {
        reward.promotion: [(share.line_no, share.amount_minor, share.quantity_micro) for share in reward.shares]
        for reward in rewards.rewards
    }


def _hints(rewards: Rewards) -> list[tuple[str, HintKind, int, str]]:
    return [(hint.promotion, hint.kind, hint.missing, hint.sku) for hint in rewards.hints]


def test_units_of_one_line_are_split_between_promotions() -> None:
    three, half = Promotion("a", "3x2", NForM(3, 2)), Promotion("b", "half", SecondUnit(500_000), priority=200)
    rewards = find([three, half], [line(1, "x", 500, 5)])
    assert _shares(rewards) == {"a": [(1, 100, 3 * MICRO)], "b": [(1, 50, 2 * MICRO)]}
    assert [reward.times for reward in rewards.rewards] == [1, 1]


def test_a_set_is_spread_over_its_lines_by_what_they_cost() -> None:
    rewards = find([Promotion("a", "3x2", NForM(3, 2))], lines(("x", 1000), ("y", 500), ("z", 250)))
    assert _shares(rewards) == {"a": [(1, 143, MICRO), (2, 71, MICRO), (3, 36, MICRO)]}


def test_what_a_set_saves_stays_in_the_set() -> None:
    half = Promotion("a", "", SecondUnit(500_000))
    rewards = find([half], lines(("w", 1000), ("x", 1000), ("y", 30), ("z", 10)))
    assert _shares(rewards) == {"a": [(1, 250, MICRO), (2, 250, MICRO), (3, 4, MICRO), (4, 1, MICRO)]}
    fifty = Promotion("b", "", BasketAmountOff(50), items("y", "z"), stacks_with=STACKS)
    assert _shares(find([half, fifty], lines(("w", 1000), ("x", 1000), ("y", 30), ("z", 10))))["b"] == [
        (3, 26, MICRO),
        (4, 9, MICRO),
    ]


def test_what_is_free_all_over_is_free_to_the_cent_on_each_line() -> None:
    three = Promotion("a", "", NForM(3, 1))
    ranks = [Promotion(f"b{n}", "", PercentOff(ppm), stacks_with=STACKS) for n, ppm in enumerate((333_333, 1_000_000))]
    for costs in ((50, 33, 32), (101, 7, 5), (99, 98, 2), (1, 1, 1), (97, 31, 13)):
        rewards = find([three, *ranks], lines(*zip("xyz", costs, strict=True)))
        paid = list(costs)
        for reward in rewards.rewards:
            for share in reward.shares:
                paid[share.line_no - 1] -= share.amount_minor
        assert paid == [0, 0, 0]


def test_a_set_that_costs_no_more_than_its_price_is_not_made_whatever_comes_on_top() -> None:
    pair = Promotion("a", "", PriceFor(2, 210), items("x", "y"))
    off = Promotion("b", "", UnitAmountOff(100), stacks_with=STACKS)
    rewards = find([pair, off], lines(("x", 10), ("y", 190)))
    assert _shares(rewards) == {"b": [(1, 10, MICRO), (2, 100, MICRO)]}
    assert not rewards.is_exact
    dear = find([pair, off], lines(("x", 111), ("y", 111)))
    assert _shares(dear) == {"a": [(1, 6, MICRO), (2, 6, MICRO)], "b": [(1, 100, MICRO), (2, 100, MICRO)]}
    assert dear.is_exact
    bulk = find([pair, off], [line(1, "x", 105 * 2000, 2000)])
    assert [reward.promotion for reward in bulk.rewards] == ["b"]


def test_a_weighed_line_is_one_unit_and_its_percentage_goes_by_value() -> None:
    weighed = PromotionLine(1, "x", "d", (), "t", 2 * MICRO, 0, 555, is_weighed=True)
    fraction = PromotionLine(2, "x", "d", (), "t", 1_500_000, 0, 333)
    rewards = find([Promotion("a", "", PercentOff(100_000))], [weighed, fraction])
    assert _shares(rewards) == {"a": [(1, 56, 2 * MICRO), (2, 33, 1_500_000)]}
    rewards = find([Promotion("a", "", NForM(2, 1))], [weighed, fraction])
    assert (rewards.saved_minor, rewards.rewards[0].times) == (333, 1)
    assert find([Promotion("a", "", UnitAmountOff(5))], [weighed]).saved_minor == 5


def test_cents_of_a_percentage_are_the_lines_whatever_units_go_elsewhere() -> None:
    ten = Promotion("a", "", PercentOff(333_333))
    assert find([ten], [line(1, "x", 100, 3)]).saved_minor == 33
    assert find([ten], lines(("x", 33), ("x", 33), ("x", 34))).saved_minor == 33
    pair = Promotion("b", "", PriceFor(2, 0, True), limits=Limits(times=1))
    rewards = find([ten, pair], [line(1, "x", 100, 3)])
    assert _shares(rewards) == {"a": [(1, 11, MICRO)], "b": [(1, 67, 2 * MICRO)]}


def test_rewards_on_one_unit_follow_each_other() -> None:
    first, then = (
        Promotion("a", "", PercentOff(100_000), stacks_with=STACKS),
        Promotion("b", "", PercentOff(100_000)),
    )
    rewards = find([then, first], [line(1, "x", 1000)])
    assert _shares(rewards) == {"a": [(1, 100, MICRO)], "b": [(1, 90, MICRO)]}


def test_on_top_of_a_set_comes_what_all_its_units_have() -> None:
    three = Promotion("a", "", NForM(3, 2))
    club = Promotion("b", "", PercentOff(100_000), items("x", "y"), stacks_with=STACKS)
    assert find([three, club], lines(("x", 300), ("y", 300), ("x", 300))).saved_minor == 360
    assert find([three, club], lines(("x", 300), ("y", 300), ("z", 300))).saved_minor == 300
    pair = Promotion("c", "", PriceFor(2, 400))
    assert find([pair, club], lines(("x", 300), ("y", 300))).saved_minor == 200 + 40


def test_an_amount_off_the_basket_comes_last_and_uses_all_its_units() -> None:
    three, fifty = Promotion("a", "", NForM(3, 2), items("x")), Promotion("b", "", BasketAmountOff(500))
    basket = [line(1, "x", 900, 3), line(2, "y", 600)]
    assert _shares(find([three, fifty], basket)) == {"b": [(1, 300, 3 * MICRO), (2, 200, MICRO)]}
    stacking = msgspec.structs.replace(fifty, stacks_with=STACKS)
    assert _shares(find([three, stacking], basket)) == {
        "a": [(1, 300, 3 * MICRO)],
        "b": [(1, 250, 3 * MICRO), (2, 250, MICRO)],
    }
    assert find([stacking], [line(1, "x", 300)]).saved_minor == 300


def test_who_wants_to_be_alone_is_weighed_against_all_others() -> None:
    others = [Promotion(f"p{n}", "", PercentOff(100_000), items(sku)) for n, sku in enumerate("xy")]
    alone = Promotion("z", "", UnitAmountOff(15), items("x"), exclusive=True)
    assert list(_shares(find([*others, alone], lines(("x", 100), ("y", 40))))) == ["z"]
    assert list(_shares(find([*others, alone], lines(("x", 100), ("y", 60))))) == ["p0", "p1"]


def test_of_two_that_save_the_same_priority_then_code_decide() -> None:
    basket = [line(1, "x", 600, 6)]
    for reward in (PercentOff(500_000), SecondUnit(1_000_000), PriceFor(2, 100), UnitAmountOff(50)):
        one, other = Promotion("a", "", reward, priority=2), Promotion("b", "", PercentOff(500_000), priority=1)
        assert list(_shares(find([one, other], basket))) == ["b"]
        same = msgspec.structs.replace(other, priority=2)
        assert list(_shares(find([one, same], basket))) == ["a"]


@pytest.mark.parametrize(
    ("limits", "saved"),
    [
        (Limits(), 300),
        (Limits(times=2), 200),
        (Limits(amount_minor=150), 150),
        (Limits(times=1, amount_minor=150), 100),
        (Limits(per_customer=2), 100),
    ],
)
def test_limits_of_a_set(limits: Limits, saved: int) -> None:
    context = msgspec.structs.replace(NOON, used={"a": 1})
    assert find([Promotion("a", "", NForM(2, 1), limits=limits)], [line(1, "x", 600, 6)], context).saved_minor == saved


def test_a_limit_of_sets_of_one_item_is_that_of_the_promotion() -> None:
    same = Promotion("a", "", NForM(2, 1, True), limits=Limits(times=1))
    assert find([same], [line(1, "x", 200, 2), line(2, "y", 300, 2)]).saved_minor == 150


def test_more_limited_promotions_on_a_line_than_are_looked_at_is_said() -> None:
    limited = [
        Promotion(f"p{n}", "", PercentOff(100_000 + n), limits=Limits(units=1), stacks_with=STACKS) for n in range(6)
    ]
    rewards = find(limited, [line(1, "x", 2000, 2)])
    assert not rewards.is_exact
    assert 400 < rewards.saved_minor < 2000


def test_an_amount_off_the_basket_that_finds_too_little_left_is_said() -> None:
    three = Promotion("a", "", NForM(2, 1))
    fifty = Promotion("b", "", BasketAmountOff(500), items("x"), stacks_with=STACKS)
    rewards = find([three, fifty], lines(("x", 300), ("y", 300)))
    assert (rewards.saved_minor, rewards.is_exact) == (300 + 150, False)
    assert find([three, fifty], lines(("x", 1100), ("y", 1100))).is_exact


def test_a_limited_percentage_goes_where_it_saves_most() -> None:
    ten = Promotion("a", "", PercentOff(100_000), limits=Limits(units=2))
    rewards = find([ten], lines(("x", 100), ("y", 300), ("z", 200)))
    assert _shares(rewards) == {"a": [(2, 30, MICRO), (3, 20, MICRO)]}


def test_a_limit_of_amount_leaves_units_to_others() -> None:
    capped = Promotion("a", "", PercentOff(500_000), limits=Limits(amount_minor=100))
    other = Promotion("b", "", PercentOff(100_000))
    rewards = find([capped, other], lines(("x", 200), ("y", 200), ("z", 200)))
    assert (rewards.saved_minor, rewards.is_exact) == (140, True)
    alone = find([capped], lines(("x", 200), ("y", 100), ("z", 100)))
    assert _shares(alone) == {"a": [(1, 50, MICRO), (2, 25, MICRO), (3, 25, MICRO)]}


def test_a_line_of_a_million_units_is_dealt_with_in_bulk() -> None:
    three = Promotion("a", "", NForM(3, 2))
    rewards = find([three], [line(1, "x", 10**9, 10**6)])
    assert rewards.saved_minor == 10**9 // 3 - 333
    assert rewards.rewards[0].times == 333_333
    assert not rewards.is_exact
    ten = find([Promotion("b", "", PercentOff(100_000))], [line(1, "x", 10**9, 10**6)])
    assert (ten.saved_minor, ten.is_exact) == (10**8, True)


def test_near_misses_are_told() -> None:
    three = Promotion("a", "3x2", NForM(3, 2), items("x"))
    same = Promotion("b", "2a", SecondUnit(500_000, True), departments("d0"))
    bundle = Promotion("c", "menu", Bundle((Part(items("y")), Part(items("z"))), 100))
    gift = Promotion("d", "gift", Gift("g", 2), items("w"))
    basket = [line(1, "x", 200, 2), line(2, "a", 100), line(3, "y", 80), line(4, "w", 100, 2)]
    assert _hints(find([three, same, bundle, gift], basket)) == [
        ("a", HintKind.UNITS, 1, ""),
        ("b", HintKind.UNITS, 1, "a"),
        ("c", HintKind.UNITS, 1, ""),
        ("d", HintKind.GIFT, 1, "g"),
    ]
    enough = [line(1, "x", 300, 3), line(2, "a", 200, 2), line(3, "y", 80), line(5, "z", 80), line(4, "w", 100, 2)]
    assert _hints(find([three, same, bundle, gift], [*enough, line(6, "g", 50)])) == []


def test_a_set_without_a_unit_more_to_offer_is_no_hint() -> None:
    three = Promotion("a", "3x2", NForM(3, 2), items("x"), limits=Limits(times=1))
    assert _hints(find([three], [line(1, "x", 500, 5)])) == []
    parts = CheapestFree((Part(items("x"), 2), Part(items("y"), 2)))
    assert _hints(find([Promotion("b", "", parts)], [line(1, "x", 200, 2)])) == []
    alone = msgspec.structs.replace(three, exclusive=True)
    assert _hints(find([alone], [line(1, "x", 200, 2)])) == []


def test_conditions_that_are_nearly_met_are_told() -> None:
    value = Promotion("a", "", PercentOff(100_000), items("x"), Conditions(min_basket_minor=1000))
    units = Promotion("b", "", PercentOff(100_000), items("x"), Conditions(min_units=2))
    assert _hints(find([value, units], [line(1, "x", 850)])) == [
        ("a", HintKind.VALUE, 150, ""),
        ("b", HintKind.UNITS, 1, ""),
    ]
    assert _hints(find([value], [line(1, "x", 799)])) == []
    assert _hints(find([value, units], [line(1, "y", 999)])) == []


def test_one_line_more_solves_only_what_it_touches(monkeypatch: pytest.MonkeyPatch) -> None:
    book, context, basket = sample_book(), sample_context(), sample_lines(200)
    whole = find_rewards(book, basket, context)
    solved: list[int] = []

    def line_alone(book: PromotionBook, touched: Touched, cliques: Cliques) -> Solved:
        solved.append(1)
        return solve_line(book, touched, cliques)

    def group(book: PromotionBook, touched: list[Touched], caps: dict[int, Cap], cliques: Cliques) -> Solved:
        solved.append(len(touched))
        return solve_component(book, touched, caps, cliques)

    monkeypatch.setattr(search, "solve_line", line_alone)
    monkeypatch.setattr(search, "solve_component", group)
    again = find_rewards(book, basket, context, whole.memory)
    assert (again, solved) == (whole, [])
    more = [*basket, line(201, "not promoted", 100)]
    assert find_rewards(book, more, context, whole.memory).saved_minor == whole.saved_minor + 5
    assert solved == [1]
    solved.clear()
    with_wine = [*basket, line(201, "wine", 100, 1, "d10")]
    found = find_rewards(book, with_wine, context, whole.memory)
    assert len(solved) == 1
    assert solved[0] < 20
    assert found == find_rewards(book, with_wine, context)


def test_memory_of_another_book_is_not_believed_and_holds_one_basket() -> None:
    basket = [line(1, "x", 100), line(2, "y", 100)]
    ten, twenty = (build_book([Promotion("a", "", PercentOff(ppm))]) for ppm in (100_000, 200_000))
    memory = find_rewards(ten, basket, NOON).memory
    assert find_rewards(twenty, basket, NOON, memory).saved_minor == 40
    assert len(find_rewards(ten, basket[:1], NOON, memory).memory.solved) == 1
    assert memory == PromotionMemory()
    assert hash(memory) == hash(PromotionMemory())


def test_nothing_in_nothing_out() -> None:
    assert find([], lines(("x", 100))) == Rewards()
    assert find([Promotion("a", "", PercentOff(100_000))], []) == Rewards()
    assert find([Promotion("a", "", BasketAmountOff(100))], []) == Rewards()
    assert find([Promotion("a", "", PercentOff(1), Scope())], [line(1, "x", 1)]) == Rewards()
