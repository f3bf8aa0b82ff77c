"""What the architecture tests know of the tree: its rooms, their files and their syntax."""

import ast
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ROOMS: tuple[str, ...] = tuple(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


# Takes the syntax of a file, gives line and words for each place that breaks it.
Rule = Callable[[ast.Module], Iterable[tuple[int, str]]]


def sources(*folders: str) -> list[Path]:
    """Return the Python files of folders at the root, in order; a folder that is not there has none."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def found(rule: Rule, *folders: str) -> list[str]:
    """Return where a rule is broken in the files of folders, as `file:line: what`."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {what}" for path in sources(*folders) for line, what in rule(tree_of(path))
    ]


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and top-level name of each absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.lineno, node.module.partition(".")[0]
