"""Two lanes of a store as a model has them: what was done at each, and what that comes to. Plain sums, no product code.

What the ERP takes is walked through once more here by what the test has done, not by what the lanes have written down.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tests.kit.books import NOTHING, TAXES, Money, SoldLine

KEY: Final = b"a key of a store, of 32 bytes..."
LIMITS: Final = {"C-1": 60_000, "C-2": 25_000}
STALE_HOURS: Final = 24
STALE_PERCENT: Final = 40
"""What is left of a limit when the ERP's word is old."""


def bar_code(lane: str, number: int, cents: int) -> str:
    """Return what stands under the bars of a receipt (docs/receipt-barcode.md)."""
    total = max(0, cents)
    digest = hmac.new(KEY, f"{lane}|{number}|{total}".encode(), hashlib.sha256).digest()
    proof = 1 + int.from_bytes(digest[:6], "big") % 999_999
    return f"8{int(lane):02d}{number:07d}{total:08d}{proof:06d}"


@dataclass
class Piece:
    """What came back: of which receipt and line of it (0: another lane's), which item, how many, for how much."""

    folio: str
    line: int
    sku: str
    pieces: int
    money: Money
    is_damaged: bool = False


@dataclass
class Document:
    """Something posted at a lane that moves money, goods or an account."""

    name: str
    lane: str
    shift: int
    kind: str
    """How it was paid, `""` for no money at all."""
    cents: int
    folio: str = ""
    number: int = 0
    sold: dict[int, SoldLine] = field(default_factory=dict)
    backs: list[Piece] = field(default_factory=list)
    customer: str = ""
    on_account: int = 0
    of: tuple[str, ...] = ()
    """Its own lane's documents that have to be with the ERP before it."""
    is_collection: bool = False
    is_voided: bool = False

    @property
    def is_return(self) -> bool:
        """Whether it only brings back."""
        return not self.is_collection and not self.sold

    @property
    def code(self) -> str:
        """What stands under the bars of its receipt."""
        return bar_code(self.lane, self.number, self.cents)

    def stock(self) -> Counter[str]:
        """Return how it moves the stock."""
        moved: Counter[str] = Counter()
        for line in self.sold.values():
            moved[line.sku] -= line.pieces
        for piece in self.backs:
            moved[piece.sku] += 0 if piece.is_damaged else piece.pieces
        return moved

    def taxes(self) -> dict[str, Money]:
        """Return what it sold less what it brought back, by tax."""
        found: dict[str, Money] = {}
        for sku, money in [
            *((line.sku, line.money) for line in self.sold.values()),
            *((piece.sku, -piece.money) for piece in self.backs),
        ]:
            code = TAXES[sku][0]
            found[code] = found.get(code, NOTHING) + money
        return found


@dataclass
class LaneBook:
    """One lane: its documents in their order, and what it was told."""

    name: str
    documents: list[Document] = field(default_factory=list)
    shift: int = 1
    approvals: Counter[int] = field(default_factory=Counter)

    def post(self, document: Document) -> Document:
        """Keep a document."""
        self.documents.append(document)
        return document

    def sales(self) -> list[Document]:
        """Return the receipts."""
        return [one for one in self.documents if not one.is_collection]

    def returnable(self) -> list[Document]:
        """Return the receipts that sold something."""
        return [one for one in self.documents if one.sold]

    def open_collections(self) -> list[Document]:
        """Return the collections that were not taken back."""
        return [one for one in self.documents if one.is_collection and one.cents > 0 and not one.is_voided]

    def given_on(self, folio: str) -> int:
        """Return what this lane has given back on another lane's receipt."""
        return sum(piece.money.cents for one in self.documents for piece in one.backs if piece.folio == folio)

    def cash(self, shift: int) -> int:
        """Return the cash that came in during a shift."""
        return sum(one.cents for one in self.documents if one.shift == shift and one.kind == "cash")

    def stock(self) -> Counter[str]:
        """Return how its stock has moved."""
        return added(one.stock() for one in self.documents)


def added(counters: Iterable[Counter[str]]) -> Counter[str]:
    """Return counters added up, without what comes to nothing."""
    found: Counter[str] = Counter()
    for counter in counters:
        found.update(counter)
    return Counter({key: count for key, count in found.items() if count})


@dataclass
class Outcome:
    """What became of all documents: what the ERP should have, what it must have refused, and what waits for that."""

    taken: set[str]
    over: set[str]
    held: set[str]


def walk(documents: Iterable[Document], order: list[str]) -> Outcome:
    """Return what becomes of documents that come to the ERP in an order: never more back than was sold."""
    by_name = {one.name: one for one in documents}
    by_folio = {one.folio: one for one in by_name.values() if one.folio}
    left: Counter[tuple[str, str]] = Counter()
    result = Outcome(set(), set(), set())
    for name in (name for name in order if name in by_name):
        one = by_name[name]
        wanted: Counter[tuple[str, str]] = Counter()
        for piece in one.backs:
            wanted[piece.folio, piece.sku] += piece.pieces
        if not result.taken.issuperset((*one.of, *(by_folio[folio].name for folio, _ in wanted))):
            continue
        if any(count > left[key] for key, count in wanted.items()):
            result.over.add(name)
            continue
        left.subtract(wanted)
        left.update({(one.folio, line.sku): line.pieces for line in one.sold.values()})
        result.taken.add(name)
    result.held = by_name.keys() - result.taken - result.over
    return result
