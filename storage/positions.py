"""Fiscal positions that the ERP has told: kept beside its ids as the sync took them, read whole by a lane."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from storage.connection import LedgerDatabase
from storage.erp_rows import read_documents

FEED = "positions"


class ErpPosition(msgspec.Struct, frozen=True):
    """A position as the sync keeps it: for the code of each tax that is another one the codes in its place."""

    name: str
    taxes: Mapping[str, tuple[str, ...]]


def read_positions(db: LedgerDatabase) -> dict[str, ErpPosition]:
    """Return the ERP's positions by code."""
    decode = msgspec.json.Decoder(ErpPosition).decode
    return {code: decode(document) for code, document in read_documents(db, FEED).items()}


def encode_position(position: ErpPosition) -> str:
    """Return a position as it is kept."""
    return msgspec.json.encode(position).decode()
