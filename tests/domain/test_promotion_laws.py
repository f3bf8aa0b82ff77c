"""What holds for any promotions and any basket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import domain.promotion_component as component
from domain.money import MICRO
from domain.promotion import Bundle, CheapestFree, Part, Promotion, Scope, is_set, set_size, stack
from domain.promotion_basket import PromotionLine, Reward, Rewards
from domain.promotion_book import build_book
from domain.promotion_search import find_rewards
from tests.domain.promotion_cases import DEPARTMENTS, NOON, SET_REWARDS, baskets, books, find, promotions

BOOKS = books(most=5)
BASKETS = baskets(most=14)


def _by_line(rewards: Iterable[Reward]) -> dict[int, int]:
    saved: dict[int, int] = {}
    for reward in rewards:
        for share in reward.shares:
            saved[share.line_no] = saved.get(share.line_no, 0) + share.amount_minor
    return saved


@given(BOOKS, BASKETS)
def test_no_line_is_ever_negative_and_no_basket_costs_less_than_nothing(
    book: list[Promotion], basket: list[PromotionLine]
) -> None:
    rewards = find(book, basket)
    costs = {line.line_no: line.amount_minor for line in basket}
    assert all(0 <= saved <= costs[line_no] for line_no, saved in _by_line(rewards.rewards).items())
    assert 0 <= rewards.saved_minor <= sum(cost for cost in costs.values() if cost > 0)


@given(BOOKS, BASKETS)
def test_the_shares_are_the_reward_and_the_rewards_the_saving(
    book: list[Promotion], basket: list[PromotionLine]
) -> None:
    rewards = find(book, basket)
    assert sum(_by_line(rewards.rewards).values()) == rewards.saved_minor
    assert all(reward.amount_minor > 0 and reward.times > 0 for reward in rewards.rewards)
    for reward in rewards.rewards:
        numbers = [share.line_no for share in reward.shares]
        assert numbers == sorted(set(numbers))
        assert all(share.amount_minor >= 0 for share in reward.shares)


@given(BOOKS, BASKETS)
def test_returns_and_excluded_lines_take_no_part(book: list[Promotion], basket: list[PromotionLine]) -> None:
    rewards = find(book, basket)
    out = {line.line_no for line in basket if line.is_excluded or line.amount_minor <= 0}
    assert out.isdisjoint(_by_line(rewards.rewards))
    assert find(book, [line for line in basket if line.line_no not in out]) == rewards


@given(BOOKS, promotions("p9"), BASKETS)
def test_one_promotion_more_never_costs_the_customer_anything(
    book: list[Promotion], more: Promotion, basket: list[PromotionLine]
) -> None:
    before, after = find(book, basket), find([*book, more], basket)
    assume(before.is_exact and after.is_exact)
    assert after.saved_minor >= before.saved_minor


@given(BOOKS, BASKETS, st.data())
def test_neither_the_order_of_lines_nor_that_of_promotions_matters(
    book: list[Promotion], basket: list[PromotionLine], data: st.DataObject
) -> None:
    rewards = find(book, basket)
    assert find(data.draw(st.permutations(book)), data.draw(st.permutations(basket))) == rewards


@given(BOOKS, BASKETS)
def test_other_line_numbers_save_the_same(book: list[Promotion], basket: list[PromotionLine]) -> None:
    rewards = find(book, basket)
    renumbered = [msgspec.structs.replace(line, line_no=100 - line.line_no) for line in basket]
    other = find(book, renumbered)
    assume(rewards.is_exact and other.is_exact)
    assert other.saved_minor == rewards.saved_minor


@given(BOOKS, BASKETS, st.integers(0, 14))
def test_what_was_remembered_changes_nothing_but_the_time(
    book: list[Promotion], basket: list[PromotionLine], known: int
) -> None:
    built = build_book(book)
    memory = find_rewards(built, basket[:known], NOON).memory
    assert find_rewards(built, basket, NOON, memory) == find_rewards(built, basket, NOON)
    changed = [msgspec.structs.replace(line, amount_minor=line.amount_minor + 7) for line in basket]
    full = find_rewards(built, basket, NOON).memory
    assert find_rewards(built, changed, NOON, full) == find_rewards(built, changed, NOON)


@given(books(most=3), books(most=3), baskets(), baskets())
def test_shelves_without_a_promotion_in_common_are_independent(
    here: list[Promotion], there: list[Promotion], one: list[PromotionLine], other: list[PromotionLine]
) -> None:
    here = [_shelved(promotion) for promotion in here]
    moved = [_moved_promotion(_shelved(promotion)) for promotion in there]
    away = [_moved_line(line) for line in other]
    apart = find(here, one), find(moved, away)
    together = find([*here, *moved], [*one, *away])
    assume(all(rewards.is_exact for rewards in (*apart, together)))
    assert together.saved_minor == sum(rewards.saved_minor for rewards in apart)


@given(BOOKS, BASKETS)
def test_limits_are_kept(book: list[Promotion], basket: list[PromotionLine]) -> None:
    by_code = {promotion.code: promotion for promotion in book}
    for reward in find(book, basket).rewards:
        promotion = by_code[reward.promotion]
        limits = promotion.limits
        assert limits.amount_minor is None or reward.amount_minor <= limits.amount_minor
        assert limits.times is None or reward.times <= limits.times
        assert limits.units is None or _units(reward, basket) <= limits.units
        if is_set(promotion):
            assert _units(reward, basket) == reward.times * set_size(promotion)


@given(promotions("p0", SET_REWARDS), BASKETS, st.integers(1, 3), st.integers(0, 3))
def test_a_customer_gets_no_more_than_is_left_to_him(
    promotion: Promotion, basket: list[PromotionLine], limit: int, used: int
) -> None:
    limits = msgspec.structs.replace(promotion.limits, per_customer=limit)
    context = msgspec.structs.replace(NOON, used={"p0": used})
    rewards = find([msgspec.structs.replace(promotion, limits=limits)], basket, context)
    assert sum(reward.times for reward in rewards.rewards) <= max(limit - used, 0)


@given(BOOKS, BASKETS)
def test_who_is_alone_is_alone_and_units_are_shared_only_by_who_stacks(
    book: list[Promotion], basket: list[PromotionLine]
) -> None:
    rewards = find(book, basket).rewards
    by_code = {promotion.code: promotion for promotion in book}
    assert len(rewards) == 1 or not any(by_code[reward.promotion].exclusive for reward in rewards)
    quantities = {line.line_no: line.quantity_micro for line in basket}
    for number, one in enumerate(rewards):
        for other in rewards[:number]:
            if not stack(by_code[one.promotion], by_code[other.promotion]):
                used = {share.line_no: share.quantity_micro for share in other.shares}
                assert all(
                    share.quantity_micro + used.get(share.line_no, 0) <= quantities[share.line_no]
                    for share in one.shares
                )


@given(BOOKS, BASKETS)
def test_the_answer_is_never_worse_than_one_promotion_alone(book: list[Promotion], basket: list[PromotionLine]) -> None:
    alone = max(find([promotion], basket).saved_minor for promotion in book)
    assert find(book, basket).saved_minor >= alone


@given(BOOKS, BASKETS, st.sampled_from(["FEW_STATES", "MOST_STATES"]))
def test_each_way_of_searching_gives_a_whole_answer(
    book: list[Promotion], basket: list[PromotionLine], less: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(component, "FEW_STATES", 0)
        patch.setattr(component, less, 0)
        rewards = find(book, basket)
    best = find(book, basket)
    assert rewards.saved_minor <= best.saved_minor or not best.is_exact
    costs = {line.line_no: line.amount_minor for line in basket}
    assert all(0 <= saved <= costs[line_no] for line_no, saved in _by_line(rewards.rewards).items())


@given(BOOKS, BASKETS)
def test_the_same_question_has_the_same_answer(book: list[Promotion], basket: list[PromotionLine]) -> None:
    answers: list[Rewards] = [find(book, basket) for _ in range(2)]
    assert msgspec.json.encode(answers[0].rewards) == msgspec.json.encode(answers[1].rewards)


@given(BOOKS, BASKETS)
def test_a_unit_more_of_a_line_never_saves_less(book: list[Promotion], basket: list[PromotionLine]) -> None:
    """Taking an item more cannot take away what was given: it can be left alone (its price is that of the others)."""
    assume(basket[0].takes_part and not basket[0].is_weighed)
    assume(basket[0].amount_minor % basket[0].units == 0)
    before = find(book, basket)
    first = basket[0]
    more = msgspec.structs.replace(
        first,
        line_no=99,
        quantity_micro=MICRO,
        amount_minor=first.amount_minor // first.units,
    )
    after = find(book, [*basket, more])
    assume(before.is_exact and after.is_exact)
    assume(not any(promotion.stacks_with for promotion in book))
    assert after.saved_minor >= before.saved_minor


def _units(reward: Reward, basket: Sequence[PromotionLine]) -> int:
    units = {line.line_no: line.units for line in basket}
    return sum(1 if units[share.line_no] == 1 else share.quantity_micro // MICRO for share in reward.shares)


SHELF = Scope(departments=frozenset(DEPARTMENTS.values()))


def _shelved(promotion: Promotion) -> Promotion:
    """The same promotion, but what looked at the whole basket looks at the shelf's departments only."""
    reward, asked = promotion.reward, promotion.conditions
    if isinstance(reward, CheapestFree | Bundle):
        parts = tuple(Part(_on_shelf(part.scope), part.quantity) for part in reward.parts)
        reward = msgspec.structs.replace(reward, parts=parts)
    counted = None if asked.scope is None else _on_shelf(asked.scope)
    return msgspec.structs.replace(
        promotion,
        reward=reward,
        scope=_on_shelf(promotion.scope),
        conditions=msgspec.structs.replace(asked, scope=counted, min_basket_minor=0),
        exclusive=False,
        stacks_with=frozenset({"p0", "p1", "p2"} - {promotion.code}) if promotion.stacks_with else frozenset(),
    )


def _on_shelf(scope: Scope) -> Scope:
    return SHELF if scope.is_everything else scope


def _moved_promotion(promotion: Promotion) -> Promotion:
    """The same promotion for a shelf of its own: other codes, items and departments."""
    text = msgspec.json.encode(promotion).decode()
    for name in ("p", "d"):
        text = re.sub(rf'"{name}(\d)"', rf'"x{name}\1"', text)
    text = re.sub(r'"([abcd])"', r'"x\1"', text)
    return msgspec.json.decode(text, type=Promotion)


def _moved_line(line: PromotionLine) -> PromotionLine:
    return msgspec.structs.replace(
        line, line_no=line.line_no + 50, sku=f"x{line.sku}", department=f"x{DEPARTMENTS[line.sku]}"
    )
