"""The sync's log when the lane has started it: lines with their time, and never more than two small files."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from domain.instant import stamp
from domain.text import safe_text
from sync.clock import Clock

LOG_NAME: Final = "sync.log"
CAP_BYTES: Final = 1_000_000
LINE_LENGTH: Final = 500


def open_log(folder: Path) -> BinaryIO:
    """Open the log for the output of a new process; one that has grown large is put aside as `sync.log.1`."""
    path = folder / LOG_NAME
    if path.exists() and path.stat().st_size > CAP_BYTES:
        os.replace(path, _older(path))
    return path.open("ab", buffering=0)


class Log:
    """Says lines to a stream. In the lane's own log they are JSON with their time, and the file is kept small."""

    def __init__(self, stream: TextIO, folder: Path, clock: Clock, cap_bytes: int = CAP_BYTES) -> None:
        """Find out whether the stream is the log in this folder: any other file is its owner's."""
        self._stream = stream
        self._path = folder / LOG_NAME
        self._clock = clock
        self._cap = cap_bytes
        self._is_log = _is_same(stream, self._path)

    def say(self, text: str) -> None:
        """Write one line, without anything that could move a cursor."""
        safe = safe_text(text, LINE_LENGTH)
        line = {"at": stamp(self._clock.now()), "level": "info", "name": "mostrador.sync", "text": safe}
        self._stream.write(f"{json.dumps(line) if self._is_log else safe}\n")
        self._stream.flush()
        if self._is_log:
            self._cut()

    def _cut(self) -> None:
        """Copy and empty a large log: whoever has it open for appending goes on at its new start."""
        descriptor = self._stream.fileno()
        with suppress(OSError):
            if os.fstat(descriptor).st_size > self._cap:
                shutil.copyfile(self._path, _older(self._path))
                os.ftruncate(descriptor, 0)


def _is_same(stream: TextIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except OSError:
        return False


def _older(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
