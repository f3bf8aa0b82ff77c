"""The way in: settings to a printer. Drivers are imported when the first paper comes, not before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.settings import PrinterSettings
from devices.printer.outcome import OnPaper, Printer

if TYPE_CHECKING:
    from devices.printer.job import EscposPrinter


def open_printer(settings: PrinterSettings, on_paper: OnPaper | None = None) -> Printer:
    """Return the printer that a table of the settings names; nothing is opened before it is used.

    `on_paper` is given the lines of each paper by a virtual printer, in the thread that prints.
    """
    match settings.kind:
        case "virtual":
            from devices.printer.virtual import VirtualPrinter

            return VirtualPrinter(settings, on_paper)
        case "none":
            from devices.printer.virtual import NoPrinter

            return NoPrinter()
        case _:
            return open_escpos(settings)


def open_escpos(settings: PrinterSettings) -> EscposPrinter:
    """Return a printer that speaks ESC/POS, by the way its settings name: the one with a code page test."""
    from devices.printer.job import EscposPrinter

    match settings.kind:
        case "usb":
            from devices.printer.usb import open_usb

            return EscposPrinter(settings, open_usb)
        case "serial":
            from devices.printer.serial import SerialLink

            return EscposPrinter(settings, SerialLink)
        case "network":
            from devices.printer.network import NetworkLink

            return EscposPrinter(settings, NetworkLink)
        case _:
            from devices.printer.file import open_file

            return EscposPrinter(settings, open_file)
