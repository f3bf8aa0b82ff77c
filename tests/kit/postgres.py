"""A PostgreSQL of Debian's packages for as long as a test needs it: on the loopback, in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kit.tryton_server import free_port

PLACES = "/usr/lib/postgresql"
USER = "tryton"


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL there is, None where there is none."""
    found = [path.parent for path in Path(PLACES).glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


def why_not() -> str:
    """Return why there can be no PostgreSQL here, empty where there can."""
    if programs() is None:
        return "PostgreSQL is not installed (apt install postgresql)"
    if os.getuid() == 0 and _server_user() is None:
        return "PostgreSQL refuses root, and there is no other user to run it as"
    return ""


class Postgres:
    """A server that runs."""

    def __init__(self, folder: Path, port: int, user: str | None) -> None:
        """Know where it is, and as whom its programs run."""
        self.folder = folder
        self.port = port
        self._user = user

    @property
    def uri(self) -> str:
        """What Tryton is told; the database's name comes from its own settings."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/"

    def run(self, name: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs to its end."""
        place = programs()
        assert place is not None
        done = subprocess.run(
            [str(place / name), *arguments],
            cwd=self.folder,
            user=self._user,
            group=self._user,
            extra_groups=[] if self._user else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr[-2000:].decode()}")

    def ask(self, name: str, *arguments: str) -> None:
        """Run a program that speaks with the server."""
        self.run(name, "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, *arguments)


@contextmanager
def serving_postgres() -> Iterator[Postgres]:
    """Make a cluster and serve it; what makes it durable is off, as it lives no longer than a test."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    user = _server_user() if os.getuid() == 0 else None
    server = Postgres(folder, free_port(), user)
    data = str(folder / "data")
    try:
        if user:
            shutil.chown(folder, user, user)
        server.run("initdb", "-D", data, "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        settings = f"-p {server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
        settings += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        server.run("pg_ctl", "-D", data, "-o", settings, "-l", str(folder / "log"), "-w", "start")
        try:
            yield server
        finally:
            server.run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    """Return an unprivileged user with a group of the same name: the server's own, or nobody's."""
    for name in ("postgres", "games"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    return None
