"""The code keeps the rules of the house, and each rule can turn red."""

import ast

import pytest

from tests.architecture import rules
from tests.architecture.house import ROOMS, ROOT, Rule, found, sources

FILE_LINES = 400
APP_LINES = 250

# Rule, where it holds, and a text that breaks it.
HELD: list[tuple[Rule, tuple[str, ...], str]] = [
    (rules.long_functions, (*ROOMS, "bench", "kiosk"), "def f():\n" + "    pass\n" * 39),
    (rules.impure_domain, ("domain",), "import os"),
    (rules.impure_domain, ("domain",), "at = datetime.now(UTC)"),
    (rules.imports_of_what_is_no_room, ROOMS, "from tests.architecture import house"),
    (rules.floats, ("domain", "storage", "register", "sync"), "def total(lines: list[float]): ..."),
    (rules.floats, ("domain", "storage", "register", "sync"), "price = float(text)"),
    (rules.inexact_arithmetic, ("domain",), "rate = 0.16"),
    (rules.inexact_arithmetic, ("domain",), "half = total_minor / 2"),
    (rules.inexact_columns, ("storage",), "DDL = 'CREATE TABLE t (price REAL) STRICT'"),
    (rules.inexact_columns, ("storage",), "price = peewee.DecimalField()"),
    (rules.names_that_say_nothing, ROOMS, "class PrinterManager: ..."),
]


@pytest.mark.parametrize(
    ("rule", "folders", "broken"), HELD, ids=[f"{n}-{rule.__name__}" for n, (rule, _, _) in enumerate(HELD)]
)
def test_a_rule_is_kept_and_can_turn_red(rule: Rule, folders: tuple[str, ...], broken: str) -> None:
    assert list(rule(ast.parse(broken))) != []
    assert "\n".join(found(rule, *folders)) == ""


def test_seconds_of_a_timeout_may_be_a_float() -> None:
    sound = ast.parse("def wait(timeout_seconds: float) -> None: ...\ndef left_seconds() -> float: ...")
    assert list(rules.floats(sound)) == []


def test_a_file_stays_short() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources(*ROOMS, "bench", "kiosk")
    }
    assert [name for name, lines in lengths.items() if lines >= FILE_LINES] == []
    assert lengths.get("tui/app.py", 0) < APP_LINES


def test_a_module_is_named_for_what_it_is() -> None:
    assert rules.says_nothing("price_utils")
    assert [path for path in sources(*ROOMS) if rules.says_nothing(path.stem)] == []


def test_the_migrations_keep_no_binary_fraction() -> None:
    assert rules.inexact_types("CREATE TABLE t (rate DOUBLE)") == ["DOUBLE"]
    files = (ROOT / "storage").rglob("*.sql")
    assert [path for path in files if rules.inexact_types(path.read_text(encoding="utf-8"))] == []
