"""Which files of a folder are finished: those that look the same twice, some time apart."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple

SETTLE_SECONDS: Final = 1
"""Time between two looks that count; a writer that pauses longer should write under another name and rename."""


class Stamp(NamedTuple):
    """What changes while somebody writes a file, or puts another in its place."""

    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Return the stamp of what the system says of a file."""
        return cls(status.st_ino, status.st_size, status.st_mtime_ns)


class Seen(NamedTuple):
    """What a file looked like, and since when it has."""

    stamp: Stamp
    since_seconds: float


class Look(NamedTuple):
    """What one look has found: files that are finished, and files that may still be written."""

    finished: tuple[Path, ...]
    moving: tuple[Path, ...]


class Watch:
    """Remembers what each file of a folder looked like, and since when."""

    def __init__(self, folder: Path, patterns: Sequence[str]) -> None:
        """Watch the files of a folder whose names match; hidden files and links are never looked at."""
        self._folder = folder
        self._patterns = tuple(patterns)
        self._seen: dict[str, Seen] = {}

    def look(self, elapsed_seconds: float) -> Look:
        """Look once. Raises `OSError` when the folder is not there."""
        found = {path.name: stamp for path in sorted(self._folder.iterdir()) if (stamp := self._stamp(path))}
        old, self._seen = self._seen, {name: Seen(stamp, elapsed_seconds) for name, stamp in found.items()}
        self._seen |= {name: seen for name, seen in old.items() if found.get(name) == seen.stamp}
        settled = elapsed_seconds - SETTLE_SECONDS
        finished = [name for name in found if self._seen[name].since_seconds <= settled]
        moving = [name for name in found if name not in finished]
        return Look(tuple(self._folder / name for name in finished), tuple(self._folder / name for name in moving))

    def _stamp(self, path: Path) -> Stamp | None:
        if path.name.startswith(".") or not any(fnmatchcase(path.name, pattern) for pattern in self._patterns):
            return None
        return stamp_of(path)


def stamp_of(path: Path) -> Stamp | None:
    """Return what a file looks like, None where there is no regular file. Raises `OSError`."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return Stamp.of(found) if stat.S_ISREG(found.st_mode) else None
