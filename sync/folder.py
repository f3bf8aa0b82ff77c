"""Files that are there whole or not at all, also after a power cut; and disks that say no, in plain words."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
_NO_FOLDER_FLUSH: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})
"""What some network file systems answer to the flush of a folder: they have no such thing."""


class Disk:
    """The few steps of durable writing, apart, so that a test can fail or die at each."""

    def write(self, descriptor: int, content: bytes) -> None:
        """Write all of a content."""
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]

    def flush(self, descriptor: int) -> None:
        """Make a file's bytes durable."""
        os.fsync(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file its name, in one step."""
        os.rename(old, new)

    def flush_folder(self, folder: Path) -> None:
        """Make the names in a folder durable."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        except OSError as error:
            if error.errno not in _NO_FOLDER_FLUSH:
                raise
        finally:
            os.close(descriptor)

    def put(self, path: Path, content: bytes) -> None:
        """Write a file under a hidden name beside it, flush it, rename it, flush the folder.

        A failed flush is never repeated in place (the kernel forgets what it could not write): the next try
        writes everything again.
        """
        partial = path.with_name(f".{path.name}.part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(partial, flags, 0o666)
        try:
            self.write(descriptor, content)
            self.flush(descriptor)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            raise
        finally:
            os.close(descriptor)
        self.rename(partial, path)
        self.flush_folder(path.parent)


@contextmanager
def reaching(folder: Path) -> Iterator[None]:
    """Map what a disk says to `Unreachable`, with the folder and what to do about it."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, f"{error.strerror or error}: look at the folder")
        where = error.filename if isinstance(error.filename, str | Path) else folder
        raise Unreachable(f"cannot use the ERP's folder {where}: {remedy}") from error
