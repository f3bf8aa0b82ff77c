"""`mostrador sync`: from the command line to `sync.command`."""

from __future__ import annotations

import argparse
from typing import Literal

from sync.command import SyncCommand, run


def run_command(arguments: argparse.Namespace) -> int:
    """Do what was asked; without anything, be the lane's sync until stopped."""
    action: Literal["run", "once", "status", "retry"] = arguments.what or ("once" if arguments.once else "run")
    return run(SyncCommand(arguments.config, action, tuple(arguments.documents), arguments.all, arguments.json))
