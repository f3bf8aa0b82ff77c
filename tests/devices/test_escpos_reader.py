"""The reader that other tests trust reads bytes written by hand."""

from __future__ import annotations

import pytest

from tests.devices.escpos_reader import Event, PrintedLine, UnknownCommandError, read_receipt

BEGIN = b"\x1b@\x1c.\x1bR\x00\x1bt\x13"


def test_text_is_decoded_by_the_page_that_was_selected() -> None:
    assert read_receipt(BEGIN + b"ma\xa4ana \xd5 \xa8\n").text == "mañana € ¿"
    assert read_receipt(b"\x1b@\x1c.\x1bt\x10ma\xf1ana \x80\n").text == "mañana €"


def test_attributes_stand_on_their_lines() -> None:
    data = BEGIN + b"\x1bE\x01\x1d!\x11TOTAL\n\x1d!\x00\x1bE\x00\x1ba\x01mid\n\x1b-\x01u\n\x1b!\x38x\n"
    assert read_receipt(data).lines == [
        PrintedLine("TOTAL", bold=True, size=2),
        PrintedLine("mid", align="center"),
        PrintedLine("u", align="center", underline=True),
        PrintedLine("x", bold=True, size=2, align="center"),
    ]


def test_what_is_no_text_is_an_event() -> None:
    data = (
        BEGIN
        + b"A\n\x1dkI\x05{BA{{\x1d(k\x03\x001C\x06\x1d(k\x05\x001P0ab\x1d(k\x03\x001Q0"
        + b"\x1dv0\x00\x02\x00\x03\x00\xff\xff\xff\xff\xff\xff\x1bp\x00\x32\x32\x1bd\x02\x1dV\x00\x1dr\x01\x10\x04\x02"
    )
    receipt = read_receipt(data)
    assert receipt.events == [
        Event("barcode", "A{", 1),
        Event("qr", "ab", 1),
        Event("image", "16x3", 1),
        Event("kick", "0", 1),
        Event("cut", "full", 3),
        Event("status", "paper 1", 3),
        Event("status", "live 2", 3),
    ]
    assert receipt.count("cut") == 1


def test_a_reset_forgets_the_line_and_the_page() -> None:
    assert read_receipt(b"\x1b@\x1bE\x01half\x1b@whole\n").lines == [PrintedLine("whole")]


@pytest.mark.parametrize(
    "data",
    [b"\x07", b"\x1bZ", b"\x1d\x00", b"\x1b", b"\x1dV", b"\x1bR\x07", b"\x1b@\x1bt\x13\xa4\n", b"a\x0cb", b"a\x7fb"],
    ids=lambda data: data.hex(),
)
def test_what_a_printer_of_ours_must_not_get_is_an_error(data: bytes) -> None:
    with pytest.raises(UnknownCommandError):
        read_receipt(data)
