"""Scanners on a line and scanners made of a file, each read in its own thread."""

from __future__ import annotations

import os
import pty
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ScannerSettings
from devices.scanner.assemble import Suffix
from devices.scanner.intake import BackOff
from devices.scanner.running import open_scanner, start_scanner
from devices.scanner.scanned import Rejection, ScannerState
from devices.scanner.serial import SerialScanner
from devices.scanner.virtual import VirtualScanner
from tests.devices.listener import PATIENCE, Listener

GTIN = "7501031311309"


class Line:
    """A serial line of which the test holds the scanner's end (8N1, as all a pty can)."""

    def __init__(self, link: Path) -> None:
        self.path = str(link)
        self._end = -1
        self._far_end = -1

    def plug(self) -> None:
        """Make the line appear under its stable name."""
        self._end, self._far_end = pty.openpty()
        tty.setraw(self._far_end)
        Path(self.path).symlink_to(os.ttyname(self._far_end))

    def send(self, data: bytes) -> None:
        """Send bytes as the scanner."""
        os.write(self._end, data)

    def unplug(self) -> None:
        """Make the line go away."""
        Path(self.path).unlink()
        os.close(self._end)
        os.close(self._far_end)
        self._end = -1

    @property
    def is_plugged(self) -> bool:
        """Whether the line is there."""
        return self._end >= 0


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    line = Line(tmp_path / "usb-Honeywell_1234-if00")
    line.plug()
    yield line
    if line.is_plugged:
        line.unplug()


@pytest.fixture
def lane() -> Listener:
    return Listener()


def serial_scanner(line: Line, gap_ms: int | None = None) -> SerialScanner:
    suffix: Suffix = "none" if gap_ms else "enter"
    return SerialScanner(ScannerSettings(kind="serial", device=line.path, suffix=suffix), BackOff(1, 1), gap_ms)


def test_codes_of_a_serial_scanner_come_through(line: Line, lane: Listener) -> None:
    with lane.running(serial_scanner(line)):
        lane.await_state(ScannerState.CONNECTED)
        line.send(b"]d20109506000134352\x1d10AB\r\n" + GTIN.encode() + b"\r\n")
        scanned = lane.codes.get(timeout=PATIENCE)
        assert (scanned.code, scanned.symbology) == ("0109506000134352\x1d10AB", "d2")
        assert lane.code() == GTIN


def test_a_serial_scanner_without_suffix_is_read_by_silence(line: Line, lane: Listener) -> None:
    with lane.running(serial_scanner(line, gap_ms=20)):
        lane.await_state(ScannerState.CONNECTED)
        line.send(GTIN.encode())
        assert lane.code() == GTIN


def test_noise_on_a_line_is_no_code(line: Line, lane: Listener) -> None:
    with lane.running(serial_scanner(line)):
        lane.await_state(ScannerState.CONNECTED)
        line.send(b"\xff\x00\xfe7501\r" + GTIN.encode() + b"\r")
        assert lane.code() == GTIN
        assert lane.states.get(timeout=PATIENCE).rejection is Rejection.CONTROL_CHARACTER


def test_a_line_that_goes_is_opened_again_when_it_comes(line: Line, lane: Listener) -> None:
    with lane.running(serial_scanner(line)):
        lane.await_state(ScannerState.CONNECTED)
        line.unplug()
        lane.await_state(ScannerState.ABSENT)
        line.plug()
        lane.await_state(ScannerState.CONNECTED)
        line.send(b"22\r")
        assert lane.code() == "22"


def test_a_line_that_another_program_holds_is_busy(line: Line, lane: Listener) -> None:
    import serial

    with serial.Serial(line.path, exclusive=True), lane.running(serial_scanner(line)):
        assert lane.state() is ScannerState.BUSY


@pytest.mark.parametrize("baud", [-1, 12_345_678_901])
def test_a_line_that_refuses_its_speed_is_a_matter_of_settings(line: Line, lane: Listener, baud: int) -> None:
    settings = ScannerSettings(kind="serial", device=line.path, baud=baud)
    with lane.running(SerialScanner(settings, BackOff(1, 1))):
        assert lane.state() is ScannerState.BAD_SETTINGS


def test_a_serial_scanner_without_a_path_is_a_matter_of_settings(lane: Listener) -> None:
    with lane.running(SerialScanner(ScannerSettings(kind="serial"), BackOff(1, 1))):
        assert lane.state() is ScannerState.BAD_SETTINGS


def test_a_virtual_scanner_makes_its_fifo_and_hears_every_writer(tmp_path: Path, lane: Listener) -> None:
    path = tmp_path / "scans"
    with lane.running(VirtualScanner(ScannerSettings(kind="virtual", device=str(path)), BackOff(1, 1))):
        lane.await_state(ScannerState.CONNECTED)
        for code in ("111", "222"):
            with path.open("w") as fifo:
                fifo.write(f"{code}\n")
            assert lane.code() == code
    assert path.is_fifo()


def test_a_virtual_scanner_reads_a_file_and_what_is_added_to_it(tmp_path: Path, lane: Listener) -> None:
    path = tmp_path / "scans.txt"
    path.write_text(f"{GTIN}\n[bad]\n22\n")
    with lane.running(VirtualScanner(ScannerSettings(kind="virtual", device=str(path)))):
        assert [lane.code(), lane.code()] == [GTIN, "22"]
        with path.open("a") as file:
            file.write("33\n")
        assert lane.code() == "33"


def test_a_thousand_codes_through_a_fifo_keep_their_order(tmp_path: Path, lane: Listener) -> None:
    path = tmp_path / "scans"
    codes = [f"{number:013}" for number in range(1000)]
    with lane.running(VirtualScanner(ScannerSettings(kind="virtual", device=str(path)))):
        lane.await_state(ScannerState.CONNECTED)
        with path.open("w") as fifo:
            fifo.write("\n".join(codes) + "\n")
        assert [lane.code() for _ in codes] == codes


def test_a_virtual_scanner_whose_folder_is_missing_waits_for_it(tmp_path: Path, lane: Listener) -> None:
    path = tmp_path / "lane" / "scans"
    with lane.running(VirtualScanner(ScannerSettings(kind="virtual", device=str(path)), BackOff(1, 1))):
        assert lane.state() is ScannerState.ABSENT
        path.parent.mkdir()
        assert lane.state() is ScannerState.CONNECTED


def test_a_virtual_scanner_without_a_path_is_a_matter_of_settings(lane: Listener) -> None:
    with lane.running(VirtualScanner(ScannerSettings(kind="virtual"), BackOff(1, 1))):
        assert lane.state() is ScannerState.BAD_SETTINGS


@pytest.mark.parametrize("kind", ["evdev", "serial", "virtual"])
def test_each_kind_of_the_settings_opens_its_scanner(kind: str) -> None:
    settings = ScannerSettings(kind=kind)  # type: ignore[arg-type]
    assert type(open_scanner(settings)).__name__.lower() == f"{kind}scanner"


def test_a_started_scanner_stops(tmp_path: Path, lane: Listener) -> None:
    settings = ScannerSettings(kind="virtual", device=str(tmp_path / "scans"))
    running = start_scanner(settings, lane.codes.put, lane.states.put)
    lane.await_state(ScannerState.CONNECTED)
    assert running.stop(PATIENCE)
