"""The sync inbox: documents that the ERP has refused or that wait for others, and what a person can do about each."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from domain.reconciliation import KeptReconciliation


class Remedy(StrEnum):
    """What to do about a document; the words are the screen's."""

    MEND_AND_RETRY = "mend_and_retry"
    """The ERP says why: put that right there, then let it wait again."""
    ORIGIN_FIRST = "origin_first"
    """It waits for another one, which is listed too: that one first."""
    VERIFY = "verify"
    """Its record is not what it was: nothing may be sent before the ledger is proven."""
    WAIT = "wait"
    """The ERP asks for it later: nothing is to be done."""


class InboxDocument(msgspec.Struct, frozen=True):
    """A document with the ERP's own words. `amount_minor` is what it comes to, None where it comes to nothing."""

    document_id: str
    kind: str
    seq: int
    changed_at: str
    reason: str
    remedy: Remedy
    name: str = ""
    """What people call it: a folio, where it has one."""
    amount_minor: int | None = None
    is_held: bool = False


class FeedProblem(msgspec.Struct, frozen=True):
    """A feed of the ERP that does not come, and why; `has_shrunk` where a person has to say whether so much may go."""

    feed: str
    problem: str
    has_shrunk: bool = False


class Inbox(msgspec.Struct, frozen=True):
    """What needs a look: rejected documents, those that are held, feeds that fail, and the newest comparisons."""

    documents: tuple[InboxDocument, ...] = ()
    compared: tuple[KeptReconciliation, ...] = ()
    feeds: tuple[FeedProblem, ...] = ()


def remedy_of(reason: str, is_held: bool) -> Remedy:
    """Return what can be done about a reason: our own ones are known by their beginnings."""
    if is_held:
        return Remedy.ORIGIN_FIRST if reason.startswith("waits for ") else Remedy.WAIT
    return Remedy.VERIFY if "mostrador verify" in reason else Remedy.MEND_AND_RETRY
