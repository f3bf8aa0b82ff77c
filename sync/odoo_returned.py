"""What came back elsewhere: up, the line of another lane's receipt that a return brings back; down, what others took.

Odoo keeps the link on the line that comes back (`refunded_orderline_id`), and `refunded_qty` on the one that was sold:
both were seen on a real 19.0. It does not stop more from coming back than was sold, so the lane asks before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from sync.feed import Page, ReturnedRow
from sync.odoo_body import line_uuid
from sync.odoo_feeds import OVERLAP, TIME, Window, decimal_text, encode_window, read_time, read_window
from sync.odoo_rpc import OdooRpc, Record, id_of

MOST_LINES: Final = 2_000
"""Lines of a receipt that are looked through for the one of an id."""
PAGE: Final = 500
_FIELDS: Final = ("refunded_orderline_id", "write_date")


class SoldElsewhere:
    """Finds the lines of other lanes' receipts that something comes back of, within one delivery."""

    def __init__(self, rpc: OdooRpc) -> None:
        self._rpc = rpc
        self._taken: Counter[int] = Counter()

    def find(self, folio: str, product_id: int, quantity: Decimal) -> int:
        """Return the line of a receipt that has so much of a product left, 0 for none."""
        orders = self._rpc.search("pos.order", [["pos_reference", "=", folio]], ["uuid"], order="id")
        domain = [["order_id", "in", [one["id"] for one in orders]], ["product_id", "=", product_id]]
        lines = self._rpc.search("pos.order.line", domain, ["qty", "refunded_qty"], order="id") if orders else []
        for line in lines:
            left = Decimal(line["qty"]) - Decimal(line["refunded_qty"] or 0) - self._taken[line["id"]]
            if 0 < quantity <= left:
                self._taken[line["id"]] += quantity  # type: ignore[assignment]  # quantities are decimals
                return int(line["id"])
        return 0


def pull_returned(rpc: OdooRpc, config_id: int, checkpoint: str) -> Page:
    """Return how much of this point of sale's lines came back at others: of a line that moved all of it together."""
    window = read_window(checkpoint)
    others: list[Any] = [
        ["refunded_orderline_id.order_id.config_id", "=", config_id],
        ["order_id.config_id", "!=", config_id],
    ]
    if not window.newest:
        newest = rpc.search("pos.order.line", others, ["write_date"], order="write_date desc", limit=1)
        window = Window(window.since, str(newest[0]["write_date"]) if newest else "1970-01-01 00:00:00")
    moved: list[Any] = [["write_date", ">=", window.since]] if window.since else []
    domain = [*others, *moved, ["id", ">", window.after]]
    found = rpc.search("pos.order.line", domain, _FIELDS, order="id", limit=PAGE)
    ids = sorted({id_of(one["refunded_orderline_id"]) for one in found})
    rows = list(_rows(rpc, others, ids))
    if len(found) < PAGE:
        since = (read_time(window.newest) - OVERLAP).strftime(TIME)
        return Page(rows, checkpoint=encode_window(Window(since)))
    return Page(rows, checkpoint=encode_window(Window(window.since, window.newest, found[-1]["id"])), is_last=False)


def _rows(rpc: OdooRpc, others: Sequence[Any], ids: Sequence[int]) -> Iterator[ReturnedRow]:
    """Yield what came back of some lines; one that this lane did not write is none of its receipts'."""
    if not ids:
        return
    back: dict[int, Decimal] = dict.fromkeys(ids, Decimal(0))
    for one in rpc.pages("pos.order.line", [*others, ["refunded_orderline_id", "in", list(ids)]], ["qty", *_FIELDS]):
        back[id_of(one["refunded_orderline_id"])] -= Decimal(one["qty"])
    lines = rpc.search("pos.order.line", [["id", "in", list(ids)]], ["uuid", "order_id"], order="id")
    orders = {one["id"]: one for one in _orders(rpc, lines)}
    for line in lines:
        order = orders[id_of(line["order_id"])]
        number = _line_no(order, str(line["uuid"]))
        if number and back[line["id"]] > 0:
            quantity = decimal_text(back[line["id"]])
            folio = str(order["pos_reference"])
            yield ReturnedRow(erp_id=str(line["id"]), stamp=quantity, folio=folio, line=str(number), quantity=quantity)


def _orders(rpc: OdooRpc, lines: Sequence[Record]) -> Sequence[Record]:
    ids = sorted({id_of(line["order_id"]) for line in lines})
    return rpc.search("pos.order", [["id", "in", ids]], ["uuid", "pos_reference"], order="id")


def _line_no(order: Record, uuid: str) -> int:
    """Return which line of our document an order line is, by the id that was made of both; 0 for none."""
    document_id = str(order["uuid"])
    return next((n for n in range(1, MOST_LINES) if line_uuid(document_id, n) == uuid), 0)
