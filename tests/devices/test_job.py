"""What becomes of a paper: done only when it is, failed only when nothing went out, else unknown."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator

import msgspec
import pytest

from config.settings import PrinterSettings
from devices.errors import LinkError
from devices.printer.answers import AnswerReader, read_live
from devices.printer.bytes import compose
from devices.printer.dialogue import Patience
from devices.printer.job import EscposPrinter
from devices.printer.network import NetworkLink, parse_address
from devices.printer.outcome import Outcome, PrinterStatus, PrintFault, PrintResult, done, failed, unknown
from devices.printer.serial import SerialLink
from domain.paper import Paper, Text
from tests.devices.escpos_reader import read_receipt
from tests.devices.fake_printer import LIVE, WAIT, Brain, BrainLink, SerialPrinter, TcpPrinter, unused_address
from tests.devices.papers import EPSON, RECEIPT

SHORT = Patience(answer_ms=60, confirm_ms=60, print_ms=200)
"""For printers that are silent on purpose and answer at once otherwise."""
LONG = Patience(answer_ms=10_000, confirm_ms=10_000, print_ms=10_000)


@pytest.fixture
def brain() -> Brain:
    return Brain()


@pytest.fixture
def wire(brain: Brain) -> Iterator[TcpPrinter]:
    printer = TcpPrinter(brain)
    yield printer
    printer.stop()


@pytest.fixture
def line(brain: Brain) -> Iterator[SerialPrinter]:
    printer = SerialPrinter(brain)
    yield printer
    printer.stop()


def network(address: str, patience: Patience = LONG) -> EscposPrinter:
    return EscposPrinter(msgspec.structs.replace(EPSON, device=address), NetworkLink, patience)


def serial(path: str, patience: Patience = LONG) -> EscposPrinter:
    settings = msgspec.structs.replace(EPSON, kind="serial", device=path, baud=115_200)
    return EscposPrinter(settings, SerialLink, patience)


def direct(brain: Brain) -> EscposPrinter:
    return EscposPrinter(EPSON, lambda settings: BrainLink(brain), SHORT)


def test_a_receipt_reaches_a_network_printer_whole_and_is_confirmed(brain: Brain, wire: TcpPrinter) -> None:
    assert network(wire.address).print_paper(RECEIPT) == done()
    wire.await_jobs(1)
    assert brain.jobs == [compose(RECEIPT, EPSON)]
    assert "Panadería Ñandú" in read_receipt(brain.jobs[0]).text


def test_a_receipt_reaches_a_serial_printer_whole_and_is_confirmed(brain: Brain, line: SerialPrinter) -> None:
    assert serial(line.path).print_paper(RECEIPT) == done()
    assert bytes(brain.data) == compose(RECEIPT, EPSON)


def test_each_job_has_a_connection_of_its_own(brain: Brain, wire: TcpPrinter) -> None:
    printer = network(wire.address)
    for count in (1, 2, 3):
        assert printer.print_paper(RECEIPT) == done()
        wire.await_jobs(count)
    assert wire.connections == 3
    assert brain.jobs == [compose(RECEIPT, EPSON)] * 3


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        ("no_paper", PrintFault.NO_PAPER),
        ("cover_open", PrintFault.COVER_OPEN),
        ("offline", PrintFault.OFFLINE),
        ("knife", PrintFault.DEVICE_ERROR),
        ("broken", PrintFault.DEVICE_ERROR),
    ],
)
def test_a_printer_that_is_not_ready_gets_nothing(
    brain: Brain, wire: TcpPrinter, state: str, fault: PrintFault
) -> None:
    brain.state = state
    printer = network(wire.address)
    assert printer.print_paper(RECEIPT) == failed(fault)
    assert printer.status() == PrinterStatus(fault, is_paper_low=state == "no_paper", answers=True, drawer_pin=True)
    wire.await_jobs(2)
    assert brain.data == b""


def test_a_printer_that_got_paper_again_prints_the_same_paper(brain: Brain, wire: TcpPrinter) -> None:
    printer = network(wire.address)
    brain.state = "no_paper"
    assert printer.print_paper(RECEIPT) == failed(PrintFault.NO_PAPER)
    brain.state = "ok"
    assert printer.print_paper(RECEIPT) == done()


def test_paper_that_runs_low_is_told_with_the_receipt(brain: Brain, wire: TcpPrinter) -> None:
    brain.state, brain.paper_answer = "paper_low", 0x03
    printer = network(wire.address)
    assert printer.print_paper(RECEIPT) == done(is_paper_low=True)
    assert printer.status().is_paper_low


def test_paper_that_ends_within_a_receipt_leaves_it_unknown(brain: Brain) -> None:
    brain.state_after = (100, "no_paper")
    assert direct(brain).print_paper(RECEIPT) == unknown(PrintFault.NO_PAPER)


def test_paper_that_ended_with_the_receipt_leaves_it_unknown(brain: Brain, wire: TcpPrinter) -> None:
    brain.paper_answer = 0x0C
    assert network(wire.address).print_paper(RECEIPT) == unknown(PrintFault.NO_PAPER)


def test_a_printer_that_falls_silent_leaves_the_receipt_unknown(brain: Brain) -> None:
    brain.silent_after = 100
    assert direct(brain).print_paper(RECEIPT) == unknown(PrintFault.TIMEOUT)


def test_a_printer_that_never_answers_is_done_when_it_took_the_bytes(brain: Brain) -> None:
    brain.is_silent = True
    printer = direct(brain)
    assert printer.print_paper(RECEIPT) == done()
    assert len(brain.questions) == 1
    assert printer.print_paper(RECEIPT) == done()
    assert len(brain.questions) == 1, "a printer that never answers is not waited for twice"
    assert brain.jobs == [compose(RECEIPT, EPSON)] * 2
    assert printer.status() == PrinterStatus(answers=False)


def test_a_printer_that_answered_before_and_is_silent_now_gets_nothing(brain: Brain) -> None:
    printer = direct(brain)
    assert printer.print_paper(RECEIPT) == done()
    brain.is_silent = True
    assert printer.print_paper(RECEIPT) == failed(PrintFault.OFFLINE)
    assert brain.jobs[1] == b""


def test_a_printer_that_was_off_is_asked_again_by_its_status(brain: Brain) -> None:
    brain.is_silent = True
    printer = direct(brain)
    assert printer.print_paper(RECEIPT) == done()
    brain.is_silent = False
    assert printer.status().answers
    brain.state = "no_paper"
    assert printer.print_paper(RECEIPT) == failed(PrintFault.NO_PAPER)


def test_a_printer_that_knows_no_gs_r_is_confirmed_by_its_status(brain: Brain) -> None:
    brain.knows_gs_r = False
    printer = direct(brain)
    assert printer.print_paper(RECEIPT) == done()
    brain.state_after = (len(brain.data) + 100, "cover_open")
    assert printer.print_paper(RECEIPT) == unknown(PrintFault.COVER_OPEN)


def test_a_connection_cut_within_the_receipt_leaves_it_unknown() -> None:
    printer = TcpPrinter(Brain(), cut_after=50)
    assert network(printer.address).print_paper(RECEIPT).outcome is Outcome.UNKNOWN
    printer.stop()


def test_a_connection_cut_before_the_receipt_is_a_failure() -> None:
    printer = TcpPrinter(Brain(), cut_after=0)
    assert network(printer.address).print_paper(RECEIPT) == failed(PrintFault.OFFLINE)
    printer.stop()


def test_a_printer_that_lives_is_waited_for_as_long_as_a_paper_may_take(brain: Brain) -> None:
    class Slow(BrainLink):
        """Answers GS r only after it has been asked for its status thrice."""

        def send(self, data: bytes) -> None:
            if data == b"\x1dr\x01" and brain.data:
                confirmations.append(data)
            if data == b"\x10\x04\x01" and brain.data:
                rounds.append(data)
                self._answers += b"\x00" if len(rounds) == 3 else b""
            super().send(data if data != b"\x1dr\x01" or not brain.data else b"")

    rounds: list[bytes] = []
    confirmations: list[bytes] = []
    patient = Patience(answer_ms=60, confirm_ms=5, print_ms=60_000)
    assert EscposPrinter(EPSON, lambda settings: Slow(brain), patient).print_paper(RECEIPT) == done()
    assert len(rounds) == 3
    assert len(confirmations) == 1


def test_late_answers_to_an_earlier_job_are_forgotten(brain: Brain) -> None:
    brain.says_first = b"\x16\x12\x12\x12\x00"
    brain.state = "no_paper"
    assert direct(brain).print_paper(RECEIPT) == failed(PrintFault.NO_PAPER)


def test_what_a_printer_sends_of_its_own_accord_confirms_nothing(brain: Brain, wire: TcpPrinter) -> None:
    brain.says_first = b"\x14\x00\x00\x0f\x11\x13"
    brain.state = "no_paper"
    assert network(wire.address).print_paper(RECEIPT) == failed(PrintFault.NO_PAPER)
    brain.state = "ok"
    assert network(wire.address).print_paper(RECEIPT) == done()


def test_closing_on_bytes_that_nobody_read_does_not_take_the_paper_back() -> None:
    has_spoken, may_read = threading.Event(), threading.Event()
    heard: list[bytes] = []

    def talk(server: socket.socket) -> None:
        with server.accept()[0] as connection:
            connection.sendall(b"\x14\x00\x00\x0f")
            has_spoken.set()
            may_read.wait(WAIT)
            while data := connection.recv(4096):
                heard.append(data)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=talk, args=(server,))
        thread.start()
        link = NetworkLink(msgspec.structs.replace(EPSON, device=f"127.0.0.1:{server.getsockname()[1]}"))
        has_spoken.wait(WAIT)
        link.send(compose(RECEIPT, EPSON))
        link.close()
        may_read.set()
        thread.join(WAIT)
    assert b"".join(heard) == compose(RECEIPT, EPSON)


def test_nobody_at_the_address_is_a_failure() -> None:
    printer = network(unused_address())
    assert printer.print_paper(RECEIPT) == failed(PrintFault.OFFLINE)
    assert printer.status() == PrinterStatus(PrintFault.OFFLINE)


def test_a_printer_that_accepts_nothing_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        host, port = server.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex((host, port))
        settings = msgspec.structs.replace(EPSON, device=f"{host}:{port}")
        printer = EscposPrinter(settings, lambda known: NetworkLink(known, 0.05), SHORT)
        assert printer.print_paper(RECEIPT) == failed(PrintFault.TIMEOUT)
        for filler in fillers:
            filler.close()


def test_a_printer_whose_buffer_stays_full_leaves_a_long_paper_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings = msgspec.structs.replace(EPSON, device=f"127.0.0.1:{server.getsockname()[1]}")
        printer = EscposPrinter(settings, lambda known: NetworkLink(known, 0.05), SHORT)
        endless: Paper = tuple(Text("x" * 1900) for _ in range(8000))
        assert printer.print_paper(endless) == unknown(PrintFault.TIMEOUT)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("printer", ("printer", 9100)),
        ("10.0.0.9:9101", ("10.0.0.9", 9101)),
        ("[fe80::1]:9100", ("fe80::1", 9100)),
        ("[::1]", ("::1", 9100)),
    ],
)
def test_addresses_may_leave_their_port_out(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", ":9100", "a:b", "a:0", "a:70000", "fe80::1", "[::1", "a:1:2"])
def test_an_address_that_is_none_is_a_matter_of_settings(text: str) -> None:
    with pytest.raises(LinkError) as caught:
        parse_address(text)
    assert caught.value.fault is PrintFault.BAD_SETTINGS
    assert network(text).print_paper(RECEIPT) == failed(PrintFault.BAD_SETTINGS)


def test_settings_that_make_no_bytes_fail_before_anything_is_opened() -> None:
    def no_link(settings: PrinterSettings) -> NetworkLink:
        raise AssertionError("opened")

    printer = EscposPrinter(PrinterSettings(profile="nothing"), no_link)
    assert printer.print_paper(RECEIPT) == failed(PrintFault.BAD_SETTINGS)


def test_a_missing_package_is_a_failure(brain: Brain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "escpos.printer", None)
    assert direct(brain).print_paper(RECEIPT) == failed(PrintFault.NO_DRIVER)


def test_the_code_page_test_is_printed_like_a_paper(brain: Brain, wire: TcpPrinter) -> None:
    assert network(wire.address).print_code_pages(range(3)) == done()
    assert brain.data.count(b"\x1bt") == 4


@pytest.mark.parametrize(
    ("state", "fault", "is_low"),
    [
        ("ok", None, False),
        ("paper_low", None, True),
        ("no_paper", PrintFault.NO_PAPER, True),
        ("cover_open", PrintFault.COVER_OPEN, False),
        ("offline", PrintFault.OFFLINE, False),
        ("knife", PrintFault.DEVICE_ERROR, False),
    ],
)
def test_the_four_status_bytes_mean_this(state: str, fault: PrintFault | None, is_low: bool) -> None:
    assert read_live(LIVE[state]) == PrinterStatus(fault, is_low, answers=True, drawer_pin=True)


def test_no_answer_is_no_status() -> None:
    assert read_live({}) == PrinterStatus(None, False, answers=False, drawer_pin=None)


def test_answers_are_picked_out_however_they_are_cut() -> None:
    stream = b"\x12\x14\x12\x00\x0f\x00\x11\x16"
    whole = AnswerReader().feed(stream)
    reader = AnswerReader()
    assert [answer for byte in stream for answer in reader.feed(bytes([byte]))] == whole == [0x12, 0x00, 0x16]


def test_results_say_their_fault_with_every_outcome_but_done() -> None:
    assert done() == PrintResult(Outcome.DONE)
    assert failed(PrintFault.BUSY).fault is unknown(PrintFault.BUSY).fault is PrintFault.BUSY
