"""The best combination is the best: held against every combination there is, and against baskets built to be known."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import msgspec
import pytest
from hypothesis import HealthCheck, event, given, settings

import domain.promotion_component as component
import domain.promotion_rule as rule
from domain.promotion import (
    Bundle,
    CheapestFree,
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
from domain.promotion_basket import PromotionLine
from domain.promotion_search import find_rewards
from tests.domain.promotion_cases import (
    SET_REWARDS,
    UNIT_REWARDS,
    baskets,
    books,
    departments,
    find,
    items,
    line,
    promotions,
)
from tests.domain.promotion_oracle import best_saving
from tests.kit.promotion_sample import dense_book, sample_book, sample_context, sample_lines

SOME = settings(max_examples=150)
MANY = settings(max_examples=3000, suppress_health_check=list(HealthCheck))


def _hold(promotions: Sequence[Promotion], basket: Sequence[PromotionLine]) -> None:
    """An answer that says it is exact is the best there is; any other is no more than that."""
    rewards, best = find(promotions, basket), best_saving(promotions, basket)
    event(f"exact: {rewards.is_exact}")
    assert rewards.saved_minor == best if rewards.is_exact else rewards.saved_minor <= best


@settings(max_examples=600)
@given(books(), baskets())
def test_no_combination_saves_more(promotions: list[Promotion], basket: list[PromotionLine]) -> None:
    _hold(promotions, basket)


@SOME
@given(books(most=4), baskets(most=7))
def test_no_combination_saves_more_with_more_of_both(promotions: list[Promotion], basket: list[PromotionLine]) -> None:
    _hold(promotions, basket)


@pytest.mark.slow
@MANY
@given(books(most=4), baskets(most=7))
def test_no_combination_saves_more_many_times(promotions: list[Promotion], basket: list[PromotionLine]) -> None:
    _hold(promotions, basket)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component, "FEW_STATES", 0)
        _hold(promotions, basket)


CLUB = frozenset("*")
LIMITED = [
    (
        [
            Promotion("p0", "", NForM(2, 1, True), departments("d0"), priority=1, stacks_with=CLUB),
            Promotion(
                "p1",
                "",
                PercentOff(333_333),
                limits=Limits(amount_minor=40),
                priority=1,
                stacks_with=frozenset({"p0", "p2"}),
            ),
            Promotion("p2", "", PercentOff(333_333), items("a"), priority=2),
        ],
        [
            line(1, "a", 50),
            line(2, "a", 33),
            line(3, "b", 50),
            line(4, "a", 100, 2),
            line(5, "c", 100),
            line(6, "b", 99),
        ],
        207,
    ),
    (
        [
            Promotion(
                "p0",
                "",
                Bundle((Part(Scope()), Part(items("a", "b"))), 150),
                priority=1,
                stacks_with=frozenset({"p1"}),
            ),
            Promotion("p1", "", PercentOff(50_000), departments("d0"), priority=2, stacks_with=CLUB),
            Promotion(
                "p2",
                "",
                UnitAmountOff(30),
                items("a", "d"),
                limits=Limits(amount_minor=40),
                priority=2,
                stacks_with=CLUB,
            ),
        ],
        [line(1, "d", 50), line(2, "a", 33), line(3, "c", 99), line(4, "a", 101), line(5, "b", 300, 3)],
        159,
    ),
    (
        [
            Promotion("p0", "", PercentOff(50_000), items("c"), limits=Limits(units=1), priority=1, stacks_with=CLUB),
            Promotion(
                "p1",
                "",
                CheapestFree((Part(items("a", "b")), Part(items("a", "b", "d")), Part(Scope(), 2)), 2),
                limits=Limits(amount_minor=40),
            ),
        ],
        [line(1, "d", 100), line(2, "b", 100), line(3, "b", 50), line(4, "c", 101), line(5, "c", 33)],
        45,
    ),
]


@pytest.mark.parametrize("few_states", [0, 10**9])
@pytest.mark.parametrize(("promotions", "basket", "best"), LIMITED)
def test_limits_of_amounts_that_are_hard_to_use_well(
    monkeypatch: pytest.MonkeyPatch,
    few_states: int,
    promotions: list[Promotion],
    basket: list[PromotionLine],
    best: int,
) -> None:
    monkeypatch.setattr(component, "FEW_STATES", few_states)
    rewards = find(promotions, basket)
    assert (rewards.saved_minor, rewards.is_exact) == (best, True)
    assert best_saving(promotions, basket) == best


@SOME
@given(books(), baskets())
def test_the_narrow_search_finds_the_same(promotions: list[Promotion], basket: list[PromotionLine]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component, "FEW_STATES", 0)
        _hold(promotions, basket)


@SOME
@given(books(), baskets())
def test_the_rule_alone_is_never_better_and_never_worse_than_one_promotion(
    promotions: list[Promotion], basket: list[PromotionLine]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component, "FEW_STATES", 0)
        patch.setattr(component, "MOST_STATES", 0)
        by_rule = find(promotions, basket)
        alone = [find([promotion], basket).saved_minor for promotion in promotions]
    assert max(alone) <= by_rule.saved_minor <= best_saving(promotions, basket)


def _blocks(count: int, seed: int) -> tuple[list[Promotion], list[list[PromotionLine]]]:
    """Blocks of six items with promotions that overlap inside a block."""
    random = Random(seed)
    promotions: list[Promotion] = []
    blocks = []
    for block in range(count):
        skus = [f"{block}-{number}" for number in range(6)]
        costs = [random.randrange(100, 1000) for _ in skus]
        first = block * 6 + 1
        blocks.append(
            [line(first + n, sku, cost, 1, f"d{block}") for n, (sku, cost) in enumerate(zip(skus, costs, strict=True))]
        )
        three, pair, other = items(*skus[:4]), items(*skus[2:]), items(skus[0], skus[5])
        promotions += [
            Promotion(f"{block}a", "3 for 2", NForM(3, 2), three),
            Promotion(f"{block}b", "2nd at half", SecondUnit(500_000), pair),
            Promotion(f"{block}c", "pair", Bundle((Part(items(skus[1])), Part(other)), 300)),
            Promotion(f"{block}d", "10 %", PercentOff(100_000), departments(f"d{block}")),
        ]
    return promotions, blocks


@pytest.mark.parametrize("seed", range(6))
def test_sixty_lines_that_all_depend_on_each_other_have_their_known_optimum(seed: int) -> None:
    promotions, blocks = _blocks(10, seed)
    known = sum(best_saving(promotions[4 * n : 4 * n + 4], block) for n, block in enumerate(blocks))
    basket = [found for block in blocks for found in block]
    # A price for a set that no set reaches saves nothing, and ties all sixty lines into one component.
    link = Promotion("link", "never worth it", PriceFor(2, 10**6))
    rewards = find([*promotions, link], basket)
    assert rewards.saved_minor == known
    assert rewards.is_exact


@pytest.mark.parametrize("seed", range(4))
def test_sixty_lines_under_one_multi_buy_are_sorted(seed: int) -> None:
    random = Random(seed)
    costs = [random.randrange(100, 10_000) for _ in range(60)]
    basket = [line(number, f"s{number}", cost) for number, cost in enumerate(costs, 1)]
    dear_first = sorted(costs, reverse=True)
    for take, pay in ((3, 2), (4, 3), (5, 2), (2, 1)):
        rewards = find([Promotion("x", "x", NForM(take, pay))], basket)
        free = sum(sum(dear_first[first + pay : first + take]) for first in range(0, 60 - take + 1, take))
        assert (rewards.saved_minor, rewards.is_exact) == (free, True)
        assert rewards.rewards[0].times == 60 // take


def test_sixty_lines_of_pairs_from_two_shelves_are_matched_dear_with_dear() -> None:
    random = Random(7)
    left, right = ([random.randrange(100, 10_000) for _ in range(30)] for _ in range(2))
    basket = [line(number, "a", cost) for number, cost in enumerate(left, 1)]
    basket += [line(number, "c", cost) for number, cost in enumerate(right, 31)]
    rewards = find([Promotion("x", "x", CheapestFree((Part(items("a")), Part(items("c")))))], basket)
    pairs = zip(sorted(left), sorted(right), strict=True)
    assert rewards.saved_minor == sum(min(pair) for pair in pairs)
    assert rewards.is_exact


@pytest.mark.parametrize("seed", range(1, 9))
def test_sixty_lines_of_a_shop_are_exact(seed: int) -> None:
    assert find_rewards(sample_book(), sample_lines(60, seed), sample_context()).is_exact


@pytest.mark.parametrize("seed", range(1, 7))
def test_sixty_lines_under_promotions_drawn_at_random_are_exact_and_the_same_by_either_way(seed: int) -> None:
    basket = sample_lines(60, seed)
    rewards = find_rewards(dense_book(basket, 20, seed), basket, sample_context())
    assert rewards.is_exact
    few = find_rewards(dense_book(basket, 6, seed), basket, sample_context())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component, "FEW_STATES", 10**9)
        patch.setattr(component, "FIRST_STEPS", 400_000)
        plain = find_rewards(dense_book(basket, 6, seed), basket, sample_context())
    assert few.is_exact
    assert plain.is_exact
    assert few.saved_minor == plain.saved_minor


def test_a_basket_too_entangled_says_so_and_ends() -> None:
    basket = sample_lines(400, 3)
    book = dense_book(basket, 300, 3)
    rewards = find_rewards(book, basket, sample_context())
    assert not rewards.is_exact
    assert rewards == find_rewards(book, basket, sample_context())
    assert 0 < rewards.saved_minor < sum(found.amount_minor for found in basket)


@pytest.mark.parametrize("lines", [1, 20])
@pytest.mark.parametrize("price", [180, 5])
def test_twenty_menus_are_twenty_menus(lines: int, price: int) -> None:
    costs = {"a": 100, "b": 60, "c": 40, "d": 30}
    for skus in ("abc", "abcd"):
        basket = [
            line(number * 10 + place, sku, costs[sku] * 20 // lines, 20 // lines)
            for place, sku in enumerate(skus)
            for number in range(lines)
        ]
        menu = Promotion("menu", "", Bundle(tuple(Part(items(sku)) for sku in skus), price))
        rewards = find([menu], basket)
        assert rewards.saved_minor == 20 * (sum(costs[sku] for sku in skus) - price)
        assert rewards.rewards[0].times == 20
        assert rewards.is_exact


def test_menus_of_many_lines_beside_another_promotion_are_exact() -> None:
    random = Random(3)
    basket = [line(number, "abc"[number % 3], random.randrange(30, 120)) for number in range(60)]
    menu = Promotion("menu", "", Bundle(tuple(Part(items(sku)) for sku in "abc"), 180))
    three = Promotion("three", "", NForM(3, 2), items("a"))
    rewards = find([menu, three], basket)
    assert rewards.is_exact
    assert rewards.saved_minor > max(find([one], basket).saved_minor for one in (menu, three))


def test_a_set_with_more_states_than_a_machine_has_is_given_and_said_to_be_unsure() -> None:
    basket = [line(number, "abcd"[number % 4], 200 + 2 * number, 2) for number in range(1, 31)]
    bundle = Bundle((Part(Scope()), Part(Scope(), 2), Part(Scope()), Part(Scope())), 50)
    rewards = find([Promotion("x", "", bundle)], basket)
    assert rewards.saved_minor == sum(found.amount_minor for found in basket) - 12 * 50
    assert not rewards.is_exact


def _apart(reward: Bundle | CheapestFree, codes: Sequence[str]) -> Bundle | CheapestFree:
    """The same set, with parts that have no item in common."""
    parts = [Part(items(*code), part.quantity) for code, part in zip(codes, reward.parts, strict=False)]
    return msgspec.structs.replace(reward, parts=tuple(parts))


@pytest.mark.parametrize("is_alone", [True, False])
@SOME
@given(promotions("p0", SET_REWARDS), promotions("p1", UNIT_REWARDS), baskets(most=7))
def test_sets_of_the_dearest_units_are_the_best_where_they_are_said_to_be(
    is_alone: bool, promotion: Promotion, other: Promotion, basket: list[PromotionLine]
) -> None:
    if isinstance(promotion.reward, Bundle | CheapestFree):
        promotion = msgspec.structs.replace(promotion, reward=_apart(promotion.reward, ("a", "bd", "c")))
    book = [promotion] if is_alone else [promotion, other]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component, "FEW_STATES", 0)
        patch.setattr(component, "MOST_EFFORT", 0)
        patch.setattr(rule, "TURN_STEPS", 0)
        rewards, best = find(book, basket), best_saving(book, basket)
    event(f"exact: {rewards.is_exact}, {type(promotion.reward).__name__}")
    assert rewards.saved_minor == best if rewards.is_exact else rewards.saved_minor <= best
