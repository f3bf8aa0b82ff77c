"""Changing one key in the text of a TOML file, with its comments and order left alone.

The edit is by lines and knows only the plain shapes that people and `config.file` write. Whoever calls it
parses the result and compares; where it is not what was wanted (a value over several lines, say) the file is
written anew instead.
"""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?\s*(#.*)?$")
_VALUE = r"""(?:"[^"\\#]*"|'[^'#]*'|\[[^\[\]#]*\]|[^\s#"'\[{]+)"""


def edit_key(text: str, table: str, number: int, key: str, literal: str) -> str:
    """Return a file's text with `key = literal` in a table.

    `number` is 0 for a plain table (`[store]`) and counts from 1 in a list of tables (`[[printers]]`). A
    table that is not there is appended. `literal` is the value as TOML writes it.
    """
    lines = text.splitlines()
    start = _find_table(lines, table, number)
    if start is None:
        header = f"[[{table}]]" if number else f"[{table}]"
        gap = [""] if lines and lines[-1].strip() else []
        return "\n".join([*lines, *gap, header, f"{key} = {literal}", ""])
    end = next((n for n in range(start + 1, len(lines)) if _HEADER.match(lines[n])), len(lines))
    _set_line(lines, start, end, key, literal)
    return "\n".join([*lines, ""])


def _find_table(lines: list[str], table: str, number: int) -> int | None:
    """Return the line of a table's header."""
    brackets = "[[" if number else "["
    found = [
        n
        for n, line in enumerate(lines)
        if (header := _HEADER.match(line)) and (header[1], header[2]) == (brackets, table)
    ]
    wanted = max(number, 1)
    return found[wanted - 1] if len(found) >= wanted else None


def _set_line(lines: list[str], start: int, end: int, key: str, literal: str) -> None:
    """Replace the value of a key between two lines, or put the key behind the last one there."""
    pattern = re.compile(rf"(\s*{re.escape(key)}\s*=\s*){_VALUE}(\s*(?:#.*)?)$")
    for n in range(start + 1, end):
        if found := pattern.match(lines[n]):
            lines[n] = f"{found[1]}{literal}{found[2]}"
            return
    filled = [n for n in range(start, end) if lines[n].strip() and not lines[n].lstrip().startswith("#")]
    lines.insert(filled[-1] + 1, f"{key} = {literal}")
