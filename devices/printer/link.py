"""The way to a printer: one `Link` for each job, opened fresh, closed after it.

A link says exactly how many bytes went out before it failed: none means that the same paper may be sent again,
any means that nobody knows what is on the paper.
"""

from __future__ import annotations

import errno
import os
import select
from typing import Protocol

from devices.errors import LinkError
from devices.printer.outcome import PrintFault

STALL_SECONDS = 3.0
"""How long a printer may take no byte at all before the link is given up."""
BLOCK = 4096

_FAULTS = {
    errno.ENOENT: PrintFault.NOT_FOUND,
    errno.ENXIO: PrintFault.NOT_FOUND,
    errno.ENOTDIR: PrintFault.NOT_FOUND,
    errno.ENODEV: PrintFault.OFFLINE,
    errno.EIO: PrintFault.OFFLINE,
    errno.EPIPE: PrintFault.OFFLINE,
    errno.ECONNREFUSED: PrintFault.OFFLINE,
    errno.ECONNRESET: PrintFault.OFFLINE,
    errno.ECONNABORTED: PrintFault.OFFLINE,
    errno.EHOSTUNREACH: PrintFault.OFFLINE,
    errno.EHOSTDOWN: PrintFault.OFFLINE,
    errno.ENETUNREACH: PrintFault.OFFLINE,
    errno.ENETDOWN: PrintFault.OFFLINE,
    errno.ETIMEDOUT: PrintFault.TIMEOUT,
    errno.EACCES: PrintFault.NO_PERMISSION,
    errno.EPERM: PrintFault.NO_PERMISSION,
    errno.EROFS: PrintFault.NO_PERMISSION,
    errno.EISDIR: PrintFault.BAD_SETTINGS,
    errno.EBUSY: PrintFault.BUSY,
    errno.EAGAIN: PrintFault.BUSY,
}


def fault_of(error: OSError) -> PrintFault:
    """Return the fault that an operating system error means."""
    if isinstance(error, TimeoutError):
        return PrintFault.TIMEOUT
    return _FAULTS.get(error.errno or 0, PrintFault.DEVICE_ERROR)


class Link(Protocol):
    """An open way to a printer; every method may raise `LinkError`."""

    can_answer: bool
    """Whether anything can come back on it."""

    def send(self, data: bytes) -> None:
        """Send all bytes; the error says how many went out."""

    def receive(self, wait_ms: int) -> bytes:
        """Return what comes within so many milliseconds, as soon as something comes; empty if nothing does."""

    def close(self) -> None:
        """Close it, letting what was sent arrive."""


class DescriptorLink:
    """A link over a file descriptor opened without blocking: a USB printer's device, a FIFO, a file."""

    def __init__(self, path: str, flags: int, stall_seconds: float = STALL_SECONDS) -> None:
        self._stall_seconds = stall_seconds
        self.can_answer = flags & os.O_ACCMODE == os.O_RDWR
        try:
            self._fd = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY, 0o640)
        except OSError as error:
            raise LinkError(fault_of(error)) from error

    def send(self, data: bytes) -> None:
        """Send all bytes, waiting whenever the printer takes none."""
        sent = 0
        while sent < len(data):
            try:
                if not select.select([], [self._fd], [], self._stall_seconds)[1]:
                    raise LinkError(PrintFault.TIMEOUT, sent)
                sent += os.write(self._fd, data[sent : sent + BLOCK])
            except BlockingIOError:
                continue
            except OSError as error:
                raise LinkError(self._write_fault(error), sent) from error

    def receive(self, wait_ms: int) -> bytes:
        """Return what comes within the time."""
        if not self.can_answer:
            return b""
        try:
            if not select.select([self._fd], [], [], wait_ms / 1000)[0]:
                return b""
            data = os.read(self._fd, BLOCK)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise LinkError(fault_of(error)) from error
        # an end of file where a printer should be: nothing will ever come, and nobody need wait for it
        self.can_answer = bool(data)
        return data

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._fd)

    def _write_fault(self, error: OSError) -> PrintFault:
        """Return the fault of a failed write; the kernel's printer class says ENOSPC for no paper."""
        if error.errno == errno.ENOSPC and self.can_answer:
            return PrintFault.NO_PAPER
        return fault_of(error)
