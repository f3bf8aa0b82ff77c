"""Sending orders: looked up, sent in small batches, looked up again, and only then taken for sent.

Odoo takes a batch of orders whole or not at all and names no culprit, so a batch that is refused is sent again one by
one. `sync_from_ui` keeps the first order under a uuid and ignores other content silently: an order is taken only if
what Odoo has under its uuid has this total and this many lines. Invoices and the balances of cards come after that:
what fails of them is told, and the order stays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from domain.buyer import InvoiceData
from sync.chunk import Chunk
from sync.clock import Clock
from sync.connector import Answer, Verdict
from sync.errors import Denied, Unreachable
from sync.odoo_cards import CardMove, Cards
from sync.odoo_invoice import NO_PDF, Invoices
from sync.odoo_order import Order
from sync.odoo_rpc import OdooRpc, Record, Refusal
from sync.odoo_shop import OdooShop

SYNC_SINCE: Final = 18
FIRST_CHUNK: Final = 10
MOST_CHUNK: Final = 40
"""Orders in a call: beyond ten little is gained, and a refusal costs as many calls as there are orders."""
LONG_SECONDS: Final = 20
_FIELDS: Final = ("uuid", "amount_total", "lines", "partner_id", "account_move")


class Wanted(msgspec.Struct):
    """An order that Odoo shall have, and what comes after it."""

    document_id: str
    order: Order
    invoice: InvoiceData | None = None
    moves: tuple[CardMove, ...] = ()

    @property
    def uuid(self) -> str:
        """By what Odoo knows the order."""
        return str(self.order["uuid"])


class Sending:
    """Sends the orders of one delivery."""

    def __init__(self, rpc: OdooRpc, shop: OdooShop, cards: Cards, chunk: Chunk, clock: Clock) -> None:
        """Learn for `chunk` how many orders this Odoo takes in good time."""
        self._rpc = rpc
        self._shop = shop
        self._cards = cards
        self._invoices = Invoices(rpc)
        self._chunk = chunk
        self._clock = clock
        self._refused: dict[str, str] = {}
        self._uninvoiced: dict[str, str] = {}

    def deliver(self, wanted: Sequence[Wanted]) -> list[Answer]:
        """Return an answer for each order of which it is known what became of it."""
        there = self._look_up(wanted)
        missing = [one for one in wanted if one.uuid not in there]
        homeless = {one.document_id for one in missing if not one.order["session_id"]}
        missing = [one for one in missing if one.document_id not in homeless]
        answers = [Answer(one, Verdict.LATER, "its shift has no open session in Odoo yet") for one in homeless]
        if missing:
            plain = [one for one in missing if not (one.invoice and self._send_invoiced(one))]
            if plain:
                self._send(plain)
            there |= self._look_up(missing)
        rest = (one for one in wanted if one.document_id not in homeless)
        return [*answers, *(answer for one in rest if (answer := self._judge(one, there.get(one.uuid))) is not None)]

    def _look_up(self, wanted: Sequence[Wanted]) -> dict[str, Record]:
        """Return what Odoo has under the ids of some orders."""
        ids = [one.uuid for one in wanted]
        found = self._rpc.search("pos.order", [["uuid", "in", ids]], _FIELDS) if ids else []
        return {one["uuid"]: one for one in found}

    def _send_invoiced(self, wanted: Wanted) -> bool:
        """Send an order with its invoice; say whether it went. One that cannot be invoiced is sent without."""
        assert wanted.invoice is not None
        reason = self._invoices.prepare(wanted.order, wanted.invoice)
        if not reason:
            try:
                self._sync([{**wanted.order, "to_invoice": True}], NO_PDF)
            except Denied as error:
                reason = str(error)
            else:
                return True
        self._uninvoiced[wanted.document_id] = reason
        return False

    def _send(self, wanted: Sequence[Wanted]) -> None:
        """Send orders together, then one by one if they are refused; keep the reasons of those that are."""
        try:
            self._sync([one.order for one in wanted])
        except Refusal as refusal:
            if len(wanted) == 1:
                self._refused[wanted[0].document_id] = refusal.message
                return
            for one in wanted:
                self._send([one])

    def _sync(self, orders: Sequence[Order], context: Mapping[str, Any] | None = None) -> None:
        """Send orders in one call, and learn from how long it took."""
        began = self._clock.elapsed_seconds()
        try:
            if self._shop.version >= SYNC_SINCE:
                self._rpc.call("pos.order", "sync_from_ui", {"orders": list(orders)}, context=context)
            else:
                wrapped = [{"id": one["uuid"], "to_invoice": one["to_invoice"], "data": _of_17(one)} for one in orders]
                args = {"orders": wrapped, "draft": False}
                self._rpc.call("pos.order", "create_from_ui", args, context=context)
        except Unreachable:
            self._chunk.failed(len(orders))
            raise
        self._chunk.took(len(orders), self._clock.elapsed_seconds() - began)

    def _judge(self, wanted: Wanted, found: Record | None) -> Answer | None:
        """Return the answer for an order by what Odoo has; none at all where that is unknown."""
        if found is None:
            reason = self._refused.get(wanted.document_id)
            return Answer(wanted.document_id, Verdict.REJECTED, reason) if reason is not None else None
        order = wanted.order
        if Decimal(found["amount_total"]) != order["amount_total"] or len(found["lines"]) != len(order["lines"]):
            reason = f"Odoo has another order under {wanted.uuid}: look at it there"
            return Answer(wanted.document_id, Verdict.REJECTED, reason)
        return self._finish(wanted, found)

    def _finish(self, wanted: Wanted, found: Record) -> Answer:
        """Do what comes after an order that is there; what fails of it is for a person, and the order stays."""
        if wanted.moves:
            try:
                self._cards.move(found["id"], wanted.moves)
            except Denied as error:
                reason = (
                    f"the order is in Odoo, what it moves on cards or in points is not ({error}): mend this, then retry"
                )
                return Answer(wanted.document_id, Verdict.REJECTED, reason)
        if wanted.invoice and not found["account_move"]:
            reason = self._uninvoiced.get(wanted.document_id) or self._invoices.make(found, wanted.invoice)
            if reason:
                text = f"the order is in Odoo, its invoice is not ({reason}): make it there, or mend this and retry"
                return Answer(wanted.document_id, Verdict.REJECTED, text)
        return Answer(wanted.document_id, Verdict.TAKEN)


def _of_17(order: Order) -> Order:
    """Return an order in the words of Odoo 17: known by its reference there, which so holds the id."""
    data = {name: value for name, value in order.items() if name not in ("session_id", "pos_reference", "payment_ids")}
    return {
        **data,
        "name": f"{order['pos_reference']} {order['uuid']}",
        "pos_session_id": order["session_id"],
        "statement_ids": order["payment_ids"],
        "creation_date": order["date_order"],
    }
