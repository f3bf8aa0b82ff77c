"""The command line: one tree of commands, and one place where a failure becomes a sentence.

Exit statuses: 0 done, 1 the thing asked about is not as it should be, 2 it could not be done, 130 interrupted.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from config.errors import ConfigError
from domain.text import safe_text

if TYPE_CHECKING:
    import argparse

FAILED: Final = 2
INTERRUPTED: Final = 130
TRAINABLE: Final = ("mostrador.lane:run_command", "mostrador.demo:run_command", "mostrador.pipe:run_command")
"""The commands that can be worked on the ledger of training."""

LANE: Final = "mostrador.lane:run_command"
"""What is run where no command is named."""

Handler = Callable[[Any], int]


class LaneLine:
    """A command line that starts the lane, as the parser of all commands would have read it."""

    def __init__(self) -> None:
        self.handler = LANE
        self.config: Path | None = None
        self.training = False
        self.json = False


def read_lane_line(argv: Sequence[str]) -> LaneLine | None:
    """Return a command line with nothing in it but the plain options of the lane; None for any other."""
    line, words = LaneLine(), iter(argv)
    for word in words:
        if word == "--training":
            line.training = True
        elif word == "--config" and (path := next(words, "-"))[:1] != "-":
            line.config = Path(path)
        else:
            return None
    return line


def run(argv: list[str]) -> int:
    """Understand a command line, do it and return the exit status; a failure is one sentence on stderr."""
    arguments: LaneLine | argparse.Namespace | None = read_lane_line(argv)
    if arguments is None:
        from mostrador.cli_tree import build_parser  # a lane's start does not pay for the tree of all commands

        arguments = build_parser().parse_args(argv)
    if arguments.training and arguments.handler not in TRAINABLE:
        return complain("only the lane itself, `demo` and `pipe` can be worked in training")
    handler = _load(arguments.handler)
    try:
        return handler(arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return FAILED
    except ConfigError as error:
        return complain(str(error))
    except Exception as error:
        if not _is_ours(error):
            raise
        return complain(str(error))


def _load(place: str) -> Handler:
    """Import a command. The collector does not look on, nor later at what is imported: nothing of it is garbage."""
    module, _, name = place.partition(":")
    gc.disable()
    try:
        handler: Handler = getattr(import_module(module), name)
    finally:
        gc.freeze()
        gc.enable()
    return handler


def complain(text: str) -> int:
    """Say on stderr what went wrong, free of control characters, and return the exit status for it."""
    for line in text.splitlines():
        sys.stderr.write(f"mostrador: {safe_text(line, 500)}\n")
    return FAILED


def _forget_output() -> None:
    """Let what the reader did not wait for go nowhere: Python flushes at its end, and would complain of the pipe."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _is_ours(error: Exception) -> bool:
    """Say whether an exception is one of our own trees, whose text names the remedy."""
    from storage.errors import LedgerError
    from sync.errors import SyncError

    return isinstance(error, LedgerError | SyncError)
