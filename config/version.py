"""What this program and its machine are called, as papers, Zs and documents carry it."""

from __future__ import annotations

from functools import cache

NAME = "Mostrador"


@cache
def software() -> str:
    """Return the program's name and version; the name alone where it runs without being installed."""
    from importlib.metadata import PackageNotFoundError, version  # 15 ms that only a report or a batch needs

    try:
        return f"{NAME} {version('mostrador')}"
    except PackageNotFoundError:
        return NAME


@cache
def host_name() -> str:
    """Return the name of this machine, as its network knows it."""
    from socket import gethostname  # only a report needs it

    return gethostname()
