"""Rows of a department file."""

import pytest

from domain.catalog_flaw import Flaw, RowFlaw
from domain.catalog_row import RowRules
from domain.department_row import judge_department
from domain.item import Department
from domain.money import MICRO

RULES = RowRules("general", {"zero": "zero", "0": "zero"}, mark=",")


def test_a_department_with_limits() -> None:
    assert judge_department(("pan", " Panadería ", "0", "sí", "2,50", "250"), RULES) == Department(
        "pan", "Panadería", "zero", is_open_price=True, min_price_micro=2_500_000, max_price_micro=250 * MICRO
    )


def test_what_is_left_empty_is_usual() -> None:
    assert judge_department(("", "Frutas y verduras", "", "", "", ""), RULES) == Department(
        "frutas_y_verduras", "Frutas y verduras", "general"
    )


@pytest.mark.parametrize(
    ("cells", "flaw"),
    [
        (("01", "", "", "", "", ""), Flaw.NO_NAME),
        (("01", "d" * 61, "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("0 1", "Pan", "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("x" * 25, "Pan", "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("", "¡!", "", "", "", ""), Flaw.BAD_DEPARTMENT),
        (("01", "Pan", "iva99", "", "", ""), Flaw.UNKNOWN_TAX),
        (("01", "Pan", "", "quizá", "", ""), Flaw.BAD_FLAG),
        (("01", "Pan", "", "1", "-1", ""), Flaw.NEGATIVE_PRICE),
        (("01", "Pan", "", "1", "1", "mucho"), Flaw.BAD_PRICE),
        (("01", "Pan", "", "1", "10", "5"), Flaw.BAD_LIMITS),
    ],
)
def test_a_flaw_refuses_the_row(cells: tuple[str, ...], flaw: Flaw) -> None:
    refused = judge_department(cells, RULES)
    assert isinstance(refused, RowFlaw)
    assert refused.flaw is flaw
