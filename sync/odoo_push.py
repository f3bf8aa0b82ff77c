"""Telling Odoo: documents in their order, orders in small batches, each looked up before it is sent.

Odoo takes a batch of orders whole or not at all and names no culprit, so a batch that is refused is sent again one by
one. `sync_from_ui` keeps the first order under a uuid and ignores other content silently: an order is taken only if
what Odoo has under its uuid has this total and this many lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

import msgspec

from domain.journal import Record as JournalRecord
from domain.journal import read_record
from domain.personal import reveal
from sync.connector import Answer, Verdict
from sync.document import Document
from sync.errors import Denied, SyncError
from sync.feed import ErpIds, Feed
from sync.odoo_order import CannotSay, CollectionBody, Order, Orders, SaleBody, order_uuid
from sync.odoo_partners import LaneCustomer, find_partner, put_partner
from sync.odoo_rpc import OdooRpc, Record, Refusal
from sync.odoo_session import CASH_WAYS, CLOSED, CashBody, Sessions, ShiftBody, ZBody
from sync.odoo_shop import OdooShop

CHUNK: Final = 20
"""Orders in a call: beyond ten little is gained, and a refusal costs as many calls as there are orders."""
SYNC_SINCE: Final = 18
CUSTOMER_KINDS: Final = ("customer_created", "customer_changed")
ORDER_KINDS: Final = ("sale_posted", "collection_posted", "collection_reversed")

_T = TypeVar("_T")


class PartnerIds:
    """The lane's memory of ids, and for customers that were never pulled the references in Odoo."""

    def __init__(self, rpc: OdooRpc, ids: ErpIds) -> None:
        self._rpc = rpc
        self._ids = ids

    def erp_id(self, feed: Feed, key: str) -> str:
        """Return the id of a key, empty for one that nobody knows."""
        found = self._ids.erp_id(feed, key)
        if found or feed is not Feed.CUSTOMERS:
            return found
        return str(find_partner(self._rpc, key) or "")


class OdooPush:
    """Delivers documents to one shop."""

    def __init__(self, rpc: OdooRpc, shop: OdooShop, ids: ErpIds) -> None:
        """Say what things are called there by `ids`."""
        self._ids = PartnerIds(rpc, ids)
        orders = Orders(shop, self._ids)
        self._rpc = rpc
        self._shop = shop
        self._orders = orders
        self._sessions = Sessions(rpc, shop)

    def deliver(self, documents: Sequence[Document]) -> Sequence[Answer]:
        """Deliver in order. What is answered before a failure is returned; the next offer meets the failure."""
        answers: list[Answer] = []
        try:
            for group in _groups(documents):
                answers += self._deliver(group)
        except SyncError:
            if not answers:
                raise
        return answers

    def _deliver(self, group: Sequence[Document]) -> Sequence[Answer]:
        """Deliver orders together, anything else by itself."""
        if group[0].kind in ORDER_KINDS:
            return self._deliver_orders(group)
        try:
            return [self._deliver_one(group[0])]
        except CannotSay as error:
            return [Answer(group[0].document_id, Verdict.REJECTED, str(error))]
        except Denied as error:  # rolled back there: it waits for whoever gives the right, and nothing else does
            return [Answer(group[0].document_id, Verdict.LATER, str(error))]

    def _deliver_one(self, document: Document) -> Answer:
        """Deliver what is no order."""
        record = read_record(bytes(document.record).decode())
        if document.kind == "shift_opened":
            return self._sessions.open(document, _body(record, ShiftBody))
        if document.kind == "shift_closed":
            return self._sessions.close(document, _body(record, ZBody))
        if document.kind in CASH_WAYS:
            return self._sessions.move_cash(document, record.shift_id, _body(record, CashBody))
        if document.kind in CUSTOMER_KINDS:
            return self._put_customer(document, record)
        raise CannotSay(f"Odoo is not told of {document.kind}: export it from the sync inbox and book it there")

    def _put_customer(self, document: Document, record: JournalRecord) -> Answer:
        """Create or correct a partner; one that was created before is found by its reference and only corrected."""
        body = reveal(record.body, record.personal, document.personal)
        customer = _convert(body, LaneCustomer)
        known = self._ids.erp_id(Feed.CUSTOMERS, customer.customer)
        try:
            put_partner(self._rpc, int(known or 0), customer)
        except (Refusal, Denied) as error:
            return Answer(document.document_id, Verdict.REJECTED, str(error))
        return Answer(document.document_id, Verdict.TAKEN)

    def _deliver_orders(self, documents: Sequence[Document]) -> Sequence[Answer]:
        """Look the orders up, send what is missing, and look again."""
        wanted: dict[str, Order] = {}
        answers: list[Answer] = []
        sessions: dict[int, int] = {}
        for document in documents:
            written = self._write(document, sessions)
            if isinstance(written, Answer):
                answers.append(written)
            else:
                wanted[document.document_id] = written
        there = self._look_up(wanted)
        missing = {one: order for one, order in wanted.items() if order["uuid"] not in there}
        homeless = [one for one, order in missing.items() if not order["session_id"]]
        for document_id in homeless:
            del missing[document_id], wanted[document_id]
            answers.append(Answer(document_id, Verdict.LATER, "its shift has no open session in Odoo yet"))
        refused = self._send(missing) if missing else {}
        if missing:
            there |= self._look_up(missing)
        for document_id, order in wanted.items():
            if (answer := _judge(document_id, order, there.get(order["uuid"]), refused)) is not None:
                answers.append(answer)
        return answers

    def _write(self, document: Document, sessions: dict[int, int]) -> Order | Answer:
        """Return the order of a document, or what keeps it from being one."""
        record = read_record(bytes(document.record).decode())
        if record.shift_id not in sessions:
            sessions[record.shift_id] = self._session_for(document.lane, record.shift_id)
        session_id = sessions[record.shift_id]
        try:
            if document.kind == "sale_posted":
                return self._orders.of_sale(_body(record, SaleBody), session_id)
            return self._orders.of_collection(_body(record, CollectionBody), session_id)
        except CannotSay as error:
            return Answer(document.document_id, Verdict.REJECTED, str(error))

    def _session_for(self, lane: str, shift_id: int) -> int:
        """Return the session of a shift; for one that is closed there the open one, as Odoo would take it; or 0.

        So what was rejected and is put back after its Z still has a home.
        """
        session = self._sessions.find(lane, shift_id)
        if session is None:
            return 0
        if session["state"] == CLOSED:
            session = self._sessions.find_open()
        return int(session["id"]) if session else 0

    def _look_up(self, orders: dict[str, Order]) -> dict[str, Record]:
        """Return what Odoo has under the ids of some orders."""
        ids = [order["uuid"] for order in orders.values()]
        found = self._rpc.search("pos.order", [["uuid", "in", ids]], ["uuid", "amount_total", "lines"]) if ids else []
        return {one["uuid"]: one for one in found}

    def _send(self, orders: dict[str, Order]) -> dict[str, str]:
        """Send orders together, then one by one if they are refused; return the reasons of those that are."""
        refused: dict[str, str] = {}
        try:
            self._sync(list(orders.values()))
        except Refusal as refusal:
            if len(orders) == 1:
                return dict.fromkeys(orders, refusal.message)
            for document_id, order in orders.items():
                refused |= self._send({document_id: order})
        return refused

    def _sync(self, orders: Sequence[Order]) -> Any:
        if self._shop.version >= SYNC_SINCE:
            return self._rpc.call("pos.order", "sync_from_ui", {"orders": list(orders)})
        wrapped = [{"id": order["uuid"], "to_invoice": False, "data": _of_17(order)} for order in orders]
        return self._rpc.call("pos.order", "create_from_ui", {"orders": wrapped, "draft": False})


def _groups(documents: Sequence[Document]) -> list[list[Document]]:
    """Return documents in their order, orders together as far as they follow each other."""
    groups: list[list[Document]] = []
    for document in documents:
        last = groups[-1] if groups else []
        is_order = document.kind in ORDER_KINDS
        if last and is_order and last[0].kind in ORDER_KINDS and len(last) < CHUNK:
            last.append(document)
        else:
            groups.append([document])
    return groups


def _judge(document_id: str, order: Order, found: Record | None, refused: dict[str, str]) -> Answer | None:
    """Return the answer for an order by what Odoo has; none at all where that is unknown."""
    if found is None:
        reason = refused.get(document_id)
        return Answer(document_id, Verdict.REJECTED, reason) if reason is not None else None
    if Decimal(found["amount_total"]) == order["amount_total"] and len(found["lines"]) == len(order["lines"]):
        return Answer(document_id, Verdict.TAKEN)
    reason = f"Odoo has another order under {order_uuid(document_id)}: look at it there"
    return Answer(document_id, Verdict.REJECTED, reason)


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


def _body(record: JournalRecord, kind: type[_T]) -> _T:
    """Return what of a record's body is needed. Raises `CannotSay` where it is not there."""
    return _convert(record.body, kind)


def _convert(body: Any, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise CannotSay(f"its record is not understood ({error}): update the program, then retry") from error
