"""The status bar: lane and operator on the left; printer, scanner, sync and clock on the right."""

from __future__ import annotations

import msgspec

from tui.widgets.line_widget import LineWidget, Row, Span


class Light(msgspec.Struct, frozen=True):
    """One thing in the status bar; one that `is_bad` stands in reverse with a mark."""

    text: str
    is_bad: bool = False


class StatusBar(LineWidget):
    """One line, painted only when something on it is different."""

    def show_status(self, left: str, lights: tuple[Light, ...], clock: str) -> None:
        """Show who sells where, how the devices and the sync stand, and the time."""
        spans: list[Span] = []
        for light in lights:
            spans.append((f" !{light.text}! ", "alarm") if light.is_bad else (f" {light.text} ", "bar"))
        row = Row(((f" {left}", "bar-strong"),), (*spans, (f" {clock} ", "bar-strong")), "bar")
        if (row,) != self._rows:
            self.show([row])
