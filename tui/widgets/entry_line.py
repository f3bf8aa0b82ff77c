"""The entry line: what has been typed so far, drawn plainly. It is no input field and takes no key."""

from __future__ import annotations

from typing import Final

from tui.widgets.line_widget import LineWidget, Row, Span

CURSOR: Final = "_"
ROOM: Final = 40


def entry_spans(label: str, text: str, quantity: str = "", room: int = ROOM) -> tuple[Span, ...]:
    """Return a label, a pending quantity perhaps, and the end of what is typed with a cursor behind it."""
    many = (f"{quantity} × ", "accent") if quantity else ("", "accent")
    return ((f"{label} ", "quiet"), many, (text[-room:], "strong"), (CURSOR, "accent"))


class EntryLine(LineWidget):
    """One line to type on; masked text is shown as stars."""

    def show_entry(self, label: str, text: str, *, is_masked: bool = False) -> None:
        """Show what is typed."""
        self.show([Row(entry_spans(label, "*" * len(text) if is_masked else text))])
