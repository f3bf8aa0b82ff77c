"""Who gets the commission: of the basket and of lines, kept, printed, reported; from files and pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from domain.outcome import SalespeopleListed
from domain.refusal import Refused
from domain.report_detail import DetailBy, DetailReport
from domain.shift import Salesperson
from storage.salespeople import put_salespeople
from storage.verify import verify
from sync.catalog_import import ImportReport
from sync.feed import CellRow
from sync.salespeople import SalespeopleKind, SalespersonTaker
from sync.small_import import import_small
from tests.kit.catalog import BOOK, COFFEE, WATER
from tests.kit.lane import Shop, make_shop
from tests.register.reading import events, papers
from tests.sync.catalogs import OPTIONS, put

LUIS, EVA = Salesperson("V1", "Luis Ñáñez"), Salesperson("V2", "Eva")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    made = make_shop(tmp_path)
    with made.db.atomic():
        put_salespeople(made.db, (LUIS, EVA))
    return made


def done(answer: Any) -> None:
    assert not isinstance(answer, Refused), answer


def listed(shop: Shop) -> list[str]:
    answer = shop.register.list_salespeople()
    assert isinstance(answer, SalespeopleListed)
    return [person.code for person in answer.salespeople]


def sums(shop: Shop) -> dict[str, tuple[str, int, int]]:
    drawn = shop.register.draw_details(DetailBy.SALESPERSON, "", "9999")
    assert isinstance(drawn, DetailReport)
    return {row.code: (row.name, row.count, row.amount_minor) for row in drawn.rows}


def sell_for_three(shop: Shop) -> None:
    """Sell a coffee and water for Luis, and a book for Eva."""
    register = shop.register
    done(register.set_salesperson("V1"))
    for code in (COFFEE, BOOK, WATER):
        done(register.scan(code))
    done(register.set_salesperson("V2", 2))


def test_operators_can_be_chosen_beside_the_list(shop: Shop) -> None:
    assert listed(shop) == ["1", "2", "V2", "V1"]


def test_a_sale_is_somebodys_and_a_line_of_it_somebody_elses(shop: Shop) -> None:
    sell_for_three(shop)
    shop.reopen()
    shop.sign_on()
    done(shop.register.add_tender("cash"))
    (sale,) = events(shop, "sale_posted")
    assert sale["salesperson"] == {"code": "V1", "name": "Luis Ñáñez"}
    assert [line.get("salesperson") for line in sale["lines"]] == [None, {"code": "V2", "name": "Eva"}, None]
    assert [event["line_no"] for event in events(shop, "salesperson_set")] == [0, 2]
    assert sums(shop) == {"V1": ("Luis Ñáñez", 2, 5_550), "V2": ("Eva", 1, 19_990)}
    (paper,) = papers(shop)
    assert "Vendedor: Luis Ñáñez" in paper
    assert "  Vendedor: Eva" in paper
    assert verify(shop.db).discrepancies == ()


def test_one_more_of_a_line_that_is_somebody_elses_is_another_line(shop: Shop) -> None:
    register = shop.register
    register.scan(COFFEE)
    done(register.set_salesperson("V2", 1))
    register.scan(COFFEE)
    assert [line.quantity_micro for line in register.basket.lines] == [1_000_000, 1_000_000]


def test_nobody_takes_it_back(shop: Shop) -> None:
    sell_for_three(shop)
    done(shop.register.set_salesperson("", 2))
    done(shop.register.set_salesperson(""))
    done(shop.register.add_tender("cash"))
    (sale,) = events(shop, "sale_posted")
    assert "salesperson" not in sale
    assert sums(shop) == {"": ("—", 3, 25_540)}


def test_a_line_that_is_sold_anew_stays_its_salespersons(shop: Shop) -> None:
    sell_for_three(shop)
    shop.clock.advance(120)
    done(shop.register.change_quantity(2, 2_000_000))
    assert shop.register.basket.lines[-1].salesperson == EVA


def test_what_is_taken_off_is_theirs_whose_all_lines_are(shop: Shop) -> None:
    register = shop.register
    register.scan(COFFEE)
    register.scan(WATER)
    for line in (1, 2):
        done(register.set_salesperson("V2", line))
    done(register.discount_basket(0, 550))
    done(register.add_tender("cash"))
    assert sums(shop) == {"V2": ("Eva", 2, 5_000)}
    sell_for_three(shop)
    done(register.discount_basket(0, 540))
    done(register.add_tender("cash"))
    assert sums(shop)["V1"][2] == 5_550 - 540
    assert verify(shop.db).discrepancies == ()


# from files and pages


def take(shop: Shop, *rows: tuple[str, ...]) -> ImportReport:
    path = put(shop.db, *rows, header=("Clave", "Vendedor", "Activo"), name="salespeople.csv")
    return import_small(shop.db, path, OPTIONS, SalespeopleKind())


def test_a_file_adds_changes_and_retires(shop: Shop) -> None:
    report = take(shop, ("V3", "Ana Paz", ""), ("V2", "Eva López", "sí"), ("V1", "Luis Ñáñez", "no"))
    assert (report.new, report.changed, report.unchanged, report.refused) == (1, 2, 0, 0)
    assert listed(shop) == ["1", "V3", "2", "V2"]
    assert take(shop, ("V3", "Ana Paz", ""), ("V1", "Luis Ñáñez", "no")).unchanged == 2
    take(shop, ("V1", "Luis Ñáñez", ""))
    assert "V1" in listed(shop)


def test_bad_rows_are_refused_with_their_reason(shop: Shop) -> None:
    rows = (
        ("", "Nadie", ""),
        ("V7", "", ""),
        ("V" * 21, "Largo", ""),
        ("V8", "Ocho", "quizá"),
        ("V9", "A", ""),
        ("V9", "B", ""),
    )
    report = take(shop, *rows)
    assert [refusal.flaw.value for refusal in report.refusals] == [
        "no_code", "no_name", "bad_code", "bad_flag", "item_twice", "item_twice",
    ]  # fmt: skip
    assert listed(shop) == ["1", "2", "V2", "V1"]


def test_pages_of_an_erp_are_judged_by_the_same_rules(shop: Shop) -> None:
    taker = SalespersonTaker()
    rows = (CellRow(erp_id="7", key="E7", cells={"name": "Siete"}), CellRow(erp_id="8", key="E8", cells={}))
    taken = taker.take(shop.db, rows)
    assert taken.keys == {"7": "E7"}
    assert set(taken.refused) == {"8"}
    assert "E7" in listed(shop)
