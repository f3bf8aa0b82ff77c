"""A customer's account: what is owed and until when, and an amount to be received on it.

Enter of a typed amount collects it for the oldest documents; `*` marks documents, and then Enter alone pays these.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Final

from textual.widget import Widget

from domain.account import OpenDocument
from domain.account_intent import PrintStatement, ReadAccount
from domain.account_outcome import AccountRead
from domain.form import date_text, format_money, parse_amount
from domain.refusal import Reason, Refused
from domain.text import safe_text
from tui.keys import Act
from tui.screens import account_openers
from tui.screens.key_screen import Live
from tui.screens.typing_screen import AMOUNT, TypingScreen
from tui.widgets.line_widget import LineWidget, Row, fit, text_row
from tui.widgets.pick_list import PickList

if TYPE_CHECKING:
    from tui.app import TillApp

FOLIO_WIDTH: Final = 20
MARK: Final = "*"


class AccountScreen(TypingScreen):
    """Shows an account and takes an amount."""

    CHARACTERS: ClassVar[frozenset[str] | None] = AMOUNT
    TYPED: ClassVar[tuple[str, ...]] = ("typed", "marked")

    def __init__(self, till: TillApp) -> None:
        super().__init__(till)
        self.account: AccountRead | None = None
        self.marked: frozenset[str] = frozenset()
        self.title_rows = LineWidget(classes="title")
        self.documents = PickList(id="hits", is_numbered=False)

    def begin(self, account: AccountRead) -> None:
        """Take the account."""
        self.typed = ""
        self.marked = frozenset()
        self.account = account

    def body(self) -> Iterator[Widget]:
        """Yield who it is, the open documents and the entry line."""
        yield self.title_rows
        yield self.documents
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter, "legend.collect")
        yield Act.UP, Live(lambda: self.documents.move(-1), "legend.choose")
        yield Act.DOWN, Live(lambda: self.documents.move(1), "legend.choose")
        yield Act.TIMES, Live(self.mark, "legend.mark", is_shown=self.has_documents)
        yield Act.SWITCH, Live(self.print_statement, "legend.statement")
        yield Act.PRICE, Live(self.correct, "legend.correct")
        yield Act.RESUME, Live(self.take_back, "legend.reverse", is_shown=self.has_collections)
        yield from self.typing_acts()

    def has_documents(self) -> bool:
        """Say whether anything is open."""
        return self.account is not None and bool(self.account.documents)

    def has_collections(self) -> bool:
        """Say whether anything of this lane could be taken back."""
        return self.account is not None and any(not one.is_reversed for one in self.account.collections)

    def mark(self) -> None:
        """Mark the chosen document to be paid, or take its mark away."""
        if self.account is None or not self.account.documents:
            self.till.beep()
            return
        self.marked ^= {self.account.documents[self.documents.selected].document_id}
        self.show()

    def chosen(self) -> tuple[OpenDocument, ...]:
        """Return the marked documents, the oldest first."""
        documents = self.account.documents if self.account else ()
        return tuple(one for one in documents if one.document_id in self.marked)

    def enter(self) -> None:
        """Go on to how the amount is paid."""
        text, chosen = self.take_typed(), self.chosen()
        amount = parse_amount(text, self.till.forms) if text else sum(one.open_minor for one in chosen)
        if not amount or amount < 0 or self.account is None:
            self.refuse(Refused(Reason.BAD_AMOUNT, {"text": text}))
            self.show_typed()
            return
        ids = tuple(one.document_id for one in chosen)
        account_openers.open_collect(self.till, self.account.customer, amount, ids)

    def print_statement(self) -> None:
        """Print the statement of account."""
        if self.account is None:
            return
        answer = self.till.act(PrintStatement(self.account.customer.code))
        if isinstance(answer, Refused):
            self.refuse(answer)
        else:
            self.till.tell_status()
            self.foot.tell(self.till.words("notice.statement"))

    def correct(self) -> None:
        """Correct the customer."""
        if self.account is not None:
            account_openers.open_customer_form(self.till, self.account.customer, "")

    def take_back(self) -> None:
        """Choose a collection to be taken back."""
        if self.account is not None and self.has_collections():
            account_openers.open_collections(self.till, self.account)
        else:
            self.till.beep()

    def label(self) -> str:
        """Return the name of the label's word."""
        return "account.amount"

    def show(self) -> None:
        """Show the account as it is now."""
        if self.account is None:
            return
        answer = self.till.act(ReadAccount(self.account.customer.code))
        self.account = answer if isinstance(answer, AccountRead) else self.account
        self.title_rows.show(list(self._title(self.account)))
        rows = [self._row(one) for one in self.account.documents]
        self.documents.show_items(rows, self.documents.selected)
        self.show_typed()

    def _title(self, account: AccountRead) -> Iterator[Row]:
        """Yield who it is, what is owed and how much more may be."""
        words, forms, credit = self.till.words, self.till.forms, account.credit
        owed = format_money(credit.owed_minor, forms)
        name = safe_text(account.customer.name, 46)
        yield Row(((name, "strong"),), ((f"{words('account.owes')} {owed} ", "strong"),))
        available = format_money(credit.available_minor, forms)
        parts = [words("account.available", amount=available, limit=format_money(credit.limit_minor, forms))]
        if credit.age_hours is not None:
            parts.append(words("account.old" if credit.is_stale else "account.age", hours=credit.age_hours))
        yield text_row("  ".join(parts), "quiet")
        yield text_row(safe_text(account.customer.note, 76), "accent")

    def _row(self, one: OpenDocument) -> Row:
        """Return one document: its mark, number, dates and what is open."""
        forms = self.till.forms
        mark = MARK if one.document_id in self.marked else " "
        due = self.till.words("account.due", date=date_text(one.due_date, forms)) if one.due_date else ""
        day = date_text(one.date, forms) if one.date else ""
        left = f"{mark} {fit(one.folio or one.document_id, FOLIO_WIDTH)} {day:<11} {due}"
        return Row(((left, "plain"),), ((f"{format_money(one.open_minor, forms)} ", "strong"),))
