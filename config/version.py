"""What this program and its machine are called, as papers, Zs and documents carry it."""

from __future__ import annotations

from functools import cache

NAME = "Mostrador"


VERSION = "0.1.0"
"""Told here and in pyproject.toml, a test holds the two together: asking the installation takes 15 ms of each start."""


def software() -> str:
    """Return the program's name and version."""
    return f"{NAME} {VERSION}"


@cache
def host_name() -> str:
    """Return the name of this machine, as its network knows it."""
    from socket import gethostname  # only a report needs it

    return gethostname()
