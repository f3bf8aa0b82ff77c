"""Ways to a printer that are paths, lines and USB: what opens, what does not, and how much went out."""

from __future__ import annotations

import errno
import os
import pty
import sys
import tty
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import msgspec
import pytest

from config.settings import PrinterSettings
from devices.errors import LinkError
from devices.printer.bytes import compose
from devices.printer.dialogue import Patience
from devices.printer.file import open_file
from devices.printer.job import EscposPrinter
from devices.printer.link import DescriptorLink, fault_of
from devices.printer.open import open_printer
from devices.printer.outcome import Outcome, PrintFault, done, failed, unknown
from devices.printer.serial import SerialLink
from devices.printer.usb import PyusbLink, find_lp, open_usb
from tests.devices.fake_printer import Brain, SerialPrinter
from tests.devices.papers import EPSON, RECEIPT

LONG = Patience(answer_ms=10_000, confirm_ms=10_000, print_ms=10_000)


def settings(kind: str, device: str) -> PrinterSettings:
    return msgspec.structs.replace(EPSON, kind=kind, device=device)


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOENT, PrintFault.NOT_FOUND),
        (errno.ENODEV, PrintFault.OFFLINE),
        (errno.EIO, PrintFault.OFFLINE),
        (errno.ECONNREFUSED, PrintFault.OFFLINE),
        (errno.EHOSTUNREACH, PrintFault.OFFLINE),
        (errno.ETIMEDOUT, PrintFault.TIMEOUT),
        (errno.EACCES, PrintFault.NO_PERMISSION),
        (errno.EBUSY, PrintFault.BUSY),
        (errno.ENOSPC, PrintFault.DEVICE_ERROR),
        (errno.EMFILE, PrintFault.DEVICE_ERROR),
    ],
)
def test_errors_of_the_system_mean_these_faults(number: int, fault: PrintFault) -> None:
    assert fault_of(OSError(number, "x")) is fault


def test_a_timeout_without_a_number_is_one() -> None:
    assert fault_of(TimeoutError("timed out")) is PrintFault.TIMEOUT


def test_a_file_collects_its_receipts(tmp_path: Path) -> None:
    path = tmp_path / "receipts.bin"
    printer = open_printer(settings("file", str(path)))
    assert printer.print_paper(RECEIPT) == printer.print_paper(RECEIPT, job=7) == done()
    printer.close()
    assert path.read_bytes() == compose(RECEIPT, EPSON) * 2
    assert not printer.status().answers


def test_a_fifo_gets_the_whole_paper_through_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "port"
    os.mkfifo(path)
    printer = open_printer(settings("file", str(path)))
    assert printer.print_paper(RECEIPT) == failed(PrintFault.NOT_FOUND)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    assert printer.print_paper(RECEIPT) == done()
    assert os.read(reader, 65536) == compose(RECEIPT, EPSON)
    os.close(reader)


def test_a_fifo_that_nobody_empties_leaves_the_paper_unknown(tmp_path: Path) -> None:
    path = tmp_path / "port"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    printer = EscposPrinter(settings("file", str(path)), lambda known: open_file(known, 0.05))
    assert printer.print_paper(RECEIPT * 200) == unknown(PrintFault.TIMEOUT)
    os.close(reader)


@pytest.mark.parametrize(
    ("device", "fault"),
    [
        ("", PrintFault.BAD_SETTINGS),
        ("/dev/null/port", PrintFault.NOT_FOUND),
        ("/dev", PrintFault.BAD_SETTINGS),
        ("/dev/full", PrintFault.DEVICE_ERROR),
    ],
)
def test_a_file_that_takes_nothing_is_a_failure(device: str, fault: PrintFault) -> None:
    assert open_printer(settings("file", device)).print_paper(RECEIPT) == failed(fault)


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="nothing below /dev can be written here")
def test_a_port_that_is_missing_under_dev_is_never_made_into_a_file() -> None:
    port = Path(f"/dev/shm/mostrador-port-{uuid.uuid4()}")
    try:
        assert open_printer(settings("file", str(port))).print_paper(RECEIPT) == failed(PrintFault.NOT_FOUND)
        assert not port.exists()
    finally:
        port.unlink(missing_ok=True)


@pytest.fixture
def brain() -> Brain:
    return Brain()


@pytest.fixture
def port(brain: Brain) -> Iterator[SerialPrinter]:
    """A character device that answers, as `/dev/usb/lp0` does."""
    printer = SerialPrinter(brain)
    yield printer
    printer.stop()


def test_a_usb_device_is_written_and_read(brain: Brain, port: SerialPrinter) -> None:
    printer = EscposPrinter(settings("usb", port.path), open_usb, LONG)
    assert printer.print_paper(RECEIPT) == done()
    assert bytes(brain.data) == compose(RECEIPT, EPSON)
    brain.state = "no_paper"
    assert printer.print_paper(RECEIPT) == failed(PrintFault.NO_PAPER)


@pytest.mark.parametrize(
    ("device", "fault"),
    [
        ("/dev/usb/lp77", PrintFault.NOT_FOUND),
        ("", PrintFault.BAD_SETTINGS),
        ("lp0", PrintFault.BAD_SETTINGS),
        ("/dev/full", PrintFault.NO_PAPER),
    ],
)
def test_a_usb_printer_that_is_not_there_is_a_failure(device: str, fault: PrintFault) -> None:
    assert open_printer(settings("usb", device)).print_paper(RECEIPT) == failed(fault)


def test_a_usb_printer_is_looked_up_by_its_numbers(tmp_path: Path) -> None:
    for name, product, serial in (("lp0", "0202", "AAA"), ("lp1", "0e15", "BBB"), ("lp2", "0e15", "CCC")):
        device = tmp_path / "devices" / f"usb-{name}"
        (device / "interface").mkdir(parents=True)
        for attribute, value in (("idVendor", "04b8"), ("idProduct", product), ("serial", serial)):
            (device / attribute).write_text(value + "\n")
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "device").symlink_to(device / "interface")
    sysfs = tmp_path / "class"
    assert find_lp(0x04B8, 0x0202, sysfs=sysfs) == "lp0"
    assert find_lp(0x04B8, 0x0E15, sysfs=sysfs) == "lp1"
    assert find_lp(0x04B8, 0x0E15, "CCC", sysfs) == "lp2"
    assert find_lp(0x04B8, 0x0E15, "DDD", sysfs) == find_lp(1, 2, sysfs=sysfs) == ""


def test_without_the_kernels_class_and_pyusb_the_driver_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "usb", None)
    with pytest.raises(LinkError) as caught:
        open_usb(settings("usb", "04b8:0e15"), sysfs=tmp_path)
    assert caught.value.fault is PrintFault.NO_DRIVER


class UsbError(OSError):
    """As `usb.core.USBError`."""


class NoBackendError(ValueError):
    """As `usb.core.NoBackendError`."""


class UsbPrinter:
    """A printer as pyusb shows it."""

    serial_number = "SN1"

    def __init__(self, brain: Brain) -> None:
        self.brain = brain
        self.answers = b""
        self.calls: list[str] = []
        self.write_error = 0
        self.interface = SimpleNamespace(bInterfaceNumber=0)
        self.ends = [
            SimpleNamespace(bEndpointAddress=0x82, wMaxPacketSize=64, read=self._read),
            SimpleNamespace(bEndpointAddress=0x01, write=self._write),
        ]

    def get_active_configuration(self) -> list[Any]:
        return [self.interface]

    def is_kernel_driver_active(self, number: int) -> bool:
        return True

    def detach_kernel_driver(self, number: int) -> None:
        self.calls.append(f"detach {number}")

    def _write(self, data: bytes, wait_ms: int) -> int:
        if self.write_error and self.brain.data:
            raise UsbError(self.write_error, "write")
        self.answers += self.brain.hear(data[:64])
        return len(data[:64])

    def _read(self, size: int, wait_ms: int) -> bytes:
        answers, self.answers = self.answers, b""
        if not answers:
            raise UsbError(errno.ETIMEDOUT, "timed out")
        return answers


@pytest.fixture
def usb_printer(brain: Brain, monkeypatch: pytest.MonkeyPatch) -> UsbPrinter:
    printer = UsbPrinter(brain)
    package, core, util = ModuleType("usb"), ModuleType("usb.core"), ModuleType("usb.util")

    def find(find_all: bool, **numbers: int) -> list[UsbPrinter]:
        return [printer] if numbers == {"idVendor": 0x04B8, "idProduct": 0x0E15} else []

    def find_descriptor(within: Any, custom_match: Any = None, **wanted: int) -> Any:
        if within is printer.interface:
            return next((end for end in printer.ends if custom_match(end)), None)
        return printer.interface if wanted == {"bInterfaceClass": 7} else None

    core.__dict__.update(find=find, USBError=UsbError, NoBackendError=NoBackendError)
    util.__dict__.update(
        find_descriptor=find_descriptor,
        claim_interface=lambda device, number: printer.calls.append(f"claim {number}"),
        dispose_resources=lambda device: printer.calls.append("dispose"),
        endpoint_direction=lambda address: address & 0x80,
        ENDPOINT_IN=0x80,
        ENDPOINT_OUT=0,
    )
    for module in (package, core, util):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return printer


def by_pyusb(serial: str = "") -> EscposPrinter:
    return EscposPrinter(EPSON, lambda known: PyusbLink(0x04B8, 0x0E15, serial), Patience(answer_ms=50, confirm_ms=50))


def test_pyusb_prints_where_the_kernel_has_no_printer(brain: Brain, usb_printer: UsbPrinter) -> None:
    assert by_pyusb("SN1").print_paper(RECEIPT) == done()
    assert bytes(brain.data) == compose(RECEIPT, EPSON)
    assert usb_printer.calls == ["detach 0", "claim 0", "dispose"]


def test_pyusb_without_the_printer_finds_nothing(usb_printer: UsbPrinter) -> None:
    assert by_pyusb("SN2").print_paper(RECEIPT) == failed(PrintFault.NOT_FOUND)


def test_a_usb_printer_that_is_pulled_within_a_paper_leaves_it_unknown(usb_printer: UsbPrinter) -> None:
    usb_printer.write_error = errno.ENODEV
    assert by_pyusb().print_paper(RECEIPT) == unknown(PrintFault.OFFLINE)


def test_a_usb_printer_without_a_way_back_is_done_when_it_took_the_bytes(brain: Brain, usb_printer: UsbPrinter) -> None:
    del usb_printer.ends[0]
    assert by_pyusb().print_paper(RECEIPT) == done()


@pytest.mark.parametrize(
    ("device", "baud", "fault"),
    [
        ("", 9600, PrintFault.BAD_SETTINGS),
        ("/dev/ttyNONE", 9600, PrintFault.NOT_FOUND),
        ("/dev/null", 9600, PrintFault.DEVICE_ERROR),
        (None, -1, PrintFault.BAD_SETTINGS),
        (None, 10**12, PrintFault.BAD_SETTINGS),
    ],
)
def test_a_serial_line_that_does_not_open_is_a_failure(
    port: SerialPrinter, device: str | None, baud: int, fault: PrintFault
) -> None:
    path = port.path if device is None else device
    known = msgspec.structs.replace(settings("serial", path), baud=baud)
    assert open_printer(known).print_paper(RECEIPT) == failed(fault)


def test_a_serial_line_that_another_program_holds_is_busy(port: SerialPrinter) -> None:
    import serial

    with serial.Serial(port.path, exclusive=True):
        assert open_printer(settings("serial", port.path)).print_paper(RECEIPT) == failed(PrintFault.BUSY)


def test_a_serial_line_that_takes_no_more_leaves_the_paper_unknown() -> None:
    end, far_end = pty.openpty()
    tty.setraw(far_end)
    printer = EscposPrinter(
        settings("serial", os.ttyname(far_end)),
        lambda known: SerialLink(known, 0.05),
        Patience(answer_ms=20, confirm_ms=20),
    )
    assert printer.print_paper(RECEIPT * 100) == unknown(PrintFault.TIMEOUT)
    os.close(end)
    os.close(far_end)


def test_a_serial_line_that_is_full_is_never_said_to_have_taken_nothing() -> None:
    end, far_end = pty.openpty()
    tty.setraw(far_end)
    link = SerialLink(settings("serial", os.ttyname(far_end)), 0.05)
    sent = 2
    while sent > 1:  # until not even the first block goes out whole: a part of it may have
        with pytest.raises(LinkError) as caught:
            link.send(b"x" * 100_000)
        sent = caught.value.sent
    assert sent == 1
    os.close(end)
    os.close(far_end)
    link.close()


def test_a_serial_line_that_goes_within_a_paper_leaves_it_unknown() -> None:
    end, far_end = pty.openpty()
    tty.setraw(far_end)
    link = SerialLink(settings("serial", os.ttyname(far_end)))
    link.send(b"begun")
    os.close(end)
    os.close(far_end)
    with pytest.raises(LinkError) as caught:
        link.send(b"x" * 10_000)
    assert caught.value.fault is PrintFault.OFFLINE
    with pytest.raises(LinkError):
        link.receive(10)
    link.close()


def test_a_link_for_writing_alone_never_answers(tmp_path: Path) -> None:
    link = DescriptorLink(str(tmp_path / "out"), os.O_WRONLY | os.O_CREAT)
    assert not link.can_answer
    assert link.receive(10_000) == b""
    link.close()


def test_an_end_of_file_where_a_printer_should_be_is_no_answer_ever() -> None:
    link = DescriptorLink("/dev/null", os.O_RDWR)
    assert link.receive(10_000) == b""
    assert not link.can_answer
    link.close()


@pytest.mark.parametrize("kind", ["usb", "serial", "network", "file", "virtual", "none"])
def test_each_kind_of_the_settings_opens_its_printer_and_closes(kind: str) -> None:
    printer = open_printer(settings(kind, ""))
    outcome = Outcome.DONE if kind in ("none", "virtual") else Outcome.FAILED
    assert printer.print_paper(RECEIPT).outcome is outcome
    printer.close()
