"""Names as a catalogue, an ERP or a joker may send them: markup, terminal commands, printer commands, formulas."""

from __future__ import annotations

from typing import Final

HOSTILE_NAMES: Final = (
    "Box [/]",
    "T-shirt [/b]",
    "[red]FREE[/red]",
    "Screw [M6]",
    "[@click=app.exit()]press me[/]",
    "\x1b[5;5H\x1b[2JGone",
    "\x9b2JC1 control",
    "\x1b]0;title\x07bell",
    "evil \u202e)gnp.exe\u202c",
    "zero\u200bwidth\u2060\ufeffjoiners",
    "\x1bp\x00\x19\xfaopen the till",
    "cut\x1dV\x00here",
    "two\nlines TOTAL 0.00",
    "back\x08\x08\x08spaces\r\x0b\x0c",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e\u0349\u035a\u032f\u031e\u0320\u034dalgo",
    "=1+1",
    "\t=HYPERLINK(1)",
    "null\x00byte \ud800 surrogate \U000e0041 tag \ue000 private",
)
