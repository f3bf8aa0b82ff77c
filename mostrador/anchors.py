"""Anchors from files: rows of a journal as the ERP, a folder of batches or a copy has them.

Understood are lines of JSON with `seq` and `hash` (documents of a batch, an exported journal, an ERP's own answer),
with `last_seq` and `head_hash` (headers) and their seal, and lines of a number and a hash with a space between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from domain.seal import Seal, read_statement
from domain.witness import Anchor
from storage.errors import LedgerError

PLACES: Final = ("", "out", "done", "out/done")
"""Where in a folder batches lie: the folder of the connector `files`, its `out/`, or a copy of either."""

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_PLAIN: Final = re.compile(rb"\s*(\d{1,18})\s+([0-9a-f]{64})\s*")


class NoAnchor(LedgerError):
    """An anchor that was named cannot be read, or holds none."""


class _Line(msgspec.Struct):
    """What a line of JSON may say."""

    lane: str = ""
    seq: int = 0
    hash: str = ""
    last_seq: int = 0
    head_hash: str = ""
    seal: Seal | None = None


_DECODE = msgspec.json.Decoder(_Line).decode


def read_anchors(path: Path) -> list[Anchor]:
    """Return the anchors of a file, or of all batches in a folder. Raises `NoAnchor`."""
    try:
        files = _batches(path) if path.is_dir() else [path]
        found = [anchor for file in files for anchor in _of_file(file)]
    except OSError as error:
        raise NoAnchor(f"the anchor {path} cannot be read ({error.strerror}): name another") from error
    if not found:
        raise NoAnchor(f"there is no anchor in {path}: name a file with the number and the hash of a row, or a folder")
    return found


def find_batches(folder: Path) -> list[Anchor]:
    """Return the anchors that a connector's folder has, none where there is no such folder."""
    try:
        return [anchor for file in _batches(folder) for anchor in _of_file(file)]
    except OSError:
        return []


def _batches(folder: Path) -> list[Path]:
    return sorted(path for place in PLACES for path in (folder / place).glob("batch-*.jsonl"))


def _of_file(path: Path) -> Iterator[Anchor]:
    """Yield the anchors of one file; a line that is none is passed over."""
    with path.open("rb") as file:
        lane = ""
        for line in file:
            if plain := _PLAIN.fullmatch(line):
                yield Anchor("", int(plain[1]), plain[2].decode())
                continue
            try:
                said = _DECODE(line)
            except msgspec.MsgspecError:
                continue
            lane = said.lane or lane
            yield from _of_line(said, lane)


def _of_line(said: _Line, lane: str) -> Iterator[Anchor]:
    """Yield what a line of JSON says of rows; the lane is the one that was named last."""
    sealed = read_statement(said.seal) if said.seal else None
    behind = ((sealed.seq, sealed.hash),) if sealed and sealed.lane == lane else ()
    for seq, row_hash in ((said.seq, said.hash), (said.last_seq, said.head_hash), *behind):
        if seq > 0 and _HASH.fullmatch(row_hash):
            yield Anchor(lane, seq, row_hash)
