"""Reading catalogue files: encodings, delimiters, headings, and everything that makes a file unreadable."""

from __future__ import annotations

import csv
import gzip
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog_row import COLUMNS
from sync.catalog_columns import DEPARTMENT_COLUMNS, ITEM_COLUMNS, match_columns
from sync.catalog_csv import open_csv
from sync.catalog_text import UnreadableFile

HEADER = "code,name,price\n"
WANTED = ("code", "name", "price")


def put(folder: Path, content: bytes | str, name: str = "items.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, encoding: str = "") -> list[tuple[int, tuple[str, ...] | None]]:
    with open_csv(path, ITEM_COLUMNS, encoding) as file:
        return list(file.rows(WANTED))


@pytest.mark.parametrize(
    ("encoding", "said", "is_guessed"),
    [
        ("utf-8", "utf-8-sig", False),
        ("utf-8-sig", "utf-8-sig", False),
        ("utf-16", "utf-16", False),
        ("cp1252", "cp1252", True),
        ("latin-1", "cp1252", True),
    ],
)
def test_an_encoding_is_found_and_said(tmp_path: Path, encoding: str, said: str, is_guessed: bool) -> None:
    text = f"{HEADER}" + "1,plain,2\n" * 9_000 + "2,Ñandú ½ — año,3\n".replace("—", "-")
    path = put(tmp_path, text.encode(encoding))
    with open_csv(path, ITEM_COLUMNS) as file:
        assert (file.survey.encoding, file.survey.is_guessed) == (said, is_guessed)
        assert list(file.rows(WANTED))[-1] == (9_002, ("2", "Ñandú ½ - año", "3"))


def test_an_encoding_that_bytes_do_not_show_is_given(tmp_path: Path) -> None:
    path = put(tmp_path, (HEADER + "1,piña,2\n").encode("cp850"))
    assert read(path, "cp850") == [(2, ("1", "piña", "2"))]
    assert read(path) == [(2, ("1", "pi¤a", "2"))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_the_header(tmp_path: Path, delimiter: str) -> None:
    header = ["Código de Barras", "Descripción", "Precio, sin IVA", "PRECIO_VENTA"]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([header, ["1 2", "a,b;c", "x", "3,5"]])
    path = put(tmp_path, out.getvalue())
    with open_csv(path, ITEM_COLUMNS) as file:
        assert file.delimiter == delimiter
        assert file.columns.ignored == ("Precio, sin IVA",)
        assert list(file.rows(WANTED)) == [(2, ("1 2", "a,b;c", "3,5"))]


def test_headings_are_known_in_both_languages_and_the_likelier_one_counts() -> None:
    columns = match_columns(("descripcion", "NOMBRE", "Código", "gtin", "Familia", "foto"), ITEM_COLUMNS)
    assert columns.indexes == {"name": (1,), "code": (2, 3), "department": (4,)}
    assert columns.ignored == ("descripcion", "foto")


def test_every_heading_means_one_thing() -> None:
    for aliases in (ITEM_COLUMNS, DEPARTMENT_COLUMNS):
        headings = [word for words in aliases.values() for word in words.split()]
        assert len(headings) == len(set(headings))
    assert set(ITEM_COLUMNS) == set(COLUMNS)


def test_several_columns_of_codes_add_up(tmp_path: Path) -> None:
    path = put(tmp_path, "gtin,name,codigo\n1,a,2\n,b,3\n")
    with open_csv(path, ITEM_COLUMNS) as file:
        assert [cells for _, cells in file.rows(("name", "code", "price"))] == [("a", "1 2", ""), ("b", " 3", "")]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    text = '\ncode,name,price\n1,"two\nlines",1\n\n2,b,2\n3,c\n4,d,4,5\n5,e,5'
    assert read(put(tmp_path, text)) == [
        (3, ("1", "two\nlines", "1")),
        (6, ("2", "b", "2")),
        (7, None),
        (8, None),
        (9, ("5", "e", "5")),
    ]


def test_a_packed_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress((HEADER + "1,a,2\n").encode()), "items.csv")
    with open_csv(path, ITEM_COLUMNS) as file:
        assert list(file.rows(WANTED)) == list(file.rows(WANTED)) == [(2, ("1", "a", "2"))]
        assert file.position == file.size


def test_a_digest_is_that_of_the_text_packed_or_not(tmp_path: Path) -> None:
    content = (HEADER + "1,a,2\n").encode()
    digests = []
    for name, written in (("a.csv", content), ("a.csv.gz", gzip.compress(content, mtime=0))):
        with open_csv(put(tmp_path, written, name), ITEM_COLUMNS) as file:
            digests.append(file.survey.digest)
    assert digests[0] == digests[1]


SOUND = HEADER + "1,a,2\n" * 20_000
PACKED = gzip.compress(SOUND.encode(), mtime=0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (SOUND.encode() + b"2,\x00,3\n", "line 20002 holds a null byte"),
        (SOUND.encode() + b"2,\xff\xfe\x8d,3\n", "line 20002 is not Windows-1252"),
        ((SOUND + "2,Ñ,3\n").encode() + b"3,\xd1,4\n", "line 20003 is not UTF-8 like the lines before it"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"3,\xd1,4\n", "line 2 is not UTF-8"),
        (b"\xff\xfe" + HEADER.encode("utf-16-le")[:-1], "is not UTF-16"),
        (SOUND.encode() + b'2,"open,3\n', "line 20002: "),
        (SOUND.encode() + b'2,"closed"too,3\n', "line 20002: "),
        (SOUND.encode() + b"2," + b"x" * 140_000 + b",3\n", "line 20002: field larger"),
        (PACKED[: len(PACKED) // 2], "damaged archive"),
        (PACKED[:-8] + b"\0" * 8, "damaged archive"),
        (PACKED[:20] + b"\xff" * 40 + PACKED[60:], "damaged archive"),
        (b"\x1f\x8b", "damaged archive"),
        (b"price,name,precio,price\n1,a,2,3\n", "two columns 'price'"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read(put(tmp_path, content))


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(UnreadableFile, match="Is a directory"):
        read(tmp_path)
    with pytest.raises(UnreadableFile, match="no encoding 'klingon'"):
        read(put(tmp_path, SOUND), "klingon")


def test_a_file_that_grows_while_it_is_read_is_not_taken(tmp_path: Path) -> None:
    path = put(tmp_path, SOUND)
    with open_csv(path, ITEM_COLUMNS) as file:
        rows = file.rows(WANTED)
        next(rows)
        path.write_text(SOUND + "2,b,3\n")
        with pytest.raises(UnreadableFile, match="was changed while it was read"):
            list(rows)


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: f"{HEADER}{text}".encode()))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = put(tmp_path_factory.getbasetemp(), content, "any.csv")
    with suppress(UnreadableFile):
        assert all(cells is None or len(cells) == len(WANTED) for _, cells in read(path))


@given(
    st.lists(st.tuples(*[st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))] * 3), min_size=1)
)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]) -> None:
    path = tmp_path_factory.getbasetemp() / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([WANTED, *rows])
    assert [cells for _, cells in read(path)] == rows
