"""What all intents have in common (see `domain.intent`)."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec

MAX_WHOLE = 2**53 - 1
Whole: TypeAlias = Annotated[int, msgspec.Meta(ge=-MAX_WHOLE, le=MAX_WHOLE)]
"""A whole number that every JSON reader keeps exactly (RFC 7493) and every column of the ledger holds."""


class IntentBase(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    """An intent: unknown fields are refused, so that a misspelt one is never silently ignored."""
