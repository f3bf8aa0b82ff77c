"""The module in a Tryton on PostgreSQL: there, Tryton itself refuses an entry that does not balance, and locks rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.erp.test_tryton_module import (
    test_a_collection_pays_exactly_what_is_owed_and_the_balance_says_so,
    test_a_document_is_taken_once_and_its_key_is_kept_for_ever,
    test_a_server_that_dies_in_a_batch_has_all_of_it_once_after_a_second_delivery,
    test_a_whole_shift_comes_to_the_lane_s_own_figures,
    test_another_tax_than_the_receipt_s_is_said,
    test_feeds_bring_everything_and_then_what_has_changed,
    test_four_that_deliver_the_same_at_once_make_it_once,
    test_what_cannot_be_taken_stops_no_other_and_may_come_again_corrected,
    test_what_comes_late_finds_its_own_shift_and_makes_it_right,
)
from tests.kit.postgres import Postgres, serving_postgres, why_not
from tests.kit.tryton_server import DATABASE, DRIVERS, TrytonServer, install_module, make_database

__all__ = [
    "test_a_collection_pays_exactly_what_is_owed_and_the_balance_says_so",
    "test_a_document_is_taken_once_and_its_key_is_kept_for_ever",
    "test_a_server_that_dies_in_a_batch_has_all_of_it_once_after_a_second_delivery",
    "test_a_whole_shift_comes_to_the_lane_s_own_figures",
    "test_another_tax_than_the_receipt_s_is_said",
    "test_feeds_bring_everything_and_then_what_has_changed",
    "test_four_that_deliver_the_same_at_once_make_it_once",
    "test_what_cannot_be_taken_stops_no_other_and_may_come_again_corrected",
    "test_what_comes_late_finds_its_own_shift_and_makes_it_right",
]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not()),
    pytest.mark.skipif(not DRIVERS.exists(), reason="psycopg is not in .venv/postgres: Tryton needs it for PostgreSQL"),
]

SEEDED = "seeded"


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Serve a cluster with the test shop's database as a template."""
    pytest.importorskip("trytond.modules.sale_point", reason="trytond-sale-point is not installed: no Tryton to ask")
    with serving_postgres() as server:
        server.ask("createdb", DATABASE)
        make_database(tmp_path_factory.mktemp("tryton"), server.uri)
        server.ask("createdb", "-T", DATABASE, SEEDED)
        yield server


@pytest.fixture
def tryton(postgres: Postgres, tmp_path: Path) -> Iterator[TrytonServer]:
    """Serve a fresh shop."""
    postgres.ask("dropdb", "--force", DATABASE)
    postgres.ask("createdb", "-T", SEEDED, DATABASE)
    install_module(tmp_path)
    server = TrytonServer(tmp_path, postgres.uri)
    server.start()
    try:
        yield server
    finally:
        server.kill()
