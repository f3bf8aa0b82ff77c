"""Telling Odoo: documents in their order, orders together, anything else by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from domain.journal import Record as JournalRecord
from domain.journal import read_record
from domain.tax import TaxBook
from sync.chunk import Chunk
from sync.clock import Clock
from sync.connector import Answer, Verdict
from sync.document import Document
from sync.errors import Denied, SyncError
from sync.feed import ErpIds, Feed
from sync.odoo_body import CannotSay, CollectionBody, SaleBody, TenderChangeBody, body_of
from sync.odoo_cards import Cards, Programs, moves_of
from sync.odoo_order import Orders
from sync.odoo_partners import LaneCustomer, find_partner, put_partner
from sync.odoo_returned import SoldElsewhere
from sync.odoo_rpc import OdooRpc, Refusal
from sync.odoo_sending import Sending, Wanted
from sync.odoo_session import CASH_WAYS, OPEN_STATES, CashBody, Sessions, ShiftBody, ZBody
from sync.odoo_shop import OdooShop

CUSTOMER_KINDS: Final = ("customer_created", "customer_changed")
ORDER_KINDS: Final = ("sale_posted", "collection_posted", "collection_reversed", "tender_changed")


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

    def __init__(
        self, rpc: OdooRpc, shop: OdooShop, ids: ErpIds, chunk: Chunk, clock: Clock, book: TaxBook | None = None
    ) -> None:
        """Say what things are called there by `ids`; send as many orders together as `chunk` says."""
        self._ids = PartnerIds(rpc, ids)
        self._rpc = rpc
        self._shop = shop
        self._chunk = chunk
        self._clock = clock
        self._orders = Orders(shop, self._ids, SoldElsewhere(rpc), book)
        self._cards = Cards(rpc, shop, self._ids, Programs(rpc, shop))
        self._sessions = Sessions(rpc, shop)
        self.failure: SyncError | None = None

    def deliver(self, documents: Sequence[Document]) -> Sequence[Answer]:
        """Deliver in order. What is answered before a failure is returned, and the failure kept in `failure`."""
        answers: list[Answer] = []
        left = list(documents)
        try:
            while left:
                count = self._together(left)
                group, left = left[:count], left[count:]
                answers += self._deliver(group)
        except SyncError as error:
            if not answers:
                raise
            self.failure = error
        return answers

    def _together(self, documents: Sequence[Document]) -> int:
        """Return how many of the first documents go together: orders, as far as they follow each other."""
        count = 0
        while count < min(len(documents), self._chunk.size) and documents[count].kind in ORDER_KINDS:
            count += 1
        return max(count, 1)

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
            return self._sessions.open(document, body_of(record, document, ShiftBody))
        if document.kind == "shift_closed":
            return self._sessions.close(document, body_of(record, document, ZBody))
        if document.kind in CASH_WAYS:
            return self._sessions.move_cash(document, record.shift_id, body_of(record, document, CashBody))
        if document.kind in CUSTOMER_KINDS:
            return self._put_customer(document, record)
        raise CannotSay(f"Odoo is not told of {document.kind}: export it from the sync inbox and book it there")

    def _put_customer(self, document: Document, record: JournalRecord) -> Answer:
        """Create or correct a partner; one that was created before is found by its reference and only corrected."""
        customer = body_of(record, document, LaneCustomer)
        known = self._ids.erp_id(Feed.CUSTOMERS, customer.customer)
        try:
            put_partner(self._rpc, int(known or 0), customer)
        except (Refusal, Denied) as error:
            return Answer(document.document_id, Verdict.REJECTED, str(error))
        return Answer(document.document_id, Verdict.TAKEN)

    def _deliver_orders(self, documents: Sequence[Document]) -> Sequence[Answer]:
        """Write documents as orders and send them; what cannot be written stops no other."""
        wanted: list[Wanted] = []
        answers: list[Answer] = []
        sessions: dict[int, int] = {}
        for document in documents:
            try:
                wanted.append(self._write(document, sessions))
            except CannotSay as error:
                answers.append(Answer(document.document_id, Verdict.REJECTED, str(error)))
        sending = Sending(self._rpc, self._shop, self._cards, self._chunk, self._clock)
        return [*answers, *sending.deliver(wanted)]

    def _write(self, document: Document, sessions: dict[int, int]) -> Wanted:
        """Return the order of a document. Raises `CannotSay`."""
        record = read_record(bytes(document.record).decode())
        if record.shift_id not in sessions:
            sessions[record.shift_id] = self._session_for(document.lane, record.shift_id)
        session_id, name = sessions[record.shift_id], document.document_id
        if document.kind == "sale_posted":
            sale = body_of(record, document, SaleBody)
            return Wanted(name, self._orders.of_sale(sale, session_id), sale.invoice, moves_of(sale))
        if document.kind == "tender_changed":
            change = body_of(record, document, TenderChangeBody)
            return Wanted(name, self._orders.of_tender_change(name, change, record.at, session_id))
        return Wanted(name, self._orders.of_collection(body_of(record, document, CollectionBody), session_id))

    def _session_for(self, lane: str, shift_id: int) -> int:
        """Return the session of a shift; for one that takes no more orders the open one, as Odoo would do it; or 0.

        So what was rejected and is put back after its Z still has a home.
        """
        session = self._sessions.find(lane, shift_id)
        if session is None:
            return 0
        if session["state"] not in OPEN_STATES:
            session = self._sessions.find_open(OPEN_STATES)
        return int(session["id"]) if session else 0
