"""A short form: one field after the other on the entry line, all in sight. Enter goes on, the last one saves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.text import safe_text
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import BLANK, LineWidget, Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

LABEL_WIDTH: Final = 20
VALUE_WIDTH: Final = 50


class FormScreen(TypingScreen):
    """Keeps the fields' texts; what is typed is the field that is marked."""

    LENGTH: ClassVar[int] = 120
    FIELDS: ClassVar[tuple[str, ...]] = ()
    """Names of the fields; `field.<name>` is the word of each."""
    TYPED: ClassVar[tuple[str, ...]] = ("typed", "values", "at")

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.values: dict[str, str] = {}
        self.at = 0
        self.title_rows = LineWidget(classes="title")
        self.rows = LineWidget(id="hits")

    def fill(self, values: Mapping[str, str]) -> None:
        """Begin at the first field with what is known already."""
        self.values = {name: values.get(name, "") for name in self.FIELDS}
        self.at = 0
        self.typed = self.values[self.FIELDS[0]]

    def headline(self) -> str:
        """Return what the form is about, in words."""
        raise NotImplementedError

    def save(self, values: Mapping[str, str]) -> None:
        """Offer what was written to the register."""
        raise NotImplementedError

    def hints(self) -> Sequence[Row]:
        """Return what could be written in the field that is marked, where there is a list of it."""
        return ()

    def body(self) -> Iterator[Widget]:
        """Yield the title, the fields and the entry line."""
        yield self.title_rows
        yield self.rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, "legend.next_field", is_grave=True)
        yield Act.UP, Live(lambda: self.step(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.step(1), "legend.choose")
        yield from self.typing_acts()

    def enter(self) -> None:
        """Go to the next field; behind the last one, save."""
        self.keep()
        if self.at + 1 < len(self.FIELDS):
            self.step(1)
            return
        self.save({name: text.strip() for name, text in self.values.items()})

    def step(self, step: int) -> None:
        """Go to another field."""
        self.keep()
        self.go(self.FIELDS[max(0, min(self.at + step, len(self.FIELDS) - 1))])

    def go(self, field: str) -> None:
        """Go to a field by its name."""
        if field in self.FIELDS:
            self.at = self.FIELDS.index(field)
            self.typed = self.values[field]
        self.show()

    def keep(self) -> None:
        """Keep what is typed in its field."""
        self.values = {**self.values, self.FIELDS[self.at]: self.typed}

    def label(self) -> str:
        """Return the name of the label's word."""
        return f"field.{self.FIELDS[self.at]}"

    def show(self) -> None:
        """Show all fields."""
        self.title_rows.show([text_row(self.headline(), "strong"), text_row(self.till.words("form.how"), "quiet")])
        self.show_typed()

    def show_typed(self) -> None:
        """Show what is typed, in its field and on the entry line, and what could be."""
        super().show_typed()
        self.rows.show([*(self._row(i, name) for i, name in enumerate(self.FIELDS)), BLANK, *self.hints()])

    def _row(self, place: int, name: str) -> Row:
        """Return one field with its text; a text too long for its place shows its end."""
        is_here = place == self.at
        text = safe_text(self.typed if is_here else self.values[name])[-VALUE_WIDTH:]
        label = f"{'>' if is_here else ' '} {self.till.words(f'field.{name}'):<{LABEL_WIDTH}} "
        return Row(((label, "accent" if is_here else "quiet"), (text, "strong" if is_here else "plain")))
