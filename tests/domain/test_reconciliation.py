"""Two sides that say the same are even; whatever one side has otherwise is found, and nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.reconciliation import (
    Difference,
    DifferenceKind,
    Dimension,
    Posted,
    PostedDocument,
    PostedSum,
    reconcile,
)

AMOUNTS = st.integers(-(10**9), 10**9)
DOCUMENTS = st.dictionaries(st.text("abc", min_size=1, max_size=4), AMOUNTS, max_size=8)
SUMS = st.lists(st.builds(PostedSum, st.sampled_from(Dimension), st.sampled_from("xyz"), AMOUNTS), max_size=8)


def side(
    documents: dict[str, int], sums: list[PostedSum], dimensions: frozenset[Dimension] = frozenset(Dimension)
) -> Posted:
    return Posted(tuple(PostedDocument(n, "sale", a) for n, a in documents.items()), tuple(sums), dimensions)


@given(DOCUMENTS, SUMS, st.randoms(use_true_random=False))
def test_the_same_in_any_order_is_even(documents: dict[str, int], sums: list[PostedSum], chance: object) -> None:
    shuffled = [*sums]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert reconcile(side(documents, sums), side(documents, shuffled)).is_even


@given(DOCUMENTS, DOCUMENTS)
def test_documents_that_one_side_has_not_or_has_otherwise_are_found(one: dict[str, int], other: dict[str, int]) -> None:
    found = reconcile(side(one, []), side(other, [])).differences
    by_kind = {kind: {d.name for d in found if d.kind is kind} for kind in DifferenceKind}
    assert by_kind[DifferenceKind.MISSING] == one.keys() - other.keys()
    assert by_kind[DifferenceKind.UNKNOWN] == other.keys() - one.keys()
    assert by_kind[DifferenceKind.TOTAL] == {n for n in one.keys() & other.keys() if one[n] != other[n]}


@given(SUMS, SUMS)
def test_the_differences_of_sums_come_to_the_difference_of_the_sides(
    one: list[PostedSum], other: list[PostedSum]
) -> None:
    found = reconcile(side({}, one), side({}, other)).differences
    gap = sum((d.lane_minor or 0) - (d.erp_minor or 0) for d in found)
    assert gap == sum(s.amount_minor for s in one) - sum(s.amount_minor for s in other)
    assert all(d.lane_minor != d.erp_minor for d in found)


def test_a_document_that_the_erp_has_twice_is_found_once() -> None:
    erp = Posted((PostedDocument("a", "sale", 5), PostedDocument("a", "sale", 5)))
    assert [d.kind for d in reconcile(side({"a": 5}, []), erp).differences] == [DifferenceKind.DOUBLED]


def test_what_one_side_cannot_tell_is_named_and_not_compared() -> None:
    lane = side({}, [PostedSum(Dimension.TAX, "iva16", 16), PostedSum(Dimension.TENDER, "cash", 100)])
    erp = side({}, [PostedSum(Dimension.TENDER, "cash", 90)], frozenset({Dimension.TENDER}))
    found = reconcile(lane, erp)
    assert found.differences == (Difference(DifferenceKind.SUM, "tender:cash", 100, 90),)
    assert set(found.not_compared) == {Dimension.TAX, Dimension.TAX_BASE}


def test_kinds_are_compared_by_their_documents_unless_those_have_no_totals() -> None:
    lane, dimensions = side({"a": 5}, []), frozenset(Dimension) - {Dimension.KIND}
    for total, missing in ((5, ()), (None, (Dimension.KIND,))):
        erp = Posted((PostedDocument("a", "sale", total),), (), dimensions)
        assert reconcile(lane, erp).not_compared == missing


def test_a_total_that_one_side_does_not_keep_is_no_difference() -> None:
    erp = Posted((PostedDocument("a", "session", None),))
    assert reconcile(side({"a": 5}, []), erp).is_even


def test_kinds_of_tender_that_the_erp_keeps_together_are_summed_together() -> None:
    lane = side({}, [PostedSum(Dimension.TENDER, "credit", 60), PostedSum(Dimension.TENDER, "debit", 40)])
    erp = Posted(
        (),
        (PostedSum(Dimension.TENDER, "6", 100),),
        frozenset(Dimension),
        {"credit": "Card", "debit": "Card", "6": "Card"},
    )
    assert reconcile(lane, erp).is_even
