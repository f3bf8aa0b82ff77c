"""Salespeople from a file, or from the ERP's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from config.settings import Settings
from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.catalog_name import mend_name
from domain.catalog_value import parse_flag
from domain.shift import Salesperson
from storage.connection import LedgerDatabase
from storage.erp_rows import read_keys
from storage.errors import saving
from storage.salespeople import drop_salespeople, put_salespeople, read_all
from sync.catalog_columns import Aliases
from sync.catalog_words import FLAW_WORDS
from sync.feed import CellRow, Feed
from sync.feed_items import Taken

MAX_CODE: Final = 20
MAX_NAME: Final = 60


class SalespersonRow(msgspec.Struct, frozen=True):
    """What a row says: who it is, and whether one can be chosen."""

    person: Salesperson
    is_active: bool = True


class SalespeopleKind:
    """Files of salespeople: code, name, and whether they still sell."""

    name: Final = "salespeople"
    columns: Final[Aliases] = {
        "code": "code codigo clave number numero employee_no",
        "name": "name nombre salesperson vendedor employee_name",
        "active": "active activo",
    }
    needed: Final = ("code", "name")

    def __init__(self, settings: Settings | None = None) -> None:
        """Nothing of a shop changes how its salespeople are read."""

    def judge(self, cells: Sequence[str]) -> tuple[str, SalespersonRow] | RowFlaw:
        """Return who a row is."""
        named = mend_name(cells[1])
        if isinstance(named, Flaw) or len(named[0]) > MAX_NAME:
            return RowFlaw(named if isinstance(named, Flaw) else Flaw.NAME_TOO_LONG, shown(cells[1]))
        code = cells[0].strip()
        clean = mend_name(code)
        if isinstance(clean, Flaw) or clean[1] or len(code) > MAX_CODE:
            return RowFlaw(Flaw.BAD_CODE if code else Flaw.NO_CODE, shown(cells[0]))
        is_active = parse_flag(cells[2], True)
        if isinstance(is_active, Flaw):
            return RowFlaw(is_active, shown(cells[2]))
        return code, SalespersonRow(Salesperson(code, named[0]), is_active)

    def known(self, db: LedgerDatabase) -> Mapping[str, SalespersonRow]:
        """Return everybody there is."""
        return {person.code: SalespersonRow(person, is_active) for person, is_active in read_all(db)}

    def put(self, db: LedgerDatabase, rows: Sequence[SalespersonRow]) -> None:
        """Write them; who no longer sells stays known by name."""
        put_salespeople(db, [row.person for row in rows])
        drop_salespeople(db, [row.person.code for row in rows if not row.is_active])


class SalespersonTaker:
    """Takes the ERP's pages of salespeople."""

    def take(self, db: LedgerDatabase, rows: Sequence[CellRow]) -> Taken:
        """Judge and write a page."""
        kind = SalespeopleKind()
        judged = {
            r.erp_id: kind.judge([{"code": r.key, **r.cells}.get(name, "") for name in kind.columns]) for r in rows
        }
        sound = {erp_id: row for erp_id, row in judged.items() if not isinstance(row, RowFlaw)}
        with saving(), db.atomic():
            kind.put(db, [row for _, row in sound.values()])
        refused = {erp_id: FLAW_WORDS[row.flaw] for erp_id, row in judged.items() if isinstance(row, RowFlaw)}
        return Taken({erp_id: code for erp_id, (code, _) in sound.items()}, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Let those be chosen no more who have left."""
        with saving(), db.atomic():
            drop_salespeople(db, read_keys(db, Feed.SALESPEOPLE, erp_ids).values())
