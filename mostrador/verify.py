"""`mostrador verify`: 0 sound and anchored, 1 tampered with, 2 unreadable, 3 sound but not anchored."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

import msgspec

from domain.chain import Verdict
from domain.text import safe_text
from domain.witness import Trust, gather
from mostrador.anchors import find_batches, read_anchors
from mostrador.cli import complain
from mostrador.escapes import json_bytes
from mostrador.wiring import read_settings
from storage.acknowledged import read_acknowledged
from storage.connection import open_ledger
from storage.errors import BrokenLedger, LedgerError, reading
from storage.seal_key import is_signed, read_public_keys
from storage.seals import own_trust
from storage.soundness import check_pages, check_references
from storage.verify import Scope, verify
from sync.anchoring import ask_anchor

SOUND: Final = 0
TAMPERED: Final = 1
NOT_ANCHORED: Final = 3
SHOWN: Final = 20


class Found(msgspec.Struct, frozen=True):
    """What was found, and whether somebody outside vouches for it."""

    verdict: Verdict
    is_anchored: bool
    is_trusted: bool
    """A key that was known before says whose seals count; else the seals name their keys themselves."""

    @property
    def status(self) -> int:
        """The exit status."""
        if not self.verdict.is_sound:
            return TAMPERED
        return SOUND if self.is_anchored else NOT_ANCHORED


def run_command(arguments: argparse.Namespace) -> int:
    """Verify this lane's ledger, or an exported journal, and say what was found."""
    if clash := _find_clash(arguments):
        return complain(clash)
    try:
        found = _verify_file(arguments) if arguments.file else _verify_ledger(arguments)
    except BrokenLedger as error:
        return complain(str(error))
    if arguments.json:
        sys.stdout.buffer.write(json_bytes(_facts(found)))
    else:
        _say(found)
    return found.status


def _find_clash(arguments: argparse.Namespace) -> str:
    """Return what does not go together in a command line, with the remedy; empty where all does."""
    first, last = arguments.first, arguments.last
    if arguments.file and arguments.erp:
        return "--erp is for the ledger: hold a file against what the ERP has with --anchor"
    if arguments.file and (first is not None or last is not None):
        return "a file is verified whole: leave --from and --to out"
    if (first is not None and first < 1) or (last is not None and last < (first or 1)):
        return "--from and --to are numbers of rows, 1 or more, and --to is not before --from"
    return ""


def _verify_ledger(arguments: argparse.Namespace) -> Found:
    """Verify the lane's ledger; what the connector has left in its folder is held against it too."""
    settings, paths = read_settings(arguments.config)
    given = [anchor for path in arguments.anchor or () for anchor in read_anchors(path)]
    if arguments.erp:
        given.append(ask_anchor(settings, paths))
    left = find_batches(paths.erp) if settings.sync.connector == "files" else []
    trust = _trust(arguments.public_key)
    db = open_ledger(paths.ledger, must_exist=True)
    try:
        told = read_acknowledged(db)
        anchors = gather([*given, *left, *((told,) if told else ())])
        scope = Scope(arguments.first or 1, arguments.last or 0, trust or own_trust(db), anchors)
        with reading():
            check_pages(db)
            verdict = verify(db, scope)
            if verdict.is_sound:  # else a row that is missing is better told by the journal than by SQLite
                check_references(db)
    finally:
        db.close()
    # What the ledger remembers of the ERP's word is held against the journal too, but vouches for nothing: it can be
    # bent with the ledger.
    is_outside = bool(given) or (bool(left) and paths.data not in paths.erp.parents)
    is_trusted = bool(scope.trust and scope.trust.keys)
    return Found(verdict, is_outside and verdict.anchored_seq > 0, is_trusted)


def _verify_file(arguments: argparse.Namespace) -> Found:
    """Verify an exported journal."""
    from mostrador.journal_file import verify_file  # nobody else needs it

    anchors = [anchor for path in arguments.anchor or () for anchor in read_anchors(path)]
    trust = _trust(arguments.public_key) or Trust(is_signed)
    verdict = verify_file(arguments.file, trust, gather(anchors))
    return Found(verdict, verdict.anchored_seq > 0, bool(trust.keys))


def _trust(path: Path | None) -> Trust | None:
    """Return the trust in the keys of a file, None for no file. Raises `LedgerError`."""
    if path is None:
        return None
    try:
        return Trust(is_signed, read_public_keys(path.read_bytes()))
    except OSError as error:
        raise LedgerError(f"the public key {path} cannot be read ({error.strerror}): name another file") from error
    except ValueError as error:
        raise LedgerError(f"{path} is no public key ({error}): make one with `mostrador export key`") from error


def _facts(found: Found) -> dict[str, Any]:
    """Return a verdict for programs."""
    verdict = found.verdict
    return {
        "sound": verdict.is_sound,
        "anchored": found.is_anchored,
        "rows": verdict.rows,
        "head": verdict.head,
        "seals": verdict.seals,
        "sealed_seq": verdict.sealed_seq,
        "anchored_seq": verdict.anchored_seq,
        "trusted_key": found.is_trusted,
        "first_bad_seq": min((flaw.seq for flaw in verdict.discrepancies if flaw.seq), default=None),
        "discrepancies": verdict.discrepancies,
    }


def _say(found: Found) -> None:
    """Print a verdict for people."""
    verdict = found.verdict
    if verdict.is_sound:
        head = verdict.head
        sys.stdout.write(f"sound: {verdict.rows} rows, the last is {head.seq} {head.hash[:16]}\n")
        whose = "" if found.is_trusted else " by keys that it names itself"
        up_to = f", anchored up to row {verdict.anchored_seq}" if found.is_anchored else ""
        sys.stdout.write(f"  sealed up to row {verdict.sealed_seq}{whose}{up_to}\n")
        if not found.is_anchored:
            said = f" (by its own word the ERP has it up to row {verdict.anchored_seq})" if verdict.anchored_seq else ""
            remedy = "ask the ERP with --erp, or name what does with --anchor"
            sys.stdout.write(f"  not anchored: nothing outside vouches for it{said}; {remedy}\n")
        return
    first = verdict.discrepancies[0]
    sys.stdout.write(
        f"NOT SOUND: {len(verdict.discrepancies)} discrepancies, the first at row {first.seq}."
        " Stop the lane, keep the file and call whoever looks after it.\n"
    )
    for flaw in verdict.discrepancies[:SHOWN]:
        sys.stdout.write(f"  row {flaw.seq}: {flaw.flaw.value} {safe_text(flaw.detail)}\n")
