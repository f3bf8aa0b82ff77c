"""Rules that ruff and import-linter do not know, each as a function from syntax to faults."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.house import imported

FUNCTION_LINES = 40

# What the domain may name: no clock, no files, no processes, no chance.
DOMAIN_IMPORTS = frozenset({
    "__future__", "abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal", "enum",
    "fractions", "functools", "hashlib", "heapq", "hmac", "html", "itertools", "json", "math", "operator", "re",
    "string", "struct", "textwrap", "types", "typing", "unicodedata", "biip", "domain", "msgspec",
})  # fmt: skip
NOT_ROOMS = frozenset({"bench", "docs", "kiosk", "resources", "tests"})

_IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "now", "utcnow", "today", "fromtimestamp"})
_BAD_NAME = re.compile(r"(^|_)(utils?|helpers?|misc|common)($|_)|Manager$")
_SQL = re.compile(r"\b(CREATE|ALTER|CAST|SELECT|INSERT|UPDATE)\b")
_INEXACT_SQL = re.compile(r"\b(REAL|FLOAT|DOUBLE|DECIMAL|NUMERIC)\b", re.IGNORECASE)
_INEXACT_FIELDS = frozenset({"FloatField", "DoubleField", "DecimalField"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def long_functions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Functions of 40 lines and more, from `def` to the last line."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length >= FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {length} lines"


def impure_domain(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Imports beyond the few that values and functions need, and calls that look at the world."""
    for line, name in imported(tree):
        if name not in DOMAIN_IMPORTS:
            yield line, f"imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (name := _called(node)) in _IMPURE_CALLS:
            yield node.lineno, f"calls {name}"


def imports_of_what_is_no_room(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Imports of what is not shipped, or what dependencies install too (python-barcode: docs, tests)."""
    return ((line, f"imports {name}") for line, name in imported(tree) if name in NOT_ROOMS)


def floats(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The name `float` anywhere but in the type of something whose name ends in `_seconds`."""
    seconds = set(_types_of_seconds(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id == "float" and node not in seconds:
            yield node.lineno, "float"


def inexact_arithmetic(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Literals with a point, and divisions that do not say how they round."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield node.lineno, f"literal {node.value}"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield node.lineno, "division by /"


def inexact_columns(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """SQL types and peewee fields that keep a binary fraction or a text for one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value):
            yield from ((node.lineno, f"SQL type {word}") for word in inexact_types(node.value))
        elif isinstance(node, ast.Name | ast.Attribute) and _name(node) in _INEXACT_FIELDS:
            yield node.lineno, f"field {_name(node)}"


def inexact_types(sql: str) -> list[str]:
    """Return the inexact types that a text of SQL names."""
    return [match.group() for match in _INEXACT_SQL.finditer(sql)]


def names_that_say_nothing(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Classes that manage, functions and classes that help."""
    for node in ast.walk(tree):
        if isinstance(node, Function | ast.ClassDef) and _BAD_NAME.search(node.name):
            yield node.lineno, node.name


def says_nothing(module: str) -> bool:
    """Return whether a module's name says only that it is of use."""
    return _BAD_NAME.search(module) is not None


def _types_of_seconds(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        name, types = "", None
        if isinstance(node, ast.arg):
            name, types = node.arg, node.annotation
        elif isinstance(node, ast.AnnAssign):
            name, types = _name(node.target), node.annotation
        elif isinstance(node, Function):
            name, types = node.name, node.returns
        if types and name.endswith("_seconds"):
            yield from ast.walk(types)


def _called(node: ast.Call) -> str:
    return _name(node.func)


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
