"""HTTP to the ERP: the one module that knows httpx, imported in the sync process only.

What comes back is a whole, well-formed JSON answer of bounded size, or an error that says whether the same thing may
be asked again. A time-out, a broken answer or another page in its place (a captive portal, a proxy) is never success:
what it has done is unknown. There are no redirects, no proxies from the environment, and no switch that turns the
check of certificates off. Nothing here logs a header or a body.
"""

from __future__ import annotations

import re
import ssl
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import Any, Final, Literal

import httpx
import msgspec

from config.version import software
from domain.text import safe_text
from sync.clock import Clock
from sync.errors import Halted, Unreachable
from sync.retry import Fate, judge_status, retry_after_seconds

MAX_BYTES: Final = 16_000_000
"""Most bytes of an answer, unpacked."""
MAX_DEPTH: Final = 64
CONNECT_SECONDS: Final = 5
WRITE_SECONDS: Final = 60
POOL_SECONDS: Final = 5
MOST_READS: Final = 5
"""An answer may come in pieces, each within `read_seconds`, but all of it within so many times that."""

_TEXTS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS: Final = re.compile(rb"[\[\]{}]")
_CLOCK_CODES: Final = (9, 10)
"""X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED of OpenSSL."""

Method = Literal["GET", "POST", "PUT"]
Handler = Callable[[httpx.Request], httpx.Response]


class Origin(msgspec.Struct, frozen=True):
    """Where an ERP is. `ca_file` is a PEM file of an authority of one's own, empty for the system's."""

    url: str
    ca_file: str = ""
    read_seconds: float = 120


class Request(msgspec.Struct, frozen=True):
    """One question. `key` goes into `Idempotency-Key`; the body's bytes are sent as they are, each time the same.

    `reads` are statuses whose JSON the connector judges itself, where an ERP says with 403 or 500 what others say with
    200.
    """

    method: Method
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = {}
    key: str = ""
    reads: frozenset[int] = frozenset()

    def __repr__(self) -> str:
        return f"Request({self.method} {self.path})"


class Reply(msgspec.Struct, frozen=True):
    """A whole answer: 2xx, or a 4xx that the connector has to judge. Numbers with a point are `Decimal`."""

    status: int
    data: Any
    headers: Mapping[str, str] = {}

    def __repr__(self) -> str:
        return f"Reply({self.status})"


class Transport:
    """One long-lived connection to one ERP."""

    def __init__(self, origin: Origin, clock: Clock, *, handler: Handler | None = None) -> None:
        """Prepare to speak; `handler` answers in the ERP's place in tests. Raises `Halted` for a bad address."""
        self._clock = clock
        self._url = _check_url(origin.url)
        self._most_seconds = origin.read_seconds * MOST_READS
        self.offset_seconds: int | None = None
        """The ERP's clock less this one, as its last answer told; None before it."""
        timeout = httpx.Timeout(origin.read_seconds, connect=CONNECT_SECONDS, write=WRITE_SECONDS, pool=POOL_SECONDS)
        self._client = httpx.Client(
            base_url=self._url,
            timeout=timeout,
            verify=_make_context(origin),
            follow_redirects=False,
            trust_env=False,
            transport=httpx.MockTransport(handler) if handler else None,
            headers={"User-Agent": software(), "Accept": "application/json"},
        )

    def call(self, request: Request) -> Reply:
        """Ask once. Raises `Unreachable` where it is unknown what became of it, `Halted` where somebody must act."""
        headers = {**request.headers}
        if request.body is not None:
            headers.setdefault("Content-Type", "application/json")
        if request.key:
            headers["Idempotency-Key"] = request.key
        try:
            with self._client.stream(request.method, request.path, content=request.body, headers=headers) as response:
                self._note_clock(response.headers.get("date", ""))
                return self._read(response, request.reads)
        except httpx.ConnectError as error:
            raise _of_connect(error, self._url) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, zlib.error) as error:
            raise Unreachable(f"the ERP's answer did not come ({type(error).__name__}): look at the network") from error

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _read(self, response: httpx.Response, reads: frozenset[int]) -> Reply:
        """Return a whole answer, or raise what its status or its form means."""
        status = response.status_code
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_json = kind == "application/json"
        fate = Fate.READ if status in reads and is_json else judge_status(status)
        if fate is Fate.HALT:
            raise Halted(f"the ERP refuses the lane ({status}): look at its key, its rights and its version")
        if fate is Fate.AGAIN:
            wait = retry_after_seconds(response.headers.get("retry-after", ""), self._clock.now())
            raise Unreachable(f"the ERP is not able to answer now ({status})", wait)
        if not is_json:
            raise Unreachable(
                f"something else than the ERP answered ({kind or 'no content type'}): look at erp.url, and whether"
                " the network asks for a sign-on"
            )
        return Reply(status, read_answer(self._body(response)), dict(response.headers))

    def _body(self, response: httpx.Response) -> bytes:
        """Read an answer to its end, and no further or longer than allowed, however well it is packed."""
        until_seconds = self._clock.elapsed_seconds() + self._most_seconds
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            size += len(part)
            if size > MAX_BYTES:
                raise Unreachable(f"the ERP's answer is larger than {MAX_BYTES} bytes: ask for less at once")
            if self._clock.elapsed_seconds() > until_seconds:
                raise Unreachable("the ERP's answer comes too slowly: look at the network")
            parts.append(part)
        return b"".join(parts)

    def _note_clock(self, text: str) -> None:
        try:
            there = parsedate_to_datetime(text).astimezone(UTC)
        except (TypeError, ValueError):
            return
        self.offset_seconds = round((there - self._clock.now()).total_seconds())

    def server_time(self) -> datetime | None:
        """Return the ERP's clock by its last answer, None before it."""
        if self.offset_seconds is None:
            return None
        return self._clock.now() + timedelta(seconds=self.offset_seconds)


def read_answer(content: bytes) -> Any:
    """Return what JSON says, its numbers with a point exact. Raises `Unreachable` for what is no whole JSON."""
    if _depth(content) > MAX_DEPTH:
        raise Unreachable("the ERP's answer is nested too deeply: report it")
    try:
        return msgspec.json.Decoder(float_hook=_decimal).decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise Unreachable("the ERP's answer is cut off or is no JSON: look at the network") from error


def _depth(content: bytes) -> int:
    """Return how deeply brackets are nested outside of texts."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(_TEXTS.sub(b"", content)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        return Decimal("NaN")


def _check_url(url: str) -> str:
    """Return an address that may be used: https, or http to this very machine."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise Halted(f"erp.url {safe_text(url)} is no address: write it as https://erp.example") from error
    if parsed.userinfo:
        raise Halted("erp.url holds a name or a password: the key belongs into erp.key_file")
    if parsed.scheme == "https" and parsed.host:
        return url
    if parsed.scheme == "http" and _is_own(parsed.host):
        return url
    raise Halted(f"erp.url {safe_text(url)} must begin with https:// (http:// only to the machine itself)")


def _is_own(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _make_context(origin: Origin) -> ssl.SSLContext:
    """Return what checks certificates, by the system's authorities or by one's own."""
    try:
        return ssl.create_default_context(cafile=origin.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise Halted(f"erp.ca_file {origin.ca_file} cannot be read ({error}): name a PEM file") from error


def _of_connect(error: httpx.ConnectError, url: str) -> Halted | Unreachable:
    """Tell a certificate that does not hold from a network that is away."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            if cause.verify_code in _CLOCK_CODES:
                return Halted("the ERP's certificate is not valid by this clock: set the clock, then look at it there")
            return Halted(f"the ERP's certificate does not hold ({cause.verify_message}): look at erp.url, erp.ca_file")
        cause = cause.__cause__ or cause.__context__
    return Unreachable(f"nobody answers at {safe_text(url)}: look at the network, then at erp.url")
