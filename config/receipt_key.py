"""The store's key, which all its lanes have alike: it proves the bar codes of their receipts to each other."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from domain.receipt_code import NO_KEY, ReceiptKey

LOG: Final = logging.getLogger("mostrador.config")
MIN_BYTES: Final = 16


def read_receipt_key(name: str) -> ReceiptKey:
    """Return the key in a file; where there is none, none: selling does not wait for it, and the log says why."""
    if not name:
        return NO_KEY
    try:
        key = Path(name).expanduser().read_bytes().strip()
    except OSError as error:
        LOG.warning("the key of receipts cannot be read (%s): their bar codes have no proof", error.strerror)
        return NO_KEY
    if len(key) < MIN_BYTES:
        LOG.warning("the key of receipts is shorter than %d bytes: their bar codes have no proof", MIN_BYTES)
        return NO_KEY
    return ReceiptKey(key)
