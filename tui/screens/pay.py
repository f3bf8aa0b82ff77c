"""The pay screen: what is to pay, large; Enter takes it in the default kind, F1 to F8 in any other.

A scan here is refused and never an amount, also where the scanner types it (`tui.wedge`); a refused amount is
forgotten. Change as large as the largest note is asked about: nobody hands over a note too many. Esc goes back and
gives nothing back: tenders already taken stay until Del returns them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec

from domain.form import format_money
from domain.intent import AddTender, TakeBackTenders
from domain.outcome import SalePosted
from domain.refusal import Reason, Refused
from domain.tender import Tender, TenderKind, make_tender
from domain.text import safe_text
from tui.keys import KINDS, Act, key_label
from tui.screens import openers
from tui.screens.key_screen import Live
from tui.screens.tender_screen import TenderScreen
from tui.wedge import Rush
from tui.widgets.line_widget import BLANK, Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp

KIND_LENGTH = 24
NAME_LENGTH = 16


class PayScreen(TenderScreen):
    """Takes tenders until nothing is left to pay."""

    def __init__(self, till: TillApp) -> None:
        self.refund: tuple[str, int | None] | None = None
        """The kind in which money goes back first, and how much where it is not all."""
        self.unconfirmed: AddTender | None = None
        """A tender that waits for the operator's word: a resumed basket may be another's, much change a mistake."""
        super().__init__(till, till.register.tender_kinds)

    def begin(self) -> None:
        """Begin with nothing typed and nothing asked."""
        self.typed = ""
        self.unconfirmed = None
        self.rush = Rush()

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield from self.kind_acts()
        yield from self.typing_acts()
        yield Act.TENDER, Live(self.confirm, "legend.confirm", True, lambda: self.unconfirmed is not None)
        yield Act.VOID, Live(self.take_back, "legend.take_back", True, lambda: bool(self.till.register.basket.tenders))

    # what is typed

    def retyped(self) -> None:
        """Show what is typed; a tender that waited for a word waits no longer."""
        self.unconfirmed = None
        super().retyped()

    def back(self) -> None:
        """Forget what is typed; with nothing typed, go back to the sale."""
        self.unconfirmed = None
        super().back()

    # what is paid

    @property
    def default(self) -> TenderKind:
        """The kind of Enter: money goes back as it came, and is taken in the first kind."""
        named = self.refund[0] if self.refund else ""
        return next((kind for kind in self.kinds if kind.code == named), self.kinds[0])

    def take(self, kind: TenderKind) -> None:
        """Take what is typed, or exactly the balance, in a kind of tender; back goes no more than came in the kind."""
        text = self.take_typed()
        amount = self.amount_of(text)
        if not text and self.refund and self.refund[0] == kind.code:
            amount = self.refund[1]
        if text and amount is None:
            self.refuse(Refused(Reason.BAD_AMOUNT, {"text": text}))
            self.show()
        elif kind.needs_reference and not (kind.is_stored_value and self.till.register.basket.balance_minor < 0):
            self._ask_reference(kind, amount)
        else:
            self.tender(AddTender(kind.code, amount))

    def _ask_reference(self, kind: TenderKind, amount_minor: int | None) -> None:
        """Ask for the reference that a kind of tender needs."""
        openers.open_reference(self, kind, amount_minor)

    def tender(self, intent: AddTender) -> None:
        """Offer a tender to the register and show what came of it."""
        if not intent.confirmed and (change_minor := self._much_change(intent)):
            self._ask_about(change_minor, intent)
            return
        self.unconfirmed = None
        answer = self.till.act(intent)
        match answer:
            case Refused(reason=Reason.RESUMED_NEEDS_YES):
                self.unconfirmed = msgspec.structs.replace(intent, confirmed=True)
                self.refuse(answer)
            case Refused():
                self.refuse(answer)
            case SalePosted():
                self.leave()
                self.till.tell_status()
                openers.open_change(self.till, answer)
                return
            case _:
                pass
        self.show()

    def _much_change(self, intent: AddTender) -> int:
        """Return the change that a tender would give where it reaches the largest note, else 0."""
        kind = next(kind for kind in self.kinds if kind.code == intent.kind)
        balance_minor = self.till.register.basket.balance_minor
        tender = make_tender(kind, balance_minor, intent.amount_minor, intent.reference)
        notes = self.till.register.denominations
        is_much = isinstance(tender, Tender) and bool(notes) and tender.change_minor >= notes[0]
        return tender.change_minor if isinstance(tender, Tender) and is_much else 0

    def _ask_about(self, change_minor: int, intent: AddTender) -> None:
        """Ask about much change; where the resumed basket would be asked about too, both are one question."""
        basket = self.till.register.basket
        is_other = basket.is_resumed and not basket.tenders
        word = "notice.much_change_resumed" if is_other else "notice.much_change"
        change, name = format_money(change_minor, self.till.forms), safe_text(basket.name, NAME_LENGTH)
        self.unconfirmed = msgspec.structs.replace(intent, confirmed=True)
        self.refuse_text(self.till.words(word, change=change, name=name))
        self.show()

    def confirm(self) -> None:
        """Take the tender that waited; without one the key means nothing here."""
        if self.unconfirmed is None:
            self.till.beep()
            return
        self.tender(self.unconfirmed)

    def take_back(self) -> None:
        """Give the tenders back."""
        answer = self.till.act(TakeBackTenders())
        if isinstance(answer, Refused):
            self.refuse(answer)
        self.show()

    # what is shown

    def show(self) -> None:
        """Show what is to pay, how it can be paid and what was paid already."""
        basket, forms, words = self.till.register.basket, self.till.forms, self.till.words
        self.refund = self.till.register.next_refund
        word = "pay.to_return" if basket.balance_minor < 0 else "pay.to_pay"
        self.due_label.show([text_row(f"{words(word)} {forms.symbol.strip()}", "quiet")])
        self.due.show_number(format_money(abs(basket.balance_minor), forms, symbol=False))
        self.kind_rows.show(list(self._kind_rows()))
        self.show_typed()

    def show_typed(self) -> None:
        """Show the amount being typed, and the change it would give."""
        super().show_typed()
        self.sums.show(list(self._sum_rows()))

    def _kind_rows(self) -> Iterator[Row]:
        """Yield the kinds of tender with their keys."""
        words, keys = self.till.words, self.till.keys
        yield text_row(words("pay.kinds"), "quiet")
        for act, kind in zip(KINDS, self.kinds, strict=False):
            key = key_label(keys.spec(act).key, words)
            name = (
                kind.name if kind is not self.default else words("pay.default", kind=safe_text(kind.name, KIND_LENGTH))
            )
            yield Row(((f" {key:<3} ", "key"), (f" {name}", "plain")))

    def _sum_rows(self) -> Iterator[Row]:
        """Yield the total, the tenders so far and the balance."""
        basket, forms, words = self.till.register.basket, self.till.forms, self.till.words
        names = {kind.code: kind.name for kind in self.till.register.tender_kinds}
        yield _sum_row(words("sale.total"), format_money(basket.due_minor, forms), "plain")
        for tender in basket.tenders:
            name = safe_text(names.get(tender.kind, tender.kind), KIND_LENGTH)
            reference = f" {safe_text(tender.reference, 12)}" if tender.reference else ""
            yield _sum_row(f"{name}{reference}", format_money(tender.net_minor, forms), "quiet")
        if basket.tenders:
            yield BLANK
            yield _sum_row(words("pay.to_pay"), format_money(basket.balance_minor, forms), "strong")
        due = self.till.register.cash_due_minor
        if due != basket.balance_minor:
            yield _sum_row(words("pay.cash_due"), format_money(due, forms), "strong")
        amount = self.amount_of(self.typed)
        if amount is not None and 0 < due < amount and self.kinds[0].gives_change:
            yield BLANK
            yield _sum_row(words("pay.amount"), format_money(amount, forms), "plain")
            yield _sum_row(words("change.change"), format_money(amount - due, forms), "strong")


def _sum_row(text: str, amount: str, ink: str) -> Row:
    """Return a row with an amount at its right end."""
    return Row(((text, ink),), ((amount, ink),))
