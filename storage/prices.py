"""Promotions as the ledger keeps them: one document each, read whole when a lane opens or they have changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from storage.connection import LedgerDatabase

if TYPE_CHECKING:
    from domain.price_rule import PriceList
    from domain.promotion import Promotion

_VERSION = """
    WITH above AS (SELECT coalesce(group_concat(code || '<' || parent), '') AS said
                   FROM (SELECT code, parent FROM department WHERE parent <> '' ORDER BY code))
    SELECT (SELECT count(*) || max(changed_at) FROM promotion) || said,
           (SELECT count(*) || max(changed_at) FROM price_list) || said,
           (SELECT group_concat(key || stamp) FROM erp_row WHERE feed = 'positions' AND NOT is_gone) FROM above"""


def prices_version(db: LedgerDatabase) -> tuple[str | None, str | None, str | None]:
    """Return values that change with the promotions, the price lists and the ERP's fiscal positions; None for none.

    The first two change with the departments above others, too, for their rules are those of what is below.
    """
    row = db.one(_VERSION)
    return (row[0], row[1], row[2]) if row else (None, None, None)


def read_promotions(db: LedgerDatabase) -> tuple[Promotion, ...]:
    """Return the promotions by code."""
    from domain.promotion import Promotion  # a store without promotions needs nothing of them

    rows = db.all("SELECT document FROM promotion ORDER BY code")
    decode = msgspec.json.Decoder(Promotion).decode
    return tuple(decode(document) for (document,) in rows)


def read_price_lists(db: LedgerDatabase) -> tuple[PriceList, ...]:
    """Return the price lists by code."""
    from domain.price_rule import PriceList

    decode = msgspec.json.Decoder(PriceList).decode
    return tuple(decode(document) for (document,) in db.all("SELECT document FROM price_list ORDER BY code"))


def put_price_lists(db: LedgerDatabase, lists: Iterable[PriceList], at: str) -> bool:
    """Write price lists in place of all that there were, in one transaction; say whether anything is different."""
    encode = msgspec.json.Encoder().encode
    rows = sorted((one.code, one.name or one.code, encode(one).decode()) for one in lists)
    if db.all("SELECT code, name, document FROM price_list ORDER BY code") == rows:
        return False
    with db.atomic():
        db.run("DELETE FROM price_list")
        dated = [(*row, at) for row in rows]
        db.many("INSERT INTO price_list (code, name, document, changed_at) VALUES (?, ?, ?, ?)", dated)
    return True


_SALES_OF: Final = """
    SELECT json_extract(record, '$.body.deductions') FROM journal
    WHERE kind = 'sale_posted'
        AND CASE WHEN json_valid(record) THEN json_extract(record, '$.body.customer') ELSE '' END <> ''
        AND CASE WHEN json_valid(record) THEN json_extract(record, '$.body.customer') ELSE '' END = ?"""


class _Given(msgspec.Struct):
    """The part of a sale's deduction that counts it."""

    code: str
    times: int = 1


_GIVEN: Final = msgspec.json.Decoder(list[_Given]).decode


def read_given(db: LedgerDatabase, customer: str) -> dict[str, int]:
    """Return how often a customer was given each promotion on this lane, by the promotion's code."""
    found: dict[str, int] = {}
    for (text,) in db.all(_SALES_OF, (customer,)):
        for given in _GIVEN(text or "[]"):
            if given.code:
                found[given.code] = found.get(given.code, 0) + given.times
    return found


def read_cost(db: LedgerDatabase, sku: str) -> tuple[int | None, str]:
    """Return what an item costs the shop, and its template; neither for one that is not there (any more)."""
    row = db.one("SELECT cost_micro, template FROM item WHERE sku = ?", (sku,))
    return (row[0], row[1]) if row else (None, "")


def put_promotions(db: LedgerDatabase, promotions: Iterable[Promotion], at: str) -> bool:
    """Write promotions in place of all that there were, in one transaction; say whether anything is different."""
    encode = msgspec.json.Encoder(order="deterministic").encode  # the order of a set is another one in each process
    rows = sorted((one.code, encode(one).decode()) for one in promotions)
    if db.all("SELECT code, document FROM promotion ORDER BY code") == rows:
        return False
    with db.atomic():
        db.run("DELETE FROM promotion")
        db.many("INSERT INTO promotion (code, document, changed_at) VALUES (?, ?, ?)", [(*row, at) for row in rows])
    return True


def read_department_paths(db: LedgerDatabase) -> dict[str, tuple[str, ...]]:
    """Return the departments above each department, the nearest first; a circle ends where it closes."""
    parents = dict(db.all("SELECT code, parent FROM department WHERE parent <> ''"))
    paths: dict[str, tuple[str, ...]] = {}
    for code in parents:
        path: list[str] = []
        above = parents[code]
        while above and above not in path and above != code:
            path.append(above)
            above = parents.get(above, "")
        paths[code] = tuple(path)
    return paths
