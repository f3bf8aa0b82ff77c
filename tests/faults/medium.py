"""A medium that fails for a while: full, broken, read-only, or lying about its syncs.

Every plan counts the faults that it injected: a test in which none was injected has shown nothing.

A fault is an exception of apsw in a VFS, and apsw raises it from the outer call even where SQLite goes on
without it: in the checkpoint that follows a commit, and in the one at close. So a program sees an error
after a commit that is there, as it may with a real disk (a sync of the WAL that fails when the frames
have left already), and `close` may raise where with a real disk it would not.
"""

from dataclasses import dataclass
from enum import Enum

import apsw

FOREVER = 1 << 62


class Call(Enum):
    """What SQLite asks of a file."""

    READ = "read"
    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"


class Medium(Enum):
    """How a medium fails."""

    FULL = "ENOSPC"
    BROKEN = "EIO"
    READ_ONLY = "EROFS"
    FAILING_SYNC = "EIO on sync"
    LYING_SYNC = "a sync that says yes and does nothing"

    def __str__(self) -> str:
        return self.value


# As SQLite's unix VFS reports the same errno.
_CODES: dict[Medium, dict[Call, int]] = {
    Medium.FULL: {Call.WRITE: apsw.SQLITE_FULL},
    Medium.BROKEN: {
        Call.READ: apsw.SQLITE_IOERR_READ,
        Call.WRITE: apsw.SQLITE_IOERR_WRITE,
        Call.TRUNCATE: apsw.SQLITE_IOERR_TRUNCATE,
        Call.SYNC: apsw.SQLITE_IOERR_FSYNC,
    },
    Medium.READ_ONLY: {Call.WRITE: apsw.SQLITE_IOERR_WRITE, Call.TRUNCATE: apsw.SQLITE_IOERR_TRUNCATE},
    Medium.FAILING_SYNC: {Call.SYNC: apsw.SQLITE_IOERR_FSYNC},
    Medium.LYING_SYNC: {Call.SYNC: apsw.SQLITE_OK},
}


@dataclass
class FaultPlan:
    """Fails `calls` calls of the kind that `medium` breaks, beginning with the `at_write`-th write.

    Writes are counted from the moment the plan is given to the VFS; `injected` counts the faults.
    """

    medium: Medium
    at_write: int = 1
    calls: int = FOREVER
    writes: int = 0
    injected: int = 0

    @property
    def is_over(self) -> bool:
        """All its calls have failed: the medium is well again."""
        return self.injected >= self.calls

    def code_for(self, call: Call) -> int | None:
        """SQLite's code for the fault that this call meets (OK: say yes, do nothing); None: do it."""
        if call is Call.WRITE:
            self.writes += 1
        code = _CODES[self.medium].get(call)
        if code is None or self.writes < self.at_write or self.is_over:
            return None
        self.injected += 1
        return code
