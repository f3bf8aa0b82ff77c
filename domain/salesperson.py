"""Salespeople: who gets the commission of a sale or of single lines."""

from __future__ import annotations

import msgspec

MAX_CODE = 20
MAX_NAME = 60


class Salesperson(msgspec.Struct, frozen=True):
    """A salesperson, in clear: by the ERP's code and by name. An operator may be one, by number."""

    code: str
    name: str
