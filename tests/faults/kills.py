"""SIGKILL at random moments: a child that posts a stream is killed, started again, killed again.

The child says on its standard output what it has saved, one line for each promise. It is killed some
time after a random one of them: the number of promises and of looks at the pipe are drawn from the
seed, the exact moment is the machine's. One kill in eight falls into the start-up, where a ledger is
recovered and migrated. Whatever had reached the pipe before the kill was promised.

What SIGKILL cannot find is a missing sync, for the page cache lives on: see `cuts` for that.
"""

import os
import select
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryFile
from typing import IO

from tests.faults.cuts import Check, Tally

_IN_START_UP = 1 / 8
_START_UP_LOOKS = 1 << 16
_CHUNK_BYTES = 1 << 16


class ChildFailedError(AssertionError):
    """The child ended by itself with an error; its standard error is the message."""


class NothingKilledError(AssertionError):
    """The child ended by itself too often: its stream is too short to be cut."""


@dataclass(frozen=True)
class Launch:
    """How to start the child: its arguments, and a file for its standard input (none: empty)."""

    argv: Sequence[str]
    stdin: Path | None = None
    cwd: Path | None = None


@dataclass(frozen=True)
class Kills:
    """So many kills, each after at most so many promises and then so many looks at the pipe."""

    kills: int
    seed: int
    most_acks: int = 40
    most_looks: int = 1 << 12


@dataclass
class Toll:
    """What happened: starts, real kills, kills in the start-up, and the promises heard, in order."""

    starts: int = 0
    killed: int = 0
    killed_early: int = 0
    acked: list[str] = field(default_factory=list)


# Given the number of starts so far and what was promised so far, how to start the next child.
Start = Callable[[int, Sequence[str]], Launch]
# What a line of standard output promises to be saved; None: nothing.
Hear = Callable[[str], str | None]


def kill_often(start: Start, hear: Hear, kills: Kills) -> Toll:
    """Start and kill the child until it was killed often enough.

    Nothing opens the ledger between a kill and the next start, so that the child itself must recover.
    Raises ChildFailedError, or NothingKilledError after twice as many starts as kills wanted.
    """
    toll, random = Toll(), Random(kills.seed)
    while toll.killed < kills.kills:
        if toll.starts == 2 * kills.kills:
            raise NothingKilledError(f"{toll.killed} of {kills.kills} kills in {toll.starts} starts")
        launch = start(toll.starts, toll.acked)
        toll.starts += 1
        heard = len(toll.acked)
        if _run(launch, _Ear(hear, toll.acked), kills, random):
            toll.killed += 1
            toll.killed_early += len(toll.acked) == heard
    return toll


def judge_kills(toll: Toll, check: Check, directory: Path) -> Tally:
    """Compare the ledger with what was promised: one state, cut as often as the child was killed.

    `lost` and `doubled` are numbers of promises here, also when the ledger is unsound.
    """
    finding = check(directory)
    present = list(finding.present)
    tally = Tally(states=toll.starts, cut=toll.killed, unsound=len(finding.faults))
    tally.lost = len(set(toll.acked) - set(present))
    tally.doubled = len(present) - len(set(present))
    tally.examples = list(finding.faults[:3])
    return tally


@dataclass
class _Ear:
    """Takes whole lines from a pipe; a line without its end was never said."""

    hear: Hear
    acked: list[str]
    rest: bytes = b""
    is_open: bool = True

    def look(self, pipe: int) -> None:
        try:
            chunk = os.read(pipe, _CHUNK_BYTES)
        except BlockingIOError:
            return
        self.is_open = bool(chunk)
        *lines, self.rest = (self.rest + chunk).split(b"\n")
        promises = (self.hear(line.decode()) for line in lines)
        self.acked.extend(promise for promise in promises if promise is not None)


def _run(launch: Launch, ear: _Ear, kills: Kills, random: Random) -> bool:
    """One life of the child; True if it ended by our kill."""
    with TemporaryFile() as errors, open(launch.stdin or os.devnull, "rb") as stdin:
        child = subprocess.Popen(
            list(launch.argv),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=errors,
            cwd=launch.cwd,
            start_new_session=True,
        )
        assert child.stdout is not None
        with child.stdout as stdout:
            _wait_for_moment(stdout.fileno(), ear, kills, random)
            if ear.is_open:
                os.killpg(child.pid, signal.SIGKILL)  # with all that it started and that holds the pipe
            while ear.is_open:  # what was in the pipe had been said
                os.set_blocking(stdout.fileno(), True)
                ear.look(stdout.fileno())
        return _was_killed(child.wait(), errors)


def _wait_for_moment(pipe: int, ear: _Ear, kills: Kills, random: Random) -> None:
    acks, looks = random.randint(1, kills.most_acks), _log_uniform(random, kills.most_looks)
    if random.random() < _IN_START_UP:
        acks, looks = 0, _log_uniform(random, _START_UP_LOOKS)
    wanted = len(ear.acked) + acks
    poll = select.poll()
    poll.register(pipe, select.POLLIN)
    os.set_blocking(pipe, False)
    while ear.is_open and len(ear.acked) < wanted:
        poll.poll()
        ear.look(pipe)
    for _ in range(looks):
        if not ear.is_open:
            break
        ear.look(pipe)


def _log_uniform(random: Random, most: int) -> int:
    return int(most ** random.random())


def _was_killed(code: int, errors: IO[bytes]) -> bool:
    if code == -signal.SIGKILL:
        return True
    if code != 0:
        errors.seek(0)
        raise ChildFailedError(f"exit code {code}: {errors.read().decode(errors='replace')}")
    return False
