"""Days of the UCI log sold through a real `mostrador pipe`: a shift for a day, an invoice for a sale.

Each kind of line is a department, each SKU of a kind an item that asks for its price, taken in by the real import.
A return is a negative quantity; so is what the log writes with a negative price. Every invoice is paid in cash, one
that comes to nothing by nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

import msgspec

from domain.account_outcome import WholeAnswer
from domain.intent import AddItem, AddTender, CloseShift, Intent, OpenShift, SignOn
from domain.money import MICRO
from domain.outcome import Answer, SalePosted, ShiftClosed
from domain.refusal import Refused
from domain.report import Report
from tests.journeys.store import BOUND_SECONDS, PIN, Store, open_store
from tests.journeys.uci import MILLS, Day, Invoice, LogLine

FLOAT_MINOR: Final = 20_000_000
"""More than the blackest day pays out."""

_CHANGED: Final = b'{"did":"basket_changed"'
_ENCODE = msgspec.json.Encoder().encode
_ANSWER: Final[msgspec.json.Decoder[Answer]] = msgspec.json.Decoder(WholeAnswer)


class Replayed(msgspec.Struct, frozen=True):
    """What the pipe answered: how many lines it took, the totals of the sales in order, the Zs, and refusals."""

    lines: int
    totals: list[int]
    reports: list[Report]
    refusals: list[Refused]


def open_replay_store(folder: Path) -> Store:
    """Return a store in pounds with no tax and no printer, in which negative quantities can be sold."""
    store = open_store(
        folder,
        store={"name": "UCI", "country": "generic", "currency": "GBP", "language": "en", "time_zone": "Europe/London"},
        selling={"negative_lines": True, "max_quantity": 100_000},
        printers=[{"kind": "none"}],
    )
    store.add_operator()
    return store


def import_items(store: Store, days: Iterable[Day]) -> int:
    """Import what is sold on some days and return how many items that is."""
    items = sorted({(line.kind, line.sku) for day in days for line in day.lines})
    path = store.home / "items.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("sku", "name", "price", "department", "tax_class"))
        rows.writerows((_sku(kind, sku), sku, "", kind, "exempt") for kind, sku in items)
    store.run_well("import", "items", str(path), "--strict")
    return len(items)


def intents(days: Iterable[Day]) -> Iterator[Intent]:
    """Yield everything that is asked of the pipe for some days; the till is always counted right."""
    yield SignOn("7", PIN)
    for day in days:
        yield OpenShift(FLOAT_MINOR)
        for invoice in day.invoices:
            yield from _sell(invoice)
        yield CloseShift(FLOAT_MINOR + day.net_pence)


def replay(store: Store, days: Sequence[Day]) -> Replayed:
    """Sell some days through one pipe that reads as fast as it can."""
    return replay_intents(store, intents(days), len(days))


def replay_intents(store: Store, wanted: Iterable[Intent], days: int) -> Replayed:
    """Ask a pipe for everything that is wanted, of so many days."""
    asked = store.home / "intents.jsonl"
    with asked.open("wb") as file:
        file.writelines(_ENCODE(intent) + b"\n" for intent in wanted)
    with asked.open("rb") as stdin, TemporaryFile() as answered, TemporaryFile() as errors:
        with store.start_pipe(stdin, answered, errors) as process:
            status = process.wait(BOUND_SECONDS * max(1, days))
        errors.seek(0)
        assert status == 0, errors.read().decode()
        answered.seek(0)
        return _read(answered)


def _sell(invoice: Invoice) -> Iterator[Intent]:
    for line in invoice.lines:
        quantity, price = _at_positive_price(line)
        yield AddItem(_sku(line.kind, line.sku), quantity * MICRO, price * (MICRO // MILLS))
    yield AddTender("cash")


def _at_positive_price(line: LogLine) -> tuple[int, int]:
    """Return quantity and price as a till takes them: the sign is the quantity's."""
    return (-line.quantity, -line.price_mills) if line.price_mills < 0 else (line.quantity, line.price_mills)


def _sku(kind: str, sku: str) -> str:
    """Return the SKU of one kind of line; the log uses one code for what is sold, given away and taken back."""
    return f"{kind} {sku}"


def _read(answers: IO[bytes]) -> Replayed:
    """Read the answers; those to lines, nearly all, are only counted."""
    lines = 0
    totals: list[int] = []
    reports: list[Report] = []
    refusals: list[Refused] = []
    for line in answers:
        if line.startswith(_CHANGED):
            lines += 1
            continue
        match _ANSWER.decode(line):
            case SalePosted(total_minor=total):
                totals.append(total)
            case ShiftClosed(report=report):
                reports.append(report)
            case Refused() as refused:
                refusals.append(refused)
    return Replayed(lines, totals, reports, refusals)
