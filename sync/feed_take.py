"""Who takes which feed; and taking departments, fiscal positions, and facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol, runtime_checkable

import msgspec

from config.country import country_of
from config.settings import Settings
from domain.catalog_flaw import RowFlaw
from domain.department_row import judge_department, settle_parents
from domain.item import Department
from domain.text import safe_text
from storage.catalog import read_departments
from storage.connection import LedgerDatabase
from storage.department_apply import apply_departments
from storage.pace import SYNC_PACE
from storage.positions import ErpPosition, encode_position, read_positions
from sync.balances import BalanceTaker
from sync.catalog_import import USUAL_PACE, import_lock
from sync.catalog_words import FLAW_WORDS
from sync.customers import CustomerTaker
from sync.feed import (
    AnyRow,
    DepartmentRow,
    FactRow,
    Feed,
    PositionRow,
)
from sync.feed_items import ItemTaker, Judged, Taken
from sync.feed_operators import OperatorTaker
from sync.feed_prices import PriceTaker, PromotionTaker
from sync.import_rules import shop_rules
from sync.returned import ReturnedTaker
from sync.salespeople import SalespersonTaker
from sync.stock import StockTaker
from sync.value_feed import CardTaker, PointsTaker

Now = Callable[[], datetime]
_POSITION_CODE: Final = re.compile(r"[A-Za-z0-9_-]{1,24}")


class Taker(Protocol):
    """Takes the rows of one feed."""

    def take(self, db: LedgerDatabase, rows: Sequence[Any]) -> Taken:
        """Judge and apply a page, in short transactions of its own. Raises `SyncBusy`, `LedgerError`."""
        ...

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Take out of use what is gone at the ERP."""
        ...


@runtime_checkable
class Looking(Protocol):
    """A taker that has to look at the ledger before the ERP is asked."""

    def may_ask(self, db: LedgerDatabase) -> bool:
        """Say whether this is the moment to ask; if not, the next pull does."""
        ...

    def look(self, db: LedgerDatabase) -> None:
        """Look."""
        ...


def may_ask(db: LedgerDatabase, taker: object) -> bool:
    """Say whether the ERP can be asked now for what a taker takes."""
    return not isinstance(taker, Looking) or taker.may_ask(db)


@runtime_checkable
class WholeTaker(Protocol):
    """Takes a feed whose rows are applied all together, in place of all that there were."""

    def judge(self, rows: Sequence[Any]) -> Judged:
        """Judge all rows; nothing is written."""
        ...

    def weigh(self, db: LedgerDatabase) -> int:
        """Return how much the lane has now, in the weight of `Judged`: what is over by its own dates counts no more."""
        ...

    def put(self, db: LedgerDatabase, judged: Judged) -> Taken:
        """Put what is sound in place of all there was. Raises `LedgerError`."""
        ...


AnyTaker = Taker | WholeTaker


def make_takers(settings: Settings, now: Now) -> Mapping[Feed, AnyTaker]:
    """Return who takes what on a lane with these settings."""
    rules = shop_rules(settings)
    return {
        Feed.DEPARTMENTS: DepartmentTaker(settings),
        Feed.ITEMS: ItemTaker(rules, now, SYNC_PACE),
        Feed.PRICES: PriceTaker(settings, now),
        Feed.PROMOTIONS: PromotionTaker(now),
        Feed.STOCK: StockTaker(now),
        Feed.TERMS: FactTaker(),
        Feed.POSITIONS: PositionTaker(settings),
        Feed.CUSTOMERS: CustomerTaker(settings),
        Feed.BALANCES: BalanceTaker(settings, now),
        Feed.CARDS: CardTaker(settings, now),
        Feed.POINTS: PointsTaker(now),
        Feed.SALESPEOPLE: SalespersonTaker(),
        Feed.OPERATORS: OperatorTaker(),
        Feed.TENDER_KINDS: FactTaker(),
        Feed.RETURNED: ReturnedTaker(),
    }


class DepartmentTaker:
    """Takes departments; what the ERP does not speak of (limits of typed prices) stays as it is."""

    def __init__(self, settings: Settings) -> None:
        self._rules = shop_rules(settings)

    def take(self, db: LedgerDatabase, rows: Sequence[DepartmentRow]) -> Taken:
        """Judge and write a page of departments."""
        with import_lock(db):
            known = {department.code: department for department in read_departments(db)}
            said, refused = self._judge(rows, known)
            sound, lost = settle_parents(said, known.values())
            codes = {row.erp_id: row.code for row in rows if row.code in sound and row.erp_id not in refused}
            refused |= {row.erp_id: FLAW_WORDS[lost[row.code].flaw] for row in rows if row.code in lost}
            changed = [one for code, one in sound.items() if known.get(code) != one]
            renamed = [one for one in changed if one.code in known and known[one.code].name != one.name]
            if changed:
                apply_departments(db, changed, renamed, USUAL_PACE)
        return Taken(codes, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Keep departments: items and reports name them."""

    def _judge(
        self, rows: Sequence[DepartmentRow], known: Mapping[str, Department]
    ) -> tuple[dict[str, Department], dict[str, str]]:
        said: dict[str, Department] = {}
        refused: dict[str, str] = {}
        for row in rows:
            judged = judge_department((row.code, row.name, row.tax_class, "", "", "", row.parent), self._rules)
            if isinstance(judged, RowFlaw) or judged.code in said:
                flaw = judged.flaw if isinstance(judged, RowFlaw) else None
                refused[row.erp_id] = FLAW_WORDS[flaw] if flaw else f"another department has the code {row.code}"
                continue
            if (old := known.get(judged.code)) is not None:
                kept = {name: getattr(old, name) for name in ("is_open_price", "min_price_micro", "max_price_micro")}
                judged = msgspec.structs.replace(judged, **kept)
            said[judged.code] = judged
        return said, refused


class PositionTaker:
    """Takes positions. They stand as JSON beside the ERP's id (`storage.positions`)."""

    def __init__(self, settings: Settings) -> None:
        """Know the taxes of the country."""
        self._taxes = {rate.code for pack in country_of(settings).taxes for rate in pack.rates}

    def judge(self, rows: Sequence[PositionRow]) -> Judged:
        """Return the sound positions."""
        refused = {row.erp_id: flaw for row in rows if (flaw := self._flaw(row))}
        sound = tuple(row for row in rows if row.erp_id not in refused)
        return Judged(sound, refused, len(sound))

    def weigh(self, db: LedgerDatabase) -> int:
        """Return how many positions the lane has."""
        return len(read_positions(db))

    def put(self, db: LedgerDatabase, judged: Judged) -> Taken:
        """Take every sound one; the engine keeps its document with its id."""
        return Taken({row.erp_id: row.code for row in judged.sound}, judged.refused)

    def _flaw(self, row: PositionRow) -> str:
        """Return what is wrong with a position, empty where nothing is."""
        if not _POSITION_CODE.fullmatch(row.code):
            return f"{safe_text(row.code)} is no code of a fiscal position"
        named = {*row.taxes, *(code for codes in row.taxes.values() for code in codes)}
        unknown = sorted(named - self._taxes)
        return f"there is no tax {safe_text(', '.join(unknown))}" if unknown else ""


class FactTaker:
    """Takes what has no table of its own: it stands as JSON beside the ERP's id (`document_of`)."""

    def take(self, db: LedgerDatabase, rows: Sequence[FactRow]) -> Taken:
        """Take every row; the engine keeps its document with its id."""
        return Taken({row.erp_id: row.key for row in rows})

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Nothing beside the mark."""


def document_of(row: AnyRow) -> str:
    """Return what is kept of a row beside its id: the facts of one that has no table."""
    if isinstance(row, PositionRow):
        return encode_position(ErpPosition(safe_text(row.name), row.taxes))
    if not isinstance(row, FactRow):
        return ""
    facts = {name: safe_text(text) for name, text in row.facts.items()}
    return msgspec.json.encode({"name": safe_text(row.name), **facts}).decode()
