"""Refusals in words: one sentence for each reason, with the remedy, in the language of the store."""

from __future__ import annotations

from domain.form import Forms, format_money
from domain.refusal import Refused
from domain.text import safe_text
from tui.words import Words

FACT_LENGTH = 24


def refusal_text(refused: Refused, words: Words, forms: Forms) -> str:
    """Return a refusal as a sentence that fits one line of 80. Facts named `…_minor` are written as money."""
    facts: dict[str, str | int] = {}
    for name, fact in refused.facts.items():
        if name.endswith("_minor") and isinstance(fact, int):
            facts[name.removesuffix("_minor")] = format_money(fact, forms)
        elif name == "field" and words.has(f"field.{fact}"):
            facts[name] = words(f"field.{fact}")
        else:
            facts[name] = safe_text(str(fact), FACT_LENGTH)
    return words(f"reason.{refused.reason}", **facts)
