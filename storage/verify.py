"""`mostrador verify`: the journal's chain, and the tables rebuilt from it and compared.

Discrepancies are returned as data; the first bad row does not hide the others. The tables are rebuilt row by row
from each record, so a sale changed in its tables, a total that drifted or an outbox row that is missing shows. All
of it is read from one state of the ledger, so that a lane may go on selling.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET

from domain.cash import SIGNS, CashMove
from domain.chain import BROKEN, Discrepancy, Flaw, Verdict, next_head, read_row, total_flaws
from domain.collection import tally_collection
from domain.journal import Head, Kind, Record, canonical
from domain.past_sale import TenderChange
from domain.personal_check import PersonalWitness, Purge
from domain.report import Report
from domain.report_total import check_report
from domain.sale import Sale
from domain.shift import Shift
from domain.tally import Tally, TallyKind, absolute_minor, tally_event, tally_sale
from domain.witness import Anchors, Trust, Witness
from storage import ledger, verify_accounts
from storage.cards import card_rows
from storage.cash import cash_row
from storage.connection import LedgerDatabase
from storage.events import Mark
from storage.journal import JournalRow, read_head_before, read_rows, row_of
from storage.loyalty import POINTS_COLUMNS, points_rows
from storage.personal import read_openings
from storage.seals import count_seals, own_trust, read_seal
from storage.tender_changes import CHANGE_COLUMNS, change_row, document_id
from storage.traces import trace_rows
from storage.verify_accounts import ACCOUNT_TABLES
from storage.z_paper import altered_papers


class Scope(msgspec.Struct, frozen=True):
    """What of a ledger is verified, and held against what. `last` 0 is the end; `trust` None the lane's own key."""

    first: int = 1
    last: int = 0
    trust: Trust | None = None
    anchors: Anchors = {}

    @property
    def is_whole(self) -> bool:
        """Say whether that is all of it: sums and counts can be proven then only."""
        return self.first <= 1 and not self.last


EVENTS_COUNTED = frozenset(
    kind for kind in Kind if kind not in (Kind.SALE_POSTED, Kind.SHIFT_OPENED, Kind.SHIFT_CLOSED)
)

Place = tuple[int, str, str]
"""A running total's shift, kind and key."""


class _Copy(msgspec.Struct):
    """The body of a copy's record."""

    receipt_number: int
    copy: int


class _ZCopy(msgspec.Struct):
    """The body of a Z's copy's record."""

    number: int
    copy: int


class _Rebuilt:
    """What the tables must hold, added up record by record; the rows of sales are compared at once."""

    def __init__(self, is_whole: bool) -> None:
        self.is_whole = is_whole
        self.totals: dict[Place, tuple[int, int]] = {}
        self.counts: Counter[str] = Counter()
        self.closed: set[int] = set()
        self.personal = PersonalWitness()

    def add(self, shift_id: int, rows: Iterable[Tally]) -> None:
        """Add to a shift's running totals."""
        for row in rows:
            count, amount = self.of(shift_id, row.kind, row.key)
            self.totals[shift_id, row.kind.value, row.key] = (count + row.count, amount + row.amount_minor)

    def of(self, shift_id: int, kind: TallyKind, key: str) -> tuple[int, int]:
        """Return a running total as far as the journal was read."""
        return self.totals.get((shift_id, kind.value, key), (0, 0))

    def tallies(self, shift_id: int) -> list[Tally]:
        """Return a shift's running totals as far as the journal was read."""
        return [Tally(TallyKind(k), key, *total) for (shift, k, key), total in self.totals.items() if shift == shift_id]


def verify(db: LedgerDatabase, scope: Scope | None = None) -> Verdict:
    """Verify a ledger's journal and its tables."""
    found: list[Discrepancy] = []
    scope = scope or Scope()
    witness = Witness(scope.trust or own_trust(db), scope.anchors)
    head, rows, rebuilt = Head(), 0, _Rebuilt(scope.is_whole)
    with db.snapshot():
        try:
            head = read_head_before(db, scope.first)
            for row in read_rows(db, scope.first - 1, scope.last):
                rows += 1
                head = _check_row(db, row, head, rebuilt, witness, found)
            found += witness.end(head.seq, is_whole=not scope.last)
            if not scope.last:  # the purge of a row is further down
                found += rebuilt.personal.end(witness.sealed_seq)
            if scope.is_whole:
                found += _compare_totals(db, rebuilt)
                found += _compare_counts(db, rebuilt, witness.seals)
        except UnicodeDecodeError as error:
            found.append(Discrepancy(Flaw.UNREADABLE, head.seq + 1, str(error)))
    return Verdict(rows, head, tuple(found), witness.seals, witness.sealed_seq, witness.anchored_seq)


def _check_row(
    db: LedgerDatabase,
    row: JournalRow,
    head: Head,
    rebuilt: _Rebuilt,
    witness: Witness,
    found: list[Discrepancy],
) -> Head:
    """Check one row against the one before, its witnesses and its tables; return the head after it."""
    record, flaws = read_row(row.seq, row.text, row.hash, head)
    found += flaws
    if record is not None:
        if row_of(record, row.text, row.hash) != row:
            found.append(Discrepancy(Flaw.COLUMNS, row.seq))
        found += witness.look(record, row.hash, read_seal(db, row.seq))
        found += rebuilt.personal.look(record, read_openings(db, row.seq) if record.personal else {})
        try:
            found += _table_flaws(db, record, head, rebuilt)
        except BROKEN as error:
            found.append(Discrepancy(Flaw.UNREADABLE, row.seq, str(error)))
    return next_head(head, record, row.seq, row.hash)


def _table_flaws(db: LedgerDatabase, record: Record, head: Head, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where totals and tables do not say what a record says."""
    if record.kind is Kind.SALE_POSTED:
        sale = msgspec.convert(record.body, Sale)
        if sale.shift_id in rebuilt.closed:
            yield Discrepancy(Flaw.AFTER_Z, record.seq, f"shift {sale.shift_id}")
        yield from total_flaws(record, head, sale.total_minor, absolute_minor(sale))
        yield from _said_twice(record, sale.operator, sale.at, sale.shift_id)
        yield from _sale_flaws(db, record, sale, rebuilt)
        return
    yield from total_flaws(record, head, 0, 0)
    if record.kind is Kind.SHIFT_OPENED:
        yield from _shift_flaws(db, record, msgspec.convert(record.body, Shift), rebuilt)
    elif record.kind is Kind.SHIFT_CLOSED:
        rebuilt.closed.add(record.shift_id)
        yield from _z_flaws(db, record, msgspec.convert(record.body, Report), rebuilt)
    elif record.kind in verify_accounts.ACCOUNT_KINDS:
        yield from _customer_flaws(db, record, rebuilt)
    elif found := _WITH_ROW.get(record.kind):
        body, look = found
        yield from look(db, record, msgspec.convert(record.body, body), rebuilt)
    if record.kind in EVENTS_COUNTED and record.shift_id:
        rebuilt.add(record.shift_id, tally_event(record.kind.value, record.operator, record.body))


def _said_twice(record: Record, operator: str, at: str, shift_id: int) -> Iterator[Discrepancy]:
    """Yield where a document says another operator, instant or shift than the record around it."""
    if (record.operator, record.at, record.shift_id) != (operator, at, shift_id):
        yield Discrepancy(Flaw.TABLE, record.seq, "the record and its document differ")


def _copy_flaws(db: LedgerDatabase, record: Record, copy: _Copy, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where a copy's row differs from its record."""
    rebuilt.counts["receipt_copy"] += 1
    wanted: list[tuple[Any, ...]] = [(copy.receipt_number, copy.copy, record.at, record.operator)]
    sql = "SELECT receipt_number, copy, at, operator FROM receipt_copy WHERE journal_seq = ?"
    yield from _compare(db, record.seq, sql, wanted)


def _z_copy_flaws(db: LedgerDatabase, record: Record, copy: _ZCopy, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where the row of a Z's copy differs from its record."""
    rebuilt.counts["z_copy"] += 1
    wanted: list[tuple[Any, ...]] = [(copy.number, copy.copy, record.at, record.operator)]
    yield from _compare(db, record.seq, "SELECT shift_id, copy, at, operator FROM z_copy WHERE journal_seq = ?", wanted)


def _purge_flaws(db: LedgerDatabase, record: Record, purge: Purge, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where the rows of a purge differ from its record."""
    rebuilt.counts["personal_purge"] += len(purge.ranges)
    sql = "SELECT kind, first_seq, last_seq FROM personal_purge WHERE journal_seq = ? ORDER BY first_seq"
    yield from _compare(db, record.seq, sql, [(purge.kind, *found) for found in purge.ranges])


def _change_flaws(db: LedgerDatabase, record: Record, change: TenderChange, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where the row of a changed tender differs from its record."""
    rebuilt.counts["tender_change"] += 1
    sql = f"SELECT {CHANGE_COLUMNS} FROM tender_change WHERE journal_seq = ?"  # noqa: S608
    yield from _compare(db, record.seq, sql, [change_row(change, record.shift_id, record.seq)])
    yield from _outbox_flaws(db, record, document_id(record.lane, record.seq), rebuilt)


def _cash_flaws(db: LedgerDatabase, record: Record, move: CashMove, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where the row of a move of cash differs from its record."""
    rebuilt.counts["cash_move"] += 1
    mark = Mark(record.lane, record.at, record.operator, record.shift_id)
    sql = "SELECT * FROM cash_move WHERE journal_seq = ?"
    if move.kind.value != record.kind.value:
        yield Discrepancy(Flaw.TABLE, record.seq, "cash_move")
    yield from _compare(db, record.seq, sql, [cash_row(move, mark, record.seq)])
    yield from _outbox_flaws(db, record, f"{record.lane}-cash-{move.number}", rebuilt)


def _sale_flaws(db: LedgerDatabase, record: Record, sale: Sale, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where a sale's rows differ from its record."""
    seq, number = record.seq, sale.receipt_number
    rebuilt.add(sale.shift_id, tally_sale(sale))
    parts: tuple[tuple[str, str, Sequence[tuple[int | str | None, ...]]], ...] = (
        ("sale", "receipt_number", [ledger.sale_row(sale, seq)]),
        ("sale_line", "line_no", ledger.line_rows(sale)),
        ("sale_tax", "code", sorted(ledger.tax_rows(sale))),
        ("sale_tender", "position", ledger.tender_rows(sale)),
        ("stock_move", "sku", sorted(ledger.stock_rows(sale))),
        ("stock_trace", "line_no", trace_rows(sale)),
        ("sale_return", "line_no", ledger.return_rows(sale)),
        ("card_entry", "position", card_rows(sale)),
        ("loyalty_entry", "receipt_number", points_rows(sale)),
    )
    for table, order, wanted in parts:
        rebuilt.counts[table] += len(wanted)
        if not wanted and table in ("stock_trace", "sale_return", "card_entry", "loyalty_entry"):
            continue  # few sales have any: rows that nobody told of are found when all are counted
        columns = _COLUMNS[table]
        sql = f"SELECT {columns} FROM {table} WHERE receipt_number = ? ORDER BY {order}"  # noqa: S608
        yield from _compare(db, number, sql, wanted, seq)
    if sale.account is not UNSET:
        yield from _account_flaws(db, record, verify_accounts.sale_rows(record, sale), rebuilt)
    yield from _outbox_flaws(db, record, sale.sale_id, rebuilt)


def _customer_flaws(db: LedgerDatabase, record: Record, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where the rows of a collection, or the document of a customer, differ from the record."""
    if record.kind not in verify_accounts.COLLECTION_KINDS:
        yield from _outbox_flaws(db, record, str(record.body.get("document_id", "")), rebuilt)
        return
    collection = verify_accounts.collection_in(record)
    rebuilt.add(collection.shift_id, tally_collection(collection))
    yield from verify_accounts.said_twice(record, collection)
    yield from _account_flaws(db, record, verify_accounts.collection_rows(record, collection), rebuilt)
    yield from _outbox_flaws(db, record, collection.collection_id, rebuilt)


def _account_flaws(
    db: LedgerDatabase, record: Record, rows: verify_accounts.Rows, rebuilt: _Rebuilt
) -> Iterator[Discrepancy]:
    """Yield where an account's rows differ from a record."""
    rebuilt.counts.update({table: len(wanted) for table, wanted in rows.items()})
    yield from verify_accounts.wrong_rows(db, record, rows)


_WITH_ROW: Final[dict[Kind, tuple[type[msgspec.Struct], Callable[..., Iterator[Discrepancy]]]]] = {
    Kind.COPY_PRINTED: (_Copy, _copy_flaws),
    Kind.Z_COPIED: (_ZCopy, _z_copy_flaws),
    Kind.PERSONAL_PURGED: (Purge, _purge_flaws),
    Kind.TENDER_CHANGED: (TenderChange, _change_flaws),
    **{Kind(name): (CashMove, _cash_flaws) for name in SIGNS},
}
"""Events that have a row of their own: what the record's body is, and who compares it."""

_COLUMNS = {
    "sale": "receipt_number, sale_id, shift_id, journal_seq, at, business_date, operator, is_return, line_count,"
    " net_minor, total_minor, change_minor, rounding_minor",
    "sale_line": "receipt_number, line_no, sku, code, name, department, tax_class, uom, uom_digits, quantity_micro,"
    " unit_price_micro, amount_minor, net_minor, gross_minor, price_origin, quantity_origin, voids, operator,"
    " kind, discount_ppm, regular_price_micro, salesperson",
    "sale_tax": "receipt_number, code, name, rate_ppm, included, base_minor, tax_minor, kind",
    "sale_tender": "receipt_number, position, kind, amount_minor, change_minor, reference",
    "stock_move": "receipt_number, sku, quantity_micro",
    "loyalty_entry": POINTS_COLUMNS,
    "card_entry": "receipt_number, position, card_hash, last4, kind, amount_minor",
    "stock_trace": "receipt_number, line_no, sku, lot, serial, expires_on, quantity_micro",
    "sale_return": "receipt_number, line_no, of_folio, of_sale_id, of_receipt, of_line_no, quantity_micro,"
    " amount_minor",
}


def _shift_flaws(db: LedgerDatabase, record: Record, shift: Shift, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where a shift's row differs from its record."""
    rebuilt.counts["shift"] += 1
    yield from _said_twice(record, shift.opened_by, shift.opened_at, shift.shift_id)
    wanted: list[tuple[Any, ...]] = [
        (shift.shift_id, shift.opened_at, shift.opened_by, shift.business_date, shift.float_minor)
    ]
    sql = "SELECT shift_id, opened_at, opened_by, business_date, float_minor FROM shift WHERE journal_seq = ?"
    yield from _compare(db, record.seq, sql, wanted)
    yield from _outbox_flaws(db, record, f"{record.lane}-shift-{shift.shift_id}", rebuilt)


def _z_flaws(db: LedgerDatabase, record: Record, report: Report, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield where a Z's row differs from its record."""
    rebuilt.counts["z_report"] += 1
    yield from _said_twice(record, report.operator, report.at, report.shift.shift_id)
    row = db.one("SELECT hash FROM journal WHERE seq = ?", (record.seq,))
    wanted: list[tuple[Any, ...]] = [
        (report.shift.shift_id, report.at, canonical(record.body).decode(), row[0] if row else "")
    ]
    sql = "SELECT shift_id, at, report, hash FROM z_report WHERE journal_seq = ?"
    yield from _compare(db, record.seq, sql, wanted)
    for table in altered_papers(db, report, str(row[0]) if row else ""):
        yield Discrepancy(Flaw.PAPER, record.seq, f"{table}: Z {report.shift.shift_id}")
    yield from _outbox_flaws(db, record, f"{record.lane}-z-{report.shift.shift_id}", rebuilt)
    perpetual = (report.perpetual_net_minor, report.perpetual_absolute_minor)
    if perpetual != (record.perpetual_net_minor, record.perpetual_absolute_minor):
        yield Discrepancy(Flaw.SHIFT_TOTAL, record.seq, f"Z {report.shift.shift_id}")
    wrong = [name for name in check_report(report, rebuilt.tallies(record.shift_id)) if name in record.body]
    if wrong and rebuilt.is_whole:
        yield Discrepancy(Flaw.SHIFT_TOTAL, record.seq, f"Z {report.shift.shift_id}: {', '.join(wrong)}")


def _outbox_flaws(db: LedgerDatabase, record: Record, document_id: str, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield a document that is not in the outbox under its own key and kind."""
    rebuilt.counts["outbox"] += 1
    row = db.one("SELECT document_id, kind FROM outbox WHERE journal_seq = ?", (record.seq,))
    if row != (document_id, record.kind.value):
        yield Discrepancy(Flaw.OUTBOX, record.seq, document_id)


def _compare(
    db: LedgerDatabase, key: int, sql: str, wanted: Sequence[tuple[Any, ...]], seq: int | None = None
) -> Iterator[Discrepancy]:
    """Yield a discrepancy where a query does not give the rows that a record asks for."""
    if db.all(sql, (key,)) != list(wanted):
        table = sql.split(" FROM ")[1].split()[0]
        yield Discrepancy(Flaw.TABLE, key if seq is None else seq, table)


def _compare_totals(db: LedgerDatabase, rebuilt: _Rebuilt) -> Iterator[Discrepancy]:
    """Yield running totals that are not the sum of their records."""
    kept: dict[Place, tuple[int, int]] = {
        (shift, kind, key): (count, amount)
        for shift, kind, key, count, amount in db.all(
            "SELECT shift_id, kind, key, count, amount_minor FROM shift_total"
        )
    }
    for place in sorted(kept.keys() | rebuilt.totals.keys()):
        if kept.get(place) != rebuilt.totals.get(place):
            shift, kind, key = place
            yield Discrepancy(Flaw.SHIFT_TOTAL, 0, f"shift {shift} {kind} {key}")


def _compare_counts(db: LedgerDatabase, rebuilt: _Rebuilt, seals: int) -> Iterator[Discrepancy]:
    """Yield tables that hold rows of which the journal does not know."""
    if count_seals(db) != seals:
        yield Discrepancy(Flaw.COUNT, 0, f"seal: {count_seals(db)} rows, {seals} beside a row of the journal")
    rebuilt.counts["personal"] = rebuilt.personal.found
    for table in (
        *_COLUMNS,
        "shift",
        "z_report",
        "receipt_copy",
        "z_copy",
        "cash_move",
        "tender_change",
        "personal",
        "personal_purge",
        "outbox",
        *ACCOUNT_TABLES,
    ):
        row = db.one(f"SELECT count(*) FROM {table}")  # noqa: S608
        count = int(row[0]) if row else 0
        if count != rebuilt.counts[table]:
            yield Discrepancy(Flaw.COUNT, 0, f"{table}: {count} rows, {rebuilt.counts[table]} in the journal")
