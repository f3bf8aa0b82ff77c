"""One sync per ledger: a lock that the kernel takes back from a process that dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sync.errors import SyncBusy, Unreachable

LOCK_NAME: Final = "sync.lock"


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
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SyncBusy(f"another sync is at work on {data}: it is the one that tells the ERP") from error
        yield
    finally:
        os.close(descriptor)


def is_running(data: Path) -> bool:
    """Say whether a sync is at work on a lane's data folder."""
    if not (data / LOCK_NAME).exists():
        return False
    try:
        with only_one(data):
            return False
    except SyncBusy:
        return True
