"""Receipts with what items ask for, as they look in both languages on wide and narrow paper (see test_golden.py)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import pytest

from config.settings import SellingSettings
from domain.paper import lay_paper
from domain.trace import Trace
from register import drawing
from tests.kit.cards import CARD, load, spend, tell
from tests.kit.catalog import BOOK, COFFEE
from tests.kit.golden import golden_names, kept_page, page_of
from tests.kit.lane import STORE, Shop, make_shop
from tests.kit.ruled import CHEESE_GTIN, PHONE, put_ruled
from tests.register.reading import queue
from tests.register.scenes import take_cards

GOLDEN: Final = Path(__file__).parents[1] / "data" / "golden_items"


def sell_traced(shop: Shop) -> None:
    """Sell a lot with its expiry date and two serials."""
    put_ruled(shop.db)
    shop.register.scan(COFFEE)
    shop.register.scan(f"01{CHEESE_GTIN}1727013110LOTE-7", 2_000_000)
    for serial in ("356938035643809", "SN-0002"):
        shop.register.add_item(PHONE, None, None, Trace(serial=serial))
    shop.register.add_tender("cash")


def sell_card(shop: Shop) -> None:
    """Sell a gift card beside a coffee."""
    take_cards(shop)
    load(shop)
    shop.register.add_tender("cash", 60_000)


def spend_card(shop: Shop) -> None:
    """Pay a book by a card as far as it goes, and the rest in cash."""
    take_cards(shop)
    tell(shop, CARD, 10_000)
    shop.register.scan(BOOK)
    spend(shop)
    shop.register.add_tender("cash")


def give_voucher(shop: Shop) -> None:
    """Take a book back and give a voucher for it."""
    secret = shop.path.with_suffix(".cards")
    secret.write_bytes(bytes(range(32)))
    take_cards(shop)
    shop.register.void_line(1)
    shop.register.scan(BOOK, -1_000_000)
    shop.register.add_tender("stored_value")


def close_with_cards(shop: Shop) -> None:
    """Do all three, and close the shift."""
    sell_card(shop)
    spend_card(shop)
    give_voucher(shop)
    shop.register.close_shift(0)
    shop.register.close_shift(0)


PAPERS: Final[dict[str, Callable[[Shop], None]]] = {
    "traced": sell_traced,
    "card_sold": sell_card,
    "card_spent": spend_card,
    "voucher": give_voucher,
    "cards_z": close_with_cards,
}


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_looks_as_it_did_when_a_person_read_it(
    name: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "software", lambda: "Mostrador")
    monkeypatch.setattr(drawing, "host_name", lambda: "caja-1")
    shop = make_shop(
        tmp_path,
        store=msgspec.structs.replace(STORE, language=language),
        selling=SellingSettings(negative_lines=True),
    )
    PAPERS[name](shop)
    for width in (42, 32):
        lines = lay_paper(queue(shop)[-1], width)
        assert all(len(line) <= width for line in lines)
        page = page_of(lines)
        assert kept_page(GOLDEN / f"{name}-{language}-{width}.txt", page) == page


def test_there_is_no_golden_file_that_nobody_reads() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == golden_names(PAPERS)
