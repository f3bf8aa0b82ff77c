"""What all outcomes have in common (see `domain.outcome`)."""

from __future__ import annotations

import msgspec


class OutcomeBase(msgspec.Struct, frozen=True, tag_field="did"):
    """Something that has happened and is in the ledger."""
