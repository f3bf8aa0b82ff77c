"""Two integrators' ERPs, made from the docs alone, beside a lane: catalogue in, batches out, answers, the inbox."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from tests.architecture.house import ROOT
from tests.journeys.store import Store, open_small_store
from tests.kit.catalog import COFFEE

PYTHON: Final = (sys.executable, "-I", str(ROOT / "docs" / "files_erp.py"))
SHELL: Final = ("sh", str(ROOT / "docs" / "files_erp.sh"))
ITEMS: Final = "sku,code,name,price\nNEW-1,7501055363056,Refresco de cola 600 ml,18.50\n"
STOCK: Final = '{"stock":[{"sku":"NEW-1","on_hand":24}]}'

Erp = Callable[..., None]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_small_store(tmp_path, printers=[{"kind": "none"}], sync={"format": "both"})


def erp_of(program: tuple[str, ...], store: Store) -> Erp:
    """An ERP at work on the store's folder."""
    folder = store.paths.erp

    def run(*arguments: object) -> None:
        command = [*program, str(folder), *map(str, arguments)]
        subprocess.run(command, check=True, cwd=store.home, env={"PATH": store.environ["PATH"]})

    return run


def sync(store: Store) -> Any:
    return json.loads(store.run("sync", "--once", "--json").out)


def standing(store: Store) -> Any:
    return json.loads(store.run("sync", "status", "--json").out)


def work(store: Store, *intents: dict[str, Any]) -> list[Any]:
    """Do something at the lane's register, as an operator does."""
    signed_on = ({"do": "sign_on", "operator": "1", "pin": "1234"}, *intents)
    said = store.run_well("pipe", stdin="".join(f"{json.dumps(intent)}\n" for intent in signed_on))
    return [json.loads(line) for line in said.splitlines()]


def leave_catalogue(store: Store, erp: Erp) -> None:
    """Let the ERP leave items and stock, and the lane take them."""
    sync(store)
    for name, content in (("items.csv", ITEMS), ("stock.json", STOCK)):
        (store.home / name).write_text(content, encoding="utf-8")
    erp("leave", store.home / "items.csv", store.home / "stock.json")
    taken = sync(store)["taken"]
    assert taken[:2] == ["items.csv", "stock.json"]
    assert taken[2].startswith("manifest-")


def rejected(store: Store) -> list[tuple[str, str]]:
    return [(one["document_id"], one["reason"]) for one in standing(store)["rejected_documents"]]


def test_an_erp_in_python_books_a_day_and_rejects_what_it_does_not_know(store: Store) -> None:
    erp = erp_of(PYTHON, store)
    leave_catalogue(store, erp)
    (store.home / "customers.csv").write_text("code,name\nC-9,Abarrotes Lupita\n", encoding="utf-8")
    erp("leave", store.home / "customers.csv")
    assert sync(store)["taken"][0] == "customers.csv"
    sold = work(
        store,
        {"do": "open_shift", "float_minor": 0},
        {"do": "scan", "code": "7501055363056"},
        {"do": "add_tender", "kind": "cash", "amount_minor": 5_000},
        {"do": "scan", "code": COFFEE},
        {"do": "set_customer", "customer": "C-9"},
        {"do": "add_tender", "kind": "cash", "amount_minor": 50_000, "confirmed": True},
    )
    assert [one["did"] for one in sold].count("sale_posted") == 2
    assert sync(store)["sent"] == 3
    books = store.home / "books.json"
    erp("read", books)
    sync(store)
    ((document_id, reason),) = rejected(store)
    assert reason == "there is no customer C-9: create it and send this again"
    booked = json.loads(books.read_text(encoding="utf-8"))
    assert [one["total_minor"] for one in booked["documents"].values()] == [0, 1_850]
    books.write_text(json.dumps(booked | {"customers": ["C-9"]}), encoding="utf-8")
    store.run_well("sync", "retry", document_id)
    assert sync(store)["sent"] == 1
    erp("read", books)
    sync(store)
    assert rejected(store) == []
    assert set(json.loads(books.read_text(encoding="utf-8"))["documents"]) == {*booked["documents"], document_id}
    assert not list(store.paths.erp.glob("out/batch-*"))


@pytest.mark.skipif(not shutil.which("jq") or not shutil.which("sha256sum"), reason="no jq, no sha256sum")
def test_an_erp_in_shell_rejects_one_and_books_it_after_all(store: Store) -> None:
    erp = erp_of(SHELL, store)
    leave_catalogue(store, erp)
    work(store, {"do": "open_shift", "float_minor": 0}, {"do": "scan", "code": "7501055363056"})
    work(store, {"do": "add_tender", "kind": "cash", "amount_minor": 5_000})
    assert sync(store)["sent"] == 2
    with store.ledger() as db, db.atomic():
        document_id = db.all("SELECT document_id FROM outbox WHERE kind = 'sale_posted'")[0][0]
    books, unwanted = store.home / "books", store.home / "books.reject"
    unwanted.write_text(f"{document_id}\n", encoding="utf-8")
    erp("read", books)
    sync(store)
    assert rejected(store) == [(document_id, "the shell did not like it")]
    unwanted.write_text("", encoding="utf-8")
    store.run_well("sync", "retry", "--all")
    sync(store)
    erp("read", books)
    sync(store)
    assert rejected(store) == []
    assert document_id in books.read_text(encoding="utf-8").splitlines()
    assert len(books.read_text(encoding="utf-8").splitlines()) == 2
