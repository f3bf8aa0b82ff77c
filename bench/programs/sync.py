"""The sync at work beside a lane: `python -m bench.programs.sync SETTINGS tells|asks PAGES`.

The process, its loop and its ledger are the real ones; the ERP is a connector that takes and brings at once, so that
nothing but the lane's own work is in the figures, and more of it at a time than any network lets through. `tells`:
documents that wait are told, and wait again when all are told. `asks`: the pages of a catalogue that lie as JSON in a
folder are pulled. It works only while it is let: a line on its input lets it go on or stops it before the next batch or
page, with no transaction open; it answers `stopped`, or `done` when nothing is left.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from config.file import load_settings
from config.paths import lane_paths
from storage.connection import LedgerDatabase, open_ledger
from sync.clock import Clock
from sync.connector import BUILT_IN, Answer, Incoming, Settled, Verdict
from sync.document import Batch
from sync.feed import CodeRow, Feed, ItemRow, Page
from sync.process import give_way, run_forever
from sync.transport import read_answer

GO: Final = b"go\n"
STOP: Final = b"stop\n"
STOPPED: Final = "stopped"
DONE: Final = "done"
_AGAIN: Final = "UPDATE outbox SET state = 'waiting', batch = '', attempts = 0 WHERE state = 'sent'"


class Gate:
    """Lets the work go on, or holds it; it begins held."""

    def __init__(self, db: LedgerDatabase, *, tells_again: bool) -> None:
        self._db = db
        self._tells_again = tells_again
        self.is_done = False
        self._hold()

    def pass_by(self) -> None:
        """Go on at once, unless somebody has said to stop."""
        if select.select([sys.stdin], [], [], 0)[0]:
            _read()
            self._hold()

    def _hold(self) -> None:
        """Say so, and wait until it goes on; meanwhile let what was told wait again."""
        if self._tells_again:
            with self._db.atomic():
                self._db.run(_AGAIN)
        print(DONE if self.is_done else STOPPED, flush=True)
        _read()


def _read() -> None:
    """Read a line, or end with whoever wrote them."""
    if not os.read(sys.stdin.fileno(), len(STOP)):
        sys.exit(0)


class HeldClock(Clock):
    """A clock that is held with the rest, and does not wait a second for the next document."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def pause(self, pause_seconds: float) -> bool:
        """Wait a hundredth of a second at most."""
        self._gate.pass_by()
        return self.stop.wait(min(pause_seconds, 0.01))


class QuickErp:
    """The connector."""

    def __init__(self, gate: Gate, pages: Path | None) -> None:
        self._gate = gate
        self._pages = pages

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Take everything, said as it would be over HTTP."""
        self._gate.pass_by()
        b",".join(batch.lines())
        return [Answer(one.document_id, Verdict.TAKEN) for one in batch.documents]

    def incoming(self) -> Iterator[Incoming]:
        """Yield nothing."""
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Nothing comes."""

    def close(self) -> None:
        """Nothing is open."""

    def feeds(self) -> Sequence[Feed]:
        """Return the items, where there are pages."""
        return (Feed.ITEMS,) if self._pages else ()

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Bring a page, read as an answer is."""
        self._gate.pass_by()
        number = int(checkpoint or 0)
        assert self._pages is not None
        path, following = (page_file(self._pages, place) for place in (number, number + 1))
        rows = [_row(cells) for cells in read_answer(path.read_bytes())] if path.exists() else []
        self._gate.is_done = not following.exists()
        return Page(rows, (), str(number + 1), is_last=self._gate.is_done)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        """Say that no comparison is to be had."""
        return None


def page_file(folder: Path, number: int) -> Path:
    """Return where a page lies."""
    return folder / f"page-{number}.json"


def _row(cells: Sequence[str]) -> ItemRow:
    erp_id, sku, code, name, price, department, tax_class = cells
    told = {"name": name, "price": price, "department": department, "tax_class": tax_class}
    return ItemRow(erp_id=erp_id, stamp="1", sku=sku, codes=(CodeRow(code),), **told)


def main(config: str, pages: str = "") -> None:
    """Be a lane's sync; with a folder of pages it pulls them, without one it tells what waits, again and again."""
    give_way()
    settings = load_settings(Path(config))
    paths = lane_paths(settings, os.environ)
    db = open_ledger(paths.ledger)
    gate = Gate(db, tells_again=not pages)
    clock = HeldClock(gate)
    setattr(sys.modules[__name__], "make", lambda *_: QuickErp(gate, Path(pages) if pages else None))  # noqa: B010
    BUILT_IN[settings.sync.connector] = f"{__name__}:make"
    run_forever(settings, clock.stop, say=lambda _: None, paths=paths, clock=clock)


if __name__ == "__main__":
    main(*sys.argv[1:])
