"""A whole day on a lane with a real Tryton: its catalogue comes down, all its documents go up, and the sums agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.settings import ErpSettings, LaneSettings, SellingSettings, Settings
from domain import intent
from domain.money import MICRO
from domain.outcome import ShiftClosed
from domain.reconciliation import Dimension, Posted
from domain.refusal import Refused
from domain.report import Report
from storage import outbox
from sync.reconcile import ShiftRef, compare_shift
from sync.round import Sync, SyncReport
from sync.tryton import TrytonConnector, make_tryton
from tests.kit.lane import Shop, make_shop
from tests.kit.tryton_client import TrytonClient
from tests.kit.tryton_seed import KEY, gtin
from tests.kit.tryton_server import DATABASE, TrytonServer
from tests.sync.shop import StillClock, paths_of, states

pytestmark = pytest.mark.slow


class Day:
    """A lane that works, and its sync."""

    def __init__(self, folder: Path, server: TrytonServer) -> None:
        (folder / "data").mkdir()
        (folder / "erp.key").write_text(KEY)
        (folder / "erp.key").chmod(0o400)
        self.shop: Shop = make_shop(
            folder / "data",
            is_ready=False,
            lane=LaneSettings(id="7", data=str(folder / "data")),
            selling=SellingSettings(tax_profile="tryton", tax_rounding="document", negative_lines=True),
            erp=ErpSettings(url=server.origin, database=DATABASE, key_file=str(folder / "erp.key")),
        )
        self.settings: Settings = self.shop.settings
        self.connector: TrytonConnector = make_tryton(self.settings, paths_of(self.settings), StillClock())
        self.said: list[str] = []

    def do(self, wanted: intent.Intent) -> Any:
        answer = self.shop.register.perform(wanted)
        assert not isinstance(answer, Refused), (wanted, answer)
        return answer

    def sell(
        self, *codes: int, kind: str = "cash", quantity: int = 1, before: Callable[[], None] | None = None
    ) -> None:
        for code in codes:
            self.do(intent.Scan(gtin(code), quantity_micro=quantity * MICRO))
        if before:
            before()
        self.do(intent.AddTender(kind, reference="ok-1" if kind != "cash" else ""))

    def sync(self) -> SyncReport:
        sync = Sync(self.shop.db, self.connector, self.settings, StillClock(), self.said.append)
        report = sync.round()
        assert report.problem == "", (report, self.said)
        return report


@pytest.fixture
def day(tmp_path: Path, tryton: TrytonServer) -> Day:
    return Day(tmp_path, tryton)


def test_a_day_from_the_catalogue_to_the_reconciled_z(day: Day, client: TrytonClient) -> None:
    day.sync()
    items = dict(day.shop.db.all("SELECT sku, tax_class FROM item WHERE is_for_sale"))
    assert [items[f"P{number:05d}"] for number in range(4)] == ["general", "border", "zero", "exempt"]
    day.shop.begin()
    z = _work(day)
    report = day.sync()
    rejected = [(row.document_id, row.reason) for row in outbox.rejected(day.shop.db)]
    assert rejected == []
    assert report.push.sent == len(states(day.shop.db))
    assert set(states(day.shop.db).values()) == {"sent"}
    told = day.connector.posted(ShiftRef("7", z.shift.shift_id))
    assert {one.document_id for one in told.documents} == set(states(day.shop.db))
    _agree(z, told)
    compared = compare_shift(day.shop.db, day.connector, "7", z.shift.shift_id)
    assert (compared.is_even, compared.not_compared, compared.documents) == (True, (), len(told.documents))
    answers = client.ask("known", keys=list(states(day.shop.db)))["known"]
    assert [one.get("differences") for one in answers] == [None] * len(answers)
    assert day.sync().push.sent == 0


def _work(day: Day) -> Report:
    """Sell, return, exchange, discount, round, move cash, close."""
    day.sell(0, 1, 2, 3)
    day.sell(0, 5, kind="credit_card", quantity=3)
    day.sell(8, 4, before=lambda: day.do(intent.DiscountBasket(percent_ppm=100_000, reason="good customer")))
    day.sell(1, 7, before=lambda: day.do(intent.DiscountLine(1, amount_minor=123, reason="dented")))
    day.do(intent.Scan(gtin(9), quantity_micro=1_235_000))
    day.do(intent.VoidLine(1))
    day.sell(10)
    day.sell(0, quantity=-1)
    day.do(intent.Scan(gtin(1), quantity_micro=-MICRO))
    day.sell(6)
    day.do(intent.Scan(gtin(11), quantity_micro=2 * MICRO))
    day.do(intent.AddTender("credit_card", amount_minor=500, reference="ok-2"))
    day.do(intent.AddTender("cash", amount_minor=100_000))
    day.do(intent.Loan(20_000))
    day.do(intent.Pickup(30_000))
    day.do(intent.PaidOut(4_550, reason="Proveedor"))
    expected = day.do(intent.ReadX()).report.till.expected_minor
    count = intent.CloseShift(counted_minor=expected - 25, next_float_minor=50_000)
    assert isinstance(day.shop.register.perform(count), Refused)  # it is off, so it has to be counted again
    closed = day.do(count)
    assert isinstance(closed, ShiftClosed)
    return closed.report


def _agree(z: Report, told: Posted) -> None:
    """Hold what Tryton has posted against the Z, tax by tax and tender by tender."""
    sums: dict[Dimension, Counter[str]] = {dimension: Counter() for dimension in Dimension}
    for one in told.sums:
        sums[one.dimension][one.key] += one.amount_minor
    taxes = [tax for tax in z.taxes if not tax.code.startswith("exempt")]
    assert sums[Dimension.TAX] == {tax.code: tax.tax_minor for tax in taxes}
    assert sums[Dimension.TAX_BASE] == {tax.code: tax.base_minor for tax in taxes}
    assert sums[Dimension.TENDER] == {row.kind: row.net_minor for row in z.tenders if row.net_minor}
    assert not [one for one in told.documents if one.kind == "unbalanced"]
