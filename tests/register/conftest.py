"""A spool for the tests of the spool."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kit.lane import make_shop
from tests.register.spool_bench import PATIENCE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A spool that has not begun."""
    made = Bench(make_shop(tmp_path))
    yield made
    made.spool.stop(PATIENCE)
    made.shop.db.close()
