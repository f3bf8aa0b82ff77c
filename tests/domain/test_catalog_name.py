"""Names of a catalogue: mended where the answer is certain, refused where it is not, and otherwise left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalog_flaw import Flaw, Mend
from domain.catalog_name import MAX_NAME, mend_name, search_form
from domain.text import fold, safe_text
from tests.kit.hostile import HOSTILE_NAMES

# Text as it is damaged in practice: real letters, entities, UTF-8 read as Latin-1, blanks, controls.
_PIECES = st.sampled_from(
    [
        "Café",
        " ",
        "  ",
        "ñ",
        "&quot;",
        "&#233;",
        "&eacute;",
        "Ã©",
        "ã±",
        "Â®",
        "â€™",
        "\x9c",
        "\x1b",
        "\t",
        "\u202e",
        "e\u0301",
    ]
)
_DAMAGED = st.lists(_PIECES | st.text(max_size=5), max_size=8).map("".join)


@given(_DAMAGED)
def test_a_name_is_one_safe_line_or_refused(text: str) -> None:
    named = mend_name(text)
    if isinstance(named, Flaw):
        return
    name, mends = named
    assert name
    assert len(name) <= MAX_NAME
    assert name == " ".join(name.split())
    assert unicodedata.is_normalized("NFC", name)
    assert safe_text(name, MAX_NAME) == name
    assert name == text or mends


@given(_DAMAGED)
def test_what_is_mended_stays_as_it_is(text: str) -> None:
    named = mend_name(text)
    if not isinstance(named, Flaw):
        assert mend_name(named[0]) == (named[0], ())


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_hostile_name_is_harmless_or_refused(name: str) -> None:
    named = mend_name(name)
    if isinstance(named, Flaw):
        assert named in (Flaw.CONTROL_CHARACTER, Flaw.DAMAGED)
    else:
        assert named[0].isprintable()


@pytest.mark.parametrize(
    ("text", "name", "mends"),
    [
        ("Queso &quot;Aguascalientes&quot;", 'Queso "Aguascalientes"', (Mend.ENTITY,)),
        ("Pan &amp;quot;integral&amp;quot;", 'Pan "integral"', (Mend.ENTITY,)),
        ("Caf&eacute; &#38; t&#xE9;", "Café & té", (Mend.ENTITY, Mend.COMPOSED)),
        ("Palais Des ThÃ©s", "Palais Des Thés", (Mend.MOJIBAKE,)),
        ("Pã¢te De Piment Ã Avec Huile", "Pâte De Piment à Avec Huile", (Mend.MOJIBAKE,)),
        ("Cero Calorã\x8da", "Cero Caloría", (Mend.MOJIBAKE,)),
        ("Glico 60G Ã\x83\x97 10", "Glico 60G × 10", (Mend.MOJIBAKE,)),
        ("Woda Z Wnä\x98trza", "Woda Z Wnętrza", (Mend.MOJIBAKE,)),
        ("Levi Straussâ€™s NÂº 5", "Levi Strauss’s Nº 5", (Mend.MOJIBAKE,)),
        ("Fã&frac14;r Weihnachten", "Für Weihnachten", (Mend.ENTITY, Mend.MOJIBAKE)),
        ("C\x9curs De Merlu", "Cœurs De Merlu", (Mend.WINDOWS,)),
        ("Souffle\u0301 au miel", "Soufflé au miel", (Mend.COMPOSED,)),
        (" Leche\tentera \n1 L ", "Leche entera 1 L", (Mend.SPACES,)),
        ("Manzana \uf8ff Juice", "Manzana Juice", (Mend.INVISIBLE,)),
        ("zero\u200bwidth", "zerowidth", (Mend.INVISIBLE,)),
    ],
)
def test_what_has_one_certain_answer_is_mended(text: str, name: str, mends: tuple[Mend, ...]) -> None:
    assert mend_name(text) == (name, mends)


@pytest.mark.parametrize(
    "name",
    [
        "SNAPPY LIMA LIMÃO",
        "MACARRÃO GE TORTIGLIONI",
        "« maçã»",
        "“pão de lã”",
        "M&M's",
        "AT&T; roaming",
        "Kräuter-Tee Ä",
        "Crème brûlée à l’ancienne – 2×100 g",
        "Шоколад",
        "寿司",
    ],
)
def test_what_is_right_stays_as_it_is(name: str) -> None:
    assert mend_name(name) == (name, ())


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", Flaw.NO_NAME),
        (" \t\u200b ", Flaw.NO_NAME),
        ("azucar de ca\ufffda", Flaw.DAMAGED),
        ("\x1b[2JFree", Flaw.CONTROL_CHARACTER),
        ("&#27;[2JFree", Flaw.CONTROL_CHARACTER),
        ("MARABOU DR\x85MKRISP", Flaw.CONTROL_CHARACTER),
        ("cut\x1dV\x00here", Flaw.CONTROL_CHARACTER),
        ("x" * 201, Flaw.NAME_TOO_LONG),
    ],
)
def test_what_cannot_be_known_is_refused(text: str, flaw: Flaw) -> None:
    assert mend_name(text) is flaw


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_categories=("Cc", "Cf")), min_size=1, max_size=20))
def test_only_names_that_the_index_folds_alike_are_indexed_as_they_are(name: str) -> None:
    form = search_form(name)
    assert form in (None, fold(name))
    if "ß" in name or "½" in name:
        assert form is not None
