"""What the ERP calls our things: each of its rows that the lane has taken, under the ERP's own id.

These are plain tables that the sync fills. They say which of the ERP's ids a key of ours has (also one that it had
before), what is gone there, and how far a full comparison has come. All functions that write run inside the caller's
transaction and change nothing where nothing is new, so that the lane is not woken for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from storage.connection import LedgerDatabase


class ErpRow(msgspec.Struct, frozen=True):
    """One row of a feed. `key` is ours (an SKU, a customer's code).

    A row that is refused has neither key nor stamp: a key that it had stays, and the next comparison asks for it again.
    """

    erp_id: str
    key: str
    stamp: str = ""
    document: str = ""
    """What is kept of rows that have no table of their own, as JSON."""


_PUT: Final = """
    INSERT INTO erp_row (feed, erp_id, key, stamp, document, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (feed, erp_id) DO UPDATE SET key = iif(excluded.key = '', key, excluded.key), stamp = excluded.stamp,
        document = excluded.document, is_gone = 0, seen = max(seen, excluded.seen)
    WHERE (iif(excluded.key = '', '', key), stamp, document, is_gone)
        IS NOT (excluded.key, excluded.stamp, excluded.document, 0) OR seen < excluded.seen"""
_KEEP_FORMER: Final = """
    INSERT OR REPLACE INTO erp_former_key (feed, key, erp_id)
    SELECT feed, key, erp_id FROM erp_row WHERE feed = ?1 AND erp_id = ?2 AND key NOT IN ('', ?3)"""
_BURY: Final = "UPDATE erp_row SET is_gone = 1 WHERE feed = ? AND erp_id = ? AND NOT is_gone"
_FIND_ID: Final = """
    SELECT erp_id FROM (
        SELECT erp_id, is_gone AS rank FROM erp_row WHERE feed = ?1 AND key = ?2
        UNION ALL SELECT erp_id, 2 FROM erp_former_key WHERE feed = ?1 AND key = ?2)
    ORDER BY rank, erp_id LIMIT 1"""
_FIND_KEY: Final = "SELECT key FROM erp_row WHERE feed = ? AND erp_id = ?"
_IS_KNOWN: Final = """
    SELECT 1 FROM erp_row WHERE feed = ?1 AND erp_id = ?2 AND (key, stamp, document, is_gone) = (?3, ?4, ?5, 0)"""
_LIVE: Final = "SELECT erp_id, stamp FROM erp_row WHERE feed = ? AND NOT is_gone"
_COUNT_LIVE: Final = "SELECT count(*) FROM erp_row WHERE feed = ? AND NOT is_gone"
_UNSEEN: Final = "SELECT erp_id FROM erp_row WHERE feed = ? AND NOT is_gone AND seen < ? ORDER BY erp_id"
_DOCUMENTS: Final = "SELECT key, document FROM erp_row WHERE feed = ? AND NOT is_gone AND document <> '' ORDER BY key"


def put_erp_rows(db: LedgerDatabase, feed: str, rows: Sequence[ErpRow], seen: int = 0) -> None:
    """Keep rows as they came; `seen` is the number of the full pull they came in, 0 for another one."""
    db.many(_KEEP_FORMER, [(feed, row.erp_id, row.key) for row in rows if row.key])
    db.many(_PUT, [(feed, row.erp_id, row.key, row.stamp, row.document, seen) for row in rows])


def count_news(db: LedgerDatabase, feed: str, rows: Iterable[ErpRow]) -> int:
    """Return how many rows are other ones than the lane had."""
    return sum(db.one(_IS_KNOWN, (feed, r.erp_id, r.key, r.stamp, r.document)) is None for r in rows)


def count_alive(db: LedgerDatabase, feed: str, erp_ids: Iterable[str]) -> int:
    """Return how many of these ids are not gone yet."""
    return sum(db.one(f"{_LIVE} AND erp_id = ?", (feed, erp_id)) is not None for erp_id in erp_ids)


def bury_erp_rows(db: LedgerDatabase, feed: str, erp_ids: Iterable[str]) -> None:
    """Note that rows are gone at the ERP; what the ledger says of them stays."""
    db.many(_BURY, [(feed, erp_id) for erp_id in erp_ids])


def find_erp_id(db: LedgerDatabase, feed: str, key: str) -> str:
    """Return the ERP's id of a key, a live row before one that is gone, and that before a key it had once; or empty."""
    row = db.one(_FIND_ID, (feed, key))
    return str(row[0]) if row else ""


def read_keys(db: LedgerDatabase, feed: str, erp_ids: Iterable[str]) -> dict[str, str]:
    """Return the keys of those ids that the lane knows and that were not refused."""
    found: dict[str, str] = {}
    for erp_id in erp_ids:
        row = db.one(_FIND_KEY, (feed, erp_id))
        if row and row[0]:
            found[erp_id] = str(row[0])
    return found


def read_owners(db: LedgerDatabase, feed: str, keys: Iterable[str]) -> dict[str, str]:
    """Return which live row has each of these keys."""
    found: dict[str, str] = {}
    for key in keys:
        row = db.one(f"{_LIVE} AND key = ?", (feed, key))
        if row:
            found[key] = str(row[0])
    return found


def read_survived(
    db: LedgerDatabase, feed: str, erp_ids: Sequence[str], taken: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Return those ids whose key lives on: in `taken`, or with a live row that is none of these ids."""
    going = set(erp_ids)
    keys = read_keys(db, feed, erp_ids)
    kept = {key for key in set(keys.values()) if key in taken or _is_owned(db, feed, key, going)}
    return frozenset(erp_id for erp_id, key in keys.items() if key in kept)


def _is_owned(db: LedgerDatabase, feed: str, key: str, going: set[str]) -> bool:
    """Say whether a live row has a key that is not about to go."""
    return any(erp_id not in going for erp_id, _ in db.all(f"{_LIVE} AND key = ?", (feed, key)))


def read_live(db: LedgerDatabase, feed: str) -> dict[str, str]:
    """Return id and stamp of every row that is not gone."""
    return dict(db.all(_LIVE, (feed,)))


def count_live(db: LedgerDatabase, feed: str) -> int:
    """Return how many rows of a feed are not gone."""
    row = db.one(_COUNT_LIVE, (feed,))
    return int(row[0]) if row else 0


def read_unseen(db: LedgerDatabase, feed: str, seen: int) -> list[str]:
    """Return the live ids that did not come in a full pull."""
    return [str(erp_id) for (erp_id,) in db.all(_UNSEEN, (feed, seen))]


def read_documents(db: LedgerDatabase, feed: str) -> dict[str, str]:
    """Return what is kept of the live rows of a feed that has no table, as JSON by key."""
    return dict(db.all(_DOCUMENTS, (feed,)))
