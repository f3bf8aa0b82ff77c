"""Seals on a real ledger: made at each Z, by a key that stays in its file, and what `verify` makes of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from config.durable import Disk
from domain.chain import Flaw, Verdict
from domain.journal import Head
from domain.receipt import HASH_DIGITS
from domain.witness import Anchor, Trust, gather
from storage import seal_key
from storage.connection import LedgerDatabase, open_ledger
from storage.seal_key import NoKey, ensure_key, is_signed, key_file, load_key, public_hex, public_pem, read_public_keys
from storage.seals import own_key, own_trust, read_seal, seal_head
from storage.verify import Scope, verify
from tests.kit.catalog import COFFEE
from tests.kit.journals import make_key
from tests.kit.lane import FLOAT_MINOR, Shop, make_shop
from tests.storage.test_verify import journal, rechain, rewrite

AT = "2026-11-24T20:00:00.000Z"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A lane with two closed shifts and an open one, with a sale in each."""
    made = make_shop(tmp_path)
    for _ in range(2):
        sell(made)
        close(made)
        made.register.open_shift(FLOAT_MINOR)
    sell(made)
    yield made
    if not made.db.is_closed():
        made.db.close()


def sell(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")


def close(shop: Shop) -> None:
    """Close a shift, whatever is in the till."""
    shop.register.close_shift(0)
    shop.register.close_shift(0)


def zs(db: LedgerDatabase) -> list[int]:
    return [seq for (seq,) in db.all("SELECT journal_seq FROM z_report ORDER BY shift_id")]


def flaws(verdict: Verdict) -> set[Flaw]:
    return {found.flaw for found in verdict.discrepancies}


def judge(path: Path, scope: Scope | None = None) -> Verdict:
    """Verify a file without the guards of the application."""
    db = LedgerDatabase(path)
    db.connect()
    try:
        return verify(db, scope)
    finally:
        db.close()


def thief(shop: Shop) -> apsw.Connection:
    """Return a connection to the closed ledger that nothing guards."""
    shop.db.close()
    raw = apsw.Connection(str(shop.path))
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    return raw


def rewrite_history(raw: apsw.Connection) -> None:
    """Change who signed on first, and work the whole chain and what hangs on it out anew."""
    rows = journal(raw)
    row = next(row for row in rows if row[2] == "signed_on")
    row[8] = json.dumps({**json.loads(row[8]), "operator": "9"})
    row[4] = "9"
    rewrite(raw, rechain(rows))
    hashes: list[Any] = raw.execute(
        "SELECT z.shift_id, z.hash, j.hash FROM z_report z JOIN journal j ON j.seq = z.journal_seq"
    ).fetchall()
    for number, old, new in hashes:
        shown = (old[: 2 * HASH_DIGITS], new[: 2 * HASH_DIGITS], number)
        raw.execute("UPDATE z_report SET paper = replace(paper, ?, ?) WHERE shift_id = ?", shown)
        raw.execute("UPDATE print_job SET paper = replace(paper, ?, ?) WHERE document = 'z' AND number = ?", shown)
        raw.execute("UPDATE z_report SET hash = ? WHERE shift_id = ?", (new, number))


def test_each_z_is_sealed_in_its_own_transaction(shop: Shop) -> None:
    assert [seq for (seq,) in shop.db.all("SELECT seq FROM seal ORDER BY seq")] == zs(shop.db)
    verdict = verify(shop.db)
    assert verdict.discrepancies == ()
    assert (verdict.seals, verdict.sealed_seq) == (2, zs(shop.db)[-1])


def test_a_seal_says_the_row_the_totals_and_the_receipt(shop: Shop) -> None:
    seq = zs(shop.db)[0]
    seal = read_seal(shop.db, seq)
    assert seal is not None
    said = json.loads(seal.statement)
    row = shop.db.one(
        "SELECT hash, perpetual_net_minor, perpetual_absolute_minor, at FROM journal WHERE seq = ?", (seq,)
    )
    assert (said["hash"], said["perpetual_net_minor"], said["perpetual_absolute_minor"], said["at"]) == row
    assert (said["lane"], said["seq"], said["last_receipt"], said["key"]) == ("1", seq, 1, seal.key)
    assert is_signed(seal.key, seal.statement, seal.signature)
    assert not is_signed(seal.key, seal.statement + " ", seal.signature)


def test_the_key_is_for_the_lane_alone_and_stands_nowhere_in_the_ledger(shop: Shop) -> None:
    path = key_file(shop.path)
    assert path.stat().st_mode & 0o777 == 0o400
    private = load_key(path).private_bytes_raw()
    shop.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    for file in (shop.path, shop.path.with_name(f"{shop.path.name}-wal")):
        content = file.read_bytes()
        assert private not in content
        assert private.hex().encode() not in content
        assert b"PRIVATE KEY" not in content


def test_a_row_is_sealed_once_and_an_empty_journal_not_at_all(shop: Shop, tmp_path: Path) -> None:
    with shop.db.atomic():
        assert seal_head(shop.db, "1", AT) is not None
        assert seal_head(shop.db, "1", AT) is None
    db = open_ledger(tmp_path / "new" / "l.db")
    with db.atomic():
        assert seal_head(db, "1", AT) is None
    db.close()
    assert not key_file(tmp_path / "new" / "l.db").exists()


def test_history_rewritten_without_the_key_is_found(shop: Shop) -> None:
    raw = thief(shop)
    rewrite_history(raw)
    raw.close()
    assert flaws(judge(shop.path)) == {Flaw.SEAL, Flaw.UNSEALED}


def test_history_rewritten_and_the_seals_taken_out_is_found(shop: Shop) -> None:
    raw = thief(shop)
    rewrite_history(raw)
    raw.execute("DELETE FROM seal")
    raw.close()
    assert flaws(judge(shop.path)) == {Flaw.UNSEALED}


def test_history_rewritten_and_the_key_taken_away_is_found_by_who_has_the_public_key(shop: Shop) -> None:
    public = public_hex(load_key(key_file(shop.path)))
    raw = thief(shop)
    rewrite_history(raw)
    raw.execute("DELETE FROM seal")
    raw.close()
    key_file(shop.path).unlink()
    assert flaws(judge(shop.path)) == set()  # docs/journal.md says so, and that the ERP is to have the key
    assert flaws(judge(shop.path, Scope(trust=Trust(is_signed, frozenset({public}))))) == {Flaw.UNSEALED}


def test_history_rewritten_with_the_stolen_key_is_found_by_an_anchor_only(shop: Shop) -> None:
    head = shop.db.one("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")
    assert head
    raw = thief(shop)
    rewrite_history(raw)
    raw.execute("DELETE FROM seal")
    raw.close()
    db = LedgerDatabase(shop.path)
    db.connect()
    with db.atomic():
        seal_head(db, "1", AT)
    db.close()
    assert judge(shop.path).is_sound
    anchors = gather([Anchor("1", *head)])
    assert flaws(judge(shop.path, Scope(anchors=anchors))) == {Flaw.ANCHOR}


@pytest.mark.parametrize(
    "change",
    [
        "statement = replace(statement, '\"seq\"', '\"sep\"')",
        "statement = replace(statement, '\"last_receipt\":1', '\"last_receipt\":2')",
        "statement = 'x'",
        "key = replace(key, substr(key, 1, 1), CASE substr(key, 1, 1) WHEN 'a' THEN 'b' ELSE 'a' END)",
        "signature = substr(signature, 1, 127) || CASE substr(signature, 128) WHEN '0' THEN '1' ELSE '0' END",
        "signature = printf('%0128d', 0)",
        "signature = replace(printf('%0128d', 0), '0', 'x')",
    ],
)
def test_a_changed_seal_is_found(change: str, shop: Shop) -> None:
    raw = thief(shop)
    raw.execute(f"UPDATE seal SET {change} WHERE seq = (SELECT min(seq) FROM seal)")  # noqa: S608
    assert raw.changes() == 1
    raw.close()
    assert Flaw.SEAL in flaws(judge(shop.path))


def test_a_seal_of_no_row_is_found(shop: Shop) -> None:
    raw = thief(shop)
    raw.execute("INSERT INTO seal SELECT 9999, key, statement, signature FROM seal LIMIT 1")
    raw.close()
    assert Flaw.COUNT in flaws(judge(shop.path))


def test_a_key_that_cannot_be_had_stops_no_z_and_is_journalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = make_shop(tmp_path)
    key_file(shop.path).write_text("this is no key\n", encoding="utf-8")
    sell(shop)
    close(shop)
    assert shop.db.one("SELECT kind, shift_id FROM journal ORDER BY seq DESC LIMIT 1") == ("seal_failed", 0)
    assert shop.db.one("SELECT count(*) FROM z_report") == (1,)
    verdict = verify(shop.db)
    assert verdict.is_sound
    assert verdict.sealed_seq == 0
    key_file(shop.path).unlink()
    shop.register.open_shift(0)
    close(shop)
    verdict = verify(shop.db)
    assert verdict.discrepancies == ()
    assert verdict.sealed_seq == zs(shop.db)[-1]
    shop.db.close()


def test_a_medium_without_room_for_a_key_is_said_and_leaves_none(tmp_path: Path) -> None:
    class Full(Disk):
        def write(self, descriptor: int, content: bytes) -> None:
            raise OSError(28, os.strerror(28))

    with pytest.raises(NoKey, match="No space left"):
        ensure_key(tmp_path / "l.key", Full())
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_made_once(tmp_path: Path) -> None:
    first = public_hex(ensure_key(tmp_path / "l.key"))
    assert public_hex(ensure_key(tmp_path / "l.key")) == first


def test_a_key_that_is_exported_seals_the_journal_at_once(tmp_path: Path) -> None:
    """Zs from before the first key must not look as if their seals had been taken out."""
    shop = make_shop(tmp_path)
    close(shop)
    raw = thief(shop)
    raw.execute("DELETE FROM seal")
    raw.close()
    key_file(shop.path).unlink()
    db = open_ledger(shop.path)
    assert verify(db).is_sound
    key = own_key(db, "1", AT)
    assert own_trust(db).keys == {key.public}
    verdict = verify(db)
    assert verdict.discrepancies == ()
    assert verdict.sealed_seq == verdict.head.seq
    db.close()


def test_a_ledger_whose_key_was_lost_goes_on_with_another(shop: Shop) -> None:
    key_file(shop.path).unlink()
    close(shop)
    verdict = verify(shop.db)
    assert verdict.discrepancies == ()
    assert (verdict.seals, verdict.sealed_seq) == (3, zs(shop.db)[-1])


def test_a_seal_that_was_rolled_back_is_made_again(shop: Shop) -> None:
    with pytest.raises(InterruptedError), shop.db.atomic():
        raise InterruptedError(seal_head(shop.db, "1", AT))
    assert verify(shop.db).seals == 2
    with shop.db.atomic():
        assert seal_head(shop.db, "1", AT) is not None
    assert verify(shop.db).is_sound


def test_public_keys_are_read_from_pem_and_from_hex() -> None:
    one, other = make_key(), make_key()
    wanted = {public_hex(one), public_hex(other)}
    assert read_public_keys(public_pem(one) + b"\n" + public_pem(other)) == wanted
    assert read_public_keys(f"{public_hex(one)}\n{public_hex(other)}\n".encode()) == wanted
    for wrong in (b"", b"nothing", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\xff" * 64):
        with pytest.raises(ValueError, match=r".+"):
            read_public_keys(wrong)


def test_a_key_of_another_kind_is_no_key(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    content = X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "l.key").write_bytes(content)
    with pytest.raises(NoKey, match="another kind"):
        seal_key.load_key(tmp_path / "l.key")


# From one row to another


@pytest.mark.parametrize(("first", "last"), [(1, 0), (2, 0), (1, 4), (3, 6), (5, 5)])
def test_a_part_of_a_sound_ledger_is_sound(first: int, last: int, shop: Shop) -> None:
    verdict = verify(shop.db, Scope(first, last))
    end = last or verify(shop.db).head.seq
    assert verdict.discrepancies == ()
    assert (verdict.rows, verdict.head.seq) == (end - first + 1, end)


def test_a_part_shows_what_is_wrong_in_it_and_nothing_else(shop: Shop) -> None:
    raw = thief(shop)
    raw.execute("UPDATE journal SET record = replace(record, '\"1\"', '\"8\"') WHERE seq = 4")
    raw.close()
    assert judge(shop.path, Scope(1, 3)).is_sound
    assert [found.seq for found in judge(shop.path, Scope(4, 4)).discrepancies] == [4] * 2
    assert not judge(shop.path, Scope(2, 6)).is_sound
    assert judge(shop.path, Scope(5)).is_sound


def test_a_row_put_before_the_row_above_it_without_saying_so_is_found(shop: Shop, tmp_path: Path) -> None:
    raw = thief(shop)
    rows = journal(raw)
    row = rows[-1]
    row[8] = json.dumps({**json.loads(row[8]), "at": "2026-01-01T00:00:00.000Z"})
    row[3] = "2026-01-01T00:00:00.000Z"
    rewrite(raw, rechain(rows))
    raw.close()
    assert Flaw.CLOCK in flaws(judge(shop.path))


def test_anchors_show_a_cut_tail_of_a_real_ledger(shop: Shop, tmp_path: Path) -> None:
    head = verify(shop.db).head
    sell(shop)
    anchors = gather([Anchor("1", head.seq, head.hash)])
    verdict = verify(shop.db, Scope(anchors=anchors))
    assert (verdict.discrepancies, verdict.anchored_seq) == ((), head.seq)
    shop.db.close()
    shutil.copyfile(shop.path, tmp_path / "copy.db")
    db = LedgerDatabase(tmp_path / "copy.db", is_guarded=False)
    db.connect()
    assert head != Head()
    beyond = gather([Anchor("1", verdict.head.seq + 1, "a" * 64)])
    assert flaws(verify(db, Scope(anchors=beyond))) == {Flaw.ANCHOR}
    db.close()
