"""How a collection is paid: Enter takes what is left in the default kind, F1 to F8 in any other, as often as needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from domain.account_intent import Collect, CollectTender
from domain.account_outcome import CollectionPosted
from domain.customer import Customer
from domain.form import format_money
from domain.intent import AddTender
from domain.refusal import Reason, Refused
from domain.tender import Tender, TenderKind, make_tender
from domain.text import safe_text
from tui.keys import KINDS, Act, key_label
from tui.screens import openers
from tui.screens.key_screen import Live
from tui.screens.tender_screen import TenderScreen
from tui.wedge import Rush
from tui.widgets.line_widget import Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

NAME_LENGTH = 40


class CollectScreen(TenderScreen):
    """Takes tenders until the amount is there; only then is anything kept."""

    TYPED: ClassVar[tuple[str, ...]] = ("typed", "tenders", "left_minor")

    def __init__(self, till: TillApp) -> None:
        super().__init__(till, [kind for kind in till.register.tender_kinds if kind.pays_accounts])
        self.customer = Customer("", "")
        self.amount_minor = self.left_minor = 0
        self.documents: tuple[str, ...] = ()
        self.tenders: tuple[CollectTender, ...] = ()

    def begin(self, customer: Customer, amount_minor: int, documents: tuple[str, ...]) -> None:
        """Take who pays how much, and for which documents."""
        self.typed = ""
        self.customer, self.documents = customer, documents
        self.amount_minor = self.left_minor = amount_minor
        self.tenders = ()
        self.rush = Rush()

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from self.kind_acts()
        yield from self.typing_acts()
        yield Act.VOID, Live(self.give_back, "legend.take_back", True, lambda: bool(self.tenders))

    def take(self, kind: TenderKind) -> None:
        """Take what is typed, or exactly what is left, in a kind of tender."""
        text = self.take_typed()
        amount = self.amount_of(text)
        if text and amount is None:
            self.refuse(Refused(Reason.BAD_AMOUNT, {"text": text}))
            self.show()
        elif kind.needs_reference:
            openers.open_reference(self, kind, amount)
        else:
            self.tender(AddTender(kind.code, amount))

    def tender(self, intent: AddTender) -> None:
        """Add a tender; the last one posts the collection."""
        kind = next(kind for kind in self.kinds if kind.code == intent.kind)
        made = make_tender(kind, self.left_minor, intent.amount_minor, intent.reference, self.till.forms.exponent)
        if isinstance(made, Refused):
            self.refuse(made)
        else:
            self._add(intent, made)
        if self.is_top:
            self.show()

    def _add(self, intent: AddTender, made: Tender) -> None:
        """Keep a tender, and offer the collection to the register once it is paid."""
        taken = CollectTender(intent.kind, intent.amount_minor, intent.reference)
        before = self.tenders, self.left_minor
        self.tenders, self.left_minor = (*self.tenders, taken), self.left_minor - made.net_minor
        if self.left_minor:
            return
        answer = self.till.act(Collect(self.customer.code, self.amount_minor, self.tenders, self.documents))
        if isinstance(answer, CollectionPosted):
            self.till.home()
            self.till.tell_status()
            openers.open_change(self.till, answer)
            return
        self.tenders, self.left_minor = before
        if isinstance(answer, Refused):
            self.refuse(answer)

    def give_back(self) -> None:
        """Give back what is there; nothing of it was kept."""
        self.tenders, self.left_minor = (), self.amount_minor
        self.show()

    def show(self) -> None:
        """Show what is left, how it can be paid, and what is there."""
        words, forms = self.till.words, self.till.forms
        name = safe_text(self.customer.name, NAME_LENGTH)
        self.due_label.show([text_row(f"{words('collect.title', name=name)} {forms.symbol.strip()}", "quiet")])
        self.due.show_number(format_money(self.left_minor, forms, symbol=False))
        self.kind_rows.show(list(self._kind_rows()))
        self.sums.show([self._sum_row(words("account.amount"), self.amount_minor), *self._tender_rows()])
        self.show_typed()

    def _kind_rows(self) -> Iterator[Row]:
        """Yield the kinds of tender with their keys."""
        words, keys = self.till.words, self.till.keys
        yield text_row(words("pay.kinds"), "quiet")
        for act, kind in zip(KINDS, self.kinds, strict=False):
            key = key_label(keys.spec(act).key, words)
            yield Row(((f" {key:<3} ", "key"), (f" {safe_text(kind.name, NAME_LENGTH)}", "plain")))

    def _tender_rows(self) -> list[Row]:
        """Return what is there."""
        names = {kind.code: kind.name for kind in self.kinds}
        return [self._sum_row(safe_text(names[one.kind], 24), one.amount_minor or 0) for one in self.tenders]

    def _sum_row(self, text: str, amount_minor: int) -> Row:
        """Return a row with an amount at its right end."""
        return Row(((text, "plain"),), ((format_money(amount_minor, self.till.forms), "plain"),))
