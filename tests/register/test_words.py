"""Papers have a word for everything that can stand on them, in every language and country; hostile names do no harm."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import msgspec
import pytest

from config.country import country_codes, load_country
from config.settings import LaneSettings, StoreSettings
from domain.paper import Kick, lay_paper
from domain.shift import Operator
from storage.verify import EVENTS_COUNTED
from tests.kit.catalog import COFFEE
from tests.kit.hostile import HOSTILE_NAMES
from tests.kit.lane import FLOAT_MINOR, STORE, make_shop
from tests.register.reading import events, queue

LANGUAGES = [(code, language) for code in country_codes() for language in load_country(code).languages]


@pytest.mark.parametrize(("code", "language"), LANGUAGES)
def test_every_event_that_is_counted_has_a_word(code: str, language: str) -> None:
    texts = load_country(code).receipt_texts(language)
    assert [kind.value for kind in EVENTS_COUNTED if kind.value not in texts] == []


@pytest.mark.parametrize(("code", "language"), LANGUAGES)
def test_a_day_can_be_printed_in_every_language_of_every_country(code: str, language: str, tmp_path: Path) -> None:
    shop = make_shop(tmp_path, store=StoreSettings(name="Shop", country=code, language=language))  # type: ignore[arg-type]
    shop.register.add_item("LIBRO")
    shop.register.add_tender("cash", 20_000)
    shop.register.print_copy()
    shop.register.read_x(paper=True)
    shop.register.close_shift(0)
    shop.register.close_shift(0)
    assert shop.db.all("SELECT document, count(*) FROM print_job GROUP BY document ORDER BY document") == [
        ("receipt", 2),
        ("x", 1),
        ("z", 1),
    ]
    shop.db.close()


@pytest.mark.parametrize("name", HOSTILE_NAMES[:-1])
def test_a_hostile_name_is_harmless_on_every_paper_and_whole_in_the_journal(name: str, tmp_path: Path) -> None:
    store = msgspec.structs.replace(STORE, name=name, address=(name,), tax_id=name, phone=name, receipt_footer=(name,))
    shop = make_shop(tmp_path, is_ready=False, store=store, lane=LaneSettings(id="1"))
    shop.register.add_operator(Operator("9", name), "4826")
    shop.register.sign_on("9", "4826")
    shop.register.open_shift(FLOAT_MINOR)
    with shop.db.atomic():
        shop.db.run("UPDATE item SET name = ?", (name,))
        shop.db.run("UPDATE department SET name = ?", (name,))
    shop.register.scan(COFFEE)
    shop.register.add_tender("credit_card", 100, name[:40].replace("\x00", "") or "x")
    shop.register.add_tender("cash")
    shop.register.print_copy()
    shop.register.read_x(paper=True)
    shop.register.close_shift(0)
    shop.register.close_shift(0)
    papers = queue(shop)
    assert len(papers) == 4
    for paper in papers:
        for width in (42, 32):
            for line in lay_paper(paper, width):
                assert len(line) <= width
                assert {unicodedata.category(char) for char in line} & {
                    "Cc",
                    "Cf",
                    "Cs",
                    "Co",
                    "Cn",
                    "Zl",
                    "Zp",
                } == set()
    assert [sum(isinstance(element, Kick) for element in paper) for paper in papers] == [1, 0, 0, 0]
    (sale,) = events(shop, "sale_posted")
    assert sale["lines"][0]["name"] == name
    shop.db.close()
