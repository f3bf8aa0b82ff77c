# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Runs a batch in transactions: first all of it in one, and one for each document where that fails."""

import copy
import datetime as dt
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import trytond.config as config
from trytond import backend
from trytond.exceptions import UserError, UserWarning
from trytond.model.exceptions import SQLConstraintError
from trytond.transaction import Transaction, TransactionError
from trytond.worker import run_task

from .shape import check_document, key_of

logger = logging.getLogger(__name__)

Document = Mapping[str, Any]
Answer = dict[str, Any]


class Runner:
    """Takes documents in the name of a user."""

    def __init__(self, pool, user: int, context: Mapping[str, Any]) -> None:
        """Work in a pool, with a user's context."""
        self._pool = pool
        self._user = user
        self._context = dict(context)

    def take(self, documents: Sequence[Any]) -> list[Answer]:
        """Answer each document in its place; one that cannot be taken stops no other."""
        flaws = {place: flaw for place, one in enumerate(documents) if (flaw := check_document(one))}
        sound = [one for place, one in enumerate(documents) if place not in flaws]
        taken = iter(self._take_sound(sound))
        return [
            _rejected(key_of(one), flaws[place]) if place in flaws else next(taken)
            for place, one in enumerate(documents)
        ]

    def _take_sound(self, documents: Sequence[Document]) -> list[Answer]:
        """Take all in one transaction, or each in its own where that does not go."""
        if not documents:
            return []
        try:
            return self._run(documents)
        except backend.DatabaseOperationalError:
            raise
        except Exception as error:
            if len(documents) == 1 and not isinstance(error, SQLConstraintError):
                return [_refusal(documents[0]["key"], error)]
        return [self._take_one(document) for document in documents]

    def _take_one(self, document: Document) -> Answer:
        """Take a document; one that lost a race for its key is a duplicate at the second look."""
        for is_last in (False, True):
            try:
                return self._run([document])[0]
            except backend.DatabaseOperationalError:
                raise
            except SQLConstraintError as error:
                if is_last:
                    return _refusal(document["key"], error)
            except Exception as error:
                return _refusal(document["key"], error)
        raise AssertionError("the second look has answered")

    def _run(self, documents: Sequence[Document]) -> list[Answer]:
        """Ingest in a transaction of its own, again where the database asks for it."""
        documents_model = self._pool.get("mostrador.document")
        extras = self._locks(documents)
        retry, count = config.getint("database", "retry"), 0
        while True:
            if count:
                time.sleep(0.02 * count)
            with Transaction().start(
                self._pool.database_name, self._user, context=copy.deepcopy(self._context), **copy.deepcopy(extras)
            ) as transaction:
                try:
                    answers = documents_model.ingest(documents)
                    transaction.commit()
                except TransactionError as error:
                    transaction.rollback()
                    transaction.tasks.clear()
                    error.fix(extras)
                    continue
                except backend.DatabaseOperationalError:
                    transaction.rollback()
                    transaction.tasks.clear()
                    if count >= retry:
                        raise
                    count += 1
                    continue
            while transaction.tasks:
                run_task(self._pool, transaction.tasks.pop())
            return answers

    def _locks(self, documents: Sequence[Document]) -> dict[str, Any]:
        """Return the strict sequences to lock when the transaction starts.

        Else Tryton finds out half-way that it needs them, rolls back and does everything again, once for each.
        """
        with Transaction().start(self._pool.database_name, 0, readonly=True):
            points = self._pool.get("sale.point").search(
                [("mostrador_lane", "in", list({document["lane"] for document in documents}))]
            )
            found = {point.sequence.id for point in points}
            days = [dt.date.fromisoformat(document["date"]) for document in documents]
            periods = self._pool.get("account.period").search(
                [
                    ("company", "in", [point.company.id for point in points]),
                    ("start_date", "<=", max(days)),
                    ("end_date", ">=", min(days)),
                ]
            )
            found |= {period.move_sequence_used.id for period in periods if period.move_sequence_used}
        return {"_lock_records": {"ir_sequence_strict": sorted(found)}} if found else {}


def retrying(task: Callable[[], Any]) -> Any:
    """Run a task that only reads; a database that is busy is asked again."""
    retry = config.getint("database", "retry")
    for count in range(retry + 1):
        try:
            return task()
        except backend.DatabaseOperationalError:
            if count == retry:
                raise
            time.sleep(0.02 * (count + 1))
    raise AssertionError("the last try has answered")


def _rejected(key: str, error: str) -> Answer:
    return {"key": key, "status": "rejected", "error": error}


def _refusal(key: str, error: Exception) -> Answer:
    """Return the answer for what cannot be posted; a fault of this module is logged, and stops no other document."""
    if isinstance(error, UserError | UserWarning):
        said = (getattr(error, name, "") for name in ("message", "description"))
        return _rejected(key, ": ".join(str(part) for part in said if part))
    logger.error("document %s could not be posted", key, exc_info=error)
    return _rejected(key, f"it could not be posted ({type(error).__name__}: {error}): see Tryton's log")
