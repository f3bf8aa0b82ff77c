"""Disks that say no, in plain words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sync.errors import Unreachable

_REMEDIES: Final = {
    errno.ENOSPC: "the disk is full: make room on it",
    errno.EDQUOT: "the quota is used up: make room",
    errno.ENOENT: "it is not there: make or mount it, or set sync.folder to another",
    errno.ENOTDIR: "it is no folder: remove the file, or set sync.folder to another",
    errno.EROFS: "it cannot be written to: mount it for writing, or set sync.folder to another",
    errno.EACCES: "it may not be written to: give the lane's user the right to, or set sync.folder to another",
    errno.EPERM: "it may not be written to: give the lane's user the right to, or set sync.folder to another",
    errno.ESTALE: "the share has gone: mount it again",
    errno.EIO: "the disk or the share fails: look at its cable, its medium and the system's log",
}


@contextmanager
def reaching(folder: Path) -> Iterator[None]:
    """Map what a disk says to `Unreachable`, with the folder and what to do about it."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, f"{error.strerror or error}: look at the folder")
        where = error.filename if isinstance(error.filename, str | Path) else folder
        raise Unreachable(f"cannot use the ERP's folder {where}: {remedy}") from error
