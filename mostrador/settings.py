"""`mostrador config show|check|set`: the settings file from the command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from config.errors import ConfigError, Problem
from config.file import check_settings, dump_settings, load_settings, set_value
from config.paths import find_settings, user_file
from mostrador.escapes import json_bytes, toml_text
from mostrador.key_sheet import key_problems

KEYS: Final = "screen.keys."


def run_show(arguments: argparse.Namespace) -> int:
    """Print every setting, those of the file and the defaults."""
    settings = load_settings(find_settings(os.environ, arguments.config))
    if arguments.json:
        sys.stdout.buffer.write(json_bytes(settings, indent=2))
    else:
        sys.stdout.write(toml_text(dump_settings(settings)))
    return 0


def run_check(arguments: argparse.Namespace) -> int:
    """Check the settings file; 0 where it is good, 1 with every problem where it is not."""
    path = find_settings(os.environ, arguments.config)
    problems = check_file(path)
    if arguments.json:
        sys.stdout.buffer.write(json_bytes({"file": str(path or ""), "problems": problems}))
        return 1 if problems else 0
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if not problems:
        sys.stdout.write(f"good: {path}\n" if path else "good: there is no settings file, the defaults are in force\n")
    return 1 if problems else 0


def check_file(path: Path | None) -> list[Problem]:
    """Return all that is wrong with a settings file; whether keys clash is asked once the rest of it is right."""
    return check_settings(path) or list(key_problems(load_settings(path)))


def run_set(arguments: argparse.Namespace) -> int:
    """Change one setting in the file, which is made where there is none."""
    path = find_settings(os.environ, arguments.config) or user_file(os.environ)
    if arguments.key.startswith(KEYS):
        _hold_key(path, arguments.key.removeprefix(KEYS), arguments.value)
    set_value(path, arguments.key, arguments.value)
    sys.stdout.write(f"{arguments.key} is set in {path}\n")
    return 0


def _hold_key(path: Path, act: str, key: str) -> None:
    """Raise `ConfigError` unless an act can have a key beside the others of the file."""
    settings = load_settings(path if path.exists() else None)
    screen = msgspec.structs.replace(settings.screen, keys={**settings.screen.keys, act: key})
    if problems := key_problems(msgspec.structs.replace(settings, screen=screen)):
        raise ConfigError(problems)
