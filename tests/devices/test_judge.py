"""Nothing but codes passes from a scanner to the lane."""

from __future__ import annotations

import random

import pytest

from devices.scanner.assemble import Read
from devices.scanner.decode import EV_KEY, EV_SYN, KeyDecoder, LineDecoder
from devices.scanner.intake import Intake
from devices.scanner.judge import RateLimit, judge_code
from devices.scanner.scanned import Rejection, Scanned, ScannerState, ScannerStatus

SAFE = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz -./+$%_:#*&?=()!\"',;<>@~\x1d")


@pytest.mark.parametrize(
    ("read", "code", "symbology"),
    [
        ("7501031311309", "7501031311309", ""),
        ("]E07501031311309", "7501031311309", "E0"),
        ("]C1010950600013435210AB\x1d2112", "010950600013435210AB\x1d2112", "C1"),
        ("]d2\x1d0109506000134352", "\x1d0109506000134352", "d2"),
        ("]Q3https://id.gs1.org/01/09506000134352", "https://id.gs1.org/01/09506000134352", "Q3"),
        (" ABC 12 ", "ABC 12", ""),
        ("3*7501031311309", "3*7501031311309", ""),
    ],
)
def test_codes_pass_and_leave_their_aim_prefix(read: str, code: str, symbology: str) -> None:
    judged = judge_code(read, "front")
    assert judged == Scanned(code, symbology, "front")


def test_a_code_can_be_put_together_with_its_prefix_again() -> None:
    assert Scanned("123", "E0").with_aim == "]E0123"
    assert Scanned("123").with_aim == "123"


@pytest.mark.parametrize("read", ["", " ", "   "])
def test_an_empty_read_is_nothing(read: str) -> None:
    assert judge_code(read) is None


@pytest.mark.parametrize(
    ("read", "why"),
    [
        ("\x11", Rejection.CONTROL_CHARACTER),
        ("750\x0310", Rejection.CONTROL_CHARACTER),
        ("12\t34", Rejection.CONTROL_CHARACTER),
        ("\x1b[2J", Rejection.CONTROL_CHARACTER),
        ("\x7f12", Rejection.CONTROL_CHARACTER),
        ("\x9b2J", Rejection.CONTROL_CHARACTER),
        ("[red]FREE[/red]", Rejection.NOT_ALLOWED),
        ("[@click=app.exit()]", Rejection.NOT_ALLOWED),
        ("ñandú", Rejection.NOT_ALLOWED),
        ("`reboot`", Rejection.NOT_ALLOWED),
        ("{1}|2", Rejection.NOT_ALLOWED),
        ("]E0", Rejection.NOT_ALLOWED),
        ("9" * 257, Rejection.TOO_LONG),
        ("%B4111111111111111^DOE/JANE^2912101?", Rejection.CARD_TRACK),
        (";4111111111111111=29121011234?", Rejection.CARD_TRACK),
    ],
)
def test_what_is_no_code_is_thrown_away_whole(read: str, why: Rejection) -> None:
    assert judge_code(read) is why


def test_the_rate_limit_lets_a_burst_through_and_then_so_many_a_second() -> None:
    limit = RateLimit(burst=3, per_second=2)
    assert [limit.allows(0) for _ in range(4)] == [True, True, True, False]
    assert [limit.allows(at_ms) for at_ms in (400, 500, 900, 1000)] == [False, True, False, True]


def test_a_rate_limited_scanner_says_so() -> None:
    codes: list[Scanned] = []
    states: list[ScannerStatus] = []
    intake = Intake("front", codes.append, states.append, RateLimit(burst=2, per_second=1), clock=lambda: 0)
    intake.take(["1", "2", "3"])
    assert [scanned.code for scanned in codes] == ["1", "2"]
    assert states == [ScannerStatus("front", ScannerState.REJECTED, Rejection.TOO_FAST)]


def test_a_state_is_said_once_until_it_changes() -> None:
    states: list[ScannerStatus] = []
    intake = Intake("front", lambda scanned: None, states.append)
    for state in (ScannerState.ABSENT, ScannerState.ABSENT, ScannerState.CONNECTED, ScannerState.ABSENT):
        intake.report(state)
    assert [status.state.value for status in states] == ["absent", "connected", "absent"]


def test_a_good_read_after_a_rejection_says_that_all_is_well_again() -> None:
    states: list[ScannerStatus] = []
    intake = Intake("front", lambda scanned: None, states.append)
    intake.report(ScannerState.CONNECTED)
    intake.take(["1", "[bad]", "[bad]", "2", "3"])
    assert [status.state.value for status in states] == ["connected", "rejected", "rejected", "connected"]


def _judge_all(reads: list[Read]) -> list[Scanned]:
    codes: list[Scanned] = []
    Intake("junk", codes.append, lambda status: None).take(reads)
    return codes


def test_a_hundred_thousand_junk_codes_let_nothing_dangerous_through() -> None:
    chance = random.Random(20150)
    reads: list[Read] = []
    alphabet = [*map(chr, range(0x180)), "\u202e", "\u2028", "\ud800", "\U0001f600", *"0123456789" * 40]
    for _ in range(100_000):
        reads.append("".join(chance.choices(alphabet, k=chance.randint(0, 20))))
    codes = _judge_all(reads)
    assert len(codes) > 1000
    assert all(set(scanned.code) <= SAFE and scanned.symbology.isalnum() for scanned in codes if scanned.symbology)
    assert all(set(scanned.code) <= SAFE for scanned in codes)


def test_a_hundred_thousand_junk_keys_let_nothing_dangerous_through() -> None:
    chance = random.Random(20151)
    decoder = KeyDecoder("es")
    reads: list[Read] = []
    for at_ms in range(100_000):
        kind = chance.choice((EV_KEY, EV_KEY, EV_KEY, EV_SYN, 4, 17))
        reads += decoder.feed(kind, chance.choice((28, 28, chance.randrange(256))), chance.randrange(3), at_ms)
    assert len(reads) > 1000
    assert all(set(scanned.code) <= SAFE for scanned in _judge_all(reads))


def test_a_hundred_thousand_junk_bytes_let_nothing_dangerous_through() -> None:
    chance = random.Random(20152)
    decoder = LineDecoder()
    data = bytes(chance.choice((13, chance.randrange(256), chance.randrange(48, 58))) for _ in range(100_000))
    codes = _judge_all(decoder.feed(data, 0))
    assert len(codes) > 1000
    assert all(set(scanned.code) <= SAFE for scanned in codes)
