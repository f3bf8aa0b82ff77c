"""G8: an item by its bar code through `storage.catalog`, beside the same query, prepared once, without anything.

Same work on both sides: one indexed look-up of a code that exists, the same SQL on the same file, every column
fetched. Ours also finds out under which form a code is kept, and makes an `Item` of the row.
"""

from __future__ import annotations

import random
from functools import partial

import apsw

from bench.measure import Pairs
from bench.run import Run
from bench.store import SEED, make_items, make_ledger
from storage.catalog import find_by_code
from storage.connection import prepare

CODE_SQL = """
    SELECT i.item_id, i.sku, i.name, i.department, i.tax_class, i.unit_price_micro, i.uom, i.uom_digits, i.is_weighed,
        i.is_for_sale, c.pack_micro FROM item_code c JOIN item i USING (item_id) WHERE c.code = ?"""


def measure(run: Run) -> dict[str, Pairs]:
    """Look up random codes in turn, one by us and one by the yardstick."""
    items = list(make_items(run.size(100_000, 10_000)))
    path = run.place("lookup") / "ledger.db"
    db = make_ledger(path, items)
    raw = apsw.Connection(str(path))
    prepare(raw)
    cursor = raw.cursor()
    chance = random.Random(SEED)
    pairs = Pairs()
    run.settle()
    for _ in range(run.size(20_000, 2_000)):
        code, key = chance.choice(items).code, chance.choice(items).key
        pairs.take(partial(find_by_code, db, code), partial(_find_raw, cursor, key))
    found = find_by_code(db, items[-1].code)
    if found is None or found.item.sku != items[-1].sku:
        raise RuntimeError("the look-up found something else")
    raw.close()
    db.close()
    return {"G8": pairs}


def _find_raw(cursor: apsw.Cursor, key: str) -> object:
    """Find an item's row: the yardstick. It reads to the end, or its lock would stay and make ours cheaper."""
    return cursor.execute(CODE_SQL, (key,)).get
