"""A lane whose ledger is a dictionary: what selling costs when there is nothing to look up on a disk or to save."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

from bench.store import OPERATOR, PIN, MadeItem, make_items
from config.paths import LanePaths
from config.settings import Settings
from mostrador.wiring import OpenLane
from register.pins import hash_pin
from register.register import open_register
from register.spool import Spool
from storage.connection import LedgerDatabase


class NoLedger:
    """Answers the questions that a lane asks its ledger: it knows items, one operator and nothing else."""

    data_version = 0
    clock_doubt = approver = ""

    def __init__(self, items: Iterable[MadeItem], path: Path) -> None:
        """Keep the items by code, as rows; at `path` there is no file."""
        self.path = path
        self._rows = {item.key: _row_of(item) for item in items}
        self._operator = (OPERATOR.operator, OPERATOR.name, OPERATOR.role.value, hash_pin(PIN), "")

    def one(self, sql: str, params: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the row of an item or of the operator; there are no others."""
        if "FROM item_code" in sql:
            return self._rows.get(params[0])
        return self._operator if "FROM operator" in sql else None

    def all(self, _sql: str, _params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return nothing."""
        return []

    def run(self, _sql: str, _params: Sequence[Any] = ()) -> None:
        """Save nothing."""

    def many(self, _sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Save none of the rows."""
        list(rows)

    def atomic(self) -> AbstractContextManager[None]:
        """Begin nothing and commit nothing."""
        return nullcontext()


class NoSpool:
    """A printer's queue in which nothing ever is."""

    state = "ready"

    def start(self) -> None:
        """Do nothing."""


def _row_of(item: MadeItem) -> tuple[Any, ...]:
    """Return the row that the look-up by code gives."""
    fields = (item.item_id, item.sku, item.name, item.department, item.tax_class, item.unit_price_micro)
    return (*fields, "pc", 0, 0, 1, "", 1_000_000)


@contextmanager
def open_without(settings: Settings, paths: LanePaths, item_count: int) -> Iterator[OpenLane]:
    """Open a lane without a ledger, with its shift."""
    db = cast("LedgerDatabase", NoLedger(make_items(item_count), paths.ledger))
    register = open_register(db, settings)
    register.sign_on(OPERATOR.operator, PIN)
    register.open_shift(0)
    yield OpenLane(settings, paths, db, register, cast("Spool", NoSpool()))
