"""Input devices without a kernel: plugged and unplugged by a test, as python-evdev shows them."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from devices.scanner.decode import EV_KEY
from tests.devices.typing_machine import Key

ALL_KEYS = tuple(range(1, 128))


class Info(NamedTuple):
    """Who made a device."""

    vendor: int
    product: int


@dataclass
class Event:
    """One event with its instant."""

    sec: int
    usec: int
    type: int
    code: int
    value: int


class Hardware:
    """A keyboard or scanner on its cable, and what happens to it."""

    def __init__(self, path: str, info: Info, name: str = "Keyboard", uniq: str = "") -> None:
        self.path = path
        self.info = info
        self.name = name
        self.uniq = uniq
        self.phys = f"usb-0000:00:14.0-{path[-1]}/input0"
        self.keys: Sequence[int] = ALL_KEYS
        self.held: list[int] = []
        self.is_plugged = True
        self.grabs = 0
        self.is_grabbed = False
        self.open_error = 0
        self.grab_error = 0
        self.pressed_at_grab: list[int] = []
        self.lock = threading.Lock()
        self.events: list[Event] = []
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)

    @property
    def fd(self) -> int:
        """The descriptor that becomes readable when something happens."""
        return self._reader

    def type_keys(self, keys: Iterable[Key]) -> None:
        """Make the device send events."""
        with self.lock:
            self.events += [Event(0, 0, *key) for key in keys]
        os.write(self._writer, b"k")

    def unplug(self) -> None:
        """Pull the cable."""
        self.is_plugged = False
        self.is_grabbed = False
        os.write(self._writer, b"u")

    def plug(self) -> None:
        """Put the cable back: a new device, with nothing left of the old one's events."""
        self.take_wakeups()
        self.events.clear()
        self.is_plugged = True

    def take_wakeups(self) -> None:
        """Empty the pipe."""
        try:
            os.read(self._reader, 4096)
        except BlockingIOError:
            return

    def dispose(self) -> None:
        """Close the pipe."""
        os.close(self._reader)
        os.close(self._writer)


class OpenDevice:
    """One opening of a device, as `evdev.InputDevice`."""

    def __init__(self, hardware: Hardware) -> None:
        self._hardware = hardware
        self.path = hardware.path
        self.name = hardware.name
        self.phys = hardware.phys
        self.uniq = hardware.uniq
        self.fd = hardware.fd
        self.is_closed = False

    @property
    def info(self) -> Info:
        return self._hardware.info

    def capabilities(self) -> Mapping[int, Sequence[object]]:
        self._check()
        return {EV_KEY: self._hardware.keys}

    def active_keys(self) -> Sequence[int]:
        self._check()
        held = list(self._hardware.held)
        if held:
            self._hardware.held.pop()
        return held

    def grab(self) -> None:
        self._check()
        if self._hardware.grab_error:
            raise OSError(self._hardware.grab_error, "grab")
        self._hardware.is_grabbed = True
        self._hardware.grabs += 1
        self._hardware.held += self._hardware.pressed_at_grab
        self._hardware.pressed_at_grab.clear()

    def ungrab(self) -> None:
        self._hardware.is_grabbed = False

    def read(self) -> Iterable[Event]:
        self._check()
        with self._hardware.lock:
            self._hardware.take_wakeups()
            events, self._hardware.events = self._hardware.events, []
        if not events:
            raise BlockingIOError(errno.EAGAIN, "nothing to read")
        return events

    def close(self) -> None:
        self.is_closed = True

    def _check(self) -> None:
        assert not self.is_closed, "a closed device was used"
        if not self._hardware.is_plugged:
            raise OSError(errno.ENODEV, "unplugged")


class FakeInputs:
    """All devices of a machine."""

    def __init__(self, *hardware: Hardware) -> None:
        self.hardware = list(hardware)
        self.opened: list[OpenDevice] = []
        self.links: dict[str, str] = {}
        self.may_open = True

    def paths(self) -> Sequence[str]:
        return [each.path for each in self.hardware if each.is_plugged and self.may_open]

    def has_any(self) -> bool:
        return any(each.is_plugged for each in self.hardware)

    def open(self, path: str) -> OpenDevice:
        for each in self.hardware:
            if each.is_plugged and each.path == self.links.get(path, path):
                if each.open_error:
                    raise OSError(each.open_error, path)
                self.opened.append(OpenDevice(each))
                return self.opened[-1]
        raise OSError(errno.ENOENT, path)

    def leaked(self) -> list[OpenDevice]:
        """Devices that were opened and never closed."""
        return [each for each in self.opened if not each.is_closed]
