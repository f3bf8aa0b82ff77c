"""What a supervisor does to a sale that was posted: voids the last one, puts right in which kind it was paid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.widget import Widget

from domain.form import format_money
from domain.intent_return import BeginReturn, ChangeTender, FindSales, PostVoid
from domain.outcome import ReturnBegun, SalePosted, SalesFound, TenderChanged
from domain.refusal import Reason, Refused
from domain.tender import MAX_REFERENCE, Tender, TenderKind
from domain.text import safe_text
from tui.keys import Act
from tui.screens import openers
from tui.screens.confirm import ConfirmScreen
from tui.screens.key_screen import Live
from tui.screens.list_screen import ListScreen
from tui.screens.past_sales import PastSalesScreen
from tui.screens.returning import ReturnReasonScreen
from tui.screens.typing_screen import TypingScreen
from tui.widgets.line_widget import LineWidget, Row, text_row

if TYPE_CHECKING:
    from tui.app import TillApp


class AmendScreen(ListScreen):
    """Chooses what is to be put right."""

    def title_words(self) -> tuple[str, str]:
        """Return the title."""
        return self.till.words("amend.title"), self.till.words("amend.how")

    def rows(self) -> list[Row]:
        """Return what can be put right."""
        return [Row(((self.till.words(name), "plain"),)) for name in ("amend.void", "amend.tender")]

    def choose(self, index: int) -> None:
        """Ask for the rest."""
        self.leave()
        (ask_post_void, ask_tender)[index](self.till)


def ask_tender(till: TillApp) -> None:
    """Ask of which sale a tender was of another kind."""
    till.open(PastSalesScreen(till, "past.tender_label", lambda receipt: open_tenders(till, receipt)))


def ask_post_void(till: TillApp) -> None:
    """Ask whether the last sale is to be taken back whole, then why."""
    found = till.act(FindSales(limit=1))
    if not isinstance(found, SalesFound) or not found.sales:
        till.sale.refuse(found if isinstance(found, Refused) else Refused(Reason.NOT_VOIDABLE, {"receipt_number": 0}))
        return
    last = found.sales[0]
    fact = f"{last.folio} {format_money(last.total_minor, till.forms)}"
    till.open(ConfirmScreen(till, "post_void", fact, lambda: till.open(ReturnReasonScreen(till, _post_void))))


def _post_void(reasons: ReturnReasonScreen, reason: str, is_damaged: bool) -> None:
    """Take the last sale back, and show what goes back to the customer."""
    del is_damaged  # a sale that is voided never left the shop
    till = reasons.till
    answer = till.act(PostVoid(reason))
    if not isinstance(answer, SalePosted):
        reasons.refuse(answer if isinstance(answer, Refused) else Refused(Reason.NOT_VOIDABLE))
        return
    reasons.leave()
    till.tell_status()
    openers.open_change(till, answer)


class TenderScreen(ListScreen):
    """Chooses which tender of a sale was of another kind."""

    def __init__(self, till: TillApp, begun: ReturnBegun) -> None:
        """Take a sale."""
        super().__init__(till)
        self.begun = begun

    def title_words(self) -> tuple[str, str]:
        """Return the receipt and the question."""
        return self.till.words("tender.title", folio=self.begun.folio), self.till.words("tender.which")

    def rows(self) -> list[Row]:
        """Return the tenders."""
        names = {kind.code: kind.name for kind in self.till.register.tender_kinds}
        return [_tender_row(tender, names, self.till) for tender in self.begun.tenders]

    def choose(self, index: int) -> None:
        """Ask for the right kind."""
        self.leave()
        self.till.open(TenderKindScreen(self.till, self.begun, index + 1))


def _tender_row(tender: Tender, names: dict[str, str], till: TillApp) -> Row:
    """Return a tender: its kind and what stayed of it."""
    return Row(
        ((names.get(tender.kind, tender.kind), "plain"),), ((format_money(tender.net_minor, till.forms), "strong"),)
    )


class TenderKindScreen(ListScreen):
    """Chooses in which kind it really was."""

    def __init__(self, till: TillApp, begun: ReturnBegun, position: int) -> None:
        """Take a sale and which of its tenders is meant."""
        super().__init__(till)
        self.begun, self.position = begun, position
        self.kinds = [kind for kind in till.register.tender_kinds if kind.foreign is None]

    def title_words(self) -> tuple[str, str]:
        """Return the receipt and the question."""
        return self.till.words("tender.title", folio=self.begun.folio), self.till.words("tender.kind")

    def rows(self) -> list[Row]:
        """Return the kinds."""
        return [Row(((kind.name, "plain"),)) for kind in self.kinds]

    def choose(self, index: int) -> None:
        """Ask for the reference where the kind needs one, then for the reason."""
        kind = self.kinds[index]
        self.leave()
        if kind.needs_reference:
            self.till.open(TenderReferenceScreen(self.till, kind, lambda reference: self.ask_why(kind, reference)))
        else:
            self.ask_why(kind, "")

    def ask_why(self, kind: TenderKind, reference: str) -> None:
        """Ask for the reason."""
        number = int(self.begun.folio.rpartition("-")[2])
        self.till.open(
            TenderReasonScreen(
                self.till, lambda reason: ChangeTender(kind.code, reason, number, self.position, reference)
            )
        )


class TenderReferenceScreen(TypingScreen):
    """Asks for the reference that the right kind needs."""

    LENGTH: ClassVar[int] = MAX_REFERENCE

    def __init__(self, till: TillApp, kind: TenderKind, then: Callable[[str], None]) -> None:
        """Take the kind, and what comes next with the reference."""
        super().__init__(till)
        self.kind, self.then = kind, then
        self.title_rows = LineWidget(classes="title")

    def body(self) -> Iterator[Widget]:
        """Yield the kind of tender and the entry line."""
        yield self.title_rows
        yield self.line

    def acts(self) -> Iterator[tuple[Act, Live]]:
        """Return what the keys do here."""
        yield Act.ENTER, Live(self.enter)
        yield from self.typing_acts()

    def enter(self) -> None:
        """Go on with what is typed."""
        reference = self.take_typed().strip()
        if not reference:
            self.refuse(Refused(Reason.NEEDS_REFERENCE, {"kind": self.kind.name}))
            self.show_typed()
            return
        self.leave()
        self.then(reference)

    def label(self) -> str:
        """Return the name of the label's word."""
        return "ask.reference_label"

    def show(self) -> None:
        """Show what is asked and what is typed."""
        words = self.till.words
        self.title_rows.show([text_row(words("ask.reference"), "quiet"), text_row(self.kind.name, "strong")])
        self.show_typed()


class TenderReasonScreen(ListScreen):
    """Chooses why, and does it: a refusal stays here, so that somebody can approve it."""

    def __init__(self, till: TillApp, make: Callable[[str], ChangeTender]) -> None:
        """Take what is done with the reason."""
        self.reasons = till.register.reasons("approve")
        super().__init__(till)
        self.make = make

    def title_words(self) -> tuple[str, str]:
        """Return the question."""
        return self.till.words("tender.why"), self.till.words("tender.why_how")

    def rows(self) -> list[Row]:
        """Return the store's reasons."""
        return [Row(((safe_text(reason), "plain"),)) for reason in self.reasons]

    def choose(self, index: int) -> None:
        """Put the tender right."""
        answer = self.till.act(self.make(self.reasons[index]))
        if not isinstance(answer, TenderChanged):
            self.refuse(answer if isinstance(answer, Refused) else Refused(Reason.TENDER_FIXED))
            return
        self.leave()
        self.till.tell_status()
        names = {kind.code: kind.name for kind in self.till.register.tender_kinds}
        facts = {"folio": answer.change.folio, "kind": names.get(answer.change.to_kind, answer.change.to_kind)}
        self.till.sale.foot.tell(self.till.words("notice.tender_changed", **facts))


def open_tenders(till: TillApp, receipt: str) -> None:
    """Ask which tender of a past sale was of another kind; where it has but one, that."""
    begun = till.act(BeginReturn(receipt))
    if not isinstance(begun, ReturnBegun) or begun.is_unconfirmed:
        till.sale.refuse(begun if isinstance(begun, Refused) else Refused(Reason.BAD_RECEIPT, {"folio": receipt}))
    elif len(begun.tenders) == 1:
        till.open(TenderKindScreen(till, begun, 1))
    else:
        till.open(TenderScreen(till, begun))
