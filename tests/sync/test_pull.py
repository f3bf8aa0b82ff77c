"""Taking what the ERP has left when a connector or an import fails in a way that nobody has thought of."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import peewee
import pytest

from storage.connection import LedgerDatabase
from storage.errors import LedgerError
from sync.clock import Clock
from sync.connector import Answer, CatalogFile, Incoming, Settled
from sync.document import Batch
from sync.errors import Unreachable
from sync.files import FilesConnector
from sync.pull import Pull, PullReport
from sync.push import Say
from sync.round import Sync
from tests.sync.shop import StillClock, open_shop, shop

FIRST = CatalogFile(Path("items-1.csv"), "items", Path("refused"))
SECOND = CatalogFile(Path("items-2.csv"), "items", Path("refused"))


class Leaving:
    """An ERP that leaves two catalogues; `fault` is raised where `at` says."""

    def __init__(self, at: str = "", fault: Exception | None = None) -> None:
        self.settled: list[tuple[str, Settled]] = []
        self._at, self._fault = at, fault

    def _fail(self, at: str) -> None:
        if self._fault and at == self._at:
            raise self._fault

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        raise AssertionError("nothing was sold")

    def incoming(self) -> Iterator[Incoming]:
        self._fail("incoming")
        return self._all()

    def _all(self) -> Iterator[Incoming]:
        yield FIRST
        self._fail("next")
        yield SECOND

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        self._fail("settle")
        assert isinstance(incoming, CatalogFile)
        self.settled.append((incoming.path.name, settled))

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    opened = open_shop(shop(tmp_path))
    yield opened
    opened.close()


def pull(db: LedgerDatabase, erp: Leaving, fault: Callable[[], None] = lambda: None) -> PullReport:
    """Pull once; `fault` happens while the first file is imported."""

    def take(db: LedgerDatabase, file: CatalogFile, say: Say) -> Settled:
        if file is FIRST:
            fault()
        return Settled(True, ("1 row",))

    return Pull(db, erp, take, StillClock(), lambda _: None).run()


def raising(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", [KeyError("sku"), ValueError("\x1b[2J"), RecursionError(), MemoryError()])
def test_a_file_over_which_the_import_stumbles_is_refused_and_stops_no_other(
    db: LedgerDatabase, error: Exception
) -> None:
    erp = Leaving()
    report = pull(db, erp, raising(error))
    assert (report.taken, report.refused, report.problem) == (("items-2.csv",), ("items-1.csv",), None)
    (line,) = erp.settled[0][1].report
    assert type(error).__name__ in line
    assert "report it" in line
    assert "\x1b" not in line


def test_a_disk_that_fails_is_no_fault_of_the_file(db: LedgerDatabase) -> None:
    erp = Leaving()
    report = pull(db, erp, raising(OSError(5, "Input/output error")))
    assert isinstance(report.problem, Unreachable)
    assert "items-1.csv (Input/output error)" in str(report.problem)
    assert erp.settled == []


def test_a_ledger_that_fails_is_no_fault_of_the_file(db: LedgerDatabase) -> None:
    erp = Leaving()
    with pytest.raises(LedgerError, match="disk I/O error"):
        pull(db, erp, raising(peewee.OperationalError("disk I/O error")))
    assert erp.settled == []


@pytest.mark.parametrize(("at", "taken"), [("incoming", ()), ("next", ("items-1.csv",)), ("settle", ())])
def test_a_connector_that_stumbles_is_asked_again_later(db: LedgerDatabase, at: str, taken: tuple[str, ...]) -> None:
    report = pull(db, Leaving(at, TypeError("no\x9b such field")))
    assert report.taken == taken
    assert isinstance(report.problem, Unreachable)
    assert "the connector failed (TypeError: no such field)" in str(report.problem)


def test_a_round_survives_all_of_it(tmp_path: Path, db: LedgerDatabase) -> None:
    for at in ("incoming", "next", "settle"):
        sync = Sync(db, Leaving(at, RuntimeError("?")), shop(tmp_path), Clock(), lambda _: None, _take)
        assert "the connector failed" in sync.round().problem


def _take(db: LedgerDatabase, file: CatalogFile, say: Say) -> Settled:
    return Settled(True, ("1 row",))


def test_a_file_whose_name_is_no_text_is_taken_like_any_other(tmp_path: Path, db: LedgerDatabase) -> None:
    incoming = tmp_path / "erp" / "in"
    incoming.mkdir(parents=True)
    for name in (b"items-\xff.csv", b"ack-\xff.jsonl"):
        path = os.path.join(os.fsencode(incoming), name)
        with open(path, "wb") as file:
            file.write(b'{"document_id":"nobody","rejected":"no"}\n')
    said: list[str] = []
    report = Pull(db, FilesConnector(tmp_path / "erp", StillClock()), _take, StillClock(), said.append).run()
    assert report.problem is None
    assert [os.fsencode(name) for name in report.taken] == [b"items-\xff.csv", b"ack-\xff.jsonl"]
    assert not any(path.is_file() for path in incoming.iterdir())
