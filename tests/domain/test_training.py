"""Paper of training: no piece of it passes for a receipt."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.paper import Barcode, Columns, Cut, Element, Feed, Kick, Paper, Qr, Rule, Text
from domain.training import EVERY, mark_training

MARK = "*** TRAINING ***"
ELEMENTS: st.SearchStrategy[Element] = st.sampled_from(
    (Text("a"), Columns("b", "1"), Rule(), Feed(), Cut(), Kick(), Barcode("R1-000001"), Qr("q"))
)
PAPERS: st.SearchStrategy[Paper] = st.lists(ELEMENTS, min_size=1, max_size=40).map(tuple)


def is_mark(element: Element) -> bool:
    return isinstance(element, Text) and element.text == MARK


@given(PAPERS, st.booleans())
def test_every_few_rows_are_marked_and_nothing_else_is_added(paper: Paper, opens: bool) -> None:
    marked = mark_training(paper, "TRAINING", opens_drawer=opens)
    gone = (Barcode, Qr) if opens else (Barcode, Qr, Kick)
    kept = [element for element in paper if not isinstance(element, gone)]
    found = [element for element in marked if not is_mark(element)]
    assert sorted(map(repr, found)) == sorted(map(repr, kept))
    run = 0
    for element in marked:
        run = 0 if is_mark(element) else run + (not isinstance(element, Kick))
        assert run <= EVERY
    printed = [element for element in marked if not isinstance(element, Kick)]
    assert not printed or is_mark(printed[0])


def test_the_mark_stands_at_the_head_and_before_the_knife() -> None:
    marked = mark_training((Kick(), Text("store"), Columns("total", "1"), Cut()), "TRAINING")
    assert [is_mark(element) for element in marked] == [True, False, False, True, False]
    assert isinstance(marked[-1], Cut)


def test_the_drawer_opens_first_where_it_is_practised() -> None:
    assert mark_training((Text("a"), Kick(), Cut()), "TRAINING", opens_drawer=True)[0] == Kick()
