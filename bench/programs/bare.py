"""The least that Textual can do, as yardsticks: `python -m bench.programs.bare line|input|rest`.

`line` is one widget that fills the screen, drawn line by line with strips kept, styles resolved once and only the
changed line repainted: each key changes that line. `input` is one focused Input. `rest` shows a text.
"""

from __future__ import annotations

import sys
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input, Static

READY: Final = "READY"


class Line(Widget, can_focus=True):
    """A screen of lines of which a key changes one."""

    DEFAULT_CSS = "Line { width: 1fr; height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._style: Style | None = None
        self._strips: dict[tuple[str, int], Strip] = {}

    def render_line(self, y: int) -> Strip:
        """Draw a line, or take it as it was drawn."""
        width = self.size.width
        text = f"{READY} {self.count}" if not y else f"{y:5d} Acme classic coffee dark 250 g"
        strip = self._strips.get((text, width))
        if strip is None:
            self._style = self._style or self.rich_style
            strip = self._strips[text, width] = Strip([Segment(text.ljust(width), self._style)], width)
        return strip

    def on_key(self, event: events.Key) -> None:
        """Change the line."""
        self.count += 1
        self.refresh(Region(0, 0, self.size.width, 1))
        event.stop()


class Bare(App[None]):
    """An application with one widget."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def compose(self) -> ComposeResult:
        """Yield the widget of the kind."""
        match self.kind:
            case "line":
                yield Line()
            case "input":
                field = Input(placeholder=f"- {READY}")
                field.cursor_blink = False
                yield field
            case _:
                yield Static(READY)

    def on_mount(self) -> None:
        """Let the keys go to the widget."""
        if self.kind != "rest":
            self.query_one("Line, Input").focus()


if __name__ == "__main__":
    Bare(sys.argv[1]).run(mouse=False)
