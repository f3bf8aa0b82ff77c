"""A printer on USB: through the kernel's printer class where it has one, else through pyusb.

The kernel makes `/dev/usb/lpN` for every USB printer (module usblp, group lp). `device` is such a path, or
`vendor:product[:serial]` in hexadecimal, which is looked up in sysfs. Only where usblp does not run is pyusb
needed (and the right to write `/dev/bus/usb`): it is no dependency of ours, install it there.
"""

from __future__ import annotations

import os
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from config.settings import PrinterSettings
from devices.errors import LinkError
from devices.printer.link import BLOCK, STALL_SECONDS, DescriptorLink, Link, fault_of
from devices.printer.outcome import PrintFault

SYSFS = Path("/sys/class/usbmisc")
PRINTER_CLASS = 7
_IDENTITY = re.compile(r"(?P<vendor>[0-9a-fA-F]{1,4}):(?P<product>[0-9a-fA-F]{1,4})(?::(?P<serial>.+))?\Z")


def open_usb(settings: PrinterSettings, stall_seconds: float = STALL_SECONDS, sysfs: Path = SYSFS) -> Link:
    """Open a USB printer by its path or its numbers."""
    if settings.device.startswith("/"):
        return _open_path(settings.device, stall_seconds)
    found = _IDENTITY.match(settings.device)
    if found is None:
        raise LinkError(PrintFault.BAD_SETTINGS)
    vendor, product, serial = int(found["vendor"], 16), int(found["product"], 16), found["serial"] or ""
    if name := find_lp(vendor, product, serial, sysfs):
        return _open_path(f"/dev/usb/{name}", stall_seconds)
    return PyusbLink(vendor, product, serial, stall_seconds)


def find_lp(vendor: int, product: int, serial: str = "", sysfs: Path = SYSFS) -> str:
    """Return the name (`lp0`) of the kernel's printer with these numbers, empty if there is none."""
    for entry in sorted(sysfs.glob("lp*")):
        device = (entry / "device").resolve().parent
        numbers = (_attribute(device, "idVendor"), _attribute(device, "idProduct"))
        if numbers == (f"{vendor:04x}", f"{product:04x}") and serial in ("", _attribute(device, "serial")):
            return entry.name
    return ""


def _attribute(device: Path, name: str) -> str:
    """Return an attribute of a device in sysfs, empty if it has none."""
    try:
        return (device / name).read_text().strip()
    except OSError:
        return ""


def _open_path(path: str, stall_seconds: float) -> Link:
    """Open a device for both ways, or for writing alone where that is all that is allowed."""
    try:
        return DescriptorLink(path, os.O_RDWR, stall_seconds)
    except LinkError as error:
        if error.fault is not PrintFault.NO_PERMISSION:
            raise
    return DescriptorLink(path, os.O_WRONLY, stall_seconds)


class PyusbLink:
    """A USB printer through pyusb: its printer interface claimed for the time of a job."""

    def __init__(self, vendor: int, product: int, serial: str = "", stall_seconds: float = STALL_SECONDS) -> None:
        try:
            self._core: Any = import_module("usb.core")
            self._util: Any = import_module("usb.util")
        except ImportError as error:
            raise LinkError(PrintFault.NO_DRIVER) from error
        self._stall_ms = round(stall_seconds * 1000)
        try:
            self._device = self._find(vendor, product, serial)
            self._claim()
        except self._core.NoBackendError as error:
            raise LinkError(PrintFault.NO_DRIVER) from error
        except OSError as error:  # USBError is one
            raise LinkError(fault_of(error)) from error
        self.can_answer = self._incoming is not None

    def send(self, data: bytes) -> None:
        """Send all bytes."""
        sent = 0
        while sent < len(data):
            try:
                sent += self._outgoing.write(data[sent : sent + BLOCK], self._stall_ms)
            except OSError as error:
                # a part of the block may have gone out before the time was up
                is_timeout = fault_of(error) is PrintFault.TIMEOUT
                raise LinkError(fault_of(error), sent + int(is_timeout)) from error

    def receive(self, wait_ms: int) -> bytes:
        """Return what comes within the time."""
        if self._incoming is None:
            return b""
        try:
            return bytes(self._incoming.read(self._incoming.wMaxPacketSize, max(wait_ms, 1)))
        except OSError as error:
            if fault_of(error) is PrintFault.TIMEOUT:
                return b""
            raise LinkError(fault_of(error)) from error

    def close(self) -> None:
        """Give the interface back."""
        self._util.dispose_resources(self._device)

    def _find(self, vendor: int, product: int, serial: str) -> Any:
        """Return the device with these numbers."""
        for device in self._core.find(find_all=True, idVendor=vendor, idProduct=product):
            if serial in ("", device.serial_number):
                return device
        raise LinkError(PrintFault.NOT_FOUND)

    def _claim(self) -> None:
        """Take the printer interface and its endpoints."""
        interface = self._util.find_descriptor(self._device.get_active_configuration(), bInterfaceClass=PRINTER_CLASS)
        if interface is None:
            raise LinkError(PrintFault.BAD_SETTINGS)
        number = interface.bInterfaceNumber
        if self._device.is_kernel_driver_active(number):
            self._device.detach_kernel_driver(number)
        self._util.claim_interface(self._device, number)
        self._outgoing = self._endpoint(interface, self._util.ENDPOINT_OUT)
        self._incoming = self._endpoint(interface, self._util.ENDPOINT_IN)
        if self._outgoing is None:
            raise LinkError(PrintFault.BAD_SETTINGS)

    def _endpoint(self, interface: Any, direction: int) -> Any:
        """Return the interface's endpoint of a direction, `None` if it has none."""
        return self._util.find_descriptor(
            interface,
            custom_match=lambda end: self._util.endpoint_direction(end.bEndpointAddress) == direction,
        )
