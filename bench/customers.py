"""G22: customers as they are typed through `storage.customers`, beside the same queries, prepared once.

Same work on both sides: some letters of a name that exists, the same SQL on the same file, up to twenty documents.
Ours also folds what was typed, looks among codes and telephone numbers, and makes a `Customer` of each document.
"""

from __future__ import annotations

import random
from functools import partial
from typing import Final

import apsw

from bench.measure import Pairs
from bench.run import Run
from bench.store import SEED
from domain.customer import Customer
from storage.connection import open_ledger, prepare
from storage.customers import put_customers, search_customers

HITS: Final = 20
WORDS_SQL: Final = """
    SELECT c.customer_id, c.document, c.is_active FROM (SELECT rowid FROM customer_fts WHERE customer_fts MATCH ?
    LIMIT ?) f JOIN customer c ON c.customer_id = f.rowid"""
KEYS_SQL: Final = """
    SELECT c.customer_id, c.document, c.is_active FROM customer c WHERE c.customer_id IN
    (SELECT customer_id FROM customer_key WHERE key >= ? AND key < ? LIMIT ?) LIMIT ?"""
_FIRST: Final = [
    "Ana",
    "Luz",
    "Eva",
    "José",
    "Juan",
    "María",
    "Rosa",
    "Inés",
    "Tomás",
    "Bruno",
    "Delia",
    "Hilda",
    "Iván",
    "Karla",
    "Lino",
    "Mónica",
    "Óscar",
    "Raúl",
    "Saúl",
    "Zoé",
]
_LAST: Final = [
    a + b for a in ["Garc", "Mart", "Ram", "Pér", "Núñ", "Sol", "Ort", "Zav"] for b in ("ía", "ez", "os", "is")
]


def measure(run: Run) -> dict[str, Pairs]:
    """Search for customers in turn, one by us and one by the yardstick."""
    count = run.size(100_000, 5_000)
    path = run.place("customers") / "ledger.db"
    db = open_ledger(path)
    chance = random.Random(SEED)
    names = [f"{chance.choice(_FIRST)} {chance.choice(_LAST)} {chance.choice(_LAST)} {n}" for n in range(count)]
    with db.atomic():
        put_customers(db, (Customer(f"C{n:06d}", name, phone=f"55{n:08d}") for n, name in enumerate(names)))
    raw = apsw.Connection(str(path))
    prepare(raw)
    cursor = raw.cursor()
    pairs = Pairs()
    run.settle()
    for _ in range(run.size(4_000, 400)):
        first, last, *_ = chance.choice(names).split()
        typed = f"{first[:3]} {last[:4]}" if chance.random() < chance.random() else last[:4]
        pairs.take(partial(search_customers, db, typed, HITS), partial(_search_raw, cursor, typed))
    if not search_customers(db, names[-1], HITS):
        raise RuntimeError("the search found nobody")
    raw.close()
    db.close()
    return {"G22": pairs}


def _search_raw(cursor: apsw.Cursor, typed: str) -> object:
    """Find the rows of customers: the yardstick."""
    key = typed.upper().replace(" ", "")
    found = [cursor.execute(KEYS_SQL, (key, f"{key}\x7f", HITS, HITS)).get]
    words = typed.split()
    whole = " AND ".join(f'"{word}"' for word in words)
    found.append(cursor.execute(WORDS_SQL, (whole, HITS)).get)
    return [*found, cursor.execute(WORDS_SQL, (f"{whole} *", HITS)).get]
