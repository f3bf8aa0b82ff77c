"""Balances of customers' accounts, with their open documents, from a file or from the ERP's pages.

A customer's rows are one word on the account: its balance and its documents are taken together or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from config.settings import Settings
from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.customer_row import BALANCE_CELLS, BalanceRow, Money, judge_balance
from domain.instant import latest_told, stamp
from storage.accounts import Balance, has_unanswered, moves_sent_until, moves_up_to, put_balances, sent_moves
from storage.connection import LedgerDatabase
from storage.customers import find_customer
from storage.errors import saving
from storage.pace import Pace
from sync.catalog_columns import Aliases
from sync.catalog_import import (
    USUAL_PACE,
    ImportOptions,
    ImportReport,
    begin_report,
    import_lock,
    need_columns,
    need_rows,
)
from sync.catalog_table import CatalogTable, open_table
from sync.catalog_words import FLAW_WORDS
from sync.feed import CellRow
from sync.feed_items import Taken
from sync.import_rules import money_of

BATCH: Final = 200
BALANCE_COLUMNS: Final[Aliases] = {
    "code": "code codigo clave customer cliente customer_code",
    "owed": "owed balance saldo debe",
    "as_of": "as_of al instante at",
    "covers": "covers cubre",
    "document": "document documento document_id",
    "folio": "folio number numero",
    "date": "date fecha",
    "due_date": "due_date vence vencimiento",
    "amount": "amount importe",
    "open": "open abierto pendiente",
}
Now = Callable[[], datetime]
Flawed = tuple[int, Flaw, str]


def import_balances(
    db: LedgerDatabase,
    path: Path,
    options: ImportOptions,
    settings: Settings,
    now: Now,
    pace: Pace = USUAL_PACE,
) -> ImportReport:
    """Take a file of balances: one row for each account, and one for each open document."""
    with import_lock(db), open_table(path, BALANCE_COLUMNS, "balances", options.encoding) as file:
        need_columns(file, ("code",), ("owed",), ("as_of",))
        rows, said, flawed = _judge(file, settings, latest_told(now()))
        need_rows(path.name, rows, options.rows)
        report = begin_report(db, file, options, flawed)
        taken = _apply(db, said, settings.lane.id, stamp(now()), pace) if report.is_applied else 0
        return msgspec.structs.replace(report, rows=rows, changed=taken, unchanged=len(said) - taken)


def _judge(
    file: CatalogTable, settings: Settings, latest: str
) -> tuple[int, Mapping[str, list[BalanceRow]], list[Flawed]]:
    """Judge every row. An account with a bad row, with two balances or with none is left out whole."""
    money = money_of(settings)
    said: dict[str, list[tuple[int, BalanceRow]]] = {}
    flawed: list[Flawed] = []
    broken: set[str] = set()
    rows = 0
    for line, cells in file.rows(BALANCE_CELLS):
        rows += 1
        judged = RowFlaw(file.unfit) if cells is None else _judge_row(_named(cells), money, latest)
        if isinstance(judged, RowFlaw):
            flawed.append((line, judged.flaw, judged.text))
            broken.update(cells[:1] if cells else ())
        else:
            said.setdefault(judged.code, []).append((line, judged))
    for code, found in said.items():
        balances = sum(row.document is None and bool(row.as_of) for _, row in found)
        if code in broken or balances != 1:
            flaw = Flaw.ITEM_TWICE if balances > 1 else Flaw.NO_BALANCE
            flawed += [(line, flaw, code) for line, _ in found]
            broken.add(code)
    sound = {code: [row for _, row in found] for code, found in said.items() if code not in broken}
    return rows, sound, sorted(flawed)


def _judge_row(cells: Mapping[str, str], money: Money, latest: str) -> BalanceRow | RowFlaw:
    """Judge a row; a balance of a time still to come was told by a wrong clock."""
    judged = judge_balance(cells, money)
    is_of_later = isinstance(judged, BalanceRow) and judged.as_of > latest
    return RowFlaw(Flaw.BAD_INSTANT, shown(cells["as_of"])) if is_of_later else judged


def _named(cells: Sequence[str]) -> dict[str, str]:
    return dict(zip(BALANCE_CELLS, cells, strict=True))


def _apply(db: LedgerDatabase, said: Mapping[str, list[BalanceRow]], lane: str, at: str, pace: Pace) -> int:
    """Write accounts some hundred in a transaction, and return how many were newer than what the lane had."""
    taken = 0
    accounts = iter(said.values())
    while batch := list(islice(accounts, BATCH)):
        began_ns = pace.elapsed_ns()
        with saving(), db.atomic():
            taken += put_balances(db, _balances(db, batch, lane), at)
        pace.rest(began_ns)
    return taken


def _balances(db: LedgerDatabase, accounts: Iterable[list[BalanceRow]], lane: str) -> Iterator[Balance]:
    """Yield the balance of each account with what it covers of this lane's documents."""
    for rows in accounts:
        told = next(row for row in rows if row.document is None)
        codes = _codes_of(db, told.code)
        if told.covers is None:
            covers = moves_sent_until(db, codes, told.as_of)
        else:
            covers = moves_up_to(db, codes, told.covers.get(lane, 0))
        documents = tuple(row.document for row in rows if row.document is not None)
        yield Balance(told.code, told.owed_minor, told.as_of, covers, documents)


def _codes_of(db: LedgerDatabase, code: str) -> tuple[str, ...]:
    """Return a customer's code, and those that he had before."""
    customer = find_customer(db, code)
    return (code, *customer.was) if customer else (code,)


class BalanceTaker:
    """Takes the ERP's pages of balances, which cover what had been sent before they were asked for."""

    def __init__(self, settings: Settings, now: Now) -> None:
        """Take the currency of the shop."""
        self._money = money_of(settings)
        self._now = now
        self._sent: frozenset[int] = frozenset()
        self._asked_at = ""

    def may_ask(self, db: LedgerDatabase) -> bool:
        """Say whether it is known which documents the ERP has: else one would be counted here and in the balance."""
        return not has_unanswered(db)

    def look(self, db: LedgerDatabase) -> None:
        """Keep what had been sent before a page is asked for."""
        self._sent, self._asked_at = sent_moves(db), stamp(self._now())

    def take(self, db: LedgerDatabase, rows: Sequence[CellRow]) -> Taken:
        """Judge and write a page."""
        latest = latest_told(self._now())
        judged = {row.erp_id: _judge_row({"code": row.key, **row.cells}, self._money, latest) for row in rows}
        sound = {erp_id: row for erp_id, row in judged.items() if not isinstance(row, RowFlaw)}
        with saving(), db.atomic():
            balances = [
                Balance(row.code, row.owed_minor, row.as_of or self._asked_at, self._covered(db, row.code))
                for row in sound.values()
                if row.document is None
            ]
            put_balances(db, balances, self._asked_at)
        refused = {erp_id: FLAW_WORDS[row.flaw] for erp_id, row in judged.items() if isinstance(row, RowFlaw)}
        return Taken({erp_id: row.code for erp_id, row in sound.items()}, refused)

    def _covered(self, db: LedgerDatabase, code: str) -> frozenset[int]:
        """Return which of a customer's moves had been sent."""
        if not self._sent:
            return self._sent
        return self._sent & moves_up_to(db, _codes_of(db, code), max(self._sent))

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Keep balances: who is gone may owe something still."""
