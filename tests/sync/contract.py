"""What every connector must keep, whatever its ERP: subclass `ConnectorContract` and bring an ERP.

An `Erp` is the other side as a test sees it. It outlives the connectors that `connect` returns, as a real one
outlives our process.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from storage import outbox
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import saving
from sync.connector import Answer, Connector, Incoming, Settled
from sync.document import Batch
from sync.errors import Unreachable
from sync.pull import Pull
from tests.sync.shop import StillClock, open_shop, post, post_bad, post_many, push, shop, states


class Erp(Protocol):
    """An ERP, and what may go wrong on the way to it."""

    def connect(self) -> Connector:
        """Return a new connector to it, as after a restart."""
        ...

    def received(self) -> Sequence[tuple[str, str]]:
        """Return id and hash of each document it has got, in its order, as often as it has got it."""
        ...

    def refuse(self, document_id: str) -> None:
        """Refuse a document from now on, at once or by a late answer."""
        ...

    def accept(self, document_id: str) -> None:
        """Refuse it no more."""
        ...

    def be_away(self) -> None:
        """Be unreachable for the next delivery: nothing of it arrives."""
        ...

    def lose_answer(self) -> None:
        """Take the next delivery, but let its answer be lost."""
        ...


class Watched:
    """A connector that looks over another's shoulder while it delivers."""

    def __init__(self, inner: Connector, ledger: Path) -> None:
        self._inner = inner
        self._ledger = ledger
        self.writes_while_delivering = 0

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        self._write()
        answers = self._inner.deliver(batch)
        self._write()
        return answers

    def _write(self) -> None:
        """Write as the lane does: at once, or not at all."""
        other = open_ledger(self._ledger)
        other.run("PRAGMA busy_timeout=0")
        with other.atomic():
            other.run("INSERT INTO ledger_info VALUES (?, 'x')", (f"write {self.writes_while_delivering}",))
        other.close()
        self.writes_while_delivering += 1

    def incoming(self) -> Iterator[Incoming]:
        return self._inner.incoming()

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        self._inner.settle(incoming, settled)

    def close(self) -> None:
        self._inner.close()


class ConnectorContract:
    """The promises. `erp` is the fixture to bring."""

    @pytest.fixture
    def db(self, tmp_path: Path) -> Iterator[LedgerDatabase]:
        ledger = open_shop(shop(tmp_path))
        yield ledger
        ledger.close()

    def test_every_document_arrives_once_in_order_as_it_was_journalled(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 25)
        report = push(db, erp.connect(), size=10)
        assert (report.sent, report.problem, len(report.batches)) == (25, None, 3)
        assert list(erp.received()) == _journalled(db)
        assert set(states(db).values()) == {"sent"}

    def test_a_second_push_sends_nothing(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 3)
        push(db, erp.connect())
        assert push(db, erp.connect()).batches == ()
        assert list(erp.received()) == _journalled(db)

    def test_a_lost_answer_doubles_nothing_even_when_more_was_sold_since(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 5)
        erp.lose_answer()
        assert isinstance(push(db, erp.connect()).problem, Unreachable)
        assert set(states(db).values()) == {"waiting"}
        post_many(db, 5, "later")
        assert push(db, erp.connect()).problem is None
        assert list(erp.received()) == _journalled(db)
        assert set(states(db).values()) == {"sent"}

    def test_an_erp_that_is_away_costs_nothing_but_time(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 5)
        for _ in range(3):
            erp.be_away()
            assert isinstance(push(db, erp.connect()).problem, Unreachable)
            assert set(states(db).values()) == {"waiting"}
        assert list(erp.received()) == []
        assert push(db, erp.connect()).sent == 5
        assert list(erp.received()) == _journalled(db)

    def test_it_goes_on_where_it_was_broken_off(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 30)
        for turn in range(12):
            erp.lose_answer() if turn % 2 else erp.be_away()
            push(db, erp.connect(), size=3)
        assert push(db, erp.connect(), size=3).problem is None
        assert list(erp.received()) == _journalled(db)

    def test_a_refused_document_stops_no_other(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 9)
        erp.refuse("sale-4")
        _settle(db, erp)
        expected = {f"sale-{n}": "rejected" if n == 4 else "sent" for n in range(1, 10)}
        assert states(db) == expected
        assert [row.document_id for row in outbox.rejected(db)] == ["sale-4"]
        assert outbox.rejected(db)[0].reason
        others = [pair for pair in erp.received() if pair[0] != "sale-4"]
        assert others == [pair for pair in _journalled(db) if pair[0] != "sale-4"]

    def test_a_document_put_back_is_offered_again(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 3)
        erp.refuse("sale-2")
        _settle(db, erp)
        for _ in range(2):
            _put_back(db, "sale-2")
            _settle(db, erp)
            assert states(db)["sale-2"] == "rejected"
        erp.accept("sale-2")
        _put_back(db, "sale-2")
        _settle(db, erp)
        assert states(db)["sale-2"] == "sent"
        assert "sale-2" in dict(erp.received())

    def test_a_document_that_cannot_be_read_never_leaves(self, db: LedgerDatabase, erp: Erp) -> None:
        post(db, "good")
        post_bad(db, "bad")
        post_many(db, 1)
        assert push(db, erp.connect()).rejected == 1
        assert states(db) == {"good": "sent", "bad": "rejected", "sale-1": "sent"}
        assert [one for one, _ in erp.received()] == ["good", "sale-1"]

    def test_nothing_overtakes_what_it_depends_on(self, db: LedgerDatabase, erp: Erp) -> None:
        post(db, "early-return", of="sale-2")
        post_many(db, 3)
        post(db, "return", of="sale-1")
        post(db, "return-of-return", of="return")
        erp.lose_answer()
        _settle(db, erp, pushes=6)
        order = [one for one, _ in erp.received()]
        assert order.index("sale-2") < order.index("early-return")
        assert order.index("sale-1") < order.index("return") < order.index("return-of-return")
        assert set(states(db).values()) == {"sent"}
        assert sorted(order) == sorted(states(db))

    def test_dependents_of_a_refused_document_wait_and_the_others_go(self, db: LedgerDatabase, erp: Erp) -> None:
        post_many(db, 2)
        erp.refuse("sale-1")
        _settle(db, erp)
        post(db, "return", of="sale-1")
        post(db, "other", of="sale-of-another-lane")
        report = push(db, erp.connect())
        assert (report.sent, report.held) == (1, 1)
        assert states(db)["return"] == "waiting"
        assert states(db)["other"] == "sent"
        assert outbox.held(db)[0].reason == "waits for sale-1"
        erp.accept("sale-1")
        _put_back(db, "sale-1")
        _settle(db, erp)
        assert states(db)["return"] == "sent"

    def test_the_lane_can_write_while_the_connector_works(self, db: LedgerDatabase, erp: Erp, tmp_path: Path) -> None:
        post_many(db, 4)
        watched = Watched(erp.connect(), db.path)
        assert push(db, watched, size=2).sent == 4
        assert watched.writes_while_delivering == 4


def _journalled(db: LedgerDatabase) -> list[tuple[str, str]]:
    """Id and hash of every document, as the lane's journal has them."""
    return db.all("SELECT document_id, hash FROM outbox JOIN journal ON seq = journal_seq ORDER BY journal_seq")


def _settle(db: LedgerDatabase, erp: Erp, pushes: int = 3) -> None:
    """Push and pull until nothing more can come of it."""
    for _ in range(pushes):
        connector = erp.connect()
        push(db, connector)
        Pull(db, connector, _no_catalogue, StillClock(), lambda _: None).run()
        connector.close()


def _no_catalogue(*_: object) -> Settled:
    raise AssertionError("no catalogue was left")


def _put_back(db: LedgerDatabase, document_id: str) -> None:
    with saving(), db.atomic():
        assert outbox.put_back(db, [document_id], "2026-11-24T12:00:00.000Z") == 1
