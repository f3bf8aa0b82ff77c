"""A lock on a file: one holder, lookers in nobody's way, and the dead hold nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from config.lock import Taken, hold_file, is_held

HOLDER = """
import pathlib, sys
from config.lock import hold_file
with hold_file(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_told_at_once_and_a_looker_takes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lane.lock"
    assert not is_held(path)
    with hold_file(path):
        assert is_held(path)
        assert is_held(path)
        with pytest.raises(Taken), hold_file(path):
            pass
        assert is_held(path)
    assert not is_held(path)
    assert path.exists()
    with hold_file(path):
        pass


def test_a_process_that_is_killed_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lane.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_held(path)
        with pytest.raises(Taken), hold_file(path):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert not is_held(path)


def test_where_no_file_can_be_made_it_is_an_error_and_no_answer(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), hold_file(tmp_path / "nowhere" / "lane.lock"):
        pass
    (tmp_path / "folder.lock").mkdir()
    with pytest.raises(IsADirectoryError), hold_file(tmp_path / "folder.lock"):
        pass
