"""Copies: counted per receipt, marked, journalled, and printed from the journal's own record of the sale."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.outcome import CopyPrinted
from domain.paper import Kick
from domain.refusal import Refused
from storage.verify import verify
from tests.kit.catalog import COFFEE, WATER
from tests.kit.lane import BETO, FLOAT_MINOR, Shop, make_shop
from tests.register.reading import events, papers, queue


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane that has sold a coffee and a water."""
    made = make_shop(tmp_path)
    for code in (COFFEE, WATER):
        made.register.scan(code)
        made.register.add_tender("cash", 5_000)
    return made


def test_copies_are_counted_for_each_receipt(shop: Shop) -> None:
    answers = [shop.register.print_copy(number) for number in (None, 2, 1, 1)]
    assert answers == [CopyPrinted(2, 1), CopyPrinted(2, 2), CopyPrinted(1, 1), CopyPrinted(1, 2)]
    assert [(event["receipt_number"], event["copy"]) for event in events(shop, "copy_printed")] == [
        (2, 1),
        (2, 2),
        (1, 1),
        (1, 2),
    ]
    assert verify(shop.db).is_sound


def test_a_copy_is_the_receipt_with_its_mark_and_opens_no_till(shop: Shop) -> None:
    shop.register.print_copy(1)
    receipt, _, copy = papers(shop)
    assert [line for line in copy.split("\n") if "COPIA" not in line] == receipt.split("\n")
    assert copy.count("*** COPIA 1 ***") == 2
    assert [Kick() in paper for paper in queue(shop)] == [True, True, False]


def test_a_copy_tells_what_was_sold_whatever_the_catalogue_says_now(shop: Shop) -> None:
    with shop.db.atomic():
        shop.db.run("UPDATE item SET name = 'other', unit_price_micro = 1")
    shop.register.print_copy(1)
    assert "Café Ñandú 250 g" in papers(shop)[-1]


def test_copies_are_counted_on_over_shifts_and_restarts_and_outside_of_a_shift(shop: Shop) -> None:
    shop.register.print_copy(1)
    assert isinstance(shop.register.close_shift(FLOAT_MINOR), Refused)
    shop.register.close_shift(FLOAT_MINOR)
    shop.reopen()
    shop.sign_on(BETO)
    assert shop.register.print_copy(1) == CopyPrinted(1, 2)
    assert shop.db.all("SELECT copy, operator FROM receipt_copy ORDER BY copy") == [(1, "1"), (2, "2")]
    assert verify(shop.db).is_sound
