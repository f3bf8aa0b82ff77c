"""`mostrador`: the front door. Nothing heavy is imported before the command line is understood."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

ZONES: Final = ("/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo")
"""The usual places of the time zone database (CPython's own defaults)."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    # Before Textual is imported: without it Shift+F1…F8 of the Linux console arrive as control characters.
    os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
    os.environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    # Where CPython looks by itself, told to it: finding out costs every start the whole of the build's settings.
    os.environ.setdefault("PYTHONTZPATH", ":".join(ZONES))
    from mostrador.cli import run

    return run(sys.argv[1:] if argv is None else list(argv))


if __name__ == "__main__":
    sys.exit(main())
