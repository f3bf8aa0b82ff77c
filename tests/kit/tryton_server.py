"""A real Tryton for tests: its own programs, on the loopback, on a database that is made once and copied for each test.

The module under test need not be installed: a folder beside the database tells Tryton where it is, as pip would.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "integrations" / "trytond_mostrador"
DRIVERS = ROOT / ".venv" / "postgres"
"""Where Tryton's way to PostgreSQL lies, if it does (.ci/run puts it there): no lane is to load it."""
SEED = ROOT / "tests" / "kit" / "tryton_seed.py"
DATABASE = "shop"
MODULES = ("ir", "res", "account_credit_limit", "sale_price_list", "stock_lot", "sale_point", "mostrador")
START_TRIES = 600


class TrytonServer:
    """A Tryton that runs. It can be killed and started again on the same database."""

    def __init__(self, folder: Path, uri: str = "sqlite://") -> None:
        """Serve the database in a folder, or at a URI."""
        self.folder = folder
        self.port = free_port()
        self._config = write_config(folder, uri, self.port)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Where it is asked."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        arguments = [program("trytond"), "-c", str(self._config), "-d", DATABASE]
        self._process = subprocess.Popen(arguments, env=environment(self.folder), stdout=log, stderr=log)
        log.close()
        for _ in range(START_TRIES):
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text()[-3000:])
            if self._answers():
                return
            time.sleep(0.05)
        raise RuntimeError("Tryton does not answer")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        body = b'{"id":0,"method":"common.server.version","params":[]}'
        request = Request(f"{self.origin}/rpc/", body, {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=5) as reply:
                return bool(reply.status == 200)
        except HTTPError:
            return True
        except (URLError, OSError):
            return False


def make_database(folder: Path, uri: str = "sqlite://") -> None:
    """Make the shop's database from nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    install_module(folder)
    config = write_config(folder, uri, 0)
    if uri.startswith("sqlite"):
        (folder / f"{DATABASE}.sqlite").touch()
    (folder / "word").write_text("word-of-the-administrator")
    common = ["-c", str(config), "-d", DATABASE]
    run(
        folder, program("trytond-admin"), *common, "-u", *MODULES, "--activate-dependencies", "--email", "a@example.org"
    )
    run(folder, sys.executable, str(SEED), str(config), DATABASE)


def run(folder: Path, *arguments: str) -> None:
    """Run a program to its end, in Tryton's environment."""
    done = subprocess.run(arguments, env=environment(folder), capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stdout[-1000:].decode()}{done.stderr[-6000:].decode()}")


def seeded(cache: Path) -> Path:
    """Return the database file that all tests copy, made at the first call; other processes wait for it."""
    folder = cache / fingerprint()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make_database(folder)
            (folder / "ready").touch()
    return folder / f"{DATABASE}.sqlite"


@contextmanager
def serving(folder: Path, database: Path) -> Iterator[TrytonServer]:
    """Serve a copy of a database for as long as it is needed."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(database, folder / f"{DATABASE}.sqlite")
    install_module(folder)
    server = TrytonServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def fingerprint() -> str:
    """Return what changes when the database has to be made anew: the module, the seed, Tryton's version."""
    parts = [*sorted((MODULE / "trytond_mostrador").rglob("*")), SEED, Path(__file__)]
    found = hashlib.sha256(version("trytond").encode() + sys.version.encode())
    for path in parts:
        if path.is_file() and path.suffix != ".pyc":
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:16]


def install_module(folder: Path) -> None:
    """Make the module known as an installed one is: by its entry point."""
    project = tomllib.loads((MODULE / "pyproject.toml").read_text())["project"]
    info = folder / "site" / f"trytond_mostrador-{project['version']}.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: trytond-mostrador\nVersion: {project['version']}\n")
    points = project["entry-points"]["trytond.modules"]
    lines = [f"{name} = {module}" for name, module in points.items()]
    (info / "entry_points.txt").write_text("[trytond.modules]\n" + "\n".join(lines) + "\n")


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of Tryton's programs."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TRYTON", "COV_", "PYTEST"))}
    return kept | {
        "PYTHONPATH": os.pathsep.join((str(folder / "site"), str(MODULE), str(DRIVERS))),
        "TRYTONPASSFILE": str(folder / "word"),
        "TRYTOND_LOGGING_LEVEL": "40",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def write_config(folder: Path, uri: str, port: int) -> Path:
    """Write Tryton's settings. Its default of 300 s for a session, and its few tries, are for people."""
    path = folder / "trytond.conf"
    path.write_text(
        f"[database]\nuri = {uri}\npath = {folder}\nretry = 20\n\n"
        f"[web]\nlisten = 127.0.0.1:{port}\n\n[session]\ntimeout = 86400\nmax_attempt = 50\n"
    )
    return path


def program(name: str) -> str:
    """Return the path of a program of Tryton's."""
    return str(Path(sys.executable).parent / name)


def free_port() -> int:
    """Return a port of the loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
