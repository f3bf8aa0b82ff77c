"""The words: both languages complete, compiled as edited, and no sentence in the code."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.form import DEFAULT_FORMS
from domain.permission import Permission
from domain.refusal import Reason, Refused
from tui.keys import Act
from tui.locale.compile import read_po, write_mo
from tui.refusals import refusal_text
from tui.words import LOCALE, languages, load_words

TUI = Path(__file__).parents[2] / "tui"
LANGUAGES = ("es", "en")
FACTS: dict[str, str | int] = {
    "code": "7501000111206",
    "name": "Café molido de altura con canela",
    "uom": "kg",
    "digits": 3,
    "max": 10,
    "line_no": 2,
    "text": "12",
    "kind": "card",
    "limit_minor": 50_000,
    "balance_minor": 1_250,
    "count": 2,
    "shift_id": 3,
    "date": "2026-01-01",
    "currency": "USD",
    "tax_class": "x",
    "error": "the disk is full and old",
    "receipt_number": 4,
    "seconds": 30,
    "hours": 24,
    "reason": "Fiesta",
    "min": 4,
    "list": "Mayoreo",
    "age": 18,
    "customer": "C-1",
    "tax_id": "GODE561231GR8",
    "document": "F-123",
    "number": 7,
    "folio": "1-A000007",
    "field": "tax_id",
    "owed_minor": 30_000,
    "left": "1.234",
    "position": 1,
    "left_minor": 12_345,
}
FAMILIES = {
    "reason": [r.value for r in Reason],
    "key": [a.value for a in Act],
    "permission": [p.value for p in Permission],
}
"""Words that are looked up by a value of an enum."""


NOT_WORDS = ("base.tcss", "mostrador.tui")
BUILT = [
    *FAMILIES,
    "keyname",
    "legend",
    "state",
    "device",
    "fault",
    "ask",
    "trace",
    "help",
    "void_basket",
    "post_void",
    "leave",
    "train",
    "details",
    "cash",
    "hint",
    "reverse",
    "field",
]
"""Families whose names are put together in the code."""


def po(language: str) -> dict[str, str]:
    text = (LOCALE / language / "LC_MESSAGES" / "mostrador.po").read_text(encoding="utf-8")
    return {name.split("\0")[0]: words for name, words in read_po(text).items() if name}


def used_words() -> Iterator[tuple[str, Path]]:
    """Yield the literal names of words in the code."""
    for path in TUI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.fullmatch(r"[a-z_0-9]+\.[a-z_0-9]+", value) and value not in NOT_WORDS:
                yield value, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_words_are_those_of_the_catalogue(language: str) -> None:
    folder = LOCALE / language / "LC_MESSAGES"
    text = (folder / "mostrador.po").read_text(encoding="utf-8")
    assert (folder / "mostrador.mo").read_bytes() == write_mo(read_po(text)), "run python -m tui.locale.compile"


def test_both_languages_have_the_same_words_with_the_same_facts() -> None:
    es, en = po("es"), po("en")
    assert es.keys() == en.keys()
    for name in es:
        assert set(re.findall(r"\{\w+\}", es[name])) == set(re.findall(r"\{\w+\}", en[name])), name
    assert languages() == ("en", "es")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_empty_or_missing(language: str) -> None:
    catalogue = po(language)
    assert not [name for name, words in catalogue.items() if not words.strip()]
    missing = {(name, path.name) for name, path in used_words() if name not in catalogue}
    assert not missing
    for family, members in FAMILIES.items():
        assert not [member for member in members if f"{family}.{member}" not in catalogue]


def test_no_word_is_left_over() -> None:
    used = {name for name, _ in used_words()}
    prefixes = (
        "cash.",
        "permission.",
        "reason.",
        "key.",
        "keyname.",
        "legend.",
        "state.",
        "device.",
        "fault.",
        "ask.",
        "trace.",
        "help.",
        "void_basket.",
        "post_void.",
        "leave.",
        "train.",
        "details.",
        "inbox.",
        "hint.",
        "reverse.",
        "field.",
    )
    assert not [name for name in po("es") if name not in used and not name.startswith(prefixes)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", list(Reason))
def test_every_refusal_is_one_sentence_with_its_remedy_on_one_line(language: str, reason: Reason) -> None:
    words = load_words(language).with_keys({f"key_{act}": "F12" for act in Act})
    text = refusal_text(Refused(reason, FACTS), words, DEFAULT_FORMS)
    assert "{" not in text
    assert "? " not in text or "¿" in text or "'s?" in text
    assert len(text) <= 76
    assert text[-1] in ".?"


def test_a_missing_fact_leaves_a_mark_and_raises_nothing() -> None:
    assert "?" in refusal_text(Refused(Reason.UNKNOWN_CODE), load_words("en"), DEFAULT_FORMS)


def test_money_in_facts_is_written_as_money() -> None:
    refused = Refused(Reason.OVER_LIMIT, {"limit_minor": 1_000_000})
    assert "$10,000.00" in refusal_text(refused, load_words("es"), DEFAULT_FORMS)


@pytest.mark.parametrize(
    ("asked", "given"), [("es", "es"), ("es_MX.UTF-8", "es"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
def test_a_language_without_words_is_answered_in_english(asked: str, given: str) -> None:
    assert load_words(asked).language == given


def test_plurals_follow_the_number() -> None:
    words = load_words("es")
    assert words.count("sale.items", 1) == "1 artículo"
    assert words.count("sale.items", 0) == "0 artículos"


def test_the_catalogues_are_readable_by_gettext_itself() -> None:
    with (LOCALE / "es" / "LC_MESSAGES" / "mostrador.mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("sale.total") == "Total"


@pytest.mark.parametrize("text", ['msgid "a"\nnonsense', 'msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"'])
def test_a_catalogue_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"line 2|twice"):
        read_po(text)
