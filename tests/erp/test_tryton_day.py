"""A whole day on a lane with a real Tryton: its catalogue comes down, all its documents go up, and the sums agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from config.settings import ErpSettings, LaneSettings, SellingSettings, Settings
from domain import account_intent, intent, intent_return
from domain.money import MICRO
from domain.outcome import SalePosted, ShiftClosed
from domain.reconciliation import Dimension, Posted
from domain.refusal import Refused
from domain.report import Report
from storage import outbox
from sync.check import run_checks
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

    def __init__(self, folder: Path, server: TrytonServer, lane: str = "7", **more: Any) -> None:
        (folder / "data").mkdir(parents=True)
        (folder / "erp.key").write_text(KEY)
        (folder / "erp.key").chmod(0o400)
        self.shop: Shop = make_shop(
            folder / "data",
            is_ready=False,
            lane=LaneSettings(id=lane, data=str(folder / "data")),
            selling=SellingSettings(tax_profile="tryton", tax_rounding="document", negative_lines=True),
            erp=ErpSettings(url=server.origin, database=DATABASE, key_file=str(folder / "erp.key")),
            **more,
        )
        self.settings: Settings = self.shop.settings
        self.clock = StillClock()
        self.connector: TrytonConnector = make_tryton(self.settings, paths_of(self.settings), self.clock)
        self.said: list[str] = []

    def do(self, wanted: intent.Intent) -> Any:
        answer = self.shop.register.perform(wanted)
        assert not isinstance(answer, Refused), (wanted, answer)
        return answer

    def sell(
        self,
        *codes: int,
        kind: str = "cash",
        quantity: int = 1,
        customer: str = "",
        before: Callable[[], None] | None = None,
    ) -> str:
        """Sell, and return the receipt's number as people read it."""
        if customer:
            self.do(intent.SetCustomer(customer))
        for code in codes:
            self.do(intent.Scan(gtin(code), quantity_micro=quantity * MICRO))
        if before:
            before()
        posted = self.do(intent.AddTender(kind, reference="" if kind in ("cash", "account") else "ok-1"))
        assert isinstance(posted, SalePosted)
        return posted.folio

    def sync(self) -> SyncReport:
        sync = Sync(self.shop.db, self.connector, self.settings, self.clock, self.said.append)
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
    anchor = day.connector.anchor()
    assert anchor
    assert day.shop.db.one("SELECT hash FROM journal WHERE seq = ?", (anchor.seq,)) == (anchor.hash,)
    assert {one.document_id for one in told.documents} == set(states(day.shop.db))
    _agree(z, told)
    compared = compare_shift(day.shop.db, day.connector, "7", z.shift.shift_id)
    assert (compared.is_even, compared.not_compared, compared.documents) == (True, (), len(told.documents))
    answers = client.ask("known", keys=list(states(day.shop.db)))["known"]
    assert [one.get("differences") for one in answers] == [None] * len(answers)
    assert day.sync().push.sent == 0


def test_a_day_with_credit_a_collection_returns_and_a_new_customer(day: Day, client: TrytonClient) -> None:
    day.sync()
    day.shop.begin()
    day.sell(0, 1, customer="C00002", kind="account")
    receipt = day.sell(2, 5, quantity=2)
    day.do(intent_return.ReturnLines(receipt, _reason(day), {"1": MICRO}, is_damaged=True))
    day.do(intent.Scan(gtin(6)))
    day.do(intent.AddTender("cash"))
    day.do(account_intent.Collect("C00002", 500))
    made = day.do(account_intent.CreateCustomer("Ñandú y Hermanos", phone="55 1234 5678", email="a@example.org"))
    day.sell(8, customer=made.customer.code)
    day.sell(10)
    day.do(intent_return.ChangeTender("transfer", "wrong key", reference="t-1"))
    day.sell(12)
    day.do(intent_return.PostVoid(_reason(day)))
    day.sell(13)
    z = _close(day)
    day.sync()
    assert [(row.document_id, row.reason) for row in outbox.rejected(day.shop.db)] == []
    assert set(states(day.shop.db).values()) == {"sent"}
    compared = compare_shift(day.shop.db, day.connector, "7", z.shift.shift_id)
    assert (compared.is_even, compared.not_compared) == (True, ()), compared
    balances = {row["code"]: row["owed"] for row in client.ask("changes", lane="7", feed="balances")["rows"]}
    assert Decimal(balances["C00002"]) == Decimal("10.50") + Decimal("11.87") - 5
    parties = {row["code"]: row["name"] for row in client.ask("changes", lane="7", feed="customers")["rows"]}
    assert parties[made.customer.code] == "Ñandú y Hermanos"
    answers = client.ask("known", keys=list(states(day.shop.db)))["known"]
    assert [one.get("differences") for one in answers] == [None] * len(answers)


def test_sync_check_finds_both_sides_at_the_same_cents_and_what_is_set_up_otherwise(day: Day) -> None:
    found = run_checks(day.connector)
    well = {one.name: one.text for one in found if one.is_well}
    assert well["baskets"] == "200 of 200 baskets come to the same cents"
    assert {one.name for one in found if not one.is_well} <= {"clock"}
    selling = SellingSettings(tax_profile="odoo", tax_rounding="line")
    other = msgspec.structs.replace(day.settings, selling=selling)
    connector = make_tryton(other, paths_of(other), StillClock())
    assert {one.name for one in run_checks(connector) if not one.is_well} - {"clock"} == {"rounding", "taxes"}
    connector.close()


def _reason(day: Day) -> str:
    return day.shop.register.return_reasons(is_damaged=False)[0]


def _close(day: Day) -> Report:
    expected = day.do(intent.ReadX()).report.till.expected_minor
    closed = day.do(intent.CloseShift(counted_minor=expected))
    assert isinstance(closed, ShiftClosed)
    return closed.report


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
