"""The bytes of a receipt: golden, decodable, and free of every command that we did not mean."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from config.settings import PrinterSettings
from devices.errors import BadSettingsError
from devices.printer.bytes import compose, compose_code_pages
from devices.printer.printable import CodePage
from domain.paper import Barcode, Columns, Cut, Element, Feed, Kick, Qr, Rule, Text, lay_element
from tests.devices.escpos_reader import Event, PrintedLine, read_receipt
from tests.devices.papers import EPSON, HOSTILE, RECEIPT


def test_a_spanish_receipt_is_these_bytes() -> None:
    golden = [
        b"\x1b@\x1c.\x1bR\x00\x1bt\x13",
        b"\x1bp\x00\x32\x32",
        b"\x1bE\x01\x1d!\x11   Panader\xa1a \xa5and\xa3\n\x1d!\x00\x1bE\x00",
        b"         Calle \xb5vila 3, \xaeCentro\xaf\n",
        b"-" * 42 + b"\n",
        b"2 \x9e Pi\xa4\xa2n tostado \xab kg            1,234.50\n",
        b"Caf\x82 \xa8descafeinado? - molido         89.90\n",
        b"\x1bE\x01\x1d!\x11TOTAL       \xd51,324.40\n\x1d!\x00\x1bE\x00",
        b"=" * 42 + b"\n",
        b"         \xadGracias por su compra!\n",
        b"\x1ba\x01\x1dh\x40\x1dw\x03\x1df\x00\x1dH\x02\x1dkI\x0a{B1-000123\x1ba\x00",
        b"\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x06\x1d(k\x03\x001E0",
        b"\x1d(k\x27\x001P0https://example.com/f?folio=1-000123\x1d(k\x03\x001Q0\x1ba\x00",
        b"\n\n",
        b"\x1bd\x06\x1dV\x00",
    ]
    assert compose(RECEIPT, EPSON) == b"".join(golden)


def test_what_the_bytes_print_is_what_the_paper_says() -> None:
    receipt = read_receipt(compose(RECEIPT, EPSON))
    laid = [line for element in RECEIPT if not isinstance(element, Barcode | Qr) for line in lay_element(element, 42)]
    said = [line.rstrip() for line in laid]
    printed = receipt.text.replace(" - molido", " — molido").split("\n")
    assert printed[: len(said)] == said
    assert receipt.events == [
        Event("kick", "0", 0),
        Event("barcode", "1-000123", 8),
        Event("qr", "https://example.com/f?folio=1-000123", 8),
        Event("cut", "full", 16),
    ]
    assert receipt.lines[0] == PrintedLine("   Panadería Ñandú", bold=True, size=2)
    assert receipt.lines[1].bold is False


@pytest.mark.parametrize(
    ("encoding", "page"), [("CP858", 19), ("cp1252", 16), ("CP850", 2), ("iso8859-15", 40), ("CP437", 0)]
)
def test_the_page_of_the_settings_is_selected_and_used(encoding: str, page: int) -> None:
    settings = PrinterSettings(kind="file", encoding=encoding, code_page=page)
    receipt = read_receipt(compose((Text("ñ á é í ó ú ü Ñ ç ¿ ¡ º ª"),), settings))
    assert receipt.text == "ñ á é í ó ú ü Ñ ç ¿ ¡ º ª"


@pytest.mark.parametrize(
    ("encoding", "text", "printed"),
    [
        ("CP858", "“A” – ‘b’… •\u00a0€", "\"A\" - 'b'... * €"),
        ("CP850", "5 €", "5 EUR"),
        ("CP437", "Á õ Œ ø", "A o OE o"),
        ("CP858", "中 Ω", "? ?"),
        ("CP858", "ő č ﬁ İ", "o c f I"),
        ("CP858", "e\u0301 x\u0301\u0302", "é x"),
        ("utf-8", "a ñ €", "a n EUR"),
        ("utf-16", "a", "?"),
        ("cp037", "a", "?"),
        ("shift_jis", "a ｱ", "a ｱ"),
    ],
)
def test_characters_that_a_page_lacks_become_their_likeness(encoding: str, text: str, printed: str) -> None:
    page = CodePage(encoding)
    cleaned = page.clean(text)
    assert page.encode(cleaned).decode(encoding if encoding not in ("utf-16", "cp037") else "ascii") == printed


def test_a_printer_without_the_page_still_lines_its_amounts_up() -> None:
    settings = PrinterSettings(kind="file", encoding="CP437", code_page=0, columns=32)
    receipt = read_receipt(compose((Columns("Jamón…", "€5"), Columns("Total", "12.00")), settings))
    assert [len(line.text) for line in receipt.lines] == [32, 32]
    assert receipt.lines[0].text.startswith("Jamón...")


PLACES: list[Callable[[str], Element]] = [
    Text,
    lambda name: Text(name, bold=True, size=2),
    lambda name: Columns(name, "1.00"),
    lambda name: Columns("name", name),
    Rule,
    Barcode,
    Qr,
]


@pytest.mark.parametrize("place", PLACES, ids=["text", "big", "left", "right", "rule", "barcode", "qr"])
@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_a_hostile_name_adds_no_command_anywhere(place: Callable[[str], Element], name: str) -> None:
    receipt = read_receipt(compose((place(name),), EPSON))  # the reader knows no control byte but ours
    assert {event.kind for event in receipt.events} <= {"barcode", "qr"}
    harmless = read_receipt(compose((place("Harmless"),), EPSON))
    assert receipt.count("kick") == harmless.count("kick") == 0
    text = receipt.text + "".join(event.data for event in receipt.events)
    assert all(char.isprintable() or char == "\n" for char in text)


@pytest.mark.parametrize("raster", [False, True], ids=["text", "raster"])
def test_all_hostile_names_on_one_receipt_cut_once_and_kick_once(raster: bool) -> None:
    names = [Columns(name, "1.00") for name in HOSTILE]
    settings = msgspec.structs.replace(EPSON, raster=raster)
    receipt = read_receipt(compose((Kick(), *names, Cut()), settings))
    assert receipt.count("kick") == receipt.count("cut") == 1


def test_every_byte_value_in_a_name_is_harmless() -> None:
    name = "".join(map(chr, range(0x100)))
    receipt = read_receipt(compose((Text(name), Barcode("".join(map(chr, range(48)))), Rule("\x1b")), EPSON))
    assert [event.kind for event in receipt.events] == ["barcode"]
    assert receipt.events[0].data == " !\"#$%&'()*+,-./"


def test_a_barcode_too_wide_for_the_paper_is_printed_as_text() -> None:
    narrow = msgspec.structs.replace(EPSON, columns=32)
    receipt = read_receipt(compose((Barcode("A" * 30), Barcode("A" * 10), Barcode("")), narrow))
    assert receipt.text == "A" * 30
    assert [event.data for event in receipt.events] == ["A" * 10]


def test_a_brace_in_a_barcode_does_not_change_its_code_set() -> None:
    receipt = read_receipt(compose((Barcode("A{CB"),), EPSON))
    assert receipt.events[0].data == "A{CB"


def test_a_qr_of_a_novel_is_printed_as_text() -> None:
    receipt = read_receipt(compose((Qr("x" * 501), Qr("")), EPSON))
    assert receipt.events == []
    assert receipt.text.replace("\n", "") == "x" * 501


@pytest.mark.parametrize(("profile", "kinds"), [("TM-T88V", ["barcode", "qr"]), ("POS-5890", ["image", "image"])])
def test_codes_are_dots_where_the_printer_draws_none(profile: str, kinds: list[str]) -> None:
    settings = msgspec.structs.replace(EPSON, profile=profile, columns=32)
    receipt = read_receipt(compose((Barcode("12345"), Qr("abc")), settings))
    assert [event.kind for event in receipt.events] == kinds


def test_the_second_drawer_has_the_other_pin() -> None:
    receipt = read_receipt(compose((Kick(2), Text("a")), EPSON))
    assert receipt.events == [Event("kick", "1", 0)]


def test_without_drawer_and_knife_nothing_kicks_or_cuts() -> None:
    settings = msgspec.structs.replace(EPSON, drawer=False, cut=False)
    receipt = read_receipt(compose((Kick(), Text("a"), Cut()), settings))
    assert receipt.events == []
    assert len(receipt.lines) == 7


def test_a_raster_printer_gets_its_lines_as_dots_of_the_papers_width() -> None:
    settings = msgspec.structs.replace(EPSON, raster=True)
    receipt = read_receipt(compose((Text("ñ €"), Text(""), Text("BIG", size=2), Cut()), settings))
    assert [event.data for event in receipt.events] == ["504x30", "504x60", "full"]


@pytest.mark.parametrize("element", [Text("x", size=0), Text("x", size=99), Columns("a", "b", size=-3)])
def test_sizes_that_no_printer_has_are_brought_into_range(element: Element) -> None:
    assert 1 <= read_receipt(compose((element,), EPSON)).lines[0].size <= 8


def test_a_feed_is_never_the_whole_roll() -> None:
    assert len(read_receipt(compose((Feed(10_000), Feed(-3)), EPSON)).lines) == 20


@pytest.mark.parametrize(
    "settings",
    [
        PrinterSettings(profile="TM-T1000"),
        PrinterSettings(encoding="CP9999"),
        PrinterSettings(encoding="rot13"),
        PrinterSettings(code_page=256),
        PrinterSettings(code_page=-1),
        PrinterSettings(columns=0),
    ],
    ids=["profile", "encoding", "no text encoding", "page", "negative page", "columns"],
)
def test_settings_that_make_no_sense_are_said_to(settings: PrinterSettings) -> None:
    with pytest.raises(BadSettingsError):
        compose(RECEIPT, settings)


def test_the_code_page_test_has_a_line_for_each_number() -> None:
    data = compose_code_pages(EPSON, range(16, 20))
    assert data.count(b"\x1bt") == 5
    assert b"\x1bt\x13 19 \xa4\xa5 \xa0\x82\xa1\xa2\xa3 \x81\x87 \xa8\xad \xd5 \xa7\xa6\n" in data
