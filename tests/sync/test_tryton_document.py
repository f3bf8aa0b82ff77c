"""Records in the words of our module for Tryton: every kind that goes up, and what has no words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given

from domain.journal import Kind, canonical
from domain.personal import Opening, commit
from domain.sale import Sale
from domain.tax import TaxRounding
from sync.document import Document
from sync.feed import Feed
from sync.tryton_document import KINDS, Store, Untellable, add_ids, tell_document
from tests.architecture.house import ROOT
from tests.kit.sales import sales
from tests.kit.strategies import make_book

STORE = Store(2, ZoneInfo("America/Mexico_City"))


def document(kind: str, body: Any, personal: Mapping[str, Opening] | None = None) -> Document:
    openings = dict(personal or {})
    record = {"at": "2026-11-25T03:00:00.000Z", "body": body, "shift_id": 3, "personal": dict.fromkeys(openings, "x")}
    return Document(f"id-{kind}", kind, 41, "a" * 64, "7", msgspec.Raw(canonical(record)), openings)


def tell(kind: str, body: Any, personal: Mapping[str, Opening] | None = None) -> dict[str, Any]:
    return tell_document(document(kind, body, personal), STORE)


@given(sales(make_book(TaxRounding.LINE)))
def test_a_sale_s_words_come_to_its_own_figures(posted: list[Sale]) -> None:
    for sale in posted:
        told = tell("sale_posted", sale)
        net = sum(_minor(line["net"]) for line in told["lines"])
        gross = sum(_minor(line["gross"]) for line in told["lines"])
        assert (net, gross) == (sale.net_minor, sale.total_minor)
        assert net + sum(_minor(tax["amount"]) for tax in told["taxes"]) == gross
        paid = sum(_minor(payment["amount"]) for payment in told["payments"])
        assert paid == gross + _minor(told.get("rounding", "0.00"))
        assert (told["key"], told["shift"], told["date"]) == ("id-sale_posted", sale.shift_id, sale.business_date)


def _minor(text: str) -> int:
    whole, _, fraction = text.partition(".")
    assert len(fraction) == 2
    return int(whole + fraction)


def test_what_was_voided_does_not_go_up_and_a_discount_has_no_product() -> None:
    common = {"sku": "A", "name": "A", "department": "d", "tax_class": "general", "net_minor": 100, "gross_minor": 116}
    lines = [
        {**common, "line_no": 1, "quantity_micro": 1_000_000, "voids": 0},
        {**common, "line_no": 2, "quantity_micro": -1_000_000, "voids": 1},
        {**common, "line_no": 3, "quantity_micro": 1_500_000, "voids": 0},
        {**common, "line_no": 4, "quantity_micro": 1_000_000, "voids": 0, "kind": "promotion", "sku": ""},
        {**common, "line_no": 5, "quantity_micro": -1_000_000, "voids": 0, "returns": {"is_damaged": True}},
    ]
    body = {"folio": "7-000001", "lines": lines, "taxes": [], "tenders": [], "salesperson": {"code": "E1", "name": "E"}}
    told = tell("sale_posted", body)
    assert [(one["product"], one["quantity"], one["damaged"]) for one in told["lines"]] == [
        ("A", "1.5", False),
        ("", "1", False),
        ("A", "-1", True),
    ]
    assert told["lines"][1]["department"] == ""
    assert (told["employee"], told["date"]) == ("E1", "2026-11-24")


def test_what_is_put_on_a_card_goes_along_beside_the_sale() -> None:
    line = {"line_no": 1, "sku": "CARD", "name": "Card", "department": "d", "tax_class": "zero", "voids": 0}
    line |= {"quantity_micro": 1_000_000, "net_minor": 0, "gross_minor": 0, "load": {"amount_minor": 50_000}}
    tenders = [{"kind": "cash", "amount_minor": 50_000, "change_minor": 0}]
    told = tell("sale_posted", {"folio": "f", "lines": [line], "taxes": [], "tenders": tenders})
    (one,) = told["lines"]
    assert (one["net"], one["gross"], one["load"], one["tax_class"]) == ("500.00", "500.00", True, "")


def test_change_goes_off_the_kind_that_it_went_back_as() -> None:
    tenders = [
        {"kind": "usd", "amount_minor": 20_000, "change_minor": 3_000, "change_kind": "cash"},
        {"kind": "card", "amount_minor": 500, "change_minor": 0},
        {"kind": "card", "amount_minor": -500, "change_minor": 0},
    ]
    body = {"folio": "7-A1", "customer": "C1", "tenders": tenders}
    told = tell("collection_posted", body)
    assert told["payments"] == [{"method": "usd", "amount": "200.00"}, {"method": "cash", "amount": "-30.00"}]
    assert tell("collection_reversed", body)["kind"] == "collection"


def test_the_last_due_date_of_what_went_on_account_goes_along() -> None:
    account = {"dues": [{"date": "2026-12-01", "amount_minor": 1}, {"date": "2026-12-31", "amount_minor": 1}]}
    tenders = [{"kind": "account", "amount_minor": 200, "change_minor": 0}]
    body = {"folio": "f", "lines": [], "taxes": [], "tenders": tenders, "account": account, "customer": "C1"}
    told = tell("sale_posted", body)
    assert told["payments"] == [{"method": "account", "amount": "2.00", "due": "2026-12-31"}]
    assert told["party"] == "C1"


@pytest.mark.parametrize(
    ("kind", "amount"), [("loan", "45.50"), ("paid_in", "45.50"), ("pickup", "-45.50"), ("paid_out", "-45.50")]
)
def test_cash_goes_into_the_till_or_out_of_it(kind: str, amount: str) -> None:
    told = tell(kind, {"kind": kind, "number": 9, "amount_minor": 4_550})
    assert (told["kind"], told["type"], told["amount"], told["number"]) == ("cash", kind, amount, "9")


def test_a_z_says_what_is_left_and_goes_along_whole() -> None:
    till = {"counted_minor": 53_559, "removed_minor": 3_559, "over_short_minor": -25}
    body = {"number": 12, "shift": {"shift_id": 12, "business_date": "2026-11-23"}, "till": till}
    told = tell("shift_closed", body)
    figures = told["left"], told["removed"], told["over_short"], told["shift"], told["date"]
    assert figures == ("500.00", "35.59", "-0.25", 12, "2026-11-23")
    assert msgspec.json.decode(told["report"]) == body


def test_a_shift_and_a_changed_tender() -> None:
    body = {"shift_id": 4, "float_minor": 50_000, "business_date": "2026-11-24"}
    assert tell("shift_opened", body)["float"] == "500.00"
    change = {
        "folio": "7-1",
        "of": "s",
        "from_kind": "cash",
        "to_kind": "card",
        "amount_minor": 500,
        "change_minor": 80,
    }
    told = tell("tender_changed", change)
    assert told["payments"] == [{"method": "cash", "amount": "-4.20"}, {"method": "card", "amount": "4.20"}]
    assert told["of"] == "s"


def test_personal_texts_go_in_clear_and_what_was_purged_not_at_all() -> None:
    opening = Opening("00" * 16, "Ñandú, S. A.")
    body = {"customer": "7-c1", "name": commit(opening), "tax_id": commit(Opening("11" * 16, "gone"))}
    told = tell_document(
        msgspec.structs.replace(
            document("customer_created", body, {"name": opening, "tax_id": opening}), personal={"name": opening}
        ),
        STORE,
    )
    assert (told["name"], told["tax_id"], told["phone"]) == ("Ñandú, S. A.", "", "")


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("song_sung", {}, "no place for song_sung"),
        ("sale_posted", {"folio": "f"}, "no lines"),
        ("sale_posted", {"folio": "f", "lines": [{"line_no": 1}]}, "no name"),
        ("sale_posted", [], "cannot be told"),
        ("shift_opened", {"float_minor": "x"}, "cannot be told"),
    ],
)
def test_what_has_no_words_says_so(kind: str, body: Any, says: str) -> None:
    with pytest.raises(Untellable, match=says):
        tell(kind, body)


def test_every_kind_of_document_has_words() -> None:
    """Each kind that the lane puts into its outbox, wherever in the source it does."""
    put = re.compile(r"put_outbox\(")
    callers = {
        path.name
        for room in ("storage", "register")
        for path in (ROOT / room).glob("*.py")
        if put.search(path.read_text())
    }
    assert callers == {"cash.py", "collecting.py", "customers.py", "ledger.py", "shifts.py", "tender_changes.py"}
    assert {
        *(Kind.SALE_POSTED, Kind.TENDER_CHANGED, Kind.SHIFT_OPENED, Kind.SHIFT_CLOSED),
        *(Kind.COLLECTION_POSTED, Kind.COLLECTION_REVERSED, Kind.CUSTOMER_CREATED, Kind.CUSTOMER_CHANGED),
        *(Kind.LOAN, Kind.PICKUP, Kind.PAID_IN, Kind.PAID_OUT),
    } == KINDS


LINE = {"line_no": 3, "sku": "A", "name": "A", "department": "d", "tax_class": "general", "voids": 0}
LINE |= {"quantity_micro": -1_000_000, "net_minor": -100, "gross_minor": -116}


def test_a_line_says_which_one_it_was_whose_and_of_which_receipt_it_comes_back() -> None:
    trace = {"lot": "L1", "serial": "S9", "expires_on": "2027-01-31"}
    returns = {"reason": "r", "of": {"folio": "8-000001", "sale_id": "s", "line_no": 2}}
    line = LINE | {"trace": trace, "returns": returns, "salesperson": {"code": "E2", "name": "E"}}
    told = tell("sale_posted", {"folio": "f", "lines": [line, LINE | {"line_no": 4}], "taxes": [], "tenders": []})
    one, plain = told["lines"]
    assert {name: one[name] for name in ("lot", "serial", "expires")} == {
        "lot": "L1",
        "serial": "S9",
        "expires": "2027-01-31",
    }
    assert (one["line"], one["of"], one["of_line"], one["employee"]) == (3, "8-000001", 2, "E2")
    assert plain.keys().isdisjoint({"lot", "serial", "expires", "of", "of_line", "employee"})
    assert told["employee"] == "E2"


def test_an_invoice_that_is_wanted_goes_along() -> None:
    data = {"tax_id": "XAXX010101000", "name": "N", "regime": "616", "postcode": "", "use": "S01", "email": "a@b.c"}
    body = {"folio": "f", "lines": [LINE], "taxes": [], "tenders": [], "invoice": data}
    assert tell("sale_posted", body)["invoice"] == data
    assert "invoice" not in tell("sale_posted", {**body, "invoice": None})


class Ids:
    """Knows some of Tryton's ids, also of what was renamed."""

    def erp_id(self, feed: Feed, key: str) -> str:
        return {"items A": "11", "customers C1": "12", "salespeople E2": "13"}.get(f"{feed.value} {key}", "")


def test_ids_go_beside_the_codes_that_tryton_has_told() -> None:
    person = {"salesperson": {"code": "E2", "name": "E"}}
    body = {"folio": "f", "lines": [LINE | person, LINE | {"sku": "B"}], "taxes": [], "tenders": [], "customer": "C1"}
    told = tell("sale_posted", body | person)
    add_ids(told, Ids())
    assert [line.get("product_id") for line in told["lines"]] == ["11", None]
    assert (told["lines"][0]["employee_id"], told["employee_id"], told["party_id"]) == ("13", "13", "12")
    corrected = tell("customer_changed", {"customer": "C1", "name": "N"})
    add_ids(corrected, Ids())
    assert corrected["party_id"] == "12"
