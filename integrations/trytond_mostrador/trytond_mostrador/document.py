# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""The ledger of what lanes have delivered: one row per document, whose key is unique for ever."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from trytond.i18n import gettext
from trytond.model import Index, ModelSQL, ModelView, Unique, fields
from trytond.model.exceptions import AccessError
from trytond.pool import Pool
from trytond.transaction import Transaction

from .lookup import Lookup
from .posting import post_documents
from .waiting import waiting_returns


class Document(ModelSQL, ModelView):
    """A document of a lane, and what became of it here.

    `hash` is that of the lane's journal record: equal means the same document, whatever program translated it. With
    `lane` and `seq` it also is an anchor of that journal.
    """

    __name__ = "mostrador.document"
    _rec_name = "number"

    key = fields.Char("Key", required=True, readonly=True)
    kind = fields.Char("Kind", required=True, readonly=True)
    hash = fields.Char("Hash", required=True, readonly=True)
    lane = fields.Char("Lane", required=True, readonly=True)
    seq = fields.Integer("Journal Number", required=True, readonly=True)
    shift = fields.Integer("Shift", required=True, readonly=True)
    date = fields.Date("Business Date", required=True, readonly=True)
    company = fields.Many2One("company.company", "Company", required=True, readonly=True)
    number = fields.Char("Number", readonly=True)
    record = fields.Reference("Record", selection="get_records", readonly=True)
    differences = fields.Text("Differences", readonly=True)
    report = fields.Text("Report", readonly=True, help="A Z as the lane has drawn it.")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints = [("key_unique", Unique(table, table.key), "mostrador.msg_key_unique")]
        cls._sql_indexes.add(Index(table, (table.lane, Index.Equality()), (table.shift, Index.Equality())))
        cls._order = [("id", "DESC")]

    @classmethod
    def get_records(cls):
        """Return the models that documents become."""
        names = (
            "sale.point.sale",
            "mostrador.collection",
            "sale.point.cash.session",
            "sale.point.cash.transfer",
            "party.party",
        )
        models = Pool().get("ir.model").search([("name", "in", names)])
        return [(None, ""), *((model.name, model.string) for model in models)]

    @classmethod
    def check_modification(cls, mode, documents, values=None, external=False):
        """Refuse whoever would change or delete what a lane has delivered."""
        super().check_modification(mode, documents, values=values, external=external)
        if external or mode == "delete":
            raise AccessError(gettext("mostrador.msg_document_kept"))

    def answer(self, status: str) -> dict[str, Any]:
        """Return what the lane is told."""
        told: dict[str, Any] = {"key": self.key, "status": status, "hash": self.hash, "number": self.number}
        told["record"] = str(self.record) if self.record else ""
        if self.differences:
            told["differences"] = self.differences.split("\n")
        return told

    @classmethod
    def known(cls, keys: Sequence[str]) -> dict[str, "Document"]:
        """Return what was taken under some keys."""
        return {document.key: document for document in cls.search([("key", "in", list(keys))])}

    @classmethod
    def ingest(cls, documents: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Take documents, all or none, in the transaction that is open; answer each in its place.

        The ledger's rows come first: their unique key is the lock between two that deliver the same.
        """
        known = cls.known([document["key"] for document in documents])
        new: dict[str, Mapping[str, Any]] = {}
        answers: dict[int, dict[str, Any]] = {}
        for place, document in enumerate(documents):
            key = document["key"]
            first = known.get(key) or new.get(key)
            if first is None:
                new[key] = document
            elif key in known:
                answers[place] = known[key].answer(_again(known[key].hash, document))
            elif first is not document:
                answers[place] = {"key": key, "status": _again(first["hash"], document)}
        late = waiting_returns(list(new.values()))
        for place, document in enumerate(documents):
            if place not in answers and document["key"] in late:
                answers[place] = {"key": document["key"], "status": "waiting", "error": late[document["key"]]}
        rows = cls._take([document for key, document in new.items() if key not in late])
        return [answers.get(place) or rows[one["key"]].answer("created") for place, one in enumerate(documents)]

    @classmethod
    def _take(cls, documents: Sequence[Mapping[str, Any]]) -> dict[str, "Document"]:
        """Make rows of new documents, and post them."""
        if not documents:
            return {}
        lookup = Lookup(documents, Transaction().context.get("companies") or [])
        rows = cls.create(
            [
                {
                    **{name: one[name] for name in ("key", "kind", "hash", "lane", "seq", "shift")},
                    "date": datetime.date.fromisoformat(one["date"]),
                    "company": lookup.get("lane", one["lane"]).company.id,
                    "number": one.get("number", ""),
                    "report": one.get("report"),
                }
                for one in documents
            ]
        )
        posted = post_documents(documents, lookup)
        for row in rows:
            row.record, differences = posted[row.key]
            row.differences = "\n".join(differences) or None
        cls.save(rows)
        return {row.key: row for row in rows}


def _again(held: str, document: Mapping[str, Any]) -> str:
    """Say what a document is that comes under a known key."""
    return "duplicate" if held == document["hash"] else "conflict"
