"""One sync per ledger: a lock that the kernel takes back from a process that dies.

It is an open file description's lock (fcntl(2)), for that kind can be asked about without being taken: who only
looks must not make a sync that starts at that moment believe that another is at work.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sync.errors import SyncBusy, Unreachable

LOCK_NAME: Final = "sync.lock"
_FLOCK: Final = "hhqqi4x"
"""`struct flock`: type, whence, start, length, pid. Length 0 is the whole file; the pid must be 0."""


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the lock of a lane's data folder, or raise `SyncBusy` at once.

    The file stays behind: it is the lock on it that counts, and removing it would let two hold one each.
    """
    try:
        descriptor = os.open(data / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise Unreachable(f"cannot lock {data / LOCK_NAME} ({error.strerror}): look at lane.data") from error
    try:
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _whole_file(fcntl.F_WRLCK))
        except (BlockingIOError, PermissionError) as error:
            raise SyncBusy(f"another sync is at work on {data}: it is the one that tells the ERP") from error
        yield
    finally:
        os.close(descriptor)


def is_running(data: Path) -> bool:
    """Say whether a sync is at work on a lane's data folder, without being in its way."""
    try:
        descriptor = os.open(data / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise Unreachable(f"cannot look at {data / LOCK_NAME} ({error.strerror}): look at lane.data") from error
    try:
        answer = fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, _whole_file(fcntl.F_RDLCK))
    finally:
        os.close(descriptor)
    return bool(struct.unpack(_FLOCK, answer)[0] != fcntl.F_UNLCK)


def _whole_file(kind: int) -> bytes:
    """Return a request for a lock on all of a file."""
    return struct.pack(_FLOCK, kind, os.SEEK_SET, 0, 0, 0)
