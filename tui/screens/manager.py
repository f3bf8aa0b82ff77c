"""What managers do beside selling, by number: training here, and what was sold and journalled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from domain.intent import Consult
from domain.permission import Permission
from domain.refusal import Refused
from domain.text import safe_text
from tui.screens.confirm import ConfirmScreen
from tui.screens.list_screen import ListScreen
from tui.widgets.line_widget import Row

if TYPE_CHECKING:
    from tui.app import TillApp

NAME_LENGTH: Final = 18
WORDS: Final = ("manager.details", "manager.journal", "manager.inbox")


class ManagerScreen(ListScreen):
    """Chooses what a manager wants."""

    def title_words(self) -> tuple[str, str]:
        """Return the title."""
        return self.till.words("manager.title"), self.till.words("manager.how")

    def rows(self) -> list[Row]:
        """Return what there is."""
        train = "manager.train_end" if self.till.is_training else "manager.train"
        return [Row(((self.till.words(name), "plain"),)) for name in (train, *WORDS)]

    def choose(self, index: int) -> None:
        """Do it, if whoever is signed on may."""
        (self.train, self.read_details, self.read_journal, self.read_inbox)[index]()

    def read_details(self) -> None:
        """Show what was sold."""
        if self.consults("details"):
            from tui.screens.details import DetailsScreen

            self.leave()
            self.till.open(DetailsScreen(self.till))

    def read_journal(self) -> None:
        """Show the journal."""
        if self.consults("journal"):
            from tui.screens.journal import JournalScreen

            self.leave()
            self.till.open(JournalScreen(self.till))

    def read_inbox(self) -> None:
        """Show what the ERP has refused."""
        if self.consults("inbox"):
            from tui.screens.inbox import InboxScreen

            self.leave()
            self.till.open(InboxScreen(self.till))

    def train(self) -> None:
        """Ask whether to go into training; out of it without a question."""
        if self.till.is_training:
            self.till.exit("leave")
        elif self.may(Permission.TRAINING):
            self.leave()
            ask_training(self.till)

    def consults(self, what: Literal["details", "journal", "inbox"]) -> bool:
        """Say whether something may be looked at; where not, ask for a word in place, and strike the key again."""
        answer = self.till.act(Consult(what))
        if isinstance(answer, Refused):
            self.refuse(answer)
            return False
        return True

    def may(self, permission: Permission) -> bool:
        """Say whether whoever is signed on has a permission; refuse where not."""
        operator = self.till.register.operator
        if operator is not None and self.till.register.may(permission):
            return True
        name = safe_text(operator.name, NAME_LENGTH) if operator else ""
        self.refuse_text(self.till.words("manager.not_allowed", name=name))
        return False


def ask_training(till: TillApp) -> None:
    """Ask whether the lane is to go into training."""
    till.open(ConfirmScreen(till, "train", till.register.lane, lambda: till.exit("train")))
