"""Taking pages of each feed but the items: departments, price lists, promotions, stock, operators, facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol, cast, runtime_checkable

import msgspec

from config.country import country_of
from config.settings import Settings
from domain.catalog_flaw import RowFlaw
from domain.department_row import judge_department, settle_parents
from domain.instant import stamp
from domain.item import Department
from domain.money import MAX_MINOR, MICRO_DIGITS, parse_scaled
from domain.permission import Limits, Permission, Rights
from domain.price_check import find_flaws as find_price_flaws
from domain.price_rule import PriceList
from domain.promotion import Promotion
from domain.promotion_flaw import find_conflicts
from domain.promotion_flaw import find_flaws as find_promotion_flaws
from domain.shift import Operator, Role
from domain.text import fold, safe_text
from storage.catalog import read_departments
from storage.connection import LedgerDatabase
from storage.department_apply import apply_departments
from storage.erp_rows import read_keys
from storage.errors import saving
from storage.operators import Credential, find_anyone, put_operator, put_rights, set_active
from storage.pace import SYNC_PACE
from storage.positions import ErpPosition, encode_position, read_positions
from storage.prices import put_price_lists, put_promotions, read_price_lists, read_promotions
from storage.stock import StockLevel, drop_stock, put_stock
from sync.balances import BalanceTaker
from sync.catalog_import import USUAL_PACE, import_lock
from sync.catalog_words import FLAW_WORDS
from sync.customers import CustomerTaker
from sync.feed import (
    AnyRow,
    DepartmentRow,
    FactRow,
    Feed,
    OperatorRow,
    PositionRow,
    PriceListRow,
    PromotionRow,
    StockRow,
)
from sync.feed_items import ItemTaker, Taken
from sync.import_rules import shop_rules
from sync.prices import price_terms
from sync.returned import ReturnedTaker
from sync.salespeople import SalespersonTaker
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


class Judged(msgspec.Struct, frozen=True):
    """What is sound of all rows of a feed, and why the others are not; `weight` is how much the sound ones say."""

    sound: tuple[Any, ...]
    refused: Mapping[str, str]
    weight: int


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


class PriceTaker:
    """Takes all price lists together; a list with a flaw is left out, and so is each based on it."""

    def __init__(self, settings: Settings, now: Now) -> None:
        self._rates = price_terms(settings).rates
        self._now = now

    def judge(self, rows: Sequence[PriceListRow]) -> Judged:
        """Return the sound lists."""
        flaws = find_price_flaws([row.price_list for row in rows], self._rates)
        sound = tuple(row for row in rows if row.price_list.code not in flaws)
        refused = {r.erp_id: flaws[r.price_list.code].flaw.value for r in rows if r.price_list.code in flaws}
        return Judged(sound, refused, self._weight([row.price_list for row in sound]))

    def weigh(self, db: LedgerDatabase) -> int:
        """Return how many lists and rules the lane has that are not over."""
        return self._weight(read_price_lists(db))

    def put(self, db: LedgerDatabase, judged: Judged) -> Taken:
        """Put sound lists in place of all there were."""
        with saving():
            put_price_lists(db, [row.price_list for row in judged.sound], stamp(self._now()))
        return Taken({row.erp_id: row.price_list.code for row in judged.sound}, judged.refused)

    def _weight(self, lists: Sequence[PriceList]) -> int:
        now = self._now()
        return len(lists) + sum(not _is_over(now, rule.end_at, rule.end_on) for one in lists for rule in one.rules)


class PromotionTaker:
    """Takes all promotions together; one with a flaw is left out."""

    def __init__(self, now: Now) -> None:
        self._now = now

    def judge(self, rows: Sequence[PromotionRow]) -> Judged:
        """Return the sound promotions."""
        promotions = [row.promotion for row in rows]
        conflicts = find_conflicts(promotions, ())
        refused: dict[str, str] = {}
        for place, row in enumerate(rows):
            if found := (*find_promotion_flaws(row.promotion), *conflicts.get(place, ())):
                refused[row.erp_id] = "; ".join(f"{flaw.field} {flaw.kind}".strip() for flaw in found)
        sound = tuple(row for row in rows if row.erp_id not in refused)
        return Judged(sound, refused, self._weight([row.promotion for row in sound]))

    def weigh(self, db: LedgerDatabase) -> int:
        """Return how many promotions the lane has that are not over."""
        return self._weight(read_promotions(db))

    def put(self, db: LedgerDatabase, judged: Judged) -> Taken:
        """Put sound promotions in place of all there were."""
        with saving():
            put_promotions(db, [row.promotion for row in judged.sound], stamp(self._now()))
        return Taken({row.erp_id: row.promotion.code for row in judged.sound}, judged.refused)

    def _weight(self, promotions: Sequence[Promotion]) -> int:
        now = self._now()
        return sum(not _is_over(now, None, one.conditions.until_on) for one in promotions if one.is_active)


def _is_over(now: datetime, end_at: datetime | None, end_on: date | None) -> bool:
    """Say whether something has ended by its own dates, wherever on earth the store is."""
    return (end_at is not None and end_at < now) or (end_on is not None and end_on < now.date() - timedelta(days=1))


class StockTaker:
    """Takes what is on hand."""

    def __init__(self, now: Now) -> None:
        self._now = now

    def take(self, db: LedgerDatabase, rows: Sequence[StockRow]) -> Taken:
        """Keep the levels of a page."""
        at = stamp(self._now())
        levels = {row.erp_id: parse_scaled(row.on_hand, MICRO_DIGITS) for row in rows}
        sound = [row for row in rows if levels[row.erp_id] is not None]
        with saving(), db.atomic():
            put_stock(db, [StockLevel(row.sku, cast("int", levels[row.erp_id]), at) for row in sound])
        refused = {r.erp_id: f"not a quantity: {safe_text(r.on_hand)}" for r in rows if levels[r.erp_id] is None}
        return Taken({row.erp_id: row.sku for row in sound}, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Forget levels."""
        with saving(), db.atomic():
            drop_stock(db, read_keys(db, Feed.STOCK, erp_ids).values())


class OperatorTaker:
    """Takes names, roles, and permissions where the ERP tells some.

    A new operator cannot sign on before a PIN is set at the lane. Whoever was set up there keeps the number, also when
    the ERP has somebody else of it: a PIN is not handed on to another name.
    """

    def take(self, db: LedgerDatabase, rows: Sequence[OperatorRow]) -> Taken:
        """Add and change operators; whoever has a PIN keeps it."""
        roles = {"", *Role}
        refused = {row.erp_id: f"there is no role {safe_text(row.role)}" for row in rows if row.role not in roles}
        refused |= {row.erp_id: "the number must be digits" for row in rows if not row.number.isdecimal()}
        refused |= {row.erp_id: flaw for row in rows if (flaw := _rights_flaw(row))}
        keys = read_keys(db, Feed.OPERATORS, [row.erp_id for row in rows])
        taken: dict[str, str] = {}
        with saving(), db.atomic():
            for row in rows:
                if row.erp_id in refused:
                    continue
                known = find_anyone(db, row.number)
                if known and keys.get(row.erp_id) != row.number and not _is_the_same(known, row):
                    name = known.operator.name
                    refused[row.erp_id] = f"{row.number} is {name}'s number at the lane: give one of them another"
                    continue
                self._put(db, row, known)
                taken[row.erp_id] = row.number
        return Taken(taken, refused)

    def _put(self, db: LedgerDatabase, row: OperatorRow, known: Credential | None) -> None:
        role = Role(row.role) if row.role else known.operator.role if known else Role.CASHIER
        told, rights = Operator(row.number, safe_text(row.name), role), _rights_of(row)
        if known is None or known.operator != told:
            put_operator(db, told, known.pin_hash if known else "")
        if rights != (known.rights if known else None):
            put_rights(db, row.number, rights)
        set_active(db, row.number, is_active=True)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Let operators sign on no more who have left."""
        with saving(), db.atomic():
            for number in read_keys(db, Feed.OPERATORS, erp_ids).values():
                set_active(db, number, is_active=False)


def _is_the_same(known: Credential, row: OperatorRow) -> bool:
    """Say whether the lane's operator of this number is whom the ERP means.

    So it is where nobody has a PIN for it yet, or where all words of the lane's name are in the ERP's: Ana, Ana María.
    """
    return not known.pin_hash or set(fold(known.operator.name).split()) <= set(fold(safe_text(row.name)).split())


def _rights_flaw(row: OperatorRow) -> str:
    """Return what is wrong with an operator's own permissions, empty where nothing is."""
    known, limits = {permission.value for permission in Permission}, Limits.__struct_fields__
    for name in row.permissions or ():
        if name not in known:
            return f"there is no permission {safe_text(name)}: see docs/permissions.md"
    for name, value in row.limits.items():
        if name not in limits or not 0 <= value <= MAX_MINOR:
            return f"there is no limit {safe_text(name)} of {value}: see docs/permissions.md"
    return ""


def _rights_of(row: OperatorRow) -> Rights | None:
    """Return an operator's own permissions, None for those of the role."""
    if row.permissions is None:
        return None
    return Rights(frozenset(Permission(name) for name in row.permissions), Limits(**row.limits))


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
