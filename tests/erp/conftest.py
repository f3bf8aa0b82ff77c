"""A Tryton of its own for each test, on a copy of a database that is made once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.scorecard import fault_seed, simulation
from tests.kit.tryton_client import TrytonClient
from tests.kit.tryton_server import TrytonServer, seeded, serving

__all__ = ["fault_seed", "simulation"]


@pytest.fixture(scope="session")
def tryton_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the database of the test shop; all processes of a run share one.

    It takes half a minute to make: `MOSTRADOR_TRYTON_CACHE` names a folder in which it is kept between runs.
    """
    pytest.importorskip("trytond.modules.sale_point", reason="trytond-sale-point is not installed: no Tryton to ask")
    pytest.importorskip("trytond.modules.account_credit_limit", reason="trytond-account-credit-limit is not installed")
    if kept := os.environ.get("MOSTRADOR_TRYTON_CACHE"):
        return seeded(Path(kept))
    base = tmp_path_factory.getbasetemp()
    return seeded((base.parent if hasattr(request.config, "workerinput") else base) / "tryton")


@pytest.fixture
def tryton(tryton_database: Path, tmp_path: Path) -> Iterator[TrytonServer]:
    """Serve a fresh shop."""
    with serving(tmp_path / "tryton", tryton_database) as server:
        yield server


@pytest.fixture
def client(tryton: TrytonServer) -> TrytonClient:
    """Return a lane's view of it."""
    return TrytonClient(tryton)
