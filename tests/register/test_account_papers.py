"""Papers of customers as they look, in both languages, on wide and narrow paper; and the QR code read back.

`GOLDEN=write pytest tests/register/test_account_papers.py` writes them anew: read the difference.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import msgspec
import pytest
import zxingcpp

from config.settings import InvoiceSettings, SellingSettings
from devices.printer.picture import draw_symbol
from devices.printer.strips import Symbol
from domain.account_intent import CollectTender
from domain.paper import Qr, lay_paper
from register.customers import new_check_code
from tests.kit.catalog import BOOK, COFFEE
from tests.kit.customers import LUZ, bring_customers
from tests.kit.golden import golden_names, kept_page, page_of
from tests.kit.lane import STORE, Shop, make_shop
from tests.register.reading import events, queue

GOLDEN: Final = Path(__file__).parents[1] / "data" / "account_papers"
URL: Final = "https://facturas.example/nueva?f={folio}&t={total}&d={date}&c={code}"
PAPERS: Final = ("on_account", "collection", "reversal", "statement", "self_invoice", "invoice", "credited")
"""What the day below prints, in this order."""


def work_a_day(shop: Shop) -> None:
    """Make one paper of each kind."""
    register = shop.register
    register.set_customer(LUZ.code)
    register.scan(BOOK)
    register.add_tender("account")
    shop.clock.advance(60)
    register.collect(LUZ.code, 31_500, (CollectTender("credit_card", 20_000, "A1B2"), CollectTender("cash", 20_000)))
    register.reverse_collection(1, "Cobrado dos veces")
    register.print_statement(LUZ.code)
    register.scan(COFFEE)
    register.add_tender("cash", 10_000)
    register.set_customer(LUZ.code)
    register.scan(COFFEE)
    register.set_invoice()
    register.add_tender("cash")
    register.set_customer(LUZ.code)
    register.scan(BOOK, -1_000_000)
    register.add_tender("account")


@pytest.fixture(scope="module", params=["es", "en"])
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any], Any]:
    """The papers of a day in one language, and the sale whose invoice its customer makes."""
    store = msgspec.structs.replace(STORE, language=request.param)
    folder = tmp_path_factory.mktemp(request.param)
    shop = make_shop(folder, store=store, invoice=InvoiceSettings(URL), selling=SellingSettings(negative_lines=True))
    shop.db.random_bytes = lambda count: bytes(count)
    bring_customers(shop)
    work_a_day(shop)
    found, sale = queue(shop), events(shop, "sale_posted")[1]
    shop.db.close()
    return request.param, dict(zip(PAPERS, found, strict=True)), sale


@pytest.mark.parametrize("width", [42, 32])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_looks_as_it_did_when_a_person_read_it(
    name: str, width: int, day: tuple[str, dict[str, Any], Any]
) -> None:
    language, papers, _ = day
    lines = lay_paper(papers[name], width)
    assert all(len(line) <= width for line in lines)
    page = page_of(lines)
    assert kept_page(GOLDEN / f"{name}-{language}-{width}.txt", page) == page


def test_there_is_no_golden_file_that_nobody_reads() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == golden_names(PAPERS)


@pytest.mark.parametrize("module", [4, 6])
def test_a_telephone_reads_from_the_paper_what_the_invoice_needs(
    module: int, day: tuple[str, dict[str, Any], Any]
) -> None:
    _, papers, sale = day
    (code,) = [element for element in papers["self_invoice"] if isinstance(element, Qr)]
    (read,) = zxingcpp.read_barcodes(draw_symbol(Symbol("qr", code.data, module)).convert("L"))
    assert read.text == (
        f"https://facturas.example/nueva?f={sale['folio']}&t=45.50&d=2026-11-24&c={sale['check_code']}"
    )
    assert len(sale["check_code"]) == 8
    assert sale["check_code"] in "\n".join(lay_paper(papers["self_invoice"], 32))


def test_no_two_receipts_have_the_same_check_code(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    lane = shop.register.lane_at_work
    lane.new_id = lambda: str(uuid4())
    codes = {new_check_code(lane) for _ in range(300)}
    assert len(codes) == 300
    assert {len(code) for code in codes} == {8}
    shop.db.close()
