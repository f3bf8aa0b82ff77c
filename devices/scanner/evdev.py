"""A keyboard-type scanner read through evdev and grabbed, so that its keys reach nothing but the lane.

The grab is made only when no key is down (a key held at that moment would repeat for ever on the console) and
dropped by the kernel when this process ends. The scanner may come and go as it likes.
"""

from __future__ import annotations

import contextlib
import select
import threading
from collections.abc import Callable

from config.settings import ScannerSettings
from devices.errors import ScannerUnavailableError
from devices.scanner.choose import has_another_keyboard, open_candidates
from devices.scanner.decode import KeyDecoder
from devices.scanner.inputs import EvdevInputs, InputDevice, Inputs, state_of
from devices.scanner.intake import BackOff, Intake
from devices.scanner.judge import RateLimit
from devices.scanner.scanned import Emit, Report, ScannerState

KEY_POLL_SECONDS = 0.02
IDLE_SECONDS = 0.25
"""How long a read waits before it looks whether to stop."""


class EvdevScanner:
    """One scanner of kind `evdev`; `inputs` and `gap_ms` are for tests."""

    def __init__(
        self,
        settings: ScannerSettings,
        inputs: Callable[[], Inputs] = EvdevInputs,
        back_off: BackOff | None = None,
        gap_ms: int | None = None,
    ) -> None:
        self._settings = settings
        self._inputs = inputs
        self._back_off = back_off or BackOff()
        self._gap_ms = gap_ms

    def run(self, emit: Emit, status: Report, stop: threading.Event) -> None:
        """Read until `stop` is set, reconnecting for ever."""
        intake = Intake(self._settings.name, emit, status, RateLimit())
        while not stop.is_set():
            try:
                self._serve(intake, stop)
            except ScannerUnavailableError as why:
                intake.report(why.state)
            except OSError as error:  # ENODEV: unplugged
                intake.report(state_of(error))
            stop.wait(self._back_off.next_seconds())

    def _serve(self, intake: Intake, stop: threading.Event) -> None:
        """Open, grab and read the scanner until it goes away or `stop` is set."""
        device = self._grab(self._inputs(), intake, stop)
        if device is None:
            return
        with contextlib.closing(device):
            self._back_off.reset()
            intake.report(ScannerState.CONNECTED)
            self._read(device, intake, stop)

    def _grab(self, inputs: Inputs, intake: Intake, stop: threading.Event) -> InputDevice | None:
        """Return the first fitting device that lets itself be grabbed, `None` when told to stop."""
        state = ScannerState.ABSENT
        for device in open_candidates(inputs, self._settings.device):
            try:
                if not has_another_keyboard(inputs, device):
                    raise ScannerUnavailableError(ScannerState.ONLY_KEYBOARD)
                if _grab_when_idle(device, intake, stop):
                    return device
            except (OSError, ScannerUnavailableError) as error:
                state = error.state if isinstance(error, ScannerUnavailableError) else state_of(error)
            device.close()
            if stop.is_set():
                return None
        raise ScannerUnavailableError(state)

    def _read(self, device: InputDevice, intake: Intake, stop: threading.Event) -> None:
        """Decode events until `stop` is set; `OSError` when the device goes away."""
        decoder = KeyDecoder(self._settings.layout, self._settings.suffix, self._gap_ms)
        assembler = decoder.assembler
        while not stop.is_set():
            wait = assembler.gap_ms / 1000 if assembler.is_pending else IDLE_SECONDS
            if not select.select([device.fd], [], [], wait)[0]:
                intake.take(decoder.silence())
                continue
            with contextlib.suppress(BlockingIOError):
                for event in device.read():
                    at_ms = event.sec * 1000 + event.usec // 1000
                    intake.take(decoder.feed(event.type, event.code, event.value, at_ms))


def _grab_when_idle(device: InputDevice, intake: Intake, stop: threading.Event) -> bool:
    """Wait until no key is down and grab; throw away what was typed before. `False` when told to stop."""
    while not stop.is_set():
        if not device.active_keys():
            device.grab()
            if not device.active_keys():
                _drain(device)
                return True
            device.ungrab()
        intake.report(ScannerState.KEYS_HELD)
        stop.wait(KEY_POLL_SECONDS)
    return False


def _drain(device: InputDevice) -> None:
    """Throw away events from before the grab: the console has had them."""
    with contextlib.suppress(BlockingIOError):
        for _ in device.read():
            pass
