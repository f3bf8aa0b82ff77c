"""Each feed but the items: what is taken, what is refused with its reason, and what stays as the lane has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from config.settings import Settings
from domain.item import Department
from domain.permission import Limits, Permission, Rights
from domain.price_rule import PriceList, PriceRule, RuleScope
from domain.promotion import PercentOff, Promotion
from domain.shift import Operator, Role
from storage.catalog import read_departments
from storage.connection import LedgerDatabase
from storage.erp_rows import read_documents
from storage.operators import find_anyone, find_operator, put_operator
from storage.prices import read_price_lists, read_promotions
from storage.stock import read_stock
from sync.errors import Denied
from sync.feed import (
    AnyRow,
    DepartmentRow,
    FactRow,
    Feed,
    OperatorRow,
    Page,
    PriceListRow,
    PromotionRow,
    StockRow,
)
from sync.feed_pull import FeedPull, FeedReport
from sync.feed_take import make_takers
from tests.sync.feeding import FeedingErp
from tests.sync.shop import StillClock, open_shop, shop
from tests.sync.test_feed_pull import erp_with


class Pages(FeedingErp):
    """Answers with pages that a test has laid out, one after the other, and with nothing new from then on."""

    def __init__(self, feed: Feed, *pages: Page) -> None:
        super().__init__(erp_with(0))
        self.feed = feed
        self.pages = list(pages)

    def feeds(self) -> Sequence[Feed]:
        return (self.feed,)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        return self.pages.pop(0) if self.pages else Page(checkpoint=checkpoint)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        raise AssertionError("no comparison is due")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_shop(shop(tmp_path))
    yield ledger
    ledger.close()


def take(db: LedgerDatabase, feed: Feed, *rows: AnyRow, gone: Sequence[str] = ()) -> FeedReport:
    """Take one page that is all there is."""
    erp = Pages(feed, Page(rows, gone, "later"))
    clock = StillClock()
    return FeedPull(db, erp, make_takers(Settings(), clock.now), clock, lambda _: None).run()


def test_departments_find_their_parents_over_pages_and_keep_the_lanes_own_limits(db: LedgerDatabase) -> None:
    milk = DepartmentRow(erp_id="2", code="milk", name="Lácteos", parent="food", tax_class="zero")
    food = DepartmentRow(erp_id="1", code="food", name="Abarrotes")
    erp = Pages(Feed.DEPARTMENTS, Page((milk,), (), "2", is_last=False), Page((food,), (), "later"))
    clock = StillClock()
    report = FeedPull(db, erp, make_takers(Settings(), clock.now), clock, lambda _: None).run()
    assert (report.problem, report.refused) == (None, ())
    found = {one.code: one for one in read_departments(db)}
    assert (found["milk"].parent, found["milk"].tax_class, found["food"].name) == ("food", "zero", "Abarrotes")
    db.run("UPDATE department SET is_open_price = 1, max_price_micro = 5 WHERE code = 'food'")
    take(db, Feed.DEPARTMENTS, DepartmentRow(erp_id="1", code="food", name="Comida"))
    found = {one.code: one for one in read_departments(db)}
    assert found["food"] == Department("food", "Comida", "general", is_open_price=True, max_price_micro=5)


def test_a_department_that_cannot_be_is_refused_with_its_reason(db: LedgerDatabase) -> None:
    report = take(
        db,
        Feed.DEPARTMENTS,
        DepartmentRow(erp_id="1", code="a b", name="Uno"),
        DepartmentRow(erp_id="2", code="ok", name="Dos", parent="nowhere"),
    )
    assert [line.split(":")[0] for line in report.refused] == ["departments 1", "departments 2"]


def test_price_lists_come_all_together_and_one_with_a_flaw_is_left_out(db: LedgerDatabase) -> None:
    rule = PriceRule(1, RuleScope.ITEM, "A", fixed_price_micro=5_000_000)
    good = PriceListRow(erp_id="1", price_list=PriceList("retail", rules=(rule,)))
    bad = PriceListRow(erp_id="2", price_list=PriceList("x", rules=(PriceRule(1, RuleScope.ITEM),)))
    report = take(db, Feed.PRICES, good, bad)
    assert report.refused == ("prices 2: no_target",)
    assert [one.code for one in read_price_lists(db)] == ["retail"]


def test_an_empty_page_keeps_the_lists_and_one_that_moves_says_so(db: LedgerDatabase) -> None:
    good = PriceListRow(erp_id="1", price_list=PriceList("retail"))
    take(db, Feed.PRICES, good)
    clock = StillClock()
    takers = make_takers(Settings(), clock.now)
    assert FeedPull(db, Pages(Feed.PRICES), takers, clock, lambda _: None).run().taken == ()
    assert len(read_price_lists(db)) == 1
    emptied = FeedPull(db, Pages(Feed.PRICES, Page((), (), "other")), takers, clock, lambda _: None).run()
    assert isinstance(emptied.problem, Denied)
    assert len(read_price_lists(db)) == 1


def test_promotions_come_all_together_and_one_with_a_flaw_is_left_out(db: LedgerDatabase) -> None:
    good = PromotionRow(erp_id="1", promotion=Promotion("ten", "Diez", PercentOff(100_000)))
    bad = PromotionRow(erp_id="2", promotion=Promotion("", "Nada", PercentOff(0)))
    report = take(db, Feed.PROMOTIONS, good, bad)
    assert [line.split(":")[0] for line in report.refused] == ["promotions 2"]
    assert [one.code for one in read_promotions(db)] == ["ten"]


def test_stock_is_exact_may_be_negative_and_is_forgotten_when_it_is_gone(db: LedgerDatabase) -> None:
    rows = [StockRow(erp_id=n, sku=n, on_hand=text) for n, text in (("A", "12.345"), ("B", "-2"), ("C", "many"))]
    why = "what is on hand is no number with a point and up to six decimals: many"
    assert take(db, Feed.STOCK, *rows).refused == (f"stock C: {why}",)
    levels = [read_stock(db, sku) for sku in "ABC"]
    assert [level and level.on_hand_micro for level in levels] == [12_345_000, -2_000_000, None]
    take(db, Feed.STOCK, gone=("A",))
    assert read_stock(db, "A") is None


def test_operators_keep_their_pin_and_a_new_one_has_none(db: LedgerDatabase) -> None:
    put_operator(db, Operator("1", "Eva", Role.SUPERVISOR), "hash")
    put_operator(db, Operator("7", "Ana", Role.CASHIER), "hash")
    told = OperatorRow(erp_id="1", number="7", name="Ana María", role="supervisor")
    new, bad = (
        OperatorRow(erp_id="2", number="8", name="Luis"),
        OperatorRow(erp_id="3", number="9", name="X", role="king"),
    )
    assert take(db, Feed.OPERATORS, told, new, bad).refused == ("operators 3: there is no role king",)
    ana, luis = find_operator(db, "7"), find_operator(db, "8")
    assert ana is not None
    assert (ana.operator, ana.pin_hash) == (Operator("7", "Ana María", Role.SUPERVISOR), "hash")
    assert luis is not None
    assert luis.pin_hash == ""
    take(db, Feed.OPERATORS, gone=("1",))
    assert find_operator(db, "7") is None
    assert find_anyone(db, "7") is not None
    take(db, Feed.OPERATORS, told)
    assert find_operator(db, "7") is not None


def test_a_pin_is_never_handed_on_to_another_name_and_a_role_that_is_not_told_stays(db: LedgerDatabase) -> None:
    put_operator(db, Operator("1", "Ana", Role.SUPERVISOR), "hash")
    refused = take(db, Feed.OPERATORS, OperatorRow(erp_id="1", number="1", name="Mitchell Admin")).refused
    assert refused == ("operators 1: 1 is Ana's number at the lane: give one of them another",)
    take(db, Feed.OPERATORS, OperatorRow(erp_id="1", number="1", name="Ana María", stamp="2"))
    ana = find_operator(db, "1")
    assert ana is not None
    assert (ana.operator, ana.pin_hash) == (Operator("1", "Ana María", Role.SUPERVISOR), "hash")
    take(db, Feed.OPERATORS, OperatorRow(erp_id="1", number="1", name="Ana de Juárez", stamp="3"))
    married = find_operator(db, "1")
    assert married is not None
    assert married.operator.name == "Ana de Juárez"


def test_facts_are_kept_for_whoever_asks(db: LedgerDatabase) -> None:
    month = FactRow(erp_id="1", key="30d", name="30 días", facts={"days": "30"})
    take(db, Feed.TERMS, month, FactRow(erp_id="2", key="now", name="Contado"))
    assert read_documents(db, Feed.TERMS) == {"30d": '{"name":"30 días","days":"30"}', "now": '{"name":"Contado"}'}
    take(db, Feed.TERMS, gone=("1",))
    assert list(read_documents(db, Feed.TERMS)) == ["now"]


def test_an_operator_has_the_permissions_that_the_erp_tells(db: LedgerDatabase) -> None:
    own = OperatorRow(
        erp_id="1",
        number="1",
        name="Ana",
        permissions=("lane.sign_on", "cash.paid_out"),
        limits={"paid_out_minor": 500},
    )
    bad = OperatorRow(erp_id="2", number="2", name="Eva", permissions=("cash.all",))
    far = OperatorRow(erp_id="3", number="3", name="Leo", permissions=(), limits={"paid_out": 1})
    refused = take(db, Feed.OPERATORS, own, bad, far).refused
    assert [line.partition(":")[0] for line in refused] == ["operators 2", "operators 3"]
    known = find_anyone(db, "1")
    assert known is not None
    assert known.rights == Rights(frozenset({Permission.SIGN_ON, Permission.PAID_OUT}), Limits(paid_out_minor=500))
    take(db, Feed.OPERATORS, OperatorRow(erp_id="1", number="1", name="Ana"))
    known = find_anyone(db, "1")
    assert known is not None
    assert known.rights is None
