"""An ERP that counts: each document once, no more back than was sold, and what each customer owes.

It reads what it is brought and nothing of the lane's code: records are JSON. Answers are lost after documents were
taken, it refuses for no reason, is away, throws out later what it had taken, and tells balances while lanes go on.
"""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from domain.reconciliation import Dimension, Posted, PostedDocument, PostedSum
from sync.connector import Answer, Incoming, LateAnswers, Settled, Verdict
from sync.document import Batch, Document
from sync.errors import Unreachable
from sync.feed import CellRow, Feed, Page, ReturnedRow
from sync.reconcile import ShiftRef

MICRO: Final = 1_000_000
FAULTS: Final = ("", "away", "lost", "half", "mute", "strict")
"""What goes wrong with a batch: nothing; nothing arrives; no answer comes; half of it arrives and no answer comes; half
of it is answered; its first sale or collection is refused without reason."""
MONEY_KINDS: Final = ("sale_posted", "collection_posted", "collection_reversed")


@dataclass
class Told:
    """What the ERP has said of an account: its balance, and the documents that were in it."""

    balance: int
    documents: frozenset[str]


@dataclass
class SoldThere:
    """A line of a receipt as the ERP has it: how many were sold, and how many came back to which lane."""

    sku: str
    pieces: int
    back: Counter[str] = field(default_factory=Counter)

    @property
    def left(self) -> int:
        """How many have not come back."""
        return self.pieces - self.back.total()


@dataclass
class CountingErp:
    """What it has of all lanes."""

    now: Callable[[], str]
    booked: dict[str, dict[str, Any]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    later: dict[str, str] = field(default_factory=dict)
    receipts: dict[str, dict[int, SoldThere]] = field(default_factory=dict)
    history: dict[tuple[str, str], Told] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    """Documents in the order of its last word on each."""
    faults: deque[str] = field(default_factory=deque)
    thrown_out: dict[str, list[str]] = field(default_factory=dict)
    meanwhile: Callable[[], None] | None = None
    """What happens while it works out its next page of balances."""
    is_deaf: bool = False
    """It answers no question."""
    claimed: set[str] = field(default_factory=set)
    """Documents that were in a batch before."""
    wrongs: list[str] = field(default_factory=list)
    """What no lane may ever do to it."""
    customers: tuple[str, ...] = ()
    version: int = 0
    changed: dict[tuple[str, int], int] = field(default_factory=dict)
    """At which version what came back of a line was another quantity than before."""
    told_returns: dict[str, dict[tuple[str, int], int]] = field(default_factory=dict)
    """What each lane was told last of what came back elsewhere: all of it, by receipt and line."""

    # documents

    def offer(self, document: Document) -> Answer:
        """Take a document once, refuse it, or put it off."""
        name = document.document_id
        if self.hashes.setdefault(name, document.hash) != document.hash:
            self.wrongs.append(f"{name} came with other bytes")
        if name in self.booked:
            return Answer(name, Verdict.TAKEN)
        if name in self.thrown_out.get(document.lane, ()):
            return Answer(name, Verdict.REJECTED, self.refused[name])
        record = json.loads(bytes(document.record))
        body = record["body"]
        verdict, reason = self._wait_for_origin(document, body) or self._judge(document, body)
        self.refused.pop(name, None)
        self.later.pop(name, None)
        self.order = [one for one in self.order if one != name] + [name]
        if verdict is Verdict.TAKEN:
            self._book(document, body, record["shift_id"])
        elif verdict is Verdict.REJECTED:
            self.refused[name] = reason
        else:
            self.later[name] = reason
        return Answer(name, verdict, reason)

    def _wait_for_origin(self, document: Document, body: Any) -> tuple[Verdict, str] | None:
        """Put off what depends on a document that it has not, or not any more.

        Only what a lane has claimed before it knew may come so: a claimed batch goes out again as it was.
        """
        origins = body.get("of", ()) if isinstance(body, dict) else ()
        missing = [one for one in origins if one[:8] == document.document_id[:8] and one not in self.booked]
        untold = self.thrown_out.get(document.lane, ())
        if document.document_id not in self.claimed and any(one not in untold for one in missing):
            self.wrongs.append(f"{document.document_id} came before {missing}")
        return (Verdict.LATER, f"{missing[0]} is not here") if missing else None

    def _judge(self, document: Document, body: dict[str, Any]) -> tuple[Verdict, str]:
        if document.kind != "sale_posted":
            return Verdict.TAKEN, ""
        wanted: Counter[tuple[str, int]] = Counter()
        for folio, line_no, sku, pieces in backs_of(body):
            if folio not in self.receipts:
                return Verdict.LATER, f"receipt {folio} has not come yet"
            wanted[folio, self._line(folio, line_no, sku)] += pieces
        over = [f"{folio} line {line}" for (folio, line), n in wanted.items() if n > self._left(folio, line)]
        return (Verdict.REJECTED, f"over-returned: {', '.join(over)}") if over else (Verdict.TAKEN, "")

    def _line(self, folio: str, line_no: int, sku: str) -> int:
        """Return the line of a receipt that another lane knows by its item only, 0 for none."""
        return line_no or next((no for no, line in self.receipts[folio].items() if line.sku == sku), 0)

    def _left(self, folio: str, line_no: int) -> int:
        line = self.receipts[folio].get(line_no)
        return line.left if line else 0

    def _book(self, document: Document, body: dict[str, Any], shift: int) -> None:
        head = {"kind": document.kind, "lane": document.lane, "shift": shift}
        self.booked[document.document_id] = {**body, **head}
        if document.kind != "sale_posted":
            return
        self._move_backs(body, document.lane, 1)
        lines = [line for line in real_lines(body) if line["quantity_micro"] > 0]
        self.receipts[body["folio"]] = {
            line["line_no"]: SoldThere(line["sku"], line["quantity_micro"] // MICRO) for line in lines
        }

    def _move_backs(self, body: Mapping[str, Any], lane: str, sign: int) -> None:
        """Count what a document brings back, or count it no more."""
        self.version += 1
        for folio, line_no, sku, pieces in backs_of(body):
            key = folio, self._line(folio, line_no, sku)
            self.receipts[folio][key[1]].back[lane] += sign * pieces
            self.changed[key] = self.version

    def can_throw_out(self, name: str) -> bool:
        """Say whether it can regret a document: nobody else's word rests on it."""
        body = self.booked[name]
        if body["kind"] not in MONEY_KINDS or any(name in one.get("of", ()) for one in self.booked.values()):
            return False
        lines = self.receipts.get(body["folio"], {})
        return not any(line.back.total() for line in lines.values())

    def throw_out(self, name: str) -> None:
        """Regret a document, and say so when the lane asks next."""
        body = self.booked.pop(name)
        self._move_backs(body, body["lane"], -1)
        self.receipts.pop(body["folio"], None)
        self.refused[name] = "the period is closed"
        self.order = [one for one in self.order if one != name] + [name]
        self.thrown_out.setdefault(body["lane"], []).append(name)

    # what it can tell

    def balance(self, customer: str) -> int:
        """Return what a customer owes."""
        return sum(amount_on(body, customer) for body in self.booked.values())

    def tell_balance(self, customer: str) -> tuple[int, str]:
        """Return a balance and its instant, and keep what was in it."""
        at = self.now()
        included = frozenset(name for name, body in self.booked.items() if amount_on(body, customer))
        self.history[customer, at] = Told(self.balance(customer), included)
        return self.history[customer, at].balance, at

    def tell_returns(self, lane: str, since: int) -> Page:
        """Return what came back elsewhere of a lane's receipts, as far as it is another quantity since a version."""
        told = {
            (folio, no): line.back.total() - line.back[lane]
            for folio, lines in self.receipts.items()
            for no, line in lines.items()
            if folio.startswith(f"{lane}-")
        }
        self.told_returns[lane] = told
        news = {
            key: told.get(key, 0)
            for key, version in self.changed.items()
            if version > since and key[0].startswith(f"{lane}-")
        }
        rows = [
            ReturnedRow(erp_id=f"{folio}:{no}", stamp=str(count), folio=folio, line=str(no), quantity=str(count))
            for (folio, no), count in news.items()
            if count
        ]
        gone = [f"{folio}:{no}" for (folio, no), count in news.items() if not count]
        return Page(rows, gone if since else (), checkpoint=str(self.version))

    def tenders(self) -> Counter[str]:
        """Return what it has taken in each kind, net of change."""
        found: Counter[str] = Counter()
        for body in (one for one in self.booked.values() if one["kind"] in MONEY_KINDS):
            for tender in body["tenders"]:
                found[tender["kind"]] += tender["amount_minor"] - tender["change_minor"]
        return found

    def stock(self) -> Counter[str]:
        """Return how its stock has moved, in pieces."""
        found: Counter[str] = Counter()
        for body in (one for one in self.booked.values() if one["kind"] == "sale_posted"):
            for line in real_lines(body):
                if not line.get("returns", {}).get("is_damaged"):
                    found[line["sku"]] -= line["quantity_micro"] // MICRO
        return found


def real_lines(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the lines of items that were not taken back before they were paid."""
    gone = {line["voids"] for line in body["lines"]} - {0}
    return [
        line for line in body["lines"] if line["kind"] == "item" and not line["voids"] and line["line_no"] not in gone
    ]


def backs_of(body: Mapping[str, Any]) -> Iterator[tuple[str, int, str, int]]:
    """Yield what a sale brings back: receipt, line (0: not told), item, pieces."""
    if "lines" not in body:
        return
    for line in real_lines(body):
        of = line.get("returns", {}).get("of")
        if of:
            yield of["folio"], of.get("line_no", 0), line["sku"], -line["quantity_micro"] // MICRO


def amount_on(body: Mapping[str, Any], customer: str) -> int:
    """Return how a document moves a customer's account."""
    if body["kind"] not in MONEY_KINDS or body["customer"] != customer:
        return 0
    return int(
        body.get("account", {}).get("amount_minor", 0) if body["kind"] == "sale_posted" else -body["amount_minor"]
    )


class CountingConnector:
    """One lane's way to it."""

    def __init__(self, erp: CountingErp, lane: str) -> None:
        self.erp, self.lane = erp, lane

    def deliver(self, batch: Batch) -> Sequence[Answer]:
        try:
            return self._deliver(batch)
        finally:
            self.erp.claimed.update(document.document_id for document in batch.documents)

    def _deliver(self, batch: Batch) -> Sequence[Answer]:
        fault = self.erp.faults.popleft() if self.erp.faults else ""
        if fault == "away":
            raise Unreachable("nobody answers")
        documents = batch.documents[: (len(batch.documents) + 1) // 2] if fault == "half" else batch.documents
        answers: list[Answer] = []
        for document in documents:
            if fault == "strict" and document.kind in MONEY_KINDS and document.document_id not in self.erp.booked:
                fault = ""
                answers.append(self.refuse(document))
            else:
                answers.append(self.erp.offer(document))
        if fault in ("lost", "half"):
            raise Unreachable("the answer was cut off")
        return answers[::2] if fault == "mute" else answers

    def refuse(self, document: Document) -> Answer:
        """Refuse a document for no reason that a lane could know."""
        erp, name = self.erp, document.document_id
        erp.refused[name] = "the period is closed"
        erp.later.pop(name, None)
        erp.order = [one for one in erp.order if one != name] + [name]
        return Answer(name, Verdict.REJECTED, erp.refused[name])

    def incoming(self) -> Iterator[Incoming]:
        if self.erp.is_deaf:
            raise Unreachable("nobody answers")
        if names := self.erp.thrown_out.get(self.lane):
            answers = tuple(Answer(name, Verdict.REJECTED, "the period is closed") for name in names)
            yield LateAnswers(f"late-{len(self.erp.order)}", "-".join(names), answers)

    def settle(self, incoming: Incoming, settled: Settled) -> None:
        assert settled.is_accepted, settled
        self.erp.thrown_out.pop(self.lane, None)

    def close(self) -> None:
        """Nothing is open."""

    def feeds(self) -> Sequence[Feed]:
        if self.erp.is_deaf:
            raise Unreachable("nobody answers")
        return (Feed.BALANCES, Feed.RETURNED)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        erp = self.erp
        if feed is Feed.RETURNED:
            return erp.tell_returns(self.lane, int(checkpoint or 0))
        meanwhile, erp.meanwhile = erp.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return Page([_balance_row(customer, *erp.tell_balance(customer)) for customer in erp.customers])

    def posted(self, shift: ShiftRef) -> Posted:
        """Tell what it has of a shift: totals of sales, tenders net of change, and taxes."""
        if self.erp.is_deaf:
            raise Unreachable("nobody answers")
        of_lane = ((name, body) for name, body in self.erp.booked.items() if body["lane"] == shift.lane)
        bodies = {name: body for name, body in of_lane if body["shift"] == shift.shift_id}
        sums: Counter[tuple[Dimension, str]] = Counter()
        for body in (one for one in bodies.values() if one["kind"] in MONEY_KINDS):
            for tender in body["tenders"]:
                sums[Dimension.TENDER, tender["kind"]] += tender["amount_minor"] - tender["change_minor"]
            for tax in (one for one in body.get("taxes", ()) if one["kind"] != "exempt"):
                sums[Dimension.TAX, tax["code"]] += tax["tax_minor"]
                sums[Dimension.TAX_BASE, tax["code"]] += tax["base_minor"]
        told = [PostedDocument(name, body["kind"], body.get("total_minor")) for name, body in bodies.items()]
        dimensions = frozenset((Dimension.TENDER, Dimension.TAX, Dimension.TAX_BASE))
        return Posted(tuple(told), tuple(PostedSum(*key, n) for key, n in sums.items()), dimensions)

    def ids(self, feed: Feed) -> Mapping[str, str] | None:
        return None


def _balance_row(customer: str, balance: int, at: str) -> CellRow:
    """Return a row of a page of balances."""
    text = str(Decimal(balance).scaleb(-2))
    return CellRow(erp_id=customer, stamp=text, key=customer, cells={"owed": text, "as_of": at})
