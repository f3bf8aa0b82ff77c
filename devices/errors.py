"""What can go wrong with a device: one small tree, mapped to outcomes and states at the edge of this room."""

from __future__ import annotations

from devices.printer.outcome import PrintFault
from devices.scanner.scanned import ScannerState


class DeviceError(Exception):
    """A device cannot do its work just now."""


class ScannerUnavailableError(DeviceError):
    """A scanner cannot be read just now; `state` says why."""

    def __init__(self, state: ScannerState) -> None:
        super().__init__(state.value)
        self.state = state


class LinkError(DeviceError):
    """The way to a printer is closed; `sent` is how many bytes had gone out before."""

    def __init__(self, fault: PrintFault, sent: int = 0) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.sent = sent


class BadSettingsError(DeviceError):
    """The settings of a device make no sense: an unknown profile, encoding or address."""
