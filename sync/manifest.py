"""Manifests: a small file that names others and says what each must be to be whole (docs/files-connector.md).

The lane writes one beside each batch. An ERP may leave one for what it leaves: then nothing of it is taken before all
of it has arrived.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from sync.catalog_text import UnreadableFile
from sync.document import Batch
from sync.json_file import read_bounded

MANIFEST_VERSION: Final = 1
MAX_MANIFEST_BYTES: Final = 1_000_000
MAX_FILES: Final = 1_000
MAX_NAME_BYTES: Final = 200
"""A file system has 255 for a name, and what we put before and behind it must go in too."""


class FileEntry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file that a manifest names; `rows` and `size` (bytes) may be left out by an ERP."""

    name: str
    sha256: str
    rows: int | None = None
    size: int | None = None


class KindSum(msgspec.Struct, frozen=True):
    """How many documents of a kind a batch has, and what their records' `amount_minor` come to."""

    kind: str
    count: int
    amount_minor: int


class BatchManifest(msgspec.Struct, frozen=True):
    """What stands beside a batch."""

    v: int
    batch_id: str
    lane: str
    first_seq: int
    last_seq: int
    files: tuple[FileEntry, ...]
    kinds: tuple[KindSum, ...]


class LeftManifest(msgspec.Struct, frozen=True):
    """What an ERP says of the files that it leaves."""

    v: int
    files: tuple[FileEntry, ...]


class _Amount(msgspec.Struct, frozen=True):
    amount_minor: int


def write_manifest(batch: Batch, contents: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the manifest of a batch: the same bytes for the same files, however often it is written."""
    counts, sums = Counter[str](), Counter[str]()
    for document in batch.documents:
        counts[document.kind] += 1
        sums[document.kind] += msgspec.json.decode(document.record, type=_Amount).amount_minor
    first, last = batch.documents[0], batch.documents[-1]
    rows = len(batch.documents)
    manifest = BatchManifest(
        v=MANIFEST_VERSION,
        batch_id=batch.batch_id,
        lane=first.lane,
        first_seq=first.seq,
        last_seq=last.seq,
        files=tuple(FileEntry(name, sum_of(content), rows, len(content)) for name, content in contents),
        kinds=tuple(KindSum(kind, counts[kind], sums[kind]) for kind in sorted(counts)),
    )
    return msgspec.json.encode(manifest) + b"\n"


def renew_entry(manifest: bytes, lane: str, name: str, content: bytes) -> bytes:
    """Return a lane's manifest with what a file of it is now; one that cannot be read, or of another, stays."""
    try:
        found = msgspec.json.decode(manifest, type=BatchManifest)
    except msgspec.MsgspecError:
        return manifest
    if found.lane != lane:
        return manifest
    files = tuple(
        msgspec.structs.replace(entry, sha256=sum_of(content), size=len(content)) if entry.name == name else entry
        for entry in found.files
    )
    return msgspec.json.encode(msgspec.structs.replace(found, files=files)) + b"\n"


def read_manifest(path: Path, may_name: Sequence[str]) -> LeftManifest:
    """Read what an ERP says of files whose names match one of `may_name`.

    Raises `UnreadableFile`, whose text says what is wrong with it and what to do.
    """
    try:
        manifest = msgspec.json.decode(read_bounded(path, MAX_MANIFEST_BYTES), type=LeftManifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(f"{path.name} is no manifest ({error}): see docs/files-connector.md") from error
    if manifest.v != MANIFEST_VERSION:
        raise UnreadableFile(f"{path.name} has the layout {manifest.v}: {MANIFEST_VERSION} is known here")
    names = [entry.name for entry in manifest.files]
    wrong = next((name for name in names if not is_plain_name(name, may_name)), None)
    if wrong is not None:
        raise UnreadableFile(
            f"{path.name} names {wrong[:80]!r}, which is no name of a file that is taken: leave it out"
        )
    if len(set(names)) != len(names) or not 0 < len(names) <= MAX_FILES:
        raise UnreadableFile(f"{path.name} must name 1 to {MAX_FILES} files, each once")
    return manifest


def is_plain_name(name: str, patterns: Sequence[str]) -> bool:
    """Say whether a name is one of a file in the folder itself that somebody looks at."""
    from fnmatch import fnmatchcase

    is_plain = "/" not in name and "\0" not in name and not name.startswith(".") and not is_too_long(name)
    return is_plain and any(fnmatchcase(name, pattern) for pattern in patterns)


def is_too_long(name: str) -> bool:
    """Say whether no other file can be named after this one; a name may hold bytes that are no text."""
    return len(name.encode(errors="surrogatepass")) > MAX_NAME_BYTES


def sum_of(content: bytes) -> str:
    """Return the SHA-256 of a content, in hex."""
    return hashlib.sha256(content).hexdigest()


def sum_of_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hex, without holding it whole. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
