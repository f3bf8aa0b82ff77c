"""A customer's account as one lane can know it: the ERP's balance, and what the lane did that is not in it yet.

    owed = the ERP's balance + sold on account − collected, of the lane's own documents that the balance does not cover
    available = the limit in force − owed

A document of the lane is *open* until a balance covers it, and then *covered*, so that it is counted exactly once: in
the lane's own sum, or in the ERP's. What covers it is the balance itself (docs/accounts.md). A document that the ERP
has refused since is open from the next balance on, which is without it: the customer owes it all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from domain.instant import MOST_AHEAD, read_stamp
from domain.tax_class import PPM


class MoveKind(StrEnum):
    """What of the lane's documents moves an account."""

    SALE = "sale"
    COLLECTION = "collection"
    REVERSAL = "reversal"


class PaidPart(msgspec.Struct, frozen=True):
    """What of a collection pays one document; negative in a reversal, which leaves it open again."""

    document_id: str
    folio: str
    amount_minor: int
    date: str = ""
    due_date: str = ""


class AccountMove(msgspec.Struct, frozen=True):
    """One of the lane's documents on an account: a sale adds, a collection takes off. `date` is the business day."""

    document_id: str
    kind: MoveKind
    folio: str
    date: str
    due_date: str
    amount_minor: int
    parts: tuple[PaidPart, ...] = ()
    credits: tuple[str, ...] = ()
    """Of what comes back on account: the documents by which it was sold."""


class OpenDocument(msgspec.Struct, frozen=True):
    """A document that is not paid, or not whole."""

    document_id: str
    folio: str
    date: str
    due_date: str
    amount_minor: int
    open_minor: int


class Account(msgspec.Struct, frozen=True):
    """What is known of an account: the ERP's word of an instant (empty: none yet), and the moves it does not cover."""

    customer: str
    balance_minor: int = 0
    balance_at: str = ""
    documents: tuple[OpenDocument, ...] = ()
    moves: tuple[AccountMove, ...] = ()

    @property
    def owed_minor(self) -> int:
        """What the customer owes; negative is a credit."""
        return self.balance_minor + sum(move.amount_minor for move in self.moves)


class CreditRules(msgspec.Struct, frozen=True):
    """The shop's rules. A balance older than `stale_hours` (0: never) leaves `stale_limit_ppm` of the limit."""

    stale_hours: int = 0
    stale_limit_ppm: int = PPM
    keeps_overpayment: bool = True


class Credit(msgspec.Struct, frozen=True):
    """How much can be sold on account now. `age_hours` is the balance's, None where none is known."""

    limit_minor: int
    owed_minor: int
    available_minor: int
    age_hours: int | None = None
    is_stale: bool = False


def credit_of(limit_minor: int, account: Account, rules: CreditRules, now: datetime) -> Credit:
    """Return a customer's credit. What is owed beyond the limit makes the available amount negative."""
    age = _age(account.balance_at, now)
    is_stale = bool(rules.stale_hours) and (age is None or age > timedelta(hours=rules.stale_hours))
    limit = limit_minor * rules.stale_limit_ppm // PPM if is_stale else limit_minor
    hours = None if age is None else age // timedelta(hours=1)
    return Credit(limit, account.owed_minor, limit - account.owed_minor, hours, is_stale)


def open_documents(account: Account) -> tuple[OpenDocument, ...]:
    """Return what is to be paid, the oldest due first: what the ERP tells, and the lane's own sales beside it.

    Parts that were collected and are in no balance yet are off, and so is what came back; what a reversal leaves open
    is there again.
    """
    found = {document.document_id: document for document in account.documents}
    for move in account.moves:
        if move.kind is MoveKind.SALE and move.amount_minor > 0:
            own = OpenDocument(
                move.document_id, move.folio, move.date, move.due_date, move.amount_minor, move.amount_minor
            )
            found.setdefault(move.document_id, own)
    for part in (part for move in account.moves for part in move.parts):
        found[part.document_id] = _less(found.get(part.document_id), part)
    for move in account.moves:
        for part in pay([found[name] for name in move.credits if name in found], -move.amount_minor)[0]:
            found[part.document_id] = _less(found[part.document_id], part)
    left = (document for document in found.values() if document.open_minor > 0)
    return tuple(sorted(left, key=lambda one: (one.due_date or one.date, one.date, one.folio, one.document_id)))


def _less(document: OpenDocument | None, part: PaidPart) -> OpenDocument:
    """Return a document less what was collected on it; one that nobody lists any more is as the part tells."""
    if document is None:
        document = OpenDocument(part.document_id, part.folio, part.date, part.due_date, max(0, -part.amount_minor), 0)
    return msgspec.structs.replace(document, open_minor=document.open_minor - part.amount_minor)


def pay(
    documents: Sequence[OpenDocument], amount_minor: int, chosen: Iterable[str] = ()
) -> tuple[tuple[PaidPart, ...], int]:
    """Return which documents an amount pays, and what is left of it: the chosen ones in their order, or oldest first.

    With documents chosen the rest pays no other one.
    """
    by_id = {document.document_id: document for document in documents}
    wanted = [by_id[name] for name in dict.fromkeys(chosen) if name in by_id] or documents
    parts: list[PaidPart] = []
    for document in wanted:
        paid = min(amount_minor, document.open_minor)
        if paid <= 0:
            continue
        parts.append(PaidPart(document.document_id, document.folio, paid, document.date, document.due_date))
        amount_minor -= paid
    return tuple(parts), amount_minor


def turn(parts: Iterable[PaidPart]) -> tuple[PaidPart, ...]:
    """Return the parts of a reversal."""
    return tuple(msgspec.structs.replace(part, amount_minor=-part.amount_minor) for part in parts)


def _age(balance_at: str, now: datetime) -> timedelta | None:
    """Return how old a balance is: new for some minutes before it, for clocks differ; nobody knows of a later one."""
    age = now - read_stamp(balance_at) if balance_at else None
    return None if age is None or age < -MOST_AHEAD else max(timedelta(), age)
