"""The connector `tryton`: a Tryton 8.2 that has our module (integrations/trytond_mostrador).

The module keeps each document's key for ever, so that whatever is delivered twice is there once. Items, customers and
the rest come in sweeps: all that has changed since an instant, page by page, and the next sweep begins some minutes
before this one did. docs/tryton.md is for whoever sets it up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from config.country import country_of
from config.paths import LanePaths
from config.settings import Settings
from domain.money import parse_scaled
from domain.reconciliation import Dimension, Posted, PostedDocument, PostedSum
from domain.text import safe_text
from domain.witness import Anchor
from sync.check import Finding
from sync.chunk import Chunk
from sync.clock import Clock
from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import Batch, Document
from sync.errors import Denied, Halted, Unreachable
from sync.feed import ErpIds, Feed, Page
from sync.reconcile import ShiftRef
from sync.secret import read_key
from sync.transport import Origin, Transport
from sync.tryton_document import Store, Untellable, Words, add_ids, tell_document
from sync.tryton_link import Told, TrytonLink
from sync.tryton_prices import TrytonPrices
from sync.tryton_rows import FEEDS, read_row

WIRE_VERSION: Final = 2
OVERLAP: Final = timedelta(minutes=10)
"""How far a sweep reaches back before the last one: longer than a transaction of Tryton's lasts (60 s by default)."""
BALANCES_EVERY: Final = timedelta(minutes=10)
"""Balances are told anew all together, so that each is as old as the others: what they cost is not asked each round."""
WAIT: Final = timedelta(days=3)
"""How long a return waits for another lane's receipt before somebody is asked: longer than a line is usually down."""
PAGE_ROWS: Final = 500
FIRST_CHUNK: Final = 25
MOST_CHUNK: Final = 200
MOST_STUMBLES: Final = 4
"""How often a document by itself may fail: the network fails too, and nothing is to overtake for that."""
LONG_SECONDS: Final = 15
"""A chunk that takes longer is halved; one that takes less than a third is doubled."""

Tell = Callable[[Document, Store], Words]


class Place(msgspec.Struct, frozen=True):
    """A checkpoint: since when a sweep asks, after which id its next page begins, and where the next sweep begins."""

    since: str = ""
    after: int = 0
    next: str = ""


class TrytonConnector:
    """One lane's way to Tryton."""

    def __init__(
        self, link: TrytonLink, settings: Settings, store: Store, clock: Clock, *, tell: Tell = tell_document
    ) -> None:
        """Speak for the lane of the settings. `tell` says documents in the module's words."""
        self._link = link
        self._lane = settings.lane.id
        self._store = store
        self._clock = clock
        self._tell = tell
        self._chunk = Chunk(FIRST_CHUNK, MOST_CHUNK, LONG_SECONDS)
        self._is_checked = False
        self._settings = settings
        self._answered: dict[str, Answer] = {}
        self._stumbles = Counter[str]()
        self._ids: ErpIds | None = None
        self._prices = TrytonPrices(link, self._lane, clock)

    def take_ids(self, ids: ErpIds) -> None:
        """Keep `ids`, so that what was sold under a code that Tryton has changed since is still found there."""
        self._ids = ids

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Post a batch in chunks as large as this Tryton answers in good time.

        A chunk whose answer does not come ends the delivery, so that nothing overtakes it. What was answered before is
        kept for the next one, which begins there.
        """
        self._check_once()
        words: list[Words] = []
        for document in batch.documents:
            if document.document_id not in self._answered:
                try:
                    words.append(self._say(document))
                except Untellable as error:
                    answer = Answer(document.document_id, Verdict.REJECTED, str(error))
                    self._answered[document.document_id] = answer
        while words:
            chunk, words = words[: self._chunk.size], words[self._chunk.size :]
            self._answered |= {answer.document_id: answer for answer in self._post_or_pass(chunk)}
        found = [self._answered.get(document.document_id) for document in batch.documents]
        self._answered.clear()
        return [answer for answer in found if answer]

    def _say(self, document: Document) -> Words:
        told = self._tell(document, self._store)
        if self._ids:
            add_ids(told, self._ids)
        return told

    def _post_or_pass(self, chunk: Sequence[Words]) -> list[Answer]:
        """Post a chunk; a single document over which a living Tryton fails time after time is passed by."""
        try:
            return self._post(chunk)
        except Unreachable:
            if len(chunk) > 1:
                raise
            self._stumbles[str(chunk[0]["key"])] += 1
            if self._stumbles[str(chunk[0]["key"])] < MOST_STUMBLES or not self._is_alive():
                raise
        del self._stumbles[str(chunk[0]["key"])]
        return [Answer(str(chunk[0]["key"]), Verdict.LATER, "Tryton fails over this document alone: look at its log")]

    def _post(self, chunk: Sequence[Words]) -> list[Answer]:
        """Post a chunk and learn from how long it took."""
        began = self._clock.elapsed_seconds()
        try:
            told = self._link.ask("documents", {"documents": list(chunk)})
        except Unreachable:
            self._chunk.failed(len(chunk))
            raise
        self._chunk.took(len(chunk), self._clock.elapsed_seconds() - began)
        sent = {str(words["key"]): str(words["hash"]) for words in chunk}
        late = {str(words["key"]) for words in chunk if str(words.get("date", "")) <= self._last_day()}
        return [answer for result in _list(told, "results") if (answer := _read_answer(result, sent, late))]

    def _last_day(self) -> str:
        """Return the business date whose returns wait no more for another lane's receipt."""
        return (self._clock.now().astimezone(self._store.time_zone).date() - WAIT).isoformat()

    def _is_alive(self) -> bool:
        try:
            self._link.ask("about", {"lane": self._lane})
        except Unreachable:
            return False
        return True

    def _check_once(self) -> None:
        """Demand, once a connection, that this is the Tryton for this lane. Raises `Halted`."""
        if self._is_checked:
            return
        about = self.about()
        if about.get("v") != WIRE_VERSION:
            raise Halted("the module in Tryton speaks another version: install the one that came with this Mostrador")
        if self._lane not in about.get("lanes", ()):
            raise Halted(f"no point of sale in Tryton has the lane {self._lane}: fill it in there")
        if about.get("digits") != self._store.exponent:
            raise Halted(f"Tryton's {about.get('currency')} has other decimals than this lane's money")
        self._is_checked = True

    def about(self) -> Told:
        """Return what this Tryton says of itself and of what it still lacks."""
        return self._link.ask("about", {"lane": self._lane})

    def anchor(self) -> Anchor | None:
        """Return the newest row of this lane's journal that Tryton has."""
        about = self.about()
        seq, text = about.get("last_seq"), about.get("last_hash")
        return Anchor(self._lane, seq, text) if isinstance(seq, int) and isinstance(text, str) and text else None

    def feeds(self) -> Sequence[Feed]:
        """Return what this Tryton has for the lane."""
        return (*FEEDS, Feed.PRICES)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Return a page of a sweep. What is archived or not for sale is gone for the lane."""
        if feed is Feed.PRICES:
            return self._prices.pull(checkpoint)
        place = read_place(checkpoint)
        if feed is Feed.BALANCES and not place.after and place.since:
            if self._clock.now() - datetime.fromisoformat(place.since).replace(tzinfo=UTC) < BALANCES_EVERY:
                return Page(checkpoint=checkpoint)
            place = Place()
        body = {"lane": self._lane, "feed": feed.value, "since": place.since, "after": place.after, "limit": PAGE_ROWS}
        told = self._link.ask("changes", body)
        try:
            rows = [row for row in _list(told, "rows") if row.get("is_live", True)]
            gone = [str(row["id"]) for row in _list(told, "rows") if not row.get("is_live", True)]
            begins = place.next or self._next_sweep(feed, str(told["now"]))
            is_last = bool(told["is_last"])
            after = Place(begins) if is_last else Place(place.since, int(told["after"]), begins)
            return Page(
                rows=[read_row(feed, row) for row in rows],
                tombstones=[*gone, *(str(one) for one in _list(told, "gone"))],
                checkpoint=msgspec.json.encode(after).decode(),
                is_last=is_last,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Denied(f"Tryton's page of {feed.value} cannot be read ({error}): report it") from error

    def _next_sweep(self, feed: Feed, now: str) -> str:
        """Return from when the next sweep asks, by Tryton's clock; of balances, when they were told, by the lane's."""
        if feed is Feed.BALANCES:
            return self._clock.now().astimezone(UTC).replace(tzinfo=None).isoformat()
        return _before(now)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        """Return what a feed has now; what is always moving is pulled whole."""
        if feed in (Feed.STOCK, Feed.BALANCES, Feed.PRICES, Feed.RETURNED):
            return None
        found = self._link.ask("ids", {"lane": self._lane, "feed": feed.value}).get("ids")
        if not isinstance(found, dict):
            raise Denied(f"Tryton's list of {feed.value} cannot be read: report it")
        return {str(erp_id): str(stamp) for erp_id, stamp in found.items()}

    def posted(self, shift: ShiftRef) -> Posted:
        """Return what Tryton has posted of a shift; entries that do not balance are documents nobody knows."""
        told = self._link.ask("posted", {"lane": self._lane, "shift": shift.shift_id})
        try:
            documents = [
                PostedDocument(str(one["key"]), str(one["kind"]), self._minor_or_none(one["total"]), str(one["record"]))
                for one in _list(told, "documents")
            ]
            sums = list(_sum_kinds(documents))
            documents += [PostedDocument(f"entry {one}", "unbalanced") for one in _list(told, "unbalanced")]
            sums += [
                PostedSum(dimension, str(key), self._minor(amount))
                for dimension, name in (
                    (Dimension.TAX, "taxes"),
                    (Dimension.TAX_BASE, "bases"),
                    (Dimension.TENDER, "methods"),
                )
                for key, amount in told[name].items()
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Denied(f"what Tryton has posted cannot be read ({error}): report it") from error
        return Posted(tuple(documents), tuple(sums), frozenset(Dimension))

    def check(self) -> Sequence[Finding]:
        """Look at this Tryton: what it lacks, its clock, its rates, and baskets summed by both."""
        from sync.tryton_check import check_tryton  # a technician asks for it, a lane never does

        return check_tryton(self._link, self._settings, self._link.offset_seconds)

    def incoming(self) -> Iterator[Incoming]:
        """Tryton leaves no files."""
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Nothing was left, so nothing has to be told."""

    def close(self) -> None:
        """Let go of the connection."""
        self._link.close()

    def _minor_or_none(self, text: object) -> int | None:
        return self._minor(text) if text else None

    def _minor(self, text: object) -> int:
        amount = parse_scaled(str(text), self._store.exponent)
        if amount is None:
            raise ValueError(f"{safe_text(str(text))} is no amount")
        return amount


def make_tryton(settings: Settings, paths: LanePaths, clock: Clock) -> TrytonConnector:
    """Return the connector to the Tryton that the settings name. Raises `Halted`."""
    return TrytonConnector(
        TrytonLink(open_transport(settings, clock), need_database(settings), read_key(settings, paths)),
        settings,
        store_of(settings),
        clock,
    )


def open_transport(settings: Settings, clock: Clock) -> Transport:
    """Return the way to the address that the settings name. Raises `Halted`."""
    erp = settings.erp
    return Transport(Origin(erp.url, erp.ca_file, erp.read_seconds), clock)


def need_database(settings: Settings) -> str:
    """Return the database's name. Raises `Halted` where there is none."""
    name = settings.erp.database
    if not name or not name.replace("_", "").replace("-", "").isalnum():
        raise Halted("erp.database is not the name of a Tryton's database: set it")
    return name


def store_of(settings: Settings) -> Store:
    """Return the store's money and time zone."""
    currency = country_of(settings).currency(settings.store.currency)
    return Store(currency.exponent, ZoneInfo(settings.store.time_zone))


def _read_answer(result: Any, sent: Mapping[str, str], late: Container[str]) -> Answer | None:
    """Return the verdict on a document, None where this is no answer to what was sent. What is late waits no more."""
    if not isinstance(result, dict) or result.get("key") not in sent:
        return None
    key, status = str(result["key"]), result.get("status")
    if status in ("created", "duplicate") and result.get("hash", sent[key]) == sent[key]:
        return Answer(key, Verdict.TAKEN)
    if status == "conflict":
        return Answer(key, Verdict.REJECTED, "Tryton has another document under this key: two lanes share an id")
    if status in ("rejected", "waiting"):
        waits = status == "waiting" and key not in late
        return Answer(key, Verdict.LATER if waits else Verdict.REJECTED, str(result.get("error", "")))
    return None


def _sum_kinds(documents: Sequence[PostedDocument]) -> Iterator[PostedSum]:
    """Yield what documents come to, by the lane's kinds: a collection that is negative takes one back."""
    for one in documents:
        if one.total_minor is not None and one.kind in ("sale", "collection"):
            back = "collection_posted" if one.total_minor >= 0 else "collection_reversed"
            yield PostedSum(Dimension.KIND, "sale_posted" if one.kind == "sale" else back, one.total_minor)


def _list(told: Told, name: str) -> list[Any]:
    found = told.get(name)
    return found if isinstance(found, list) else []


def read_place(checkpoint: str) -> Place:
    """Return a checkpoint; one that cannot be read begins anew."""
    try:
        return msgspec.json.decode(checkpoint, type=Place)
    except msgspec.MsgspecError:
        return Place()


def _before(now: str) -> str:
    """Return the instant, by Tryton's clock, from which the next sweep asks."""
    return (datetime.fromisoformat(now) - OVERLAP).isoformat()
