"""The best promotions for the customer: which rewards a basket gets, and what each line contributes to them.

`find_rewards` looks for the combination that saves most; of two that save the same, the one whose saving comes from
promotions of lower rank. What may be combined:

- A unit is in one set at most, and two promotions share a unit only if they stack.
- Unit rewards on one unit follow each other by rank. On top of a set they come if every unit of it has them, worked
  out of what the set costs after its own reward.
- An amount off the basket comes last. It uses every unit of its scope, so that none of them may be in a reward it
  does not stack with.
- An exclusive promotion is weighed alone against all the others together.

Lines fall apart into components that share no set reward and no limit. Each is solved by itself, exactly unless it
takes too many steps (`domain.promotion_sweep`, `domain.promotion_rule`), and remembered for the next search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from operator import attrgetter
from typing import Final

import msgspec

from domain.money import allocate
from domain.promotion import BasketAmountOff
from domain.promotion_basket import (
    KnownLine,
    PromotionContext,
    PromotionLine,
    PromotionMemory,
    Remembered,
    Reward,
    Rewards,
    Share,
    Solved,
)
from domain.promotion_book import PromotionBook, bits, open_ranks, unmet
from domain.promotion_component import solve_component, solve_line
from domain.promotion_field import Cap, Touched
from domain.promotion_hint import find_hints
from domain.promotion_split import drop_hopeless, find_caps, split
from domain.promotion_unit import Cliques

MAX_CONTENDED: Final = 5
"""Amounts off the basket, not stacking with others, of which every selection is looked at; of more, the first ones."""

_line_no = attrgetter("line_no")


class Given(msgspec.Struct, frozen=True):
    """One combination: rewards by rank, and the numbers that it is compared by."""

    rewards: dict[int, Reward]
    worth: tuple[int, int]
    is_exact: bool


def find_rewards(
    book: PromotionBook,
    lines: Sequence[PromotionLine],
    context: PromotionContext,
    memory: PromotionMemory | None = None,
) -> Rewards:
    """Return the rewards that save the customer most, with their shares by line.

    `memory` is that of the answer before, for the same basket; the order of the lines does not matter, their
    numbers have to be different.
    """
    if memory is None or memory.book is not book:
        memory = PromotionMemory(book)
    search = _Search(book, context, memory.solved)
    known = _touch(book, lines, memory.lines)
    ranks = open_ranks(book, context)
    missing = unmet(book, ranks, ((line, counted) for line, _, counted in known.values()))
    touched = [(line, found & ranks) for line, found, _ in known.values()]
    met = ranks & ~sum(1 << rank for rank in missing)
    best = search.best(touched, met)
    return Rewards(
        rewards=tuple(best.rewards[rank] for rank in sorted(best.rewards)),
        saved_minor=best.worth[0],
        is_exact=best.is_exact,
        hints=find_hints(book, touched, missing, best.rewards),
        memory=PromotionMemory(book, known, search.solved),
    )


def _touch(
    book: PromotionBook, lines: Sequence[PromotionLine], before: Mapping[int, KnownLine]
) -> dict[int, KnownLine]:
    """Return the lines that take part in the order of their numbers, with what touches and what counts them."""
    found: dict[int, KnownLine] = {}
    touching, counting = book.touched.ranks, book.counted.ranks
    for line in sorted(lines, key=_line_no):
        number = line.line_no
        known = before.get(number) if before else None
        if known is not None and (known[0] is line or known[0] == line):
            found[number] = known
        elif line.takes_part:
            found[number] = (line, touching(line), counting(line))
    return found


class _Search:
    """One search: what was solved before, and what is worth remembering for the next."""

    def __init__(
        self, book: PromotionBook, context: PromotionContext, known: Mapping[tuple[int, int], Remembered]
    ) -> None:
        self._book = book
        self._context = context
        self._known = known
        self._cliques: Cliques = {}
        self.solved: dict[tuple[int, int], Remembered] = {}

    def best(self, touched: Sequence[Touched], met: int) -> Given:
        """Return the better of all promotions that go together and each of those that want to be alone."""
        together = _only(touched, met & ~self._book.exclusive)
        choices = [self._together(together)]
        for rank in bits(met & self._book.exclusive):
            alone = _only(touched, 1 << rank)
            if alone:
                choices.append(self._together(alone))
        best = max(choices, key=lambda given: given.worth)
        return msgspec.structs.replace(best, is_exact=all(given.is_exact for given in choices))

    def _together(self, touched: Sequence[Touched]) -> Given:
        """Return the best combination over every selection of the amounts off the basket."""
        baskets = _union(ranks for _, ranks in touched) & self._book.baskets
        without = [(line, ranks & ~baskets) for line, ranks in touched] if baskets else touched
        contended = self._contended(touched, baskets)
        free = baskets & ~sum(1 << rank for rank in contended)
        choices = [self._given(touched, without, 0, free)]
        for some in _selections(contended):
            choices.append(self._given(touched, without, some, free))
        best = max(choices, key=lambda given: given.worth)
        is_exact = len(contended) <= MAX_CONTENDED and all(given.is_exact for given in choices)
        return msgspec.structs.replace(best, is_exact=is_exact)

    def _contended(self, touched: Sequence[Touched], baskets: int) -> dict[int, int]:
        """Return the amounts off the basket that do not stack with all that their units may have, and with what not."""
        stacks = self._book.stacks
        together = {ranks for _, ranks in touched} if baskets else set()
        found = {
            rank: _union(ranks for ranks in together if ranks >> rank & 1) & ~(stacks[rank] | 1 << rank)
            for rank in bits(baskets)
        }
        return {rank: others for rank, others in found.items() if others}

    def _given(self, touched: Sequence[Touched], without: Sequence[Touched], some: int, free: int) -> Given:
        """Return the best combination with these amounts off the basket: some that keep others away, some that do not.

        `without` are the lines without any of them.
        """
        book = self._book
        if some:
            without = [
                (line, self._allowed(ranks, own & some))
                for (line, ranks), (_, own) in zip(without, touched, strict=True)
            ]
        masked = drop_hopeless(book, without)
        caps = find_caps(book, masked, self._context)
        solved = self._solve(masked, caps)
        rewards = _collect(book, solved)
        is_exact = all(found.is_exact for found in solved)
        if some | free:
            is_exact = _take_from_basket(book, touched, some | free, rewards) and is_exact
        return Given(rewards, _worth(rewards), is_exact)

    def _allowed(self, ranks: int, baskets: int) -> int:
        """Return the promotions that may be given on a line whose units these amounts off the basket use."""
        for rank in bits(baskets):
            ranks &= self._book.stacks[rank]
        return ranks

    def _solve(self, touched: Sequence[Touched], caps: dict[int, Cap]) -> list[Solved]:
        """Return the solutions of the lines and groups of lines that do not depend on each other."""
        alone, groups = split(self._book, touched, caps)
        solutions = []
        before, solved = self._known, self.solved
        for found in alone:
            key = (found[0].line_no, found[1])
            known = before.get(key)
            if known is None or known[0] != found:
                known = (found, solve_line(self._book, found, self._cliques))
            solved[key] = known
            solutions.append(known[1])
        for group in groups:
            ranks = _union(own for _, own in group)
            mine = {rank: cap for rank, cap in caps.items() if ranks >> rank & 1}
            key = (-group[0][0].line_no, ranks)
            known = before.get(key)
            content = (group, mine)
            if known is None or known[0] != content:
                known = (content, solve_component(self._book, group, mine, self._cliques))
            solved[key] = known
            solutions.append(known[1])
        return solutions


def _selections(contended: Mapping[int, int]) -> Iterator[int]:
    """Return the sets of contended amounts off the basket that go together."""
    ranks = list(contended)[:MAX_CONTENDED]
    for size in range(1, len(ranks) + 1):
        for some in combinations(ranks, size):
            if not any(contended[rank] >> other & 1 for rank, other in combinations(some, 2)):
                yield sum(1 << rank for rank in some)


def _only(touched: Iterable[Touched], ranks: int) -> list[Touched]:
    """Return the lines that some promotions touch, with these alone."""
    return [(line, own & ranks) for line, own in touched if own & ranks]


def _union(sets: Iterable[int]) -> int:
    found = 0
    for ranks in sets:
        found |= ranks
    return found


def _collect(book: PromotionBook, solved: Iterable[Solved]) -> dict[int, Reward]:
    """Put the pieces of each reward together."""
    times: dict[int, int] = {}
    shares: dict[int, list[Share]] = {}
    for found in solved:
        for rank, count, part in found.pieces:
            times[rank] = times.get(rank, 0) + count
            shares.setdefault(rank, []).extend(part)
    return {
        rank: Reward(
            book.promotions[rank].code,
            book.promotions[rank].name,
            times[rank] if book.sets >> rank & 1 else 1,
            tuple(sorted(shares[rank], key=_line_no)),
        )
        for rank in sorted(shares)
    }


def _take_from_basket(
    book: PromotionBook, touched: Sequence[Touched], baskets: int, rewards: dict[int, Reward]
) -> bool:
    """Add amounts off the basket, worked out of what the lines still cost; False if more than that was wanted.

    Where an amount is cut down, another combination could have left it more; only if it reaches every line that any
    promotion touches is that out of the question.
    """
    rest = {line.line_no: line.amount_minor for line, _ in touched}
    for reward in rewards.values():
        _pay(rest, reward.shares)
    is_exact = True
    for rank in bits(baskets):
        promotion = book.promotions[rank]
        mine = [line for line, ranks in touched if ranks >> rank & 1]
        left = [rest[line.line_no] for line in mine]
        there = sum(left)
        wanted = promotion.reward.amount_minor if isinstance(promotion.reward, BasketAmountOff) else 0
        is_exact = is_exact and (wanted <= there or len(mine) == len(touched))
        parts = zip(mine, allocate(min(wanted, there), left), strict=True)
        shares = tuple([Share(line.line_no, part, line.quantity_micro) for line, part in parts if part])
        if shares:
            rewards[rank] = Reward(promotion.code, promotion.name, 1, shares)
            _pay(rest, shares)
    return is_exact


def _pay(rest: dict[int, int], shares: Iterable[Share]) -> None:
    """Take shares off what lines still cost."""
    for share in shares:
        rest[share.line_no] -= share.amount_minor


def _worth(rewards: Mapping[int, Reward]) -> tuple[int, int]:
    """Return what a combination saves, and what decides between equal savings."""
    amounts = [(rank, reward.amount_minor) for rank, reward in rewards.items()]
    return sum(amount for _, amount in amounts), -sum(rank * amount for rank, amount in amounts)
