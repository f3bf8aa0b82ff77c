"""Where things live: the settings file, and the folders and files of one lane.

Settings are looked for in the file named on the command line or in `$MOSTRADOR_CONFIG`, then in
`$XDG_CONFIG_HOME/mostrador/mostrador.toml` (`~/.config/…`), then in `/etc/mostrador/mostrador.toml`. The
working folder is not searched: a file that lies there by chance must not decide which ledger a lane writes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from config.errors import ConfigError, Fault, Problem
from config.settings import Settings

CONFIG_VARIABLE = "MOSTRADOR_CONFIG"
FILE_NAME = "mostrador.toml"
SYSTEM_FILE = Path("/etc/mostrador") / FILE_NAME
LANE_ID = re.compile(r"[A-Za-z0-9_-]{1,12}")
LANE_ID_REMEDY = "1 to 12 letters, digits, - or _"


class LanePaths(msgspec.Struct, frozen=True):
    """The folders and files of one lane, all absolute; none needs to exist yet."""

    data: Path
    ledger: Path
    training: Path
    """The ledger of training sales, which are in no total."""
    backups: Path
    logs: Path
    erp: Path
    """Folder of the `files` connector: documents for the ERP in `out/`, catalogues for the lane in `in/`."""
    receipts: Path
    """Where the virtual printer leaves its paper."""


def find_settings(environ: Mapping[str, str], named: Path | None = None) -> Path | None:
    """Return the settings file of this lane, None if there is none; ConfigError if a named one is missing."""
    variable = environ.get(CONFIG_VARIABLE, "")
    explicit = named or _whole(variable, environ)
    if explicit:
        if not _is_there(explicit):
            raise ConfigError([_missing(explicit, "the command line" if named else f"${CONFIG_VARIABLE}")])
        return explicit.absolute()
    return next((path for path in (user_file(environ), SYSTEM_FILE) if _is_there(path)), None)


def user_file(environ: Mapping[str, str]) -> Path:
    """Return the settings file in the user's own configuration folder: where a new one is written."""
    return _base(environ, "XDG_CONFIG_HOME", ".config") / "mostrador" / FILE_NAME


def lane_paths(settings: Settings, environ: Mapping[str, str]) -> LanePaths:
    """Return where a lane keeps everything; ConfigError if its id cannot be part of a path."""
    lane = settings.lane.id
    if not LANE_ID.fullmatch(lane):
        raise ConfigError([Problem("", "lane.id", Fault.BAD_VALUE, LANE_ID_REMEDY)])
    default = _base(environ, "XDG_DATA_HOME", ".local/share") / "mostrador" / f"lane-{lane}"
    data = _whole(settings.lane.data, environ) or default
    return LanePaths(
        data=data,
        ledger=data / "ledger.db",
        training=data / "training.db",
        backups=data / "backups",
        logs=data / "logs",
        erp=_whole(settings.sync.folder, environ) or data / "erp",
        receipts=data / "receipts",
    )


def make_folders(paths: LanePaths) -> None:
    """Make the folders of a lane that are missing; ConfigError naming one that cannot be made.

    An ERP's folder elsewhere is not ours to make: where a share is not mounted, its documents would stay here.
    """
    own = (paths.erp,) if paths.data in paths.erp.parents else ()
    for folder in (paths.data, paths.backups, paths.logs, paths.receipts, *own):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            remedy = f"cannot make this folder ({error.strerror}); set lane.data to another"
            raise ConfigError([Problem(str(folder), "", Fault.UNWRITABLE, remedy)]) from error


def is_absolute(text: str) -> bool:
    """Say whether a folder's name means the same wherever the lane is started: absolute, or from `~`."""
    return text == "~" or text.startswith(("/", "~/"))


def _whole(text: str, environ: Mapping[str, str]) -> Path | None:
    if text == "~" or text.startswith("~/"):
        return _home(environ) / text[2:]
    return Path(text).absolute() if text else None


def _base(environ: Mapping[str, str], variable: str, fallback: str) -> Path:
    """Return an XDG base folder; a relative one is ignored, as the XDG specification says."""
    value = environ.get(variable, "")
    return Path(value) if value.startswith("/") else _home(environ) / fallback


def _home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("HOME") or os.path.expanduser("~"))


def _is_there(path: Path) -> bool:
    """Say whether there is such a file; one that cannot be looked at is there, and is reported when read."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def _missing(path: Path, source: str) -> Problem:
    remedy = f"there is no such file, but {source} names it; name one that is there, or none for the usual places"
    return Problem(str(path), "", Fault.MISSING, remedy)
