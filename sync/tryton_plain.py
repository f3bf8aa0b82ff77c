"""The connector `tryton_plain`: a Tryton 8.2 in which nothing of ours may be installed.

It does what can be done honestly without a permanent key: sales become drafts whose `reference` is the document's id,
looked for before they are made; items and customers come down. Whatever it cannot do waits for the module. What it
cannot promise stands in docs/tryton.md: a draft whose answer was lost while Tryton was still at work may be made twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from sync.check import Finding
from sync.clock import Clock
from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import Batch
from sync.errors import Denied, Halted, Unreachable
from sync.feed import ErpIds, Feed, Page
from sync.secret import read_key
from sync.tryton import OVERLAP, Place, Tell, need_database, open_transport, read_place, store_of
from sync.tryton_document import Store, Untellable, Words, tell_document
from sync.tryton_plain_rows import FEEDS, FIELDS, LIVE, MODELS, PREFIXES, PlainRows
from sync.tryton_quote import Found, find_difference, is_other, quote, read_products, skus_of
from sync.tryton_rpc import TrytonRpc

PAGE_ROWS: Final = 200
PRODUCT_FIELDS: Final = ("code", "sale_uom", "template.account_category.customer_taxes.name")
TOTALS: Final = ("reference", "description", "untaxed_amount", "total_amount")
NEEDS_MODULE: Final = "a Tryton without our module has no place for it: it waits for the module (docs/tryton.md)"


class PlainTryton:
    """One lane's way to a stock Tryton. There must be one sender for each lane: the lane's own sync is."""

    def __init__(self, rpc: TrytonRpc, settings: Settings, store: Store, *, tell: Tell = tell_document) -> None:
        """Speak as a user; `erp.store` is the code of the party that buys where no customer is named."""
        self._rpc = rpc
        self._erp = settings.erp
        self._walk_in = settings.erp.store
        self._store = store
        self._tell = tell
        self._rows = PlainRows(settings.erp.taxes)
        self._ids: ErpIds | None = None

    def take_ids(self, ids: ErpIds) -> None:
        """Keep `ids`, so that what was sold under an SKU that Tryton has changed since is still found there."""
        self._ids = ids

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Make drafts of sales that are not there yet. Every other document waits for the module."""
        answers: list[Answer] = []
        sales: list[Words] = []
        for document in batch.documents:
            try:
                told = self._tell(document, self._store)
            except Untellable as error:
                answers.append(Answer(document.document_id, Verdict.REJECTED, str(error)))
                continue
            if told["kind"] == "sale":
                sales.append(told)
            else:
                answers.append(Answer(document.document_id, Verdict.LATER, NEEDS_MODULE))
        return [*answers, *self._offer(sales)] if sales else answers

    def _offer(self, sales: Sequence[Words]) -> list[Answer]:
        """Look for all of them first, then make those that are missing, each by itself.

        Where an answer does not come all of it is offered again, and what has been made by then is found.
        """
        keys = [told["key"] for told in sales]
        there: dict[str, Any] = {}
        for record in self._rpc.read("sale.sale", [["reference", "in", keys]], TOTALS, limit=2 * len(keys)):
            there.setdefault(record["reference"], record)
        missing = [told for told in sales if told["key"] not in there]
        products = self._find_products(missing)
        parties = self._find_parties(missing)
        answers = [_judge(told, there[told["key"]]) for told in sales if told["key"] in there]
        return answers + [self._make(told, parties, products) for told in missing]

    def _make(self, told: Words, parties: Mapping[str, int], products: Mapping[str, Found]) -> Answer:
        """Make one draft, and hold its totals against the receipt's."""
        buyer = told.get("party") or self._walk_in
        if buyer not in parties:
            return Answer(told["key"], Verdict.REJECTED, f"there is no party {buyer!r} in Tryton")
        try:
            values = quote(told, parties[buyer], self._company(), products)
            (made,) = self._rpc.call("sale.sale", "create", [values])
        except (Untellable, Denied) as error:
            return Answer(told["key"], Verdict.REJECTED, str(error))
        (record,) = self._rpc.call("sale.sale", "read", [made], list(TOTALS))
        return _judge(told, record)

    def _company(self) -> int:
        company = self._rpc.preference("company")
        if not isinstance(company, int):
            raise Halted("the user has no company in Tryton: give him one")
        return company

    def _find_products(self, sales: Sequence[Words]) -> dict[str, Found]:
        skus = sorted({sku for told in sales for sku in skus_of(told)})
        if not skus:
            return {}
        found = read_products(self._read_products([["code", "in", skus]], 2 * len(skus)))
        if self._ids:
            ids = {self._ids.erp_id(Feed.ITEMS, sku): sku for sku in skus if sku not in found}
            renamed = [int(erp_id) for erp_id in ids if erp_id.isdecimal()]
            for record in self._read_products([["id", "in", renamed]], len(renamed)) if renamed else ():
                sku = ids[str(record["id"])]
                found |= read_products([{**record, "code": sku}])
        return found

    def _read_products(self, domain: list[Any], limit: int) -> Any:
        archived = {"active_test": False}
        return self._rpc.read("product.product", domain, PRODUCT_FIELDS, limit=limit, context=archived)

    def _find_parties(self, sales: Sequence[Words]) -> dict[str, int]:
        codes = sorted({told.get("party") or self._walk_in for told in sales})
        if not codes:
            return {}
        found = self._rpc.read("party.party", [["code", "in", codes]], ["code"], limit=2 * len(codes))
        return {str(record["code"]): record["id"] for record in found}

    def feeds(self) -> Sequence[Feed]:
        """Return what a stock Tryton tells."""
        return FEEDS

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Return a page of a sweep by Tryton's own clock. Deletions are found by the daily comparison only."""
        place = read_place(checkpoint)
        domain: list[Any] = [["id", ">", place.after], *(_since(feed, place.since) if place.since else LIVE[feed])]
        context = {"active_test": not place.since}
        records = self._rpc.read(MODELS[feed], domain, FIELDS[feed], limit=PAGE_ROWS, context=context)
        begins = place.next or self._before()
        is_last = len(records) < PAGE_ROWS
        after = Place(begins) if is_last else Place(place.since, int(records[-1]["id"]), begins)
        try:
            rows = [row for record in records if (row := self._rows.read(feed, record))]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Denied(f"Tryton's page of {feed.value} cannot be read ({error}): report it") from error
        live = {row.erp_id for row in rows}
        gone = [str(record["id"]) for record in records if str(record["id"]) not in live]
        return Page(rows, gone, msgspec.json.encode(after).decode(), is_last)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        """Everything is pulled whole once a day: a stock Tryton keeps no trace of what was deleted."""
        return None

    def check(self) -> Sequence[Finding]:
        """Look at the user's rights and at what the settings name, and say what this way cannot promise."""
        from sync.tryton_plain_check import check_plain  # a technician asks for it, a lane never does

        self._rpc.preference("company")
        return check_plain(self._rpc, self._erp, self._rpc.offset_seconds)

    def incoming(self) -> Iterator[Incoming]:
        """Tryton leaves no files."""
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Nothing was left, so nothing has to be told."""

    def close(self) -> None:
        """Let go of the connection."""
        self._rpc.close()

    def _before(self) -> str:
        """Return the instant from which the next sweep asks, by Tryton's clock: bare UTC, as its stamps are."""
        now = self._rpc.server_time()
        if now is None:
            raise Unreachable("Tryton's answer does not say its time: look at the proxy before it")
        return (now - OVERLAP).astimezone(UTC).replace(tzinfo=None).isoformat()


def make_plain_tryton(settings: Settings, paths: LanePaths, clock: Clock) -> PlainTryton:
    """Return the connector to the Tryton that the settings name. Raises `Halted`."""
    if not settings.erp.login or not settings.erp.store:
        raise Halted("erp.login (a user) and erp.store (code of the party that buys in cash) are needed: set them")
    word, database = read_key(settings, paths), need_database(settings)
    rpc = TrytonRpc(open_transport(settings, clock), database, settings.erp.login, word)
    return PlainTryton(rpc, settings, store_of(settings))


def _judge(told: Words, record: Mapping[str, Any]) -> Answer:
    """Return the verdict on a draft that is there."""
    if is_other(told, record):
        return Answer(told["key"], Verdict.REJECTED, "Tryton has another sale under this key: two lanes share an id")
    if difference := find_difference(told, record):
        reason = f"{difference}: its draft in Tryton has the reference {told['key']}; correct it there, then retry"
        return Answer(told["key"], Verdict.REJECTED, reason)
    return Answer(told["key"], Verdict.TAKEN)


def _since(feed: Feed, since: str) -> list[Any]:
    """Return the domain of what was made or written since; `write_date` is empty until the first write."""
    instant = datetime.fromisoformat(since)
    stamps = [[f"{prefix}{name}", ">=", instant] for prefix in PREFIXES[feed] for name in ("write_date", "create_date")]
    return [["OR", *stamps]]
