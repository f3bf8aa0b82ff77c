"""A printer on the network: raw bytes over TCP, port 9100 unless the settings say another.

Many of these printers take one connection at a time and drop an idle one, so each job has its own.
"""

from __future__ import annotations

import contextlib
import re
import socket

from config.settings import PrinterSettings
from devices.errors import LinkError
from devices.printer.link import BLOCK, STALL_SECONDS, fault_of
from devices.printer.outcome import PrintFault

DEFAULT_PORT = 9100
LINGER_SECONDS = 0.2
_ADDRESS = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<host>[^:\[\]]+))(?::(?P<port>[0-9]{1,5}))?\Z")


def parse_address(text: str) -> tuple[str, int]:
    """Return host and port of `host`, `host:port` or `[IPv6]:port`; `LinkError` if it is none of these."""
    found = _ADDRESS.match(text.strip())
    port = int(found["port"] or DEFAULT_PORT) if found else 0
    if found is None or not 0 < port < 65536:
        raise LinkError(PrintFault.BAD_SETTINGS)
    return found["six"] or found["host"], port


class NetworkLink:
    """A TCP connection to a printer."""

    can_answer = True

    def __init__(self, settings: PrinterSettings, stall_seconds: float = STALL_SECONDS) -> None:
        address = parse_address(settings.device)
        try:
            self._socket = socket.create_connection(address, timeout=stall_seconds)
        except socket.gaierror as error:
            raise LinkError(PrintFault.NOT_FOUND) from error
        except OSError as error:
            raise LinkError(fault_of(error)) from error
        self._stall_seconds = stall_seconds

    def send(self, data: bytes) -> None:
        """Send all bytes; a printer that takes none for some seconds is a fault."""
        self._socket.settimeout(self._stall_seconds)
        sent = 0
        while sent < len(data):
            try:
                sent += self._socket.send(data[sent : sent + BLOCK])
            except OSError as error:
                raise LinkError(fault_of(error), sent) from error

    def receive(self, wait_ms: int) -> bytes:
        """Return what comes within the time; `LinkError` when the printer has closed the connection."""
        self._socket.settimeout(max(wait_ms, 1) / 1000)
        try:
            data = self._socket.recv(BLOCK)
        except TimeoutError:
            return b""
        except OSError as error:
            raise LinkError(fault_of(error)) from error
        if not data:
            raise LinkError(PrintFault.OFFLINE)
        return data

    def close(self) -> None:
        """End the connection and read what still comes: closing on unread bytes would reset it in mid-print."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.settimeout(LINGER_SECONDS)
            self._socket.recv(BLOCK)
        self._socket.close()
