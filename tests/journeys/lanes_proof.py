"""What must hold of two lanes and their ERP: reports, inboxes, accounts, goods and money against the model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

from domain.reconciliation import DifferenceKind
from domain.report import Report
from storage.verify import verify
from sync.reconcile import compare_shift
from tests.journeys.counting_erp import CountingErp
from tests.journeys.lanes_at_work import OneLane
from tests.journeys.two_lanes import LIMITS, Document, Outcome, added, walk
from tests.kit.lane import FLOAT_MINOR

MICRO: Final = 1_000_000


def hold_report(lane: OneLane, report: Report) -> None:
    """Hold an X or a Z against the documents of its shift."""
    book = lane.book
    documents = [one for one in book.documents if one.shift == book.shift]
    sales = [one for one in documents if not one.is_collection]
    assert report.till.expected_minor == FLOAT_MINOR + book.cash(book.shift)
    assert report.total_minor == sum(one.cents for one in sales)
    assert report.sales.amount_minor == sum(one.cents for one in sales if not one.is_return)
    returns = [one.cents for one in sales if one.is_return]
    assert (report.returns.count, report.returns.amount_minor) == (len(returns), sum(returns))
    assert _net_of(report.tenders) == _paid_in(sales)
    assert _net_of(report.collections) == _paid_in(one for one in documents if one.is_collection)
    assert report.credit_sold.amount_minor == sum(max(0, one.on_account) for one in sales)
    told = {row.code: (row.base_minor, row.tax_minor) for row in report.taxes}
    assert {code: pair for code, pair in told.items() if any(pair)} == _taxes_in(sales)
    assert sum(row.count for row in report.approvals) == book.approvals[book.shift]


def hold_the_end(lanes: Sequence[OneLane], erp: CountingErp) -> None:
    """Hold everything against everything when nothing moves any more."""
    documents = [one for lane in lanes for one in lane.book.documents]
    end = walk(documents, erp.order)
    taken = [one for one in documents if one.name in end.taken]
    assert end.taken == {one.name for one in documents if one.name in erp.booked}
    for lane in lanes:
        _hold_inbox(lane, end)
        _hold_returnable(lane, taken)
        _hold_goods_and_accounts(lane, end, erp)
        assert verify(lane.shop.db).discrepancies == ()
    for customer in LIMITS:
        assert erp.balance(customer) == sum(one.on_account for one in taken if one.customer == customer)
    assert added([erp.stock()]) == added(one.stock() for one in taken)
    assert erp.tenders() == Counter(_paid_in(taken))


def _hold_inbox(lane: OneLane, end: Outcome) -> None:
    """Hold that each over-return is in its lane's inbox, with what waits for one, and nothing else is missing."""
    inbox = lane.register.open_desk().read_inbox().documents
    own = {one.name for one in lane.book.documents}
    assert sorted(one.document_id for one in inbox if not one.is_held) == sorted(end.over & own)
    assert sorted(one.document_id for one in inbox if one.is_held) == sorted(end.held & own)
    assert {name for name, state in lane.states().items() if state == "waiting"} == end.held & own


def _hold_returnable(lane: OneLane, taken: Iterable[Document]) -> None:
    """Hold what a lane says of its receipts against what came back at both."""
    elsewhere: Counter[tuple[str, str]] = Counter()
    for piece in (piece for one in taken if one.lane != lane.book.name for piece in one.backs):
        elsewhere[piece.folio, piece.sku] += piece.pieces
    for sale in lane.book.returnable():
        for line in lane.register.begin_return(sale.folio).lines:
            sold = sale.sold[line.line_no]
            assert sold.elsewhere == elsewhere[sale.folio, sold.sku]
            assert line.returned_micro == (sold.back + sold.elsewhere) * MICRO
            assert line.left_micro == sold.left * MICRO


def _hold_goods_and_accounts(lane: OneLane, end: Outcome, erp: CountingErp) -> None:
    """Hold a lane's stock, and that it and the ERP say the same of each account but for what the ERP has refused."""
    moved = lane.db.all("SELECT sku, sum(quantity_micro) FROM stock_move GROUP BY sku")
    assert {sku: micro for sku, micro in moved if micro} == {s: n * MICRO for s, n in lane.book.stock().items()}
    missing = [one for one in lane.book.documents if one.name not in end.taken]
    for customer in LIMITS:
        account = lane.register.read_account(customer)
        own = sum(one.on_account for one in missing if one.customer == customer)
        assert account.credit.owed_minor == erp.balance(customer) + own


def hold_all_z(lanes: Sequence[OneLane]) -> None:
    """Add the Zs of both lanes up."""
    reports = [lane.register.read_z(number).report for lane in lanes for number in range(1, lane.book.shift)]
    documents = [one for lane in lanes for one in lane.book.documents]
    sales = [one for one in documents if not one.is_collection]
    assert sum(report.total_minor for report in reports) == sum(one.cents for one in sales)
    taxes = sum(tax for _, tax in _taxes_in(sales).values())
    assert sum(report.net_minor for report in reports) == sum(one.cents for one in sales) - taxes
    cash = sum(report.till.cash_net_minor + report.till.collections_minor for report in reports)
    assert cash == sum(one.cents for one in documents if one.kind == "cash")


def hold_comparisons(lanes: Sequence[OneLane], erp: CountingErp) -> None:
    """Hold that each shift is the same at the ERP but for what that has refused, and that nothing of this is silent."""
    for lane in lanes:
        for shift in range(1, lane.book.shift):
            found = compare_shift(lane.db, lane.connector, lane.book.name, shift).differences
            missing = {one.name for one in lane.book.documents if one.shift == shift and one.name not in erp.booked}
            assert {one.name for one in found if one.kind is not DifferenceKind.SUM} == missing
            assert missing or not found


def _net_of(rows: Any) -> dict[str, int]:
    """Return what a report's tenders come to, by kind."""
    return {row.kind: row.net_minor for row in rows if row.net_minor}


def _paid_in(documents: Iterable[Document]) -> dict[str, int]:
    """Return what documents come to, by kind."""
    return dict(added(Counter({one.kind: one.cents}) for one in documents))


def _taxes_in(documents: Iterable[Document]) -> dict[str, tuple[int, int]]:
    """Return base and tax of documents by tax."""
    found: dict[str, tuple[int, int]] = {}
    for code, money in (pair for one in documents for pair in one.taxes().items()):
        base, tax = found.get(code, (0, 0))
        found[code] = (base + money.base, tax + money.tax)
    return {code: pair for code, pair in found.items() if any(pair)}
