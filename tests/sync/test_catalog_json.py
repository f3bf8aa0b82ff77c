"""Catalogues in JSON: read as the CSV of the same rows, with exact numbers, and nothing in them fills the memory."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.connection import LedgerDatabase
from storage.stock import read_stock
from sync import catalog_json, json_entries
from sync.catalog_columns import ITEM_COLUMNS
from sync.catalog_table import open_table
from sync.catalog_text import UnreadableFile
from sync.clock import Clock
from sync.connector import CatalogFile, CatalogKind, Settled
from sync.json_entries import MAX_ENTRY_BYTES, find_entries
from sync.left_file import LeftFiles
from tests.sync.shop import StillClock, shop

WANTED = ("sku", "code", "pack", "name", "price", "open_price")


def rows(tmp_path: Path, content: bytes | str, name: str = "items.json") -> list[Any]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with open_table(path, ITEM_COLUMNS, "items") as table:
        return list(table.rows(WANTED))


def leave(db: LedgerDatabase, kind: CatalogKind, content: str, clock: Clock | None = None) -> Settled:
    """Let a lane take a file that an ERP has left."""
    path = db.path.parent / f"{kind}.json"
    path.write_text(content, encoding="utf-8")
    left = LeftFiles(shop(db.path.parent.parent), clock or StillClock())
    return left(db, CatalogFile(path, kind, db.path.parent), lambda _: None)


def test_an_entry_is_a_row_under_its_keys(tmp_path: Path) -> None:
    entry = '{"clave":"A-1","EAN":["7501055363056",1234],"pack":[1,12],"Nombre":"Té","precio":18.50,"open_price":false}'
    expected = [(1, ("A-1", "7501055363056 1234", "1 12", "Té", "18.50", "no"))]
    assert rows(tmp_path, f'\ufeff{{"items":[{entry}],"v":1}}') == expected
    assert rows(tmp_path, gzip.compress(f'{{"items":[{entry}]}}'.encode()), "items.json.gz") == expected


def test_a_key_that_an_entry_lacks_is_an_empty_cell(tmp_path: Path) -> None:
    found = rows(tmp_path, '{"items":[{"sku":"A","price":1},{"sku":"B","name":null}]}')
    assert found == [(1, ("A", "", "", "", "1", "")), (2, ("B", "", "", "", "", ""))]


@pytest.mark.parametrize(
    "value", ["{}", "[[1]]", "[{}]", '"a\\u0000b"', "1e999999999", "-1e99999", "1e-99999", "9" * 60, "0." + "9" * 60]
)
def test_a_value_that_no_cell_holds_refuses_its_entry_only(value: str, tmp_path: Path) -> None:
    found = rows(tmp_path, f'{{"items":[{{"sku":"A","name":{value}}},{{"sku":"B"}},5,null,[]]}}')
    assert [cells and cells[0] for _, cells in found] == [None, "B", None, None, None]


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (b"", "no JSON"),
        (b"[]", "no JSON"),
        (b"{", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b'{"items":5}', "no JSON"),
        (b'{"items":' + b"[" * 100_000, "no JSON"),
        (b'{"customers":[]}', "no list 'items' (it has: customers)"),
        (b'{"items":[{"sku":"A","SKU":"B"}]}', "two keys 'sku'"),
        (json.dumps({"items": [{f"k{number}": 1} for number in range(300)]}).encode(), "more than 200"),
        (b"\x1f\x8b damaged", "damaged archive"),
    ],
)
def test_what_is_no_catalogue_is_refused_whole(content: bytes, remedy: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as raised:
        rows(tmp_path, content)
    assert remedy in str(raised.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(['"', "\\", '\\"]', "},{", "[", "]", ","]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just('{"'), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(VALUES, max_size=8), VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_a_list_is_cut_where_its_entries_end(values: list[Any], other: Any, is_ascii: bool, indent: int | None) -> None:
    content = json.dumps({"v": other, "items": values, "w": other}, ensure_ascii=is_ascii, indent=indent).encode()
    found = find_entries(content, "items", "x.json")
    assert [json.loads(bytes(one)) for one in found] == values
    assert len(found) == len(values)


KEYS = b",".join(b'"%d":0' % number for number in range(50_000))


@pytest.mark.parametrize(
    "content",
    [
        b'{"items":[' + b"0," * 99_999 + b"0]}",
        b'{"items":[' + b"{}," * 99_999 + b"{}]}",
        b'{"items":[{"name":[' + b"[]," * 99_999 + b"[]]}]}",
        b'{"items":[{%b}]}' % KEYS,
        b'{%b,"items":[]}' % KEYS,
    ],
    ids=["numbers", "objects", "lists in one entry", "keys of one entry", "keys of the file"],
)
def test_a_file_of_very_many_things_takes_little_memory(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packed it is some kilobytes."""
    monkeypatch.setattr(catalog_json, "read_text", lambda _: content)
    tracemalloc.start()
    try:
        with open_table(Path("items.json.gz"), ITEM_COLUMNS, "items") as table:
            assert not any(cells and any(cells) for _, cells in table.rows(WANTED))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * len(content)


def test_a_file_of_too_many_entries_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_entries, "MAX_ENTRIES", 3)
    assert len(rows(tmp_path, '{"items":[1,{"sku":"A"},3]}')) == 3
    with pytest.raises(UnreadableFile, match="more than 3 entries: split it"):
        rows(tmp_path, '{"items":[1,{"sku":"A"},3,4]}')


def test_an_entry_that_is_too_long_is_none(tmp_path: Path) -> None:
    found = rows(tmp_path, json.dumps({"items": [{"sku": "A" * MAX_ENTRY_BYTES}, {"sku": "B"}]}))
    assert [cells and cells[0] for _, cells in found] == [None, "B"]


def test_an_encoding_is_of_no_use(tmp_path: Path) -> None:
    (tmp_path / "items.json").write_text('{"items":[]}')
    with (
        pytest.raises(UnreadableFile, match="UTF-8 always"),
        open_table(tmp_path / "items.json", ITEM_COLUMNS, "items", "cp850"),
    ):
        pass


@given(st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False, allow_infinity=False))
def test_no_number_is_ever_a_float(price: Any) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        found = rows(Path(folder), f'{{"items":[{{"sku":"A","price":{price:f}}}]}}')
    assert found[0][1][4] == f"{price:f}"


ENTRIES: Mapping[str, tuple[str, str]] = {
    "departments": ('{"code":"b","name":"Bebidas"}', "SELECT code, name FROM department"),
    "items": ('{"sku":"A-1","name":"Refresco","price":18.5,"tax_class":"iva16"}', "SELECT sku, name FROM item"),
    "stock": ('{"sku":"A-1","on_hand":-2.5}', "SELECT sku, on_hand_micro FROM stock_level"),
    "salespeople": ('{"code":"V1","name":"Ana"}', "SELECT code, name FROM salesperson"),
    "customers": ('{"code":"C","name":"Lupita","credit_limit":50}', "SELECT code, name FROM customer"),
    "balances": ('{"code":"C","owed":11.6,"as_of":"2026-11-23T18:00:00Z"}', "SELECT * FROM account_balance"),
    "points": ('{"customer":"C","points":70}', "SELECT * FROM loyalty_balance"),
}


@pytest.mark.parametrize("kind", ENTRIES)
def test_each_kind_is_taken_and_a_bad_entry_is_told_by_its_number(kind: CatalogKind, db: LedgerDatabase) -> None:
    entry, query = ENTRIES[kind]
    settled = leave(db, kind, f'{{"{kind}":[{entry},{{"name":{{}}}}]}}')
    assert settled.is_accepted
    assert len(db.all(query)) == 1
    assert "entry 2: the entry is no object" in "\n".join(settled.report)
    assert settled.report[1] == "read as JSON"
    (refused,) = db.path.parent.glob("*.refused.csv")
    assert "bad_entry" in refused.read_text(encoding="utf-8-sig")


def test_one_kind_is_not_taken_for_another(db: LedgerDatabase) -> None:
    settled = leave(db, "items", '{"customers":[{"code":"C","name":"Lupita"}]}')
    assert (settled.is_accepted, db.all("SELECT * FROM item")) == (False, [])


def test_stock_is_kept_with_its_time_and_told_again_changes_nothing(db: LedgerDatabase) -> None:
    first = leave(db, "stock", '{"stock":[{"sku":"A","on_hand":"1.25"},{"sku":"B","on_hand":3}]}')
    again = leave(db, "stock", '{"stock":[{"sku":"A","on_hand":1.25},{"sku":"B","on_hand":4}]}')
    assert first.report[0].startswith("2 rows read: 2 new, 0 changed")
    assert again.report[0].startswith("2 rows read: 0 new, 1 changed, 1 as they were")
    found = read_stock(db, "A")
    assert found is not None
    assert found.on_hand_micro == 1_250_000
    assert read_stock(db, "C") is None


@pytest.mark.parametrize(
    ("entry", "flaw"),
    [
        ('{"sku":"","on_hand":1}', "neither a code nor an SKU"),
        ('{"sku":"A\\u202eB","on_hand":1}', "the SKU is longer"),
        ('{"sku":"A","on_hand":"1,5"}', "what is on hand is no number"),
        ('{"sku":"A","on_hand":0.1234567}', "what is on hand is no number"),
        ('{"sku":"A","on_hand":null}', "what is on hand is no number"),
        ('{"sku":"A","on_hand":1},{"sku":"A","on_hand":2}', "another row says something else"),
    ],
)
def test_stock_that_cannot_be_is_refused(entry: str, flaw: str, db: LedgerDatabase) -> None:
    settled = leave(db, "stock", f'{{"stock":[{entry}]}}')
    assert not settled.is_accepted
    assert flaw in "\n".join(settled.report)
    assert db.all("SELECT * FROM stock_level") == []
