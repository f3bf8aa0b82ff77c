"""Files that are there whole or not at all, also after a power cut.

The bytes go under another name beside it, are flushed, get the name, and the folder is flushed: a rename alone may
survive a power cut that its file's bytes do not (fsync(2), rename(2)).
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

NO_FOLDER_FLUSH: Final = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})
"""What some network file systems answer to the flush of a folder: they have no such thing."""


class Disk:
    """The few steps of durable writing, apart, so that a test can fail or die at each. All raise OSError."""

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
            if error.errno not in NO_FOLDER_FLUSH:
                raise
        finally:
            os.close(descriptor)

    def put(self, path: Path, content: bytes, *, partial: Path | None = None, mode: int | None = None) -> None:
        """Write a file under a hidden name beside it (or `partial`), flush it, rename it, flush the folder.

        A file that was there goes with its permissions, unless `mode` gives the new one others. A failed flush is
        never repeated in place (the kernel forgets what it could not write): the next try writes everything again.
        """
        partial = partial or path.with_name(f".{path.name}.part")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
        descriptor = os.open(partial, flags, 0o666)
        try:
            if mode is not None:
                os.fchmod(descriptor, mode)
            self.write(descriptor, content)
            self.flush(descriptor)
        except OSError:
            with suppress(OSError):
                partial.unlink()
            raise
        finally:
            os.close(descriptor)
        self._name(partial, path)

    def settle(self, partial: Path, path: Path) -> None:
        """Flush a file that something else has written whole, give it its name, flush the folder."""
        descriptor = os.open(partial, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self.flush(descriptor)
        finally:
            os.close(descriptor)
        self._name(partial, path)

    def _name(self, partial: Path, path: Path) -> None:
        self.rename(partial, path)
        self.flush_folder(path.parent)
