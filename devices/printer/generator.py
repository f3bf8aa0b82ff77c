"""python-escpos, imported late and kept on a short lead: it only makes bytes here.

Its import parses a large table and keeps it as a pickle. Whoever can write that pickle can run code in the
lane, so it lies in a directory of ours with mode 0700, and one that is not ours is not used. A pickle torn by
a power cut would break every import after it: it is removed and the import tried once more.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import shutil
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, cast

from devices.errors import BadSettingsError

VARIABLE = "ESCPOS_CAPABILITIES_PICKLE_DIR"
_LOCK = threading.Lock()


class Generator(Protocol):
    """The part of `escpos.printer.Dummy` that is used: it collects bytes in `output`."""

    output: bytes

    def hw(self, hw: str) -> None:
        """`INIT`: ESC @."""

    def set(
        self,
        *,
        align: str | None = None,
        bold: bool | None = None,
        width: int | None = None,
        height: int | None = None,
        custom_size: bool | None = None,
    ) -> None:
        """Set what is named, leave the rest."""

    def qr(self, content: str, *, size: int, native: bool) -> None:
        """A QR code drawn by the printer."""

    def cut(self) -> None:
        """Feed past the knife and cut, as the profile can."""

    def print_and_feed(self, n: int) -> None:
        """Feed `n` lines."""

    def cashdraw(self, pin: int) -> None:
        """The drawer's pulse."""

    def _raw(self, msg: bytes) -> None:
        """Bytes as they are."""


def new_generator(profile: str) -> Generator:
    """Return an empty generator for a profile of python-escpos; `BadSettingsError` if there is none."""
    with _LOCK:
        if "escpos.printer" not in sys.modules:
            _import_escpos(private_dir())
    from escpos.printer import Dummy

    try:
        return cast("Generator", Dummy(profile=profile))
    except KeyError as error:
        raise BadSettingsError(f"no printer profile {profile!r}") from error


def supports(generator: Generator, feature: str) -> bool:
    """Say whether a generator's profile has a feature, as escpos-printer-db names them."""
    profile = cast("dict[str, dict[str, bool]]", generator.profile.profile_data)  # type: ignore[attr-defined]
    return bool(profile["features"].get(feature))


def private_dir() -> Path:
    """Return a directory that only this user can write: in the cache, else one that ends with the process."""
    for base in (os.environ.get("CACHE_DIRECTORY"), os.environ.get("XDG_CACHE_HOME"), "~/.cache"):
        folder = Path(base).expanduser() / "mostrador" / "escpos" if base else None
        if folder is not None and folder.is_absolute() and is_private(folder):
            return folder
    folder = Path(tempfile.mkdtemp(prefix="mostrador-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def is_private(folder: Path) -> bool:
    """Make a directory if it is missing; say whether it is ours, no link, and writable by nobody else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            return False
        folder.chmod(0o700)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def _import_escpos(folder: Path) -> None:
    """Import python-escpos with its pickle in `folder`."""
    os.environ[VARIABLE] = str(folder)
    with _without_traces(folder):
        try:
            import escpos.printer
        except Exception:
            # pickle.load fails with whatever the torn bytes spell
            for torn in folder.glob("*.pickle"):
                torn.unlink()
            import escpos.printer  # noqa: F401


@contextlib.contextmanager
def _without_traces(folder: Path) -> Iterator[None]:
    """Undo what the import does beside: a root log handler, and an empty directory at each start."""
    handlers = list(logging.root.handlers)
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before
        for handler in logging.root.handlers[:]:
            if handler not in handlers:
                logging.root.removeHandler(handler)
        for empty in folder.glob("tmp*"):
            with contextlib.suppress(OSError):
                empty.rmdir()
