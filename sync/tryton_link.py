"""The way to our module in a Tryton: one address, one key, JSON in and out."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec

from domain.text import safe_text
from sync.errors import Denied, Halted, Unreachable
from sync.secret import Secret
from sync.transport import Reply, Request, Transport

Told = Mapping[str, Any]
REFUSALS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""What the module answers with its own words: which right is missing."""


class TrytonLink:
    """Asks the module's endpoints."""

    def __init__(self, transport: Transport, database: str, key: Secret) -> None:
        """Ask over a transport, in the name of a key."""
        self._transport = transport
        self._path = f"/{database}/r/mostrador/v1/"
        self._key = key

    def ask(self, what: str, body: Mapping[str, Any]) -> Told:
        """Return an answer. Raises `Unreachable`, `Halted`, and `Denied` for what cannot be understood there."""
        content = msgspec.json.encode(body, order="deterministic")
        headers = {"Authorization": f"Bearer {self._key.reveal()}"}
        reply = self._transport.call(Request("POST", self._path + what, content, headers, reads=REFUSALS))
        return self._judge(what, reply)

    @property
    def offset_seconds(self) -> int | None:
        """Tryton's clock less this one, as its last answer told."""
        return self._transport.offset_seconds

    def close(self) -> None:
        """Let go of the connection."""
        self._transport.close()

    def _judge(self, what: str, reply: Reply) -> Told:
        told = reply.data if isinstance(reply.data, dict) else {}
        if reply.status == HTTPStatus.OK and isinstance(reply.data, dict):
            return told
        said = safe_text(str(told.get("error", "")))
        if reply.status in REFUSALS:
            raise Halted(f"Tryton refuses the lane: {said or reply.status}")
        if reply.status == HTTPStatus.BAD_REQUEST and said:
            raise Denied(f"Tryton does not answer {what}: {said}")
        raise Unreachable(f"Tryton answers {what} with {reply.status} and nothing to go by")
