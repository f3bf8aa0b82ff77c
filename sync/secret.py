"""The lane's secret for its ERP: read from a file nobody else may read, and never shown.

systemd's credentials come first, then the file that the settings name, then `erp.key` in the lane's data. Never the
environment, the command line or the database.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from config.paths import LanePaths
from config.settings import Settings
from sync.errors import Halted

CREDENTIAL: Final = "erp-key"
FILE_NAME: Final = "erp.key"
MAX_BYTES: Final = 4_096


class Secret:
    """A text that says `Secret(…)` wherever it is printed; `reveal` gives it for a header."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def read_key(settings: Settings, paths: LanePaths, environ: Mapping[str, str] | None = None) -> Secret:
    """Return the key for the ERP. Raises `Halted` where there is none, or where others can read it."""
    path, unwanted = _place(settings, paths, os.environ if environ is None else environ)
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        text = f"cannot read the ERP's key {path} ({error.strerror}): put it there, or set erp.key_file"
        raise Halted(text) from error
    if mode & unwanted:
        raise Halted(f"others can read the ERP's key {path}: say `chmod 400` to it, and have the ERP make a new one")
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        text = ""
    if not text or len(content) > MAX_BYTES or not text.isprintable():
        raise Halted(f"{path} holds no key: one line of text is needed")
    return Secret(text)


def _place(settings: Settings, paths: LanePaths, environ: Mapping[str, str]) -> tuple[Path, int]:
    """Return where the key lies, and which bits its mode must not have.

    systemd lets the service's user read a credential by an access list where it can, and then the group's bits are that
    list's mask: they show 0440 though no group may read it.
    """
    folder = environ.get("CREDENTIALS_DIRECTORY", "")
    if folder and (Path(folder) / CREDENTIAL).exists():
        return Path(folder) / CREDENTIAL, 0o007
    return Path(settings.erp.key_file).expanduser() if settings.erp.key_file else paths.data / FILE_NAME, 0o077
