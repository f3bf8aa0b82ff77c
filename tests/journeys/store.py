"""A store of a journey's own: its home, its settings file, and the real `mostrador` run in it as a process.

store = open_store(tmp_path, store={"country": "generic"})
store.run("operator", "add", "7", "Ana", "--pin-stdin", stdin=f"{PIN}\\n")
with store.talk() as pipe:
    pipe.ask(SignOn("7", PIN))
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

import msgspec
import tomli_w

from config.file import load_settings
from config.paths import LanePaths, lane_paths
from domain.account_outcome import WholeAnswer
from domain.intent import Intent
from domain.outcome import Answer
from storage.connection import LedgerDatabase, open_ledger
from tests.kit.catalog import fill_catalog
from tests.kit.lane import put_people

PROGRAM: Final = Path(sys.executable).with_name("mostrador")
PIN: Final = "7204"
"""What operators type who are added by the command line."""
BOUND_SECONDS: Final = 120
"""Only a program that hangs reaches it; what is waited for comes in some milliseconds."""

_ENCODE = msgspec.json.Encoder().encode
_ANSWER: Final[msgspec.json.Decoder[Answer]] = msgspec.json.Decoder(WholeAnswer)


@dataclass(frozen=True)
class Ran:
    """A program that has ended: its status, and what it wrote."""

    status: int
    out: str
    err: str


class Talk:
    """A `mostrador pipe` that is asked one intent after the other."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        """Take a process with both pipes."""
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout

    def ask(self, intent: Intent) -> Answer:
        """Send an intent and return what is answered."""
        return _ANSWER.decode(self.send(_ENCODE(intent)))

    def send(self, line: bytes) -> bytes:
        """Send a line as it is and return the line that is answered."""
        self._in.write(line + b"\n")
        self._in.flush()
        ready, _, _ = select.select([self._out], [], [], BOUND_SECONDS)
        assert ready, f"no answer to {line[:200]!r}"
        answer = self._out.readline()
        assert answer.endswith(b"\n"), f"the pipe has ended at {line[:200]!r}"
        return answer


@dataclass(frozen=True)
class Store:
    """One store on disk."""

    home: Path
    settings: Path

    @property
    def environ(self) -> dict[str, str]:
        """The environment of its programs: nothing of the machine's but the path."""
        return {
            "HOME": str(self.home),
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C.UTF-8",
            "MOSTRADOR_CONFIG": str(self.settings),
        }

    @property
    def paths(self) -> LanePaths:
        """Where its lane keeps everything."""
        return lane_paths(load_settings(self.settings), self.environ)

    def run(self, *arguments: str, stdin: str = "") -> Ran:
        """Run a command of the program to its end."""
        done = subprocess.run(
            [PROGRAM, *arguments],
            input=stdin.encode(),
            capture_output=True,
            env=self.environ,
            cwd=self.home,
            timeout=BOUND_SECONDS,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def run_well(self, *arguments: str, stdin: str = "") -> str:
        """Run a command that must end with 0 and return what it wrote."""
        ran = self.run(*arguments, stdin=stdin)
        assert ran.status == 0, ran.err
        return ran.out

    def verify(self, *options: str) -> str:
        """Have the ledger verified, which must be sound, and return what was said; nothing outside has to vouch."""
        ran = self.run(*options, "verify")
        assert ran.status in (0, 3), ran.out + ran.err
        return ran.out

    def add_operator(self, number: str = "7", name: str = "Ana", pin: str = PIN) -> None:
        """Add an operator by the command line, who may do all that a store does by itself."""
        self.run_well("operator", "add", number, name, "--role", "supervisor", "--pin-stdin", stdin=f"{pin}\n")

    def start_pipe(self, stdin: int | IO[bytes], stdout: int | IO[bytes], stderr: IO[bytes]) -> subprocess.Popen[bytes]:
        """Start `mostrador pipe`."""
        return subprocess.Popen(
            [PROGRAM, "pipe"], stdin=stdin, stdout=stdout, stderr=stderr, env=self.environ, cwd=self.home
        )

    @contextmanager
    def talk(self) -> Iterator[Talk]:
        """Start `mostrador pipe`, and see it end well."""
        with TemporaryFile() as errors, self.start_pipe(subprocess.PIPE, subprocess.PIPE, errors) as process:
            try:
                yield Talk(process)
            except BaseException:
                process.kill()
                raise
            assert process.stdin is not None
            process.stdin.close()
            status = process.wait(BOUND_SECONDS)
            errors.seek(0)
            assert status == 0, errors.read().decode()

    @contextmanager
    def ledger(self) -> Iterator[LedgerDatabase]:
        """Open its ledger to look on."""
        db = open_ledger(self.paths.ledger, must_exist=True)
        try:
            yield db
        finally:
            db.close()


def open_store(folder: Path, **tables: Any) -> Store:
    """Return a new store in a folder; keyword arguments are tables of the settings file."""
    home = folder / "home"
    home.mkdir(parents=True)
    settings = folder / "mostrador.toml"
    settings.write_text(tomli_w.dumps(tables), encoding="utf-8")
    return Store(home, settings)


def open_small_store(folder: Path, **tables: Any) -> Store:
    """Return a new store that has the tests' small catalogue and its two operators (`tests.kit`)."""
    store = open_store(folder, **tables)
    db = open_ledger(store.paths.ledger)
    fill_catalog(db)
    put_people(db)
    db.close()
    return store
