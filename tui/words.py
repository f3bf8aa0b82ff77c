"""The words people read, by gettext: `words("sale.total")` in the language of the store.

A word's name is its `msgid` in `locale/<language>/LC_MESSAGES/mostrador.po`; all words of English and Spanish
stand there and nowhere in the code. Another language is one more file. Words are looked up when they are shown,
never at import.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"
DOMAIN = "mostrador"
DEFAULT_LANGUAGE = "en"

Fact = str | int
_DAY_MINUTES = 24 * 60


class Words:
    """The words of one language."""

    def __init__(
        self,
        language: str,
        translations: gettext.NullTranslations,
        keys: Mapping[str, Fact] | None = None,
    ) -> None:
        self.language = language
        self._translations = translations
        self._keys = dict(keys or {})

    def __call__(self, word: str, **facts: Fact) -> str:
        """Return a word with its facts put in; a name without a word comes back as it is."""
        text = self._translations.gettext(word)
        return text.format_map(_Facts({**self._keys, **facts})) if "{" in text else text

    def count(self, word: str, count: int) -> str:
        """Return a word in the singular or plural that belongs to `count`."""
        return self._translations.ngettext(word, word, count).format_map(_Facts({"count": count}))

    def with_keys(self, keys: Mapping[str, Fact]) -> Words:
        """Return the same words, with keys to put in where a sentence names one (`{key_tender}`)."""
        return Words(self.language, self._translations, keys)

    def has(self, word: str) -> bool:
        """Say whether there is a word of this name."""
        return self._translations.gettext(word) != word


def age_text(words: Words, minutes: int) -> str:
    """Return how long ago something was, in the largest unit of which there is one whole; days from two on."""
    if minutes >= 2 * _DAY_MINUTES:
        return words("age.days", days=minutes // _DAY_MINUTES)
    return words("age.hours", hours=minutes // 60) if minutes >= 60 else words("age.minutes", minutes=minutes)


class _Facts(dict[str, Fact]):
    """Facts for a sentence; one that is missing leaves a gap, never an exception in front of a customer."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        super().__init__(facts)

    def __missing__(self, key: str) -> str:
        return "?"


def languages() -> tuple[str, ...]:
    """Return the languages there are words for."""
    return tuple(sorted(path.parents[1].name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")))


def load_words(language: str) -> Words:
    """Return the words of a language (`es`, `es_MX.UTF-8`); of English where there are none."""
    short = language.replace("-", "_").split("_")[0].split(".")[0].lower()
    if short not in languages():
        short = DEFAULT_LANGUAGE
    with (LOCALE / short / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return Words(short, gettext.GNUTranslations(file))
