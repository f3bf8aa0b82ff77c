"""The lane's log: one JSON object a line, control characters escaped, a few small files."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

import msgspec

from domain.text import safe_text

MAX_BYTES = 1_000_000
KEPT_FILES = 3


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON; what came from outside passes the sanitiser (ASVS 16.4.1)."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "name": record.name,
            "text": safe_text(record.getMessage(), 2000),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)[-8000:]
        return msgspec.json.encode(line).decode()


def log_to(path: Path) -> None:
    """Send the program's log to a file that is turned over at a megabyte; nothing goes to the screen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("mostrador")
    logger.handlers[:] = [handler]
    logger.propagate = False
    logger.setLevel(logging.INFO)
