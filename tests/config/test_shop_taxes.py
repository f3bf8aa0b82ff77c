"""`[[taxes]]`: a shop's own tax classes, in force wherever the country's are."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.country import country_of, load_country
from config.errors import ConfigError, Fault
from config.file import load_settings
from config.settings import Settings, ShopRate, ShopTax, StoreSettings
from domain.tax_class import TaxKind
from sync.import_rules import shop_rules

SALES = ShopTax("standard", "Sales tax", (ShopRate("sales15", "Tax 15 %", "15"),))
BOTTLE = ShopTax(
    "bottle",
    rates=(
        ShopRate("deposit", kind="fixed", amount="0.25", include_base_amount=True),
        ShopRate("sales15", "Tax 15 %", "15"),
    ),
)


def shop(*taxes: ShopTax) -> Settings:
    return Settings(store=StoreSettings(country="generic", language="en"), taxes=taxes)


def test_a_class_of_a_known_code_takes_its_place_and_others_stand_behind() -> None:
    country = country_of(shop(SALES, BOTTLE))
    assert [pack.code for pack in country.taxes] == ["standard", "standard_included", "zero", "exempt", "bottle"]
    standard, *_, bottle = country.tax_classes("en")
    assert [(rate.code, rate.rate_ppm, rate.included) for rate in standard.rates] == [("sales15", 150_000, False)]
    deposit = bottle.rates[0]
    assert (deposit.kind, deposit.amount_micro, deposit.include_base_amount) == (TaxKind.FIXED, 250_000, True)


def test_without_any_the_country_is_as_it_comes() -> None:
    assert country_of(shop()) is load_country("generic")


def test_catalogues_name_them_by_code_name_or_rate() -> None:
    words = shop_rules(shop(SALES)).tax_words
    assert {words["sales tax"], words["15 %"], words["tax 15 %"], words["standard"]} == {"standard"}
    assert "10 %" not in words or words["10 %"] != "standard"


@pytest.mark.parametrize(
    ("text", "key", "fault"),
    [
        ('[[taxes]]\ncode = "Sales tax"', "taxes.1.code", Fault.BAD_VALUE),
        ('[[taxes]]\ncode = "a"\n[[taxes]]\ncode = "a"', "taxes.2.code", Fault.DUPLICATE),
        (
            '[[taxes]]\ncode = "a"\nrates = [{ code = "b", percent = "x" }]',
            "taxes.1.rates.1.percent",
            Fault.BAD_VALUE,
        ),
        ('[[taxes]]\ncode = "a"\nrates = [{ code = "b", percent = "-1" }]', "taxes.1.rates.1.percent", Fault.BAD_VALUE),
        (
            '[[taxes]]\ncode = "a"\nrates = [{ code = "b", kind = "fixed", amount = "x" }]',
            "taxes.1.rates.1.amount",
            Fault.BAD_VALUE,
        ),
        (
            '[[taxes]]\ncode = "a"\nrates = [{ code = "iva16", percent = "8", included = true }]',
            "taxes.1.rates.1.code",
            Fault.DUPLICATE,
        ),
        (
            '[[taxes]]\ncode = "a"\nrates = [{ code = "b", kind = "division", percent = "100" }]',
            "taxes.1.rates",
            Fault.BAD_VALUE,
        ),
        (
            '[[taxes]]\ncode = "a"\nrates = [{ code = "b", percent = "1" }, { code = "b", percent = "2" }]',
            "taxes.1.rates.2.code",
            Fault.DUPLICATE,
        ),
    ],
)
def test_what_is_none_is_told_with_its_key(tmp_path: Path, text: str, key: str, fault: Fault) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(path)
    assert (key, fault) in [(problem.key, problem.fault) for problem in caught.value.problems]


def test_positions_may_name_them(tmp_path: Path) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_text(
        '[store]\ncountry = "generic"\nlanguage = "en"\n'
        '[[taxes]]\ncode = "standard"\nrates = [{ code = "sales15", percent = "15" }]\n'
        '[[positions]]\ncode = "abroad"\ntaxes = { sales15 = [] }\n'
    )
    assert load_settings(path).positions[0].taxes == {"sales15": ()}


def test_a_tax_of_the_country_may_stand_in_another_class_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "mostrador.toml"
    path.write_text(
        '[[taxes]]\ncode = "both"\n'
        'rates = [{ code = "iva16", percent = "16", included = true }, { code = "city", percent = "1" }]\n'
    )
    both = country_of(load_settings(path)).taxes[-1]
    assert [rate.code for rate in both.rates] == ["iva16", "city"]
