"""One day of a small shop, worked once by keys and scans on the screen and once by intents through the pipe."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from domain.intent import (
    AddTender,
    CloseShift,
    Intent,
    Loan,
    NoSale,
    OpenShift,
    Pickup,
    ReadX,
    Resume,
    Scan,
    SignOn,
    Suspend,
    VoidLine,
)
from domain.money import MICRO
from domain.outcome import BasketSuspended
from domain.refusal import Reason, Refused
from storage.personal import reveal_body
from tests.journeys.store import Store, Talk, open_small_store
from tests.journeys.terminal import Terminal
from tests.kit.catalog import BOOK, COFFEE, SALMON, SOAP, WATER, weight_label

STORE: Final = {
    "name": "Tienda Ñandú",
    "address": ["Av. Juárez 10", "06050 Ciudad de México"],
    "tax_id": "XAXX010101000",
    "phone": "55 1234 5678",
    "language": "es",
    "country": "mx",
}
LABEL: Final = weight_label(SALMON, 1_250)
PIECES: Final = {"100000": 1, "20000": 1, "2000": 1, "1000": 1, "200": 2, "50": 1}
"""What is in the till at the end: the float, 709.00 and 25.50."""
COUNTED_MINOR: Final = 123_450

_TIMES: Final = frozenset({"at", "opened_at", "suspended_at", "business_date", "oldest_waiting_at"})
_IDS: Final = frozenset({"basket_id", "sale_id", "prev", "previous_hash", "journal_head", "paper_hash"})
_MASKS: Final = (
    (re.compile(r"\d\d/\d\d/\d{4} \d\d:\d\d"), "dd/mm/aaaa hh:mm"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "aaaa-mm-dd"),
    (re.compile(r"\b([0-9a-f]{16}|[0-9a-f]{8})$", re.MULTILINE), "huella"),
)


def open_day_store(folder: Path) -> Store:
    """Return a store with a printer that is a file, and a scanner that is a FIFO."""
    return open_small_store(
        folder,
        store=STORE,
        printers=[{"kind": "file", "device": str(folder / "papers.bin")}],
        scanners=[{"kind": "virtual", "device": str(folder / "scanner")}],
    )


def scanner_of(store: Store) -> Callable[[str], None]:
    """Return what scans a code on a store's lane."""
    path = store.settings.parent / "scanner"

    def scan(code: str) -> None:
        fifo = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(fifo, f"{code}\n".encode())
        finally:
            os.close(fifo)

    return scan


def work_the_screen(terminal: Terminal, scan: Callable[[str], None]) -> None:
    """Work the day by keys and scans, from the sign-on to the Z, and shut the lane."""
    terminal.wait_for("Cajero")
    terminal.press("1", "enter", "1234", "enter", "500", "enter")
    terminal.wait_for("Lea o teclee un código", "Lector bien", "Turno 1")
    _sell_on_the_screen(terminal, scan)
    _pay_on_the_screen(terminal)
    _close_on_the_screen(terminal)


def _sell_on_the_screen(terminal: Terminal, scan: Callable[[str], None]) -> None:
    """Five scans, two of them by the scanner; a void, three of one item, a weight label; suspended and resumed."""
    terminal.press(COFFEE, "enter", WATER, "enter")
    terminal.wait_for("2          1  Agua 600 ml")
    scan(BOOK)
    terminal.wait_for("3          1  Pedro Páramo", "199.90")
    scan(SOAP)
    terminal.wait_for("4          1  Jabón de tocador", "12.345        12.35")
    terminal.press(COFFEE, "enter", "delete")
    terminal.wait_for("6         -1  Café Ñandú 250 g", "-45.50", "4 artículos, 6 partidas")
    terminal.press("3", "*")
    terminal.wait_for("3 × ")
    scan(WATER)
    terminal.wait_for("7          3  Agua 600 ml", "30.00")
    scan(LABEL)
    terminal.wait_for("8   1.250 kg  Salmón", "411.25", "8 artículos, 8 partidas")
    terminal.press("ctrl+q", "Luz", "f6")
    terminal.wait_for("«Luz»", "En pausa 1")
    terminal.press("f9", "1")
    terminal.wait_for("8   1.250 kg  Salmón", "8 artículos, 8 partidas")


def _pay_on_the_screen(terminal: Terminal) -> None:
    """A note for a resumed basket, which asks first; then a sale by card and cash."""
    terminal.press("f12", "1000")
    terminal.wait_for("$291.00")
    terminal.look()  # four characters and an Enter in one go would be a scanner's
    terminal.press("enter")
    terminal.wait_for("Por pagar", "«Luz»", "$709.00")
    terminal.look()
    terminal.press("f12")
    terminal.wait_for("Cambio $", "$1,000.00", "1-000001")
    terminal.press("enter", COFFEE, "enter", "f12", "20", "f3")
    terminal.wait_for("Referencia")
    terminal.press("123456", "enter")
    terminal.wait_for("Lo leyó el lector")  # typed at a scanner's pace: F12 takes it
    terminal.look()
    terminal.press("f12")
    terminal.wait_for("Tarjeta de débito 123456", "$25.50")
    terminal.press("enter")
    terminal.wait_for("Pagado $", "1-000002")
    terminal.press("enter")


def _close_on_the_screen(terminal: Terminal) -> None:
    """X, a blind count that is off, one piece by piece, the Z; and the lane is shut."""
    terminal.press("f10", "1")
    terminal.wait_for("CORTE X", "Ventas (2)", "$754.50")
    terminal.press("enter", "f7", "5", "100", "enter")
    terminal.wait_for("Dotación desde la caja fuerte: $100.00")
    terminal.press("f7", "4", "100", "enter")
    terminal.wait_for("Retiro a la caja fuerte: $100.00")
    terminal.press("ctrl+n", "1")
    terminal.wait_for("Cajón abierto: Cambio de monedas")
    terminal.press("f10", "2")
    terminal.wait_for("cuente el cajón")
    terminal.press("0.01", "enter")
    terminal.wait_for("Queda como fondo")
    terminal.press("enter")
    screen = terminal.wait_for("No cuadra: cuente otra vez")
    assert "1,234.50" not in screen, "the count is blind"
    terminal.look()
    counts = ("1", "", "1", "", "", "1", "1", "", "2", "", "1", "", "")
    terminal.press(*(key for count in counts for key in (count, "enter")))
    terminal.wait_for("$1,234.50")
    terminal.press("enter")
    terminal.wait_for("Queda como fondo")
    terminal.press("500", "enter")
    terminal.wait_for("CORTE Z 1", "Turno 1")
    terminal.press("enter")
    terminal.wait_for("Abrir turno")
    terminal.press("f10", "06")
    terminal.wait_for("Supr")
    terminal.look()
    terminal.press("delete")
    assert terminal.wait_end() == 0


def work_the_pipe(talk: Talk) -> None:
    """Work the same day by intents."""
    for intent in _morning():
        answer = talk.ask(intent)
        assert not isinstance(answer, Refused), answer
    suspended = talk.ask(Suspend("Luz"))
    assert isinstance(suspended, BasketSuspended)
    for intent, reason in _afternoon(suspended.basket_id):
        answer = talk.ask(intent)
        assert (answer.reason if isinstance(answer, Refused) else None) is reason, answer


def _morning() -> Iterator[Intent]:
    yield SignOn("1", "1234")
    yield OpenShift(50_000)
    for code in (COFFEE, WATER):
        yield Scan(code, None, "typed")
    for code in (BOOK, SOAP):
        yield Scan(code)
    yield Scan(COFFEE, None, "typed")
    yield VoidLine(5)
    yield Scan(WATER, 3 * MICRO)
    yield Scan(LABEL)


def _afternoon(basket_id: str) -> Iterator[tuple[Intent, Reason | None]]:
    yield Resume(basket_id), None
    yield AddTender("cash", 100_000), Reason.RESUMED_NEEDS_YES
    yield AddTender("cash", 100_000, confirmed=True), None
    yield Scan(COFFEE, None, "typed"), None
    yield AddTender("debit_card", 2_000, "123456"), None
    yield AddTender("cash"), None
    yield ReadX(), None
    yield Loan(10_000), None
    yield Pickup(10_000), None
    yield NoSale("Cambio de monedas"), None
    yield CloseShift(1, next_float_minor=1), Reason.COUNT_AGAIN
    yield CloseShift(COUNTED_MINOR, PIECES, next_float_minor=50_000), None


def journal_of(store: Store) -> list[Any]:
    """Return a store's journal, record by record, without times, ids and hashes; personal texts stand in clear."""
    with store.ledger() as db:
        found = db.all("SELECT seq, record FROM journal ORDER BY seq")
        rows = [(seq, msgspec.json.decode(text)) for seq, text in found]
        for seq, record in rows:
            record["body"] = reveal_body(db, seq, record["body"], record.get("personal", {}))
    return [_bare(record) for _, record in rows]


def _bare(value: Any) -> Any:
    """Return a value of a record without what differs from day to day."""
    if isinstance(value, dict):
        return {name: _bare(inner) for name, inner in value.items() if name not in _TIMES | _IDS}
    return [_bare(inner) for inner in value] if isinstance(value, list) else value


def masked(text: str) -> str:
    """Return a paper's text with its times, dates and hashes masked."""
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
