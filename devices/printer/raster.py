"""Dots as bytes: `GS v 0`, the raster image that nearly every receipt printer knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

MAX_ROWS = 240
"""Rows in one image: printers with small buffers stop at larger ones."""


def raster_bytes(image: Image.Image) -> bytes:
    """Return the bytes that print a black and white image (mode `1`), in parts of at most `MAX_ROWS` rows."""
    from PIL import Image

    parts: list[bytes] = []
    width_bytes = (image.width + 7) // 8
    for top in range(0, image.height, MAX_ROWS):
        part = image.crop((0, top, image.width, min(top + MAX_ROWS, image.height)))
        # Pillow's 1 is white, the printer's is a dot; what pads the last byte of a row must stay white
        dots = part.convert("L").point(lambda level: 255 - level).convert("1", dither=Image.Dither.NONE).tobytes()
        size = width_bytes.to_bytes(2, "little") + part.height.to_bytes(2, "little")
        parts.append(b"\x1dv0\x00" + size + dots)
    return b"".join(parts)
