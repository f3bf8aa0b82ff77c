"""`mostrador keys`: the sheet to put beside the keyboard, with the keys as this lane's settings have them."""

from __future__ import annotations

import argparse
import os
import sys

from config.errors import ConfigError, Fault, Problem
from config.file import load_settings
from config.paths import find_settings
from config.settings import Settings
from tui.keys import KeyTable, build_key_table, fault_text, key_sheet
from tui.words import Words, load_words


def run_command(arguments: argparse.Namespace) -> int:
    """Print the key sheet."""
    settings = load_settings(find_settings(os.environ, arguments.config))
    words = load_words(settings.store.language)
    for line in key_sheet(read_keys(settings, words), words):
        sys.stdout.write(line + "\n")
    return 0


def read_keys(settings: Settings, words: Words) -> KeyTable:
    """Return the key table of the settings; `ConfigError` names every clash."""
    keys = build_key_table(settings.screen.keys)
    if isinstance(keys, list):
        raise ConfigError([Problem("", "screen.keys", Fault.BAD_VALUE, fault_text(fault, words)) for fault in keys])
    return keys


def key_problems(settings: Settings) -> tuple[Problem, ...]:
    """Return what is wrong with the keys of the settings: the lane would not start with them."""
    try:
        read_keys(settings, load_words(settings.store.language))
    except ConfigError as error:
        return error.problems
    return ()
