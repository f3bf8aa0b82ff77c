"""A paper as ESC/POS bytes for one printer.

The page is chosen once, after each ESC @, by the number in the settings; texts are encoded here and go out
raw. Chinese printers start in a mode that takes two high bytes for one character (FS . leaves it), and some
printers start with national characters in the place of `#[]{}` (ESC R 0 puts ASCII back).
"""

from __future__ import annotations

from typing import Final

from config.settings import PrinterSettings
from devices.errors import BadSettingsError
from devices.printer.generator import Generator, new_generator, supports
from devices.printer.printable import CodePage
from devices.printer.strips import MIN_COLUMNS, Act, Line, Symbol, is_paired, lay_strips
from domain.paper import Paper

LEAVE_CHINESE = b"\x1c."
ASCII_SET = b"\x1bR\x00"
FEED_TO_KNIFE = 6
_BAR_HEIGHT = 64


def compose(paper: Paper, settings: PrinterSettings) -> bytes:
    """Return the bytes that print a paper; `BadSettingsError` for an unknown profile, encoding or page."""
    page = CodePage(settings.encoding)
    printer = begin(settings)
    for strip in lay_strips(paper, settings.columns, page):
        match strip:
            case Line():
                _put_line(printer, strip, settings, page)
            case Symbol():
                _put_symbol(printer, strip, settings)
            case Act():
                _put_act(printer, strip, settings)
    return printer.output


def compose_code_pages(settings: PrinterSettings, numbers: range = range(256)) -> bytes:
    """Return the bytes of a test page: one line for each number of `ESC t`, all with the same letters.

    The technician looks for the line that reads right and writes its number into `code_page`.
    """
    page = CodePage(settings.encoding)
    letters = page.encode("ñÑ áéíóú üç ¿¡ € ºª")
    printer = begin(settings)
    for number in numbers:
        printer._raw(b"\x1bt" + bytes([number]) + b"%3d " % number + letters + b"\n")
    printer.print_and_feed(FEED_TO_KNIFE)
    return printer.output


def begin(settings: PrinterSettings) -> Generator:
    """Return a generator that has put the printer into a known state, its code page chosen."""
    if not 0 <= settings.code_page <= 255 or settings.columns < MIN_COLUMNS:
        raise BadSettingsError("code_page is 0 to 255, columns at least 16")
    printer = new_generator(settings.profile)
    printer.hw("INIT")
    printer._raw(LEAVE_CHINESE + ASCII_SET + b"\x1bt" + bytes([settings.code_page]))
    return printer


def _put_line(printer: Generator, line: Line, settings: PrinterSettings, page: CodePage) -> None:
    """Add a line of text, as characters or as dots; attributes are set for it and taken back."""
    if settings.raster and line.text.strip():
        from devices.printer.picture import draw_line
        from devices.printer.raster import raster_bytes

        printer._raw(raster_bytes(draw_line(line, settings.columns)))
        return
    if line.bold:
        printer.set(bold=True)
    if line.size > 1:
        printer.set(custom_size=True, width=line.size, height=line.size)
    printer._raw(page.encode(line.text) + b"\n")
    if line.size > 1:
        printer.set(custom_size=True, width=1, height=1)
    if line.bold:
        printer.set(bold=False)


def _put_symbol(printer: Generator, symbol: Symbol, settings: PrinterSettings) -> None:
    """Add a code, drawn by the printer where its profile can, else as dots."""
    is_native = supports(printer, "qrCode" if symbol.kind == "qr" else "barcodeB")
    printer.set(align="center")
    if not is_native:
        from devices.printer.picture import draw_symbol
        from devices.printer.raster import raster_bytes

        printer._raw(raster_bytes(draw_symbol(symbol)))
    elif symbol.kind == "qr":
        printer.qr(symbol.data, size=symbol.module, native=True)
    else:
        printer._raw(barcode_bytes(symbol.data, symbol.module))
    printer.set(align="left")


def barcode_bytes(data: str, module: int) -> bytes:
    """Return a Code 128 with its text below; its data has printable ASCII only.

    Digits go in pairs, in code set C, each as a byte from 0 to 99; anything else in code set B. `{` leads in a code set
    (GS k, function B), so one in the data is doubled.
    """
    if is_paired(data):
        content = b"{C" + bytes(int(data[at : at + 2]) for at in range(0, len(data), 2))
    else:
        content = b"{B" + data.encode("ascii").replace(b"{", b"{{")
    height, width, text_below = b"\x1dh" + bytes([_BAR_HEIGHT]), b"\x1dw" + bytes([module]), b"\x1dH\x02"
    return height + width + b"\x1df\x00" + text_below + b"\x1dkI" + bytes([len(content)]) + content


PINS: Final = {1: 2, 2: 5}
"""The pins of a printer's connector that two drawers hang on (ESC p)."""


def _put_act(printer: Generator, act: Act, settings: PrinterSettings) -> None:
    """Add a cut or the drawer's pulse, where the settings have a knife or a drawer."""
    if act.what == "kick":
        if settings.drawer:
            printer.cashdraw(PINS.get(act.drawer, PINS[1]))
    elif settings.cut:
        printer.cut()
    else:
        printer.print_and_feed(FEED_TO_KNIFE)
