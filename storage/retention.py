"""What is older than its days (`[retention]`): personal texts, and copies of the ledger before another form."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from config.settings import RetentionSettings
from domain.instant import stamp
from domain.personal import PersonalKind
from storage.connection import LedgerDatabase
from storage.purge import Due, find_old


def has_days(retention: RetentionSettings) -> bool:
    """Say whether anything here ever becomes too old."""
    return bool(_kind_days(retention)) or retention.copies_days > 0


def find_too_old(db: LedgerDatabase, retention: RetentionSettings, now: datetime, rows: int = 0) -> list[Due]:
    """Return the texts that are too old, each kind in parts of so many rows of the journal; 0 keeps a kind in one."""
    dues: list[Due] = []
    for kind, days in _kind_days(retention).items():
        dues += find_old(db, kind, stamp(now - timedelta(days=days)), stamp(now), rows)
    return dues


def find_old_copies(ledger: Path, retention: RetentionSettings, now: datetime) -> list[Path]:
    """Return the copies that are too old, by the file's own date."""
    if not retention.copies_days:
        return []
    limit = (now - timedelta(days=retention.copies_days)).timestamp()
    found = sorted(ledger.parent.glob(f"{ledger.stem}-before-*{ledger.suffix}"))
    return [path for path in found if path.stat().st_mtime < limit]


def _kind_days(retention: RetentionSettings) -> dict[PersonalKind, int]:
    """Return for how many days each kind is kept; one that is kept for ever is not among them."""
    days = {kind: int(getattr(retention, f"{kind.value}_days")) for kind in PersonalKind}
    return {kind: count for kind, count in days.items() if count}
