"""The sync's log when the lane has started it: lines with their time, and never more than two small files."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from domain.text import safe_text
from sync.clock import Clock, stamp

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
    """Says lines to a stream, each with its time; the file behind it is emptied into `sync.log.1` when large."""

    def __init__(self, stream: TextIO, folder: Path, clock: Clock, cap_bytes: int = CAP_BYTES) -> None:
        """Cap the stream's file only if it is the log in this folder: any other is its owner's."""
        self._stream = stream
        self._path = folder / LOG_NAME
        self._clock = clock
        self._cap = cap_bytes

    def say(self, text: str) -> None:
        """Write one line."""
        self._stream.write(f"{stamp(self._clock.now())} {safe_text(text, LINE_LENGTH)}\n")
        self._stream.flush()
        self._cut()

    def _cut(self) -> None:
        """Copy and empty the log: whoever opened it for appending goes on at its new start."""
        try:
            descriptor = self._stream.fileno()
            found, log = os.fstat(descriptor), self._path.stat()
            if found.st_size > self._cap and (found.st_dev, found.st_ino) == (log.st_dev, log.st_ino):
                shutil.copyfile(self._path, _older(self._path))
                os.ftruncate(descriptor, 0)
        except OSError:
            return


def _older(path: Path) -> Path:
    return path.with_name(f"{path.name}.1")
