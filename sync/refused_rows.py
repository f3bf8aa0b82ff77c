"""The file of refused rows: every one with its cells as they came, its line and its reason, to correct and import."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from domain.catalog_flaw import Flaw
from domain.text import safe_cell
from sync.catalog_table import CatalogTable
from sync.catalog_words import FLAW_WORDS
from sync.errors import Unreachable

ADDED_COLUMNS = ("refused_line", "refused_reason", "refused_because", "refused_text")


def write_refused(file: CatalogTable, folder: Path, flaws: Iterable[tuple[int, Flaw, str]]) -> Path | None:
    """Write the refused rows of a file beside others of their kind and return where; None where none is refused.

    `flaws` come in the order of the file, which is read once more for its cells. Cells are quoted, and none can run
    as a formula. What an earlier import of a file of this name left is replaced or removed. Raises `Unreachable`.
    """
    path = folder / f"{file.path.name}.refused.csv"
    partial = path.with_name(f"{path.name}.part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, quoting=csv.QUOTE_ALL)
            writer.writerow([*map(safe_cell, file.columns.header), *ADDED_COLUMNS])
            written = _write_rows(writer, file, flaws)
        if written:
            os.replace(partial, path)
            return path
        partial.unlink()
        path.unlink(missing_ok=True)
    except OSError as error:
        raise Unreachable(f"cannot write {path} ({error.strerror}): make room, or set lane.data to another") from error
    return None


def _write_rows(writer: Any, file: CatalogTable, flaws: Iterable[tuple[int, Flaw, str]]) -> int:
    """Write the rows that have a flaw and return how many there were."""
    waiting = iter(flaws)
    flawed = next(waiting, None)
    written = 0
    if flawed is None:
        return 0
    width = file.columns.width
    for line, record in file.records():
        if line != flawed[0]:
            continue
        cells = [*record[:width], *[""] * (width - len(record))]
        why = (str(line), flawed[1].value, FLAW_WORDS[flawed[1]], flawed[2])
        writer.writerow([*map(safe_cell, cells), *map(safe_cell, why)])
        written += 1
        flawed = next(waiting, None)
        if flawed is None:
            break
    return written
