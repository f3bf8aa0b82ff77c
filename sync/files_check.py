"""What `mostrador sync check` says of the files connector's folder: whether it can be used, and by whom else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from domain.text import safe_text
from sync.check import Finding
from sync.folder import reaching
from sync.in_folder import PATTERNS

SENT: Final = ("out", "out/done")
_BATCH: Final = re.compile(r"batch-(?P<lane>.+?)-\d+-\d+(?:-r\d+)?\.[a-z.]+")
_TIMED: Final = re.compile(r"\d{8}T\d{6}\.\d+Z-")
"""What stands before the name of a file that was taken."""
_CATALOGUES: Final = tuple(pattern for pattern in PATTERNS if not pattern.startswith("ack-"))
_SHOWN: Final = 10


def check_folder(root: Path, lane: str) -> tuple[Finding, ...]:
    """Return what there is to say of a lane's folder. Raises `Unreachable`."""
    with reaching(root):
        root.stat()
        others = sorted({found for found in _lanes(root) if found != lane})
        taken = any(_is_catalogue(path.name) for place in ("in", "in/done") for path in _files(root / place))
    if not others:
        return (Finding("folder", True, "no other lane has left anything in it"),)
    named = safe_text(", ".join(others[:_SHOWN]), 120)
    if not taken:
        text = f"lanes that use it too: {named}. What is left in in/ is taken by one of them only"
        return (Finding("folder", True, text),)
    text = (
        f"lanes that use it too: {named}. A file in in/ is taken by one of them and the others never see it: "
        "give each lane a folder of its own in sync.folder, and leave catalogues in each"
    )
    return (Finding("folder", False, text),)


def _lanes(root: Path) -> Iterator[str]:
    """Yield whose batches lie in a folder or have been read from it."""
    for place in SENT:
        for path in _files(root / place):
            if found := _BATCH.fullmatch(path.name):
                yield found["lane"]


def _files(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder, nothing where it has not been made yet."""
    if folder.is_dir():
        yield from folder.iterdir()


def _is_catalogue(name: str) -> bool:
    return any(fnmatchcase(_TIMED.sub("", name, count=1), pattern) for pattern in _CATALOGUES)
