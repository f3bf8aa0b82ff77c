"""A JSON file from outside, read whole within bounds: its numbers are exact, and nothing in it can fill the memory."""

from __future__ import annotations

import gzip
import zlib
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from sync.catalog_text import UnreadableFile

MAX_BYTES: Final = 64_000_000
"""Most a file may hold when it is unpacked."""

_GZIP: Final = b"\x1f\x8b"
_BOM: Final = b"\xef\xbb\xbf"


def read_json(path: Path, most_bytes: int = MAX_BYTES) -> object:
    """Return what a JSON file holds, packed with gzip or not, numbers with a point as `Decimal`.

    A number that no `Decimal` can be is `NaN`. Raises `UnreadableFile`, whose text names the remedy.
    """
    content = read_text(path, most_bytes)
    try:
        return msgspec.json.Decoder(float_hook=exact_decimal).decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableFile(f"{path.name} is not JSON in UTF-8 ({error}): export it again") from error
    except (RecursionError, ValueError) as error:
        raise UnreadableFile(f"{path.name} cannot be read ({error}): export it again") from error


def read_text(path: Path, most_bytes: int = MAX_BYTES) -> bytes:
    """Return the bytes of a text in UTF-8 without its mark; raises as `read_bounded` does."""
    return read_bounded(path, most_bytes).removeprefix(_BOM)


def read_bounded(path: Path, most_bytes: int) -> bytes:
    """Return a file's bytes, unpacked if they are packed with gzip; `UnreadableFile` if there are too many."""
    try:
        with path.open("rb") as file:
            content = _unpacked(file, most_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(f"{path.name} is a damaged archive ({error}): pack it again") from error
    except FileNotFoundError as error:
        raise UnreadableFile(f"there is no file {path}: name one that is there") from error
    except OSError as error:
        raise UnreadableFile(
            f"cannot read {path} ({error.strerror or error}): look at the file and its disk"
        ) from error
    if len(content) > most_bytes:
        raise UnreadableFile(f"{path.name} holds more than {most_bytes} bytes: split it")
    return content


def _unpacked(file: BinaryIO, most_bytes: int) -> bytes:
    """Return the content of a file, one byte more than allowed at most."""
    content = file.read(most_bytes + 1)
    if not content.startswith(_GZIP):
        return content
    if len(content) > most_bytes:
        return content
    import io

    with gzip.GzipFile(fileobj=io.BytesIO(content)) as unpacked:
        return unpacked.read(most_bytes + 1)


def exact_decimal(text: str) -> Decimal:
    """Return a number of JSON as it stands there; `NaN` where no `Decimal` can be it."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("NaN")
