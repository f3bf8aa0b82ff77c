"""The folder of shared baskets: one file for each, which exactly one lane can take.

    open/<share>.json           laid out by a lane, for any to take
    taken/<share>.<lane>.json   taken by a rename, which succeeds for one lane only; not yet in its ledger
    gone/<share>.<lane>.json    in the ledger of who took it; waits until the giver's ledger says so too

A file goes on in this order only and leaves with the giver's last word, so whoever looks in this order finds it. All
raise `OSError` where the folder is not to be reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from config.durable import Disk
from domain.shared_basket import SharedBasket

OPEN, TAKEN, GONE = "open", "taken", "gone"
MAX_BYTES: Final = 4_000_000
_NAME: Final = re.compile(r"([0-9A-Za-z-]{1,64})(?:\.([0-9A-Za-z_-]{1,12}))?\.json")


class Found(NamedTuple):
    """Where a shared basket is, and with whom."""

    place: str
    lane: str = ""


class ShareFolder:
    """The folder, as one lane uses it."""

    def __init__(self, root: Path, lane: str, disk: Disk | None = None) -> None:
        """Use a folder that is there: where it is missing, a share is not mounted."""
        self._root, self._lane, self._disk = root, lane, disk or Disk()

    def prepare(self) -> None:
        """Make what belongs in the folder, but never the folder itself."""
        self._root.stat()
        for place in (OPEN, TAKEN, GONE):
            (self._root / place).mkdir(exist_ok=True)

    def put(self, share_id: str, document: bytes) -> None:
        """Lay a basket out, there whole or not at all."""
        self._disk.put(self._root / OPEN / f"{share_id}.json", document)

    def find(self, share_id: str) -> Found | None:
        """Return where a basket is, None where it was never laid out."""
        if (self._root / OPEN / f"{share_id}.json").exists():
            return Found(OPEN)
        for place in (TAKEN, GONE):
            for share, lane in self._names(place):
                if share == share_id:
                    return Found(place, lane)
        return None

    def list_open(self) -> tuple[SharedBasket, ...]:
        """Return the baskets that can be taken, oldest first; what is no basket is passed over."""
        self._root.stat()
        found = [self._read(self._root / OPEN / f"{share}.json", share) for share, _ in self._names(OPEN)]
        return tuple(sorted((one for one in found if one), key=lambda one: (one.suspended_at, one.share_id)))

    def claim(self, share_id: str) -> SharedBasket | None:
        """Take a basket, unless another lane has: then None. Taken again, it is still this lane's.

        A network's answer to a rename may be lost: what lies under this lane's name is this lane's.
        """
        old, new = self._root / OPEN / f"{share_id}.json", self._own(TAKEN, share_id)
        if self._read(old, share_id) is not None:
            with suppress(FileNotFoundError):
                self._disk.rename(old, new)
                self._disk.flush_folder(new.parent)
                self._disk.flush_folder(old.parent)
        self._root.stat()
        return self._read(new, share_id)

    def claimed(self) -> tuple[SharedBasket, ...]:
        """Return what this lane has taken and perhaps not in its ledger yet."""
        found = (self._read(self._own(TAKEN, share), share) for share, lane in self._names(TAKEN) if lane == self._lane)
        return tuple(one for one in found if one)

    def settle(self, share_id: str) -> None:
        """Say that what was taken is in this lane's ledger."""
        new = self._own(GONE, share_id)
        with suppress(FileNotFoundError):
            self._disk.rename(self._own(TAKEN, share_id), new)
            self._disk.flush_folder(new.parent)

    def withdraw(self, share_id: str) -> None:
        """Forget a claim of this lane on its own basket, which its ledger has again to itself."""
        self._own(TAKEN, share_id).unlink(missing_ok=True)

    def given(self) -> Iterator[tuple[SharedBasket, str]]:
        """Yield this lane's own baskets that are in another's ledger, each with the lane that has it."""
        for share, lane in list(self._names(GONE)):
            one = self._read(self._root / GONE / f"{share}.{lane}.json", share)
            if one is not None and one.lane == self._lane:
                yield one, lane

    def forget(self, share_id: str, lane: str) -> None:
        """Take a basket's last trace away, once the giver's ledger says who has it."""
        (self._root / GONE / f"{share_id}.{lane}.json").unlink(missing_ok=True)

    def _own(self, place: str, share_id: str) -> Path:
        return self._root / place / f"{share_id}.{self._lane}.json"

    def _names(self, place: str) -> Iterator[tuple[str, str]]:
        """Yield share and lane of the files in a place; other names are nobody's business."""
        for path in sorted((self._root / place).iterdir()):
            if match := _NAME.fullmatch(path.name):
                yield match[1], match[2] or ""

    def _read(self, path: Path, share_id: str) -> SharedBasket | None:
        """Return the basket of a file, None where it has gone on or is none."""
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        if len(content) > MAX_BYTES:
            return None
        try:
            found = msgspec.json.decode(content, type=SharedBasket)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return found if found.share_id == share_id else None
