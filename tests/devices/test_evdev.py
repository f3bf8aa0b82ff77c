"""A scanner is found by its name, grabbed when that harms nobody, and found again when it comes back."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import ScannerSettings
from devices.errors import ScannerUnavailableError
from devices.scanner import keymap
from devices.scanner.choose import has_another_keyboard, is_keyboard, open_candidates, parse_identity
from devices.scanner.evdev import EvdevScanner
from devices.scanner.inputs import EvdevInputs
from devices.scanner.intake import BackOff
from devices.scanner.scanned import Rejection, ScannerState
from tests.devices.fake_inputs import FakeInputs, Hardware, Info
from tests.devices.listener import Listener
from tests.devices.typing_machine import tap, type_text

BY_ID = "/dev/input/by-id/usb-Zebra_SCAN0001-event-kbd"
GTIN = "7501031311309"


@pytest.fixture
def keyboard() -> Iterator[Hardware]:
    hardware = Hardware("/dev/input/event0", Info(0x046D, 0xC31C))
    yield hardware
    hardware.dispose()


@pytest.fixture
def scanner() -> Iterator[Hardware]:
    hardware = Hardware("/dev/input/event1", Info(0x05E0, 0x1200), "Symbol Bar Code Scanner", "SCAN0001")
    yield hardware
    hardware.dispose()


@pytest.fixture
def inputs(keyboard: Hardware, scanner: Hardware) -> FakeInputs:
    return FakeInputs(keyboard, scanner)


def make(inputs: FakeInputs, device: str = "05e0:1200:SCAN0001", gap_ms: int | None = None) -> EvdevScanner:
    settings = ScannerSettings(name="front", device=device)
    return EvdevScanner(settings, lambda: inputs, BackOff(1, 1), gap_ms)


@pytest.fixture
def lane() -> Listener:
    return Listener()


@pytest.mark.parametrize("device", ["05e0:1200:SCAN0001", "05E0:1200", "05e0:1200:", BY_ID])
def test_a_scanner_is_found_by_link_or_numbers_and_grabbed(
    inputs: FakeInputs, scanner: Hardware, lane: Listener, device: str
) -> None:
    inputs.links[BY_ID] = scanner.path
    with lane.running(make(inputs, device)):
        assert lane.state() is ScannerState.CONNECTED
        assert scanner.is_grabbed
        scanner.type_keys(type_text(GTIN + "\n"))
        scanned = lane.codes.get(timeout=20)
        assert (scanned.code, scanned.device) == (GTIN, "front")
    assert inputs.leaked() == []


def test_a_burst_of_scans_keeps_its_order(inputs: FakeInputs, scanner: Hardware, lane: Listener) -> None:
    codes = [f"{number:08}" for number in range(20)]
    with lane.running(make(inputs)):
        lane.await_state(ScannerState.CONNECTED)
        scanner.type_keys(type_text("\n".join(codes) + "\n"))
        assert [lane.code() for _ in codes] == codes


def test_a_control_chord_reaches_nobody_and_is_told(inputs: FakeInputs, scanner: Hardware, lane: Listener) -> None:
    with lane.running(make(inputs)):
        lane.await_state(ScannerState.CONNECTED)
        scanner.type_keys([*tap(16, keymap.KEY_LEFTCTRL), *type_text("\n" + GTIN + "\n")])
        assert lane.code() == GTIN
        assert lane.states.get(timeout=20).rejection is Rejection.CONTROL_CHARACTER


def test_the_only_keyboard_is_never_grabbed(scanner: Hardware, lane: Listener) -> None:
    scanner.info, scanner.name = Info(0x1234, 0x1), "Some HID device"
    with lane.running(make(FakeInputs(scanner), "1234:1")):
        assert lane.state() is ScannerState.ONLY_KEYBOARD
    assert scanner.grabs == 0


def test_the_only_keyboard_is_grabbed_as_scanner_once_another_one_is_there(
    inputs: FakeInputs, scanner: Hardware, keyboard: Hardware, lane: Listener
) -> None:
    keyboard.is_plugged = False
    with lane.running(make(inputs)):
        assert lane.state() is ScannerState.ONLY_KEYBOARD
        keyboard.is_plugged = True
        assert lane.state() is ScannerState.CONNECTED
    assert scanner.grabs == 1


def test_a_key_that_is_down_is_waited_for_before_the_grab(
    inputs: FakeInputs, scanner: Hardware, lane: Listener
) -> None:
    scanner.held = [keymap.KEY_ENTER] * 3
    with lane.running(make(inputs)):
        assert lane.state() is ScannerState.KEYS_HELD
        assert lane.state() is ScannerState.CONNECTED
    assert scanner.grabs == 1


def test_a_key_pressed_in_the_moment_of_the_grab_is_given_back(
    inputs: FakeInputs, scanner: Hardware, lane: Listener
) -> None:
    scanner.pressed_at_grab = [keymap.KEY_ENTER]
    with lane.running(make(inputs)):
        assert lane.state() is ScannerState.KEYS_HELD
        assert lane.state() is ScannerState.CONNECTED
    assert scanner.grabs == 2


def test_what_was_typed_before_the_grab_is_no_scan(inputs: FakeInputs, scanner: Hardware, lane: Listener) -> None:
    scanner.type_keys(type_text("111\n"))
    with lane.running(make(inputs)):
        lane.await_state(ScannerState.CONNECTED)
        scanner.type_keys(type_text("222\n"))
        assert lane.code() == "222"


def test_an_unplugged_scanner_is_found_again_and_loses_its_half_code(
    inputs: FakeInputs, scanner: Hardware, lane: Listener
) -> None:
    with lane.running(make(inputs)):
        for attempt in range(3):
            lane.await_state(ScannerState.CONNECTED)
            scanner.type_keys(type_text(f"{attempt}\n"))
            assert lane.code() == str(attempt)
            scanner.type_keys(type_text("75010"))
            scanner.unplug()
            assert lane.state() is ScannerState.ABSENT
            scanner.plug()
    assert scanner.grabs >= 3
    assert inputs.leaked() == []


def test_a_scanner_that_comes_back_under_another_number_is_the_same(
    inputs: FakeInputs, scanner: Hardware, lane: Listener
) -> None:
    with lane.running(make(inputs)):
        lane.await_state(ScannerState.CONNECTED)
        scanner.unplug()
        assert lane.state() is ScannerState.ABSENT
        scanner.path = "/dev/input/event7"
        scanner.plug()
        lane.await_state(ScannerState.CONNECTED)
        scanner.type_keys(type_text("5\n"))
        assert lane.code() == "5"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (errno.EACCES, ScannerState.NO_PERMISSION),
        (errno.ENOENT, ScannerState.ABSENT),
        (errno.ENODEV, ScannerState.ABSENT),
    ],
)
def test_what_keeps_a_link_from_opening_is_told(
    inputs: FakeInputs, scanner: Hardware, lane: Listener, error: int, state: ScannerState
) -> None:
    scanner.open_error = error
    with lane.running(make(inputs, scanner.path)):
        assert lane.state() is state


def test_a_scanner_that_another_program_holds_is_busy(inputs: FakeInputs, scanner: Hardware, lane: Listener) -> None:
    scanner.grab_error = errno.EBUSY
    with lane.running(make(inputs)):
        assert lane.state() is ScannerState.BUSY
    assert inputs.leaked() == []


def test_of_two_like_scanners_the_one_nobody_holds_is_taken(
    inputs: FakeInputs, scanner: Hardware, lane: Listener
) -> None:
    twin = Hardware("/dev/input/event2", scanner.info, scanner.name)
    inputs.hardware.append(twin)
    scanner.grab_error = errno.EBUSY
    with lane.running(make(inputs, "05e0:1200")):
        assert lane.state() is ScannerState.CONNECTED
        assert twin.is_grabbed
    twin.dispose()


def test_without_group_input_the_list_is_empty_and_that_is_told(inputs: FakeInputs, lane: Listener) -> None:
    inputs.may_open = False
    with lane.running(make(inputs)):
        assert lane.state() is ScannerState.NO_PERMISSION


@pytest.mark.parametrize("device", ["", "scanner", "05e0", "xyz:1"])
def test_a_device_that_is_no_name_is_a_matter_of_settings(inputs: FakeInputs, lane: Listener, device: str) -> None:
    with lane.running(make(inputs, device)):
        assert lane.state() is ScannerState.BAD_SETTINGS


def test_a_missing_evdev_is_told(lane: Listener) -> None:
    def missing() -> FakeInputs:
        raise ScannerUnavailableError(ScannerState.NO_DRIVER)

    settings = ScannerSettings(device="05e0:1200")
    with lane.running(EvdevScanner(settings, missing, BackOff(1, 1))):
        assert lane.state() is ScannerState.NO_DRIVER


def test_without_suffix_silence_on_the_device_ends_the_code(
    inputs: FakeInputs, scanner: Hardware, lane: Listener
) -> None:
    settings = ScannerSettings(device="05e0:1200", suffix="none")
    with lane.running(EvdevScanner(settings, lambda: inputs, BackOff(1, 1), gap_ms=20)):
        lane.await_state(ScannerState.CONNECTED)
        scanner.type_keys(type_text(GTIN))
        assert lane.code() == GTIN


def test_the_power_button_is_no_scanner_and_no_keyboard(inputs: FakeInputs, keyboard: Hardware) -> None:
    keyboard.keys = (116,)
    assert not is_keyboard(inputs.open(keyboard.path))
    assert list(open_candidates(inputs, "046d:c31c")) == []
    keyboard.open_error = errno.EACCES
    assert not has_another_keyboard(inputs, inputs.open("/dev/input/event1"))


def test_the_second_node_of_a_scanner_is_no_other_keyboard(scanner: Hardware) -> None:
    scanner.info, scanner.name = Info(0x1234, 0x1), "Some HID device"
    second = Hardware("/dev/input/event2", scanner.info)
    second.phys = scanner.phys.replace("input0", "input1")
    inputs = FakeInputs(scanner, second)
    assert not has_another_keyboard(inputs, inputs.open(scanner.path))
    second.phys = "usb-0000:00:14.0-9/input0"
    assert has_another_keyboard(inputs, inputs.open(scanner.path))
    second.dispose()


def test_numbers_are_hexadecimal_and_the_serial_may_be_anything() -> None:
    identity = parse_identity("5e0:1200:AB:12 34")
    assert identity is not None
    assert (identity.vendor, identity.product, identity.serial) == (0x5E0, 0x1200, "AB:12 34")


def test_waits_grow_to_two_seconds_and_begin_again() -> None:
    back_off = BackOff()
    assert [back_off.next_seconds() for _ in range(4)] == [0.5, 1.0, 2.0, 2.0]
    back_off.reset()
    assert back_off.next_seconds() == 0.5


@pytest.mark.skipif(not os.access("/dev/uinput", os.W_OK), reason="no /dev/uinput to make a scanner with")
def test_a_scanner_of_the_kernel_is_grabbed_and_read(lane: Listener) -> None:
    evdev = pytest.importorskip("evdev")
    with (
        evdev.UInput(name="keyboard of the test", vendor=0x1234, product=1, phys="test-1/input0"),
        evdev.UInput(name="scanner of the test", vendor=0x1234, product=2, phys="test-2/input0") as scanner,
        lane.running(EvdevScanner(ScannerSettings(device="1234:2"), EvdevInputs, BackOff(20, 20))),
    ):
        lane.await_state(ScannerState.CONNECTED)
        for key in type_text(GTIN + "\n"):
            scanner.write(*key)
        assert lane.code() == GTIN


def test_a_machine_without_input_devices_has_an_absent_scanner(lane: Listener) -> None:
    pytest.importorskip("evdev")
    if any(Path("/dev/input").glob("event*")):
        pytest.skip("this machine has input devices")
    with lane.running(EvdevScanner(ScannerSettings(device="05e0:1200"), back_off=BackOff(1, 1))):
        assert lane.state() is ScannerState.ABSENT


def test_stopping_does_not_wait_for_the_scanner(inputs: FakeInputs, lane: Listener) -> None:
    stop = threading.Event()
    stop.set()
    make(inputs).run(lane.codes.put, lane.states.put, stop)
    assert lane.states.empty()
