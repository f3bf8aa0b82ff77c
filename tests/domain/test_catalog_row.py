"""Rows of a catalogue: what each says of an item, and every reason to refuse one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.country import load_country
from domain.catalog_flaw import Flaw, Mend, RowFlaw
from domain.catalog_row import (
    COLUMNS,
    MAX_DEPARTMENTS,
    CatalogRow,
    RowJudge,
    RowRules,
    make_department_code,
)
from domain.item import Department
from domain.money import MICRO
from tests.kit.catalog import COFFEE, COFFEE_SIX

RULES = RowRules(
    "general",
    {"general": "general", "16": "general", "food0": "zero"},
    departments={"abarrotes": "01", "01": "01"},
    department_taxes={"01": "zero"},
    labels=load_country("mx").labels,
)


def cells(**said: str) -> tuple[str, ...]:
    """Return the cells of a sound row, but for what is said."""
    row = {"code": COFFEE, "name": "Café", "price": "45.50"} | said
    return tuple(row.get(name, "") for name in COLUMNS)


def judged(**said: str) -> CatalogRow:
    row = RowJudge(RULES).judge(7, cells(**said))
    assert isinstance(row, CatalogRow), row
    return row


def test_a_row_says_everything_of_an_item() -> None:
    row = judged(
        sku="CAFE-1",
        code=f"{COFFEE} {COFFEE_SIX}",
        pack="1 6",
        name=" Café  molido ",
        department="ABARROTES",
        unit="Pza",
        tax_class="16",
        for_sale="no",
    )
    assert row == CatalogRow(
        line=7,
        sku="CAFE-1",
        has_sku=True,
        name="Café molido",
        search=None,
        department="01",
        tax_class="general",
        unit_price_micro=45_500_000,
        uom="pc",
        uom_digits=0,
        is_weighed=False,
        is_for_sale=False,
        code=COFFEE.rjust(14, "0"),
        pack_micro=MICRO,
        more=f"{COFFEE_SIX}*6000000",
        more_codes=((COFFEE_SIX, 6 * MICRO),),
        mends=(Mend.SPACES,),
    )


def test_without_an_sku_the_first_code_stands_in() -> None:
    row = judged(code=f"a-1 {COFFEE}")
    assert (row.sku, row.has_sku, row.code) == ("a-1", False, "A-1")


def test_an_sku_may_be_all_a_row_has() -> None:
    row = judged(sku="7", code="")
    assert (row.sku, row.has_sku, row.code) == ("7", True, None)


def test_an_sku_that_equals_the_code_is_still_given() -> None:
    assert judged(sku="A", code="A").has_sku


@pytest.mark.parametrize("said", [{"price": ""}, {"price": " "}, {"price": "0.00", "open_price": "si"}])
def test_an_empty_price_is_asked_for(said: dict[str, str]) -> None:
    assert judged(**said).unit_price_micro is None


def test_an_item_that_costs_nothing_is_not_one_that_asks() -> None:
    assert judged(price="0").unit_price_micro == 0


def test_an_empty_tax_is_the_departments_and_then_the_usual_one() -> None:
    assert judged(department="01").tax_class == "zero"
    assert judged(department="Bebidas").tax_class == "general"
    assert judged(department="01", tax_class="16").tax_class == "general"


def test_what_is_weighed_is_weighed_in_kilograms() -> None:
    row = judged(weighed="1")
    assert (row.uom, row.uom_digits, row.is_weighed) == ("kg", 3, True)


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        ({"name": ""}, Flaw.NO_NAME),
        ({"code": ""}, Flaw.NO_CODE),
        ({"code": "7501000111207"}, Flaw.BAD_CHECK_DIGIT),
        ({"sku": "x" * 65}, Flaw.BAD_SKU),
        ({"sku": "a\x1bb"}, Flaw.BAD_SKU),
        ({"sku": "a  b"}, Flaw.BAD_SKU),
        ({"price": "-1"}, Flaw.NEGATIVE_PRICE),
        ({"price": "1,234"}, Flaw.AMBIGUOUS_PRICE),
        ({"price": "12", "open_price": "1"}, Flaw.PRICE_AND_OPEN),
        ({"price": "x", "open_price": "1"}, Flaw.BAD_PRICE),
        ({"tax_class": "iva99"}, Flaw.UNKNOWN_TAX),
        ({"unit": "una caja"}, Flaw.BAD_UNIT),
        ({"unit": "pz", "weighed": "1"}, Flaw.UNIT_NOT_WEIGHED),
        ({"weighed": "a veces"}, Flaw.BAD_FLAG),
        ({"department": "?!"}, Flaw.BAD_DEPARTMENT),
        ({"department": "d" * 61}, Flaw.BAD_DEPARTMENT),
        ({"pack": "1 6"}, Flaw.BAD_PACK),
    ],
)
def test_a_flaw_refuses_the_row(said: dict[str, str], flaw: Flaw) -> None:
    judge = RowJudge(RULES)
    for _ in range(2):  # the second time from memory
        refused = judge.judge(7, cells(**said))
        assert isinstance(refused, RowFlaw)
        assert refused.flaw is flaw


def test_departments_are_made_at_first_sight_taxed_as_their_first_item() -> None:
    judge = RowJudge(RULES)
    codes = [
        judge.judge(1, cells(department=name, tax_class=tax))
        for name, tax in (("Lácteos", "food0"), ("LACTEOS", "16"), ("Pan y  café", ""), ("Otros", "unknown"), ("", ""))
    ]
    assert [row.department for row in codes if isinstance(row, CatalogRow)] == [
        "lacteos",
        "lacteos",
        "pan_y_cafe",
        "general",
    ]
    assert judge.new_departments == {
        "lacteos": Department("lacteos", "Lácteos", "zero"),
        "pan_y_cafe": Department("pan_y_cafe", "Pan y café", "general"),
        "general": Department("general", "General", "general"),
    }


def test_a_column_that_is_no_department_is_not_taken_for_one() -> None:
    judge = RowJudge(RULES)
    flaws = [judge.judge(n, cells(department=f"d{n}")) for n in range(MAX_DEPARTMENTS + 5)]
    refused = [row.flaw for row in flaws if isinstance(row, RowFlaw)]
    assert refused == [Flaw.TOO_MANY_DEPARTMENTS] * 5


@given(st.text(max_size=80), st.text(max_size=80))
def test_a_departments_code_is_short_and_its_own(one: str, other: str) -> None:
    code = make_department_code(one)
    assert len(code) <= 24
    assert make_department_code(one) == code
    long_one, long_other = ("a long name of a department " + name for name in (one, other))
    if make_department_code(long_one) == make_department_code(long_other):
        assert make_department_code("x" + one) == make_department_code("x" + other)


@given(st.fixed_dictionaries({}, optional={name: st.text(max_size=30) for name in COLUMNS}))
def test_any_row_is_taken_or_refused(said: dict[str, str]) -> None:
    row = RowJudge(RULES).judge(1, cells(**said))
    if isinstance(row, CatalogRow):
        assert row.sku
        assert row.name
        assert row.unit_price_micro is None or row.unit_price_micro >= 0
        assert row.tax_class in ("general", "zero")
