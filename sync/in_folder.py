"""The folder `in/`: what an ERP has left there, in the order in which it is taken, and what becomes of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Final, Literal

from config.durable import Disk
from domain.text import safe_text
from sync.answer_file import AnswerFile, read_answers
from sync.clock import Clock
from sync.connector import CATALOG_KINDS, CatalogFile, CatalogKind, Incoming, Judged, Settled
from sync.delivery import MANIFESTS, Deliveries, Spoken
from sync.manifest import MAX_NAME_BYTES, LeftManifest, is_plain_name, is_too_long, sum_of
from sync.watch import SETTLE_SECONDS, Look, Watch

TABLES: Final = tuple(kind for kind in CATALOG_KINDS if kind not in ("prices", "promotions"))
"""What comes as rows under headings; prices and promotions are documents."""
PATTERNS: Final = (
    *(f"{kind}*{ending}" for kind in TABLES for ending in (".csv", ".csv.gz", ".json", ".json.gz")),
    *(f"{kind}*{ending}" for kind in ("prices", "promotions") for ending in (".json", ".toml")),
    "ack-*.jsonl",
)
LONG_NAME: Final = f"its name has more than {MAX_NAME_BYTES} bytes: leave it under a shorter one"
UNNAMED: Final = "no manifest names it, and sync.needs_manifest says that one must: leave one"


class InFolder:
    """What lies in `in/`. All methods raise `OSError`."""

    def __init__(self, folder: Path, disk: Disk, clock: Clock, lane: str, *, needs_manifest: bool) -> None:
        """Take files for a lane; where `needs_manifest`, none without a manifest that names it."""
        self._in = folder
        self._disk = disk
        self._clock = clock
        self._lane = lane
        self._needs_manifest = needs_manifest
        self._watch = Watch(folder, (*PATTERNS, MANIFESTS))
        self._deliveries = Deliveries(folder, disk, PATTERNS)
        self._places: dict[str, Path] = {}

    def incoming(self) -> Iterator[Incoming]:
        """Yield deliveries that are whole, file by file, and then what came without a manifest."""
        self._need_writable()
        look = self._look()
        spoken = self._deliveries.look([path for path in look.finished if _is_manifest(path)])
        for one in spoken:
            if one.manifest and not one.faults:
                self._deliveries.gather(one)
        for path, manifest in self._deliveries.gathered():
            yield from self._delivered(path, manifest)
        waiting = [one for one in spoken if one.path.exists()]
        for one in waiting:
            if not one.faults:
                continue  # whole, but for another of its name or a write in the last moment
            if self._deliveries.is_broken_off(one, self._clock.elapsed_seconds()):
                yield self._refuse(one)
            else:
                self._deliveries.tell(one.path.name, one.faults)
        yield from self._unnamed(look, waiting)

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Move a file to `done/` or `refused/`, after its report is there."""
        path = incoming.path if isinstance(incoming, CatalogFile) else self._places[incoming.source]
        self._move(path, settled)
        self._deliveries.end(path)

    def _look(self) -> Look:
        look = self._watch.look(self._clock.elapsed_seconds())
        if look.moving and not self._clock.pause(SETTLE_SECONDS):
            look = self._watch.look(self._clock.elapsed_seconds())
        return look

    def _delivered(self, path: Path, manifest: LeftManifest) -> Iterator[Incoming]:
        """Yield what is left of a delivery, its manifest last."""
        rows = {entry.name: entry.rows for entry in manifest.files}
        files = [path.with_name(entry.name) for entry in manifest.files]
        yield from self._offer([file for file in files if file.exists()], rows)
        self._places[path.name] = path
        yield Judged(
            path.name, Settled(True, (f"files that came whole: {len(files)}; the report of each tells the rest",))
        )

    def _unnamed(self, look: Look, waiting: Sequence[Spoken]) -> Iterator[Incoming]:
        """Yield what no manifest speaks of; nothing while there is one that cannot be read, for it may speak of all."""
        if any(_is_manifest(path) for path in look.moving) or any(one.manifest is None for one in waiting):
            return
        held = frozenset[str]().union(*(one.names for one in waiting))
        found = [path for path in look.finished if path.name not in held and not _is_manifest(path) and path.exists()]
        for path in [path for path in found if is_too_long(path.name)]:
            found.remove(path)
            self._places[path.name] = path
            yield Judged(path.name, Settled(False, (LONG_NAME,)))
        if not self._needs_manifest:
            yield from self._offer(found, {})
            return
        for path in found:
            self._deliveries.tell(path.name, (UNNAMED,))

    def _offer(self, paths: Sequence[Path], rows: Mapping[str, int | None]) -> Iterator[Incoming]:
        """Yield files in the order in which they are taken."""
        for path in sorted(paths, key=_rank):
            kind = kind_of(path)
            if kind != "ack":
                yield CatalogFile(path, kind, self._in / "refused", rows.get(path.name))
                continue
            found = read_answers(path, self._lane, rows.get(path.name))
            if found.others and not found.late.answers and not found.late.faults and path.parent == self._in:
                self._deliveries.tell(path.name, (f"its answers are for other lanes: {', '.join(found.others)}",))
                continue
            self._pass_on(found)
            self._places[path.name] = path
            yield found.late

    def _pass_on(self, found: AnswerFile) -> None:
        """Leave the answers for other lanes in files of their own; the same ones under the same name."""
        for lane, lines in found.others.items():
            content = b"\n".join((*lines, b""))
            self._disk.put(self._in / f"ack-for-{lane}-{sum_of(content)[:12]}.jsonl", content)

    def _refuse(self, spoken: Spoken) -> Judged:
        """Move what there is of a delivery that was broken off out of the way: nothing of it is taken."""
        why = f"{spoken.path.name} was not whole for ten minutes: leave all of it again"
        settled = Settled(False, (why, *spoken.faults))
        for name in sorted(spoken.names):
            for path in self._deliveries.places(spoken.path.name, name):
                if path.exists():
                    self._move(path, settled)
                    self._deliveries.end(path)
        self._places[spoken.path.name] = spoken.path
        return Judged(spoken.path.name, settled)

    def _move(self, path: Path, settled: Settled) -> None:
        """Put the report where a file is to go, and then the file."""
        target = self._in / ("done" if settled.is_accepted else "refused")
        moved = f"{self._clock.now().astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{_cut(path.name)}"
        report = "".join(f"{safe_text(line, 500)}\n" for line in settled.report)
        self._disk.put(target / f"{moved}.report.txt", report.encode())
        self._disk.rename(path, target / moved)
        self._disk.flush_folder(target)
        self._disk.flush_folder(path.parent)
        self._deliveries.untell(path.name)

    def _need_writable(self) -> None:
        """Take nothing that could not be moved away: it would be taken again each time."""
        if not os.access(self._in, os.W_OK | os.X_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES), self._in)


def kind_of(path: Path) -> CatalogKind | Literal["ack"]:
    """Return what a file is, by its name."""
    return next((kind for kind in CATALOG_KINDS if path.name.startswith(kind)), "ack")


def _cut(name: str) -> str:
    """Return a name that other names can be made of; of one that is too long, its begin and its end."""
    if not is_too_long(name):
        return name
    content = name.encode(errors="surrogatepass")
    return (content[: MAX_NAME_BYTES // 2] + content[-MAX_NAME_BYTES // 4 :]).decode(errors="ignore")


def _is_manifest(path: Path) -> bool:
    return is_plain_name(path.name, (MANIFESTS,))


def _rank(path: Path) -> tuple[int, str]:
    kind = kind_of(path)
    return len(CATALOG_KINDS) if kind == "ack" else CATALOG_KINDS.index(kind), path.name
