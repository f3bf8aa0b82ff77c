"""What the first paint has to import: Textual and our own, and of our screens the sale alone."""

from __future__ import annotations

import subprocess
import sys

LOADED = "import sys, {module}; print('\\n'.join(sorted(sys.modules)))"


def loaded(module: str) -> set[str]:
    """Return the modules that importing one loads, in a process of its own."""
    run = subprocess.run(
        [sys.executable, "-c", LOADED.format(module=module)], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_the_screen_imports_textual_and_our_own_and_nothing_of_a_driver() -> None:
    ours = {name for name in loaded("tui.app") - loaded("textual.app") if "." not in name}
    third_party = {name for name in ours if name not in sys.stdlib_module_names and not name.startswith("_")}
    assert third_party <= {"tui", "domain", "msgspec"}


def test_of_the_screens_only_the_sale_is_loaded_before_it_is_needed() -> None:
    screens = {name.removeprefix("tui.screens.") for name in loaded("tui.app") if name.startswith("tui.screens.")}
    assert screens == {"key_screen", "sale", "sale_rows", "marking", "adding", "openers"}


def test_words_and_keys_need_no_textual() -> None:
    assert not [name for name in loaded("tui.words, tui.keys") if name.split(".")[0] in ("textual", "rich")]


def test_starting_the_sync_loads_nothing_of_it_into_the_lane() -> None:
    ours = {name for name in loaded("mostrador.lane, sync.spawn") if name.startswith("sync.")}
    assert ours <= {"sync.spawn", "sync.log", "sync.clock"}


def test_the_system_s_sqlite_is_kept_out() -> None:
    code = "import mostrador.lane, sys; sys.exit(sys.modules.get('sqlite3', 0) is not None)"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert "_sqlite3" not in loaded("mostrador.lane")
