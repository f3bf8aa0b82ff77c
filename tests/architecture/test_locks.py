"""The lock files: every package pinned and hashed, no host named, and what runs is what is locked."""

import re
from importlib.metadata import PackageNotFoundError, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.house import PROJECT, ROOT

FILES = ["run", "dev", "build", "evdev", "postgres"]


def locked(name: str) -> dict[str, Requirement]:
    """Return the pins of a lock file by canonical name."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", " ", text).splitlines()
    pins = [Requirement(line.split(" --hash=")[0].strip()) for line in lines if not line.startswith("#")]
    return {canonicalize_name(pin.name): pin for pin in pins}


def pinned(requirement: Requirement) -> str:
    """Return the one version that a pin admits."""
    (pin,) = requirement.specifier
    assert pin.operator == "==", requirement
    return pin.version


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_its_hashes_and_no_host(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^[A-Za-z0-9].*?(?=^[A-Za-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert len(blocks) == len(locked(name)) > 0
    assert [block for block in blocks if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", block)] == []
    assert "://" not in text
    assert "index" not in re.sub(r"^[a-z0-9-]+==.*$", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize("name", FILES)
def test_a_pin_fits_every_supported_python_alike(name: str) -> None:
    """One version per package: no Python and no machine runs another one than the tests saw."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert len(re.findall("^[A-Za-z0-9]", text, re.MULTILINE)) == len(locked(name))
    assert all(pinned(pin) for pin in locked(name).values())


def test_the_locks_fit_what_the_project_asks_for() -> None:
    run, dev = locked("run") | locked("evdev"), locked("dev")
    asked = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    tools = [Requirement(text) for text in PROJECT["project"]["optional-dependencies"]["dev"]]
    misfits = [
        f"{need} against {pins.get(canonicalize_name(need.name))}"
        for needs, pins in ((asked, run), (tools, dev))
        for need in needs
        if canonicalize_name(need.name) not in pins
        or not need.specifier.contains(pinned(pins[canonicalize_name(need.name)]))
    ]
    assert misfits == []


def test_all_locks_agree() -> None:
    dev = {name: pinned(pin) for name, pin in locked("dev").items()}
    for name in ("run", "build"):
        pins = {name: pinned(pin) for name, pin in locked(name).items()}
        assert pins.items() <= dev.items()
    assert "evdev" not in dev


def test_what_runs_is_what_is_locked() -> None:
    wanted = {name: pinned(pin) for name, pin in locked("dev").items() if pin.marker is None or pin.marker.evaluate()}
    assert {name: installed(name) for name in wanted} == wanted


def installed(name: str) -> str:
    """Return the version in this environment, or nothing."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
