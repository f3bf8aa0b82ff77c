"""Nine kinds of tampering, thousands of times: found as the notes on fiscal law say (6.2), with an anchor every one.

What is asserted is exact: by the lane alone a way is found wherever it touches what a seal covers, and nowhere else.
The stand-alone verifier says the same each time.
"""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final

import apsw
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.chain import Flaw, Verdict
from domain.journal import read_record
from domain.journal_file import JournalLine, check_file
from domain.witness import Anchor, Trust, Witness, gather
from storage.connection import LedgerDatabase
from storage.journal import read_rows, row_of
from storage.seal_key import is_signed, key_file, load_key
from storage.seals import read_seal
from storage.verify import verify
from tests.kit.catalog import COFFEE
from tests.kit.journals import (
    WAYS,
    Rows,
    anchor_of,
    last_sealed,
    lines_of,
    make_journal,
    make_key,
    public_hex,
)
from tests.kit.lane import make_shop

SEED: Final = 20261124
EVERY: Final = 40
FEW, MANY = 20, 556
"""Tampers of each way: nine times 556 are 5,004."""

STOLEN: Final = "edit, chain recomputed, with the stolen key"
STAND_ALONE: Final = Path(__file__).parents[2] / "integrations" / "verify_journal.py"


@pytest.fixture(scope="module")
def key() -> Ed25519PrivateKey:
    return make_key()


@pytest.fixture(scope="module")
def stand_alone() -> Callable[..., tuple[int, str]]:
    """The stand-alone verifier's own function."""
    found: Callable[..., tuple[int, str]] = runpy.run_path(str(STAND_ALONE))["verify"]
    return found


class Judges:
    """Both verifiers with one key: they must agree on every file."""

    def __init__(self, folder: Path, key: Ed25519PrivateKey, other: Callable[..., tuple[int, str]]) -> None:
        self._other, self._public = other, public_hex(key)
        self._file, self._pem, self._anchor = folder / "j.jsonl", folder / "k.pem", folder / "a.jsonl"
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        self._pem.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, form))

    def judge(self, rows: Rows, anchor: Anchor | None = None) -> Verdict:
        """Return our verdict after holding it against the other's."""
        lines = lines_of(rows, self._public)
        trust = Trust(is_signed, frozenset({self._public}))
        verdict = check_file(lines, Witness(trust, gather([anchor] if anchor else [])))
        self._file.write_bytes(b"".join(lines))
        if anchor:
            self._anchor.write_text(f'{{"lane":"{anchor.lane}","seq":{anchor.seq},"hash":"{anchor.hash}"}}\n')
        status, said = self._other(self._file, self._pem, self._anchor if anchor else None)
        wanted = 1 if not verdict.is_sound else (0 if anchor else 3)
        assert status == wanted, (said, verdict.discrepancies[:3])
        return verdict


@pytest.fixture
def judges(tmp_path: Path, key: Ed25519PrivateKey, stand_alone: Callable[..., tuple[int, str]]) -> Judges:
    return Judges(tmp_path, key, stand_alone)


def is_found_alone(way: str, rows: Rows, at: int) -> bool:
    """Say whether the lane alone must find a way at a place, as the notes have it."""
    if way in ("edit a field", "delete a row", "swap rows", "insert a copy"):
        return True
    if way == "edit, chain recomputed, no key":
        return at <= last_sealed(rows)
    return way == "delete, chain recomputed, no key" and at < last_sealed(rows)


def tamper(way: str, count: int, judges: Judges, key: Ed25519PrivateKey) -> tuple[int, int]:
    """Bend journals in one way and return how often it was found by the lane alone, and with the ERP's anchor."""
    random = Random(f"{SEED} {way}")
    alone = anchored = 0
    for number in range(count):
        if number % 50 == 0:
            rows = make_journal(random, random.randrange(100, 140), key, EVERY)
        bent, at = WAYS[way](rows, random, key)
        verdict = judges.judge(bent)
        assert verdict.is_sound != is_found_alone(way, rows, at), (way, at, verdict.discrepancies[:3])
        alone += not verdict.is_sound
        anchored += not judges.judge(bent, anchor_of(rows)).is_sound
    return alone, anchored


@pytest.mark.parametrize("way", WAYS)
def test_tampering_is_found_as_the_notes_say(way: str, judges: Judges, key: Ed25519PrivateKey) -> None:
    _, anchored = tamper(way, FEW, judges, key)
    assert anchored == FEW


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_five_thousand_tampers(way: str, judges: Judges, key: Ed25519PrivateKey) -> None:
    alone, anchored = tamper(way, MANY, judges, key)
    assert anchored == MANY
    if way in ("cut the tail", "edit after the last seal, chain recomputed", STOLEN):
        assert alone == 0


def hold_sound(count: int, judges: Judges, key: Ed25519PrivateKey) -> None:
    """Make sound journals of every length, and hear no alarm."""
    random = Random(SEED)
    for number in range(count):
        rows = make_journal(random, 1 + number % 90, key, random.randrange(5, 50))
        assert judges.judge(rows).discrepancies == ()
        assert judges.judge(rows, anchor_of(rows)).discrepancies == ()


def test_sound_journals_give_no_false_alarm(judges: Judges, key: Ed25519PrivateKey) -> None:
    hold_sound(100, judges, key)


@pytest.mark.slow
def test_a_thousand_sound_journals_give_no_false_alarm(judges: Judges, key: Ed25519PrivateKey) -> None:
    hold_sound(1_000, judges, key)


def test_seals_taken_out_with_the_chain_worked_out_anew_are_missed_by_who_has_the_key(
    judges: Judges, key: Ed25519PrivateKey
) -> None:
    rows = make_journal(Random(SEED), 100, key, EVERY)
    bare = [type(row)(row.seq, row.hash, row.record) for row in rows]
    assert {flaw.flaw for flaw in judges.judge(bare).discrepancies} == {Flaw.UNSEALED}


def test_seals_of_a_thief_s_own_key_are_no_seals_of_the_lane(judges: Judges, key: Ed25519PrivateKey) -> None:
    thief = make_key()
    rows = make_journal(Random(SEED), 100, thief, EVERY)
    assert {flaw.flaw for flaw in judges.judge(rows).discrepancies} == {Flaw.UNSEALED}


def test_a_seal_moved_to_another_row_is_found(judges: Judges, key: Ed25519PrivateKey) -> None:
    rows = make_journal(Random(SEED), 100, key, EVERY)
    rows[50] = type(rows[50])(rows[50].seq, rows[50].hash, rows[50].record, rows[39].seal)
    assert {flaw.flaw for flaw in judges.judge(rows).discrepancies} == {Flaw.SEAL}


def test_an_anchor_of_another_lane_says_nothing_of_this_one(judges: Judges, key: Ed25519PrivateKey) -> None:
    rows = make_journal(Random(SEED), 50, key, EVERY)
    stranger = Anchor("2", 10, "0" * 64)
    trust = Trust(is_signed, frozenset({public_hex(key)}))
    verdict = check_file(lines_of(rows), Witness(trust, gather([stranger])))
    assert verdict.discrepancies == ()
    assert verdict.anchored_seq == 0


def test_two_anchors_that_contradict_each_other_are_a_flaw(key: Ed25519PrivateKey) -> None:
    rows = make_journal(Random(SEED), 50, key, EVERY)
    good = anchor_of(rows)
    anchors = gather([good, Anchor(good.lane, good.seq, "f" * 64)])
    verdict = check_file(lines_of(rows), Witness(Trust(is_signed), anchors))
    assert [(flaw.flaw, flaw.seq) for flaw in verdict.discrepancies] == [(Flaw.ANCHOR, good.seq)]


# On a real ledger


def read_rows_of(db: LedgerDatabase) -> Rows:
    """Return a real ledger's journal, as it is exported."""
    return [JournalLine(row.seq, row.hash, row.text, read_seal(db, row.seq)) for row in read_rows(db)]


def write_back(path: Path, rows: Rows) -> None:
    """Put a bent journal into a ledger's file, past all guards; rows of the same number cannot both lie there."""
    raw = apsw.Connection(str(path))
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    raw.execute("DELETE FROM seal")
    raw.execute("DELETE FROM journal")
    for row in rows:
        record = read_record(row.record)
        raw.execute(
            "INSERT OR REPLACE INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row_of(record, row.record, row.hash)._replace(seq=row.seq),
        )
        if row.seal:
            kept = (row.seq, row.seal.key, row.seal.statement, row.seal.signature)
            raw.execute("INSERT OR REPLACE INTO seal VALUES (?, ?, ?, ?)", kept)
    raw.close()


@pytest.mark.parametrize("way", [name for name in WAYS if name not in ("swap rows", "insert a copy", "edit a field")])
@pytest.mark.parametrize("seed", range(3))
def test_a_real_ledger_is_judged_as_its_export_is_or_stricter(
    way: str, seed: int, tmp_path: Path, stand_alone: Callable[..., tuple[int, str]]
) -> None:
    """A ledger has tables too: whatever a thief leaves in the journal alone is found by them."""
    shop = make_shop(tmp_path)
    for _ in range(3):
        for _ in range(4):
            shop.register.scan(COFFEE)
            shop.register.add_tender("cash")
        shop.register.close_shift(0)
        shop.register.close_shift(0)
        shop.register.open_shift(0)
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    rows = read_rows_of(shop.db)
    key = load_key(key_file(shop.path))
    shop.db.close()
    judges = Judges(tmp_path, key, stand_alone)
    assert judges.judge(rows, anchor_of(rows)).is_sound
    bent, at = WAYS[way](rows, Random(seed), key)
    assert judges.judge(bent).is_sound != is_found_alone(way, rows, at)
    assert not judges.judge(bent, anchor_of(rows)).is_sound
    write_back(shop.path, bent)
    db = LedgerDatabase(shop.path)
    db.connect()
    assert not verify(db).is_sound
    db.close()
