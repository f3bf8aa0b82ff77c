"""What comes over HTTP is a whole answer, or an error that says whether the same may be asked again."""

from __future__ import annotations

import gzip
import http.server
import json
import random
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from config.settings import ErpSettings, Settings
from sync.errors import Halted, Unreachable
from sync.retry import MOST_WAIT_SECONDS, Fate, judge_status, retry_after_seconds
from sync.secret import Secret, read_key
from sync.transport import MAX_BYTES, MAX_DEPTH, MOST_READS, Handler, Origin, Reply, Request, Transport, read_answer
from tests.architecture.house import ROOT
from tests.sync.fault_proxy import Answered, Asked, FaultProxy
from tests.sync.shop import StillClock, paths_of, shop

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
URL = "https://erp.example"


def ask(handler: Handler, request: Request | None = None) -> Reply:
    transport = Transport(Origin(URL), StillClock(), handler=handler)
    try:
        return transport.call(request or Request("POST", "/x", b"{}"))
    finally:
        transport.close()


def answer(status: int = 200, content: bytes = b"{}", **headers: str) -> Handler:
    told = {"content-type": "application/json", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda _request: httpx.Response(status, content=content, headers=told)


def fail(error: Exception) -> Handler:
    def handler(_request: httpx.Request) -> httpx.Response:
        raise error

    return handler


def test_a_question_carries_its_key_its_bytes_and_no_proxy() -> None:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"a": 1.10, "b": [None, True]})

    body = b'{"b":1,  "a":2}'
    reply = ask(handler, Request("POST", "/json/2/x", body, {"Authorization": "bearer K"}, key="sale-1"))
    assert (reply.status, reply.data) == (200, {"a": Decimal("1.1"), "b": [None, True]})
    (request,) = seen
    assert request.content == body
    assert request.headers["idempotency-key"] == "sale-1"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["user-agent"].startswith("Mostrador")
    assert request.extensions["timeout"] == {"connect": 5, "read": 120, "write": 60, "pool": 5}


@pytest.mark.parametrize(
    "handler",
    [
        answer(500),
        answer(502),
        answer(429),
        answer(408),
        answer(302, location="https://portal.example"),
        answer(200, b"<html>sign on</html>", content_type="text/html"),
        answer(404, b"<html>", content_type="text/html"),
        answer(200, b'{"a": 1'),
        answer(200, b""),
        answer(200, b'{"a": "\xff"}'),
        answer(200, b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1)),
        answer(200, b'"' + b"x" * MAX_BYTES + b'"'),
        answer(200, gzip.compress(b'"' + b"x" * MAX_BYTES + b'"'), content_encoding="gzip"),
        answer(200, b"no gzip", content_encoding="gzip"),
        fail(httpx.ReadTimeout("")),
        fail(httpx.ConnectTimeout("")),
        fail(httpx.ConnectError("")),
        fail(httpx.RemoteProtocolError("")),
        fail(httpx.WriteError("")),
    ],
    ids=range(19),
)
def test_what_is_no_clear_answer_is_asked_again(handler: Handler) -> None:
    with pytest.raises(Unreachable):
        ask(handler)


@pytest.mark.parametrize("status", [401, 403, 426])
def test_a_refusal_of_the_lane_halts(status: int) -> None:
    with pytest.raises(Halted, match=str(status)):
        ask(answer(status))


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_of_the_question_is_the_connectors_to_judge(status: int) -> None:
    assert ask(answer(status, b'{"name":"UserError"}')).data == {"name": "UserError"}


def test_a_connector_may_read_what_an_erp_says_with_an_odd_status() -> None:
    request = Request("POST", "/x", b"{}", reads=frozenset({403, 500}))
    assert ask(answer(500, b'{"name":"builtins.ValueError"}'), request).status == 500
    assert ask(answer(403, b"{}"), request).status == 403
    with pytest.raises(Unreachable):
        ask(answer(500, b"<html>", content_type="text/html"), request)


def test_how_long_the_erp_asks_to_wait() -> None:
    with pytest.raises(Unreachable) as caught:
        ask(answer(503, retry_after="7"))
    assert caught.value.retry_after_seconds == 7
    assert retry_after_seconds("Tue, 24 Nov 2026 10:00:30 GMT", NOW) == 30
    assert retry_after_seconds("Tue, 24 Nov 2026 09:00:00 GMT", NOW) == 0
    assert retry_after_seconds("9" * 40, NOW) == MOST_WAIT_SECONDS
    assert retry_after_seconds("soon", NOW) is None


@given(st.integers(100, 599))
def test_only_a_2xx_can_be_success_and_no_5xx_is_ever_the_end(status: int) -> None:
    fate = judge_status(status)
    assert (fate is Fate.READ) == (200 <= status < 300 or (400 <= status < 500 and status not in _NO_ANSWER))
    assert status < 500 or fate is Fate.AGAIN


_NO_ANSWER = (401, 403, 426, 408, 425, 429)


def test_numbers_are_exact_and_brackets_in_texts_are_no_depth() -> None:
    assert read_answer(b'{"p": 0.335, "q": 1e400}') == {"p": Decimal("0.335"), "q": Decimal("1e400")}
    text = "[" * 200 + '\\"{'
    assert read_answer(json.dumps({"t": text}).encode()) == {"t": text}


@pytest.mark.parametrize(
    "url", ["", "erp", "ftp://erp", "http://erp.example", "https://user:pass@erp.example", "https://"]
)
def test_an_address_that_is_none_or_not_safe_halts(url: str) -> None:
    with pytest.raises(Halted) as caught:
        Transport(Origin(url), StillClock())
    assert "pass@" not in str(caught.value)


def test_http_is_for_the_machine_itself() -> None:
    for url in ("http://127.0.0.1:8069", "http://localhost:1", "http://[::1]:1"):
        Transport(Origin(url), StillClock()).close()


def test_the_erps_clock_is_noted() -> None:
    transport = Transport(Origin(URL), StillClock(), handler=answer(date="Tue, 24 Nov 2026 10:02:00 GMT"))
    assert transport.server_time() is None
    transport.call(Request("GET", "/"))
    assert transport.offset_seconds == 120
    assert transport.server_time() == NOW + timedelta(seconds=120)
    transport.close()


def test_an_answer_that_drips_is_no_answer() -> None:
    clock = StillClock()

    def drip() -> Iterator[bytes]:
        yield b"["
        for _ in range(100):
            clock.seconds += 100
            yield b" "
        yield b"]"

    told = {"content-type": "application/json"}
    transport = Transport(Origin(URL), clock, handler=lambda _: httpx.Response(200, content=drip(), headers=told))
    with pytest.raises(Unreachable, match="too slowly"):
        transport.call(Request("GET", "/x"))
    assert clock.seconds <= 120 * MOST_READS + 100
    transport.close()


def test_a_redirect_is_not_followed_and_no_proxy_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    told = {"Content-Type": "application/json", "Location": "/other"}

    def answer_all(one: Asked) -> Answered:
        asked.append(one.path)
        return Answered(302 if one.path == "/moved" else 200, b"{}", told)

    erp, other = (FaultProxy(upstream, random.Random(1), risk=0) for upstream in (answer_all, answer_all))
    with erp.open(), other.open():
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
            monkeypatch.setenv(name, other.url)
        transport = Transport(Origin(erp.url), StillClock())
        assert transport.call(Request("GET", "/x")).status == 200
        with pytest.raises(Unreachable):
            transport.call(Request("GET", "/moved"))
        transport.close()
    assert asked == ["/x", "/moved"]
    assert (erp.requests, other.requests) == (2, 0)


def test_nothing_turns_the_check_of_certificates_off() -> None:
    assert not [name for name in ErpSettings.__struct_fields__ if "verify" in name or "insecure" in name]
    assert not [name for name in Origin.__struct_fields__ if "verify" in name or "insecure" in name]
    source = (ROOT / "sync" / "transport.py").read_text(encoding="utf-8")
    for switch in ("verify=False", "CERT_NONE", "check_hostname", "_create_unverified"):
        assert switch not in source


def test_nothing_shows_a_header_or_a_body() -> None:
    request = Request("POST", "/x", b"body", {"Authorization": "bearer K"})
    assert repr(request) == "Request(POST /x)"
    assert repr(Reply(200, {"secret": 1})) == "Reply(200)"
    assert (repr(Secret("K")), str(Secret("K")), f"{Secret('K')}") == ("Secret(…)",) * 3


def test_httpx_is_imported_by_the_sync_only() -> None:
    code = "import sys, mostrador.lane, register.register, sync.round; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


class TestKey:
    def _place(self, tmp_path: Path, content: bytes = b"k-1\n", mode: int = 0o400) -> Path:
        path = paths_of(shop(tmp_path)).data / "erp.key"
        path.write_bytes(content)
        path.chmod(mode)
        return path

    def test_it_lies_in_the_lanes_data_or_where_the_settings_say(self, tmp_path: Path) -> None:
        path = self._place(tmp_path)
        settings = shop(tmp_path)
        assert read_key(settings, paths_of(settings), {}).reveal() == "k-1"
        other = tmp_path / "other"
        path.rename(other)
        named = Settings(lane=settings.lane, erp=ErpSettings(key_file=str(other)))
        assert read_key(named, paths_of(named), {}).reveal() == "k-1"

    def test_systemds_credential_comes_first(self, tmp_path: Path) -> None:
        self._place(tmp_path)
        (tmp_path / "erp-key").write_text("k-2")
        (tmp_path / "erp-key").chmod(0o400)
        environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
        assert read_key(shop(tmp_path), paths_of(shop(tmp_path)), environ).reveal() == "k-2"

    @pytest.mark.parametrize(("mode", "is_good"), [(0o440, True), (0o444, False), (0o404, False)])
    def test_the_mask_of_a_credentials_access_list_is_no_group(
        self, tmp_path: Path, mode: int, *, is_good: bool
    ) -> None:
        (tmp_path / "erp-key").write_text("k-2")
        (tmp_path / "erp-key").chmod(mode)
        settings, environ = shop(tmp_path), {"CREDENTIALS_DIRECTORY": str(tmp_path)}
        if is_good:
            assert read_key(settings, paths_of(settings), environ).reveal() == "k-2"
        else:
            with pytest.raises(Halted):
                read_key(settings, paths_of(settings), environ)

    @pytest.mark.parametrize(
        ("content", "mode"), [(b"", 0o400), (b"\xff", 0o400), (b"a\nb", 0o400), (b"k" * 5_000, 0o400), (b"k", 0o440)]
    )
    def test_one_that_is_none_or_that_others_can_read_halts(self, tmp_path: Path, content: bytes, mode: int) -> None:
        self._place(tmp_path, content, mode)
        with pytest.raises(Halted):
            read_key(shop(tmp_path), paths_of(shop(tmp_path)), {})

    def test_none_at_all_halts(self, tmp_path: Path) -> None:
        with pytest.raises(Halted, match=r"erp\.key"):
            read_key(shop(tmp_path), paths_of(shop(tmp_path)), {})


class TestCertificates:
    def test_an_authority_of_ones_own_is_trusted_and_no_other(self, tmp_path: Path) -> None:
        ca, key, cert = _certificates(tmp_path)
        with _https(cert, key) as url:
            assert _get(url, str(ca)).data == {"well": True}
            with pytest.raises(Halted, match="does not hold"):
                _get(url, "")

    def test_one_that_is_not_valid_by_the_clock_says_so(self, tmp_path: Path) -> None:
        ca, key, cert = _certificates(tmp_path, since=datetime.now(UTC) + timedelta(days=2))
        with _https(cert, key) as url, pytest.raises(Halted, match="set the clock"):
            _get(url, str(ca))

    def test_a_file_that_holds_none_halts(self, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_text("nothing")
        for name in ("ca.pem", "missing.pem"):
            with pytest.raises(Halted, match="ca_file"):
                Transport(Origin(URL, ca_file=str(tmp_path / name)), StillClock())


def _get(url: str, ca_file: str) -> Reply:
    transport = Transport(Origin(url, ca_file=ca_file), StillClock())
    try:
        return transport.call(Request("GET", "/"))
    finally:
        transport.close()


def _certificates(tmp_path: Path, since: datetime | None = None) -> tuple[Path, Path, Path]:
    """Write an authority, a key and a certificate of 127.0.0.1; return their files."""
    begins = since or datetime.now(UTC) - timedelta(days=1)
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Authority")])
    built = x509.CertificateBuilder().issuer_name(ca_name).serial_number(x509.random_serial_number())
    built = built.not_valid_before(begins).not_valid_after(begins + timedelta(days=9))
    usage = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    ca = built.subject_name(ca_name).public_key(ca_key.public_key())
    ca = ca.add_extension(x509.BasicConstraints(True, None), True).add_extension(usage, True)
    server = built.subject_name(x509.Name([])).public_key(key.public_key())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    server = server.add_extension(names, True)
    written = []
    for name, content in (
        ("ca.pem", ca.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)),
        (
            "key.pem",
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        ),
        ("cert.pem", server.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)),
    ):
        (tmp_path / name).write_bytes(content)
        written.append(tmp_path / name)
    return written[0], written[1], written[2]


@contextmanager
def _https(cert: Path, key: Path) -> Iterator[str]:
    """Serve one small answer over TLS on the loopback."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"well": true}')

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    class Server(http.server.HTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up in the handshake is what the test wants."""

    server = Server(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
