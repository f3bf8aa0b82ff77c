"""The replay: what survives a cut, in each mode and model."""

import pytest

from tests.faults.disk import SECTOR_BYTES, Disk, Mode, Model, Op, Record, Trace, cut_random


def replayed(model: Model, *records: Record) -> Disk:
    disk = Disk(model)
    for record in records:
        disk.step(record)
    return disk


def found(disk: Disk, mode: Mode, seed: int = 1) -> dict[str, bytes]:
    return disk.cut(mode, cut_random(seed, 0, mode)).files


WRITTEN = Record(Op.WRITE, "a", 0, b"old")
SYNCED = Record(Op.SYNC, "a")
CHANGED = Record(Op.WRITE, "a", 0, b"new")
DELETED = Record(Op.DELETE, "a")
DIRECTORY = Record(Op.DIRSYNC, ".")


def test_an_unsynced_write_is_dropped_and_a_synced_one_is_not() -> None:
    disk = replayed(Model.EXT4, WRITTEN, SYNCED, CHANGED)
    assert found(disk, Mode.DROP) == {"a": b"old"}
    assert found(disk, Mode.ALL) == {"a": b"new"}
    assert disk.cut(Mode.DROP, cut_random(1, 0, Mode.DROP)).lost_writes == 1


def test_the_name_of_a_new_file_needs_a_sync_of_the_directory_in_posix_only() -> None:
    assert found(replayed(Model.EXT4, WRITTEN, SYNCED), Mode.DROP) == {"a": b"old"}
    assert found(replayed(Model.POSIX, WRITTEN, SYNCED), Mode.DROP) == {}
    assert found(replayed(Model.POSIX, WRITTEN, SYNCED, DIRECTORY), Mode.DROP) == {"a": b"old"}


@pytest.mark.parametrize("model", Model)
def test_a_deleted_file_comes_back_until_its_directory_is_synced(model: Model) -> None:
    deleted = (WRITTEN, SYNCED, DIRECTORY, DELETED)
    assert found(replayed(model, *deleted), Mode.DROP) == {"a": b"old"}
    assert found(replayed(model, *deleted), Mode.ALL) == {}
    assert found(replayed(model, *deleted, DIRECTORY), Mode.DROP) == {}


def test_a_sync_of_one_directory_leaves_the_names_in_another() -> None:
    below = Record(Op.WRITE, "below/b", 0, b"b")
    disk = replayed(Model.POSIX, WRITTEN, below, SYNCED, Record(Op.SYNC, "below/b"), DIRECTORY)
    assert found(disk, Mode.DROP) == {"a": b"old"}


def test_a_prefix_keeps_the_order_of_the_writes() -> None:
    writes = [Record(Op.WRITE, "a", at, b"x") for at in range(8)]
    disk = replayed(Model.EXT4, Record(Op.CREATE, "a"), SYNCED, *writes)
    sizes = {len(found(disk, Mode.PREFIX, seed)["a"]) for seed in range(200)}
    assert sizes == set(range(9))


def test_a_subset_tears_a_write_at_its_sectors_and_may_skip_any() -> None:
    page = b"".join(bytes([number]) * SECTOR_BYTES for number in (1, 2, 3))
    disk = replayed(Model.EXT4, Record(Op.CREATE, "a"), SYNCED, Record(Op.WRITE, "a", 0, page))
    seen = set()
    for seed in range(200):
        content = found(disk, Mode.SUBSET, seed)["a"]
        sectors = [content[at : at + SECTOR_BYTES] for at in range(0, len(content), SECTOR_BYTES)]
        assert all(len(set(sector)) == 1 for sector in sectors)
        seen.add(tuple(sector[0] for sector in sectors))
    assert seen == {(), (1,), (0, 2), (1, 2), (0, 0, 3), (1, 0, 3), (0, 2, 3), (1, 2, 3)}


def test_an_unsynced_truncation_may_be_lost() -> None:
    disk = replayed(Model.EXT4, WRITTEN, SYNCED, Record(Op.TRUNCATE, "a", 1))
    assert found(disk, Mode.DROP) == {"a": b"old"}
    assert found(disk, Mode.ALL) == {"a": b"o"}
    assert {found(disk, Mode.SUBSET, seed)["a"] for seed in range(20)} == {b"old", b"o"}


def test_what_a_failed_sync_forgot_no_later_sync_brings_back() -> None:
    disk = replayed(Model.EXT4, WRITTEN, SYNCED, CHANGED, Record(Op.FORGET, "a"), SYNCED)
    assert found(disk, Mode.DROP) == {"a": b"old"}
    assert found(disk, Mode.ALL) == {"a": b"new"}


@pytest.mark.parametrize("model", Model)
def test_an_orderly_shutdown_keeps_everything(model: Model) -> None:
    disk = replayed(model, WRITTEN, SYNCED, CHANGED, Record(Op.SETTLE))
    assert found(disk, Mode.DROP) == {"a": b"new"}


@pytest.mark.parametrize("mode", Mode)
def test_the_same_seed_moment_and_mode_make_the_same_state(mode: Mode) -> None:
    writes = [Record(Op.WRITE, name, at, b"y" * 700) for at in range(0, 9000, 700) for name in "abc"]
    disk = replayed(Model.POSIX, *writes, DIRECTORY)
    assert found(disk, mode, seed=5) == found(disk, mode, seed=5)
    if mode in (Mode.PREFIX, Mode.SUBSET):
        assert found(disk, mode, seed=5) != found(disk, mode, seed=6)


def test_a_trace_knows_when_it_was_ready() -> None:
    trace = Trace()
    with pytest.raises(ValueError, match="not in list"):
        trace.ready_at()
    trace.add(Op.CREATE, "a")
    trace.mark("ready")
    assert trace.ready_at() == 2
