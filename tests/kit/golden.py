"""Papers as a person has read them, kept as files; `GOLDEN=write` writes them anew."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("es", "en")
WIDTHS: Final = (42, 32)


def page_of(lines: Sequence[str]) -> str:
    """Return the lines of a paper as a text."""
    return "\n".join(line.rstrip() for line in lines) + "\n"


def kept_page(path: Path, page: str) -> str:
    """Return what is kept of a paper, after it was kept anew where that is asked for."""
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(page, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def golden_names(papers: Iterable[str]) -> set[str]:
    """Return the names of the files of some papers, in each language and width."""
    return {f"{name}-{language}-{width}.txt" for name in papers for language in LANGUAGES for width in WIDTHS}
