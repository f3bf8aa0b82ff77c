"""Anchors as ERPs, folders and copies have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.witness import Anchor
from mostrador.anchors import NoAnchor, find_batches, read_anchors

A, B = "a" * 64, "b" * 64
HEADER = f'{{"v":1,"batch_id":"batch-7-41-44","lane":"7","first_seq":41,"last_seq":44,"head_hash":"{B}","count":2}}'
DOCUMENT = f'{{"document_id":"x","kind":"sale_posted","seq":41,"hash":"{A}","lane":"7","record":{{"seq":1}}}}'


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f'{{"lane":"7","seq":41,"hash":"{A}"}}\n', [Anchor("7", 41, A)]),
        (f'{{"seq":41,"hash":"{A}","more":[1]}}', [Anchor("", 41, A)]),
        (f"41 {A}\n  42\t{B} \r\n", [Anchor("", 41, A), Anchor("", 42, B)]),
        (f"{HEADER}\n{DOCUMENT}\n", [Anchor("7", 44, B), Anchor("7", 41, A)]),
        (f'{HEADER}\n{{"seq":42,"hash":"{A}"}}\n', [Anchor("7", 44, B), Anchor("7", 42, A)]),
        (
            f'not json\n[]\n{{"seq":"x"}}\n{{"seq":1,"hash":"short"}}\n{{"seq":0,"hash":"{A}"}}\n2 {B}\n',
            [Anchor("", 2, B)],
        ),
    ],
    ids=["an answer", "without a lane", "plain", "a batch", "a journal", "among other lines"],
)
def test_a_file_is_understood(text: str, wanted: list[Anchor], tmp_path: Path) -> None:
    (tmp_path / "a").write_text(text, encoding="utf-8")
    assert read_anchors(tmp_path / "a") == wanted


@pytest.mark.parametrize("place", ["", "out", "done", "out/done"])
def test_batches_are_found_where_the_connector_leaves_them(place: str, tmp_path: Path) -> None:
    (tmp_path / place).mkdir(parents=True, exist_ok=True)
    (tmp_path / place / "batch-7-41-44.jsonl").write_text(f"{HEADER}\n", encoding="utf-8")
    (tmp_path / place / "items.jsonl").write_text(f"9 {A}\n", encoding="utf-8")
    (tmp_path / place / ".batch-7-1-2.jsonl.part").write_text(f"9 {A}\n", encoding="utf-8")
    assert read_anchors(tmp_path) == find_batches(tmp_path) == [Anchor("7", 44, B)]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"{}\n", b"\0" * 100])
def test_a_file_without_an_anchor_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(NoAnchor, match="there is no anchor"):
        read_anchors(tmp_path / "a")


def test_what_is_not_there_is_said_if_it_was_named(tmp_path: Path) -> None:
    with pytest.raises(NoAnchor, match="cannot be read"):
        read_anchors(tmp_path / "nowhere")
    assert find_batches(tmp_path / "nowhere") == []
