"""The way to a Tryton without our module: what it does there, what it leaves for the module, and what it refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from config.settings import ErpSettings, Settings
from domain.journal import canonical
from sync.check import run_checks
from sync.connector import Answer, Verdict
from sync.document import Batch, Document
from sync.errors import Denied, Halted
from sync.feed import CellRow, Feed, ItemRow
from sync.secret import Secret
from sync.transport import Origin, Transport
from sync.tryton_plain import PlainTryton
from sync.tryton_rpc import TrytonRpc
from tests.erp.tryton_child import STORE
from tests.kit.tryton_seed import ITEMS, NARROW_LOGIN, PLAIN_LOGIN, PLAIN_WORD
from tests.kit.tryton_server import DATABASE, TrytonServer
from tests.kit.tryton_way import Way
from tests.sync.shop import StillClock

pytestmark = pytest.mark.slow


@pytest.fixture
def way(tryton: TrytonServer) -> Way:
    return Way(tryton)


def connect(way: Way, store: str = "C00001", **taxes: str) -> PlainTryton:
    return PlainTryton(way.rpc(), Settings(erp=ErpSettings(store=store, taxes=taxes)), STORE)


def sale(seq: int, net_minor: int = 1_810, gross_minor: int = 2_100, **more: Any) -> Document:
    line = {"line_no": 1, "sku": "P00000", "name": "A", "department": "food", "tax_class": "general", "voids": 0}
    line |= {"quantity_micro": 2_000_000, "net_minor": net_minor, "gross_minor": gross_minor}
    promotion = line | {"line_no": 2, "sku": "", "kind": "promotion", "quantity_micro": 1_000_000}
    promotion |= {"net_minor": -172, "gross_minor": -200}
    body = {"folio": f"7-{seq:06d}", "lines": [line, promotion], "taxes": [], "tenders": [], **more}
    record = {"at": "2026-11-24T20:00:00.000Z", "shift_id": 1, "body": body | {"business_date": "2026-11-24"}}
    return Document(f"sale-{seq}", "sale_posted", seq, f"{seq:064x}", "7", msgspec.Raw(canonical(record)))


def deliver(connector: PlainTryton, *documents: Document) -> list[Answer]:
    return list(connector.deliver(Batch("b", documents)))


def drafts(way: Way) -> list[dict[str, Any]]:
    fields = ["reference", "state", "total_amount", "untaxed_amount", "party.code", "lines.product", "lines.quantity"]
    return list(way.rpc().read("sale.sale", [], fields, limit=100))


def test_a_sale_becomes_one_draft_with_its_totals(way: Way) -> None:
    assert [one.verdict for one in deliver(connect(way), sale(1), sale(2, customer="C00003"))] == [Verdict.TAKEN] * 2
    assert [one.verdict for one in deliver(connect(way), sale(1))] == [Verdict.TAKEN]
    first, second = drafts(way)
    assert (first["reference"], first["state"], first["party."]["code"]) == ("sale-1", "draft", "C00001")
    assert (first["untaxed_amount"], first["total_amount"]) == (Decimal("16.38"), Decimal("19.00"))
    assert [line["quantity"] for line in first["lines."]] == [2, 1]
    assert second["party."]["code"] == "C00003"


class Renamed:
    """The lane's memory of what P00000 was called before."""

    def erp_id(self, feed: Feed, key: str) -> str:
        return "1" if (feed, key) == (Feed.ITEMS, "FORMER") else ""


def test_what_was_renamed_is_found_by_its_id(way: Way) -> None:
    connector = connect(way)
    connector.take_ids(Renamed())
    renamed = msgspec.json.decode(sale(1).record)
    renamed["body"]["lines"][0]["sku"] = "FORMER"
    document = msgspec.structs.replace(sale(1), record=msgspec.Raw(canonical(renamed)))
    assert [one.verdict for one in deliver(connector, document)] == [Verdict.TAKEN]
    (made,) = drafts(way)
    assert [line["product"] for line in made["lines."]] == [1, None]


def test_what_is_not_there_is_refused_and_another_under_its_name_too(way: Way) -> None:
    connector = connect(way)
    (answer,) = deliver(connector, sale(1, customer="NOBODY"))
    assert (answer.verdict, answer.reason) == (Verdict.REJECTED, "there is no party 'NOBODY' in Tryton")
    deliver(connector, sale(2))
    (answer,) = deliver(connector, msgspec.structs.replace(sale(2), hash="f" * 64))
    assert answer.verdict is Verdict.REJECTED
    assert "another sale under this key" in answer.reason


def test_totals_that_differ_are_refused_until_somebody_has_put_the_draft_right(way: Way) -> None:
    connector = connect(way)
    wrong = sale(1, net_minor=1_810, gross_minor=2_600)
    (answer,) = deliver(connector, wrong)
    assert answer.verdict is Verdict.REJECTED
    assert answer.reason.startswith("Tryton comes to 19.00 in place of 24.00: its draft in Tryton has the reference")
    (answer,) = deliver(connector, wrong)
    assert answer.verdict is Verdict.REJECTED
    assert len(drafts(way)) == 1


@pytest.mark.parametrize("kind", ["shift_opened", "loan", "collection_posted", "shift_closed"])
def test_what_has_no_place_waits_for_the_module(way: Way, kind: str) -> None:
    till = {"counted_minor": 1, "over_short_minor": 0}
    body = {"float_minor": 1, "kind": "loan", "number": 1, "amount_minor": 1, "folio": "f", "customer": "C"}
    body |= {"tenders": [], "till": till, "shift": {"shift_id": 1, "business_date": "2026-11-24"}}
    record = {"at": "2026-11-24T20:00:00.000Z", "shift_id": 1, "body": body}
    document = Document("d", kind, 1, "0" * 64, "7", msgspec.Raw(canonical(record)))
    (answer,) = deliver(connect(way), document)
    assert answer.verdict is Verdict.LATER
    assert "waits for the module" in answer.reason


def test_items_and_people_come_down_and_then_what_has_changed(way: Way) -> None:
    connector = connect(way, iva0="zero")
    page = connector.pull(Feed.ITEMS, "")
    rows = {row.sku: row for row in page.rows if isinstance(row, ItemRow)}
    assert len(rows) == ITEMS + 3
    assert [rows[f"P{n:05d}"].tax_class for n in range(4)] == ["16%", "8%", "zero", "exempt"]
    assert (rows["P00004"].price, rows["P00004"].is_weighed, rows["P00000"].department) == ("15.98", True, "Abarrotes")
    customers = [row for row in connector.pull(Feed.CUSTOMERS, "").rows if isinstance(row, CellRow)]
    assert {"C00001", "E1"} <= {row.key for row in customers}
    assert [row.key for row in connector.pull(Feed.SALESPEOPLE, "").rows if isinstance(row, CellRow)] == ["E1", "E2"]
    later = msgspec.json.encode({"since": "2099-01-01T00:00:00"}).decode()
    assert connector.pull(Feed.ITEMS, later).rows == []
    assert connector.pull(Feed.ITEMS, page.checkpoint).is_last


@pytest.mark.parametrize(("login", "missing"), [(PLAIN_LOGIN, []), (NARROW_LOGIN, [])])
def test_a_check_says_which_right_the_user_lacks(tryton: TrytonServer, login: str, missing: list[str]) -> None:
    rpc = TrytonRpc(Transport(Origin(tryton.origin), StillClock()), DATABASE, login, Secret(PLAIN_WORD))
    found = run_checks(PlainTryton(rpc, Settings(erp=ErpSettings(store="C00001", taxes={"iva0": "zero"})), STORE))
    assert [one.text for one in found if not one.is_well and one.name != "clock"] == missing
    assert {"once", "amounts", "waiting"} <= {one.name for one in found}


def test_a_session_that_has_run_out_is_made_anew_and_a_wrong_password_halts(tryton: TrytonServer, way: Way) -> None:
    rpc = way.rpc()
    assert rpc.read("party.party", [], ["code"], limit=1)
    rpc._session = "Zm9yZ2VkOjE6eA=="
    assert rpc.read("party.party", [], ["code"], limit=1)
    with pytest.raises(Denied, match="nofield"):
        rpc.read("party.party", [], ["nofield"], limit=1)
    stranger = TrytonRpc(Transport(Origin(tryton.origin), StillClock()), DATABASE, PLAIN_LOGIN, Secret("guessed"))
    with pytest.raises(Halted):
        stranger.read("party.party", [], ["code"], limit=1)
