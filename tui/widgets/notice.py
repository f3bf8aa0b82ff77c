"""The notice line: one sentence, why something was refused and what to do, or what has just been done."""

from __future__ import annotations

from tui.widgets.line_widget import BLANK, LineWidget, Row


class Notice(LineWidget):
    """One line. A refusal stands on it in reverse with a mark before it; news stands there quietly."""

    def refuse(self, text: str) -> None:
        """Show a refusal."""
        self.show([Row(((f" ! {text} ", "alarm"),), ink="alarm")])

    def tell(self, text: str) -> None:
        """Show news."""
        self.show([Row(((f"   {text}", "good"),))])

    def clear(self) -> None:
        """Show nothing."""
        if self._rows != (BLANK,):
            self.show([BLANK])
