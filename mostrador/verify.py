"""`mostrador verify`: 0 sound, 1 tampered with, 2 unreadable, 3 sound but not anchored."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final

from domain.text import safe_text
from mostrador.cli import complain
from mostrador.escapes import json_bytes
from mostrador.wiring import read_settings
from storage.connection import open_ledger
from storage.errors import BrokenLedger, reading
from storage.soundness import check_pages, check_references
from storage.verify import Verdict, verify

SOUND: Final = 0
TAMPERED: Final = 1
SHOWN: Final = 20


def run_command(arguments: argparse.Namespace) -> int:
    """Verify this lane's ledger and say what was found."""
    _, paths = read_settings(arguments.config)
    db = open_ledger(paths.ledger, must_exist=True)
    try:
        with reading():
            check_pages(db)
            verdict = verify(db)
            if verdict.is_sound:  # else a row that is missing is better told by the journal than by SQLite
                check_references(db)
    except BrokenLedger as error:
        return complain(str(error))
    finally:
        db.close()
    if arguments.json:
        sys.stdout.buffer.write(json_bytes(_facts(verdict)))
    else:
        _say(verdict)
    return SOUND if verdict.is_sound else TAMPERED


def _facts(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict for programs."""
    return {
        "sound": verdict.is_sound,
        "rows": verdict.rows,
        "head": verdict.head,
        "discrepancies": verdict.discrepancies,
    }


def _say(verdict: Verdict) -> None:
    """Print a verdict for people."""
    if verdict.is_sound:
        head = verdict.head
        sys.stdout.write(f"sound: {verdict.rows} rows, the last is {head.seq} {head.hash[:16]}\n")
        return
    first = verdict.discrepancies[0]
    sys.stdout.write(
        f"NOT SOUND: {len(verdict.discrepancies)} discrepancies, the first at row {first.seq}."
        " Stop the lane, keep the file and call whoever looks after it.\n"
    )
    for found in verdict.discrepancies[:SHOWN]:
        sys.stdout.write(f"  row {found.seq}: {found.flaw.value} {safe_text(found.detail)}\n")
