"""The edge to the disk: TOML files read in, text files written whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from config.errors import ConfigError, Fault, Problem


def read_text(path: Path) -> str:
    """Return a file's text, nothing where there is no file; ConfigError if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise fail(path, "", Fault.NOT_TOML, f"must be UTF-8; byte {error.start} is not") from error
    except OSError as error:
        raise fail(path, "", Fault.UNREADABLE, f"cannot be read: {error.strerror}") from error


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return the tables in a TOML text; ConfigError with line and column if it is none."""
    if not text:
        return {}
    import tomllib  # some milliseconds, for the lane that has a file

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise fail(path, "", Fault.NOT_TOML, f"is not TOML: {error}") from error


def write_whole(path: Path, text: str) -> None:
    """Replace a file so that a power cut leaves the old one or the new; ConfigError if it cannot be written.

    The folder is made if it is missing; a link is followed; the file keeps its permissions.
    """
    from config.durable import Disk  # only for a command that writes

    target = path.resolve()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = target.stat().st_mode & 0o7777 if target.exists() else None
        Disk().put(target, text.encode(), partial=temporary, mode=mode)
    except OSError as error:
        raise fail(path, "", Fault.UNWRITABLE, f"cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)


def fail(path: Path, key: str, fault: Fault, remedy: str) -> ConfigError:
    """Return the error of one problem."""
    return ConfigError([Problem(str(path), key, fault, remedy)])
