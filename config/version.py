"""What this program is called and which version it is, as papers, Zs and documents carry it."""

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
