"""What comes back at two lanes, in a real Tryton: each is told of the other's returns, and never of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.tryton_client import Document, TrytonClient, line, refund, sale
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import let_be_missing

pytestmark = pytest.mark.slow


def sold(seq: int = 1, lane: str = "7") -> Document:
    """Return a sale of two of an item on line 1."""
    return sale(seq, lane=lane, number=f"{lane}-{seq:06d}", lines=[line("P00000", "2", "18.10", "21.00", line=1)])


def back(seq: int, lane: str, of_line: int = 0, of: str = "7-000001") -> Document:
    """Return one of them back at a lane, which names the line if it has sold it."""
    more: Document = {"of": of, "line": 1} | ({"of_line": of_line} if of_line else {})
    number = f"{lane}-{seq:06d}"
    return refund(
        seq,
        key=f"back-{lane}-{seq}",
        lane=lane,
        number=number,
        lines=[line("P00000", "-1", "-9.05", "-10.50", **more)],
    )


def statuses(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["status"] for answer in answers]


def told(client: TrytonClient, lane: str, since: str = "") -> list[tuple[str, int, str]]:
    page = client.ask("changes", lane=lane, feed="returned", since=since)
    assert page["is_last"]
    return [(row["folio"], row["line"], row["quantity"]) for row in page["rows"]]


def test_each_lane_is_told_of_the_others_and_never_of_its_own(client: TrytonClient) -> None:
    client.deliver(sold(), sold(5), back(6, "7", 1, of="7-000005"))
    assert told(client, "7") == told(client, "8") == []
    client.deliver(back(1, "8"))
    assert told(client, "7") == [("7-000001", 1, "1")]
    assert told(client, "8") == []
    client.deliver(back(7, "7", 1))
    assert told(client, "7") == [("7-000001", 1, "1")]
    now = client.ask("about", lane="7")["now"]
    assert told(client, "7", now) == []


def test_what_comes_back_without_a_line_is_of_the_first_lines_that_have_something_left(client: TrytonClient) -> None:
    one = line("P00000", "1", "9.05", "10.50", line=1)
    two = line("P00000", "1", "9.05", "10.50", line=2)
    client.deliver(sale(1, lines=[one, two]), back(1, "8"))
    assert told(client, "7") == [("7-000001", 1, "1"), ("7-000001", 2, "0")]
    client.deliver(back(2, "7", 1))
    assert told(client, "7") == [("7-000001", 1, "0"), ("7-000001", 2, "1")]
    assert statuses(client.deliver(back(3, "7", 2))) == ["rejected"]


def test_a_receipt_that_comes_after_its_return_is_told_of_when_it_comes(
    tryton: TrytonServer, client: TrytonClient
) -> None:
    let_be_missing(tryton)
    client.deliver(back(1, "8"))
    now = client.ask("about", lane="7")["now"]
    assert told(client, "7", now) == []
    client.deliver(sold())
    assert told(client, "7", now) == [("7-000001", 1, "1")]
    assert told(client, "8") == []


def test_returns_at_other_lanes_wait_for_the_receipt_and_the_surplus_is_refused(client: TrytonClient) -> None:
    early = client.deliver(back(1, "8"), back(2, "8"), back(3, "8"), sale(4, lane="8", number="8-000004"))
    assert statuses(early) == ["waiting", "waiting", "waiting", "created"]
    assert early[0]["error"].startswith("receipt 7-000001 has not come yet: if it never will, tick ")
    assert client.ask("known", keys=["back-8-1"])["known"] == []
    client.deliver(sold())
    again = client.deliver(back(1, "8"), back(2, "8"), back(3, "8"))
    assert statuses(again) == ["created", "created", "rejected"]
    assert [answer.get("differences") for answer in again[:2]] == [None, None]


def test_a_receipt_that_never_comes_is_waited_for_until_somebody_says_so(
    tryton: TrytonServer, client: TrytonClient
) -> None:
    own, other, unknown = back(2, "7", 1), back(1, "8"), back(3, "8", of="9-000001")
    answers = client.deliver(own, other, unknown)
    assert statuses(answers) == ["created", "waiting", "waiting"]
    assert "on a point of sale for the lane 9" in answers[2]["error"]
    let_be_missing(tryton)
    answers = client.deliver(other, unknown)
    assert statuses(answers) == ["created", "waiting"]
    assert answers[0]["differences"] == ["7-000001 has not come here: how much of it was sold is not known"]
