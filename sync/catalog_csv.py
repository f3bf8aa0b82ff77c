"""Reading a catalogue's CSV file: what it is written in, which column is which, and its rows one by one.

A file is read once as bytes before anything else, so that a truncated archive, a wrong encoding or a null byte in
its last line is known before the first row is judged. Memory stays the same for any length of file.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

from domain.catalog_flaw import Flaw
from sync.catalog_columns import Aliases, Cells, Columns, match_columns, pick_rows
from sync.catalog_text import Survey, UnreadableFile, survey_text
from sync.watch import Stamp

DELIMITERS: Final = ",;\t|"
_HEAD_CHARACTERS: Final = 1 << 16
_GZIP: Final = b"\x1f\x8b"


class CatalogCsv:
    """An open CSV file that can be read as it is. It is the one that was opened, whatever takes its name later."""

    unfit: Final = Flaw.WRONG_COLUMNS

    def __init__(self, path: Path, file: BinaryIO, aliases: Aliases, encoding: str) -> None:
        """Look the whole file over. Raises `UnreadableFile`."""
        self.path = path
        self._file = file
        self._stamp = Stamp.of(os.fstat(file.fileno()))
        with self._mapped(), self._bytes() as content:
            self.survey: Survey = survey_text(path.name, content, encoding)
        with self._mapped():
            self.delimiter, self.columns = self._find_columns(aliases)

    @property
    def size(self) -> int:
        """The file's size in bytes, as it lies on the disk."""
        return self._stamp.size

    @property
    def position(self) -> int:
        """How many of these bytes have been read."""
        return os.lseek(self._file.fileno(), 0, os.SEEK_CUR)

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Cells | None]]:
        """Yield the line each row begins on and its cells in the order wanted, empty where there is no such column.

        None in place of the cells: the row has not as many as the header. Raises `UnreadableFile`.
        """
        return pick_rows(self.records(), self.columns, wanted)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield the line each row begins on and all its cells; blank lines are passed over."""
        with self._mapped(), self._text() as text:
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            try:
                while not next(reader):
                    continue
                line = reader.line_num + 1
                for row in reader:
                    if row:
                        yield line, row
                    line = reader.line_num + 1
            except csv.Error as error:
                where = f"{self.path.name}, line {reader.line_num}"
                raise UnreadableFile(f"{where}: {error}: look at the quotes there, or save it as CSV again") from error
        if Stamp.of(os.fstat(self._file.fileno())) != self._stamp:
            raise UnreadableFile(f"{self.path.name} was changed while it was read: import it when it is whole")

    def _find_columns(self, aliases: Aliases) -> tuple[str, Columns]:
        """Return the delimiter under which the header names most of the columns we know, and the columns."""
        with self._text() as text:
            head = text.read(_HEAD_CHARACTERS)
        headers = {mark: _first_record(head, mark) for mark in DELIMITERS}
        found = {mark: match_columns(header, aliases) for mark, header in headers.items() if header}
        if not found:
            raise UnreadableFile(f"{self.path.name} is empty: its first line must name the columns")
        best = max(found, key=lambda mark: (len(found[mark].indexes), found[mark].width))
        if twice := found[best].twice:
            raise UnreadableFile(f"{self.path.name} has two columns {twice!r}: name or remove one of them")
        return best, found[best]

    @contextmanager
    def _text(self) -> Iterator[io.TextIOWrapper]:
        with self._bytes() as content, io.TextIOWrapper(content, self.survey.encoding, newline="") as text:
            yield text

    @contextmanager
    def _bytes(self) -> Iterator[BinaryIO]:
        """Open the file's content from its start, unpacked if it is packed."""
        descriptor = self._file.fileno()
        is_packed = os.pread(descriptor, len(_GZIP), 0) == _GZIP
        os.lseek(descriptor, 0, os.SEEK_SET)
        with os.fdopen(os.dup(descriptor), "rb") as raw:
            if not is_packed:
                yield raw
                return
            with gzip.GzipFile(fileobj=raw) as unpacked:
                yield cast("BinaryIO", unpacked)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        """Say in one sentence what the disk or the archive says."""
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnreadableFile(f"{self.path.name} is a damaged archive ({error}): send it again") from error
        except OSError as error:
            raise UnreadableFile(
                f"{self.path.name} cannot be read ({error.strerror or error}): send it again"
            ) from error


@contextmanager
def open_csv(path: Path, aliases: Aliases, encoding: str = "") -> Iterator[CatalogCsv]:
    """Open a CSV file, packed by gzip or not. `encoding` is its own where its bytes do not show it.

    Raises `UnreadableFile`.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"cannot open {path} ({error.strerror}): look at its name and its rights") from error
    with file:
        yield CatalogCsv(path, file, aliases, encoding)


def _first_record(head: str, delimiter: str) -> list[str]:
    """Return the cells of the first line that has any."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    try:
        return next((row for row in reader if row), [])
    except csv.Error:
        return []
