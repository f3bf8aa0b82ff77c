"""Tryton's own interface: JSON-RPC with a login, for a Tryton in which nothing of ours may be installed.

The form of values and errors is that of trytond 8.2; docs/tryton.md says what this way cannot promise.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

from domain.text import safe_text
from sync.errors import Denied, Halted, Unreachable
from sync.secret import Secret
from sync.transport import Request, Transport

Record = Mapping[str, Any]


class TrytonRpc:
    """Calls methods of models as a user. The session is made when it is needed, and again when it has run out."""

    def __init__(self, transport: Transport, database: str, login: str, word: Secret) -> None:
        """Speak as `login`, whose password is the lane's secret for the ERP."""
        self._transport = transport
        self._path = f"/{database}/rpc/"
        self._login = login
        self._word = word
        self._session = ""
        self._context: Record = {}

    def call(self, model: str, method: str, *arguments: Any, context: Record | None = None) -> Any:
        """Return what a method answers. Raises `Denied` with Tryton's words where it refuses."""
        if not self._session:
            self._sign_on()
        name = f"model.{model}.{method}"
        try:
            return self._ask(name, [*arguments, {**self._context, **(context or {})}])
        except Halted:  # 401: the session has run out, or was never good
            self._sign_on()
            return self._ask(name, [*arguments, {**self._context, **(context or {})}])

    def read(self, model: str, domain: Sequence[Any], fields: Sequence[str], *, limit: int, context: Any = None) -> Any:
        """Return records by their ids' order: their fields, those of relations too where a name has a dot."""
        order = [["id", "ASC"]]
        return self.call(model, "search_read", list(domain), 0, limit, order, list(fields), context=context)

    def preference(self, name: str) -> Any:
        """Return a preference of the user, such as his company."""
        if not self._session:
            self._sign_on()
        return self._context.get(name)

    def server_time(self) -> datetime | None:
        """Return Tryton's clock by its last answer."""
        return self._transport.server_time()

    @property
    def offset_seconds(self) -> int | None:
        """Tryton's clock less this one, as its last answer told."""
        return self._transport.offset_seconds

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _sign_on(self) -> None:
        """Make a session. Raises `Halted` where name or password are wrong."""
        self._session = ""
        word = {"password": self._word.reveal()}
        told = self._ask("common.db.login", [self._login, word, "en"])
        if not isinstance(told, list) or len(told) < 2 or not all(isinstance(part, int | str) for part in told[:2]):
            raise Halted("Tryton lets nobody in by this name and password: look at erp.login and the key file")
        session = f"{self._login}:{told[0]}:{told[1]}".encode()
        self._session = base64.b64encode(session).decode()
        context = self._ask("model.res.user.get_preferences", [True, {}])
        self._context = context if isinstance(context, dict) else {}

    def _ask(self, method: str, params: Sequence[Any]) -> Any:
        content = msgspec.json.encode({"id": 1, "method": method, "params": _pack(list(params))})
        headers = {"Authorization": f"Session {self._session}"} if self._session else {}
        reply = self._transport.call(Request("POST", self._path, content, headers))
        told = reply.data
        if not isinstance(told, dict) or not {"result", "error"} & told.keys():
            raise Unreachable(f"Tryton answers {method} with {reply.status} and nothing to go by")
        if error := told.get("error"):
            raise Denied(f"Tryton refuses {method}: {_said(error)}")
        return _unpack(told["result"])


def _said(error: Any) -> str:
    """Return the words of an error: `["UserError", ["text", "more", null]]`, or a bare text of Python's."""
    parts = error[1] if isinstance(error, list) and len(error) > 1 and isinstance(error[1], list) else error
    texts = [part for part in (parts if isinstance(parts, list) else [parts]) if isinstance(part, str) and part]
    return safe_text(": ".join(texts[:2]), 300)


def _pack(value: Any) -> Any:
    """Return a value as Tryton's JSON has it."""
    if isinstance(value, Mapping):
        return {key: _pack(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_pack(one) for one in value]
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": format(value, "f")}
    if isinstance(value, datetime):
        parts = {name: getattr(value, name) for name in ("year", "month", "day", "hour", "minute", "second")}
        return {"__class__": "datetime", **parts, "microsecond": value.microsecond}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    return value


def _unpack(value: Any) -> Any:
    """Return a value of Tryton's JSON, decimals exact."""
    if isinstance(value, list):
        return [_unpack(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("__class__") == "Decimal":
        return Decimal(str(value.get("decimal")))
    return {key: _unpack(one) for key, one in value.items()}
