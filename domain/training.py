"""Paper of a training lane: marked so often that no piece of it passes for a receipt, and of no use at a real lane."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.paper import Align, Barcode, Cut, Element, Kick, Paper, Qr, Text

EVERY: Final = 5
"""Elements between two marks."""


def mark_training(paper: Paper, word: str, *, opens_drawer: bool = False) -> Paper:
    """Return a paper with the word of training at its head, at its end and between every few elements.

    Codes are left out: a training receipt's number is also that of a real one. The drawer stays shut unless it is
    to be practised too.
    """
    kicks = tuple(element for element in paper if isinstance(element, Kick) and opens_drawer)
    printed = [element for element in paper if not isinstance(element, Kick | Barcode | Qr)]
    return (*kicks, *_marked(printed, Text(f"*** {word} ***", Align.CENTER, bold=True)))


def _marked(printed: Sequence[Element], mark: Text) -> Iterator[Element]:
    """Yield elements with marks between them; the last one stands before the knife."""
    since = EVERY
    for element in printed:
        if since >= EVERY or (isinstance(element, Cut) and since):
            yield mark
            since = 0
        yield element
        since += 1
    if since and not (printed and isinstance(printed[-1], Cut)):
        yield mark
