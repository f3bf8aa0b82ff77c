"""The connector to Tryton by itself: what it makes of answers, good and bad, and how large its batches are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import msgspec
import pytest

from config.country import load_country
from config.settings import ErpSettings, LaneSettings, SellingSettings, Settings, SyncSettings
from domain.reconciliation import Dimension
from domain.tax import TaxBook, TaxProfile, TaxRounding
from domain.witness import Anchor
from sync.anchoring import AnchoringConnector
from sync.connector import Verdict, open_connector
from sync.document import Batch, Document
from sync.errors import Denied, Halted, Unreachable
from sync.feed import CellRow, Feed, FeedingConnector, ItemRow
from sync.reconcile import ShiftRef
from sync.secret import Secret
from sync.transport import Origin, Transport
from sync.tryton import FIRST_CHUNK, TrytonConnector
from sync.tryton_check import check_tryton, draw_baskets, reckon
from sync.tryton_document import Store, Untellable
from sync.tryton_link import TrytonLink
from sync.tryton_rows import FEEDS
from tests.sync.shop import StillClock, paths_of

STORE = Store(2, ZoneInfo("America/Mexico_City"))
Body = dict[str, Any]
LANE_SETTINGS = Settings(lane=LaneSettings(id="7"))


class FakeTryton:
    """Answers as the module does; a test says what is otherwise. The real one is in tests/erp."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.asked: list[tuple[str, Body]] = []
        self.answers: dict[str, Any] = {"about": {"v": 2, "lanes": ["7"], "currency": "MXN", "digits": 2}}
        self.on_batch: Callable[[list[str]], None] = lambda _: None
        self.clock = StillClock()

    def connect(self, tell: Any = None) -> TrytonConnector:
        transport = Transport(Origin("http://127.0.0.1"), self.clock, handler=self._answer)
        link = TrytonLink(transport, "shop", Secret("the-key"))
        return TrytonConnector(link, LANE_SETTINGS, STORE, self.clock, tell=tell or _tell)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["authorization"] == "Bearer the-key"
        assert request.url.path.startswith("/shop/r/mostrador/v1/")
        what, body = request.url.path.rpartition("/")[2], json.loads(request.content)
        self.asked.append((what, body))
        if what != "documents":
            told = self.answers[what]
            return told if isinstance(told, httpx.Response) else httpx.Response(200, json=told)
        keys = [one["key"] for one in body["documents"]]
        self.batches.append(keys)
        self.on_batch(keys)
        made = [{"key": one["key"], "hash": one["hash"], "status": "created"} for one in body["documents"]]
        return httpx.Response(200, json=self.answers.get("documents", {"results": made}))


def _tell(document: Document, store: Store) -> Body:
    if document.kind == "song":
        raise Untellable("Tryton has no place for song")
    return {"key": document.document_id, "hash": document.hash}


def batch(count: int, kind: str = "sale_posted") -> Batch:
    return Batch("b", tuple(Document(f"d{n}", kind, n, f"{n:064x}", "7", msgspec.Raw(b"{}")) for n in range(count)))


@pytest.fixture
def tryton() -> FakeTryton:
    return FakeTryton()


def test_a_batch_grows_while_answers_come_fast(tryton: FakeTryton) -> None:
    answers = tryton.connect().deliver(batch(200))
    assert [len(one) for one in tryton.batches] == [FIRST_CHUNK, 2 * FIRST_CHUNK, 4 * FIRST_CHUNK, 25]
    assert {answer.verdict for answer in answers} == {Verdict.TAKEN}
    assert [answer.document_id for answer in answers] == [f"d{n}" for n in range(200)]


def test_a_batch_shrinks_when_answers_come_slowly(tryton: FakeTryton) -> None:
    def take_long(keys: list[str]) -> None:
        tryton.clock.seconds += 20

    tryton.on_batch = take_long
    tryton.connect().deliver(batch(60))
    assert [len(one) for one in tryton.batches] == [25, 12, 6, 3, *[1] * 14]


def test_one_that_tryton_cannot_answer_is_found_by_halving_and_stops_no_other(tryton: FakeTryton) -> None:
    def fail(keys: list[str]) -> None:
        if "d7" in keys:
            raise httpx.ReadTimeout("gone")

    tryton.on_batch = fail
    connector = tryton.connect()
    for _ in range(12):
        try:
            answers = connector.deliver(batch(20))
            break
        except Unreachable:
            continue
    verdicts = {answer.document_id: answer.verdict for answer in answers}
    assert verdicts == {f"d{n}": Verdict.LATER if n == 7 else Verdict.TAKEN for n in range(20)}
    made = [key for keys in tryton.batches if "d7" not in keys for key in keys]
    assert sorted(made) == sorted(set(made))


def test_nothing_is_known_where_tryton_is_away(tryton: FakeTryton) -> None:
    def fail(keys: list[str]) -> None:
        tryton.answers["about"] = httpx.Response(502)
        raise httpx.ConnectError("refused")

    connector = tryton.connect()
    tryton.on_batch = fail
    for _ in range(8):
        with pytest.raises(Unreachable):
            connector.deliver(batch(3))


@pytest.mark.parametrize(
    ("result", "verdict", "says"),
    [
        ({"status": "created", "hash": f"{0:064x}"}, Verdict.TAKEN, ""),
        ({"status": "duplicate", "hash": f"{0:064x}"}, Verdict.TAKEN, ""),
        ({"status": "conflict", "hash": "f" * 64}, Verdict.REJECTED, "another document"),
        ({"status": "rejected", "error": "there is no item 'X'"}, Verdict.REJECTED, "no item"),
        ({"status": "waiting", "error": "receipt 8-1 has not come yet"}, Verdict.REJECTED, "not come yet"),
    ],
)
def test_each_status_is_a_verdict(tryton: FakeTryton, result: Body, verdict: Verdict, says: str) -> None:
    tryton.answers["documents"] = {"results": [{"key": "d0", **result}]}
    (answer,) = tryton.connect().deliver(batch(1))
    assert answer.verdict is verdict
    assert says in answer.reason


@pytest.mark.parametrize(("day", "verdict"), [("2026-11-22", Verdict.LATER), ("2026-11-21", Verdict.REJECTED)])
def test_a_return_waits_for_days_and_then_somebody_is_asked(tryton: FakeTryton, day: str, verdict: Verdict) -> None:
    tryton.answers["documents"] = {"results": [{"key": "d0", "status": "waiting", "error": "not yet"}]}
    connector = tryton.connect(lambda document, store: _tell(document, store) | {"date": day})
    assert [(one.verdict, one.reason) for one in connector.deliver(batch(1))] == [(verdict, "not yet")]


@pytest.mark.parametrize(
    "results",
    [
        None,
        [],
        [7],
        [{"key": "other", "status": "created"}],
        [{"key": "d0", "status": "created", "hash": "f" * 64}],
        [{"key": "d0", "status": "perhaps"}],
    ],
)
def test_what_is_no_answer_leaves_it_unknown(tryton: FakeTryton, results: Any) -> None:
    tryton.answers["documents"] = {"results": results}
    assert tryton.connect().deliver(batch(1)) == []


def test_a_record_without_words_is_rejected_and_the_others_go(tryton: FakeTryton) -> None:
    mixed = Batch("b", (*batch(1, "song").documents, *batch(3).documents[1:]))
    answers = tryton.connect().deliver(mixed)
    assert [(one.document_id, one.verdict) for one in answers] == [
        ("d0", Verdict.REJECTED),
        ("d1", Verdict.TAKEN),
        ("d2", Verdict.TAKEN),
    ]


@pytest.mark.parametrize(
    ("about", "says"),
    [
        ({"v": 1, "lanes": ["7"], "digits": 2}, "another version"),
        ({"v": 2, "lanes": ["1"], "digits": 2}, "has the lane 7"),
        ({"v": 2, "lanes": ["7"], "digits": 0, "currency": "CLP"}, "decimals"),
    ],
)
def test_a_tryton_that_does_not_fit_gets_nothing(tryton: FakeTryton, about: Body, says: str) -> None:
    tryton.answers["about"] = about
    with pytest.raises(Halted, match=says):
        tryton.connect().deliver(batch(1))
    assert tryton.batches == []


def item(erp_id: str, *, is_live: bool = True) -> Body:
    texts = {"stamp": "s", "sku": f"P{erp_id}", "name": "A", "price": "1.5", "cost": "", "department": "c1"}
    more = {"tax_class": "general", "unit": "kg", "digits": 3, "template": "", "codes": ["7501000000005"]}
    return {"id": erp_id, "is_live": is_live, **texts, **more}


def test_a_sweep_goes_page_by_page_and_the_next_one_reaches_back(tryton: FakeTryton) -> None:
    connector = tryton.connect()
    assert isinstance(connector, FeedingConnector)
    page = {"now": "2026-11-24T10:20:00", "rows": [item("1"), item("2", is_live=False)], "gone": []}
    tryton.answers["changes"] = {**page, "after": 2, "is_last": False}
    first = connector.pull(Feed.ITEMS, "")
    assert [row.erp_id for row in first.rows] == ["1"]
    assert isinstance(first.rows[0], ItemRow)
    assert first.rows[0].is_weighed
    assert (list(first.tombstones), first.is_last) == (["2"], False)
    tryton.answers["changes"] = {**page, "now": "2026-11-24T10:21:00", "gone": ["9"], "after": 0, "is_last": True}
    last = connector.pull(Feed.ITEMS, first.checkpoint)
    assert list(last.tombstones) == ["2", "9"]
    connector.pull(Feed.ITEMS, last.checkpoint)
    asked = [(body["since"], body["after"]) for what, body in tryton.asked if what == "changes"]
    assert asked == [("", 0), ("", 2), ("2026-11-24T10:10:00", 0)]


def test_a_lot_is_asked_for_where_tryton_says_so_and_who_has_a_list_keeps_it(tryton: FakeTryton) -> None:
    page = {"now": "2026-11-24T10:20:00", "gone": [], "after": 0, "is_last": True}
    tryton.answers["changes"] = {**page, "rows": [item("1"), item("2") | {"tracking": "lot"}]}
    first, second = tryton.connect().pull(Feed.ITEMS, "").rows
    assert isinstance(first, ItemRow)
    assert isinstance(second, ItemRow)
    assert (first.traits, second.traits) == ({}, {"tracking": "lot"})
    customer = dict.fromkeys(("stamp", "name", "tax_id", "phone", "email", "term", "days", "limit"), "")
    rows = [customer | {"id": "1", "code": "C1", "price_list": "p4"}, customer | {"id": "2", "code": "C2"}]
    tryton.answers["changes"] = {**page, "rows": rows}
    found = tryton.connect().pull(Feed.CUSTOMERS, "").rows
    assert [row.cells.get("price_list") for row in found if isinstance(row, CellRow)] == ["p4", None]


@pytest.mark.parametrize("status", [401, 403])
def test_a_right_that_is_missing_is_named_in_the_module_s_words(tryton: FakeTryton, status: int) -> None:
    tryton.answers["about"] = httpx.Response(status, json={"error": "the user lane is not in the group Mostrador"})
    with pytest.raises(Halted, match="not in the group Mostrador"):
        tryton.connect().about()
    tryton.answers["about"] = httpx.Response(status)
    with pytest.raises(Halted):
        tryton.connect().about()


def test_balances_are_told_all_together_now_and_then(tryton: FakeTryton) -> None:
    connector = tryton.connect()
    row = {"id": "2", "code": "C1", "owed": "10.50"}
    page = {"now": "2026-11-24T10:20:00", "rows": [row], "gone": []}
    tryton.answers["changes"] = {**page, "after": 2, "is_last": False}
    first = connector.pull(Feed.BALANCES, "")
    tryton.answers["changes"] = {**page, "after": 0, "is_last": True}
    last = connector.pull(Feed.BALANCES, first.checkpoint)
    assert [row.erp_id for row in (*first.rows, *last.rows)] == ["2", "2"]
    young = connector.pull(Feed.BALANCES, last.checkpoint)
    assert (young.rows, young.checkpoint, young.is_last) == ((), last.checkpoint, True)
    tryton.clock.seconds += 601
    assert [row.erp_id for row in connector.pull(Feed.BALANCES, last.checkpoint).rows] == ["2"]
    asked = [(body["since"], body["after"]) for what, body in tryton.asked if what == "changes"]
    assert asked == [("", 0), ("", 2), ("", 0)]


@pytest.mark.parametrize("page", [{}, {"now": "x", "is_last": True}, {"rows": [{}], "now": "2026-11-24T10:20:00"}])
def test_a_page_that_cannot_be_read_is_said(tryton: FakeTryton, page: Body) -> None:
    tryton.answers["changes"] = page
    with pytest.raises(Denied, match="cannot be read"):
        tryton.connect().pull(Feed.ITEMS, "no checkpoint")


def test_ids_are_compared_but_of_what_always_moves(tryton: FakeTryton) -> None:
    tryton.answers["ids"] = {"ids": {"1": "s"}}
    connector = tryton.connect()
    assert [feed for feed in FEEDS if connector.ids(feed) is None] == [Feed.STOCK, Feed.BALANCES, Feed.RETURNED]
    assert connector.ids(Feed.ITEMS) == {"1": "s"}
    tryton.answers["ids"] = {}
    with pytest.raises(Denied):
        connector.ids(Feed.ITEMS)


def test_what_was_posted_is_told_in_minor_units(tryton: FakeTryton) -> None:
    document = {"key": "d0", "kind": "sale", "total": "21.00", "record": "sale.point.sale,1"}
    z = {"key": "z", "kind": "z", "total": "", "record": ""}
    sums = {"taxes": {"iva16": "2.90"}, "bases": {"iva16": "18.10"}, "methods": {"cash": "21"}, "unbalanced": ["M-1"]}
    tryton.answers["posted"] = {"documents": [document, z], **sums}
    shift = ShiftRef("7", 1)
    told = tryton.connect().posted(shift)
    assert [(one.document_id, one.total_minor) for one in told.documents] == [
        ("d0", 2_100),
        ("z", None),
        ("entry M-1", None),
    ]
    assert {(one.dimension, one.key, one.amount_minor) for one in told.sums} == {
        (Dimension.KIND, "sale_posted", 2_100),
        (Dimension.TAX, "iva16", 290),
        (Dimension.TAX_BASE, "iva16", 1_810),
        (Dimension.TENDER, "cash", 2_100),
    }
    tryton.answers["posted"] = {"documents": [document | {"total": "many"}], **sums}
    with pytest.raises(Denied):
        tryton.connect().posted(shift)


def test_a_question_that_tryton_does_not_understand_is_said_in_its_words(tryton: FakeTryton) -> None:
    tryton.answers["changes"] = httpx.Response(400, json={"error": "there is no lane '7' in Tryton"})
    with pytest.raises(Denied, match="there is no lane"):
        tryton.connect().pull(Feed.ITEMS, "")


def test_the_settings_make_it(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("the-key")
    key.chmod(0o400)
    lane = LaneSettings(id="7", data=str(tmp_path / "data"))

    def settings(**erp: Any) -> Settings:
        common: dict[str, Any] = {"url": "http://127.0.0.1:1", "database": "shop", "key_file": str(key)}
        return Settings(lane=lane, erp=ErpSettings(**{**common, **erp}), sync=SyncSettings(connector="tryton"))

    good = settings()
    connector = open_connector(good, paths_of(good), StillClock())
    assert isinstance(connector, TrytonConnector)
    connector.close()
    for wrong in ({"database": ""}, {"database": "../x"}, {"url": "ftp://x"}, {"key_file": str(tmp_path / "none")}):
        with pytest.raises(Halted):
            open_connector(settings(**wrong), paths_of(good), StillClock())


def check(tryton: FakeTryton, **told: Any) -> dict[str, list[str]]:
    """Return what a check finds that is not well, by name."""
    settings = Settings(lane=LaneSettings(id="7"), selling=SellingSettings(tax_profile="tryton"))
    about = {
        "v": 2,
        "module": "8",
        "lanes": ["7"],
        "currency": "MXN",
        "digits": 2,
        "tax_rounding": "line",
        "missing": [],
    }
    rates = {code: {"kind": "percentage", "rate": rate} for code, rate in (("iva16", "0.16"), ("iva8", "0.08"))}
    about["methods"] = [kind.code for kind in load_country("mx").tender_kinds("es")]
    tryton.answers["about"] = about | {"taxes": rates | {"iva0": {"kind": "percentage", "rate": "0"}}} | told
    found: dict[str, list[str]] = {}
    for one in check_tryton(tryton.connect()._link, settings, 0):
        if not one.is_well:
            found.setdefault(one.name, []).append(one.text)
    return found


def test_a_check_names_what_is_missing_and_every_rate_and_sum_that_differs(tryton: FakeTryton) -> None:
    classes = {one.code: one for one in load_country("mx").tax_classes("es")}
    book = TaxBook(classes, TaxRounding.LINE, 2, TaxProfile.TRYTON)
    totals = [dict(zip(("total", "tax"), reckon(book, one), strict=True)) for one in draw_baskets(sorted(classes))]
    tryton.answers["reckoned"] = {"totals": totals}
    assert check(tryton) == {}
    assert check(tryton, missing=["no rounding account"]) == {"setting up": ["no rounding account"]}
    assert list(check(tryton, lanes=[], missing=["no lane 7"])) == ["setting up"]
    (text,) = check(tryton, methods=["cash", "debit_card", "transfer", "voucher", "account"])["tenders"]
    assert text == "no payment method in Tryton has the code credit_card: fill it in, if it is used"
    wrong = check(tryton, taxes={"iva16": {"kind": "percentage", "rate": "0.15"}}, tax_rounding="document")
    assert wrong["rounding"] == ["Tryton rounds by document: set selling.tax_rounding to that"]
    assert wrong["rates"][0] == "iva16 is 0.15 in Tryton"
    totals[3]["total"] = "0.01"
    (text,) = check(tryton)["baskets"]
    assert text.startswith("199 of 200 baskets come to the same cents; the first that does not: ")
    tryton.answers["reckoned"] = httpx.Response(400, json={"error": "no accounting category has the code zero"})
    assert "no accounting category" in check(tryton)["baskets"][0]


def test_the_newest_row_that_tryton_has_is_an_anchor(tryton: FakeTryton) -> None:
    connector = tryton.connect()
    assert isinstance(connector, AnchoringConnector)
    assert connector.anchor() is None
    tryton.answers["about"] |= {"last_seq": 44, "last_hash": "9f" * 32}
    assert connector.anchor() == Anchor("7", 44, "9f" * 32)
