"""The basket: one widget for any number of lines. Only the lines in sight exist, only what changed is painted."""

from __future__ import annotations

from typing import Final

from domain.basket import Basket, Line
from domain.deduction import Deduction
from domain.form import DEFAULT_FORMS, Forms, format_money, format_price, format_quantity, format_rate
from tui.widgets.line_widget import BLANK, LineWidget, Row, fit
from tui.words import Words

EMPTY: Final = Basket("")
HEAD: Final = 1
MARK: Final = ">"
VOIDED: Final = "x"
NO_WIDTH: Final = 3
QUANTITY_WIDTH: Final = 10
PRICE_WIDTH: Final = 12
AMOUNT_WIDTH: Final = 13
PIECES: Final = ("pc", "")
DEDUCTIONS: Final = 5
"""Rows below the lines for what is taken off; where there is more, the last row counts it."""


class BasketView(LineWidget):
    """The lines of a basket in columns, with the selected one marked, and always in sight."""

    def __init__(self, words: Words, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words
        self._basket = EMPTY
        self._forms = DEFAULT_FORMS
        self._selected = 0
        self._is_moved = False
        self._top = 0

    def show_basket(self, basket: Basket, forms: Forms, selected: int, *, is_moved: bool = False) -> None:
        """Show a basket. `selected` is a line's number; `is_moved` says that the operator chose it."""
        old, old_mark = self._basket, (self._selected, self._is_moved)
        self._basket, self._forms, self._selected, self._is_moved = basket, forms, selected, is_moved
        height = self.size.height - HEAD
        top = self._top_for(height)
        if top != self._top or basket.basket_id != old.basket_id:
            self._top = top
            self.repaint(range(HEAD, HEAD + height))
            return
        dirty = {number - 1 for number in (*old_mark[:1], selected) if (selected, is_moved) != old_mark}
        dirty |= {number - 1 for number in basket.voided ^ old.voided}
        for index in range(top, min(top + height, max(count_rows(basket), count_rows(old)))):
            if row_at(basket, index) is not row_at(old, index):
                dirty.add(index)
        self.repaint(sorted(HEAD + index - top for index in dirty if index >= top))

    def _top_for(self, height: int) -> int:
        """Return the first line in sight: the place does not move unless the selected line is outside."""
        count = count_rows(self._basket)
        target = self._selected - 1 if self._is_moved and self._selected else count - 1
        top = min(self._top, max(0, count - height))
        if target < top:
            return max(0, target)
        return max(top, target - height + 1) if height > 0 else 0

    def on_resize(self) -> None:
        """Bring the selected line back into sight."""
        self._top = self._top_for(self.size.height - HEAD)
        self.refresh()

    def row(self, y: int) -> Row:
        """Return the heads of the columns, or one line of the basket."""
        if y < HEAD:
            return self._head()
        match row_at(self._basket, self._top + y - HEAD):
            case None:
                return BLANK
            case Line() as line:
                return self._row_of(line)
            case Deduction() as deduction:
                return self._off_row(deduction.name, deduction.amount_minor)
            case (count, amount_minor):
                return self._off_row(self._words("basket.more_deductions", count=count), amount_minor)

    def _off_row(self, name: str, amount_minor: int) -> Row:
        """Return the row of what is taken off."""
        room = name_room(self.size.width) + PRICE_WIDTH
        head = " " * (NO_WIDTH + QUANTITY_WIDTH + 4)
        amount = format_money(-amount_minor, self._forms, symbol=False)
        return Row(((f"{head} {fit(name, room)}{amount:>{AMOUNT_WIDTH}}", "good"),))

    def _head(self) -> Row:
        """Return the heads, laid like the lines below them."""
        words = self._words
        text = (
            f"  {'':>{NO_WIDTH}} {words('basket.quantity'):>{QUANTITY_WIDTH}} "
            f" {fit(words('basket.item'), name_room(self.size.width))}"
            f"{words('basket.price'):>{PRICE_WIDTH}}{words('basket.amount'):>{AMOUNT_WIDTH}}"
        )
        return Row(((text, "quiet"),))

    def _row_of(self, line: Line) -> Row:
        """Return the row of a basket line."""
        is_selected = line.line_no == self._selected
        is_voided = line.line_no in self._basket.voided
        name_width = name_room(self.size.width)
        mark = MARK if is_selected else VOIDED if is_voided else " "
        text = (
            f" {mark}{line.line_no:>{NO_WIDTH}} {self._quantity(line):>{QUANTITY_WIDTH}} "
            f" {self._item_name(line, name_width)}{self._middle(line, is_voided):>{PRICE_WIDTH}}"
            f"{format_money(line.shown_minor, self._forms, symbol=False):>{AMOUNT_WIDTH}}"
        )
        if is_selected and self._is_moved:
            return Row(((text, "pick"),), ink="pick")
        if is_voided or line.voids:
            return Row(((text, "quiet"),))
        return Row(((text, "strong" if is_selected else "plain"),))

    def _item_name(self, line: Line, width: int) -> str:
        """Return a line's name, and what part of its price is taken off."""
        if not line.discount_ppm:
            return fit(line.name, width)
        off = f" -{format_rate(line.discount_ppm, self._forms)}"
        return fit(line.name, width - len(off)) + off

    def _quantity(self, line: Line) -> str:
        """Return a line's quantity, with its unit where that is not pieces."""
        number = format_quantity(line.quantity_micro, line.uom_digits, self._forms)
        return number if line.uom in PIECES else f"{number} {line.uom}"

    def _middle(self, line: Line, is_voided: bool) -> str:
        """Return the unit price, or in words that the line is voided or which one it takes back."""
        if is_voided:
            return self._words("basket.voided")
        if line.voids:
            return self._words("basket.voids", line=line.voids)
        return format_price(line.unit_price_micro, self._forms, symbol=False)


def name_room(width: int) -> int:
    """Return how much of a width is left for an item's name."""
    return max(8, width - 2 - NO_WIDTH - QUANTITY_WIDTH - PRICE_WIDTH - AMOUNT_WIDTH - 4)


def count_rows(basket: Basket) -> int:
    """Return how many rows a basket has: its lines, and below them what is taken off."""
    return len(basket.lines) + min(len(basket.deductions), DEDUCTIONS)


def row_at(basket: Basket, index: int) -> Line | Deduction | tuple[int, int] | None:
    """Return what stands at a place: a line, a deduction, or how many more of these there are and what they come to."""
    if not 0 <= index < count_rows(basket):
        return None
    at = index - len(basket.lines)
    if at < 0:
        return basket.lines[index]
    rest = basket.deductions[at:]
    if at == DEDUCTIONS - 1 and len(rest) > 1:
        return len(rest), sum(deduction.amount_minor for deduction in rest)
    return rest[0]
