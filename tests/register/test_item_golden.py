"""Receipts with what items ask for, as they look in both languages on wide and narrow paper (see test_golden.py)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import pytest

from domain.paper import lay_paper
from domain.trace import Trace
from tests.kit.catalog import COFFEE
from tests.kit.lane import STORE, Shop, make_shop
from tests.kit.ruled import CHEESE_GTIN, PHONE, put_ruled
from tests.register.reading import queue

GOLDEN: Final = Path(__file__).parents[1] / "data" / "golden_items"


def sell_traced(shop: Shop) -> None:
    """Sell a lot with its expiry date and two serials."""
    put_ruled(shop.db)
    shop.register.scan(COFFEE)
    shop.register.scan(f"01{CHEESE_GTIN}1727013110LOTE-7", 2_000_000)
    for serial in ("356938035643809", "SN-0002"):
        shop.register.add_item(PHONE, None, None, Trace(serial=serial))
    shop.register.add_tender("cash")


PAPERS: Final[dict[str, Callable[[Shop], None]]] = {"traced": sell_traced}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_looks_as_it_did_when_a_person_read_it(name: str, language: str, tmp_path: Path) -> None:
    shop = make_shop(tmp_path, store=msgspec.structs.replace(STORE, language=language))
    PAPERS[name](shop)
    for width in (42, 32):
        lines = lay_paper(queue(shop)[-1], width)
        assert all(len(line) <= width for line in lines)
        text = "\n".join(line.rstrip() for line in lines) + "\n"
        path = GOLDEN / f"{name}-{language}-{width}.txt"
        if os.environ.get("GOLDEN") == "write":
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text


def test_there_is_no_golden_file_that_nobody_reads() -> None:
    wanted = {f"{name}-{language}-{width}.txt" for name in PAPERS for language in ("es", "en") for width in (42, 32)}
    assert {path.name for path in GOLDEN.iterdir()} == wanted
