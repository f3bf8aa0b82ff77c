"""Who gets the commission: of a whole basket, or of single lines of it."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from domain.basket import Basket, Change, Line, find_line
from domain.journal import Kind
from domain.outcome import BasketChanged, SalespeopleListed
from domain.refusal import Reason, Refused
from domain.shift import Salesperson
from domain.text import safe_text
from register.keeping import keep, tell_journal
from register.lane import Lane
from register.selling import new_basket, not_now
from storage import baskets
from storage.salespeople import find_salesperson, read_salespeople

MAX_SHOWN = 20


def list_salespeople(lane: Lane) -> SalespeopleListed:
    """Return who can be chosen, by name."""
    return SalespeopleListed(read_salespeople(lane.db))


def set_salesperson(lane: Lane, code: str, line_no: int) -> BasketChanged | Refused:
    """Say whose the basket is, or with a number one line of it; an empty code is nobody's."""
    if refused := not_now(lane):
        return refused
    person = find_salesperson(lane.db, code) if code else None
    if code and person is None:
        return Refused(Reason.NO_SUCH_SALESPERSON, {"code": safe_text(code, MAX_SHOWN)})
    basket = lane.basket or new_basket(lane)
    changed = _give_line(basket, line_no, person) if line_no else _give_basket(basket, person)
    return changed if isinstance(changed, Refused) else _save(lane, changed, line_no, person)


def _give_basket(basket: Basket, person: Salesperson | None) -> Change:
    """Return a basket that is somebody's."""
    terms = msgspec.structs.replace(basket.terms, salesperson=person)
    return Change(msgspec.structs.replace(basket, terms=terms), ())


def _give_line(basket: Basket, line_no: int, person: Salesperson | None) -> Change | Refused:
    """Return a basket of which one line is somebody's."""
    line = find_line(basket, line_no)
    if isinstance(line, Refused):
        return line
    given: Line = msgspec.structs.replace(line, salesperson=person or UNSET)
    lines = (*basket.lines[: line_no - 1], given, *basket.lines[line_no:])
    return Change(msgspec.structs.replace(basket, lines=lines), (given,))


def _save(lane: Lane, change: Change, line_no: int, person: Salesperson | None) -> BasketChanged | Refused:
    """Write whose basket or line it is, and the journal's event of it, in one transaction."""
    basket = change.basket
    body = {
        "basket_id": basket.basket_id,
        "line_no": line_no,
        "salesperson": person.code if person else "",
        "name": person.name if person else "",
    }

    def write() -> None:
        tell_journal(lane, Kind.SALESPERSON_SET, body)
        baskets.put_lines(lane.db, basket, change.lines, lane.operator_id)
        baskets.put_terms(lane.db, basket)

    return keep(lane, write) or lane.changed(change)
