"""Durable writing: the order of its steps, and what is left where one of them fails."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from config.durable import Disk


class FailingDisk(Disk):
    """Notes its steps and fails at one of them."""

    def __init__(self, at: str = "") -> None:
        self.steps: list[str] = []
        self._at = at

    def _step(self, name: str) -> None:
        self.steps.append(name)
        if name == self._at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    def write(self, descriptor: int, content: bytes) -> None:
        self._step("write")
        super().write(descriptor, content)

    def flush(self, descriptor: int) -> None:
        self._step("flush")
        super().flush(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        self._step("rename")
        super().rename(old, new)

    def flush_folder(self, folder: Path) -> None:
        self._step("folder")
        super().flush_folder(folder)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "z.jsonl"
    path.write_text("old")
    return path


def test_the_bytes_are_durable_before_the_name_and_the_name_before_the_end(path: Path) -> None:
    disk = FailingDisk()
    disk.put(path, b"new")
    assert disk.steps == ["write", "flush", "rename", "folder"]
    assert path.read_bytes() == b"new"
    assert os.listdir(path.parent) == ["z.jsonl"]


@pytest.mark.parametrize("step", ["write", "flush"])
def test_a_step_that_fails_leaves_the_old_file_and_nothing_beside_it(step: str, path: Path) -> None:
    with pytest.raises(OSError, match="Input/output"):
        FailingDisk(step).put(path, b"new")
    assert path.read_text() == "old"
    assert os.listdir(path.parent) == ["z.jsonl"]


def test_a_file_that_something_else_wrote_is_flushed_and_named(path: Path) -> None:
    partial = path.with_name("z.part")
    partial.write_text("copied")
    disk = FailingDisk()
    disk.settle(partial, path)
    assert disk.steps == ["flush", "rename", "folder"]
    assert path.read_text() == "copied"
    assert not partial.exists()


def test_a_copy_that_cannot_be_flushed_does_not_get_the_name(path: Path) -> None:
    partial = path.with_name("z.part")
    partial.write_text("copied")
    with pytest.raises(OSError, match="Input/output"):
        FailingDisk("flush").settle(partial, path)
    assert path.read_text() == "old"


def test_permissions_are_those_that_are_asked_for(path: Path) -> None:
    Disk().put(path, b"new", mode=0o600)
    assert path.stat().st_mode & 0o777 == 0o600
