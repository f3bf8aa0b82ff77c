"""What device threads tell the screen, by `TillApp.post_message`; the only words between them."""

from __future__ import annotations

from textual.message import Message


class CodeScanned(Message, bubble=False):
    """A scanner has read a code. It comes whole and without its Enter, never as keys."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code


class DeviceChanged(Message, bubble=False):
    """A device is in another state; `state` is a word of `tui.words` (`device.<state>`) or the driver's own."""

    def __init__(self, device: str, state: str) -> None:
        super().__init__()
        self.device = device
        self.state = state


class Pondered(Message, bubble=False):
    """What took long is worked out, in a thread: the act itself can be done now."""


class PaperPrinted(Message, bubble=False):
    """Paper came out of the virtual printer, as plain lines."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        super().__init__()
        self.lines = lines
