"""`mostrador sync`: from the command line to `sync.command`."""

from __future__ import annotations

import argparse
from pathlib import Path

from mostrador.cli import complain
from sync.command import Action, SyncCommand, run


def run_command(arguments: argparse.Namespace) -> int:
    """Do what was asked; without anything, be the lane's sync until stopped. What would be ignored is refused."""
    if clash := _find_clash(arguments):
        return complain(clash)
    if arguments.what == "check" and arguments.oracle:
        from mostrador.oracle_check import run_check  # needs neither settings nor ledger, and nobody else needs it

        return run_check(arguments.oracle, as_json=arguments.json)
    action: Action = arguments.what or ("once" if arguments.once else "run")
    documents, folder = tuple(arguments.documents), arguments.folder or Path()
    return run(SyncCommand(arguments.config, action, documents, arguments.all, arguments.json, folder))


def _find_clash(arguments: argparse.Namespace) -> str:
    """Return what does not go together in a command line, with the remedy; empty where all does."""
    if arguments.once and arguments.what:
        return f"--once makes a round and `{arguments.what}` makes none: leave one of them out"
    if arguments.all and arguments.what not in ("retry", "export"):
        return "--all belongs to `mostrador sync retry` and `mostrador sync export`: leave it out"
    if arguments.oracle and arguments.what != "check":
        return "--oracle belongs to `mostrador sync check`: leave it out"
    if arguments.folder and arguments.what != "export":
        return "--folder belongs to `mostrador sync export`: leave it out"
    if arguments.documents and arguments.what not in _NAMING:
        return "documents are named to `mostrador sync retry` and `mostrador sync export` only: leave them out"
    return ""


_NAMING = ("retry", "accept", "reconcile", "export")
"""Actions that take names: of documents, a feed, a shift."""
