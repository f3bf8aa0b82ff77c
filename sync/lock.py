"""One sync per ledger."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from config.lock import Taken, hold_file, is_held
from sync.errors import SyncBusy, Unreachable

LOCK_NAME: Final = "sync.lock"


@contextmanager
def holding(path: Path, busy: str) -> Iterator[None]:
    """Hold a lock file in a lane's data folder; `SyncBusy` with the words given where another has it."""
    with ExitStack() as stack:
        try:
            stack.enter_context(hold_file(path))
        except Taken as error:
            raise SyncBusy(busy) from error
        except OSError as error:
            raise _unlockable(path, error) from error
        yield


@contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the sync's lock of a lane's data folder, or raise `SyncBusy` at once."""
    with holding(data / LOCK_NAME, f"another sync is at work on {data}: it is the one that tells the ERP"):
        yield


def is_running(data: Path) -> bool:
    """Say whether a sync is at work on a lane's data folder, without being in its way."""
    try:
        return is_held(data / LOCK_NAME)
    except OSError as error:
        raise _unlockable(data / LOCK_NAME, error) from error


def _unlockable(path: Path, error: OSError) -> Unreachable:
    return Unreachable(f"cannot lock {path} ({error.strerror}): look at lane.data")
