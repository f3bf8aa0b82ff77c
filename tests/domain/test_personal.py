"""Commitments in place of personal texts: what is sealed comes back, what was purged does not, nothing else fits."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.chain import Flaw
from domain.journal import Head, JournalEntry, Kind, Record, canonical, make_record
from domain.personal import (
    PERSONAL,
    SALT_BYTES,
    Opening,
    commit,
    is_commitment,
    read_text,
    reveal,
    seal_personal,
)
from domain.personal_check import PersonalWitness, merge_ranges

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
PATHS = ("name", "invoice.email", "invoice.tax_id")


class Invoice(msgspec.Struct, frozen=True):
    """What an invoice needs."""

    tax_id: str = ""
    email: str = ""


class Body(msgspec.Struct, frozen=True):
    """A body with a text here and two further in."""

    name: str = ""
    amount_minor: int = 0
    invoice: Invoice | None = None


BODIES = st.builds(Body, TEXTS, st.integers(), st.none() | st.builds(Invoice, TEXTS, TEXTS))
SALTS = st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES)


@given(BODIES, SALTS, st.booleans())
def test_what_is_sealed_comes_back_and_the_body_keeps_its_shape(body: Body, salt: bytes, is_mapping: bool) -> None:
    given_body: Any = msgspec.to_builtins(body) if is_mapping else body
    sealed, openings = seal_personal(given_body, PATHS, lambda: salt)
    assert type(sealed) is type(given_body)
    assert {path for path in PATHS if read_text(body, path)} == set(openings)
    assert all(is_commitment(read_text(sealed, path)) for path in openings)
    assert reveal(sealed, openings, openings) == given_body


@given(BODIES, SALTS)
def test_what_was_purged_comes_back_empty_and_nothing_else_changes(body: Body, salt: bytes) -> None:
    sealed, openings = seal_personal(body, PATHS, lambda: salt)
    bare = reveal(sealed, openings, {})
    assert [read_text(bare, path) for path in PATHS] == ["", "", ""]
    assert bare.amount_minor == body.amount_minor


@given(TEXTS, TEXTS, SALTS, SALTS)
def test_a_commitment_fits_its_own_text_and_salt_only(one: str, other: str, salt: bytes, pepper: bytes) -> None:
    first, second = Opening(salt.hex(), one), Opening(pepper.hex(), other)
    assert (commit(first) == commit(second)) == (first == second)


def test_each_text_has_a_salt_of_its_own() -> None:
    salts = iter([bytes(SALT_BYTES), bytes([1] * SALT_BYTES)])
    sealed, _ = seal_personal({"a": "Ana", "b": "Ana"}, ("a", "b"), lambda: next(salts))
    assert sealed["a"] != sealed["b"]


def test_a_path_that_a_body_does_not_have_is_nothing() -> None:
    assert seal_personal({"name": 7}, ("name", "invoice.email", "name.first"), bytes) == ({"name": 7}, {})
    assert reveal({}, ("invoice.email",), {}) == {}


def test_a_record_without_commitments_has_the_bytes_it_always_had() -> None:
    record = make_record("1", Head(), JournalEntry(Kind.NO_SALE, "2026-11-24T18:00:00.000Z", "1", 1, {}))
    assert b"personal" not in canonical(record)


def record_of(seq: int, body: Any, personal: dict[str, str], kind: Kind = Kind.SALE_POSTED) -> Record:
    entry = JournalEntry(kind, "2026-11-24T18:00:00.000Z", "1", 1, body, personal=personal)
    return make_record("1", Head(seq=seq - 1), entry)


def purge(seq: int, *ranges: tuple[int, int], kind: str = "customer") -> Record:
    body = {"kind": kind, "reason": "retention", "ranges": ranges, "count": 1}
    return record_of(seq, body, {}, Kind.PERSONAL_PURGED)


def sealed_record(seq: int = 1, name: str = "Ana") -> tuple[Record, dict[str, Opening]]:
    body, openings = seal_personal({"customer_name": name}, ("customer_name",), lambda: bytes(SALT_BYTES))
    return record_of(seq, body, {"customer_name": "customer"}), openings


def test_a_value_that_fits_is_sound_and_counted() -> None:
    witness = PersonalWitness()
    record, openings = sealed_record()
    assert list(witness.look(record, openings)) == list(witness.end(0)) == []
    assert witness.found == 1


@pytest.mark.parametrize(
    "value",
    [
        Opening("00" * SALT_BYTES, "Eva"),
        Opening("01" * SALT_BYTES, "Ana"),
        Opening("00" * SALT_BYTES + "41", "na"),
        Opening("x" * 32, "Ana"),
        Opening("", ""),
    ],
)
def test_another_value_does_not_fit(value: Opening) -> None:
    record, _ = sealed_record()
    assert [flaw.flaw for flaw in PersonalWitness().look(record, {"customer_name": value})] == [Flaw.PERSONAL]


def test_a_value_beside_no_commitment_is_a_flaw() -> None:
    record, openings = sealed_record()
    found = PersonalWitness().look(record, {**openings, "invoice.email": Opening("00" * SALT_BYTES, "x")})
    assert [flaw.detail for flaw in found] == ["invoice.email is no commitment of the record"]


def test_a_text_in_clear_where_a_commitment_is_said_to_be_is_a_flaw() -> None:
    record = record_of(1, {"customer_name": "Ana"}, {"customer_name": "customer"})
    assert [flaw.flaw for flaw in PersonalWitness().look(record, {})] == [Flaw.PERSONAL]


@pytest.mark.parametrize(
    ("record", "sealed_seq", "is_sound"),
    [
        (None, 99, False),
        (purge(9, (1, 7)), 9, True),
        (purge(9, (1, 4), (6, 7)), 9, False),
        (purge(9, (1, 4), (5, 5)), 12, True),
        (purge(9, (1, 7)), 8, False),
        (purge(9, (1, 7), kind="invoice"), 9, False),
        (purge(4, (1, 7)), 9, False),
    ],
)
def test_a_value_that_is_gone_needs_a_sealed_purge_further_down(
    record: Record | None, sealed_seq: int, is_sound: bool
) -> None:
    witness = PersonalWitness()
    gone, _ = sealed_record(5)
    records = [gone] if record is None else sorted((gone, record), key=lambda found: found.seq)
    assert [flaw for found in records for flaw in witness.look(found, {})] == []
    assert [flaw.seq for flaw in witness.end(sealed_seq)] == ([] if is_sound else [5])


def test_a_purge_that_is_none_cannot_be_read() -> None:
    record = record_of(1, {"kind": 1}, {}, Kind.PERSONAL_PURGED)
    assert [flaw.flaw for flaw in PersonalWitness().look(record, {})] == [Flaw.UNREADABLE]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30))))
def test_merged_ranges_have_the_same_rows_in_order_and_apart(ranges: list[tuple[int, int]]) -> None:
    merged = merge_ranges(ranges)
    assert {seq for first, last in merged for seq in range(first, last + 1)} == {
        seq for first, last in ranges for seq in range(first, last + 1)
    }
    assert all(one[1] + 1 < other[0] for one, other in pairwise(merged))


def test_no_operator_is_hidden_and_every_path_is_a_path() -> None:
    paths = [path for fields in PERSONAL.values() for path in fields]
    assert paths
    assert not [path for path in paths if "operator" in path or not path.replace("_", "").replace(".", "").isalpha()]
