"""The virtual printer leaves a text, a picture and lines for the roll, and fails on demand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from config.settings import PrinterSettings
from devices.printer.open import open_printer
from devices.printer.outcome import PrintFault, done, failed
from devices.printer.picture import CELL_HEIGHT, MARGIN, PITCH, draw_line, draw_paper, find_font
from devices.printer.printable import CodePage
from devices.printer.raster import raster_bytes
from devices.printer.strips import CELL_WIDTH, Line, lay_strips
from domain.paper import Columns, Cut, Qr, Text
from tests.devices.papers import HOSTILE, RECEIPT


@pytest.fixture
def settings(tmp_path: Path) -> PrinterSettings:
    return PrinterSettings(kind="virtual", device=str(tmp_path / "paper"), columns=42)


def test_a_paper_becomes_a_text_and_a_picture_named_by_its_job(settings: PrinterSettings) -> None:
    assert open_printer(settings).print_paper(RECEIPT, job=123) == done()
    folder = Path(settings.device)
    assert sorted(path.name for path in folder.iterdir()) == ["receipt-000123.png", "receipt-000123.txt"]
    text = (folder / "receipt-000123.txt").read_text(encoding="utf-8").split("\n")
    assert text[0].strip() == "Panadería Ñandú"
    assert abs(len(text[0]) + len(text[0]) - len(text[0].strip()) - 42) <= 1  # as much room on its right
    assert text[2] == "-" * 42
    assert text[4] == "Café ¿descafeinado? - molido         89.90"
    assert text[8].strip() == "[1-000123]"
    with Image.open(folder / "receipt-000123.png") as picture:
        assert picture.width == 42 * CELL_WIDTH + 2 * MARGIN
        assert picture.height > 12 * PITCH


def test_papers_without_a_job_are_counted(settings: PrinterSettings) -> None:
    printer = open_printer(settings)
    printer.print_paper(RECEIPT, job=41)
    printer.print_paper(RECEIPT)
    assert (Path(settings.device) / "receipt-000042.txt").exists()


def test_the_same_job_again_is_the_same_file(settings: PrinterSettings) -> None:
    printer = open_printer(settings)
    assert printer.print_paper(RECEIPT, job=1) == printer.print_paper(RECEIPT, job=1) == done()
    assert len(list(Path(settings.device).iterdir())) == 2


def test_the_roll_gets_the_lines_with_and_without_a_folder(settings: PrinterSettings) -> None:
    rolls: list[Sequence[str]] = []
    for device in (settings.device, ""):
        known = msgspec.structs.replace(settings, device=device)
        assert open_printer(known, rolls.append).print_paper((Text("Ñu"), Columns("a", "1.00"))) == done()
    assert rolls[0] == rolls[1] == ["Ñu", "a" + " " * 37 + "1.00"]


def test_hostile_names_leave_no_control_byte_in_the_files_or_the_roll(settings: PrinterSettings) -> None:
    rolls: list[Sequence[str]] = []
    open_printer(settings, rolls.append).print_paper(tuple(Columns(name, "1.00") for name in HOSTILE), job=1)
    text = (Path(settings.device) / "receipt-000001.txt").read_text(encoding="utf-8")
    assert all(char.isprintable() for line in [*rolls[0], *text.split("\n")] for char in line)


@pytest.mark.parametrize(
    ("content", "fault"), [("no_paper\n", PrintFault.NO_PAPER), ("whatever", PrintFault.DEVICE_ERROR)]
)
def test_a_fault_file_makes_it_fail_until_it_is_gone(
    settings: PrinterSettings, content: str, fault: PrintFault
) -> None:
    folder = Path(settings.device)
    folder.mkdir()
    (folder / "fault").write_text(content)
    printer = open_printer(settings)
    assert printer.print_paper(RECEIPT) == failed(fault)
    assert printer.status().fault is fault
    (folder / "fault").unlink()
    assert printer.print_paper(RECEIPT) == done()
    assert printer.status().fault is None


def test_a_folder_that_cannot_be_made_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "paper").write_text("a file")
    settings = PrinterSettings(kind="virtual", device=str(tmp_path / "paper" / "x"))
    assert open_printer(settings).print_paper(RECEIPT) == failed(PrintFault.NOT_FOUND)


@pytest.mark.parametrize("change", [{"encoding": "CP0"}, {"columns": 3}])
def test_settings_that_make_no_sense_are_a_failure(settings: PrinterSettings, change: dict[str, str]) -> None:
    known = msgspec.structs.replace(settings, **change)
    assert open_printer(known).print_paper(RECEIPT) == failed(PrintFault.BAD_SETTINGS)


def _ink(text: str, *, bold: bool = False) -> bytes:
    return draw_line(Line(text, bold), 1).tobytes()


def test_the_font_has_its_own_glyph_for_every_letter_of_the_code_page() -> None:
    missing = _ink("\ufffe")
    letters = "ñÑáéíóúüçÇ¿¡€ºªÁÉÍÓÚ×½«»"
    drawn = {char: _ink(char) for char in letters}
    assert missing not in drawn.values()
    assert len(set(drawn.values())) == len(letters)
    assert _ink(" ") not in drawn.values()


def test_each_character_stays_in_its_cell() -> None:
    line = draw_line(Line("WWW@@@ÑÑÑ"), 9)
    for char, column in (("W", 0), ("@", 3), ("Ñ", 6)):
        box = (column * CELL_WIDTH, 0, (column + 1) * CELL_WIDTH, PITCH)
        assert line.crop(box).tobytes() == draw_line(Line(char), 1).tobytes()
    assert round(find_font().getlength("W")) == CELL_WIDTH


def test_accents_and_tails_are_not_cut_off() -> None:
    line = draw_line(Line("ÁÑgç"), 4).convert("L").point(lambda level: 255 - level)
    box = line.getbbox()
    assert box is not None
    assert box[1] > 0
    assert box[3] < PITCH
    assert box[3] - box[1] <= CELL_HEIGHT + 2


def test_bold_is_more_ink_and_double_size_four_times_as_much() -> None:
    def dots(line: Line) -> int:
        return draw_line(line, 8).histogram()[0]

    assert dots(Line("TOTAL", bold=True)) > dots(Line("TOTAL"))
    assert dots(Line("TOT", size=2)) == 4 * dots(Line("TOT"))


def test_a_picture_has_everything_but_the_drawers_pulse() -> None:
    page = CodePage("CP858")
    plain = draw_paper(lay_strips((Text("a"),), 32, page), 32)
    cut = draw_paper(lay_strips((Text("a"), Cut()), 32, page), 32)
    coded = draw_paper(lay_strips((Text("a"), Qr("x")), 32, page), 32)
    assert cut.height == plain.height + PITCH
    assert coded.height > plain.height + 100


def test_raster_rows_are_dots_for_ink_and_nothing_beside_the_picture() -> None:
    image = Image.new("1", (12, 2), 1)
    image.putpixel((0, 0), 0)
    image.putpixel((11, 1), 0)
    assert raster_bytes(image) == b"\x1dv0\x00\x02\x00\x02\x00" + b"\x80\x00" + b"\x00\x10"


def test_a_tall_picture_goes_out_in_parts_that_small_printers_can_hold() -> None:
    data = raster_bytes(Image.new("1", (8, 500), 0))
    assert [data[i : i + 8][6] for i in (0, 248, 496)] == [240, 240, 20]
    assert len(data) == 3 * 8 + 500
