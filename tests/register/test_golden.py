"""Receipts and reports as they look, in both languages, on wide and narrow paper: files that a person has read.

After a change that is meant, `GOLDEN=write pytest tests/register/test_golden.py` writes them anew: read the difference.
A line of double size has half the columns and is shown so.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from config.settings import SellingSettings
from domain.paper import lay_paper
from register import drawing
from tests.kit.catalog import BOOK, COFFEE, COFFEE_SIX, OPEN_DEPARTMENT, ROPE, SALMON, SOAP, WATER, weight_label
from tests.kit.golden import golden_names, kept_page, page_of
from tests.kit.lane import BETO, FLOAT_MINOR, STORE, Shop, make_shop
from tests.register.reading import queue
from tests.register.scenes import suspend_one

GOLDEN: Final = Path(__file__).parents[1] / "data" / "golden"
LONG_NAME: Final = "Detergente líquido concentrado para ropa delicada con aroma de lavanda y suavizante 4.65 l"
PAPERS: Final = ("receipt", "mixed", "return", "copy", "loan", "paid_in", "paid_out", "pickup", "no_sale", "x", "z")
"""What the day below prints, in this order."""


def work_a_day(shop: Shop) -> None:
    """Make one paper of each kind."""
    register = shop.register
    with shop.db.atomic():
        shop.db.run(
            "INSERT INTO item (item_id, sku, name, department, tax_class,"
            " unit_price_micro, uom, uom_digits, is_weighed, is_for_sale)"
            " VALUES (99, 'LONG', ?, '01', 'general', 123456780000, 'pc', 0, 0, 1)",
            (LONG_NAME,),
        )
    for code in (COFFEE, COFFEE, WATER, weight_label(SALMON, 1_234)):
        register.scan(code)
    register.void_line(2)
    register.add_tender("cash", 50_000)
    shop.clock.advance(60)
    register.add_item("LONG", 2_000_000)
    register.scan(COFFEE_SIX)
    register.scan(SOAP, 3_000_000)
    register.scan(BOOK)
    register.scan(SALMON, 250_000)
    register.add_item(ROPE, 2_250_000)
    register.ring_department(OPEN_DEPARTMENT, 35_000_000)
    register.add_tender("voucher", 100_000)
    register.add_tender("credit_card", 10_000_000, "A1B2C3 1111")
    register.add_tender("cash")
    register.scan(COFFEE, -1_000_000)
    register.add_tender("cash")
    register.print_copy(1)
    suspend_one(shop)
    register.loan(20_000, "monedas")
    register.paid_in(5_000, register.reasons("paid_in")[0])
    shop.sign_on(BETO)
    register.paid_out(3_500, register.reasons("paid_out")[0], "hielo")
    register.pickup(30_000)
    register.no_sale(register.reasons("no_sale")[0])
    register.read_x(paper=True)
    shop.clock.advance(3 * 3600)
    register.close_shift(FLOAT_MINOR, carry_over=True)
    pieces = {"50000": 1, "100": 1}
    register.close_shift(FLOAT_MINOR + 100, pieces, carry_over=True, next_float_minor=30_000)


@pytest.fixture(scope="module", params=["es", "en"])
def day(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """The papers of a day in one language."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "software", lambda: "Mostrador")
        patch.setattr(drawing, "host_name", lambda: "caja-1")
        store = msgspec.structs.replace(STORE, language=request.param)
        shop = make_shop(
            tmp_path_factory.mktemp(request.param), store=store, selling=SellingSettings(negative_lines=True)
        )
        work_a_day(shop)
    found = queue(shop)
    shop.db.close()
    return request.param, dict(zip(PAPERS, found, strict=True))


@pytest.mark.parametrize("width", [42, 32])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_looks_as_it_did_when_a_person_read_it(name: str, width: int, day: tuple[str, dict[str, Any]]) -> None:
    language, papers = day
    lines = lay_paper(papers[name], width)
    assert all(len(line) <= width for line in lines)
    page = page_of(lines)
    assert kept_page(GOLDEN / f"{name}-{language}-{width}.txt", page) == page


def test_there_is_no_golden_file_that_nobody_reads() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == golden_names(PAPERS)
