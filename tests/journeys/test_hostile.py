"""Hostile names through the whole program: nothing breaks; no terminal, printer, log or CSV gets a command.

The screens have a test of their own (tests/tui/test_hostile.py).
"""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import pytest

from domain.intent import (
    AddItem,
    AddTender,
    CloseShift,
    Intent,
    OpenShift,
    PrintCopy,
    ReadX,
    RingDepartment,
    Scan,
    Search,
    SignOn,
    Suspend,
)
from domain.outcome import BasketSuspended
from domain.refusal import Refused
from tests.devices.escpos_reader import read_receipt
from tests.journeys.store import PIN, Store, Talk, open_store
from tests.kit.hostile import HOSTILE_NAMES

DANGEROUS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")

NAMES: Final = tuple(name.encode("utf-8", "replace").decode() for name in HOSTILE_NAMES)
"""The names as UTF-8 can carry them: a lone surrogate is no character of a file, an argument or a JSON text."""
WITHOUT_NUL: Final = tuple(name.replace("\0", "") for name in NAMES)
"""The same for arguments, which cannot have a NUL, and for CSV files, which are refused as damaged with one."""


def dangers(text: str) -> set[str]:
    """Return the characters of a text that a terminal could take for a command, line ends apart."""
    return {char for char in text if unicodedata.category(char) in DANGEROUS and char != "\n"}


def has_controls(name: str) -> bool:
    """Say whether a name has characters that the settings refuse."""
    return any(unicodedata.category(char) == "Cc" for char in name)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store whose own names are as hostile as its settings allow: they refuse control characters."""
    allowed = [name for name in NAMES if not has_controls(name)]
    return open_store(
        tmp_path,
        store={"name": "".join(allowed)[:60], "address": allowed, "phone": allowed[0], "receipt_footer": allowed},
        printers=[{"kind": "file", "device": str(tmp_path / "papers.bin")}],
    )


def write_catalog(path: Path) -> None:
    """Write a catalogue with a hostile name for each item, and another for its department."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("sku", "name", "price", "department", "note\x1b[2J"))
        for number, name in enumerate(WITHOUT_NUL):
            rows.writerow((f"H{number}", f"x{name}", "10.00", WITHOUT_NUL[-number - 1], name))
            rows.writerow((f"{name}{number}", "Pan", "1.00", "Pan", ""))


def put_raw(store: Store) -> None:
    """Put the names into the catalogue just as they are, as an ERP's connector may one day bring them."""
    with store.ledger() as db, db.atomic():
        for number, name in enumerate(NAMES):
            item = (9_000 + number, f"RAW{number}", name, f"D{number}", "general", 10_000_000, "pc", 0, 0, 1)
            db.run(
                "INSERT INTO item (item_id, sku, name, department, tax_class,"
                " unit_price_micro, uom, uom_digits, is_weighed, is_for_sale)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                item,
            )
            db.run(
                "INSERT INTO department (code, name, tax_class, is_open_price, min_price_micro, max_price_micro)"
                " VALUES (?, ?, 'general', 1, 0, 1000000000)",
                (f"D{number}", name),
            )


def the_day() -> Iterator[Intent]:
    """Yield a day in which everything that takes a text gets a hostile one."""
    yield SignOn("3", PIN)
    yield OpenShift(0)
    for number, name in enumerate(NAMES):
        yield AddItem(f"H{number}")  # unknown where the import has refused it
        yield AddItem(f"RAW{number}")
        yield RingDepartment(f"D{number}", 5_000_000)
        yield Scan(name)
        yield Search(name)
        yield AddTender("debit_card", 1, name[:40])
        yield AddTender("cash")
    yield PrintCopy()
    yield ReadX(paper=True)


def test_a_hostile_store_is_heard_without_its_commands(store: Store, tmp_path: Path) -> None:
    catalog = store.home / "items.csv"
    write_catalog(catalog)
    said = [*_run_set_up(store, catalog)]
    put_raw(store)
    with store.talk() as talk:
        answers = [talk.send(msgspec.json.encode(intent)) for intent in the_day()]
        answers += _suspend_and_close(talk)
    said += _run_reports(store)
    assert {char for text in said for char in dangers(text)} == set()
    assert not [answer for answer in answers if any(byte < 0x20 or byte == 0x7F for byte in answer[:-1])]
    _hold_papers(tmp_path / "papers.bin", answers)
    _hold_files(store)
    assert store.verify().startswith("sound: ")


def _run_set_up(store: Store, catalog: Path) -> Iterator[str]:
    """Add an operator of each name, import the catalogue, and yield whatever is said."""
    for number, name in enumerate(WITHOUT_NUL):
        ran = store.run("operator", "add", str(number), name, "--role", "supervisor", "--pin-stdin", stdin=f"{PIN}\n")
        assert ran.status == 0, ran.err
        yield ran.out + ran.err
    for options in (("--dry-run",), (), ("--json",)):
        ran = store.run("import", "items", str(catalog), *options)
        assert ran.status in (0, 1), ran.err
        yield ran.out + ran.err
    for command in ("items", "departments"):
        ran = store.run("import", command, str(store.home / NAMES[5]))
        assert ran.status == 2
        yield ran.err


def _suspend_and_close(talk: Talk) -> Iterator[bytes]:
    """Suspend a basket under each name and close the shift over them."""
    for name in NAMES:
        assert not isinstance(talk.ask(AddItem("RAW0")), Refused)
        answer = talk.ask(Suspend(name))
        assert isinstance(answer, BasketSuspended)
        assert dangers(answer.name) == set()
    for _ in range(2):
        yield talk.send(msgspec.json.encode(CloseShift(0, carry_over=True)))
    assert not isinstance(talk.ask(OpenShift(0)), Refused)


def _run_reports(store: Store) -> Iterator[str]:
    """Yield what every command says of the day."""
    commands = (
        *("report x", "report x --json", "report x --columns 24", "report z", "report z --json", "verify"),
        *("verify --json", "operator list", "operator list --json", "sync --once", "sync status", "sync status --json"),
        *("config show", "config show --json", "config check", "keys"),
    )
    for command in commands:
        ran = store.run(*command.split())
        assert ran.status in ((0, 3) if "verify" in command else (0,)), f"{command}: {ran.err}"
        yield ran.out + ran.err
    for name in WITHOUT_NUL:
        ran = store.run("config", "set", "store.name", name)
        assert ran.status == (2 if has_controls(name) else 0)
        yield ran.out + ran.err


def _hold_papers(path: Path, answers: list[bytes]) -> None:
    """Read the papers as a printer does: as many cuts and drawers as there are papers, and only letters."""
    sales = [answer for answer in answers if b'"did":"sale_posted"' in answer]
    papers = read_receipt(path.read_bytes())
    assert len(sales) == len(NAMES)
    assert papers.count("cut") == len(sales) + 3
    assert papers.count("kick") <= len(sales)
    assert {event.kind for event in papers.events} <= {"cut", "kick", "barcode"}
    assert {char for line in papers.lines for char in dangers(line.text)} == set()
    assert "TOTAL 0.00" not in [line.text.strip() for line in papers.lines]


def _hold_files(store: Store) -> None:
    """Hold every text file that the program has written: logs, documents, the CSV of refused rows."""
    written = [path for path in store.home.rglob("*") if path.suffix in (".log", ".jsonl", ".csv", ".txt")]
    ours = [path for path in written if path.parent != store.home]
    assert {path.suffix for path in ours} >= {".jsonl", ".csv"}
    for path in ours:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".csv":
            assert dangers(text.replace("\r\n", "\n")) == set()
            for row in csv.reader(text.splitlines()):
                assert not [cell for cell in row if cell.startswith(FORMULAS)]
        elif path.suffix == ".log":
            assert dangers(text) == set()
        for line in text.splitlines() if path.suffix == ".jsonl" else ():
            assert not [char for char in line if char < " " or char == "\x7f"]
            assert json.loads(line)
