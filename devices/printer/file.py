"""A printer behind a path: a parallel port, a FIFO, a file that collects receipts. It never answers."""

from __future__ import annotations

import os

from config.settings import PrinterSettings
from devices.errors import LinkError
from devices.printer.link import STALL_SECONDS, DescriptorLink, Link
from devices.printer.outcome import PrintFault


def open_file(settings: PrinterSettings, stall_seconds: float = STALL_SECONDS) -> Link:
    """Open the path to append to it, making a file where there is none; a FIFO must have its reader.

    Nothing is made under `/dev`: a port that is missing there would become a file that swallows receipts.
    """
    if not settings.device:
        raise LinkError(PrintFault.BAD_SETTINGS)
    create = 0 if settings.device.startswith("/dev/") else os.O_CREAT
    return DescriptorLink(os.path.expanduser(settings.device), os.O_WRONLY | os.O_APPEND | create, stall_seconds)
