"""What the tree of commands is made of: a command with its help and an example, a group, the option for programs."""

from __future__ import annotations

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(commands: Commands, name: str, text: str, example: str, handler: str) -> argparse.ArgumentParser:
    """Add a command with its help and an example."""
    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=text,
        description=text[:1].upper() + text[1:] + ".",
        epilog=f"Example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(handler=handler)
    return command


def add_json(command: argparse.ArgumentParser) -> None:
    """Add the option that answers a program."""
    command.add_argument("--json", action="store_true", help="answer as JSON, for programs")


def add_group(commands: Commands, name: str, text: str, example: str) -> Commands:
    """Add a command that has commands of its own."""
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=text[:1].upper() + text[1:] + ".", epilog=f"Example: {example}"
    )
    group: Commands = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    return group
