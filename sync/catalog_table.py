"""A catalogue's file as a table, whatever it is written in: CSV, or JSON where its name says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from domain.catalog_flaw import Flaw
from sync.catalog_columns import Aliases, Cells, Columns
from sync.catalog_csv import open_csv
from sync.catalog_text import Survey, UnreadableFile


class CatalogTable(Protocol):
    """An open file with a heading for each column, and rows that are numbered as a person would find them."""

    path: Path
    survey: Survey
    columns: Columns

    @property
    def delimiter(self) -> str:
        """What parts the cells; empty where nothing does."""
        ...

    @property
    def unfit(self) -> Flaw:
        """What is wrong with a row that has no cells."""
        ...

    @property
    def size(self) -> int:
        """How much there is to read."""
        ...

    @property
    def position(self) -> int:
        """How much of it has been read."""
        ...

    def rows(self, wanted: Sequence[str]) -> Iterator[tuple[int, Cells | None]]:
        """Yield each row's number and its cells in the order wanted; None for a row that is `unfit`."""
        ...

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Yield each row's number and all its cells."""
        ...


def is_json(path: Path) -> bool:
    """Say whether a file is JSON, by its name."""
    return path.name.lower().endswith((".json", ".json.gz"))


@contextmanager
def open_table(path: Path, aliases: Aliases, key: str, encoding: str = "") -> Iterator[CatalogTable]:
    """Open a file of what `key` names, packed by gzip or not. Raises `UnreadableFile`."""
    if not is_json(path):
        with open_csv(path, aliases, encoding) as file:
            yield file
        return
    if encoding:
        raise UnreadableFile(f"{path.name} is JSON, which is UTF-8 always: leave the encoding out")
    from sync.catalog_json import CatalogJson  # most shops have CSV

    yield CatalogJson(path, aliases, key)
