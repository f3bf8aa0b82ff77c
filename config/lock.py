"""A lock on a file, for one program at a time: the kernel takes it back from a process that dies.

It is an open file description's lock (fcntl(2)): it holds against another thread of the same process too, and it
can be asked about without being taken, so that who only looks is in nobody's way. The file stays behind; removing it
would let two programs hold one each.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_FLOCK: Final = "hhqqi4x"
"""`struct flock`: type, whence, start, length, pid. Length 0 is the whole file; the pid must be 0."""


class Taken(Exception):  # an answer more than an error: each caller has its own words for it
    """Another program, or another part of this one, holds the lock."""


@contextmanager
def hold_file(path: Path) -> Iterator[None]:
    """Hold a file's lock, the file made where it is missing.

    Raises `Taken` at once where it is held, OSError where there can be no such lock.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _whole_file(fcntl.F_WRLCK))
        except (BlockingIOError, PermissionError) as error:
            raise Taken(str(path)) from error
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Say whether a file's lock is held, without taking it. Raises OSError where the file cannot be asked."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _whole_file(fcntl.F_RDLCK))
    finally:
        os.close(descriptor)
    return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)


def _whole_file(kind: int) -> bytes:
    """Return a request for a lock on all of a file."""
    return struct.pack(_FLOCK, kind, os.SEEK_SET, 0, 0, 0)
