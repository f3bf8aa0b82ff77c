"""A real log of sales through a real pipe: the Zs say to the penny what another program's books say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.report import Report
from storage.connection import LedgerDatabase
from tests.journeys.replay import import_items, open_replay_store, replay
from tests.journeys.store import Store
from tests.journeys.uci import Day, KindSum, needs_log, read_days, read_oracle

pytestmark = needs_log

LARGEST_BASKET = 1_114
NEGATIVE_DAY = "2011-01-05"
CHOSEN = (
    "2010-12-01",
    "2010-12-02",
    "2010-12-06",
    NEGATIVE_DAY,
    "2011-04-15",  # a line of a tenth of a penny
    "2011-08-12",  # bad debt, written off by negative prices
    "2011-10-31",  # the largest basket
    "2011-11-08",
    "2011-11-11",
    "2011-11-16",
    "2011-11-22",
    "2011-11-24",
    "2011-11-29",
    "2011-12-05",  # the busiest day
    "2011-12-08",
)
"""Whole days with more than fifty thousand lines, and every oddity of the log."""

_KINDS = """
    SELECT shift_id, department, count(*), sum(quantity_micro) / 1000000, sum(gross_minor)
    FROM sale_line JOIN sale USING (receipt_number) GROUP BY shift_id, department"""
_SALE_BASKETS = """
    SELECT shift_id, count(DISTINCT receipt_number)
    FROM sale_line JOIN sale USING (receipt_number) WHERE department = 'sale' GROUP BY shift_id"""


def test_the_oracle_counts_as_we_say() -> None:
    oracle = read_oracle()
    dates = []
    for day in read_days():
        expected = oracle[day.date]
        dates.append(day.date)
        assert len(day.invoices) == expected.invoices
        assert len(day.lines) == expected.lines
        assert day.net_pence == expected.net_pence
        assert sum(invoice.is_sale_basket for invoice in day.invoices) == expected.sale_baskets
        assert sum(invoice.is_credit_note for invoice in day.invoices) == expected.credit_notes
        assert _kinds_of(day) == expected.kinds
        assert all(_is_return_as_we_say(day, number) for number in range(len(day.invoices)))
    assert dates == list(oracle)


def test_whole_days_through_the_pipe_give_the_oracle_to_the_penny(fast_folder: Path) -> None:
    days = list(read_days(CHOSEN))
    assert len(days) == len(CHOSEN)
    assert sum(len(day.lines) for day in days) > 50_000
    assert max(len(invoice.lines) for day in days for invoice in day.invoices) == LARGEST_BASKET
    hold_to_the_oracle(fast_folder, days)


@pytest.mark.slow
def test_the_whole_log_through_the_pipe_gives_the_oracle_to_the_penny(fast_folder: Path) -> None:
    days = list(read_days())
    assert sum(len(day.lines) for day in days) == 541_909
    hold_to_the_oracle(fast_folder, days)


def hold_to_the_oracle(folder: Path, days: Sequence[Day]) -> None:
    """Replay some days and compare all that is said of them: by the pipe, the Zs, the ledger and the verifier."""
    store = open_replay_store(folder)
    import_items(store, days)
    replayed = replay(store, days)
    assert replayed.refusals == []
    assert replayed.lines == sum(len(day.lines) for day in days)
    assert replayed.totals == [
        sum(line.amount_pence for line in invoice.lines) for day in days for invoice in day.invoices
    ]
    assert len(replayed.reports) == len(days)
    for day, report in zip(days, replayed.reports, strict=True):
        _compare(day, report)
    assert replayed.reports[-1].perpetual_net_minor == sum(day.net_pence for day in days)
    _compare_ledger(store, days)
    assert store.verify().startswith("sound: ")


def _compare(day: Day, report: Report) -> None:
    """Hold a Z against the oracle's day."""
    expected = read_oracle()[day.date]
    returns = [invoice for invoice in day.invoices if invoice.is_return]
    taken_back = [line for line in day.lines if line.is_return]
    assert report.is_gapless
    assert report.last_receipt - report.first_receipt + 1 == expected.invoices
    assert report.returns.count == len(returns)
    assert report.sales.count == expected.invoices - len(returns)
    assert report.returns.amount_minor == sum(line.amount_pence for invoice in returns for line in invoice.lines)
    assert report.sales.amount_minor + report.returns.amount_minor == expected.net_pence
    assert (report.total_minor, report.net_minor) == (expected.net_pence, expected.net_pence)
    assert report.returned.count == len(taken_back)
    assert report.returned.amount_minor == sum(line.amount_pence for line in taken_back)
    assert report.sold.count + report.returned.count == expected.lines
    assert report.till.over_short_minor == 0
    assert {row.code: (row.count, row.amount_minor) for row in report.departments} == {
        kind: (found.lines, found.amount_pence) for kind, found in expected.kinds.items()
    }


def _compare_ledger(store: Store, days: Sequence[Day]) -> None:
    """Hold the ledger's own rows against the oracle: what the Z does not tell are units and sale baskets."""
    oracle = read_oracle()
    with store.ledger() as db:
        baskets = dict(db.all(_SALE_BASKETS))
        kinds = _kinds_in(db)
    for shift_id, day in enumerate(days, 1):
        expected = oracle[day.date]
        assert baskets.get(shift_id, 0) == expected.sale_baskets
        assert kinds[shift_id] == _units_as_sold(day, expected.kinds)


def _kinds_in(db: LedgerDatabase) -> dict[int, dict[str, KindSum]]:
    found: dict[int, dict[str, KindSum]] = {}
    for shift_id, kind, *sums in db.all(_KINDS):
        found.setdefault(shift_id, {})[kind] = KindSum(*sums)
    return found


def _units_as_sold(day: Day, kinds: dict[str, KindSum]) -> dict[str, KindSum]:
    """Return an oracle's kinds, with the units of a negative price on the other side."""
    turned: Counter[str] = Counter()
    for line in day.lines:
        if line.price_mills < 0:
            turned[line.kind] += 2 * line.quantity
    return {kind: found._replace(units=found.units - turned[kind]) for kind, found in kinds.items()}


def _kinds_of(day: Day) -> dict[str, KindSum]:
    found: dict[str, KindSum] = {}
    for line in day.lines:
        lines, units, amount = found.get(line.kind, KindSum(0, 0, 0))
        found[line.kind] = KindSum(lines + 1, units + line.quantity, amount + line.amount_pence)
    return found


def _is_return_as_we_say(day: Day, number: int) -> bool:
    """Say whether an invoice is a return for a till just when it is a credit note, free or written off."""
    invoice = day.invoices[number]
    is_free = all(line.kind == "stock_adj" for line in invoice.lines)
    is_written_off = invoice.number.startswith("A") and invoice.lines[0].price_mills < 0
    return invoice.is_return == (invoice.is_credit_note or is_free or is_written_off)
