# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What lanes ask over HTTP: POST /<database>/r/mostrador/v1/<what>, JSON in and out, a bearer key for each.

Each key belongs to a user of the group Mostrador, and reaches the lanes of that user's companies only.
"""

import json
from functools import wraps

from trytond.exceptions import UserError
from trytond.protocols.wrappers import HTTPStatus, Response, with_pool
from trytond.routing import Route, Router, Rule
from trytond.transaction import Transaction

from .change import FEEDS, changes, known_ids
from .reckoning import MAX_BASKETS, reckoned
from .runner import Runner, retrying
from .shape import MAX_DOCUMENTS
from .told import about, posted, reached

MAX_KEYS = 1_000
MAX_PAGE = 1_000


def _asked(func):
    """Authorise, read the body, and answer in JSON."""

    @wraps(func)
    def answer(cls, request, pool):
        try:
            user, context = _authorise(request, pool)
        except RightError as error:
            return _reply({"error": str(error)}, error.status)
        try:
            body = json.loads(request.get_data() or b"{}")
        except (ValueError, RecursionError):
            return _reply({"error": "the body is no JSON"}, HTTPStatus.BAD_REQUEST)
        if not isinstance(body, dict):
            return _reply({"error": "the body is no object"}, HTTPStatus.BAD_REQUEST)
        try:
            return _reply(func(cls, pool, user, context, body))
        except (BadRequestError, UserError) as error:
            return _reply({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    return answer


class RightError(Exception):
    """A right that is missing; the text says which, and who gives it."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        """Answer with a status."""
        super().__init__(text)
        self.status = status


class BadRequestError(Exception):
    """What was asked cannot be understood; the text says why."""


class Mostrador(Router):
    """The endpoints."""

    __name__ = "mostrador"

    @classmethod
    def __setup__(cls):
        super().__setup__()
        for name in ("about", "documents", "known", "changes", "ids", "posted", "reckoned"):
            cls.__routes__[name] = Route(Rule(f"v1/{name}", methods={"POST"}), decorators=[with_pool])

    @classmethod
    @_asked
    def about(cls, pool, user, context, body):
        """Tell what this Tryton is and what a lane still lacks in it."""
        return _reading(pool, user, context, lambda: about(_text(body, "lane")))

    @classmethod
    @_asked
    def documents(cls, pool, user, context, body):
        """Take a batch and answer each document in its place."""
        documents = body.get("documents")
        if not isinstance(documents, list) or len(documents) > MAX_DOCUMENTS:
            raise BadRequestError(f"documents is no list of at most {MAX_DOCUMENTS}")
        return {"results": Runner(pool, user, context).take(documents)}

    @classmethod
    @_asked
    def known(cls, pool, user, context, body):
        """Tell what became of some keys; one that is missing in the answer is not known."""
        keys = body.get("keys")
        if not isinstance(keys, list) or len(keys) > MAX_KEYS or not all(isinstance(key, str) for key in keys):
            raise BadRequestError(f"keys is no list of at most {MAX_KEYS} texts")
        return _reading(
            pool,
            user,
            context,
            lambda: {
                "known": [one.answer("known") for one in pool.get("mostrador.document").known(keys).values()],
                "lanes": reached(),
            },
        )

    @classmethod
    @_asked
    def changes(cls, pool, user, context, body):
        """Tell a page of what has changed in a feed since an instant."""
        feed, limit, after = _feed(body), body.get("limit", MAX_PAGE), body.get("after", 0)
        if not all(isinstance(one, int) and 0 <= one < 2**31 for one in (limit, after)) or not 1 <= limit <= MAX_PAGE:
            raise BadRequestError(f"limit is not between 1 and {MAX_PAGE}, or after is no number of a record")
        lane, since = _text(body, "lane"), str(body.get("since", ""))
        try:
            return _reading(pool, user, context, lambda: changes(feed, lane, since, after, limit))
        except ValueError as error:
            raise BadRequestError("since is no instant") from error

    @classmethod
    @_asked
    def ids(cls, pool, user, context, body):
        """Tell every record that a feed has now."""
        return _reading(pool, user, context, lambda: {"ids": known_ids(_feed(body), _text(body, "lane"))})

    @classmethod
    @_asked
    def posted(cls, pool, user, context, body):
        """Tell what a shift has come to here, document by document and by sums."""
        shift = body.get("shift")
        if not isinstance(shift, int):
            raise BadRequestError("shift is no number")
        return _reading(pool, user, context, lambda: posted(_text(body, "lane"), shift))

    @classmethod
    @_asked
    def reckoned(cls, pool, user, context, body):
        """Tell what Tryton's own arithmetic makes of baskets."""
        baskets = body.get("baskets")
        if not isinstance(baskets, list) or len(baskets) > MAX_BASKETS:
            raise BadRequestError(f"baskets is no list of at most {MAX_BASKETS}")
        return _reading(pool, user, context, lambda: reckoned(_text(body, "lane"), baskets))


def _authorise(request, pool):
    """Return the user of a key and his context. Raises `RightError`: 401 without a good key, 403 without a right."""
    authorization = request.authorization
    if not authorization or authorization.type != "bearer" or not authorization.token:
        raise RightError(HTTPStatus.UNAUTHORIZED, "no key came along: put one into the lane's key file")
    with Transaction().start(pool.database_name, 0, readonly=True) as transaction:
        application = pool.get("res.user.application").check(authorization.token, "mostrador")
        if not application or not application.user or not application.user.active:
            raise RightError(
                HTTPStatus.UNAUTHORIZED, "the key is no validated application key for Mostrador: see there"
            )
        login = application.user.login
        group = pool.get("ir.model.data").get_id("mostrador", "group_mostrador")
        if group not in {one.id for one in application.user.groups}:
            raise RightError(HTTPStatus.FORBIDDEN, f"the user {login} is not in the group Mostrador: add him")
        with transaction.set_user(application.user.id):
            context = pool.get("res.user").get_preferences(context_only=True)
        if not context.get("company") or not context.get("companies"):
            raise RightError(HTTPStatus.FORBIDDEN, f"the user {login} has no company: give him the store's")
        return application.user.id, context


def _reading(pool, user, context, task):
    def run():
        with Transaction().start(pool.database_name, user, readonly=True, context=dict(context)):
            return task()

    return retrying(run)


def _feed(body) -> str:
    feed = body.get("feed")
    if feed not in FEEDS:
        raise BadRequestError(f"feed is none of {', '.join(FEEDS)}")
    return feed


def _text(body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise BadRequestError(f"{name} is missing")
    return value


def _reply(told, status=HTTPStatus.OK):
    return Response(json.dumps(told), status=status, content_type="application/json")
