"""Calls to Odoo: `/json/2` with a bearer key from 19 on, JSON-RPC `execute_kw` before.

What Odoo says is judged by the name of its exception, never by the message, which comes in the language of the
key's user. A traceback that comes along is not kept. Sources: measured on 19.0; 17 and 18 from public code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, NoReturn

import msgspec

from domain.text import safe_text
from sync.errors import Denied, Halted, Unreachable
from sync.secret import Secret
from sync.transport import Request, Transport

JSON2_SINCE: Final = 19
OLDEST: Final = 17
_READS: Final = frozenset({403, 500})
_REFUSALS: Final = (
    "UserError",
    "ValidationError",
    "MissingError",
    "RedirectWarning",
    "ValueError",
    "KeyError",
    "TypeError",
    "AttributeError",
    "IndexError",
    "AssertionError",
    "NotImplementedError",
    "ArithmeticError",
    "ZeroDivisionError",
    "OverflowError",
    "InvalidOperation",
    "RecursionError",
    "DataError",
    "NumericValueOutOfRange",
    "StringDataRightTruncation",
)
"""Exceptions that come again whenever the same is asked: a fault in Odoo's code over one order is one of them, and the
orders behind it are not to wait for its mending."""

_encode = msgspec.json.Encoder(decimal_format="number").encode
"""Decimals go out as JSON numbers with every digit, and never through a float."""

Record = dict[str, Any]
Domain = Sequence[Any]


class Refusal(Denied):
    """Odoo understood and said no: `name` is its exception's, the text its message. It stops nothing else."""

    def __init__(self, name: str, message: str) -> None:
        self.name = name
        self.message = safe_text(message, 500)
        super().__init__(self.message)


class OdooRpc:
    """One database of one Odoo, as one user."""

    def __init__(self, transport: Transport, key: Secret, database: str, login: str) -> None:
        """Speak over `transport`; which way, is found out at the first call."""
        self._transport = transport
        self._key = key
        self._database = database
        self._login = login
        self._version = 0
        self._uid = 0

    def version(self) -> int:
        """Return Odoo's major version. Raises `Halted` for one that is too old."""
        if not self._version:
            self._version = self._ask_version()
            if self._version < OLDEST:
                raise Halted(f"Odoo {self._version} is too old: {OLDEST} is the oldest that is known here")
        return self._version

    def call(
        self,
        model: str,
        method: str,
        args: Mapping[str, Any] | None = None,
        ids: Sequence[int] = (),
        context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a method; `args` in the order of its parameters. Raises `Refusal`, `Denied`, `SyncError`s."""
        more = {"context": dict(context)} if context else {}
        if self.version() >= JSON2_SINCE:
            body = {**(args or {}), **({"ids": list(ids)} if ids else {}), **more}
            return self._json2(f"/json/2/{model}/{method}", body)
        positional: list[Any] = [list(ids)] if ids else []
        if method in _NAMED:
            return self._execute(model, method, positional, {**(args or {}), **more})
        return self._execute(model, method, [*positional, *(args or {}).values()], more)

    def search(self, model: str, domain: Domain, fields: Sequence[str], **more: Any) -> list[Record]:
        """Return records with some fields, archived ones only where the domain asks for them."""
        found = self.call(model, "search_read", {"domain": list(domain), "fields": list(fields), **more})
        if not isinstance(found, list):
            raise Unreachable(f"Odoo's answer about {model} is not understood: report it")
        return found

    def pages(self, model: str, domain: Domain, fields: Sequence[str], size: int = 1_000) -> Iterator[Record]:
        """Yield all records of a domain by id, so many in a call."""
        after = 0
        while True:
            found = self.search(model, [*domain, ["id", ">", after]], fields, limit=size, order="id")
            yield from found
            if len(found) < size:
                return
            after = found[-1]["id"]

    def _ask_version(self) -> int:
        """Ask the page that tells the version without a key, then the older service."""
        try:
            found = self._transport.call(Request("GET", "/web/version")).data
            info = found.get("version_info", [0]) if isinstance(found, dict) else [0]
        except Unreachable:
            found = self._rpc("common", "version", [])
            info = found.get("server_version_info", [0]) if isinstance(found, dict) else [0]
        return int(info[0]) if isinstance(info[0], int) else 0

    def _json2(self, path: str, body: Mapping[str, Any]) -> Any:
        headers = {"Authorization": f"bearer {self._key.reveal()}"}
        if self._database:
            headers["X-Odoo-Database"] = self._database
        reply = self._transport.call(Request("POST", path, _encode(body), headers, reads=_READS))
        if reply.status == 200:
            return reply.data
        data = reply.data if isinstance(reply.data, dict) else {}
        raise_refusal(str(data.get("name", "")), str(data.get("message", "")), path, reply.status)

    def _execute(self, model: str, method: str, args: Sequence[Any], named: Mapping[str, Any]) -> Any:
        if not self._uid:
            found = self._rpc("common", "authenticate", [self._database, self._login, self._key.reveal(), {}])
            if not isinstance(found, int) or not found:
                raise Halted("Odoo does not know the lane's user: look at erp.database, erp.login and the key")
            self._uid = found
        head = [self._database, self._uid, self._key.reveal()]
        return self._rpc("object", "execute_kw", [*head, model, method, args, named])

    def _rpc(self, service: str, method: str, args: Sequence[Any]) -> Any:
        params = {"service": service, "method": method, "args": args}
        body = _encode({"jsonrpc": "2.0", "id": 1, "method": "call", "params": params})
        data = self._transport.call(Request("POST", "/jsonrpc", body)).data
        if not isinstance(data, dict):
            raise Unreachable("Odoo's answer is not understood: look at erp.url")
        if (error := data.get("error")) is None:
            return data.get("result")  # a method that returns None gives no result at all
        told = error.get("data", {}) if isinstance(error, dict) else {}
        raise_refusal(str(told.get("name", "")), str(told.get("message", "")), method, 200)


_NAMED: Final = frozenset({"search_read"})
"""Methods whose arguments are named in JSON-RPC too."""


def id_of(value: Any) -> int:
    """Return the id of a many-to-one field, 0 for an empty one."""
    return int(value[0]) if isinstance(value, list) and value else 0


def raise_refusal(name: str, message: str, what: str, status: int) -> NoReturn:
    """Raise what an exception of Odoo's means."""
    kind = name.rpartition(".")[2]
    told = safe_text(message, 300)
    if kind == "AccessDenied":
        raise Halted("Odoo does not accept the lane's key: have a new one made, it may have ended")
    if kind in _REFUSALS:  # before the status: 19 says with 404 that a record is gone, of which an order may speak
        raise Refusal(name, message)
    if kind == "AccessError" or status == HTTPStatus.NOT_FOUND:
        raise Denied(f"Odoo does not allow or know {what} ({told}): look at the groups of the lane's user")
    if 400 <= status < 500 and status != HTTPStatus.CONFLICT:  # 409: another call holds the record just now
        raise Refusal(name, message)
    raise Unreachable(f"Odoo failed at {what} ({safe_text(name or told, 100)}): it is asked again")
