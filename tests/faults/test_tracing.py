"""The tracing VFS under peewee, and its guards."""

from collections.abc import Iterator
from pathlib import Path

import apsw
import peewee
import pytest
from playhouse.apsw_ext import APSWDatabase

from tests.faults.disk import Op
from tests.faults.medium import FaultPlan, Medium
from tests.faults.tracing import TracingVFS, UntracedError


@pytest.fixture
def vfs(tmp_path: Path) -> Iterator[TracingVFS]:
    with TracingVFS(tmp_path) as traced:
        yield traced


def opened(vfs: TracingVFS) -> APSWDatabase:
    database = APSWDatabase(
        str(vfs.root / "a.db"),
        vfs=vfs.name,
        pragmas={"journal_mode": "wal", "synchronous": "full"},
        lock_type="IMMEDIATE",
        autoconnect=False,
    )
    database.connect()
    return database


def ops_since(vfs: TracingVFS, start: int) -> list[tuple[Op, str]]:
    return [(record.op, record.name) for record in vfs.trace.records[start:]]


def test_peewee_opens_on_it_and_each_commit_is_synced(vfs: TracingVFS) -> None:
    database = opened(vfs)
    with database.atomic():
        database.execute_sql("CREATE TABLE t (n INTEGER) STRICT")
    start = len(vfs.trace.records)
    with database.atomic():
        database.execute_sql("INSERT INTO t VALUES (1)")
    ops = ops_since(vfs, start)
    assert ops[0] == (Op.WRITE, "a.db-wal")
    assert ops[-1] == (Op.SYNC, "a.db-wal")
    database.close()
    assert (Op.DELETE, "a.db-wal") in ops_since(vfs, start)
    vfs.prove()


def test_the_first_sync_of_a_new_wal_syncs_the_directory(vfs: TracingVFS) -> None:
    database = opened(vfs)
    with database.atomic():
        database.execute_sql("CREATE TABLE t (n INTEGER) STRICT")
    ops = ops_since(vfs, 0)
    assert ops[ops.index((Op.SYNC, "a.db-wal")) + 1] == (Op.DIRSYNC, ".")
    database.close()


def test_an_address_names_it_too(vfs: TracingVFS) -> None:
    flags = apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
    connection = apsw.Connection(f"file:{vfs.root}/b.db?vfs={vfs.name}", flags=flags)
    connection.execute("CREATE TABLE t (n INTEGER) STRICT")
    connection.close()
    assert (Op.SYNC, "b.db") in ops_since(vfs, 0)
    vfs.prove()


def test_files_elsewhere_are_no_part_of_the_trace(tmp_path: Path) -> None:
    (tmp_path / "lane").mkdir()
    with TracingVFS(tmp_path / "lane") as vfs:
        connection = apsw.Connection(str(tmp_path / "other.db"), vfs=vfs.name)
        connection.execute("CREATE TABLE t (n INTEGER) STRICT")
        connection.close()
        assert vfs.trace.records == []


def test_a_change_behind_the_trace_is_found(vfs: TracingVFS) -> None:
    database = opened(vfs)
    database.execute_sql("CREATE TABLE t (n INTEGER) STRICT")
    database.close()
    vfs.prove()
    untraced = apsw.Connection(str(vfs.root / "a.db"))
    untraced.execute("INSERT INTO t VALUES (1)")
    untraced.close()
    with pytest.raises(UntracedError, match=r"a\.db"):
        vfs.prove()


@pytest.mark.parametrize("medium", [Medium.FULL, Medium.BROKEN, Medium.READ_ONLY, Medium.FAILING_SYNC])
def test_a_fault_reaches_peewee_as_an_error_and_leaves_when_it_is_over(vfs: TracingVFS, medium: Medium) -> None:
    database = opened(vfs)
    database.execute_sql("CREATE TABLE t (n INTEGER) STRICT")
    vfs.plan = FaultPlan(medium, calls=1)
    with pytest.raises(peewee.DatabaseError), database.atomic():
        database.execute_sql("INSERT INTO t VALUES (1)")
    assert vfs.plan.injected == 1
    database.close()
    database.connect()
    with database.atomic():
        database.execute_sql("INSERT INTO t VALUES (2)")
    assert database.execute_sql("SELECT n FROM t").fetchall() == [(2,)]
    database.close()


def test_a_plan_waits_for_its_write_and_ends_after_its_calls(vfs: TracingVFS) -> None:
    database = opened(vfs)
    database.execute_sql("CREATE TABLE t (n INTEGER) STRICT")
    vfs.plan = FaultPlan(Medium.FULL, at_write=1_000_000)
    database.execute_sql("INSERT INTO t VALUES (1)")
    database.close()
    assert vfs.plan.writes > 0
    assert vfs.plan.injected == 0


def test_a_lying_sync_is_counted_and_not_recorded(vfs: TracingVFS) -> None:
    database = opened(vfs)
    vfs.plan = FaultPlan(Medium.LYING_SYNC)
    database.execute_sql("CREATE TABLE t (n INTEGER) STRICT")
    assert vfs.plan.injected > 0
    assert all(op is not Op.SYNC for op, name in ops_since(vfs, 0) if name == "a.db-wal")
    vfs.plan = None
    database.close()
