"""A whole connector to a small ERP, to learn from and to begin with: read docs/connector.md beside it.

The ERP of this tutorial takes documents by `PUT /documents` and answers for each; `GET /items` gives what has changed
since a mark. It is not a real one, but all that is difficult with real ones is here: lost answers, a permanent key, an
overlap, tombstones. tests/sync/test_tutorial.py runs the contract suite on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec

from config.paths import LanePaths
from config.settings import Settings
from domain.money import format_scaled
from sync.clock import Clock
from sync.connector import Answer, Incoming, Settled, Verdict
from sync.document import Batch
from sync.errors import Unreachable
from sync.feed import CodeRow, Feed, ItemRow, Page
from sync.secret import Secret, read_key
from sync.transport import Origin, Request, Transport

PAGE = 500


class WireAnswer(msgspec.Struct):
    """What the ERP says of one document."""

    document_id: str
    hash: str
    verdict: Verdict
    reason: str = ""


class WireItem(msgspec.Struct):
    """An item as the ERP tells it; `written` moves whenever anything of it does."""

    id: int
    code: str
    name: str
    price_minor: int
    barcodes: tuple[str, ...]
    is_active: bool
    written: int


class WirePage(msgspec.Struct):
    """What has changed. `until` is the ERP's own time of the first page."""

    items: tuple[WireItem, ...]
    until: int
    is_last: bool


class TutorialConnector:
    """Says documents as they are, brings items, and is asked by nobody else."""

    def __init__(self, transport: Transport, key: Secret) -> None:
        """Speak over `transport`; the key goes into a header and nowhere else."""
        self._transport = transport
        self._headers = {"Authorization": f"Bearer {key.reveal()}"}

    # --- up ---------------------------------------------------------------------------------------------------

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        """Give a batch to the ERP: the same batch is the same bytes, however often it is offered.

        The ERP keeps `document_id` as a unique key and the hash beside it: what it has, it answers as taken. Only what
        it answers is settled; the transport raises `Unreachable` for all that is no whole answer.
        """
        body = b"[" + b",".join(batch.lines()) + b"]"
        request = Request("PUT", "/documents", body, self._headers, key=batch.batch_id)
        said = {one.document_id: one for one in self._read(request, tuple[WireAnswer, ...])}
        return [
            self._judge(document.hash, said[document.document_id])
            for document in batch.documents
            if document.document_id in said
        ]

    def _judge(self, sent: str, said: WireAnswer) -> Answer:
        """Return an answer; an ERP that has other content under the key needs a person, not a second copy."""
        if said.verdict is Verdict.TAKEN and said.hash != sent:
            return Answer(said.document_id, Verdict.REJECTED, "the ERP has another document under this key")
        return Answer(said.document_id, said.verdict, said.reason)

    def incoming(self) -> Iterator[Incoming]:
        """Yield nothing: this ERP leaves no files."""
        return iter(())

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        """Nothing comes that could be settled."""

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    # --- down -------------------------------------------------------------------------------------------------

    def feeds(self) -> Sequence[Feed]:
        """Return what this ERP has."""
        return (Feed.ITEMS,)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        """Return the page after a checkpoint: by id, among what was written at or after a mark.

        The mark goes back two minutes from the ERP's own clock at the first page: what was written before and committed
        after it comes the next time, and what comes twice changes nothing.
        """
        since, until, after = (int(part) for part in (checkpoint or "0,0,0").split(","))
        query = urlencode({"since": since, "after": after, "limit": PAGE})
        page = self._read(Request("GET", f"/items?{query}", headers=self._headers), WirePage)
        until = until or page.until
        following = f"{max(until - 120, 1)},0,0" if page.is_last else f"{since},{until},{page.items[-1].id}"
        rows = [_row(item) for item in page.items if item.is_active]
        return Page(rows, [str(item.id) for item in page.items if not item.is_active], following, page.is_last)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        """Return what is live: deleted items leave nothing behind, so only this finds them."""
        found = self._read(Request("GET", "/items/ids", headers=self._headers), dict[str, int])
        return {item_id: str(written) for item_id, written in found.items()}

    def _read(self, request: Request, kind: Any) -> Any:
        """Ask, and take only an answer of the right form for one."""
        reply = self._transport.call(request)
        try:
            return msgspec.convert(reply.data, kind)
        except msgspec.ValidationError as error:
            raise Unreachable(f"the ERP's answer is not understood ({error}): is it of another version?") from error


def _row(item: WireItem) -> ItemRow:
    """Return an item in the lane's words: numbers as decimal texts, never floats."""
    price = format_scaled(item.price_minor, 2)
    codes = tuple(CodeRow(code) for code in item.barcodes)
    return ItemRow(
        erp_id=str(item.id), stamp=str(item.written), sku=item.code, name=item.name, price=price, codes=codes
    )


def make(settings: Settings, paths: LanePaths, clock: Clock) -> TutorialConnector:
    """Return the connector for a lane: what the entry point names."""
    origin = Origin(settings.erp.url, settings.erp.ca_file, settings.erp.read_seconds)
    return TutorialConnector(Transport(origin, clock), read_key(settings, paths))
