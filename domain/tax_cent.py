"""Cents that remain when parts were rounded one by one, and how they are given to the parts.

Source of the rule: Odoo 19 `_distribute_delta_amount_smoothly` and `_normalize_target_factors`.

Worked example: 3 cents over parts weighing 5, 3 and 2. Their shares are 1.5, 0.9 and 0.6 cents. The heaviest takes
1.5 → 2 (a half goes to the even neighbour), the next 0.9 → 1, and nothing is left for the last: 2, 1, 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def give_cents(cents: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Return how many of the cents each part takes, by the size of its weight whatever its sign.

    The heaviest first, of equal ones the earlier: each its share of all cents, rounded half to even, as long as there
    are any; what then remains goes one by one to the heaviest. Without any weight all parts weigh the same.
    """
    taken = [0] * len(weights)
    if not cents or not weights:
        return taken
    sizes: list[int | Fraction] = [weight if weight >= 0 else -weight for weight in weights]
    whole = sum(sizes)
    if not whole:
        sizes, whole = [1] * len(weights), len(weights)
    heaviest = sorted(range(len(sizes)), key=lambda part: -sizes[part])
    sign, every = (1, cents) if cents > 0 else (-1, -cents)
    left = every
    for part in heaviest:
        if not left:
            break
        share = min(_half_even(sizes[part] * every, whole), left)
        taken[part] = sign * share
        left -= share
    for part in heaviest[:left]:
        taken[part] += sign
    return taken


def _half_even(numerator: int | Fraction, denominator: int | Fraction) -> int:
    """Divide whole numbers that are not negative; a half goes to the even neighbour."""
    whole, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return whole + (twice > denominator or (twice == denominator and whole % 2 == 1))
