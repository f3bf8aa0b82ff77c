"""Papers for printer tests: a Spanish receipt, and names that mean harm."""

from __future__ import annotations

from config.settings import PrinterSettings
from domain.paper import Align, Barcode, Columns, Cut, Feed, Kick, Paper, Qr, Rule, Text

EPSON = PrinterSettings(kind="network", columns=42, profile="TM-T88V")

RECEIPT: Paper = (
    Kick(),
    Text("Panadería Ñandú", Align.CENTER, bold=True, size=2),
    Text("Calle Ávila 3, «Centro»", Align.CENTER),
    Rule(),
    Columns("2 × Piñón tostado ½ kg", "1,234.50"),
    Columns("Café ¿descafeinado? — molido", "89.90"),
    Columns("TOTAL", "€1,324.40", bold=True, size=2),
    Rule("="),
    Text("¡Gracias por su compra!", Align.CENTER),
    Barcode("1-000123"),
    Qr("https://example.com/f?folio=1-000123"),
    Feed(2),
    Cut(),
)

HOSTILE = (
    "Box [/]",
    "T-shirt [/b]",
    "[red]FREE[/red]",
    "[@click=app.exit()]x",
    "Screw [M6]",
    "\x1b[5;5HX",
    "\x1bp\x00\x32\x32 kick",
    "\x1dV\x00 cut",
    "\x1b@ init",
    "\x1c& kanji",
    "\x10\x04\x01\x10\x14\x01\x00\x01 live",
    "a\nTOTAL 0.00",
    "a\r\x0b\x0c\tb",
    "\x9b2J\x85\x90 C1",
    "\u202egnp.exe\u2066\u200b\ufeff",
    "Z" + "\u0301\u0300\u0302" * 40 + "algo",
    "\x00\x07\x08\x7f nul",
    "中文商品 \U0001f600 \ud800 \ue000 \u2028x",
    "=1+1",
    "\u0130\u0131\u1e9e ﬁ ½ ™ €",
)
