"""Permissions: an act that its operator may not do is refused, until somebody who may has given a word for it.

The word is bound to the act, its arguments and the basket, is used once and lasts a minute; nobody gives it to
themselves. The act and the record of the word are one transaction, and every row of the act bears the approver.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

from domain.approval import DEFAULT_REASONS, GOOD_FOR_MS, Approval, Asked, act_hash, is_good
from domain.basket import Basket
from domain.cash import judge_reason
from domain.intent import AddTender, Intent, Resume
from domain.intent_return import ReturnItem, ReturnLines
from domain.journal import Kind
from domain.lockout import LANE
from domain.outcome import Approved
from domain.permission import Need, is_allowed, limit_of
from domain.protection import MEASURED, PLAIN, Surroundings, need_of
from domain.refusal import Fact, Reason, Refused
from register.keeping import act, keep, not_saved, tell_journal, without_act
from register.lane import Lane
from register.later import Later
from register.people import prove, rights_of
from storage.baskets import suspended_by
from storage.errors import NotSaved, saving
from storage.operators import Credential

if TYPE_CHECKING:
    from register import crediting, returning
else:
    crediting, returning = (Later(f"register.{name}") for name in ("crediting", "returning"))

P = ParamSpec("P")
A = TypeVar("A")


R = TypeVar("R")


class AtLane(Protocol):
    """Whatever works a lane."""

    @property
    def lane_at_work(self) -> Lane:
        """The lane."""

    def settle(self) -> None:
        """Believe the ledger again, after an act of which nobody knows whether it was saved."""


L = TypeVar("L", bound=AtLane)


def with_permissions(register: type[R]) -> type[R]:
    """Have every act of the registry ask for its permission, whichever way it is called: the pipe, a screen, a test."""
    for kind in (*PLAIN, *MEASURED):
        name = str(kind.__struct_config__.tag)
        setattr(register, name, act(_protected(kind, getattr(register, name))))
    return register


def _protected(kind: type[Any], method: Callable[Concatenate[L, P], A]) -> Callable[Concatenate[L, P], A | Refused]:
    """Make a method of the register refuse where whoever is signed on may not do what it does."""

    bare = without_act(method)

    @wraps(method)
    def ask(self: L, /, *args: P.args, **kwargs: P.kwargs) -> A | Refused:
        lane, intent = self.lane_at_work, kind(*args, **kwargs)
        need = _need(lane, intent) if lane.operator else None  # nobody there: the act refuses itself
        if need is None or is_allowed(lane.rights, need):
            return bare(self, *args, **kwargs)
        return _do_with_word(lane, intent, need, lambda: method(self, *args, **kwargs))

    return ask


def _do_with_word(lane: Lane, intent: Intent, need: Need, do: Callable[[], A]) -> A | Refused:
    """Do an act if somebody has given a word for it, else remember that it was asked for."""
    wanted = act_hash(intent, lane.basket)
    approval = lane.approval
    if approval is not None and is_good(approval, wanted, lane.operator_id, lane.beat()):
        return _do_approved(lane, approval, do)
    basket_id = lane.basket.basket_id if lane.basket else ""
    lane.asked = Asked(wanted, str(intent.__struct_config__.tag), need, basket_id)
    return Refused(Reason.NEEDS_APPROVAL, _facts(lane, wanted, need))


def _need(lane: Lane, intent: Intent) -> Need | None:
    """Return what an act needs here and now."""
    owner = suspended_by(lane.db, intent.basket_id) if isinstance(intent, Resume) else ""
    beyond = 0
    if isinstance(intent, AddTender) and (kind := lane.tender_kind(intent.kind)) and kind.is_account:
        beyond = crediting.beyond_minor(lane, intent)
    basket = lane.basket or Basket("")
    worth = returning.worth_of(lane, intent) if _is_coming_back(basket, intent) else 0
    return need_of(intent, Surroundings(basket, lane.book.exponent, lane.operator_id, owner, beyond, worth))


def _is_coming_back(basket: Basket, intent: Intent) -> bool:
    """Say whether an act brings something back or refunds it: only then is its worth asked for."""
    if isinstance(intent, AddTender):
        return basket.balance_minor < 0
    return isinstance(intent, ReturnLines | ReturnItem)


def _facts(lane: Lane, wanted: str, need: Need) -> dict[str, Fact]:
    """Return what a refusal tells: which permission is wanted, for which act, and the limit that was passed."""
    facts: dict[str, Fact] = {"permission": need.permission.value, "act": wanted}
    if need.permission in lane.rights.permissions and (limit := limit_of(lane.rights, need.permission)) is not None:
        facts["limit"] = limit
    return facts


def _do_approved(lane: Lane, approval: Approval, do: Callable[[], A]) -> A | Refused:
    """Do an act in the name of both; the word is used up when the act is done, and not by another refusal."""
    lane.db.approver = approval.approver.operator
    try:
        with saving(), lane.db.atomic():
            answer = do()
            if not isinstance(answer, Refused):
                tell_journal(lane, Kind.APPROVED, _body(approval))
    except NotSaved as error:
        return not_saved(lane, error)
    finally:
        lane.db.approver = ""
    if not isinstance(answer, Refused):
        lane.approval = None
        lane.wake_printer()  # what it queued could not be seen before this commit
    return answer


def _body(approval: Approval) -> dict[str, object]:
    """Return what the journal keeps of a word that was used."""
    return {
        "permission": approval.asked.need.permission.value,
        "measure": approval.asked.need.measure,
        "intent": approval.asked.intent,
        "act": approval.asked.act,
        "basket_id": approval.asked.basket_id,
        "approver": approval.approver.operator,
        "approver_name": approval.approver.name,
        "reason": approval.reason,
    }


def reasons(lane: Lane) -> tuple[str, ...]:
    """Return the reasons of which one must be given for an approval."""
    return lane.settings.people.approval_reasons or tuple(lane.texts[key] for key in DEFAULT_REASONS)


def approve(lane: Lane, wanted: str, number: str, pin: str, badge: str, reason: str) -> Approved | Refused:
    """Give a word for the act that was refused last."""
    asked = lane.asked
    if lane.operator is None:
        return Refused(Reason.NOT_SIGNED_ON)
    if asked is None or asked.act != wanted:
        return Refused(Reason.NO_APPROVAL)
    if refused := judge_reason(reason, reasons(lane)):
        return refused
    if not badge and number == lane.operator_id:
        return _refuse(lane, asked, number, Reason.SELF_APPROVAL)
    found = prove(lane, number, pin, badge)
    if isinstance(found, Refused):
        return found
    if reason_not := _may_not(lane, asked, found):
        return _refuse(lane, asked, found.operator.operator, reason_not)
    lane.approval = Approval(asked, lane.operator_id, found.operator, reason, lane.beat())
    lane.asked = None
    return Approved(asked.need.permission, found.operator, GOOD_FOR_MS // 1000)


def _may_not(lane: Lane, asked: Asked, found: Credential) -> Reason | None:
    """Return why somebody who has proved to be there cannot approve an act, if so."""
    if found.operator.operator == lane.operator_id:
        return Reason.SELF_APPROVAL
    return None if is_allowed(rights_of(lane, found), asked.need) else Reason.NOT_APPROVER


def _refuse(lane: Lane, asked: Asked, number: str, reason: Reason) -> Refused:
    """Refuse an approver, journalled: the one who is signed on, or somebody who may not do it either."""
    permission = asked.need.permission.value
    body = {"permission": permission, "tried": number or LANE, "reason": reason.value}
    refused = keep(lane, lambda: tell_journal(lane, Kind.APPROVAL_REFUSED, body))
    return refused or Refused(reason, {"permission": permission})
