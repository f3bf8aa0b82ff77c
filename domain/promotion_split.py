"""Which lines depend on each other, and which limits a basket can reach at all."""

from __future__ import annotations

from collections.abc import Sequence

from domain.promotion_basket import PromotionContext, PromotionLine
from domain.promotion_book import PromotionBook, bits
from domain.promotion_field import Cap, Touched, covers
from domain.promotion_unit import chain


def drop_hopeless(book: PromotionBook, touched: Sequence[Touched]) -> list[Touched]:
    """Return the lines without the set rewards for which there are not enough units."""
    lines: dict[int, list[int]] = {}
    for place, (_, ranks) in enumerate(touched):
        if mine := ranks & book.sets:
            for rank in bits(mine):
                lines.setdefault(rank, []).append(place)
    kept = list(touched)
    for rank, places in lines.items():
        for place in _left_over(book, rank, places, touched):
            line, ranks = kept[place]
            kept[place] = (line, ranks & ~(1 << rank))
    return kept


def find_caps(book: PromotionBook, touched: Sequence[Touched], context: PromotionContext) -> dict[int, Cap]:
    """Return the limits that this basket can reach; one that it cannot reach is none."""
    lines: dict[int, list[PromotionLine]] = {}
    limited = book.limited & ~book.baskets
    for line, ranks in touched:
        if mine := ranks & limited:
            for rank in bits(mine):
                lines.setdefault(rank, []).append(line)
    caps = {rank: _cap(book, rank, lines[rank], context) for rank in sorted(lines)}
    return {rank: cap for rank, cap in caps.items() if cap != Cap()}


def split(
    book: PromotionBook, touched: Sequence[Touched], caps: dict[int, Cap]
) -> tuple[list[Touched], list[list[Touched]]]:
    """Return the lines that depend on no other, and the groups of those that share a set reward or a limit."""
    capped = sum(1 << rank for rank in caps)
    coupling = book.sets | capped
    by_item = book.same_item & ~capped
    alone: list[Touched] = []
    owner: dict[tuple[int, str], int] = {}
    root: list[int] = []
    coupled: list[Touched] = []
    for line, ranks in touched:
        shared = ranks & coupling
        if not shared:
            if ranks:
                alone.append((line, ranks))
            continue
        place = len(coupled)
        coupled.append((line, ranks))
        root.append(place)
        for rank in bits(shared):
            first = owner.setdefault((rank, line.sku if by_item >> rank & 1 else ""), place)
            _unite(root, first, place)
    groups: dict[int, list[Touched]] = {}
    for place, found in enumerate(coupled):
        groups.setdefault(_find(root, place), []).append(found)
    return alone, list(groups.values())


def _find(root: list[int], place: int) -> int:
    while root[place] != place:
        root[place] = root[root[place]]
        place = root[place]
    return place


def _unite(root: list[int], one: int, other: int) -> None:
    one, other = _find(root, one), _find(root, other)
    if one != other:
        root[max(one, other)] = min(one, other)


def _left_over(book: PromotionBook, rank: int, places: Sequence[int], touched: Sequence[Touched]) -> Sequence[int]:
    """Return the lines of a set reward whose units are too few for a set."""
    if book.same_item >> rank & 1:
        units: dict[str, int] = {}
        for place in places:
            line = touched[place][0]
            units[line.sku] = units.get(line.sku, 0) + line.units
        size = book.sizes[rank]
        return [place for place in places if units[touched[place][0].sku] < size]
    parts = book.parts[rank]
    if len(parts) == 1:
        return places if sum(touched[place][0].units for place in places) < parts[0].quantity else ()
    lines = [touched[place][0] for place in places]
    is_short = any(sum(line.units for line in lines if covers(part, line)) < part.quantity for part in parts)
    return places if is_short else ()


def _cap(book: PromotionBook, rank: int, lines: Sequence[PromotionLine], context: PromotionContext) -> Cap:
    promotion = book.promotions[rank]
    limits = promotion.limits
    units = sum(line.units for line in lines)
    if book.sets >> rank & 1:
        counts = [limits.times]
        if limits.per_customer is not None:
            counts.append(limits.per_customer - context.used.get(promotion.code, 0))
        most_count = units // book.sizes[rank]
        most_amount = sum(line.amount_minor for line in lines)
    else:
        counts = [limits.units]
        most_count = units
        most_amount = sum(chain(book, (rank,), line.amount_minor, line.units)[0][1] for line in lines)
    count = min((limit for limit in counts if limit is not None), default=most_count)
    amount = most_amount if limits.amount_minor is None else limits.amount_minor
    return Cap(count if count < most_count else None, amount if amount < most_amount else None)
