"""The till's part of the register: shifts, X and Z, closings out of Zs, and cash that moves without a sale."""

from __future__ import annotations

import threading
from datetime import tzinfo
from typing import TYPE_CHECKING, Literal

from domain import outcome as outcomes
from domain.cash import CashKind
from domain.refusal import Reason, Refused
from domain.shift import CashCount, Operator
from register import approving
from register.keeping import act, answering
from register.lane import Lane, settle
from register.later import Later

if TYPE_CHECKING:
    from domain.report_detail import DetailBy, DetailReport
    from domain.report_period import PeriodKind, PeriodReport
    from register import cash, closing, reporting
    from storage.reporting import Progress
else:
    cash, closing, reporting = (Later(f"register.{name}") for name in ("cash", "closing", "reporting"))


class TillActs:
    """What a lane can do with its till; `register.Register` is one of these."""

    _lane: Lane

    @property
    def zone(self) -> tzinfo:
        """The store's time zone."""
        return self._lane.zone

    def settle(self) -> None:
        """Bring the lane in step with the ledger, if an act before has failed."""
        settle(self._lane)

    @act
    def open_shift(self, float_minor: int, till: str = "") -> outcomes.ShiftOpened | Refused:
        """Open a shift with a float in the till; where the lane has several, in the one that is named, or the first."""
        return closing.open_shift(self._lane, float_minor, till)

    @property
    def tills(self) -> tuple[str, ...]:
        """The names of the lane's tills; none where it has one."""
        return tuple(till.name for till in self._lane.settings.tills)

    @act
    def read_x(self, paper: bool = False) -> outcomes.XRead | Refused:
        """Read the open shift's totals."""
        return closing.read_x(self._lane, paper)

    @act
    def consult(self, what: Literal["details", "journal", "export"] = "details") -> outcomes.Consulted | Refused:
        """Say that whoever is signed on may look at something, or write it out; the desk itself asks nobody."""
        return outcomes.Consulted(what) if self._lane.operator else Refused(Reason.NOT_SIGNED_ON)

    def get_ready_to_close(self) -> None:
        """Bring in what the first Z of a run needs to be sealed, in a thread: some tens of milliseconds."""
        from storage.seal_key import warm_up

        threading.Thread(target=warm_up, name="seal", daemon=True).start()

    @act
    def draw_x(self) -> outcomes.XRead | Refused:
        """Draw the X for a program that looks on from outside: nothing is journalled or printed."""
        return closing.draw_x(self._lane, Operator("", ""))

    @act
    def read_z(self, number: int | None = None) -> outcomes.ZRead | Refused:
        """Read a Z again, or the newest one, as it was drawn."""
        return closing.read_z(self._lane, number)

    @act
    def close_shift(
        self,
        counted_minor: int,
        pieces: dict[str, int] | None = None,
        carry_over: bool = False,
        next_float_minor: int | None = None,
    ) -> outcomes.ShiftClosed | Refused:
        """Close the shift with a blind count, and draw its Z."""
        return closing.close_shift(self._lane, CashCount(counted_minor, pieces or {}), carry_over, next_float_minor)

    @act
    def print_z(self, number: int | None = None) -> outcomes.ZCopyPrinted | Refused:
        """Print a Z again as it was drawn, marked as a copy."""
        return closing.print_z(self._lane, number)

    @act
    def draw_period(self, kind: PeriodKind, period: str = "") -> PeriodReport | Refused:
        """Draw the closing of a day, a month or a year out of its Zs; without a period, the newest Z's."""
        return reporting.draw_period(self._lane, kind, period)

    @act
    def draw_details(
        self, by: DetailBy, first_date: str, last_date: str, progress: Progress = lambda done, total: True
    ) -> DetailReport | Refused | None:
        """Add up what was sold on some business days; None where `progress` has stopped it."""
        return reporting.draw_details(self._lane, by, first_date, last_date, progress)

    # cash without a sale

    def reasons(self, act: str) -> tuple[str, ...]:
        """Return the reasons for an act: `paid_in`, `paid_out`, `no_sale` or `approve`."""
        return approving.reasons(self._lane) if act == "approve" else cash.reasons(self._lane, act)

    def next_float(self, till: str = "") -> int | None:
        """Return the float that the newest Z of a till has left in it, if it tells."""
        found = answering(closing.next_float)(self._lane, till)
        return None if isinstance(found, Refused) else found

    @act
    def loan(self, amount_minor: int, note: str = "") -> outcomes.CashMoved | Refused:
        """Bring cash from the safe into the till."""
        return cash.move(self._lane, CashKind.LOAN, amount_minor, note=note)

    @act
    def pickup(self, amount_minor: int, note: str = "") -> outcomes.CashMoved | Refused:
        """Take cash from the till to the safe."""
        return cash.move(self._lane, CashKind.PICKUP, amount_minor, note=note)

    @act
    def paid_in(self, amount_minor: int, reason: str, note: str = "") -> outcomes.CashMoved | Refused:
        """Take cash that is no sale into the till."""
        return cash.move(self._lane, CashKind.PAID_IN, amount_minor, reason, note)

    @act
    def paid_out(self, amount_minor: int, reason: str, note: str = "") -> outcomes.CashMoved | Refused:
        """Pay cash out of the till."""
        return cash.move(self._lane, CashKind.PAID_OUT, amount_minor, reason, note)

    @act
    def no_sale(self, reason: str) -> outcomes.DrawerOpened | Refused:
        """Open the drawer without a sale."""
        return cash.no_sale(self._lane, reason)
