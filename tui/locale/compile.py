"""Compile the word catalogues: `python -m tui.locale.compile` writes each `mostrador.mo` beside its `mostrador.po`.

The formats are GNU gettext's (its manual, "The Format of PO Files", "The Format of GNU MO Files"); only what our
files use is read: comments, `msgid`, `msgid_plural`, `msgstr`, `msgstr[n]` and continued strings.
"""

from __future__ import annotations

import ast
import re
import struct
from pathlib import Path

MAGIC = 0x950412DE
_LINE = re.compile(r'(?:(msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+)?(".*")\s*\Z')

Catalog = dict[str, str]


def read_po(text: str) -> Catalog:
    """Return the words of a `.po` text, keyed as a `.mo` keeps them; ValueError names a line that is none."""
    catalog: Catalog = {}
    parts: dict[str, str] = {}
    field = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.match(line)
        if found is None or not (found[1] or field):
            raise ValueError(f"line {number} is no part of a catalogue: {line}")
        if found[1] == "msgid":
            _put(catalog, parts)
            parts = {}
        field = f"{found[1]}{found[2] or ''}" if found[1] else field
        parts[field] = parts.get(field, "") + str(ast.literal_eval(found[3]))
    _put(catalog, parts)
    return catalog


def _put(catalog: Catalog, parts: dict[str, str]) -> None:
    """Put one finished entry into the catalogue; ValueError if its name is there already."""
    if not parts:
        return
    name = parts["msgid"]
    if "msgid_plural" in parts:
        name = f"{name}\0{parts['msgid_plural']}"
    if name in catalog:
        raise ValueError(f"{parts['msgid']} stands there twice")
    forms = [parts[key] for key in sorted(parts) if key.startswith("msgstr")]
    catalog[name] = "\0".join(forms)


def write_mo(catalog: Catalog) -> bytes:
    """Return the bytes of a `.mo` file."""
    pairs = sorted((name.encode(), text.encode()) for name, text in catalog.items())
    start = 7 * 4 + 16 * len(pairs)
    names, texts, blob = [], [], bytearray()
    for name, _ in pairs:
        names += [len(name), start + len(blob)]
        blob += name + b"\0"
    for _, text in pairs:
        texts += [len(text), start + len(blob)]
        blob += text + b"\0"
    table = 7 * 4
    header = [MAGIC, 0, len(pairs), table, table + 8 * len(pairs), 0, 0]
    return struct.pack(f"<{len(header) + 4 * len(pairs)}I", *header, *names, *texts) + bytes(blob)


def compile_all(folder: Path) -> list[Path]:
    """Compile every catalogue below a folder and return the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        target.write_bytes(write_mo(read_po(source.read_text(encoding="utf-8"))))
        written.append(target)
    return written


if __name__ == "__main__":
    compile_all(Path(__file__).parent)
