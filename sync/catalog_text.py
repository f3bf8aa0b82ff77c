"""What a file's bytes are: which encoding, whether all of them are text, and a digest to know the file again."""

from __future__ import annotations

import codecs
import hashlib
from typing import BinaryIO, Final

import msgspec

from sync.errors import SyncError

MAX_TEXT_BYTES: Final = 1 << 30
"""Most a file may hold when it is unpacked; a million items are some 100 MB."""

_CHUNK: Final = 1 << 16
_UTF8: Final = "utf-8-sig"
_WINDOWS: Final = "cp1252"
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UnreadableFile(SyncError):
    """A file cannot be read as it is; nothing was changed, and the text says what to do."""


class Survey(msgspec.Struct, frozen=True):
    """What a file was found to be; `is_guessed` where its encoding is the likeliest, not a certain one."""

    digest: str
    encoding: str
    is_guessed: bool


def survey_text(name: str, content: BinaryIO, encoding: str = "") -> Survey:
    """Read a file to its end and say what it is. Raises `UnreadableFile`, or what the disk or the archive says.

    Without an encoding: UTF-8, or UTF-16 by its mark, or else Windows-1252, of which Latin-1 text is a part. A file
    that begins as UTF-8 and does not go on as such is refused: read as Windows-1252, all its accents were wrong.
    """
    if encoding and not _is_known(encoding):
        raise UnreadableFile(f"there is no encoding {encoding!r}: give one such as utf-8, cp1252 or cp850")
    digest = hashlib.sha256()
    reader: _Reader | None = None
    size = 0
    while chunk := content.read(_CHUNK):
        size += len(chunk)
        if size > MAX_TEXT_BYTES:
            raise UnreadableFile(f"{name} holds more than {MAX_TEXT_BYTES} bytes: split it")
        digest.update(chunk)
        reader = reader or _Reader(name, chunk, encoding)
        reader.read(chunk)
    if reader is None:
        raise UnreadableFile(f"{name} is empty: its first line must name the columns")
    reader.read(b"", final=True)
    return Survey(digest.hexdigest(), reader.encoding, reader.is_guessed)


class _Reader:
    """Decodes a file chunk by chunk, and takes another encoding once, at the first byte that is no ASCII."""

    def __init__(self, name: str, start: bytes, encoding: str) -> None:
        self.encoding = encoding or ("utf-16" if start.startswith(_UTF16_MARKS) else _UTF8)
        self.is_guessed = False
        self._name = name
        self._may_guess = not encoding and not start.startswith((codecs.BOM_UTF8, *_UTF16_MARKS))
        self._lines = 1
        self._decoder = codecs.getincrementaldecoder(self.encoding)()

    def read(self, chunk: bytes, *, final: bool = False) -> None:
        """Decode a chunk, and count its lines."""
        try:
            text = self._decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            self._take_windows(error)
            self.read(error.object, final=final)
            return
        if "\0" in text:
            line = self._lines + text[: text.index("\0")].count("\n")
            where = f"{self._name}, line {line}"
            raise UnreadableFile(f"{where} holds a null byte: it is damaged or no text; export it again")
        if self._may_guess and not text.isascii():
            self._may_guess = False
        self._lines += text.count("\n")

    def _take_windows(self, error: UnicodeDecodeError) -> None:
        """Go on as Windows-1252 if everything so far was ASCII, or say where the text breaks off."""
        before = error.object[: error.start]
        if not self._may_guess or not before.isascii():
            where = f"{self._name}, line {self._lines + before.count(10)}"
            what = f"is not {_plain_name(self.encoding)} like the lines before it"
            raise UnreadableFile(f"{where} {what}: save the file as UTF-8, or name its encoding") from error
        self.encoding, self.is_guessed, self._may_guess = _WINDOWS, True, False
        self._decoder = codecs.getincrementaldecoder(_WINDOWS)()


def _plain_name(encoding: str) -> str:
    return {_UTF8: "UTF-8", "utf-16": "UTF-16", _WINDOWS: "Windows-1252"}.get(encoding, encoding)


def _is_known(encoding: str) -> bool:
    """Say whether Python has this encoding, and it is one of text."""
    try:
        return "a".encode(encoding).decode(encoding) == "a"
    except (LookupError, UnicodeError, ValueError):
        return False
