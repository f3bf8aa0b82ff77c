"""What a check says of a Tryton without our module: which right is missing, and what that way cannot promise."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from config.settings import ErpSettings, Settings
from sync.check import Finding, run_checks
from sync.secret import Secret
from sync.transport import Origin, Transport
from sync.tryton_plain import PlainTryton
from sync.tryton_plain_check import LIMITS, NEEDED
from sync.tryton_rpc import TrytonRpc
from tests.sync.shop import StillClock
from tests.sync.test_tryton import STORE


class Stock:
    """A stock Tryton; a test says what is otherwise."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {
            "common.db.login": [2, "token", None],
            "model.res.user.get_preferences": {"company": 1, "company.rec_name": "Shop"},
            "model.ir.model.access.get_access": {
                model: dict.fromkeys(("read", "write", "create", "delete"), True) for model in NEEDED
            },
            "model.party.party.search_read": [{"id": 1, "code": "WALKIN"}],
            "model.account.tax.search_read": [{"id": 1, "name": "IVA 0 %"}],
        }

    def check(self, **taxes: str) -> tuple[Finding, ...]:
        transport = Transport(Origin("http://127.0.0.1"), StillClock(), handler=self._answer)
        erp = ErpSettings(login="lane", store="WALKIN", taxes=taxes)
        return run_checks(PlainTryton(TrytonRpc(transport, "shop", "lane", Secret("w")), Settings(erp=erp), STORE))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        method = json.loads(request.content)["method"]
        return httpx.Response(200, json={"id": 1, "result": self.answers[method]})


def wrong(found: tuple[Finding, ...]) -> list[str]:
    return [f"{one.name}: {one.text}" for one in found if not one.is_well]


def test_it_says_what_this_way_cannot_promise_and_finds_nothing_else() -> None:
    found = Stock().check(**{"IVA 0 %": "zero"})
    assert wrong(found) == []
    assert [(one.name, one.text) for one in found][-len(LIMITS) :] == list(LIMITS)
    assert found[0].text == "as lane, Shop"


def test_each_missing_right_is_named_with_who_gives_it() -> None:
    stock = Stock()
    stock.answers["model.ir.model.access.get_access"]["sale.sale"]["create"] = False
    del stock.answers["model.ir.model.access.get_access"]["party.party"]
    assert wrong(stock.check()) == [
        "rights: the user may not create sale.sale: give him the group Sales, or Tryton's own equal of it",
        "rights: the user may not read party.party: give him the group Sales, or Tryton's own equal of it",
    ]


@pytest.mark.parametrize(
    ("method", "answer", "says"),
    [
        ("model.res.user.get_preferences", {"company": None}, "connection: lane has no company in Tryton"),
        ("model.party.party.search_read", [], "store: erp.store: no party WALKIN"),
        ("model.account.tax.search_read", [], "taxes: erp.taxes: no tax in Tryton is called IVA 0 %"),
        ("common.db.login", None, "connection: Tryton lets nobody in"),
    ],
)
def test_what_the_settings_name_and_is_not_there_is_said(method: str, answer: Any, says: str) -> None:
    stock = Stock()
    stock.answers[method] = answer
    (text,) = wrong(stock.check(**{"IVA 0 %": "zero"}))
    assert text.startswith(says)
