"""`mostrador sync` as a program: its words, its exit statuses, its signals, and how the lane starts it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.file import write_settings
from config.paths import CONFIG_VARIABLE, LanePaths
from config.settings import Settings
from storage import outbox
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.link import read_nudge, save_link
from sync import command as sync_command
from sync.command import Exit, SyncCommand, run
from sync.lock import only_one
from sync.log import LOG_NAME
from sync.process import NICENESS, lane_watch
from sync.spawn import LANE_VARIABLE, spawn_sync
from tests.architecture.house import ROOT
from tests.sync.shop import AT, delivered, open_shop, paths_of, post, post_many, shop, states

PROGRAM = "import sys; from sync.command import SyncCommand, run; sys.exit(run(SyncCommand(action=sys.argv[1])))"


class Installed:
    """A lane with its settings file, and `mostrador sync` on its command line."""

    def __init__(self, tmp_path: Path, settings: Settings) -> None:
        self.settings = settings
        self.config = tmp_path / "mostrador.toml"
        write_settings(self.config, settings)
        self.paths: LanePaths = paths_of(settings)
        self.db: LedgerDatabase = open_shop(settings)

    def command(self, **given: object) -> tuple[int, str]:
        out = io.StringIO()
        status = run(SyncCommand(config=self.config, **given), environ={}, out=out)  # type: ignore[arg-type]
        return status, out.getvalue()


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Installed]:
    installed = Installed(tmp_path, shop(tmp_path))
    yield installed
    installed.db.close()


def reject(lane: Installed, document_id: str, reason: str = "no such customer") -> None:
    with saving(), lane.db.atomic():
        assert outbox.mark_rejected(lane.db, document_id, reason, AT)


def test_once_sends_and_says_so(lane: Installed) -> None:
    post_many(lane.db, 3)
    status, text = lane.command(action="once")
    assert status == Exit.WELL
    assert text.splitlines()[-1] == "sent 3, rejected 0, held 0"
    assert lane.command(action="once") == (Exit.WELL, "sent 0, rejected 0, held 0\n")
    assert delivered(lane.paths.erp) == ["sale-1", "sale-2", "sale-3"]


def test_once_for_programs_is_one_line_of_json(lane: Installed) -> None:
    post_many(lane.db, 2)
    (lane.paths.erp / "in").mkdir(parents=True)
    (lane.paths.erp / "in" / "ack-1.jsonl").write_text("?")
    status, text = lane.command(action="once", is_json=True)
    assert json.loads(text) == {
        "sent": 2,
        "rejected": 0,
        "held": 0,
        "taken": [],
        "refused": ["ack-1.jsonl"],
        "problem": "",
    }
    assert status == Exit.LOOK


def test_once_without_the_erps_folder_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lane = Installed(tmp_path, shop(tmp_path, folder=str(tmp_path / "share")))
    post_many(lane.db, 1)
    status, text = lane.command(action="once")
    assert status == Exit.LOOK
    assert "make or mount it" in text
    assert states(lane.db) == {"sale-1": "waiting"}
    status, text = lane.command(action="status")
    assert status == Exit.LOOK
    assert "online     no, since" in text
    assert "make or mount it" in text
    lane.db.close()


def test_once_beside_another_sync_asks_that_one(lane: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    post_many(lane.db, 1)
    with only_one(lane.paths.data):
        assert lane.command(action="once") == (Exit.BUSY, "")
        assert "running    yes" in lane.command(action="status")[1]
    assert "it was asked to try at once" in capsys.readouterr().err
    assert read_nudge(lane.db) == 1
    assert states(lane.db) == {"sale-1": "waiting"}


def test_a_second_sync_leaves_at_once(lane: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_command, "give_way", lambda: None)
    with only_one(lane.paths.data):
        status, text = lane.command(action="run")
    assert status == Exit.BUSY
    assert "another sync is at work" in text


def test_the_status_tells_what_waits_and_what_was_rejected(lane: Installed) -> None:
    assert lane.command(action="status")[0] == Exit.WELL
    post(lane.db, "sale-1", at="2026-11-24T09:00:00.000Z")
    post(lane.db, "sale-2")
    post(lane.db, "return", of="sale-2")
    reject(lane, "sale-2", "no such customer\x1b")
    lane.command(action="once")
    post(lane.db, "sale-3", at="2026-11-24T11:00:00.000Z")
    status, text = lane.command(action="status")
    assert status == Exit.LOOK
    lines = text.splitlines()
    assert lines[0] == "connector  files"
    assert "queued     2, the oldest of 2026-11-24T10:00:00.000Z" in lines
    assert "  sale-2  sale_posted  journal 2: no such customer" in lines
    assert "  return  sale_posted  journal 3: waits for sale-2" in lines
    assert "  what to do: put it right in the ERP, then `mostrador sync retry NAME`, or --all" in lines
    assert "  what to do: see to the document that others wait for; they follow by themselves" in lines


def test_the_status_for_programs(lane: Installed) -> None:
    post_many(lane.db, 2)
    reject(lane, "sale-1")
    status, text = lane.command(action="status", is_json=True)
    told = json.loads(text)
    assert status == Exit.LOOK
    assert (told["connector"], told["is_running"], told["is_online"]) == ("files", False, None)
    assert (told["waiting"], told["rejected"]) == (1, 1)
    assert told["rejected_documents"][0]["reason"] == "no such customer"
    assert told["rejected_documents"][0]["remedy"] == "mend_and_retry"


def test_a_long_list_of_rejected_ones_is_cut_for_people(lane: Installed) -> None:
    for document_id in post_many(lane.db, 25):
        reject(lane, document_id)
    text = lane.command(action="status")[1]
    assert "  and 5 more: --json lists them" in text.splitlines()
    assert len(json.loads(lane.command(action="status", is_json=True)[1])["rejected_documents"]) == 25


ESCAPE = "\x1b[2J\x9b"


def test_nothing_from_outside_moves_a_cursor(lane: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    incoming = lane.paths.erp / "in"
    incoming.mkdir(parents=True)
    (incoming / f"ack-{ESCAPE}.jsonl").write_text("?")
    status, text = lane.command(action="once")
    assert status == Exit.LOOK
    assert "refused ack-[2J.jsonl" in text
    (incoming / f"ack-{ESCAPE}.jsonl").write_text("?")
    told = lane.command(action="once", is_json=True)[1]
    assert json.loads(told)["refused"] == [f"ack-{ESCAPE}.jsonl"]
    with saving(), lane.db.atomic():
        save_link(lane.db, False, f"proxy says {ESCAPE}", AT)
    lines = lane.command(action="status")[1]
    assert "problem    proxy says [2J" in lines.splitlines()
    (lane.config).write_text(f'[sink{"x" * 300}]\n["\\u001b[2J"]\n', encoding="utf-8")
    assert lane.command(action="once")[0] == Exit.FAILED
    said = capsys.readouterr().err
    assert "x" * 300 in said
    for shown in (text, told, lines, said):
        assert not set(shown) & set("\x1b\x9b")


def test_retry_puts_one_or_all_back(lane: Installed) -> None:
    for document_id in post_many(lane.db, 4):
        reject(lane, document_id)
    assert lane.command(action="retry", document_ids=("sale-2",))[0] == Exit.WELL
    assert states(lane.db)["sale-2"] == "waiting"
    assert lane.command(action="retry", document_ids=("sale-2",))[0] == Exit.LOOK
    assert lane.command(action="retry", is_all=True) == (Exit.WELL, "3 of the rejected documents wait again\n")
    assert read_nudge(lane.db) == 3
    assert lane.command(action="once")[0] == Exit.WELL
    assert set(states(lane.db).values()) == {"sent"}


def test_retry_wants_to_know_which(lane: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    assert lane.command(action="retry")[0] == Exit.FAILED
    assert "--all" in capsys.readouterr().err


@pytest.mark.parametrize("action", ["run", "once", "status", "retry"])
def test_no_ledger_and_no_settings_are_one_sentence(
    action: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "mostrador.toml"
    command = SyncCommand(config=config, action=action, is_all=True)  # type: ignore[arg-type]
    assert run(command, environ={}, out=io.StringIO()) == Exit.FAILED
    write_settings(config, shop(tmp_path))
    (tmp_path / "data").mkdir()
    assert run(command, environ={}, out=io.StringIO()) == Exit.FAILED
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 2
    assert all(line.startswith("mostrador sync: ") for line in said)


def test_a_connector_that_is_not_there_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lane = Installed(tmp_path, shop(tmp_path, connector="odo"))
    assert lane.command(action="once")[0] == Exit.FAILED
    assert "set sync.connector to one of files" in capsys.readouterr().err
    lane.db.close()


def test_the_process_runs_until_it_is_told_to_stop(lane: Installed) -> None:
    post_many(lane.db, 2)
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "run"],
        cwd=ROOT,
        env=os.environ | {CONFIG_VARIABLE: str(lane.config)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = [process.stdout.readline().strip() for _ in range(2)]
    assert said == ["batch-7-1-2: 2 of 2 documents are with the ERP", "online"]
    assert lane.command(action="once")[0] == Exit.BUSY
    ours, theirs = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, process.pid))
    assert theirs == min(ours + NICENESS, 19), "the lane goes first"
    post(lane.db, "sale-3")
    assert process.stdout.readline().startswith("batch-7-3-3")
    process.send_signal(signal.SIGTERM)
    assert process.wait() == Exit.WELL
    process.stdout.close()
    assert set(states(lane.db).values()) == {"sent"}


def test_asked_to_stop_the_process_takes_the_last_sale_along(lane: Installed) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "run"],
        cwd=ROOT,
        env=os.environ | {CONFIG_VARIABLE: str(lane.config)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "online"
    process.send_signal(signal.SIGSTOP)  # so that no usual round can see the sale before the request to stop
    post(lane.db, "last")
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGCONT)
    assert process.wait() == Exit.WELL
    process.stdout.close()
    assert states(lane.db) == {"last": "sent"}


def test_the_lane_starts_it_with_its_settings_and_its_log(lane: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    post_many(lane.db, 2)
    process = spawn_sync(lane.config, lane.paths, (sys.executable, "-c", PROGRAM, "once"))
    assert process.wait() == Exit.WELL
    assert states(lane.db) == {"sale-1": "sent", "sale-2": "sent"}
    assert "sent 2, rejected 0, held 0" in (lane.paths.logs / LOG_NAME).read_text()


def test_what_the_lane_starts_is_on_its_own(lane: Installed) -> None:
    code = (
        "import os, sys, json; print(json.dumps({'session': os.getsid(0) == os.getpid(), 'input': sys.stdin.read(),"
        f" 'lane': os.environ['{LANE_VARIABLE}'], 'config': os.environ['{CONFIG_VARIABLE}']}}))"
    )
    assert spawn_sync(lane.config, lane.paths, (sys.executable, "-c", code)).wait() == 0
    told = json.loads((lane.paths.logs / LOG_NAME).read_text())
    assert told == {"session": True, "input": "", "lane": str(os.getpid()), "config": str(lane.config)}


def test_a_sync_knows_its_lane() -> None:
    assert lane_watch({})()
    assert lane_watch({LANE_VARIABLE: str(os.getppid())})()
    assert not lane_watch({LANE_VARIABLE: "1" + str(os.getppid())})()
