"""What the journeys share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest

_RAM_DISK: Final = Path("/dev/shm")


@pytest.fixture
def fast_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder on a RAM disk where there is one: what is tried here is the arithmetic, and a disk's flush is not."""
    with TemporaryDirectory(dir=_RAM_DISK if _RAM_DISK.is_dir() else tmp_path) as folder:
        yield Path(folder)
