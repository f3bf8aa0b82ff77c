"""The module in a real Tryton, over HTTP: each document once, posted to the cent, and none stops another."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from sync.tryton_rpc import TrytonRpc
from tests.kit.tryton_client import DAY, TrytonClient, head, line, refund, sale
from tests.kit.tryton_seed import KEY
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import Way

pytestmark = pytest.mark.slow


def statuses(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["status"] for answer in answers]


def posted(client: TrytonClient, shift: int = 1) -> dict[str, Any]:
    told: dict[str, Any] = client.ask("posted", lane="7", shift=shift)
    assert told["unbalanced"] == []
    return told


def test_a_document_is_taken_once_and_its_key_is_kept_for_ever(client: TrytonClient) -> None:
    assert statuses(client.deliver(sale(1), sale(2))) == ["created", "created"]
    again = client.deliver(sale(1), sale(3), sale(2, hash="f" * 64), sale(3), sale(3, hash="e" * 64))
    assert statuses(again) == ["duplicate", "created", "conflict", "duplicate", "conflict"]
    assert again[0]["record"] == client.ask("known", keys=["sale-1", "none"])["known"][0]["record"]
    assert [one["key"] for one in posted(client)["documents"]] == ["sale-1", "sale-2", "sale-3"]


def test_what_cannot_be_taken_stops_no_other_and_may_come_again_corrected(client: TrytonClient) -> None:
    lacking = {name: value for name, value in sale(8).items() if name != "payments"}
    answers = client.deliver(
        sale(1),
        sale(2, lines=[line("NONE", "2", "18.10", "21.00")]),
        sale(3, kind="song"),
        {"key": "empty"},
        7,
        sale(4, payments=[{"method": "cash", "amount": "20.99"}]),
        sale(5, taxes=[{"code": "iva16", "base": "18.10", "amount": "2.91"}]),
        sale(6, date="2019-01-01"),
        sale(7, lane="9"),
        lacking,
        sale(9, payments=[{"method": "account", "amount": "21.00"}]),
        sale(10),
    )
    assert statuses(answers) == ["created", *["rejected"] * 10, "created"]
    said = [answer.get("error", "") for answer in answers]
    assert said[1] == "there is no item 'NONE' in Tryton"
    assert "20.99 was paid" in said[5]
    assert "payments is missing" in said[9]
    assert "names no customer" in said[10]
    assert all(said[1:11])
    assert statuses(client.deliver(sale(2))) == ["created"]
    assert [one["key"] for one in posted(client)["documents"]] == ["sale-1", "sale-2", "sale-10"]


def test_a_whole_shift_comes_to_the_lane_s_own_figures(client: TrytonClient) -> None:
    promotion = {"name": "3 for 2", "quantity": "1", "net": "-1.72", "gross": "-2.00", "tax_class": "general"}
    rung = {"name": "Bread", "department": "food", "quantity": "1", "net": "10", "gross": "10", "tax_class": "exempt"}
    answers = client.deliver(
        head("shift", 1, float="500.00"),
        sale(2),
        refund(3, lines=[line("P00000", "-1", "-9.05", "-10.50", damaged=True)]),
        sale(
            4, party="C00001", employee="E1", payments=[{"method": "account", "amount": "21.00", "due": "2026-12-24"}]
        ),
        sale(
            5,
            lines=[line("P00000", "2", "18.10", "21.00"), promotion, rung],
            taxes=[{"code": "iva16", "base": "16.38", "amount": "2.62"}],
            payments=[{"method": "credit_card", "amount": "20.00"}, {"method": "cash", "amount": "9.05"}],
            rounding="0.05",
        ),
        head("collection", 6, number="7-A1", party="C00001", payments=[{"method": "cash", "amount": "21.00"}]),
        head("cash", 7, number="7-1", type="pickup", amount="-100.00"),
        head(
            "tenders",
            8,
            number="7-000002",
            of="sale-2",
            payments=[{"method": "cash", "amount": "-21.00"}, {"method": "debit_card", "amount": "21.00"}],
        ),
        head("z", 9, number="1", left="420.00", over_short="0.45", removed="0", report='{"z":1}'),
    )
    assert statuses(answers) == ["created"] * 9
    assert [answer.get("differences") for answer in answers] == [None] * 9
    told = posted(client)
    assert told["taxes"] == {"iva16": "6.97"}
    assert told["bases"] == {"iva16": "43.53"}
    assert told["methods"] == {"account": "21.00", "cash": "19.55", "credit_card": "20.00", "debit_card": "21.00"}
    totals = {one["key"]: one["total"] for one in told["documents"]}
    assert (totals["sale-2"], totals["sale-3"], totals["sale-5"]) == ("21.00", "-10.50", "29.00")
    assert (totals["collection-6"], totals["z-9"]) == ("21.00", "")


def test_a_collection_pays_exactly_what_is_owed_and_the_balance_says_so(client: TrytonClient) -> None:
    owed = [{"method": "account", "amount": "21.00", "due": "2026-12-24"}]
    client.deliver(sale(1, party="C00002", payments=owed), sale(2, party="C00002", payments=owed))
    assert _owed(client) == {"C00002": "42.00"}
    client.deliver(head("collection", 3, number="a", party="C00002", payments=[{"method": "cash", "amount": "30.00"}]))
    client.deliver(head("collection", 4, number="b", party="C00002", payments=[{"method": "transfer", "amount": "12"}]))
    assert _owed(client) == {}


def _owed(client: TrytonClient) -> dict[str, str]:
    told = {row["code"]: row["owed"] for row in client.ask("changes", lane="7", feed="balances")["rows"]}
    assert {"C00001", "C00002", "C00003", "C00004"} <= told.keys()  # who has a limit is told, whatever he owes
    return {code: owed for code, owed in told.items() if float(owed)}


def test_what_the_lane_sold_beyond_the_limit_is_posted_and_said(client: TrytonClient) -> None:
    much = sale(
        1,
        party="C00001",
        lines=[line("P00000", "60", "543.10", "630.00")],
        taxes=[{"code": "iva16", "base": "543.10", "amount": "86.90"}],
        payments=[{"method": "account", "amount": "630.00"}],
    )
    (answer,) = client.deliver(much)
    assert (answer["status"], answer["differences"]) == (
        "created",
        ["customer C00001 owes 630.00, his limit is 500"],
    )


def test_another_tax_than_the_receipt_s_is_said(client: TrytonClient) -> None:
    wrong = sale(
        1,
        lines=[line("P00000", "2", "20.00", "21.00")],
        taxes=[{"code": "iva16", "base": "20.00", "amount": "1.00"}],
    )
    (answer,) = client.deliver(wrong)
    assert (answer["status"], answer["differences"]) == ("created", ["tax iva16: 1.00 on the receipt, 3.20 here"])


def test_what_is_put_on_a_card_is_owed_to_its_holder_until_it_is_spent(
    tryton: TrytonServer, client: TrytonClient
) -> None:
    card = line("P00003", "1", "500.00", "500.00", tax_class="", load=True)
    mixed = sale(
        1,
        lines=[line("P00000", "2", "18.10", "21.00"), card],
        payments=[{"method": "cash", "amount": "521.00"}],
    )
    (answer,) = client.deliver(mixed)
    assert (answer["status"], answer.get("differences")) == ("created", None)
    told = posted(client)
    assert [one["total"] for one in told["documents"]] == ["21.00"]
    assert (told["methods"], told["taxes"]) == ({"cash": "521.00"}, {"iva16": "2.90"})
    assert statuses(client.deliver(sale(2, payments=[{"method": "stored_value", "amount": "21.00"}]))) == ["created"]
    rpc = Way(tryton).rpc()
    owed = rpc.read("account.move.line", [["account.code", "=", "2.1.9"]], ["debit", "credit"], limit=9)
    sides = [(str(one["debit"]), str(one["credit"])) for one in owed]
    assert sorted(sides) == [("0", "500.00"), ("21.00", "0")]
    (method,) = rpc.read("sale.point.payment.method", [["mostrador_code", "=", "stored_value"]], ["name"], limit=2)
    rpc.call("sale.point.payment.method", "write", [method["id"]], {"account": _revenue(rpc)})
    assert client.ask("about", lane="7")["missing"] == [
        "the payment method stored_value is not on an account of debts without a party"
    ]
    rpc.call("sale.point.payment.method", "write", [method["id"]], {"mostrador_code": None})
    (refused,) = client.deliver(mixed | {"key": "other", "number": "7-000009"})
    assert refused["error"].startswith("no payment method has the lane's code stored_value: ")
    rpc.close()


def _revenue(rpc: TrytonRpc) -> int:
    """Return an account that is none of the balance sheet."""
    found = rpc.read("account.account", [["type.revenue", "=", True], ["closed", "!=", True]], ["code"], limit=9)
    return int(found[0]["id"])


def test_two_shifts_in_one_batch_are_those_of_two_batches(client: TrytonClient) -> None:
    answers = client.deliver(
        head("shift", 1, float="100.00"),
        sale(2),
        head("z", 3, number="1", left="121.00", over_short="0", removed="0"),
        head("shift", 4, shift=2, float="121.00"),
        sale(5, shift=2),
        head("z", 6, shift=2, number="2", left="142.00", over_short="0", removed="0"),
    )
    assert statuses(answers) == ["created"] * 6
    assert [answer.get("differences") for answer in answers] == [None] * 6


def test_what_comes_late_finds_its_own_shift_and_makes_it_right(client: TrytonClient) -> None:
    client.deliver(head("shift", 1, float="100.00"), sale(2))
    (closed,) = client.deliver(head("z", 4, number="1", left="142.00", over_short="0", removed="0"))
    assert closed["differences"] == ["cash: 21.00 more in the till than here"]
    client.deliver(head("shift", 5, shift=2, float="142.00"), sale(6, shift=2))
    assert statuses(client.deliver(sale(3))) == ["created"]
    assert [one["key"] for one in posted(client, 1)["documents"]] == ["shift-1", "sale-2", "sale-3", "z-4"]
    (second,) = client.deliver(head("z", 7, shift=2, number="2", left="163.00", over_short="0", removed="0"))
    assert "differences" not in second


def test_four_that_deliver_the_same_at_once_make_it_once(client: TrytonClient) -> None:
    documents = [sale(number) for number in range(1, 6)]
    answers: list[list[str]] = []

    def deliver() -> None:
        answers.append(statuses(client.deliver(*documents)))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [["created"] * 5, *[["duplicate"] * 5] * 3]
    assert len(posted(client)["documents"]) == 5


@pytest.mark.parametrize("waits", [0.15, 0.5, 0.9])
def test_a_server_that_dies_in_a_batch_has_all_of_it_once_after_a_second_delivery(
    tryton: TrytonServer, client: TrytonClient, waits: float
) -> None:
    documents = [sale(number) for number in range(1, 31)]
    dying = threading.Thread(target=lambda: _deliver_to_the_dying(client, documents))
    dying.start()
    threading.Event().wait(waits)
    tryton.kill()
    dying.join()
    tryton.start()
    assert set(statuses(client.deliver(*documents))) <= {"created", "duplicate"}
    told = posted(client)
    assert [one["key"] for one in told["documents"]] == [document["key"] for document in documents]
    assert told["methods"] == {"cash": "630.00"}


def _deliver_to_the_dying(client: TrytonClient, documents: list[Any]) -> None:
    try:
        client.deliver(*documents)
    except OSError:
        return


def test_without_a_good_key_nothing_is_told(tryton: TrytonServer) -> None:
    stranger = TrytonClient(tryton, "guessed")
    for what in ("about", "documents", "known", "changes", "ids", "posted", "reckoned"):
        assert stranger.post(what, b"{}")[0] == 401
    assert b"no validated application key" in stranger.post("about", b"{}")[1]
    for key, says in ((KEY[::-1], b"outsider is not in the group Mostrador"), (KEY * 2, b"homeless has no company")):
        status, data = TrytonClient(tryton, key).post("about", b"{}")
        assert (status, says in data) == (403, True)


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("documents", b"{"),
        ("documents", b"[]"),
        ("documents", b'{"documents": 7}'),
        ("documents", json.dumps({"documents": [{}] * 501}).encode()),
        ("known", b'{"keys": [1]}'),
        ("changes", b'{"lane": "7", "feed": "secrets"}'),
        ("changes", b'{"lane": "7", "feed": "items", "since": "yesterday"}'),
        ("changes", b'{"lane": "7", "feed": "items", "limit": 100000}'),
        ("posted", b'{"lane": "7"}'),
        ("posted", b'{"lane": "9", "shift": 1}'),
        ("reckoned", b'{"lane": "7", "baskets": [[{"tax_class": "general"}]]}'),
    ],
)
def test_what_cannot_be_understood_is_refused_with_a_reason(client: TrytonClient, what: str, body: bytes) -> None:
    status, data = client.post(what, body)
    assert status == 400
    assert json.loads(data)["error"]


def test_about_says_what_is_there_and_what_is_missing(client: TrytonClient) -> None:
    told = client.ask("about", lane="7")
    assert (told["currency"], told["digits"], told["tax_rounding"], told["missing"]) == ("MXN", 2, "document", [])
    assert told["taxes"]["iva16"]["rate"] == "0.16"
    assert client.ask("about", lane="9")["missing"] == ["no point of sale has the lane '9'"]
    assert told["now"][:10] >= DAY


def test_feeds_bring_everything_and_then_what_has_changed(client: TrytonClient) -> None:
    rows: list[dict[str, Any]] = []
    page: dict[str, Any] = {"after": 0, "is_last": False}
    while not page["is_last"]:
        page = client.ask("changes", lane="7", feed="items", after=page["after"], limit=7)
        rows += page["rows"]
    assert [row["sku"] for row in rows] == [f"P{number:05d}" for number in range(40)] + ["DISCOUNT", "OPEN", "LOT"]
    assert rows[0]["price"] == "10.5"
    assert client.ask("changes", lane="7", feed="items", since=page["now"])["rows"] == []
    assert list(client.ask("ids", lane="7", feed="items")["ids"]) == [row["id"] for row in rows]
    client.deliver(sale(1))
    stock = client.ask("changes", lane="7", feed="stock", since=page["now"])["rows"]
    assert [(row["sku"], float(row["on_hand"])) for row in stock] == [("P00000", -2)]
