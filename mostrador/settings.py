"""`mostrador config show|check|set`: the settings file from the command line."""

from __future__ import annotations

import argparse
import os
import sys

from config.file import check_settings, dump_settings, load_settings, set_value
from config.paths import find_settings, user_file
from mostrador.escapes import json_bytes, toml_text


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
    problems = check_settings(path)
    if arguments.json:
        sys.stdout.buffer.write(json_bytes({"file": str(path or ""), "problems": problems}))
        return 1 if problems else 0
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if not problems:
        sys.stdout.write(f"good: {path}\n" if path else "good: there is no settings file, the defaults are in force\n")
    return 1 if problems else 0


def run_set(arguments: argparse.Namespace) -> int:
    """Change one setting in the file, which is made where there is none."""
    path = find_settings(os.environ, arguments.config) or user_file(os.environ)
    set_value(path, arguments.key, arguments.value)
    sys.stdout.write(f"{arguments.key} is set in {path}\n")
    return 0
