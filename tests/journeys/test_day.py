"""A day in a real terminal of 80×25, in Spanish; and the same day through the pipe, with the same journal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from domain.receipt_code import write_code
from tests.devices.escpos_reader import Receipt, read_receipt
from tests.journeys.day import (
    journal_of,
    masked,
    open_day_store,
    scanner_of,
    work_the_pipe,
    work_the_screen,
)
from tests.journeys.store import PROGRAM, Store
from tests.journeys.terminal import KEYS, Terminal

HEAD: Final = """\
     Tienda Ñandú
              Av. Juárez 10
          06050 Ciudad de México
            RFC: XAXX010101000
            Tel. 55 1234 5678
"""
FIRST: Final = """\
Folio 1-000001            dd/mm/aaaa hh:mm
Cajero: Ana                         Caja 1
------------------------------------------
Café Ñandú 250 g                     45.50
Agua 600 ml                          10.00
Pedro Páramo                        199.90
Jabón de tocador                     12.35
Café Ñandú 250 g                     45.50
CANCELADO Café Ñandú 250 g          -45.50
  -1 x 45.50
Agua 600 ml                          30.00
  3 x 10.00
Salmón                              411.25
  1.250 kg x 329.00
------------------------------------------
Total         $709.00
Efectivo                         $1,000.00
Cambio                             $291.00

IVA 16 %  Base 49.87                  7.98
IVA 0 %  Base 451.25                  0.00
Exento de IVA  Base 199.90            0.00

Artículos: 8                      huella
         ¡Gracias por su compra!
"""
SECOND: Final = """\
Folio 1-000002            dd/mm/aaaa hh:mm
Cajero: Ana                         Caja 1
------------------------------------------
Café Ñandú 250 g                     45.50
------------------------------------------
Total          $45.50
Tarjeta de débito 123456            $20.00
Efectivo                            $25.50

IVA 16 %  Base 39.22                  6.28

Artículos: 1                      huella
         ¡Gracias por su compra!
"""
OF_THE_Z: Final = (
    "CORTE Z 1",
    "Ventas (2)                         $754.50",
    "Abarrotes (6)                      $343.25",
    "Pescadería (1)                     $411.25",
    "IVA 16 %                            $14.26",
    "Efectivo (2)                       $734.50",
    "Tarjeta de débito (1)               $20.00",
    "Calculado                        $1,234.50",
    "Primer conteo                        $0.01",
    "Contado                          $1,234.50",
    "Diferencia                           $0.00",
    "Dotaciones (1)                     $100.00",
    "Retiros (1)                       -$100.00",
    "Queda como fondo                   $500.00",
    "Efectivo retirado                  $734.50",
    "Aperturas de cajón                       1",
)


@pytest.mark.parametrize("kind", KEYS)
def test_a_day_in_a_terminal(kind: str, tmp_path: Path) -> None:
    store = open_day_store(tmp_path / "screen")
    # A service manager keeps the sync here, so that nothing is sent before we ask for it.
    environ = {**store.environ, "MOSTRADOR_SYNC": "external"}
    with Terminal([PROGRAM], environ, store.home, kind) as terminal:
        work_the_screen(terminal, scanner_of(store))
    store.run_well("pipe")  # prints what the shut lane had not printed yet
    _hold_papers(read_receipt(papers_of(store)))
    assert store.verify().startswith("sound: 14 rows")
    _hold_documents(store)

    twin = open_day_store(tmp_path / "pipe")
    with twin.talk() as talk:
        work_the_pipe(talk)
    assert journal_of(store) == journal_of(twin)
    assert masked(read_receipt(papers_of(store)).text) == masked(read_receipt(papers_of(twin)).text)


def papers_of(store: Store) -> bytes:
    """Return the bytes that a store's printer got."""
    return (store.settings.parent / "papers.bin").read_bytes()


def _hold_papers(papers: Receipt) -> None:
    """Hold the receipts line by line, and the figures of the Z."""
    first, second, loan, pickup, z = (part.rstrip("\n") + "\n" for part in _parts(masked(papers.text)))
    assert first == FIRST
    assert second == SECOND
    assert "Dotación 1" in loan
    assert "Retiro 2" in pickup
    assert "Apertura de cajón" in pickup
    assert [line for line in OF_THE_Z if line not in z] == []
    assert papers.count("cut") == 6
    assert papers.count("kick") == 5
    assert [event.data for event in papers.events if event.kind == "barcode"] == [
        write_code("1", 1, 70_900),
        write_code("1", 2, 4_550),
    ]
    (total,) = (line for line in papers.lines if line.text.startswith("Total  ") and "709.00" in line.text)
    assert (total.bold, total.size) == (True, 2)


def _parts(text: str) -> list[str]:
    """Return the papers without the head that all of them have."""
    before, *parts = text.split(HEAD)
    assert before == ""
    return parts


def _hold_documents(store: Store) -> None:
    """Let the sync put the documents into the folder once, and nothing a second time."""
    assert "sent 6, rejected 0" in store.run_well("sync", "--once")
    (batch,) = (store.paths.erp / "out").glob("*.jsonl")
    header, *documents = map(json.loads, batch.read_text(encoding="utf-8").splitlines())
    assert header["count"] == len(documents) == 6
    assert [document["kind"] for document in documents] == [
        "shift_opened",
        "sale_posted",
        "sale_posted",
        "loan",
        "pickup",
        "shift_closed",
    ]
    assert [_total(document) for document in documents[1:]] == [70_900, 4_550, 10_000, 10_000, 75_450]
    with store.ledger() as db:
        hashes = dict(db.all("SELECT seq, hash FROM journal"))
    assert [document["hash"] for document in documents] == [hashes[document["seq"]] for document in documents]
    content = batch.read_bytes()
    assert "sent 0, rejected 0" in store.run_well("sync", "--once")
    assert [path.read_bytes() for path in (store.paths.erp / "out").glob("*.jsonl")] == [content]


def _total(document: dict[str, Any]) -> int:
    body = document["record"]["body"]
    return int(body.get("total_minor", body.get("amount_minor")))
