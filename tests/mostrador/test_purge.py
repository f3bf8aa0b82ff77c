"""`mostrador purge`: what is too old, or of one customer, is gone from all files; the journal is as sound as before."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import apsw
import pytest

from domain.chain import Flaw
from domain.customer import Customer
from domain.outcome import SuspendedListed
from mostrador.cli import run
from storage.connection import open_ledger
from storage.customers import put_customers, search_customers
from storage.outbox import mark_sent
from storage.seal_key import key_file
from storage.verify import verify
from tests.journeys.store import Store, open_small_store
from tests.kit.lane import Shop, make_shop, open_shop
from tests.kit.personal import sell_to
from tests.register.scenes import suspend_one

STAND_ALONE: Final = Path(__file__).parents[2] / "integrations" / "verify_journal.py"
OLD, NEW, OTHER, LATE = "Ana Ruiz Ñandú", "Eva Luna Quintanilla", "Beto Zárate", "Dora Itzel Mendoza"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A lane that sold to two people 400 days ago and to one of them today; the ERP has taken all of it."""
    made = open_small_store(tmp_path, printers=[{"kind": "none"}])
    for name, value in made.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(made.home)
    shop = make_shop(tmp_path, is_ready=False)
    shop.clock.at = datetime.now(UTC) - timedelta(days=400)
    shop.begin()
    suspend_one(shop)
    sell_to(shop, OLD, customer="C7")
    sell_to(shop, OTHER, customer="C8")
    shop.clock.at = datetime.now(UTC) - timedelta(minutes=10)
    sell_to(shop, NEW, customer="C8")
    take_all(shop)
    shop.db.close()
    made.paths.data.mkdir(parents=True, exist_ok=True)
    shutil.move(shop.path, made.paths.ledger)
    return made


def take_all(shop: Shop) -> None:
    """Say that the ERP has every document."""
    with shop.db.atomic():
        ids = [row[0] for row in shop.db.all("SELECT document_id FROM outbox")]
        mark_sent(shop.db, ids, "batch", "2026-11-24T18:00:00.000Z")


@contextmanager
def at_work(store: Store) -> Iterator[Shop]:
    """Sign on at the store's lane."""
    shop = open_shop(store.paths.ledger)
    shop.clock.at = datetime.now(UTC)
    shop.sign_on()
    try:
        yield shop
    finally:
        shop.db.close()


def bytes_of(store: Store) -> bytes:
    """Return all that lies in the lane's data folder."""
    return b"".join(path.read_bytes() for path in sorted(store.paths.data.rglob("*")) if path.is_file())


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def judge(store: Store) -> list[tuple[Flaw, int]]:
    db = open_ledger(store.paths.ledger)
    try:
        return [(flaw.flaw, flaw.seq) for flaw in verify(db).discrepancies]
    finally:
        db.close()


def names(store: Store) -> list[str]:
    db = open_ledger(store.paths.ledger)
    try:
        return [row[0] for row in db.all("SELECT value FROM personal ORDER BY seq")]
    finally:
        db.close()


def test_what_is_too_old_is_gone_from_every_file_and_the_journal_is_sound(store: Store) -> None:
    assert OLD.encode() in bytes_of(store)
    assert run(["purge"]) == 0
    assert names(store) == [NEW]
    left = bytes_of(store)
    assert [name for name in (OLD, OTHER) if name.encode() in left] == []
    assert NEW.encode() in left
    assert judge(store) == []


def test_a_dry_run_tells_what_is_due_and_deletes_nothing(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["purge", "--dry-run", "--json"]) == 1
    assert said(capsys)["texts"] == {"customer": 2, "basket": 1}
    assert names(store) == ["Juan", OLD, OTHER, NEW]
    assert run(["purge", "--json"]) == 0
    assert said(capsys)["texts"] == {"customer": 2, "basket": 1}
    assert run(["purge", "--dry-run"]) == 0


def test_nothing_due_is_one_sentence_and_no_record(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    run(["purge"])
    capsys.readouterr()
    db = open_ledger(store.paths.ledger)
    before = db.all("SELECT count(*) FROM journal")
    assert run(["purge"]) == 0
    assert capsys.readouterr().out == "nothing is due: no personal text here is older than its days\n"
    assert db.all("SELECT count(*) FROM journal") == before
    db.close()


def test_a_purge_is_a_sealed_record_that_names_rows_and_nobody(store: Store) -> None:
    run(["purge"])
    db = open_ledger(store.paths.ledger)
    records = [json.loads(text) for (text,) in db.all("SELECT record FROM journal WHERE kind = 'personal_purged'")]
    assert [(r["body"]["kind"], r["body"]["count"], r["body"]["reason"]) for r in records] == [
        ("customer", 2, "retention"),
        ("basket", 1, "retention"),
    ]
    assert db.one("SELECT max(seq) FROM seal") == db.one("SELECT max(seq) FROM journal")
    db.close()


def test_one_customer_s_texts_go_and_those_of_others_stay(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "person", "C8"]) == 0
    texts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [text["value"] for text in texts] == [OTHER, NEW]
    assert run(["purge", "--customer", "C8"]) == 0
    assert names(store) == ["Juan", OLD]
    assert judge(store) == []
    assert run(["export", "person", "C8"]) == 0
    assert NEW.encode() not in bytes_of(store)


def test_what_the_lane_knows_of_a_customer_goes_too(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    db = open_ledger(store.paths.ledger)
    with db.atomic():
        put_customers(db, (Customer("K1", "Zutano Xochitl", phone="5599887766"), Customer("K2", "Mengano Xochitl")))
    db.close()
    assert b"Zutano" in bytes_of(store)
    assert run(["purge", "--customer", "K1", "--dry-run", "--json"]) == 1
    assert said(capsys)["texts"] == {"known": 1}
    assert run(["purge", "--customer", "K1"]) == 0
    left = bytes_of(store).lower()
    assert [text for text in (b"zutano", b"5599887766") if text in left] == []
    db = open_ledger(store.paths.ledger)
    assert [one.code for one in search_customers(db, "xochitl", 5)] == ["K2"]
    db.close()
    assert judge(store) == []


def test_what_the_erp_has_not_taken_stays_and_is_told(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    raw = apsw.Connection(str(store.paths.ledger))
    raw.execute("UPDATE outbox SET state = 'waiting' WHERE kind = 'sale_posted'")
    raw.close()
    assert run(["purge", "--json"]) == 1
    facts = said(capsys)
    assert (facts["texts"], facts["waiting"]) == ({"basket": 1}, 2)
    assert names(store) == [OLD, OTHER, NEW]
    assert judge(store) == []


def test_zero_days_keep_for_ever_and_days_may_be_fewer(store: Store) -> None:
    settings = Path(os.environ["MOSTRADOR_CONFIG"])
    settings.write_text(f"{settings.read_text()}\n[retention]\ncustomer_days = 0\nbasket_days = 401\n")
    assert run(["purge"]) == 0
    assert names(store) == ["Juan", OLD, OTHER, NEW]


def test_what_a_clock_that_was_never_set_dates_too_early_stays(store: Store) -> None:
    with at_work(store) as shop:
        shop.clock.at = datetime(1970, 1, 1, tzinfo=UTC)
        sell_to(shop, LATE)
        take_all(shop)
    assert run(["purge"]) == 0
    assert names(store) == [NEW, LATE]


def test_what_a_clock_that_ran_ahead_dates_after_now_stays(store: Store) -> None:
    with at_work(store) as shop:
        shop.clock.at = datetime.now(UTC) + timedelta(days=4_000)
        sell_to(shop, LATE)
        take_all(shop)
    assert run(["purge"]) == 0
    assert names(store) == [NEW, LATE]


def test_a_purge_without_a_key_deletes_nothing(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    key = key_file(store.paths.ledger)
    key.write_text("no key")
    assert run(["purge"]) == 2
    assert "holds no key" in capsys.readouterr().err
    assert names(store) == ["Juan", OLD, OTHER, NEW]
    assert not [flaw for flaw in judge(store) if flaw[0] is not Flaw.UNSEALED]


def test_a_thief_who_deletes_a_name_is_not_covered_by_a_purge_of_others(store: Store) -> None:
    run(["purge"])
    raw = apsw.Connection(str(store.paths.ledger))
    raw.execute("DROP TRIGGER personal_stays")
    ((seq,),) = raw.execute("SELECT seq FROM personal").fetchall()
    raw.execute("DELETE FROM personal")
    raw.close()
    assert judge(store) == [(Flaw.PERSONAL, seq)]


def test_a_rewritten_ledger_has_no_trace_and_is_sound(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    raw = apsw.Connection(str(store.paths.ledger))
    raw.execute("CREATE TABLE left_over (name TEXT)")
    raw.execute("INSERT INTO left_over VALUES (?)", (OLD,))
    raw.execute("DROP TABLE left_over")
    raw.close()
    run(["purge"])
    assert "--vacuum" in capsys.readouterr().out
    assert OLD.encode() in store.paths.ledger.read_bytes()
    assert run(["purge", "--vacuum"]) == 0
    assert OLD.encode() not in bytes_of(store)
    assert judge(store) == []


def test_a_name_under_which_a_basket_waited_is_gone_without_a_trace(store: Store) -> None:
    with at_work(store) as shop:
        listed = shop.register.list_suspended()
        assert isinstance(listed, SuspendedListed)
        shop.register.resume(listed.baskets[0].basket_id)
        shop.register.void_basket()
    settings = Path(os.environ["MOSTRADOR_CONFIG"])
    settings.write_text(f"{settings.read_text()}\n[retention]\nbasket_days = 1\n")
    assert run(["purge", "--vacuum"]) == 0
    assert names(store) == [NEW, "Juan"]
    assert bytes_of(store).count(b"Juan") == 1


def test_an_open_lane_is_not_written_anew_under_its_feet(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    from mostrador.wiring import hold

    with hold(store.paths.data / "lane.lock"):
        assert run(["purge", "--vacuum"]) == 2
        assert "already open" in capsys.readouterr().err
        assert run(["purge"]) == 0
    assert names(store) == [NEW]


def test_old_copies_of_the_ledger_go_too(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = (store.paths.data / f"ledger-before-{number}.db" for number in (8, 9))
    for path in (old, new):
        path.write_bytes(OLD.encode())
    then = (datetime.now(UTC) - timedelta(days=31)).timestamp()
    os.utime(old, (then, then))
    run(["purge", "--json"])
    assert said(capsys)["copies"] == ["ledger-before-8.db"]
    assert (old.exists(), new.exists()) == (False, True)


def test_batches_in_the_lane_s_own_folder_lose_what_was_purged_and_stay_an_anchor(store: Store) -> None:
    raw = apsw.Connection(str(store.paths.ledger))
    raw.execute("UPDATE outbox SET state = 'waiting', batch = ''")
    raw.close()
    assert run(["sync", "--once"]) == 0
    batch = next(store.paths.erp.rglob("batch-*.jsonl"))
    assert OLD in batch.read_text()
    records = [json.loads(line).get("record") for line in batch.read_text().splitlines()]
    assert run(["purge"]) == 0
    text = batch.read_text()
    assert (OLD in text, OTHER in text, NEW in text) == (False, False, True)
    assert [json.loads(line).get("record") for line in text.splitlines()] == records
    assert run(["verify", "--anchor", str(store.paths.erp)]) == 0


@pytest.mark.parametrize("is_purged", [False, True])
@pytest.mark.parametrize("options", [(), ("--without-personal",), ("--to", "4")])
def test_the_stand_alone_verifier_knows_purges_and_what_was_left_out(
    store: Store, is_purged: bool, options: tuple[str, ...]
) -> None:
    if is_purged:
        run(["purge"])
    (store.home / "stick").mkdir()
    assert run(["export", "journal", "stick", *options]) == 0
    path = next(Path("stick").glob("*.jsonl"))
    assert (OLD in path.read_text()) == (options == () and not is_purged)
    assert run(["verify", "--file", str(path)]) == 3
    assert alone(path) == 3


def alone(path: Path) -> int:
    """Return the status of the stand-alone verifier in a Python that sees nothing of ours."""
    command = [sys.executable, "-I", str(STAND_ALONE), str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def bend(path: Path, change: Any) -> Path:
    """Return a copy of an exported journal with a line changed, and without its signature."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    change(lines)
    bent = path.with_name("bent.jsonl")
    bent.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return bent


def named(lines: list[Any]) -> Any:
    """Return the first line with a customer's name."""
    return next(line for line in lines if "customer_name" in line.get("personal", {}))


BENDS: Final = {
    "another name": lambda lines: named(lines)["personal"]["customer_name"].update(value="Nadie"),
    "another salt": lambda lines: named(lines)["personal"]["customer_name"].update(salt="11" * 16),
    "a letter from the name in the salt": lambda lines: named(lines)["personal"]["customer_name"].update(
        salt="00" * 16 + "41", value=OLD[1:]
    ),
    "a name that is gone": lambda lines: named(lines).pop("personal"),
    "a name beside none": lambda lines: lines[1].update(personal={"name": {"salt": "00" * 16, "value": "x"}}),
}


@pytest.mark.parametrize("way", BENDS)
def test_both_verifiers_find_a_bent_name(store: Store, way: str) -> None:
    (store.home / "stick").mkdir()
    run(["export", "journal", "stick"])
    path = bend(next(Path("stick").glob("*.jsonl")), BENDS[way])
    assert run(["verify", "--file", str(path)]) == 1
    assert alone(path) == 1


def test_a_purge_that_no_seal_covers_is_none(store: Store) -> None:
    run(["purge"])
    (store.home / "stick").mkdir()
    run(["export", "journal", "stick"])

    def unseal(lines: list[Any]) -> None:
        for line in lines[1:]:
            line.pop("seal", None)

    path = bend(next(Path("stick").glob("*.jsonl")), unseal)
    assert run(["verify", "--file", str(path)]) == 1
    assert alone(path) == 1
