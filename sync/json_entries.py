"""The entries of a list in a JSON file, found without making anything of them: no file may fill the memory.

A packed file of some kilobytes can hold tens of millions of entries, or one with as many keys. So the file is looked
over once as JSON, its list is cut where its entries end, and each is decoded when its turn comes.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from typing import Final

import msgspec

from domain.text import safe_text
from sync.catalog_text import UnreadableFile

MAX_ENTRIES: Final = 1_000_000
MAX_ENTRY_BYTES: Final = 100_000
"""What is longer is no entry of any catalogue."""
_TOLD_BYTES: Final = 1_000_000
"""Up to this size a file's other keys are told; a larger one could have millions."""
_TEXT: Final = rb'"(?:[^"\\]++|\\.)*+"'
_OBJECT: Final = rb'\{(?:[^"{}]++|%b)*+\}' % _TEXT
_LIST: Final = rb'\[(?:[^"{}\[\]]++|%b)*+\]' % _TEXT
_MARKS: Final = re.compile(b"|".join((_OBJECT, _LIST, _TEXT, rb"[{}\[\],]")), re.DOTALL)
"""What says where an entry ends, in well-formed JSON: an object or a list without others in one piece, for speed."""


class Entries:
    """The entries of a list, each as its bytes, with blanks around them; empty for one that is too long."""

    def __init__(self, content: memoryview, name: str) -> None:
        """Cut a list that is well-formed JSON. Raises `UnreadableFile` where it has too many entries."""
        self._content = content
        self._ends = array("I")
        for end in _ends(content):
            if len(self._ends) == MAX_ENTRIES:
                raise UnreadableFile(f"{name} has more than {MAX_ENTRIES} entries: split it")
            self._ends.append(end)

    def __len__(self) -> int:
        """Return how many entries there are."""
        return len(self._ends)

    def __iter__(self) -> Iterator[memoryview]:
        """Yield them in their order."""
        start = 1
        for end in self._ends:
            yield self._content[start : end if end - start <= MAX_ENTRY_BYTES else start]
            start = end + 1


def find_entries(content: bytes, key: str, name: str) -> Entries:
    """Return the entries of the list that a file's object has under `key`. Raises `UnreadableFile`."""
    form = f'write {{"{key}": [{{…}}, …]}} as docs/import.md says'
    document = msgspec.defstruct("document", [("entries", msgspec.Raw, msgspec.Raw())], rename={"entries": key})
    try:
        found = memoryview(msgspec.json.decode(content, type=document).entries)  # type: ignore[attr-defined]
        if not found:
            raise UnreadableFile(f"{name} has no list {key!r} (it has: {_keys_of(content)}): {form}")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise UnreadableFile(f"{name} is no JSON of entries in UTF-8 ({error}): {form}") from error
    if bytes(found[:1]) != b"[":
        raise UnreadableFile(f"{name} is no JSON of entries ({key!r} is no list): {form}")
    return Entries(found, name)


def _keys_of(content: bytes) -> str:
    if len(content) > _TOLD_BYTES:
        return "too much to tell"
    return ", ".join(safe_text(key) for key in msgspec.json.decode(content, type=dict[str, msgspec.Raw]))[:200]


def _ends(content: memoryview) -> Iterator[int]:
    """Yield where each entry of a list ends: at a comma between two, and at the end of the list."""
    depth = 1
    for mark in _MARKS.finditer(content, 1):
        at, length = mark.start(), mark.end() - mark.start()
        if length > 1:
            continue
        if content[at] in b"[{":
            depth += 1
        elif content[at] in b"]}":
            depth -= 1
        elif depth == 1:
            yield at
    if not _is_blank(content[1:-1]):
        yield len(content) - 1


def _is_blank(content: memoryview) -> bool:
    return re.fullmatch(rb"[ \t\r\n]*+", content) is not None
