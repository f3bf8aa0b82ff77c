"""A paper as dots: for the virtual printer's PNG, and for printers without the code page.

The look is a receipt printer's: a fixed cell for each character, doubled sizes by doubling dots. The font is
DejaVu Sans Mono, which python-barcode brings (Pillow's own font has no accents).
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from devices.printer.strips import CELL_WIDTH, Act, Line, Strip, Symbol

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

CELL_HEIGHT = 24
PITCH = 30
"""Dots from line to line: a sixth of an inch at 180 dots, what ESC 2 sets."""
MARGIN = 24
FONT_DOTS = 20
_BAR_HEIGHT = 64
_FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf",
)


def draw_paper(strips: list[Strip], columns: int) -> Image:
    """Return the picture of a laid-out paper, black on white, with a dashed line where the knife goes."""
    from PIL import Image

    pieces = [_draw_strip(strip, columns) for strip in strips]
    drawn = [piece for piece in pieces if piece is not None]
    height = sum(piece.height for piece in drawn)
    paper = Image.new("1", (columns * CELL_WIDTH + 2 * MARGIN, height + 2 * MARGIN), 1)
    top = MARGIN
    for piece in drawn:
        paper.paste(piece, ((paper.width - piece.width) // 2, top))
        top += piece.height
    return paper


def draw_line(line: Line, columns: int) -> Image:
    """Return one line of text as dots, as wide as the paper."""
    from PIL import Image

    small = Image.new("1", (columns * CELL_WIDTH // line.size, PITCH), 1)
    for column, char in enumerate(line.text):
        if char != " ":
            _draw_char(small, char, column * CELL_WIDTH, line.bold)
    if line.size == 1:
        return small
    return small.resize((small.width * line.size, small.height * line.size), Image.Resampling.NEAREST)


def draw_symbol(symbol: Symbol) -> Image:
    """Return a barcode or a QR code as dots, its quiet zone included."""
    rows = _qr_rows(symbol.data) if symbol.kind == "qr" else [_bars(symbol.data)]
    height = symbol.module if symbol.kind == "qr" else _BAR_HEIGHT
    return _draw_squares(rows, symbol.module, height)


def _draw_strip(strip: Strip, columns: int) -> Image | None:
    """Return the picture of one strip; the drawer's pulse has none."""
    match strip:
        case Line():
            return draw_line(strip, columns)
        case Symbol(kind="barcode"):
            return _stack(draw_symbol(strip), draw_line(Line(strip.data.center(columns)), columns))
        case Symbol():
            return draw_symbol(strip)
        case Act(what="cut"):
            return draw_line(Line("- " * (columns // 2)), columns)
        case _:
            return None


def _stack(upper: Image, lower: Image) -> Image:
    """Return two pictures as one, centred above each other."""
    from PIL import Image

    both = Image.new("1", (max(upper.width, lower.width), upper.height + lower.height), 1)
    both.paste(upper, ((both.width - upper.width) // 2, 0))
    both.paste(lower, ((both.width - lower.width) // 2, upper.height))
    return both


def _draw_char(image: Image, char: str, left: int, bold: bool) -> None:
    """Draw a character into its cell; bold is the same one dot further, as a printer strikes twice."""
    from PIL import ImageDraw

    draw = ImageDraw.Draw(image)
    draw.fontmode = "1"
    font = find_font()
    offset = (CELL_WIDTH - round(font.getlength(char))) // 2
    for shift in (0, 1) if bold else (0,):
        draw.text((left + offset + shift, CELL_HEIGHT - 4), char, fill=0, font=font, anchor="ls")


def _draw_squares(rows: list[str], module: int, height: int) -> Image:
    """Return rows of `0` and `1` as dots, `module` wide and `height` high each, with four modules around."""
    from PIL import Image

    quiet = 4
    flat = Image.new("1", (len(rows[0]) + 2 * quiet, len(rows)), 1)
    for y, row in enumerate(rows):
        for x, square in enumerate(row):
            if square == "1":
                flat.putpixel((x + quiet, y), 0)
    full = flat.resize((flat.width * module, flat.height * height), Image.Resampling.NEAREST)
    framed = Image.new("1", (full.width, full.height + 2 * quiet * module), 1)
    framed.paste(full, (0, quiet * module))
    return framed


def _qr_rows(data: str) -> list[str]:
    """Return the squares of a QR code."""
    import qrcode

    code = qrcode.QRCode(border=0)
    code.add_data(data)
    code.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()]


def _bars(data: str) -> str:
    """Return the bars of a Code 128."""
    import barcode

    bars: list[str] = barcode.get("code128", data).build()
    return bars[0]


@lru_cache(maxsize=1)
def find_font() -> FreeTypeFont:
    """Return a monospaced font with Latin letters and the euro sign."""
    from PIL import ImageFont

    bundled = Path(str(resources.files("barcode"))) / "fonts" / "DejaVuSansMono.ttf"
    for path in (bundled, *map(Path, _FONTS)):
        if path.is_file():
            return ImageFont.truetype(str(path), FONT_DOTS)
    raise FileNotFoundError("no monospaced font: DejaVu Sans Mono or Liberation Mono")
