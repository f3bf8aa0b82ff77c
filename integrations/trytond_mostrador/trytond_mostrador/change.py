# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What has changed since an instant, feed by feed, in pages by record id.

A lane sweeps: it asks for everything changed since an instant, page after page by id, and begins its next sweep some
minutes before the instant at which this one began. Stamps are those of the START of the transaction that wrote, so a
long one commits with an old stamp; the overlap, and not the page, is what finds it.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sql import Literal, Null
from trytond.pool import Pool
from trytond.transaction import Transaction

from .elsewhere import moved_returns
from .prices import lists_of, price_lists
from .rows import ROWS, point_of, stamp_of, utc_now

Row = dict[str, Any]

FEEDS = (*ROWS, "prices")

_WATCHED: dict[str, tuple[str, tuple[str, ...]]] = {
    "departments": ("product.category", ("",)),
    "items": (
        "product.product",
        (
            "",
            "template.",
            "template.gross_prices.",
            "template.list_prices.",
            "identifiers.",
            "template.account_category.",
        ),
    ),
    "customers": ("party.party", ("", "identifiers.", "contact_mechanisms.")),
    "salespeople": ("company.employee", ("", "party.")),
    "tender_kinds": ("sale.point.payment.method", ("",)),
    "terms": ("account.invoice.payment_term", ("", "lines.")),
}
"""A feed's model, and the records beside it whose change is one of it: a price moves another stamp than the item's."""

_LIVE: dict[str, list[Any]] = {
    "departments": [("accounting", "=", False)],
    "items": [("salable", "=", True), ("code", "not in", [None, ""])],
    "customers": [("code", "not in", [None, ""])],
    "salespeople": [("party.code", "not in", [None, ""])],
    "tender_kinds": [("mostrador_code", "not in", [None, ""])],
    "terms": [],
}


def changes(feed: str, lane: str, since: str, after: int, limit: int) -> Row:
    """Return a page of a feed: rows, ids that are gone, and whether it is the last. Raises `ValueError`."""
    began = dt.datetime.fromisoformat(since) if since else None
    point = point_of(lane)
    if feed == "prices":
        with Transaction().set_context(company=point.company.id):
            return {"now": utc_now(), "gone": [], "after": 0, "is_last": True, **price_lists(point)}
    with Transaction().set_context(company=point.company.id):
        ids = _changed(feed, point, began, after, limit)
        rows = ROWS[feed](ids[:limit], point) if ids else []
        gone = _gone(feed, began) if began and not after else []
    return {
        "now": utc_now(),
        "rows": rows,
        "gone": gone,
        "after": ids[limit - 1] if len(ids) > limit else 0,
        "is_last": len(ids) <= limit,
    }


def known_ids(feed: str, lane: str) -> dict[str, str]:
    """Return id and stamp of all that a feed has now."""
    point = point_of(lane)
    with Transaction().set_context(company=point.company.id):
        if feed not in _WATCHED:
            return {str(one): "" for one in _changed(feed, point, None, 0, 0)}
        model = Pool().get(_WATCHED[feed][0])
        return {str(record.id): stamp_of(record) for record in model.search(_LIVE[feed], order=[("id", "ASC")])}


def _changed(feed: str, point, began: dt.datetime | None, after: int, limit: int) -> list[int]:
    """Return the ids of a page and one more, in their order; a limit of nought is none."""
    if feed not in _WATCHED:
        found = sorted(one for one in _MOVED[feed](point, began) if one > after)
        return found[: limit + 1] if limit else found
    name, prefixes = _WATCHED[feed]
    if feed == "customers" and "sale_price_lists" in Pool().get(name)._fields:
        prefixes = (*prefixes, "sale_price_lists.")
    domain: list[Any] = [("id", ">", after)]
    if began is None:
        domain += _LIVE[feed]
    else:
        domain.append(_since(began, prefixes))
    with Transaction().set_context(active_test=began is None):
        records = Pool().get(name).search(domain, order=[("id", "ASC")], limit=limit + 1 if limit else None)
    return [record.id for record in records]


def _since(began: dt.datetime, prefixes: Iterable[str]) -> list[Any]:
    """Return the domain of what was made or written since; `write_date` is empty until the first write."""
    stamps = [(f"{prefix}{stamp}", ">=", began) for prefix in prefixes for stamp in ("write_date", "create_date")]
    return ["OR", *stamps]


def _moved_stock(point, began: dt.datetime | None) -> set[int]:
    """Return the products whose stock at the lane's place may have moved."""
    places = Pool().get("stock.location").search([("parent", "child_of", [point.storage_location.id])])
    ids = [place.id for place in places]
    domain: list[Any] = [["OR", ("from_location", "in", ids), ("to_location", "in", ids)]]
    if began is not None:
        domain.append(_since(began, ("",)))
    return {move.product.id for move in Pool().get("stock.move").search(domain)}


def _moved_balances(point, began: dt.datetime | None) -> set[int]:
    """Return the parties that have an account: something was booked on it since, or ever, or they have a limit."""
    pool = Pool()
    if began is not None:
        domain = [("company", "=", point.company.id), ("account.type.receivable", "=", True), ("party", "!=", None)]
        domain.append(_since(began, ("", "move.")))
        return {line.party.id for line in pool.get("account.move.line").search(domain)}
    line, account, kind = (
        pool.get(name).__table__() for name in ("account.move.line", "account.account", "account.account.type")
    )
    joined = line.join(account, condition=line.account == account.id).join(kind, condition=account.type == kind.id)
    wanted = (kind.receivable == Literal(True)) & (line.party != Null) & (account.company == point.company.id)
    cursor = Transaction().connection.cursor()
    cursor.execute(*joined.select(line.party, where=wanted, group_by=[line.party]))
    found = {party for (party,) in cursor}
    party_model = pool.get("party.party")
    if hasattr(party_model, "credit_limit_amount"):
        found |= {party.id for party in party_model.search(_LIVE["customers"]) if party.credit_limit_amount is not None}
    return found


def _price_lists(point, began: dt.datetime | None) -> set[int]:
    """Return all price lists: they come together or not at all."""
    return {price_list.id for price_list in lists_of(point)}


def _moved_returned(point, began: dt.datetime | None) -> set[int]:
    """Return the sold lines of this point's receipts of which other points took something back."""
    return moved_returns(point, _since(began, ("",)) if began else [])


_MOVED = {
    "stock": _moved_stock,
    "balances": _moved_balances,
    "prices": _price_lists,
    "returned": _moved_returned,
}


def _gone(feed: str, began: dt.datetime) -> list[str]:
    """Return the ids of what was deleted since."""
    found = Pool().get("mostrador.tombstone").search([("feed", "=", feed), ("create_date", ">=", began)])
    return [str(one.record_id) for one in found]
