"""Laying papers out: no line wider than the paper, no word lost, no amount cut or moved from its edge."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.paper import (
    Align,
    Barcode,
    Columns,
    Cut,
    Element,
    Feed,
    Kick,
    Paper,
    Qr,
    Rule,
    Text,
    decode_paper,
    encode_paper,
    lay_columns,
    lay_element,
    lay_paper,
    wrap,
)

words = st.text(alphabet="abcñé .,-$0123456789", max_size=60)
amounts = st.text(alphabet="$-0123456789,.", min_size=1, max_size=20)
widths = st.integers(16, 64)
texts = st.builds(Text, words, st.sampled_from(Align), st.booleans(), st.sampled_from((1, 2)))
columns = st.builds(Columns, words, st.one_of(st.just(""), amounts), st.booleans(), st.sampled_from((1, 2)))
others = st.one_of(
    st.builds(Rule, st.sampled_from(("-", "=", "·"))),
    st.builds(Barcode, st.text(alphabet="R0123456789-", min_size=1, max_size=30)),
    st.builds(Qr, st.text(alphabet="htps:/.?=&abc0123456789", min_size=1, max_size=120)),
    st.builds(Feed, st.integers(0, 3)),
    st.just(Cut()),
    st.just(Kick()),
)
papers = st.lists(st.one_of(texts, columns, others), max_size=12).map(tuple)


def solid(text: str) -> str:
    """Return a text without its spaces: what must all be on the paper."""
    return text.replace(" ", "")


@given(papers, widths)
def test_no_line_is_wider_than_the_paper(paper: Paper, width: int) -> None:
    for element in paper:
        room = width // getattr(element, "size", 1)
        assert all(len(line) <= room for line in lay_element(element, width))
    assert all(len(line) <= width for line in lay_paper(paper, width))


@given(papers, widths)
def test_a_plain_view_has_the_lines_of_the_paper_with_all_their_words(paper: Paper, width: int) -> None:
    lines = [line for element in paper for line in lay_element(element, width)]
    assert [solid(line) for line in lay_paper(paper, width)] == [solid(line) for line in lines]


@pytest.mark.parametrize(
    ("element", "lines"),
    [
        (Text("La Esquina", Align.CENTER, size=2), ["       La Esquina"]),
        (Text("La Esquina de Lupita", Align.CENTER, size=2), ["       La Esquina", "       de Lupita"]),
        (Text("Lupita", Align.RIGHT, size=2), ["                  Lupita"]),
        (Text("  Lupita", size=2), ["  Lupita"]),
        (Columns("TOTAL", "$45.50", size=2), ["TOTAL             $45.50"]),
        (Columns("Por pagar", "$45.50", size=2), ["Por", "pagar             $45.50"]),
        (Columns("Total", "", size=2), ["Total"]),
    ],
)
def test_large_letters_keep_their_side_or_their_middle_among_plain_ones(element: Element, lines: list[str]) -> None:
    assert lay_paper((element,), 24) == lines


@given(words, st.integers(1, 64))
def test_wrapping_loses_no_character(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert solid("".join(lines)) == solid(text)
    assert all(len(line) <= width for line in lines)


@given(words, st.integers(8, 64))
def test_a_word_that_fits_is_never_broken(text: str, width: int) -> None:
    found = [word for line in wrap(text, width) for word in line.split()]
    assert [word for word in text.split() if len(word) <= width] == [
        word for word in found if word in text.split() and len(word) <= width
    ]


@given(words, amounts, widths)
def test_an_amount_stands_whole_at_the_right_edge_of_the_last_line(left: str, right: str, width: int) -> None:
    lines = lay_columns(left, right, width)
    if len(right) <= width:
        assert lines[-1].endswith(right)
        assert len(lines[-1]) == width
    assert solid("".join(lines)) == solid(left + right)


@given(words.filter(lambda text: all(len(word) <= 16 for word in text.split())), amounts, widths)
def test_an_amount_never_breaks_the_words_beside_it(left: str, right: str, width: int) -> None:
    found = " ".join(lay_columns(left, right, width)).split()
    assert [word for word in left.split() if word not in found] == []


@pytest.mark.parametrize(
    ("left", "right", "width", "lines"),
    [
        ("TOTAL", "$45.50", 16, ["TOTAL     $45.50"]),
        ("TOTAL", "$1,234,567.00", 16, ["TOTAL", "   $1,234,567.00"]),
        ("Café Ñandú 250 g", "45.50", 16, ["Café Ñandú", "250 g      45.50"]),
        ("  Recibido", "$50.00", 20, ["  Recibido    $50.00"]),
        ("Total", "1" * 18, 16, ["Total", "1" * 16, "11".rjust(16)]),
        ("", "9.99", 16, ["            9.99"]),
        ("name", "", 16, ["name"]),
    ],
)
def test_columns_as_they_should_look(left: str, right: str, width: int, lines: list[str]) -> None:
    assert lay_columns(left, right, width) == lines


@pytest.mark.parametrize(
    ("element", "lines"),
    [
        (Text("abc", Align.CENTER), ["   abc"]),
        (Text("abc", Align.RIGHT), ["       abc"]),
        (Text("abc", Align.RIGHT, size=2), ["  abc"]),
        (Rule(), ["----------"]),
        (Rule("=-"), ["=-=-=-=-=-"]),
        (Barcode("R1-1"), ["  [R1-1]"]),
        (Qr("http://a.b/cd"), ["[http://a.", "  b/cd]"]),
        (Feed(2), ["", ""]),
        (Cut(), []),
        (Kick(), []),
    ],
)
def test_elements_on_ten_columns(element: Element, lines: list[str]) -> None:
    assert lay_element(element, 10) == lines


@given(papers)
def test_a_paper_is_read_back_as_it_was_kept(paper: Paper) -> None:
    assert decode_paper(encode_paper(paper)) == paper


@pytest.mark.parametrize("text", ["{}", '[{"el":"bomb"}]', '[{"el":"text"}]', "x"])
def test_what_is_no_paper_is_a_msgspec_error(text: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode_paper(text)
