"""Modules that are imported when something of them is wanted first.

Opening a lane imports what selling needs; reports, cash without a sale and prices by hand come with their first use.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any


class Later:
    """A module by its name; asking it for anything imports it."""

    def __init__(self, name: str) -> None:
        """Take the name; nothing is imported yet."""
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> Any:
        """Return what the module has under a name."""
        if self._module is None:
            self._module = import_module(self._name)  # asking it again each time costs a sale two microseconds
        return getattr(self._module, attribute)
