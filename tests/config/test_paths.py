"""Where things lie: named by the environment, never by the folder one happens to stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import paths
from config.errors import ConfigError, Fault
from config.paths import find_settings, lane_paths, make_folders, user_file
from config.settings import LaneSettings, Settings, SyncSettings


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(paths, "SYSTEM_FILE", tmp_path / "etc" / "mostrador.toml")
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def _write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_the_settings_file_is_looked_for_in_its_order(home: Path) -> None:
    environ = {"HOME": str(home)}
    assert find_settings(environ) is None
    system = _write(paths.SYSTEM_FILE)
    assert find_settings(environ) == system
    user = _write(home / ".config" / "mostrador" / "mostrador.toml")
    assert find_settings(environ) == user == user_file(environ)
    xdg = _write(home / "xdg" / "mostrador" / "mostrador.toml")
    environ["XDG_CONFIG_HOME"] = str(home / "xdg")
    assert find_settings(environ) == xdg
    variable = _write(home / "variable.toml")
    environ["MOSTRADOR_CONFIG"] = str(variable)
    assert find_settings(environ) == variable
    named = _write(home / "named.toml")
    assert find_settings(environ, named) == named


def test_a_file_in_the_working_folder_decides_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(home / "mostrador.toml")
    monkeypatch.chdir(home)
    assert find_settings({"HOME": str(home)}) is None


def test_a_file_named_but_missing_is_an_error_not_the_defaults(home: Path) -> None:
    _write(home / ".config" / "mostrador" / "mostrador.toml")
    with pytest.raises(ConfigError, match=r"\$MOSTRADOR_CONFIG") as caught:
        find_settings({"HOME": str(home), "MOSTRADOR_CONFIG": str(home / "typo.toml")})
    assert caught.value.problems[0].fault is Fault.MISSING
    with pytest.raises(ConfigError, match="command line"):
        find_settings({"HOME": str(home)}, home / "typo.toml")


def test_a_file_that_cannot_be_looked_at_is_found_and_then_reported(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    environ = {"HOME": str(home)}
    assert find_settings(environ) == user_file(environ)


def test_a_relative_xdg_folder_is_ignored(home: Path) -> None:
    environ = {"HOME": str(home), "XDG_CONFIG_HOME": "conf", "XDG_DATA_HOME": "data"}
    assert user_file(environ) == home / ".config" / "mostrador" / "mostrador.toml"
    assert lane_paths(Settings(), environ).data == home / ".local" / "share" / "mostrador" / "lane-1"


def test_a_lane_keeps_everything_in_a_folder_of_its_own(home: Path) -> None:
    environ = {"HOME": str(home), "XDG_DATA_HOME": "/srv"}
    lane = lane_paths(Settings(lane=LaneSettings(id="A-2")), environ)
    data = Path("/srv/mostrador/lane-A-2")
    assert lane.data == data
    assert lane.ledger == data / "ledger.db"
    assert len({lane.ledger, lane.training, lane.backups, lane.logs, lane.erp, lane.receipts}) == 6
    assert all(path.parent == data for path in (lane.ledger, lane.training, lane.backups, lane.receipts))


def test_folders_may_be_set(home: Path) -> None:
    settings = Settings(lane=LaneSettings(data="~/caja"), sync=SyncSettings(folder="/mnt/erp"))
    lane = lane_paths(settings, {"HOME": str(home)})
    assert (lane.data, lane.erp) == (home / "caja", Path("/mnt/erp"))
    assert lane.ledger == home / "caja" / "ledger.db"


@pytest.mark.parametrize("lane", ["", "..", "a/b", "a b", "ñ", "1\n", "1234567890123"])
def test_a_lane_id_cannot_leave_its_folder(lane: str) -> None:
    with pytest.raises(ConfigError, match=r"lane\.id"):
        lane_paths(Settings(lane=LaneSettings(id=lane)), {"HOME": "/home/x"})


def test_folders_are_made_once_and_again(home: Path) -> None:
    lane = lane_paths(Settings(), {"HOME": str(home)})
    make_folders(lane)
    make_folders(lane)
    assert all(folder.is_dir() for folder in (lane.data, lane.backups, lane.logs, lane.erp, lane.receipts))
    assert not lane.ledger.exists()


def test_a_folder_that_cannot_be_made_is_named(home: Path) -> None:
    _write(home / "file")
    lane = lane_paths(Settings(lane=LaneSettings(data=str(home / "file" / "lane"))), {"HOME": str(home)})
    with pytest.raises(ConfigError, match="Not a directory") as caught:
        make_folders(lane)
    assert caught.value.problems[0].file == str(home / "file" / "lane")
