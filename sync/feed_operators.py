"""Taking who may sign on from the ERP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.money import MAX_MINOR
from domain.permission import Limits, Permission, Rights
from domain.shift import Operator, Role
from domain.text import fold, safe_text
from storage.connection import LedgerDatabase
from storage.erp_rows import read_keys
from storage.errors import saving
from storage.operators import Credential, find_anyone, is_last_operator, put_operator, put_rights, set_active
from sync.feed import Feed, OperatorRow
from sync.feed_items import Taken

MAX_NUMBER: Final = 20
"""Digits of an operator's number."""
_RANKS: Final = tuple(Role)


class OperatorTaker:
    """Takes names, roles, and permissions where the ERP tells some.

    A new operator cannot sign on before a PIN is set at the lane. Whoever was set up there keeps the number, also when
    the ERP has somebody else of it: a PIN is not handed on to another name.
    """

    def take(self, db: LedgerDatabase, rows: Sequence[OperatorRow]) -> Taken:
        """Add and change operators; whoever has a PIN keeps it."""
        roles = {"", *Role}
        refused = {row.erp_id: f"there is no role {safe_text(row.role)}" for row in rows if row.role not in roles}
        wrong = f"the number must be digits, {MAX_NUMBER} at most"
        refused |= {row.erp_id: wrong for row in rows if not _is_number(row.number)}
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
        """Let operators sign on no more who have left, but for the last one who can: the lane would be shut.

        Those of the lowest role go first.
        """
        known = (find_anyone(db, number) for number in set(read_keys(db, Feed.OPERATORS, erp_ids).values()))
        leaving = [one.operator for one in known if one]
        with saving(), db.atomic():
            for one in sorted(leaving, key=lambda one: (_RANKS.index(one.role), one.operator)):
                if not is_last_operator(db, one.operator):
                    set_active(db, one.operator, is_active=False)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= MAX_NUMBER


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
