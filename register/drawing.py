"""Drawing an X or a Z: the running totals, and whatever a report says beside them, of one state of the ledger."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from config.version import host_name, software
from domain.report import Report, ReportFacts, ReportNames
from domain.report_total import build_report
from domain.shift import CashCount, Operator, Shift
from domain.tax import rates_by_code
from register.lane import Lane
from storage import baskets, journal, shifts
from storage.catalog import read_departments
from storage.ledger import last_receipt
from storage.operators import read_operators
from storage.outbox import standing
from storage.totals import read_tallies


class Draft(msgspec.Struct, frozen=True):
    """What is drawn: an X, or a Z with its counts and the float that is left."""

    kind: Literal["x", "z"] = "x"
    counts: tuple[CashCount, ...] = ()
    next_float_minor: int | None = None


_X: Final = Draft()


def draw_report(lane: Lane, shift: Shift, operator: Operator, draft: Draft = _X) -> Report:
    """Draw a report of a shift from its running totals, inside the transaction or snapshot at hand."""
    facts = _with_erp(lane, _facts(lane, shift, operator, draft))
    return build_report(facts, read_tallies(lane.db, shift.shift_id), _names(lane))


def _facts(lane: Lane, shift: Shift, operator: Operator, draft: Draft) -> ReportFacts:
    """Return what a report says of the lane, the shift and the journal."""
    db, store, head = lane.db, lane.settings.store, journal.read_head(lane.db)
    newest = last_receipt(db)
    last = shifts.last_closed(db)
    return ReportFacts(
        kind=draft.kind,
        lane=lane.lane_id,
        store=store.name,
        tax_id=store.tax_id,
        address=store.address,
        currency=lane.currency,
        software=software(),
        device=host_name(),
        shift=shift,
        at=lane.now(),
        operator=operator.operator,
        operator_name=operator.name,
        first_receipt=shifts.first_receipt(db, shift.shift_id) or newest + 1,
        last_receipt=newest,
        suspended=baskets.count_suspended(db),
        perpetual_net_minor=head.perpetual_net_minor,
        perpetual_absolute_minor=head.perpetual_absolute_minor,
        outbox_waiting=0,
        outbox_rejected=0,
        oldest_waiting_at="",
        previous_hash=last.hash,
        journal_seq=head.seq + 1,
        journal_head=head.hash,
        counts=draft.counts,
        next_float_minor=draft.next_float_minor,
        approved_by=db.approver,
        approved_by_name=lane.approval.approver.name if db.approver and lane.approval else "",
        reset_count=last.number + int(draft.kind == "z"),
    )


def _with_erp(lane: Lane, facts: ReportFacts) -> ReportFacts:
    """Return a report's facts with how it stands with the ERP, and what that has refused late."""
    db, outbox, shift_id = lane.db, standing(lane.db), facts.shift.shift_id
    is_open = outbox.waiting or outbox.rejected
    return msgspec.structs.replace(
        facts,
        erp=lane.settings.sync.connector,
        outbox_waiting=outbox.waiting,
        outbox_rejected=outbox.rejected,
        oldest_waiting_at=outbox.oldest_at,
        waiting_here=shifts.open_documents(db, shift_id) if is_open else 0,
        corrections=shifts.late_rejections(db, shift_id) if outbox.rejected else (),
    )


def _names(lane: Lane) -> ReportNames:
    """Return the names behind the codes of a report."""
    return ReportNames(
        departments={department.code: department.name for department in read_departments(lane.db)},
        operators={operator.operator: operator.name for operator in read_operators(lane.db)},
        rates=rates_by_code(lane.book),
        tenders={kind.code: kind for kind in lane.tender_kinds},
    )
