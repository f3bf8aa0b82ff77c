"""Papers of what comes back as they look, in both languages, on wide and narrow paper: files that a person has read.

`GOLDEN=write pytest tests/register/test_return_golden.py` writes them anew: read the difference.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
import pytest

from domain.paper import lay_paper
from domain.receipt_code import write_code
from tests.kit.catalog import BOOK, COFFEE, SALMON, WATER, weight_label
from tests.kit.golden import golden_names, kept_page, page_of
from tests.kit.lane import STORE, Shop, make_shop
from tests.register.reading import queue
from tests.register.scenes import STORE_KEY, share_key

GOLDEN: Final = Path(__file__).parents[1] / "data" / "golden_returns"
PAPERS: Final = ("return", "exchange", "no_receipt", "other_lane", "post_void")
"""What the hour below prints, in this order; the sales before them are left out."""


def work_an_hour(shop: Shop) -> None:
    """Make one paper of each kind."""
    register = shop.register
    good, bad = register.return_reasons(is_damaged=False)[1], register.return_reasons(is_damaged=True)[0]
    register.scan(COFFEE, 3_000_000)
    register.scan(weight_label(SALMON, 1_234))
    register.discount_basket(100_000)
    register.add_tender("voucher", 10_000)
    register.add_tender("cash")
    register.return_lines("1", good, {"1": 1_000_000})
    register.return_lines("1", bad, {"2": 234_000}, is_damaged=True)
    register.add_tender("cash")
    register.return_lines("1", good, {"1": 1_000_000})
    register.scan(BOOK)
    register.add_tender("cash", 20_000)
    register.return_item(WATER, good, 2_000_000)
    register.add_tender("cash")
    register.return_item(COFFEE, bad, is_damaged=True, receipt=write_code("2", 77, 50_000, STORE_KEY))
    register.add_tender("cash")
    register.scan(BOOK)
    register.scan(WATER)
    register.discount_basket(0, 990)
    register.add_tender("cash", 30_000)
    register.post_void(good)


@pytest.fixture(scope="module", params=["es", "en"])
def hour(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    """The papers of an hour in one language."""
    store = msgspec.structs.replace(STORE, language=request.param)
    shop = make_shop(tmp_path_factory.mktemp(request.param), store=store)
    share_key(shop)
    work_an_hour(shop)
    found = queue(shop)
    shop.db.close()
    assert len(found) == 7
    return request.param, dict(zip(PAPERS, (*found[1:5], found[6]), strict=True))


@pytest.mark.parametrize("width", [42, 32])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_looks_as_it_did_when_a_person_read_it(name: str, width: int, hour: tuple[str, dict[str, Any]]) -> None:
    language, papers = hour
    lines = lay_paper(papers[name], width)
    assert all(len(line) <= width for line in lines)
    page = page_of(lines)
    assert kept_page(GOLDEN / f"{name}-{language}-{width}.txt", page) == page


def test_there_is_no_golden_file_that_nobody_reads() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == golden_names(PAPERS)
