"""`mostrador pipe`: the register without a screen (docs/pipe.md).

One JSON intent a line in, one JSON outcome a line out, in order. An outcome is written after its commit, so a
line that was read is in the ledger.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any, Final

import msgspec

from domain.intent import Intent
from domain.outcome import Answer
from domain.refusal import Reason, Refused
from domain.text import safe_text
from mostrador.wiring import open_lane, read_settings
from register.register import Register

MAX_LINE: Final = 1_000_000
PRINT_SECONDS: Final = 30.0
"""How long the end of the input waits for the printer; what is left is printed when the lane next starts."""

_DECODE = msgspec.json.Decoder(Intent).decode
_ENCODE = msgspec.json.Encoder().encode


def run_command(arguments: argparse.Namespace) -> int:
    """Serve intents from standard input until it ends."""
    if arguments.schema:
        sys.stdout.buffer.write(msgspec.json.format(_ENCODE(schema()), indent=2) + b"\n")
        return 0
    settings, paths = read_settings(arguments.config)
    with open_lane(settings, paths, is_training=arguments.training) as lane:
        lane.start()
        with minding_interrupts() as let_through:
            serve(lane.register, read_lines(sys.stdin.buffer), sys.stdout.buffer, let_through)
        lane.spool.wake()
        lane.spool.wait_idle(PRINT_SECONDS)
    return 0


@contextmanager
def minding_interrupts() -> Iterator[Callable[[], None]]:
    """Give what lets an interrupt through that came where it was lost: in a callback of SQLite."""
    came: list[int] = []

    def note(number: int, _frame: object) -> None:
        came.append(number)
        raise KeyboardInterrupt

    def let_through() -> None:
        if came:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield let_through
    finally:
        signal.signal(signal.SIGINT, before)


def serve(
    register: Register, lines: Iterable[bytes], out: IO[bytes], let_through: Callable[[], None] = lambda: None
) -> None:
    """Answer each line; an empty one is passed over. `let_through` is asked after each answer."""
    for line in lines:
        if line.strip():
            out.write(_ENCODE(answer(register, line)) + b"\n")
            out.flush()
            let_through()


def read_lines(source: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a stream; of one that is too long no more than shows it, however long it is."""
    while line := source.readline(MAX_LINE + 2):
        rest = line
        while len(rest) == MAX_LINE + 2 and not rest.endswith(b"\n"):
            rest = source.readline(MAX_LINE + 2)
        yield line


def answer(register: Register, line: bytes) -> Answer:
    """Return what the register says to one line."""
    if len(line.rstrip(b"\r\n")) > MAX_LINE:
        return Refused(Reason.BAD_INTENT, {"error": f"a line is longer than {MAX_LINE} bytes"})
    try:
        intent = _DECODE(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Refused(Reason.BAD_INTENT, {"error": safe_text(str(error))})
    return register.perform(intent)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of both directions."""
    from domain.account_outcome import WholeAnswer  # no start loads it

    (intent, outcome), components = msgspec.json.schema_components([Intent, WholeAnswer], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "mostrador pipe",
        "properties": {"intent": intent, "outcome": outcome},
        "$defs": components,
    }
