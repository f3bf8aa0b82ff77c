"""Deliveries: files that an ERP leaves together with a manifest, and that are taken when all of them are whole.

A delivery waits in `in/` until each file that its manifest names is there with the bytes that it names. Then the files
move into a folder of their own, the manifest last: what is in there is ours, whoever writes into `in/` meanwhile, and a
death at any moment leaves it to be gathered or taken further. What has not become whole for ten minutes is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from config.durable import Disk
from domain.text import safe_text
from sync.catalog_text import UnreadableFile
from sync.manifest import FileEntry, LeftManifest, is_too_long, read_manifest, sum_of_file
from sync.watch import Stamp, stamp_of

MANIFESTS: Final = "manifest*.json"
WAIT_SECONDS: Final = 600
"""How long nothing of a delivery may have changed before it is refused as broken off."""
TAKING: Final = "taking"
REPORT: Final = ".report.txt"


class Spoken(NamedTuple):
    """A manifest in `in/`, what it says, and what is still missing for it to be whole, one sentence each."""

    path: Path
    manifest: LeftManifest | None
    faults: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """The files that nobody takes before they are whole."""
        return frozenset(entry.name for entry in self.manifest.files) if self.manifest else frozenset()


class _Quiet(NamedTuple):
    """What the files of a delivery looked like, and since when they have."""

    looks: list[Stamp | None]
    since_seconds: float


class Deliveries:
    """The deliveries of a folder `in/`. All methods raise `OSError`."""

    def __init__(self, folder: Path, disk: Disk, patterns: Sequence[str]) -> None:
        """Look at files in `folder` whose names match."""
        self._in = folder
        self._taking = folder / TAKING
        self._disk = disk
        self._patterns = tuple(patterns)
        self._sums: dict[Path, tuple[Stamp, str]] = {}
        self._quiet: dict[Path, _Quiet] = {}

    def look(self, manifests: Sequence[Path]) -> list[Spoken]:
        """Return what manifests say that are written to no more, and what each waits for."""
        found = [self._read(path) for path in manifests]
        self._sums = {path: known for path, known in self._sums.items() if path.exists()}
        self._quiet = {path: known for path, known in self._quiet.items() if path.exists()}
        return found

    def gather(self, spoken: Spoken) -> None:
        """Move a whole delivery into a folder of its own, the manifest last.

        A file that was written to since it was looked at stays where it is: then the delivery is not whole. One whose
        manifest has the name of a delivery that is being taken waits for that.
        """
        if self.is_taking(spoken.path.name):
            return
        folder = self._taking / spoken.path.name
        folder.mkdir(parents=True, exist_ok=True)
        for entry in spoken.manifest.files if spoken.manifest else ():
            path = self._in / entry.name
            if not path.exists():
                continue
            looked = self._sums.get(path)
            self._disk.rename(path, folder / entry.name)
            if looked is None or stamp_of(folder / entry.name) != looked[0]:
                self._disk.rename(folder / entry.name, path)
                return
        self._disk.flush_folder(folder)
        self._disk.rename(spoken.path, folder / spoken.path.name)
        self._disk.flush_folder(folder)
        self._disk.flush_folder(self._in)
        self.untell(spoken.path.name)

    def is_taking(self, manifest: str) -> bool:
        """Say whether a delivery with a manifest of this name has been gathered and is not taken to its end yet."""
        return (self._taking / manifest / manifest).is_file()

    def places(self, manifest: str, name: str) -> list[Path]:
        """Return where a file of a delivery that is not whole may lie: in `in/`, or gathered before a death."""
        places = [self._in / name, self._taking / manifest / name]
        return places[:1] if self.is_taking(manifest) else places

    def gathered(self) -> Iterator[tuple[Path, LeftManifest]]:
        """Yield each delivery that is being taken: its manifest's place beside its files, and what it says."""
        if not self._taking.is_dir():
            return
        for folder in sorted(self._taking.iterdir()):
            path = folder / folder.name
            if folder.is_symlink() or not folder.is_dir():
                continue  # a file manager's, perhaps
            if path.is_file():
                yield from self._read_gathered(path)
            elif not (self._in / folder.name).exists():
                self._give_back(folder)

    def end(self, manifest: Path) -> None:
        """Take away the folder of a delivery whose files have all gone."""
        if manifest.parent.parent == self._taking and manifest.parent.is_dir() and not any(manifest.parent.iterdir()):
            manifest.parent.rmdir()

    def is_broken_off(self, spoken: Spoken, elapsed_seconds: float) -> bool:
        """Say whether nothing of a delivery has changed for so long that nobody is writing it any more.

        That is what we have seen ourselves, or what the dates of its files say: a sync that runs once an hour has
        seen nothing, and a date that lies in the future says nothing.
        """
        paths = [spoken.path, *(self._in / name for name in sorted(spoken.names))]
        looks = [stamp_of(path) for path in paths]
        known = self._quiet.get(spoken.path)
        if known is None or known.looks != looks:
            known = self._quiet[spoken.path] = _Quiet(looks, elapsed_seconds)
        return elapsed_seconds - known.since_seconds >= WAIT_SECONDS or self._is_old(paths)

    def _is_old(self, paths: Sequence[Path]) -> bool:
        """Say whether the newest date of these files is that long ago."""
        now = self._now_ns()
        found = [path.lstat() for path in paths if path.exists()]
        dates = [date for one in found for date in (one.st_mtime_ns, one.st_ctime_ns) if date <= now]
        return now - max(dates, default=now) >= WAIT_SECONDS * 1_000_000_000

    def tell(self, name: str, lines: Sequence[str]) -> None:
        """Leave beside a file why it is not taken yet, where that is news."""
        content = "".join(f"{safe_text(line, 500)}\n" for line in lines).encode()
        path = self._in / f"{name}{REPORT}"
        if not path.is_file() or path.read_bytes() != content:
            self._disk.put(path, content)

    def untell(self, name: str) -> None:
        """Take away what was said of a file that waits no more."""
        if not is_too_long(name):
            (self._in / f"{name}{REPORT}").unlink(missing_ok=True)

    def _read(self, path: Path) -> Spoken:
        try:
            manifest = read_manifest(path, self._patterns)
        except UnreadableFile as error:
            return Spoken(path, None, (str(error),))
        faults = [fault for entry in manifest.files if (fault := self._fault(path.name, entry))]
        return Spoken(path, manifest, tuple(faults))

    def _fault(self, manifest: str, entry: FileEntry) -> str:
        """Return what a file wants to be what its manifest says, empty where nothing."""
        path = next((place for place in self.places(manifest, entry.name) if stamp_of(place)), None)
        if path is None:
            return f"{entry.name} is not there: leave it"
        found = self._sum(path)
        if entry.size is not None and found[0].size != entry.size:
            return f"{entry.name} has {found[0].size} bytes of {entry.size}: leave it whole"
        if found[1] != entry.sha256.strip().lower():
            return f"{entry.name} is not what the manifest says (its SHA-256 is {found[1]}): leave both again"
        return ""

    def _sum(self, path: Path) -> tuple[Stamp, str]:
        """Return what a file looks like and its sum, which is made anew only where it looks different."""
        looks = stamp_of(path)
        if looks is None:
            raise FileNotFoundError(2, "it has gone", str(path))
        known = self._sums.get(path)
        if known is None or known[0] != looks:
            known = self._sums[path] = (looks, sum_of_file(path))
        return known

    def _read_gathered(self, path: Path) -> Iterator[tuple[Path, LeftManifest]]:
        """Yield a gathered delivery; one whose manifest was damaged since goes back to `in/`, to be refused there."""
        try:
            manifest = read_manifest(path, self._patterns)
        except UnreadableFile:
            self._disk.rename(path, self._in / path.name)
            return
        yield path, manifest

    def _now_ns(self) -> int:
        """Return what time it is by the clock that dates the files: a share's may be another than ours."""
        probe = self._in / ".now"
        probe.write_bytes(b"0")
        found = probe.stat().st_mtime_ns
        probe.unlink()
        return found

    def _give_back(self, folder: Path) -> None:
        """Give files back that were being gathered when somebody took their manifest away."""
        for path in folder.iterdir():
            if not (self._in / path.name).exists():
                self._disk.rename(path, self._in / path.name)
            elif not path.is_dir():
                path.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()
