"""The journal's record: canonical bytes that anyone can make again, and a chain that shows every edit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.journal import (
    CHAINS,
    GENESIS,
    Chain,
    Head,
    JournalEntry,
    Kind,
    Record,
    canonical,
    digest,
    follow,
    make_record,
    read_record,
)

scalars = st.one_of(st.integers(-(2**63), 2**63 - 1), st.text(max_size=10), st.booleans(), st.none())
bodies = st.one_of(scalars, st.lists(scalars, max_size=3), st.dictionaries(st.text(max_size=5), scalars, max_size=3))
entries = st.builds(
    JournalEntry,
    kind=st.sampled_from(Kind),
    at=st.sampled_from(("2026-11-24T18:05:09.123Z", "2026-11-24T18:06:09.123Z", "2026-11-25T00:00:00.000Z")),
    operator=st.sampled_from(("", "1", "2")),
    shift_id=st.integers(0, 5),
    body=st.dictionaries(st.text(max_size=5), bodies, max_size=4),
    amount_minor=st.integers(-(10**9), 10**9),
    absolute_minor=st.integers(0, 10**9),
)
ENTRY: Final = JournalEntry(Kind.SALE_POSTED, "2026-11-24T18:05:09.123Z", "1", 1, {"name": "Café Ñandú"}, 4550, 4550)


def chained(some: list[JournalEntry]) -> list[tuple[Record, bytes, str]]:
    head, rows = Head(), []
    for entry in some:
        record = make_record("1", head, entry)
        text = canonical(record)
        rows.append((record, text, digest(text)))
        head = follow(head, record, digest(text))
    return rows


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every figure and text of a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for key, inner in enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


@given(st.lists(entries, max_size=5))
def test_a_chain_counts_from_one_and_names_the_hash_before(some: list[JournalEntry]) -> None:
    before = GENESIS
    for number, (record, _, row_hash) in enumerate(chained(some), 1):
        assert (record.seq, record.prev) == (number, before)
        assert record.chain is CHAINS.get(record.kind, Chain.EVENT)
        before = row_hash


@given(st.lists(entries, max_size=5))
def test_perpetual_totals_are_sums_and_the_absolute_one_never_falls(some: list[JournalEntry]) -> None:
    net = absolute = 0
    for entry, (record, _, _) in zip(some, chained(some), strict=True):
        net += entry.amount_minor
        absolute += entry.absolute_minor
        assert (record.perpetual_net_minor, record.perpetual_absolute_minor) == (net, absolute)


@given(st.lists(entries, max_size=5))
def test_a_clock_that_stands_before_the_record_above_is_kept_as_a_doubt(some: list[JournalEntry]) -> None:
    last = ""
    for entry, (record, _, _) in zip(some, chained(some), strict=True):
        assert record.clock == ("behind" if entry.at < last else "")
        last = entry.at


@given(entries)
def test_canonical_bytes_are_made_again_by_any_json_writer(entry: JournalEntry) -> None:
    _, text, row_hash = chained([entry])[0]
    again = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert again.encode() == text
    assert hashlib.sha256(text).hexdigest() == row_hash


@given(entries)
def test_a_record_is_read_back_as_it_was_written(entry: JournalEntry) -> None:
    record, text, _ = chained([entry])[0]
    assert canonical(read_record(text.decode())) == text
    assert msgspec.structs.replace(read_record(text.decode()), body=None) == msgspec.structs.replace(record, body=None)


@given(entries, st.data())
def test_any_edit_changes_the_hash(entry: JournalEntry, data: st.DataObject) -> None:
    _, text, row_hash = chained([entry])[0]
    value = json.loads(text)
    path = data.draw(st.sampled_from(sorted(leaves(value), key=repr)))
    place = value
    for key in path[:-1]:
        place = place[key]
    old = place[path[-1]]
    place[path[-1]] = old + 1 if isinstance(old, int) else f"{old}x"
    assert digest(canonical(value)) != row_hash


def test_this_record_has_this_text_and_this_hash() -> None:
    """As a stand-alone verifier of another language must make it; a change here breaks every ledger in the field."""
    record = make_record("1", Head(), ENTRY)
    assert canonical(record).decode() == (
        '{"amount_minor":4550,"approver":"","at":"2026-11-24T18:05:09.123Z","body":{"name":"Café Ñandú"},"chain":"S",'
        '"clock":"","kind":"sale_posted","lane":"1","operator":"1","perpetual_absolute_minor":4550,'
        f'"perpetual_net_minor":4550,"prev":"{GENESIS}","seq":1,"shift_id":1,"v":1}}'
    )
    assert digest(canonical(record)) == "6893e83ab4db5e5abe2cb5c3b97dc27844567e398e5cfc32a865922ba0d9f76e"


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"seq":1}', "not json", '{"v":1,"v":1}', "\x00"])
def test_what_is_no_record_is_a_msgspec_error(text: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        read_record(text)


def test_the_books_are_sales_copies_closings_and_events() -> None:
    assert {kind: chain.value for kind, chain in CHAINS.items()} == {
        Kind.SALE_POSTED: "S",
        Kind.COPY_PRINTED: "C",
        Kind.Z_COPIED: "C",
        Kind.X_READ: "G",
        Kind.SHIFT_CLOSED: "G",
    }
