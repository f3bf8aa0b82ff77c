"""A lane's ledger with documents in its outbox, a clock that stands still, and an ERP's eyes on its folder."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config.paths import LanePaths, lane_paths
from config.settings import LaneSettings, Settings, SyncSettings
from domain.journal import JournalEntry, Kind
from storage import journal
from storage.connection import LedgerDatabase, open_ledger
from storage.ledger import put_outbox
from sync.clock import Clock
from sync.connector import Connector
from sync.push import Push, PushReport

LANE = "7"
AT = "2026-11-24T10:00:00.000Z"


class StillClock(Clock):
    """A clock that moves only when somebody pauses, and then does what the test has planned."""

    def __init__(self, on_pause: Callable[[int], None] = lambda _: None) -> None:
        super().__init__(threading.Event())
        self.pauses = 0
        self.seconds = 0
        self.on_pause = on_pause
        self.has_server = False

    def is_synced(self) -> bool:
        return self.has_server

    def now(self) -> datetime:
        return datetime(2026, 11, 24, 10, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def elapsed_seconds(self) -> float:
        return self.seconds

    def pause(self, pause_seconds: float) -> bool:
        self.pauses += 1
        self.seconds += int(pause_seconds)
        self.on_pause(self.pauses)
        return self.stop.is_set()


def shop(tmp_path: Path, *, batch: int = 200, folder: str = "", connector: str = "files") -> Settings:
    """Settings of a lane that keeps everything under a test's own folder."""
    return Settings(
        lane=LaneSettings(id=LANE, data=str(tmp_path / "data")),
        sync=SyncSettings(connector=connector, folder=folder, batch=batch),
    )


def paths_of(settings: Settings) -> LanePaths:
    paths = lane_paths(settings, {"HOME": "/nowhere"})
    for path in (paths.data, paths.logs):
        path.mkdir(parents=True, exist_ok=True)
    return paths


def open_shop(settings: Settings) -> LedgerDatabase:
    return open_ledger(paths_of(settings).ledger)


def post(db: LedgerDatabase, document_id: str, of: object = "", lane: str = LANE, at: str = AT) -> int:
    """Post a document as a sale is posted: journal row and outbox row in one transaction; return its number."""
    body = sale_body(document_id, lane, at)
    if of:
        body["of"] = of
    with db.atomic():
        head = journal.append(db, lane, JournalEntry(Kind.SALE_POSTED, at, "1", 1, body))
        put_outbox(db, document_id, Kind.SALE_POSTED, head.seq)
    return head.seq


def sale_body(document_id: str, lane: str = LANE, at: str = AT) -> dict[str, Any]:
    """Return what a connector reads of a sale: 116.00 of one item, paid in cash with 4.00 of change."""
    line = {"line_no": 1, "sku": "GAL-1", "name": "Galletas", "tax_class": "general", "quantity_micro": 1_000_000}
    line |= {"unit_price_micro": 116_000_000, "net_minor": 10_000, "gross_minor": 11_600, "voids": 0, "kind": "item"}
    return {
        "sale_id": document_id,
        "folio": f"{lane}-{document_id}",
        "shift_id": 1,
        "lane": lane,
        "at": at,
        "lines": [line],
        "tenders": [{"kind": "cash", "amount_minor": 12_000, "change_minor": 400, "reference": ""}],
        "taxes": [{"code": "iva16", "base_minor": 10_000, "tax_minor": 1_600}],
        "net_minor": 10_000,
        "total_minor": 11_600,
        "customer": "Ñandú & Hijos",
        "rounding_minor": 0,
    }


def post_many(db: LedgerDatabase, count: int, prefix: str = "sale") -> list[str]:
    ids = [f"{prefix}-{number}" for number in range(1, count + 1)]
    for document_id in ids:
        post(db, document_id)
    return ids


def post_bad(db: LedgerDatabase, document_id: str) -> int:
    """Post a document whose record is not what its hash says: no ERP must ever get it."""
    with db.atomic():
        seq = journal.read_head(db).seq + 1
        db.run(
            "INSERT INTO journal (seq, chain, kind, at, operator, shift_id, perpetual_net_minor,"
            " perpetual_absolute_minor, record, hash) VALUES (?, 'S', 'sale_posted', ?, '1', 1, 0, 0, '{}', ?)",
            (seq, AT, "f" * 64),
        )
        put_outbox(db, document_id, Kind.SALE_POSTED, seq)
    return seq


def push(db: LedgerDatabase, connector: Connector, *, size: int = 200, clock: Clock | None = None) -> PushReport:
    return Push(db, connector, size, clock or StillClock(), lambda _: None).run()


def states(db: LedgerDatabase) -> dict[str, str]:
    return dict(db.all("SELECT document_id, state FROM outbox ORDER BY journal_seq"))


def batch_files(root: Path) -> list[Path]:
    """The batches an ERP sees, read or not, in the order of their documents."""
    found = [*(root / "out").glob("batch-*.jsonl"), *(root / "out" / "done").glob("batch-*.jsonl")]
    return sorted(found, key=lambda path: json.loads(path.read_bytes().splitlines()[0])["first_seq"])


def lines_of(path: Path) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in path.read_bytes().splitlines())


def delivered(root: Path) -> list[str]:
    """The ids of all documents in all batches: twice where a document was delivered twice."""
    return [line["document_id"] for path in batch_files(root) for line in list(lines_of(path))[1:]]


def doubled(ids: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {one for one in ids if one in seen or seen.add(one)}  # type: ignore[func-returns-value]
