"""A lane's ledger and the folder of its ERP; the seed and the scorecard of the simulations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.connection import LedgerDatabase
from sync.odoo import OdooConnector
from tests.faults.scorecard import fault_seed, pytest_terminal_summary, simulation
from tests.sync.odoo_fake import FakeOdoo
from tests.sync.odoo_shop import connect, make_odoo, with_ids
from tests.sync.shop import open_shop, shop

__all__ = ["fault_seed", "pytest_terminal_summary", "simulation"]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    """The ledger of a lane of `tests.sync.shop`, empty."""
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder that the lane shares with its ERP: what it leaves goes into `in/`."""
    folder = tmp_path / "erp"
    (folder / "in").mkdir(parents=True)
    return folder


@pytest.fixture
def odoo() -> FakeOdoo:
    """The fake Odoo, with one shop."""
    return make_odoo()


@pytest.fixture
def connector(odoo: FakeOdoo) -> Iterator[OdooConnector]:
    """A connector to it that knows the ids."""
    made = with_ids(connect(odoo))
    yield made
    made.close()
