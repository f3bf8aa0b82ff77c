"""Prices, units and flags as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog_flaw import Flaw
from domain.catalog_value import KILOGRAM, MAX_PRICE_MICRO, DecimalMark, parse_flag, parse_price, parse_unit
from domain.item import PIECE, UoM

_PRICES = st.decimals(0, 999_999_999, places=6, allow_nan=False)


@given(_PRICES)
def test_a_price_is_read_to_the_last_millionth(price: Decimal) -> None:
    text = f"{price:f}"
    assert parse_price(text) == int(price * 1_000_000)
    assert parse_price(text.replace(".", ",")) == int(price * 1_000_000)
    assert parse_price(f"$ {text}") == int(price * 1_000_000)


@given(st.decimals(1_000, 999_999_999, places=2), st.sampled_from([".", ","]))
def test_a_price_in_groups_of_three_is_the_same_price(price: Decimal, mark: DecimalMark) -> None:
    text = f"{price:,.2f}"
    if mark == ",":
        text = text.translate({ord(","): ".", ord("."): ","})
    assert parse_price(text) == parse_price(text, mark) == int(price * 1_000_000)


@pytest.mark.parametrize(
    ("text", "mark", "price"),
    [
        ("12", "", 12_000_000),
        (".5", "", 500_000),
        ("5.", "", 5_000_000),
        ("0,125", "", 125_000),
        ("12,5", "", 12_500_000),
        ("1,234", ",", 1_234_000),
        ("1,234", ".", 1_234_000_000),
        ("1.234", "", 1_234_000),
        ("1.234", ",", 1_234_000_000),
        ("1.234.567", "", 1_234_567_000_000),
        ("1,234,567", "", 1_234_567_000_000),
        ("\xa012.50 €", "", 12_500_000),
        ("0.0000010", "", 1),
        ("1000000000", "", MAX_PRICE_MICRO),
    ],
)
def test_a_price_is_read_as_people_write_it(text: str, mark: DecimalMark, price: int) -> None:
    assert parse_price(text, mark) == price


@pytest.mark.parametrize(
    ("text", "mark", "flaw"),
    [
        ("1,234", "", Flaw.AMBIGUOUS_PRICE),
        ("999,000", "", Flaw.AMBIGUOUS_PRICE),
        ("-12.50", "", Flaw.NEGATIVE_PRICE),
        ("$ -1,234", "", Flaw.NEGATIVE_PRICE),
        ("12.50", ",", Flaw.BAD_PRICE),
        ("0.0000001", "", Flaw.BAD_PRICE),
        ("12,34,56", "", Flaw.BAD_PRICE),
        ("1,23.4", "", Flaw.BAD_PRICE),
        ("1e3", "", Flaw.BAD_PRICE),
        ("+5", "", Flaw.BAD_PRICE),
        ("-x", "", Flaw.BAD_PRICE),
        ("nan", "", Flaw.BAD_PRICE),
        (".", "", Flaw.BAD_PRICE),
        ("$", "", Flaw.BAD_PRICE),
        ("١٢", "", Flaw.BAD_PRICE),
        ("1000000001", "", Flaw.BAD_PRICE),
        ("9" * 5_000, "", Flaw.BAD_PRICE),
    ],
)
def test_a_price_that_is_none_is_refused(text: str, mark: DecimalMark, flaw: Flaw) -> None:
    assert parse_price(text, mark) is flaw


@given(st.text(max_size=20), st.sampled_from(["", ".", ","]))
def test_any_text_is_a_price_or_refused(text: str, mark: DecimalMark) -> None:
    price = parse_price(text, mark)
    assert isinstance(price, Flaw) or 0 <= price <= MAX_PRICE_MICRO


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("", PIECE),
        ("Pza.", PIECE),
        ("H87", PIECE),
        ("KGM", KILOGRAM),
        ("Kilos", KILOGRAM),
        ("Lt", UoM("l", 3)),
        ("caja", UoM("caja", 0)),
        ("Manojo!", Flaw.BAD_UNIT),
        ("una docena", Flaw.BAD_UNIT),
    ],
)
def test_a_unit_is_known_by_its_words(text: str, unit: UoM | Flaw) -> None:
    assert parse_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("", True),
        (" ", True),
        ("Sí", True),
        ("x", True),
        ("TRUE", True),
        ("0", False),
        ("No", False),
        ("?", Flaw.BAD_FLAG),
    ],
)
def test_yes_and_no_in_both_languages(text: str, flag: bool | Flaw) -> None:
    assert parse_flag(text, default=True) == flag
