"""An SQLite VFS that writes down what the database asks of the disk, and can make the disk fail.

Open any connection on it by its name: `apsw.Connection(path, vfs=vfs.name)`,
`APSWDatabase(path, vfs=vfs.name)` or `file:…?vfs=NAME`. The files are real and hold what a process
would see; syncs are only recorded, for the replay decides what they were worth.

SQLite's own unix VFS syncs the directory at the first sync of a new journal or WAL; that call does
not pass through a VFS above it, so it is recorded here.
"""

# ruff: noqa: N802  (the names of the methods are SQLite's)

from itertools import count
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

import apsw

from tests.faults.disk import Disk, Mode, Model, Op, Trace, cut_random
from tests.faults.medium import Call, FaultPlan

_NUMBERS = count(1)
_JOURNALS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL | apsw.SQLITE_OPEN_WAL


class UntracedError(AssertionError):
    """A file was changed behind the trace: its replay would show states that never were."""


class TracingVFS(apsw.VFS):
    """Records every change below `root`, which is empty at first; `plan` makes the medium fail."""

    def __init__(self, root: Path, plan: FaultPlan | None = None) -> None:
        self.root = root.resolve()
        self.trace = Trace()
        self.plan = plan
        self.name = f"traced-{next(_NUMBERS)}"
        super().__init__(self.name, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unregister()

    def name_of(self, filename: str | apsw.URIFilename | None) -> str | None:
        """The name below root; None for SQLite's nameless temporary files and for files elsewhere."""
        if filename is None:
            return None
        full = Path(filename.filename() if isinstance(filename, apsw.URIFilename) else filename)
        return full.relative_to(self.root).as_posix() if full.is_relative_to(self.root) else None

    def is_refused(self, call: Call) -> bool:
        """Raise the planned fault; True where the call is to say yes and do nothing."""
        code = self.plan.code_for(call) if self.plan else None
        if code is None:
            return False
        if code == apsw.SQLITE_OK:
            return True
        raise apsw.exception_for(code)

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return TracedFile(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        name = self.name_of(filename)
        if name is None:
            return
        self.trace.add(Op.DELETE, name)
        if syncdir:
            self.trace.add(Op.DIRSYNC, _directory(name))

    def prove(self) -> None:
        """Replay the whole trace and compare it with the real files; UntracedError if they differ."""
        disk = Disk(Model.EXT4)
        for record in self.trace.records:
            disk.step(record)
        for name, content in disk.cut(Mode.ALL, cut_random(0, 0, Mode.ALL)).files.items():
            path = self.root / name
            if not path.exists() or path.read_bytes() != content:
                raise UntracedError(name)


class TracedFile(apsw.VFSFile):
    """One open file; without a name below the root it is passed through."""

    def __init__(self, vfs: TracingVFS, filename: str | apsw.URIFilename | None, flags: list[int]) -> None:
        super().__init__("", filename, flags)
        self._vfs = vfs
        self._name = vfs.name_of(filename)
        self._has_new_name = bool(flags[0] & _JOURNALS) and bool(flags[0] & apsw.SQLITE_OPEN_CREATE)
        self._record(Op.CREATE)

    def _record(self, op: Op, offset: int = 0, data: bytes = b"") -> None:
        if self._name is not None:
            self._vfs.trace.add(op, self._name, offset, data)

    def xRead(self, amount: int, offset: int) -> bytes:
        self._vfs.is_refused(Call.READ)
        return super().xRead(amount, offset)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._vfs.is_refused(Call.WRITE)
        super().xWrite(data, offset)
        self._record(Op.WRITE, offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:
        self._vfs.is_refused(Call.TRUNCATE)
        super().xTruncate(newsize)
        self._record(Op.TRUNCATE, newsize)

    def xSync(self, flags: int) -> None:
        try:
            if self._vfs.is_refused(Call.SYNC):
                return
        except apsw.Error:
            self._record(Op.FORGET)
            raise
        self._record(Op.SYNC)
        if self._has_new_name and self._name is not None:
            self._vfs.trace.add(Op.DIRSYNC, _directory(self._name))
            self._has_new_name = False


def _directory(name: str) -> str:
    return str(PurePosixPath(name).parent)
