"""The entry line: what has been typed so far, drawn plainly. It is no input field and takes no key."""

from __future__ import annotations

from tui.widgets.line_widget import LineWidget, Row

CURSOR = "_"


class EntryLine(LineWidget):
    """A label, a pending quantity perhaps, and the typed text with a cursor behind it."""

    def show_entry(self, label: str, text: str, *, quantity: str = "", is_masked: bool = False) -> None:
        """Show what is typed; a long text is shown by its end; masked text as stars."""
        shown = "*" * len(text) if is_masked else text
        spans = [(f"{label} ", "quiet")]
        if quantity:
            spans.append((f"{quantity} × ", "accent"))
        room = max(8, (self.size.width or 40) - sum(len(span) for span, _ in spans) - 1)
        spans += [(shown[-room:], "strong"), (CURSOR, "accent")]
        self.show([Row(tuple(spans))])
