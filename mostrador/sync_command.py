"""`mostrador sync`: from the command line to `sync.command`."""

from __future__ import annotations

import argparse

from mostrador.cli import complain
from sync.command import Action, SyncCommand, run


def run_command(arguments: argparse.Namespace) -> int:
    """Do what was asked; without anything, be the lane's sync until stopped. What would be ignored is refused."""
    if clash := _find_clash(arguments):
        return complain(clash)
    if arguments.what == "check":
        from mostrador.oracle_check import run_check  # needs neither settings nor ledger, and nobody else needs it

        return run_check(arguments.oracle, as_json=arguments.json)
    action: Action = arguments.what or ("once" if arguments.once else "run")
    return run(SyncCommand(arguments.config, action, tuple(arguments.documents), arguments.all, arguments.json))


def _find_clash(arguments: argparse.Namespace) -> str:
    """Return what does not go together in a command line, with the remedy; empty where all does."""
    if arguments.once and arguments.what:
        return f"--once makes a round and `{arguments.what}` makes none: leave one of them out"
    if arguments.all and arguments.what != "retry":
        return "--all belongs to `mostrador sync retry`: leave it out"
    if bool(arguments.oracle) != (arguments.what == "check"):
        return "say what to check and against what: `mostrador sync check --oracle FILE`"
    if arguments.documents and arguments.what not in ("retry", "accept"):
        return "documents are named to `mostrador sync retry`, a feed to `mostrador sync accept`: leave them out"
    return ""
