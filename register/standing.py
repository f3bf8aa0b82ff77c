"""How the lane stands: for the status bar, the pipe and the doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.outcome import StatusTold
from register.aging import shift_age
from register.lane import Lane
from register.later import Later
from storage import baskets, prints
from storage.link import read_link
from storage.outbox import standing

if TYPE_CHECKING:
    from register import cash
else:
    cash = Later("register.cash")


def tell(lane: Lane) -> StatusTold:
    """Return who is signed on, what is open, and how outbox and printer stand."""
    outbox, link = standing(lane.db), read_link(lane.db)
    basket = lane.basket
    return StatusTold(
        lane=lane.lane_id,
        operator=lane.operator,
        shift=lane.shift,
        line_count=len(basket.lines) if basket else 0,
        total_minor=basket.due_minor if basket else 0,
        balance_minor=basket.balance_minor if basket else 0,
        suspended=baskets.count_suspended(lane.db),
        outbox_waiting=outbox.waiting,
        outbox_rejected=outbox.rejected,
        oldest_waiting_at=outbox.oldest_at,
        print_waiting=prints.count_waiting(lane.db),
        printer=lane.printer_state(),
        print_unknown=prints.count_unknown(lane.db),
        is_online=link.is_online if link else None,
        sync_problem=link.problem if link else "",
        shift_age=shift_age(lane),
        has_too_much_cash=bool(lane.settings.shift.pickup_limit_minor) and cash.has_too_much(lane),
    )


class News:
    """Notices whether another process or thread has written, at the cost of one pragma."""

    def __init__(self, lane: Lane) -> None:
        """Begin with nothing told yet."""
        self._lane = lane
        self._seen: tuple[int, int, str] | None = None

    def look(self) -> StatusTold | None:
        """Return the status if there is news, else None; costs one pragma when there is none."""
        seen = (self._lane.db.data_version, self._lane.posted, self._lane.printer_state())
        if seen == self._seen:
            return None
        self._seen = seen
        return tell(self._lane)
