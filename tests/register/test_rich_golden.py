"""Papers with all that a sale and a shift can have, in both languages, on wide and narrow paper (see test_golden.py).

And whatever is drawn as a code on a paper is read back off it: bar codes of receipts and vouchers, and QR codes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
import zxingcpp

from config.settings import ExchangeSettings, InvoiceSettings, LoyaltySettings, ReturnsSettings, SellingSettings
from devices.printer.picture import draw_paper
from devices.printer.printable import CodePage
from devices.printer.strips import Symbol, lay_strips
from domain.account_intent import CollectTender
from domain.loyalty import PointsBalance
from domain.paper import Barcode, Paper, Qr, lay_paper
from domain.shift import Salesperson
from domain.training import mark_training
from register import drawing
from storage.loyalty import put_points
from storage.salespeople import put_salespeople
from tests.kit.cards import CARD, TAKEN, load, put_card_items, spend
from tests.kit.catalog import BOOK, COFFEE, SOAP, WATER
from tests.kit.customers import LUZ, bring_customers
from tests.kit.golden import LANGUAGES, WIDTHS, golden_names, kept_page, page_of
from tests.kit.lane import STORE, Shop, make_shop
from tests.kit.promotions import THREE_FOR_TWO, bring_promotions
from tests.register.reading import queue

GOLDEN: Final = Path(__file__).parents[1] / "data" / "golden_rich"
URL: Final = "https://facturas.example/nueva?f={folio}&t={total}&d={date}&c={code}"
PAPERS: Final = ("bargain", "return_copy", "rich_x", "rich_z", "z_copy", "training")
"""What is held against files: of the day below, and its first paper again at a lane of training."""


def open_rich_shop(folder: Path, language: str) -> Shop:
    """Return a shop with everything: promotions, points, cards, dollars, coins, salespeople, customers, a key."""
    key = folder / "store.key"
    key.write_bytes(b"a key of a store, of 32 bytes...")
    (folder / "ledger.cards").write_bytes(bytes(range(32)))
    shop = make_shop(
        folder,
        store=msgspec.structs.replace(STORE, language=language),
        selling=SellingSettings(negative_lines=True, cash_rounding="cash", cash_rounding_minor=50),
        loyalty=LoyaltySettings(earn_minor=1_000, point_minor=10),
        exchange=(ExchangeSettings("USD", "17.05"),),
        invoice=InvoiceSettings(URL),
        returns=ReturnsSettings(key_file=str(key)),
        cards=TAKEN,
    )
    bring_customers(shop)
    bring_promotions(shop, THREE_FOR_TWO)
    put_card_items(shop.db)
    with shop.db.atomic():
        put_salespeople(shop.db, (Salesperson("V1", "Luis Ñáñez"), Salesperson("V2", "Eva")))
        now = shop.register.lane_at_work.now()
        put_points(shop.db, [PointsBalance(LUZ.code, 500, now)], now)
    return shop


def work_a_rich_day(shop: Shop) -> None:
    """Sell a bargain, take of it back, put money on a card and spend it, collect, and close the shift."""
    register = shop.register
    good, bad = register.return_reasons(is_damaged=False)[0], register.return_reasons(is_damaged=True)[0]
    register.set_customer(LUZ.code)
    register.set_salesperson("V1")
    register.scan(COFFEE, 3_000_000)
    for code in (SOAP, BOOK, WATER):
        register.scan(code)
    register.set_salesperson("V2", 3)
    register.override_price(2, 11_000_000, "Etiqueta")
    register.discount_line(3, 100_000)
    register.discount_basket(50_000)
    register.redeem_points(100)
    register.add_tender("cash_usd", 1_000)
    register.add_tender("cash")
    register.return_lines("1", good, {"1": 1_000_000})
    register.return_lines("1", bad, {"3": 1_000_000}, is_damaged=True)
    register.add_tender("cash")
    register.print_copy(2)
    load(shop)
    register.add_tender("cash")
    register.scan(BOOK)
    spend(shop, CARD, 10_000)
    register.add_tender("voucher")
    register.set_customer(LUZ.code)
    register.scan(WATER)
    register.add_tender("account")
    register.collect(LUZ.code, 20_000, (CollectTender("credit_card", 5_000, "A1"), CollectTender("cash", 20_000)))
    register.reverse_collection(1, "Cobrado dos veces")
    register.scan(BOOK, -1_000_000)
    register.add_tender("stored_value")
    register.read_x(paper=True)
    shop.clock.advance(3 * 3600)
    register.close_shift(0)
    register.close_shift(0)
    register.print_z(1)


@pytest.fixture(scope="module", params=LANGUAGES)
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[Paper]]:
    """The papers of the day in one language, oldest first."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "software", lambda: "Mostrador")
        patch.setattr(drawing, "host_name", lambda: "caja-1")
        shop = open_rich_shop(tmp_path_factory.mktemp(request.param), request.param)
        work_a_rich_day(shop)
    found, word = queue(shop), shop.register.lane_at_work.texts["training"]
    shop.db.close()
    assert len(found) == 12
    return request.param, [*found, mark_training(found[0], word)]


def named(papers: list[Paper]) -> dict[str, Paper]:
    """Return the papers that are held against files."""
    return dict(zip(PAPERS, (papers[0], papers[2], *papers[9:]), strict=True))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_looks_as_it_did_when_a_person_read_it(name: str, width: int, day: tuple[str, list[Paper]]) -> None:
    language, papers = day
    lines = lay_paper(named(papers)[name], width)
    assert all(len(line) <= width for line in lines)
    page = page_of(lines)
    assert kept_page(GOLDEN / f"{name}-{language}-{width}.txt", page) == page


def test_there_is_no_golden_file_that_nobody_reads() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == golden_names(PAPERS)


@pytest.mark.parametrize("columns", WIDTHS)
def test_every_code_on_a_paper_is_read_back_off_its_dots(columns: int, day: tuple[str, list[Paper]]) -> None:
    kinds: set[Any] = set()
    for paper in day[1]:
        codes = [one for one in paper if isinstance(one, Barcode | Qr)]
        strips = lay_strips(paper, columns, CodePage("CP858"))
        drawn = [one.data for one in strips if isinstance(one, Symbol)]
        assert drawn == [one.data for one in codes] or columns < max(WIDTHS), "narrow paper tells a long code as text"
        found = [one.text for one in zxingcpp.read_barcodes(draw_paper(strips, columns).convert("L"))]
        assert sorted(found) == sorted(drawn)
        kinds.update(type(one) for one in codes)
    assert kinds == {Barcode, Qr}
