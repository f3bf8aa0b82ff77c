"""Says journal records in the words of our module for Tryton (integrations/trytond_mostrador/README.md).

A record is read as plain JSON, so that a kind that this lane's other rooms learn to write needs no change here. Money
goes as decimal text, made of whole minor units. What the module is to post is all in the record: nothing is worked out
anew, and the same record always gives the same document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from domain.instant import read_stamp
from domain.money import MICRO_DIGITS
from domain.personal import reveal
from sync.document import Document
from sync.feed import ErpIds, Feed

Body = Mapping[str, Any]
Words = dict[str, Any]
"""A document as the module reads it."""


class Untellable(ValueError):
    """A record that has no words there; the text says why."""


INVOICE = ("tax_id", "name", "regime", "postcode", "use", "email")


class Store(msgspec.Struct, frozen=True):
    """What turns amounts and instants into words: the money's exponent, and where the store's days begin."""

    exponent: int
    time_zone: ZoneInfo


def tell_document(document: Document, store: Store) -> Words:
    """Return a document in the module's words. Raises `Untellable`."""
    try:
        record: Body = msgspec.json.decode(document.record)
        body: Body = reveal(record["body"], record.get("personal", {}), document.personal)
        kind, tell = _TELLERS[document.kind]
        told = {
            "key": document.document_id,
            "kind": kind,
            "hash": document.hash,
            "lane": document.lane,
            "seq": document.seq,
            "shift": body.get("shift_id", record["shift_id"]),
            "date": body.get("business_date") or _day(record["at"], store),
        }
        return told | tell(body, _Money(store.exponent))
    except KeyError as error:
        if document.kind not in _TELLERS:
            raise Untellable(f"Tryton has no place for {document.kind}") from error
        raise Untellable(f"its record has no {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Untellable(f"its record cannot be told ({error})") from error


_NAMED = (("product", Feed.ITEMS), ("party", Feed.CUSTOMERS), ("employee", Feed.SALESPEOPLE))


def add_ids(told: Words, ids: ErpIds) -> None:
    """Say beside each code which of Tryton's records it was for the lane: it stays the same one when its code does not.

    A code that Tryton never told has none.
    """
    for place in (told, *told.get("lines", ())):
        for name, feed in _NAMED:
            code = place.get(name) or (place.get("code") if told["kind"] == name else "")
            if code and (erp_id := ids.erp_id(feed, code)):
                place[f"{name}_id"] = erp_id


class _Money:
    """Writes amounts and quantities as decimals."""

    def __init__(self, exponent: int) -> None:
        self._exponent = exponent

    def minor(self, amount_minor: int) -> str:
        """Return an amount with the decimals of the store's money."""
        return format(Decimal(amount_minor).scaleb(-self._exponent), "f")

    def micro(self, quantity_micro: int) -> str:
        """Return a quantity with no more decimals than it needs."""
        text = format(Decimal(quantity_micro).scaleb(-MICRO_DIGITS), "f")
        return text.rstrip("0").rstrip(".")


def _day(at: str, store: Store) -> str:
    return read_stamp(at).astimezone(store.time_zone).date().isoformat()


def _tell_sale(body: Body, money: _Money) -> Words:
    """Say a sale, a return, an exchange or a sale taken back."""
    told: Words = {
        "number": body["folio"],
        "lines": [_tell_line(line, money) for line in _kept(body["lines"])],
        "taxes": [_tell_tax(tax, money) for tax in body["taxes"] if tax.get("kind") != "exempt"],
        "payments": _tell_tenders(body["tenders"], money, _due(body)),
        "party": body.get("customer") or "",
    }
    people = [one["salesperson"]["code"] for one in (body, *body["lines"]) if one.get("salesperson")]
    if people:
        told["employee"] = people[0]
    if body.get("rounding_minor"):
        told["rounding"] = money.minor(body["rounding_minor"])
    if body.get("invoice"):
        told["invoice"] = {name: body["invoice"].get(name) or "" for name in INVOICE}
    return told


def _kept(lines: list[Body]) -> Iterator[Body]:
    """Yield the lines that stand: neither taken back nor taking one back."""
    voided = {line["voids"] for line in lines if line.get("voids")}
    for line in lines:
        if not line.get("voids") and line["line_no"] not in voided:
            yield line


def _tell_line(line: Body, money: _Money) -> Words:
    return _tell_goods(line, money) | _tell_trace(line)


def _tell_trace(line: Body) -> Words:
    """Say which one was sold, whose line it is, and of which receipt it comes back."""
    trace, back = line.get("trace") or {}, line.get("returns") or {}
    origin = back.get("of") or {}
    told: Words = {"lot": trace.get("lot"), "serial": trace.get("serial"), "expires": trace.get("expires_on")}
    told |= {"of": origin.get("folio"), "of_line": origin.get("line_no")}
    told["employee"] = (line.get("salesperson") or {}).get("code")
    return {"line": line["line_no"], **{name: value for name, value in told.items() if value}}


def _tell_goods(line: Body, money: _Money) -> Words:
    is_item = line.get("kind", "item") == "item"
    back = line.get("returns") or {}
    if load := line.get("load"):
        amount = money.minor(load["amount_minor"])
        more = {"product": line["sku"], "department": line["department"], "tax_class": "", "load": True}
        quantity = money.micro(line["quantity_micro"])
        return {"name": line["name"], "quantity": quantity, "net": amount, "gross": amount, **more}
    return {
        "name": line["name"],
        "product": line["sku"] if is_item else "",
        "department": line["department"] if is_item else "",
        "quantity": money.micro(line["quantity_micro"]),
        "net": money.minor(line["net_minor"]),
        "gross": money.minor(line["gross_minor"]),
        "tax_class": line["tax_class"],
        "damaged": bool(back.get("is_damaged")),
    }


def _tell_tax(tax: Body, money: _Money) -> Words:
    return {"code": tax["code"], "base": money.minor(tax["base_minor"]), "amount": money.minor(tax["tax_minor"])}


def _due(body: Body) -> str:
    """Return until when what went on account is to be paid, empty where nothing did."""
    dues = (body.get("account") or {}).get("dues")
    return str(dues[-1]["date"]) if dues else ""


def _tell_tenders(tenders: list[Body], money: _Money, due: str = "") -> list[Words]:
    """Say what each kind of tender came to, less the change that went back as it or as another kind."""
    sums = Counter[str]()
    for tender in tenders:
        sums[tender["kind"]] += tender["amount_minor"]
        sums[tender.get("change_kind") or tender["kind"]] -= tender["change_minor"]
    more = {"due": due} if due else {}
    return [{"method": kind, "amount": money.minor(amount), **more} for kind, amount in sums.items() if amount]


def _tell_collection(body: Body, money: _Money) -> Words:
    """Say money received on account, or given back."""
    return {
        "number": body["folio"],
        "party": body["customer"],
        "payments": _tell_tenders(body["tenders"], money),
    }


def _tell_tender_change(body: Body, money: _Money) -> Words:
    """Say that a tender of a sale was of another kind."""
    net = body["amount_minor"] - body["change_minor"]
    sides = ((body["from_kind"], -net), (body["to_kind"], net))
    return {
        "number": body["folio"],
        "of": body["of"],
        "payments": [{"method": kind, "amount": money.minor(amount)} for kind, amount in sides],
    }


def _tell_shift(body: Body, money: _Money) -> Words:
    return {"float": money.minor(body["float_minor"])}


_SIGNS = {"loan": 1, "paid_in": 1, "pickup": -1, "paid_out": -1}


def _tell_cash(body: Body, money: _Money) -> Words:
    """Say cash that came into the till, or left it."""
    kind = body["kind"]
    return {
        "number": str(body["number"]),
        "type": kind,
        "amount": money.minor(_SIGNS[kind] * body["amount_minor"]),
    }


def _tell_z(body: Body, money: _Money) -> Words:
    """Say how a shift was closed: what was left in the till is the truth, whatever has arrived by then."""
    till, shift = body["till"], body["shift"]
    removed = till.get("removed_minor") or 0
    return {
        "number": str(body["number"]),
        "shift": shift["shift_id"],
        "date": shift["business_date"],
        "left": money.minor(till["counted_minor"] - removed),
        "over_short": money.minor(till["over_short_minor"]),
        "removed": money.minor(removed),
        "report": msgspec.json.encode(body, order="sorted").decode(),
    }


def _tell_customer(body: Body, money: _Money) -> Words:
    """Say who a customer is that the lane has made or corrected."""
    told = {name: body.get(name) or "" for name in ("name", "tax_id", "phone", "email")}
    code = body["customer"]
    return told | {"code": code, "name": told["name"] or code}


_TELLERS: Mapping[str, tuple[str, Callable[[Body, _Money], Words]]] = {
    "sale_posted": ("sale", _tell_sale),
    "collection_posted": ("collection", _tell_collection),
    "collection_reversed": ("collection", _tell_collection),
    "tender_changed": ("tenders", _tell_tender_change),
    "shift_opened": ("shift", _tell_shift),
    "shift_closed": ("z", _tell_z),
    "loan": ("cash", _tell_cash),
    "pickup": ("cash", _tell_cash),
    "paid_in": ("cash", _tell_cash),
    "paid_out": ("cash", _tell_cash),
    "customer_created": ("party", _tell_customer),
    "customer_changed": ("party", _tell_customer),
}
KINDS = frozenset(_TELLERS)
"""The journal's kinds that have words."""
