"""Country packs: each one whole in each of its languages, and printable."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.country import COUNTRIES, RECEIPTS, Country, country_codes, load_country
from config.errors import ConfigError, Fault
from config.settings import Settings
from domain.barcode import compile_pattern
from domain.catalog_code import IN_STORE
from domain.form import format_money, parse_amount
from domain.journal import CHAINS, Kind
from domain.tax import TaxKind, TaxRate

LANGUAGES = ("es", "en")
PACKS = [(code, language) for code in ("generic", "mx") for language in LANGUAGES]


@pytest.fixture(params=["generic", "mx"])
def country(request: pytest.FixtureRequest) -> Country:
    return load_country(request.param)


def test_the_packs_and_languages_that_ship() -> None:
    assert country_codes() == ("generic", "mx")
    assert sorted(path.stem for path in RECEIPTS.glob("*.toml")) == sorted(LANGUAGES)
    assert Settings().store.country in country_codes()


def test_a_pack_speaks_every_language(country: Country) -> None:
    assert set(country.languages) == set(LANGUAGES)
    words = [country.name, *(kind.name for kind in country.tenders), *(tax.name for tax in country.taxes)]
    words += [rate.name for tax in country.taxes for rate in tax.rates]
    assert all(set(word) == set(LANGUAGES) and all(word.values()) for word in words)


def test_the_texts_of_receipts_have_the_same_keys_in_every_language(country: Country) -> None:
    keys = [list(country.receipt_texts(language)) for language in LANGUAGES]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 100
    assert all(re.fullmatch(r"[a-z_]+", key) for key in keys[0])


def test_every_event_of_the_journal_has_its_text(country: Country) -> None:
    events = {kind.value for kind in Kind if kind not in CHAINS}
    assert events <= country.receipt_texts("es").keys()


@pytest.mark.parametrize(("code", "language"), PACKS)
def test_what_goes_on_paper_fits_and_has_its_letters_in_cp858(code: str, language: str) -> None:
    pack = load_country(code)
    texts = list(pack.receipt_texts(language).values())
    texts += [kind.name for kind in pack.tender_kinds(language)]
    texts += [rate.name for tax in pack.tax_classes(language) for rate in tax.rates]
    texts += [currency.symbol for currency in pack.currencies]
    assert [text for text in texts if not text or text != text.strip() or len(text) > 28] == []
    assert all(text.encode("cp858").decode("cp858") == text for text in texts)


@pytest.mark.parametrize(("code", "language"), PACKS)
def test_forms_are_numeric_and_read_back_in_every_currency(code: str, language: str) -> None:
    pack = load_country(code)
    for currency in pack.currencies:
        forms = pack.forms(language, currency.code)
        assert forms.decimal != forms.group
        assert set(re.findall(r"%(.)", forms.date + forms.time)) <= set("dmYyHMS")
        assert parse_amount(format_money(-1_234_567, forms, symbol=False), forms) == -1_234_567
        assert currency.symbol in format_money(1, forms)


def test_denominations_run_from_the_largest_down(country: Country) -> None:
    for currency in country.currencies:
        for row in (currency.notes_minor, currency.coins_minor, currency.denominations_minor):
            assert list(row) == sorted(set(row), reverse=True)
            assert row[-1] > 0
        smallest = currency.denominations_minor[-1]
        assert currency.cash_rounding_minor in (0, smallest)
        assert currency.currency.exponent == currency.exponent


def test_codes_are_used_once(country: Country) -> None:
    for codes in (
        [currency.code for currency in country.currencies],
        [kind.code for kind in country.tenders],
        [tax.code for tax in country.taxes],
        [rate.code for tax in country.taxes for rate in tax.rates],
    ):
        assert len(set(codes)) == len(codes)
        assert all(re.fullmatch(r"[a-z0-9_]+|[A-Z]{3}", code) for code in codes)


def test_labels_can_be_read_and_lie_in_the_shops_own_prefixes(country: Country) -> None:
    for label in country.labels:
        compile_pattern(label.pattern)
        assert label.pattern[:2] in IN_STORE
    assert {label.kind for label in country.labels} == {"weight", "price"}


def test_cash_comes_first_alone_gives_change_and_opens_the_drawer(country: Country) -> None:
    first, *others = country.tender_kinds("en")
    assert (first.code, first.is_cash, first.gives_change, first.opens_drawer) == ("cash", True, True, True)
    assert not any(kind.is_cash or kind.gives_change for kind in others)
    assert len(country.tenders) <= 8


def test_mexico_names_tenders_by_the_codes_of_the_sat() -> None:
    codes = {kind.code: kind.fiscal_code for kind in load_country("mx").tender_kinds("es")}
    assert codes == {
        "cash": "01",
        "credit_card": "04",
        "debit_card": "28",
        "transfer": "03",
        "voucher": "08",
        "account": "99",
    }


def test_mexicos_taxes_are_in_the_price_and_exempt_is_not_zero() -> None:
    classes = {tax.code: tax for tax in load_country("mx").tax_classes("es")}
    assert [(rate.rate_ppm, rate.included) for rate in classes["general"].rates] == [(160_000, True)]
    assert [rate.rate_ppm for rate in classes["border"].rates] == [80_000]
    assert [rate.rate_ppm for rate in classes["zero"].rates] == [0]
    assert classes["exempt"].rates == ()
    assert next(iter(classes)) == "general"


def test_the_generic_pack_has_the_same_tax_added_and_included() -> None:
    classes = {tax.code: tax for tax in load_country("generic").tax_classes("en")}
    added, included = classes["standard"].rates[0], classes["standard_included"].rates[0]
    assert (added.rate_ppm, added.included) == (100_000, False)
    assert (included.rate_ppm, included.included) == (100_000, True)


DRINK = """
[[taxes]]
code = "drink"
name = { es = "Bebida", en = "Drink" }
[[taxes.rates]]
code = "ieps"
name = { es = "IEPS", en = "IEPS" }
kind = "fixed"
amount_micro = 1_645_100
included = true
include_base_amount = true
sequence = -1
[[taxes.rates]]
code = "own"
name = { es = "Otro", en = "Other" }
kind = "division"
rate_ppm = 96_500
included = true
is_base_affected = false
has_negative_factor = true
"""


def test_a_pack_can_have_taxes_of_every_kind_but_groups(tmp_path: Path) -> None:
    source = (COUNTRIES / "mx.toml").read_text(encoding="utf-8") + DRINK
    (tmp_path / "xx.toml").write_text(source, encoding="utf-8")
    (tmp_path / "yy.toml").write_text(source.replace('"fixed"', '"group"'), encoding="utf-8")
    drink = next(tax for tax in load_country("xx", tmp_path).tax_classes("es") if tax.code == "drink")
    assert drink.rates == (
        TaxRate("ieps", "IEPS", 0, True, TaxKind.FIXED, 1_645_100, include_base_amount=True, sequence=-1),
        TaxRate("own", "Otro", 96_500, True, TaxKind.DIVISION, is_base_affected=False, has_negative_factor=True),
    )
    with pytest.raises(ConfigError, match="group"):
        load_country("yy", tmp_path)


def test_mexico_says_rfc_where_others_say_tax_id() -> None:
    assert load_country("mx").receipt_texts("es")["tax_id"] == "RFC"
    assert load_country("generic").receipt_texts("en")["tax_id"] == "Tax id"


def test_money_of_each_country() -> None:
    mexico, generic = load_country("mx"), load_country("generic")
    assert format_money(123_450, mexico.forms("es")) == "$1,234.50"
    assert format_money(123_450, mexico.forms("es", "USD")) == "US$1,234.50"
    assert format_money(123_450, generic.forms("es", "EUR")) == "1.234,50 €"
    assert format_money(123_450, generic.forms("en", "CHF")) == "CHF 1,234.50"
    assert format_money(1_234, generic.forms("en", "JPY")) == "¥1,234"


def test_what_a_pack_has_not_is_an_error_that_says_so(country: Country) -> None:
    with pytest.raises(ConfigError, match="there is no XYZ"):
        country.currency("XYZ")
    with pytest.raises(ConfigError, match="language `fr`"):
        country.forms("fr")
    with pytest.raises(ConfigError, match="language `fr`"):
        country.tender_kinds("fr")
    with pytest.raises(ConfigError, match="atlantis"):
        load_country("atlantis")
    with pytest.raises(ConfigError, match="mx"):
        load_country("../countries/mx")


def test_a_pack_with_an_unknown_key_or_text_is_refused(tmp_path: Path) -> None:
    source = (Path(RECEIPTS).with_name("countries") / "mx.toml").read_text(encoding="utf-8")
    (tmp_path / "xx.toml").write_text("colour = 'red'\n" + source, encoding="utf-8")
    with pytest.raises(ConfigError, match="colour") as caught:
        load_country("xx", tmp_path)
    assert caught.value.problems[0].fault is Fault.WRONG_TYPE
    (tmp_path / "yy.toml").write_text(source.replace('tax = "IVA"', 'taxx = "IVA"'), encoding="utf-8")
    with pytest.raises(ConfigError, match="taxx"):
        load_country("yy", tmp_path).receipt_texts("es")
