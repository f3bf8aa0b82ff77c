"""Goods in a real Tryton: lots, what comes back and where to, what was renamed, and who wants an invoice."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kit.tryton_client import TrytonClient, head, line, refund, sale
from tests.kit.tryton_server import TrytonServer
from tests.kit.tryton_way import Way, let_be_missing

pytestmark = pytest.mark.slow


def statuses(answers: list[dict[str, Any]]) -> list[str]:
    return [answer["status"] for answer in answers]


def lot_sale(seq: int, **more: str) -> dict[str, Any]:
    return sale(
        seq,
        lines=[line("LOT", "1", "50.00", "58.00", line=1, **more)],
        taxes=[{"code": "iva16", "base": "50.00", "amount": "8.00"}],
        payments=[{"method": "cash", "amount": "58.00"}],
    )


def back(seq: int, lane: str = "7", quantity: str = "1", of_line: int = 1, **more: Any) -> dict[str, Any]:
    """Return so many of the two that receipt 7-000001 has sold, at 10.50."""
    amounts = {"1": ("-9.05", "-10.50", "-1.45"), "2": ("-18.10", "-21.00", "-2.90")}
    net, gross, tax = amounts[quantity]
    one = line("P00000", f"-{quantity}", net, gross, line=1, of="7-000001", of_line=of_line, **more)
    return refund(
        seq,
        key=f"back-{lane}-{seq}",
        lane=lane,
        number=f"{lane}-{seq:06d}",
        lines=[one],
        taxes=[{"code": "iva16", "base": net, "amount": tax}],
        payments=[{"method": "cash", "amount": gross}],
    )


def sold(seq: int = 1, **more: Any) -> dict[str, Any]:
    return sale(seq, number="7-000001", lines=[line("P00000", "2", "18.10", "21.00", line=1)], **more)


def test_a_lot_goes_into_the_stock_move_and_is_made_where_tryton_has_not_seen_it(
    tryton: TrytonServer, client: TrytonClient
) -> None:
    answers = client.deliver(
        lot_sale(1, lot="L-1", expires="2027-01-31"), lot_sale(2, lot="L-1"), lot_sale(3, serial="S-9"), lot_sale(4)
    )
    assert statuses(answers) == ["created", "created", "created", "rejected"]
    assert "Lot" in answers[3]["error"]
    rpc = Way(tryton).rpc()
    moves = rpc.read("stock.move", [["product.code", "=", "LOT"]], ["lot.number", "state"], limit=9)
    assert [one["lot."]["number"] for one in moves] == ["L-1", "L-1", "S-9"]
    assert {one["state"] for one in moves} == {"done"}
    assert len(rpc.read("stock.lot", [], ["number"], limit=9)) == 2
    traces = rpc.read("sale.point.sale.line", [["mostrador_trace", "!=", None]], ["mostrador_trace"], limit=9)
    assert traces[0]["mostrador_trace"] == "lot L-1, expires 2027-01-31"
    rows = {row["sku"]: row["tracking"] for row in client.ask("changes", lane="7", feed="items", limit=99)["rows"]}
    assert (rows["LOT"], rows["P00000"]) == ("lot", "none")


def test_a_lot_of_what_has_none_in_tryton_is_kept_all_the_same(tryton: TrytonServer, client: TrytonClient) -> None:
    (answer,) = client.deliver(sale(1, lines=[line("P00000", "2", "18.10", "21.00", line=1, lot="X")]))
    assert answer["status"] == "created"
    moves = Way(tryton).rpc().read("stock.move", [["product.code", "=", "P00000"]], ["lot.number"], limit=9)
    assert [one["lot."]["number"] for one in moves] == ["X"]


def test_what_comes_back_goes_to_the_shelf_or_to_the_damaged(tryton: TrytonServer, client: TrytonClient) -> None:
    assert statuses(client.deliver(sold(), back(2), back(3, damaged=True))) == ["created"] * 3
    fields = ["from_location.type", "to_location.name", "to_location.type"]
    moves = Way(tryton).rpc().read("stock.move", [["product.code", "=", "P00000"]], fields, limit=9)
    assert [(one["from_location."]["type"], one["to_location."]["type"]) for one in moves] == [
        ("storage", "customer"),
        ("customer", "storage"),
        ("customer", "lost_found"),
    ]


def test_two_lanes_cannot_take_the_same_thing_back_and_a_person_may_let_it_pass(
    tryton: TrytonServer, client: TrytonClient
) -> None:
    assert statuses(client.deliver(sold(), back(2), back(3, lane="8"))) == ["created"] * 3
    for late in (back(4), back(5, lane="8"), back(6, lane="8", of_line=0)):
        (answer,) = client.deliver(late)
        assert answer["status"] == "rejected"
        assert answer["error"].startswith("3 of Item P00000 came back of 7-000001, 2 were sold: look at ")
    (number,) = {one["number"] for one in client.ask("known", keys=["back-7-2"])["known"]}
    assert number == "7-000002"
    rpc = Way(tryton).rpc()
    (origin,) = rpc.read("sale.point.sale", [["mostrador_number", "=", "7-000001"]], ["number"], limit=2)
    rpc.call("sale.point.sale", "write", [origin["id"]], {"mostrador_over": True})
    (answer,) = client.deliver(back(4))
    assert (answer["status"], answer["differences"]) == (
        "created",
        ["3 of Item P00000 came back of 7-000001, 2 were sold"],
    )


def test_two_lanes_in_one_batch_get_as_much_as_was_sold(client: TrytonClient) -> None:
    client.deliver(sold())
    assert statuses(client.deliver(back(2, quantity="2"), back(3, lane="8"), sale(4))) == [
        "created",
        "rejected",
        "created",
    ]


def test_a_sale_that_comes_after_its_returns_says_that_too_much_came_back(
    tryton: TrytonServer, client: TrytonClient
) -> None:
    let_be_missing(tryton)
    early = client.deliver(back(2, lane="8", quantity="2", of_line=0), back(3, lane="8"))
    assert statuses(early) == ["created", "created"]
    assert early[0]["differences"] == ["7-000001 has not come here: how much of it was sold is not known"]
    (late,) = client.deliver(sold(4, key="late"))
    assert (late["status"], late["differences"]) == (
        "created",
        ["3 of Item P00000 came back of 7-000001, 2 were sold"],
    )


def test_what_was_renamed_is_found_by_the_id_that_it_had_for_the_lane(
    tryton: TrytonServer, client: TrytonClient
) -> None:
    rpc = Way(tryton).rpc()
    (product,) = rpc.read("product.product", [["code", "=", "P00000"]], ["template"], limit=2)
    (party,) = rpc.read("party.party", [["code", "=", "C00001"]], ["code"], limit=2)
    rpc.call("product.template", "write", [product["template"]], {"code": "Q00000"})
    with_ids = line("P00000", "2", "18.10", "21.00", product_id=str(product["id"]))
    known = sale(1, lines=[with_ids], party="FORMER", party_id=str(party["id"]))
    corrected = head("party", 3, code="FORMER", party_id=str(party["id"]), name="Cliente Uno")
    answers = client.deliver(known, sale(2), corrected)
    assert statuses(answers) == ["created", "rejected", "created"]
    assert answers[1]["error"] == "there is no item 'P00000' in Tryton"
    assert answers[2]["record"] == f"party.party,{party['id']}"
    rows = {row["id"]: row["sku"] for row in client.ask("changes", lane="7", feed="items", limit=99)["rows"]}
    assert rows[str(product["id"])] == "Q00000"


def test_an_invoice_that_is_wanted_stands_on_the_sale(tryton: TrytonServer, client: TrytonClient) -> None:
    data = {"tax_id": "XAXX010101000", "name": "Público", "regime": "616", "postcode": "", "use": "S01", "email": ""}
    assert statuses(client.deliver(sale(1, invoice=data), sale(2, invoice={"tax_id": "X"}))) == ["created", "rejected"]
    wanted = [["mostrador_invoice", "not in", [None, ""]]]
    (found,) = Way(tryton).rpc().read("sale.point.sale", wanted, ["mostrador_invoice"], limit=9)
    assert found["mostrador_invoice"] == "tax_id: XAXX010101000\nname: Público\nregime: 616\nuse: S01"


def test_each_line_keeps_whose_it_is(tryton: TrytonServer, client: TrytonClient) -> None:
    lines = [line("P00000", "1", "9.05", "10.50"), line("P00000", "1", "9.05", "10.50", employee="E2")]
    assert statuses(client.deliver(sale(1, lines=lines, employee="E1"))) == ["created"]
    fields = ["mostrador_employee.party.code", "sale.employee.party.code"]
    first, second = Way(tryton).rpc().read("sale.point.sale.line", [], fields, limit=9)
    assert first["mostrador_employee."] is None
    assert second["mostrador_employee."]["party."]["code"] == "E2"
    assert second["sale."]["employee."]["party."]["code"] == "E1"
