"""The kernel's input devices as this room sees them, and evdev as their one real source.

The protocols are the few calls of python-evdev that we need; tests bring their own.
"""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, cast

from devices.errors import ScannerUnavailableError
from devices.scanner.scanned import ScannerState

EV_KEY = 1
_EVIOCSCLOCKID = 0x400445A0
_CLOCK_MONOTONIC = 1


class InputEvent(Protocol):
    """One event; its instant is on the monotonic clock where the kernel lets us choose."""

    sec: int
    usec: int
    type: int
    code: int
    value: int


class HardwareInfo(Protocol):
    """Who made a device, by the numbers of its bus."""

    @property
    def vendor(self) -> int:
        """The maker."""

    @property
    def product(self) -> int:
        """The maker's product."""


class InputDevice(Protocol):
    """An open `/dev/input/event*`; `OSError(ENODEV)` from any call means unplugged: close it for good."""

    path: str
    name: str
    phys: str
    uniq: str
    fd: int

    @property
    def info(self) -> HardwareInfo:
        """Vendor and product."""

    def capabilities(self) -> Mapping[int, Sequence[object]]:
        """Event types and their codes."""

    def active_keys(self) -> Sequence[int]:
        """Keys that are down."""

    def grab(self) -> None:
        """Take the device for this process alone; `OSError(EBUSY)` if another has it."""

    def ungrab(self) -> None:
        """Give it back."""

    def read(self) -> Iterable[InputEvent]:
        """Events that wait; `BlockingIOError` if none."""

    def close(self) -> None:
        """Close it; the kernel drops the grab."""


class Inputs(Protocol):
    """Where input devices are found."""

    def paths(self) -> Sequence[str]:
        """Paths of all devices that may be opened."""

    def has_any(self) -> bool:
        """Whether there are devices at all, openable or not."""

    def open(self, path: str) -> InputDevice:
        """Open one; `OSError` as from `open(2)`."""


class EvdevInputs:
    """The real devices, through python-evdev, imported here at first use."""

    def __init__(self) -> None:
        try:
            import evdev
        except ImportError as error:
            raise ScannerUnavailableError(ScannerState.NO_DRIVER) from error
        self._evdev = evdev

    def paths(self) -> Sequence[str]:
        """Paths of all devices this user may open: without group `input` there are none, and no error."""
        return cast("Sequence[str]", self._evdev.list_devices())

    def has_any(self) -> bool:
        """Whether the kernel has input devices, openable or not."""
        from pathlib import Path

        return any(Path("/dev/input").glob("event*"))

    def open(self, path: str) -> InputDevice:
        """Open a device and put its events on the monotonic clock, which no time service moves."""
        device = cast("InputDevice", self._evdev.InputDevice(path))
        use_monotonic_clock(device.fd)
        return device


def use_monotonic_clock(fd: int) -> None:
    """Ask the kernel to stamp a device's events with the monotonic clock; one that cannot keeps its own."""
    import fcntl

    with contextlib.suppress(OSError):
        fcntl.ioctl(fd, _EVIOCSCLOCKID, _CLOCK_MONOTONIC.to_bytes(4, "little"))


def state_of(error: OSError) -> ScannerState:
    """Return the scanner's state that an operating system error means."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return ScannerState.NO_PERMISSION
    if error.errno in (errno.EBUSY, errno.EAGAIN):
        return ScannerState.BUSY
    return ScannerState.ABSENT
