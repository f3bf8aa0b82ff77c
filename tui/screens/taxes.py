"""The taxes of the open sale by rate, and below them what was taken off; a page to read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual.widget import Widget

from domain.form import format_money, format_rate
from domain.tax import TaxAmount
from domain.text import safe_text
from tui.keys import Act
from tui.screens.key_screen import Live
from tui.screens.reading_screen import ReadingScreen
from tui.widgets.line_widget import BLANK, LineWidget, Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

NAME_LENGTH = 40


class TaxesScreen(ReadingScreen):
    """A table of taxes."""

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield the title and the table."""
        yield self.title_rows
        yield self.page

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from self.step_acts()
        yield from self.close_acts()

    def show(self) -> None:
        """Show taxes, net and total, and what was taken off."""
        words, forms, basket = self.till.words, self.till.forms, self.till.register.basket
        self.title_rows.show([text_row(words("taxes.title"), "strong"), text_row(words("taxes.how"), "quiet")])
        money = basket.document
        rows = [self._tax_row(tax) for tax in money.taxes]
        rows += [BLANK, _row(words("taxes.net"), format_money(money.net_minor, forms))]
        rows.append(_row(words("sale.total"), format_money(money.total_minor, forms), "strong"))
        if basket.deductions:
            rows += [BLANK, text_row(words("taxes.deductions"), "quiet")]
        for deduction in basket.deductions:
            rows.append(_row(safe_text(deduction.name, NAME_LENGTH), format_money(-deduction.amount_minor, forms)))
        self.page.show(rows)

    def _tax_row(self, tax: TaxAmount) -> Row:
        """Return a tax with its base."""
        forms = self.till.forms
        rate = "" if tax.is_exempt or not tax.rate_ppm else f" {format_rate(tax.rate_ppm, forms)}"
        name = safe_text(tax.name, NAME_LENGTH)
        label = name if rate.strip() in name else f"{name}{rate}"
        base = self.till.words("taxes.base", base=format_money(tax.base_minor, forms))
        return Row(((f" {label}  ", "plain"), (base, "quiet")), ((f"{format_money(tax.tax_minor, forms)} ", "plain"),))


def _row(text: str, amount: str, ink: str = "plain") -> Row:
    """Return a row with an amount at its right end."""
    return Row(((f" {text}", ink),), ((f"{amount} ", ink),))
