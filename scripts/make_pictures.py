"""Make the README's pictures with the program itself: the sale screen, and the receipt of that very sale.

    .venv/bin/python scripts/make_pictures.py

Run it again whenever the screen or the receipt looks different; the demo's catalogue and a fixed clock make the
pictures the same each time.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from textual import events

from domain.outcome import ItemsFound, SalePosted
from mostrador.demo import OPERATOR, PIN, prepare
from mostrador.wiring import OpenLane, open_lane
from tui.app import TillApp
from tui.keys import build_key_table
from tui.words import load_words

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
NOON = datetime(2026, 11, 24, 18, 12, tzinfo=UTC)
WORDS = ("leche", "cafe", "frijol", "galletas", "atun", "chocolate")
WEB_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def main() -> None:
    """Make both pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings, paths = prepare(Path(folder), "es")
        with open_lane(settings, paths) as lane:
            lane.register.sign_on(OPERATOR.operator, PIN)
            lane.register.open_shift(50_000)
            lane.spool.start()
            asyncio.run(take_screen(lane))
            posted = lane.register.add_tender("cash", 100_000)
            assert isinstance(posted, SalePosted)
            lane.spool.wake()
            lane.spool.wait_idle(30.0)
            receipt = max(paths.receipts.glob("*.png"))
            shutil.copy(receipt, PICTURES / "receipt.png")


async def take_screen(lane: OpenLane) -> None:
    """Sell some items and keep what the screen shows."""
    register = lane.register
    keys = build_key_table({})
    assert not isinstance(keys, list)
    for word in WORDS:
        found = register.search(word, 1)
        assert isinstance(found, ItemsFound), word
        register.add_item(found.items[0].sku, 2_000_000 if word == "leche" else None)
    app = TillApp(register, words=load_words("es"), keys=keys, theme="truecolor", now=lambda: NOON)
    async with app.run_test(size=(100, 28)) as pilot:
        app.post_message(events.Key("2", "2"))
        await pilot.pause()
        svg = app.export_screenshot(title="Mostrador")
    (PICTURES / "sale.svg").write_text(WEB_FONT.sub("", svg).replace("Fira Code, ", ""), encoding="utf-8")


if __name__ == "__main__":
    main()
