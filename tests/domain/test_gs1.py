"""GS1 messages and Digital Links: what biip reads of them, and that nothing a scanner sends raises."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.barcode import Gs1, Plain, parse_code
from domain.refusal import Reason, Refused

DATA: Final[dict[str, Any]] = msgspec.json.decode((Path(__file__).parents[1] / "data/odoo_barcodes.json").read_bytes())
GTIN: Final = "07501055300075"
MILK: Final = f"01{GTIN}"


def read(text: str) -> Gs1:
    code = parse_code(text)
    assert isinstance(code, Gs1), code
    return code


@pytest.mark.parametrize("case", [c for c in DATA["gs1"] if c["expect"]], ids=lambda case: case["scan"])
def test_messages_say_what_they_say_to_odoo(case: dict[str, Any]) -> None:
    told = {element["type"]: element for element in case["expect"]}
    if "product" not in told:
        assert parse_code(case["scan"]) == Plain(case["scan"])
        return
    code = read(case["scan"])
    assert code.gtin == told["product"]["value"]
    if told.get("quantity", {}).get("ai", "").startswith("310"):
        assert code.weight_micro == round(told["quantity"]["value"] * 1000) * 1000
    assert code.lot == told.get("lot", {}).get("value", "")
    expiry = told.get("expiration_date", {}).get("value")
    assert code.expires_on == (date.fromisoformat(expiry) if expiry else None)


@pytest.mark.parametrize(
    ("text", "weight_micro"),
    [
        (f"{MILK}3103001235", 1_235_000),
        (f"{MILK}3100000012", 12_000_000),
        (f"{MILK}3105001235", 12_350),
        (f"{MILK}3202000220", 997_902),
    ],
)
def test_weights_are_kilograms_in_millionths(text: str, weight_micro: int) -> None:
    assert read(text).weight_micro == weight_micro


@pytest.mark.parametrize(
    ("text", "price_micro", "currency"),
    [
        (f"{MILK}39221234", 12_340_000, ""),
        (f"{MILK}39324841234", 12_340_000, "484"),
        (f"{MILK}392012", 12_000_000, ""),
    ],
)
def test_prices_are_millionths_with_the_currency_that_the_code_names(
    text: str, price_micro: int, currency: str
) -> None:
    code = read(text)
    assert (code.price_micro, code.price_currency) == (price_micro, currency)


@pytest.mark.parametrize(
    "text",
    [
        f"https://id.gs1.org/01/{GTIN}/10/LOT7?17=261231",
        f"HTTPS://ID.GS1.ORG/01/{GTIN}/10/LOT7?17=261231",
        f"https://example.com/01/{GTIN}/10/LOT7?17=261231",
    ],
)
def test_a_digital_link_is_a_message(text: str) -> None:
    code = read(text)
    assert (code.gtin, code.lot, code.expires_on) == (GTIN, "LOT7", date(2026, 12, 31))


@pytest.mark.parametrize("symbology", ["]C1", "]e0", "]d2", "]Q3", "]J1"])
def test_a_symbology_of_gs1_makes_a_message_of_it(symbology: str) -> None:
    assert read(f"{symbology}{MILK}10LOT7\x1d17261231").lot == "LOT7"


def test_day_nought_is_the_last_of_the_month() -> None:
    assert read(f"{MILK}17260200").expires_on == date(2026, 2, 28)


def test_a_wrong_check_digit_is_said() -> None:
    assert parse_code("0107501055300074") == Refused(Reason.BAD_CHECK_DIGIT, {"code": "07501055300074"})


@pytest.mark.parametrize(
    "text",
    [
        f"{MILK}9",
        f"{MILK}17261331",
        f"{MILK}3103",
        "]C110LOT7",
        "\x1d",
        "https://example.com/",
        "https://",
        "]C1ABC",
        "\x1d]",
        "\x1d]0",
        "\x1d]C",
    ],
)
def test_a_message_without_sense_is_refused(text: str) -> None:
    assert isinstance(parse_code(text), Refused)


ELEMENTS: Final = st.sampled_from(
    (f"01{GTIN}", "10LOT", "17261231", "3103001235", "39221234", "21S1", "\x1d", "30", "99X")
)


@given(
    st.sampled_from(("", "]C1", "]d2", "https://id.gs1.org/")),
    st.lists(st.one_of(ELEMENTS, st.text(alphabet="0123456789ABC/?=\x1d", max_size=8)), max_size=6).map("".join),
)
def test_no_message_raises(prefix: str, text: str) -> None:
    code = parse_code(prefix + text)
    if isinstance(code, Gs1):
        assert len(code.gtin) == 14
        assert code.price_micro is None or code.price_micro >= 0
        assert code.weight_micro is None or code.weight_micro >= 0
