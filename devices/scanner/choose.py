"""Which input device is the scanner, and whether it may be grabbed.

Event numbers are given out anew at each plugging, so a scanner is named by its by-id link or by
`vendor:product:serial`. Grabbing the only keyboard would lock everybody out: then there must be another one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

from devices.errors import ScannerUnavailableError
from devices.scanner.inputs import EV_KEY, InputDevice, Inputs, state_of
from devices.scanner.keymap import KEY_0, KEY_1, KEY_A, KEY_ENTER, KEY_Z
from devices.scanner.scanned import ScannerState

_IDENTITY = re.compile(r"(?P<vendor>[0-9a-fA-F]{1,4}):(?P<product>[0-9a-fA-F]{1,4})(?::(?P<serial>.*))?\Z")
SCANNER_VENDORS = frozenset({0x05E0, 0x0C2E, 0x05F9, 0x1EAB})
"""Zebra (Symbol), Honeywell (Metrologic), Datalogic (PSC), Newland: makers of scanners, not of keyboards."""


@dataclass(frozen=True)
class Identity:
    """A scanner by its maker's numbers; an empty serial fits any."""

    vendor: int
    product: int
    serial: str

    def fits(self, device: InputDevice) -> bool:
        """Say whether a device is this one and has the keys a code needs."""
        info = device.info
        is_same = info.vendor == self.vendor and info.product == self.product
        return is_same and self.serial in ("", device.uniq) and has_keys(device, KEY_0, KEY_1)


def parse_identity(text: str) -> Identity | None:
    """Return the identity of `vendor:product[:serial]` (hexadecimal), `None` if the text is not one."""
    found = _IDENTITY.match(text)
    if found is None:
        return None
    return Identity(int(found["vendor"], 16), int(found["product"], 16), found["serial"] or "")


def open_candidates(inputs: Inputs, wanted: str) -> Iterator[InputDevice]:
    """Open the devices that may be the wanted scanner, one after the other; the caller closes them.

    `ScannerUnavailableError` says why there is none.
    """
    if wanted.startswith("/"):
        yield _open(inputs, wanted)
        return
    identity = parse_identity(wanted)
    if identity is None:
        raise ScannerUnavailableError(ScannerState.BAD_SETTINGS)
    paths = inputs.paths()
    if not paths and inputs.has_any():
        raise ScannerUnavailableError(ScannerState.NO_PERMISSION)
    for path in sorted(paths):
        device = _open_if_fits(inputs, path, identity)
        if device is not None:
            yield device


def has_another_keyboard(inputs: Inputs, chosen: InputDevice) -> bool:
    """Say whether a keyboard remains for people when the chosen device is grabbed."""
    for path in inputs.paths():
        try:
            device = inputs.open(path)
        except OSError:
            continue
        try:
            if not is_same_hardware(device, chosen) and is_keyboard(device):
                return True
        except OSError:  # unplugged while we look
            continue
        finally:
            device.close()
    return False


def is_keyboard(device: InputDevice) -> bool:
    """Say whether people type on a device: it has letters and Enter, and is no scanner by name or maker."""
    name = device.name.lower()
    is_scanner = "scanner" in name or "barcode" in name or device.info.vendor in SCANNER_VENDORS
    return not is_scanner and has_keys(device, KEY_A, KEY_Z, KEY_ENTER)


def is_same_hardware(one: InputDevice, other: InputDevice) -> bool:
    """Say whether two devices are one, or nodes of one: `usb-…-1/input0` and `usb-…-1/input1`."""
    if os.path.realpath(one.path) == os.path.realpath(other.path):
        return True
    cable, _, _ = one.phys.rpartition("/input")
    return bool(cable) and cable == other.phys.rpartition("/input")[0]


def has_keys(device: InputDevice, *keys: int) -> bool:
    """Say whether a device has all these keys."""
    return set(keys) <= set(device.capabilities().get(EV_KEY, ()))


def _open_if_fits(inputs: Inputs, path: str, identity: Identity) -> InputDevice | None:
    """Open a device and keep it open if it is the one; devices that come and go meanwhile are not."""
    try:
        device = inputs.open(path)
    except OSError:
        return None
    try:
        fits = identity.fits(device)
    except OSError:
        fits = False
    if not fits:
        device.close()
    return device if fits else None


def _open(inputs: Inputs, path: str) -> InputDevice:
    """Open a device, mapping its errors."""
    try:
        return inputs.open(path)
    except OSError as error:
        raise ScannerUnavailableError(state_of(error)) from error
