"""A numbered list to choose from, by number or by arrows; the chosen row in reverse with a mark before it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.widgets.line_widget import BLANK, LineWidget, Row


class PickList(LineWidget):
    """Rows, one of them selected and always in sight. `is_numbered` puts 1, 2, 3… before them."""

    def __init__(self, *, id: str | None = None, is_numbered: bool = True) -> None:
        super().__init__(id=id)
        self._items: tuple[Row, ...] = ()
        self._is_numbered = is_numbered
        self._top = 0
        self.selected = 0

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._items)

    def show_items(self, items: Sequence[Row], selected: int = 0) -> None:
        """Show other rows."""
        old, self._items = self._items, tuple(items)
        changed = [i for i, (a, b) in enumerate(zip(old, self._items, strict=False)) if a != b]
        shorter, longer = sorted((len(old), len(self._items)))
        self._select(selected, [*changed, *range(shorter, longer)])

    def move(self, step: int) -> None:
        """Select the row some steps further; at the ends it stays."""
        self._select(self.selected + step, [])

    def select(self, index: int) -> None:
        """Select a row."""
        self._select(index, [])

    def _select(self, index: int, dirty: list[int]) -> None:
        """Select a row and repaint what differs."""
        old, old_top = self.selected, self._top
        self.selected = max(0, min(index, len(self._items) - 1))
        height = self.size.height
        if height:
            self._top = max(min(self._top, self.selected), self.selected - height + 1)
        if self._top != old_top:
            self.repaint(range(height))
            return
        marks = [old, self.selected] if old != self.selected else []
        self.repaint(sorted({index - self._top for index in (*dirty, *marks)}))

    def row(self, y: int) -> Row:
        """Return one row with its mark and number."""
        index = self._top + y
        if not 0 <= index < len(self._items):
            return BLANK
        item = self._items[index]
        is_selected = index == self.selected
        number = f"{index + 1:>3}  " if self._is_numbered else " "
        head = (f"{'>' if is_selected else ' '}{number}", "pick" if is_selected else "accent")
        if not is_selected:
            return item._replace(left=(head, *item.left))
        return Row(
            (head, *((text, "pick") for text, _ in item.left)),
            tuple((text, "pick") for text, _ in item.right),
            "pick",
        )


def pick_number(typed: str, digit: str, count: int) -> tuple[str, int | None]:
    """Return what is typed after one more digit, and the number chosen if no longer one could be meant.

    In a list of nine a digit chooses at once; in one of twenty `3` does and `1` waits for Enter or another.
    """
    text = typed + digit
    number = int(text)
    if not 1 <= number <= count:
        return "", None
    return ("", number) if number * 10 > count else (text, None)
