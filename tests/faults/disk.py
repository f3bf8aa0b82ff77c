"""What a machine may hold after its power failed: a trace of what a disk was asked to do, and its replay.

A disk keeps what was synced; of the rest it keeps anything. `Disk` replays a `Trace` up to a record K
and builds the files that could be found after a cut at K, in one of four modes:

- `drop`: nothing survives that was not followed by a sync of its file;
- `prefix`: of each file's unsynced writes the first few survive, in order;
- `subset`: any of the unsynced 512-byte sectors survive, now and then out of order (a torn write);
- `all`: everything survives, as after SIGKILL, when the page cache lives on.

The names of files are durable apart from their contents. Model `ext4`: any sync of a file commits all
earlier changes of names. Model `posix`: only a sync of the directory does.
"""

from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import PurePosixPath
from random import Random
from typing import NamedTuple

SECTOR_BYTES = 512
READY = "ready"
ACK = "ack "

_NAMES_SURVIVE = 0.5
_SECTOR_SURVIVES = 0.5
_OUT_OF_ORDER = 0.2


class Op(Enum):
    """What a disk was asked to do, or, with MARK, what the program had promised by then."""

    CREATE = auto()
    WRITE = auto()
    TRUNCATE = auto()
    DELETE = auto()
    SYNC = auto()
    FORGET = auto()  # a sync that failed: the kernel calls the pages clean and never writes them
    DIRSYNC = auto()
    SETTLE = auto()  # an orderly shutdown: everything so far is on the medium
    MARK = auto()


class Mode(Enum):
    """Which unsynced writes survive a cut."""

    DROP = "drop"
    PREFIX = "prefix"
    SUBSET = "subset"
    ALL = "all"


class Model(Enum):
    """Which sync makes the name of a file durable."""

    EXT4 = "ext4"
    POSIX = "posix"


class Record(NamedTuple):
    """One entry of a trace. `offset` is the new size for TRUNCATE; `name` is the text for MARK."""

    op: Op
    name: str = ""
    offset: int = 0
    data: bytes = b""


class Trace:
    """The records of one run, in order. Names are relative to the directory that is traced."""

    def __init__(self) -> None:
        self.records: list[Record] = []

    def add(self, op: Op, name: str = "", offset: int = 0, data: bytes = b"") -> None:
        self.records.append(Record(op, name, offset, data))

    def mark(self, text: str) -> None:
        """Note what the program says now: `READY`, or anything the checker understands."""
        self.add(Op.MARK, text)

    def ack(self, promised: str) -> None:
        """Note that the program has told somebody that `promised` (a sale's UUID) is saved."""
        self.mark(ACK + promised)

    def settle(self) -> None:
        """Take everything so far as on the medium, as after an orderly shutdown and start."""
        self.add(Op.SETTLE)

    def ready_at(self) -> int:
        """Index of the first record after the mark READY; ValueError without one."""
        return self.records.index(Record(Op.MARK, READY)) + 1


@dataclass(frozen=True)
class CutState:
    """The files found after a cut, by name, and how many unsynced writes and names did not survive."""

    files: dict[str, bytes]
    lost_writes: int


@dataclass(eq=False)  # a file is itself, whatever it holds
class _File:
    live: bytearray = field(default_factory=bytearray)
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Record] = field(default_factory=list)

    def change(self, record: Record) -> None:
        _apply(self.live, record)
        self.pending.append(record)

    def sync(self) -> None:
        for record in self.pending:
            _apply(self.durable, record)
        self.pending.clear()


class Disk:
    """Replays a trace record by record; `cut` says what would be found if the power failed now."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._live: dict[str, _File] = {}
        self._durable: dict[str, _File] = {}

    def step(self, record: Record) -> None:
        """Do what the record says; a MARK changes nothing."""
        match record.op:
            case Op.CREATE:
                self._file(record.name)
            case Op.WRITE | Op.TRUNCATE:
                self._file(record.name).change(record)
            case Op.DELETE:
                self._live.pop(record.name, None)
            case Op.FORGET:
                self._file(record.name).pending.clear()
            case _:
                self._persist(record)

    def _persist(self, record: Record) -> None:
        match record.op:
            case Op.SYNC:
                self._file(record.name).sync()
                if self._model is Model.EXT4:
                    self._durable = dict(self._live)
            case Op.DIRSYNC:
                self._sync_names(record.name)
            case Op.SETTLE:
                for file in self._live.values():
                    file.sync()
                self._durable = dict(self._live)

    def _file(self, name: str) -> _File:
        return self._live.setdefault(name, _File())

    def _sync_names(self, directory: str) -> None:
        kept = {name: file for name, file in self._durable.items() if not _is_in(name, directory)}
        new = {name: file for name, file in self._live.items() if _is_in(name, directory)}
        self._durable = kept | new

    def cut(self, mode: Mode, random: Random) -> CutState:
        """The files after a cut at this moment; the same `random` gives the same state again."""
        if mode is Mode.ALL:
            return CutState({name: bytes(file.live) for name, file in self._live.items()}, 0)
        names = self._surviving_names(mode, random)
        files: dict[str, bytes] = {}
        lost_writes = len(names.items() ^ self._live.items())
        for name, file in names.items():
            kept, lost = _surviving(file.pending, mode, random)
            found = bytearray(file.durable)
            for record in kept:
                _apply(found, record)
            files[name] = bytes(found)
            lost_writes += lost
        return CutState(files, lost_writes)

    def _surviving_names(self, mode: Mode, random: Random) -> dict[str, _File]:
        if mode is Mode.DROP:
            return self._durable
        if self._model is Model.EXT4:
            return self._live if random.random() < _NAMES_SURVIVE else self._durable
        found: dict[str, _File] = {}
        for name in sorted(self._live.keys() | self._durable.keys()):
            source = self._live if random.random() < _NAMES_SURVIVE else self._durable
            if name in source:
                found[name] = source[name]
        return found


def cut_random(seed: int, at: int, mode: Mode) -> Random:
    """The chance in one cut state: the same (seed, K, mode) makes the same state again."""
    return Random(f"{seed}/{at}/{mode.value}")


def _is_in(name: str, directory: str) -> bool:
    return str(PurePosixPath(name).parent) == directory


def _apply(content: bytearray, record: Record) -> None:
    missing = record.offset - len(content)
    if missing > 0:
        content.extend(bytes(missing))
    if record.op is Op.TRUNCATE:
        del content[record.offset :]
    else:
        content[record.offset : record.offset + len(record.data)] = record.data


def _surviving(pending: list[Record], mode: Mode, random: Random) -> tuple[list[Record], int]:
    """The changes that survive, and the number of those that do not."""
    if mode is Mode.DROP:
        return [], len(pending)
    if mode is Mode.PREFIX:
        count = random.randint(0, len(pending))
        return pending[:count], len(pending) - count
    pieces = [piece for record in pending for piece in _sectors(record)]
    kept = [piece for piece in pieces if random.random() < _SECTOR_SURVIVES]
    if random.random() < _OUT_OF_ORDER:
        random.shuffle(kept)
    return kept, len(pieces) - len(kept)


def _sectors(record: Record) -> list[Record]:
    if record.op is Op.TRUNCATE:
        return [record]
    return [
        record._replace(offset=record.offset + start, data=record.data[start : start + SECTOR_BYTES])
        for start in range(0, len(record.data), SECTOR_BYTES)
    ]
