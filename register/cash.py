"""Cash that moves without a sale, and the drawer that is opened for nothing but a reason."""

from __future__ import annotations

from domain.cash import DEFAULT_REASONS, NO_SALE, CashKind, CashMove, judge_move, judge_reason
from domain.cash_paper import compose_no_sale, compose_slip
from domain.outcome import CashMoved, DrawerOpened
from domain.refusal import Refused
from domain.text import safe_text
from register.keeping import not_saved
from register.lane import Lane
from register.papers import store_head, style_of
from storage.cash import move_cash, moved_cash, open_drawer
from storage.errors import NotSaved


def reasons(lane: Lane, act: str) -> tuple[str, ...]:
    """Return the reasons of which one must be given for an act (`paid_in`, `paid_out`, `no_sale`)."""
    settings = lane.settings.shift
    named = {
        CashKind.PAID_IN.value: settings.paid_in_reasons,
        CashKind.PAID_OUT.value: settings.paid_out_reasons,
        NO_SALE: settings.no_sale_reasons,
    }
    return named.get(act) or tuple(lane.texts[key] for key in DEFAULT_REASONS.get(act, ()))


def move(lane: Lane, kind: CashKind, amount_minor: int, reason: str = "", note: str = "") -> CashMoved | Refused:
    """Move cash between the till and a safe, or a person, and print its slip; a count from before it is void."""
    note = safe_text(note.strip())
    if refused := lane.not_ready() or judge_move(kind, amount_minor, reason, reasons(lane, kind.value), note):
        return refused
    mark, head, style = lane.mark(), store_head(lane), style_of(lane)
    wanted, till = CashMove(kind, 0, amount_minor, reason, note), lane.shift.till if lane.shift else ""
    try:
        moved = move_cash(
            lane.db, mark, wanted, lambda numbered: compose_slip(numbered, mark.at, _who(lane), head, style, till)
        )
    except NotSaved as error:
        return not_saved(lane, error)
    lane.counts.clear()
    _tell(lane)
    return CashMoved(moved)


def no_sale(lane: Lane, reason: str) -> DrawerOpened | Refused:
    """Open the drawer without a sale, journalled with its reason."""
    if refused := lane.not_ready() or judge_reason(reason, reasons(lane, NO_SALE)):
        return refused
    mark = lane.mark()
    try:
        open_drawer(lane.db, mark, reason, compose_no_sale(reason, mark.at, _who(lane), style_of(lane)))
    except NotSaved as error:
        return not_saved(lane, error)
    _tell(lane)
    return DrawerOpened(reason)


def has_too_much(lane: Lane) -> bool:
    """Say whether so much cash lies in the till that a pickup is proposed."""
    limit, shift = lane.settings.shift.pickup_limit_minor, lane.shift
    if not limit or shift is None:
        return False
    cash_kinds = frozenset(kind.code for kind in lane.tender_kinds if kind.is_cash)
    return shift.float_minor + moved_cash(lane.db, shift.shift_id, cash_kinds) > limit


def _who(lane: Lane) -> str:
    """Return the name of who is signed on, for a slip."""
    return lane.operator.name if lane.operator else ""


def _tell(lane: Lane) -> None:
    """Say that there is news, and paper."""
    lane.posted += 1
    lane.wake_printer()
