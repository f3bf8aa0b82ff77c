"""A stream of sales to be killed, and the check of what is left of it.

Every line has a price that no other has, so that none can pass for another. What is promised by an answer and what is
found in the ledger are named by the same words: `line <price>`, its counter-line `void <price>`, and sales, copies,
suspended and voided baskets, shifts and Zs by their ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Final

import msgspec

from domain import outcome as outcomes
from domain.account_outcome import WholeAnswer
from domain.basket import Line
from domain.intent import (
    AddItem,
    AddTender,
    CloseShift,
    Intent,
    OpenShift,
    PrintCopy,
    Resume,
    SignOn,
    Status,
    Suspend,
    TakeBackTenders,
    VoidBasket,
    VoidLine,
)
from domain.money import MICRO
from domain.outcome import Answer
from storage.connection import LedgerDatabase
from tests.kit.catalog import GIFT
from tests.kit.lane import ANA, ANA_PIN, FLOAT_MINOR

PRICES_OF_A_LIFE: Final = 100_000
CENT_MICRO: Final = 10_000
SUSPENDED: Final = "suspended "

_ANSWER: Final[msgspec.json.Decoder[Answer]] = msgspec.json.Decoder(WholeAnswer)


class ToldLine(msgspec.Struct):
    """The part of a line in the journal that names it here."""

    unit_price_micro: int
    voids: int


_LINE: Final = msgspec.json.Decoder(Line)
_LINES: Final = msgspec.json.Decoder(tuple[ToldLine, ...])


def life(number: int, seed: int, sales: int, suspended: str | None) -> Iterator[Intent]:
    """Yield what is asked in one life of the pipe: first that which was left, then sale after sale."""
    random = Random(f"{seed} {number}")
    prices = iter(range(number * PRICES_OF_A_LIFE + 1, (number + 1) * PRICES_OF_A_LIFE))
    yield Status()
    yield SignOn(ANA.operator, ANA_PIN)
    yield OpenShift(FLOAT_MINOR)
    yield TakeBackTenders()
    yield AddTender("cash", confirmed=True)
    if suspended is not None:
        yield Resume(suspended)
    for sale in range(1, sales + 1):
        yield from _sell(random, prices)
        if sale % 15 == 0:
            yield from (CloseShift(0, carry_over=True), CloseShift(0, carry_over=True), OpenShift(FLOAT_MINOR))


def _sell(random: Random, prices: Iterator[int]) -> Iterator[Intent]:
    """Yield a basket of one to six lines and how it ends."""
    lines = random.randint(1, 6)
    for _ in range(lines):
        yield AddItem(GIFT, random.randint(1, 3) * MICRO, next(prices) * CENT_MICRO)
    if random.random() < 0.25:
        yield VoidLine(random.randint(1, lines))
    match random.randrange(10):
        case 0:
            yield VoidBasket()
        case 1:
            yield Suspend("Luz")
        case 2 | 3 | 4:
            yield AddTender("cash", 1, confirmed=True)
    yield AddTender("cash", confirmed=True)
    if random.random() < 0.1:
        yield PrintCopy()


class Ear:
    """Hears what the answers promise, and whether each life wakes up with the basket of the one before."""

    def __init__(self) -> None:
        """Begin before the first life."""
        self.open_lines = 0
        self.woken_with: list[int] = []
        self.wrong: list[str] = []

    def hear(self, line: str) -> str | None:
        """Return what one line of answers promises."""
        answer = _ANSWER.decode(line)
        self._follow(answer)
        return promise_of(answer)

    def _follow(self, answer: Answer) -> None:
        """Keep how many lines the open basket has; the act at hand when the lane was killed may be done or not."""
        match answer:
            case outcomes.BasketChanged():
                self.open_lines = answer.line_count
            case outcomes.BasketResumed():
                self.open_lines = len(answer.basket.lines)
            case outcomes.SalePosted() | outcomes.BasketVoided() | outcomes.BasketSuspended():
                self.open_lines = 0
            case outcomes.StatusTold():
                # With nothing open the act at hand may have been to resume a basket of any size.
                if self.open_lines and answer.line_count not in (self.open_lines, self.open_lines + 1, 0):
                    self.wrong.append(f"{self.open_lines} lines were acknowledged, {answer.line_count} came back")
                self.woken_with.append(answer.line_count)
                self.open_lines = answer.line_count


def promise_of(answer: Answer) -> str | None:
    """Return what an answer promises to be in the ledger, if anything."""
    match answer:
        case outcomes.BasketChanged(lines=(line,)):
            return _word(line)
        case outcomes.SalePosted():
            return f"sale {answer.receipt_number} {answer.sale_id}"
        case outcomes.BasketVoided():
            return f"voided {answer.basket_id}"
        case outcomes.BasketSuspended():
            return f"{SUSPENDED}{answer.basket_id}"
        case outcomes.CopyPrinted():
            return f"copy {answer.receipt_number} {answer.copy}"
        case outcomes.ShiftOpened():
            return f"shift {answer.shift.shift_id}"
        case outcomes.ShiftClosed():
            return f"z {answer.report.number}"
    return None


def present(db: LedgerDatabase) -> Iterator[str]:
    """Yield what is in the ledger, in the words of promises."""
    for price, voids in db.all("SELECT unit_price_micro, voids FROM sale_line"):
        yield f"{'void' if voids else 'line'} {price}"
    for (text,) in db.all("SELECT line FROM basket_line"):
        yield _word(_LINE.decode(text))
    for (text,) in db.all("SELECT json_extract(record, '$.body.lines') FROM journal WHERE kind = 'basket_voided'"):
        yield from map(_word, _LINES.decode(text))
    for word, query in _FOUND.items():
        for row in db.all(query):
            yield " ".join((word, *map(str, row)))


def _word(line: Line | ToldLine) -> str:
    return f"{'void' if line.voids else 'line'} {line.unit_price_micro}"


_FOUND: Final = {
    "sale": "SELECT receipt_number, sale_id FROM sale",
    "voided": "SELECT json_extract(record, '$.body.basket_id') FROM journal WHERE kind = 'basket_voided'",
    # A basket may be suspended again by a later life.
    SUSPENDED.strip(): "SELECT DISTINCT json_extract(record, '$.body.basket_id') FROM journal"
    " WHERE kind = 'basket_suspended'",
    "copy": "SELECT receipt_number, copy FROM receipt_copy",
    "shift": "SELECT shift_id FROM shift",
    "z": "SELECT shift_id FROM z_report",
}
