"""Shifts as sessions of Odoo's point of sale: opened, filled with cash moves, closed with the count.

None of these calls has a key in Odoo, so each leaves a marker of ours in a text (`[7-shift-3]`) and looks for it first.
One sender per lane makes that enough; two at once could still race. Sources: measured on Odoo 19.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from domain.text import safe_text
from sync.connector import Answer, Verdict
from sync.document import Document
from sync.odoo_rpc import OdooRpc, Record, Refusal
from sync.odoo_shop import OdooShop

CASH_WAYS: Final[Mapping[str, str]] = {"loan": "in", "paid_in": "in", "pickup": "out", "paid_out": "out"}
OPENED_SINCE: Final = 18
PARTNER_SINCE: Final = 19
CLOSED: Final = "closed"
CLOSING: Final = "closing_control"
"""A session that is being closed: it takes no orders any more."""
OPEN_STATES: Final = ("opening_control", "opened")
_FIELDS: Final = ("name", "state", "opening_notes")


class ShiftBody(msgspec.Struct):
    """What a session needs of a shift."""

    shift_id: int
    float_minor: int = 0


class TillBody(msgspec.Struct):
    """What a closing needs of the till."""

    counted_minor: int | None = None
    expected_minor: int = 0


class ZBody(msgspec.Struct):
    """What a closing needs of a Z."""

    number: int
    shift: ShiftBody
    till: TillBody


class CashBody(msgspec.Struct):
    """What a cash move is."""

    amount_minor: int
    reason: str = ""


class Sessions:
    """The sessions of one shop."""

    def __init__(self, rpc: OdooRpc, shop: OdooShop) -> None:
        self._rpc = rpc
        self._shop = shop

    def find(self, lane: str, shift_id: int) -> Record | None:
        """Return the session of a shift, by its marker."""
        domain = [["config_id", "=", self._shop.config_id], ["opening_notes", "ilike", shift_marker(lane, shift_id)]]
        found = self._rpc.search("pos.session", domain, _FIELDS, order="id desc", limit=1)
        return found[0] if found else None

    def find_open(self, states: Sequence[str] = (*OPEN_STATES, CLOSING)) -> Record | None:
        """Return the newest session that is not closed; Odoo has one for each point of sale, beside recovered ones."""
        domain = [["config_id", "=", self._shop.config_id], ["state", "in", list(states)]]
        found = self._rpc.search("pos.session", domain, _FIELDS, order="id desc", limit=1)
        return found[0] if found else None

    def open(self, document: Document, shift: ShiftBody) -> Answer:
        """Open the session of a shift, once."""
        if self.find(document.lane, shift.shift_id):
            return Answer(document.document_id, Verdict.TAKEN)
        current = self.find_open()
        if current and current["state"] == CLOSING and shifts_of(current, document.lane):
            return self._open_beside(current, document, shift)
        if current and (current["state"] != "opening_control" or current["opening_notes"]):
            name = safe_text(str(current["name"]))
            return _later(document, f"Odoo still has the session {name} open: close it there")
        try:
            session_id = current["id"] if current else self._create()
        except Refusal as refusal:
            return _later(document, refusal.message)
        self._set_opening(session_id, document.lane, shift)
        return Answer(document.document_id, Verdict.TAKEN)

    def _open_beside(self, stuck: Record, document: Document, shift: ShiftBody) -> Answer:
        """Open a session beside one of ours that does not close, so that the lane's next shifts do not wait for it.

        Odoo allows one for each point of sale, but does not count those that are marked as recovered (`rescue`): the
        stuck one is marked. It stays open there for whoever closes it, and its Z in the sync inbox. Where there is no
        such mark, the stuck session is opened again for the next shift's orders too.
        """
        try:
            self._rpc.call("pos.session", "write", {"vals": {"rescue": True}}, [stuck["id"]])
            session_id = self._create()
        except Refusal:
            return self._share(stuck, document, shift)
        self._set_opening(session_id, document.lane, shift)
        return Answer(document.document_id, Verdict.TAKEN)

    def _share(self, stuck: Record, document: Document, shift: ShiftBody) -> Answer:
        """Open a stuck session again, under the marks of both shifts."""
        notes = f"{stuck['opening_notes']} {shift_marker(document.lane, shift.shift_id)}"
        vals = {"state": "opened", "opening_notes": notes}
        try:
            self._rpc.call("pos.session", "write", {"vals": vals}, [stuck["id"]])
        except Refusal as refusal:
            return _later(document, f"Odoo does not close {safe_text(str(stuck['name']))} ({refusal.message})")
        return Answer(document.document_id, Verdict.TAKEN)

    def _create(self) -> int:
        made = self._rpc.call("pos.session", "create", {"vals_list": [{"config_id": self._shop.config_id}]})
        return int(made[0] if isinstance(made, list) else made)

    def _set_opening(self, session_id: int, lane: str, shift: ShiftBody) -> None:
        """Write the float and the marker; a shop without cash keeps no notes, so they are written by hand there."""
        marker = shift_marker(lane, shift.shift_id)
        method = "set_opening_control" if self._shop.version >= OPENED_SINCE else "set_cashbox_pos"
        amount = self.money(shift.float_minor)
        self._rpc.call("pos.session", method, {"cashbox_value": amount, "notes": marker}, [session_id])
        if not self.find(lane, shift.shift_id):
            self._rpc.call("pos.session", "write", {"vals": {"opening_notes": marker}}, [session_id])

    def move_cash(self, document: Document, shift_id: int, move: CashBody) -> Answer:
        """Move cash in or out, once."""
        session = self.find(document.lane, shift_id)
        if session is None:
            return _later(document, "its shift has no session in Odoo yet")
        marker = f"[{document.document_id}]"
        if self._rpc.search("account.bank.statement.line", [["payment_ref", "ilike", marker]], ["id"], limit=1):
            return Answer(document.document_id, Verdict.TAKEN)
        if session["state"] not in OPEN_STATES:
            return Answer(
                document.document_id, Verdict.REJECTED, "its session is closed in Odoo: book it there by hand"
            )
        way = CASH_WAYS[document.kind]
        amount = self.money(move.amount_minor)
        args: dict[str, Any] = {"_type": way, "amount": amount, "reason": f"{move.reason or document.kind} {marker}"}
        if self._shop.version >= PARTNER_SINCE:
            args["partner_id"] = False
        args["extras"] = {"translatedType": way, "formattedAmount": f"{amount}"}
        try:
            self._rpc.call("pos.session", "try_cash_in_out", args, [session["id"]])
        except Refusal as refusal:
            return Answer(document.document_id, Verdict.REJECTED, refusal.message)
        return Answer(document.document_id, Verdict.TAKEN)

    def close(self, document: Document, z: ZBody) -> Answer:
        """Close the session of a shift with what was counted. One that does not balance is for a person."""
        session = self.find(document.lane, z.shift.shift_id)
        if session is None:
            return _later(document, "its shift has no session in Odoo yet")
        if session["state"] == CLOSED:
            return Answer(document.document_id, Verdict.TAKEN)
        if max(shifts_of(session, document.lane)) > z.shift.shift_id:
            reason = f"the session {session['name']} is the next shift's too: retry when that one is closed"
            return Answer(document.document_id, Verdict.REJECTED, reason)
        try:
            told = self._close(session, document, z)
        except Refusal as refusal:
            told = refusal.message
        if not told:
            return Answer(document.document_id, Verdict.TAKEN)
        reason = f"Odoo does not close its session {session['name']} ({told}): look at it there, close it, then retry"
        return Answer(document.document_id, Verdict.REJECTED, reason)

    def _close(self, session: Record, document: Document, z: ZBody) -> str:
        """Go through the steps that are left; return why it did not work, or nothing."""
        ids = [session["id"]]
        if session["state"] in OPEN_STATES:
            counted = z.till.expected_minor if z.till.counted_minor is None else z.till.counted_minor
            told = self._rpc.call(
                "pos.session", "post_closing_cash_details", {"counted_cash": self.money(counted)}, ids
            )
            if reason := _reason(told):
                return reason
            notes = f"Z {z.number} [{document.document_id}]"
            self._rpc.call("pos.session", "update_closing_control_state_session", {"notes": notes}, ids)
        return _reason(
            self._rpc.call("pos.session", "close_session_from_ui", {"bank_payment_method_diff_pairs": []}, ids)
        )

    def money(self, amount_minor: int) -> Decimal:
        """Return an amount as Odoo takes it."""
        return Decimal(amount_minor).scaleb(-self._shop.exponent)


def shifts_of(session: Record, lane: str) -> list[int]:
    """Return the shifts of a lane for which a session was opened: one, or more where one did not close."""
    notes = str(session["opening_notes"] or "")
    return [int(number) for number in re.findall(rf"\[{re.escape(lane)}-shift-(\d+)\]", notes)]


def shift_marker(lane: str, shift_id: int) -> str:
    """Return the text by which a session is found again; brackets keep shift 3 from being found in shift 31."""
    return f"[{lane}-shift-{shift_id}]"


def _reason(told: Any) -> str:
    """Return why Odoo was not successful, empty where it was."""
    if isinstance(told, dict) and not told.get("successful", True):
        return safe_text(str(told.get("message") or told.get("title") or "no reason"), 200)
    return ""


def _later(document: Document, reason: str) -> Answer:
    return Answer(document.document_id, Verdict.LATER, reason)
