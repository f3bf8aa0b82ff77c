"""Codes of a catalogue: kept under the key a lane looks for, refused where no scan could find them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.country import load_country
from domain.barcode import Gs1, Gtin, Label, Plain, check_digit, lookup_keys, parse_code
from domain.catalog_code import MAX_CODES, read_code, read_codes
from domain.catalog_flaw import Flaw, Mend, RowFlaw
from domain.money import MICRO
from tests.kit.catalog import COFFEE, COFFEE_SIX, SOAP, WATER, weight_label

LABELS = load_country("mx").labels


@pytest.mark.parametrize("code", [COFFEE, COFFEE_SIX, SOAP, WATER])
def test_a_gtin_is_kept_as_14_digits(code: str) -> None:
    assert read_code(code, LABELS) == code.rjust(14, "0")


@given(st.sampled_from([7, 11, 12, 13]).flatmap(lambda n: st.text("0123456789", min_size=n, max_size=n)))
def test_a_gtin_has_its_check_digit(body: str) -> None:
    right = check_digit(body)
    wrong = str((int(right) + 1) % 10)
    assert read_code(body + wrong, ()) is Flaw.BAD_CHECK_DIGIT
    assert read_code(body + right, ()) == ((body + right).rjust(14, "0") if body.strip("0") else Flaw.BAD_CODE)


def looked_up(scanned: str) -> tuple[str, ...]:
    """Return the keys under which a lane looks for what it scans."""
    match parse_code(scanned, LABELS):
        case Gtin(raw=raw):
            return lookup_keys(raw)
        case Label(lookups=lookups, raw=raw):
            return (*lookups, *lookup_keys(raw))
        case Gs1(gtin=gtin):
            return lookup_keys(gtin)
        case Plain(code=code):
            return lookup_keys(code)
        case refused:
            raise AssertionError(refused)


@given(st.from_regex(r"(01)?[0-9A-Za-z./+$%_-]{1,46}", fullmatch=True) | st.from_regex(r"[0-9]{1,20}", fullmatch=True))
def test_a_lane_finds_a_code_by_what_it_scans(code: str) -> None:
    kept = read_code(code, LABELS)
    if not isinstance(kept, Flaw):
        assert kept in looked_up(code)
        assert kept in looked_up(code.upper())


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("1001", "1001"),
        ("00011021096", "00011021096"),
        ("Inv-7/b", "INV-7/B"),
        ("0104311501445839", "04311501445839"),
        ("01054001410368793103000261", "05400141036879"),
        ("]C10104311501445839", "04311501445839"),
        ("https://id.gs1.org/01/04311501445839", "04311501445839"),
        (f"]E0{COFFEE}", COFFEE.rjust(14, "0")),
        (weight_label("20001", 0), weight_label("20001", 0).rjust(14, "0")),
    ],
)
def test_a_code_is_kept_as_a_lane_reads_it(code: str, kept: str) -> None:
    assert read_code(code, LABELS) == kept


@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        ("0000000004530", Flaw.BAD_CHECK_DIGIT),
        ("0104311501445838", Flaw.BAD_CHECK_DIGIT),
        ("010302804404118445", Flaw.BAD_CODE),
        ("0" * 13, Flaw.BAD_CODE),
        ("ÑANDÚ", Flaw.BAD_CODE),
        ("x\x1b[2J", Flaw.BAD_CODE),
        ("9" * 49, Flaw.BAD_CODE),
        (weight_label("20001", 125), Flaw.LABEL_WITH_VALUE),
    ],
)
def test_a_code_that_no_scan_could_find_is_refused(code: str, flaw: Flaw) -> None:
    assert read_code(code, LABELS) is flaw


def test_codes_are_parted_by_blanks_or_bars_each_with_its_pack() -> None:
    coded = read_codes(f"{COFFEE} | {COFFEE_SIX}  A1", "1 6 0,5", LABELS)
    assert coded == (
        ((COFFEE.rjust(14, "0"), MICRO), (COFFEE_SIX, 6 * MICRO), ("A1", MICRO // 2)),
        COFFEE,
        (),
    )


def test_the_same_code_twice_counts_once() -> None:
    assert read_codes(f"{COFFEE} 0{COFFEE}", "", LABELS) == (((COFFEE.rjust(14, "0"), MICRO),), COFFEE, ())


def test_a_gs1_message_gives_its_gtin_and_says_so() -> None:
    assert read_codes("0104311501445839", "", LABELS) == (
        (("04311501445839", MICRO),),
        "04311501445839",
        (Mend.GS1_MESSAGE,),
    )


@pytest.mark.parametrize(
    ("codes", "packs", "flaw"),
    [
        (COFFEE, "1 6", Flaw.BAD_PACK),
        ("", "6", Flaw.BAD_PACK),
        (COFFEE, "0", Flaw.BAD_PACK),
        (COFFEE, "-1", Flaw.BAD_PACK),
        (COFFEE, "six", Flaw.BAD_PACK),
        (COFFEE, "1000000", Flaw.BAD_PACK),
        (f"{COFFEE} 0{COFFEE}", "1 6", Flaw.BAD_PACK),
        (f"{COFFEE} 7501000111207", "", Flaw.BAD_CHECK_DIGIT),
        (" ".join(str(n) for n in range(MAX_CODES + 1)), "", Flaw.BAD_CODE),
    ],
)
def test_codes_and_packs_that_do_not_fit_are_refused(codes: str, packs: str, flaw: Flaw) -> None:
    refused = read_codes(codes, packs, LABELS)
    assert isinstance(refused, RowFlaw)
    assert refused.flaw is flaw


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_is_read_or_refused(codes: str, packs: str) -> None:
    coded = read_codes(codes, packs, LABELS)
    if not isinstance(coded, RowFlaw):
        assert all(key and key.isascii() and pack_micro > 0 for key, pack_micro in coded[0])
