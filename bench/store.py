"""The store that is measured: a made-up catalogue of any size, the same in every run, and a lane ready to sell."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import uuid4

from config.settings import Settings, StoreSettings
from domain.barcode import check_digit
from domain.refusal import Refused
from domain.shift import Operator, Role
from register.pins import hash_pin
from register.register import Register, open_register
from storage.connection import LedgerDatabase, open_ledger
from storage.operators import put_operator

OPERATOR: Final = Operator("1", "Ana", Role.SUPERVISOR)
PIN: Final = "1234"
FLOAT_MINOR: Final = 50_000
DEPARTMENTS: Final = ("Abarrotes", "Bebidas", "Lácteos", "Limpieza", "Panadería", "Mascotas", "Papelería", "Higiene")
CLASSES: Final = ("general", "general", "zero", "exempt")
SEED: Final = 20261124
SETTINGS: Final = Settings(
    store=StoreSettings(name="La Esquina", address=("Av. Juárez 10", "06050 Ciudad de México"), tax_id="XAXX010101000")
)

_HEADS: Final = (
    "Café Leche Arroz Frijol Azúcar Aceite Harina Galletas Jabón Detergente Atún Sardina Mayonesa Salsa Jugo Refresco"
    " Cerveza Vino Queso Yogur Crema Mantequilla Jamón Salchicha Pan Tortillas Cereal Avena Miel Mermelada Chocolate"
    " Dulces Papas Cacahuates Nueces Pasta Sopa Caldo Sal Pimienta Vinagre Mostaza Champú Crema Pañales Servilletas"
)
_TAILS: Final = (
    "clásico ligero entero molido orgánico natural tostado oscuro dulce salado picante fresco premium familiar suave"
    " extra fino doble rojo verde blanco negro azul dorado mexicano casero artesanal integral"
)
_BRANDS: Final = [a + b for a in ("San", "Del", "La", "El", "Don", "Mi") for b in ("mar", "sol", "rey", "luz", "paz")]


class MadeItem(NamedTuple):
    """One item of the made-up catalogue; its code is a GTIN-13 as it is printed on it."""

    item_id: int
    sku: str
    name: str
    department: str
    tax_class: str
    unit_price_micro: int
    code: str

    @property
    def key(self) -> str:
        """The code as the ledger keeps it: 14 digits."""
        return self.code.rjust(14, "0")


def make_items(count: int) -> Iterator[MadeItem]:
    """Yield that many items, the same ones in every run."""
    chance = random.Random(SEED)
    heads, tails = _HEADS.split(), _TAILS.split()
    for n in range(1, count + 1):
        body = f"750{n * 7919 % 1_000_000_007:09d}"[:12]
        name = f"{chance.choice(heads)} {chance.choice(_BRANDS)} {chance.choice(tails)} {chance.choice(tails)}"
        yield MadeItem(
            n,
            f"S{n:07d}",
            f"{name} {chance.randrange(50, 2000, 50)} g",
            f"{n % len(DEPARTMENTS) + 1:02d}",
            CLASSES[n % len(CLASSES)],
            chance.randrange(100, 50_000) * 10_000,
            body + check_digit(body),
        )


def department_rows() -> list[tuple[str, str, str, int, int, int]]:
    """Return the departments' rows."""
    return [(f"{n:02d}", name, "general", 0, 0, 0) for n, name in enumerate(DEPARTMENTS, 1)]


def fill_catalog(db: LedgerDatabase, items: Sequence[MadeItem]) -> None:
    """Write a catalogue at once, searchable, as a lane has it after its first import."""
    names = {f"{n:02d}": name for n, name in enumerate(DEPARTMENTS, 1)}
    with db.atomic():
        db.many(
            "INSERT INTO department (code, name, tax_class, is_open_price, min_price_micro, max_price_micro)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            department_rows(),
        )
        db.many(
            "INSERT INTO item (item_id, sku, name, department, tax_class,"
            " unit_price_micro, uom, uom_digits, is_weighed, is_for_sale)"
            " VALUES (?, ?, ?, ?, ?, ?, 'pc', 0, 0, 1)",
            [(i.item_id, i.sku, i.name, i.department, i.tax_class, i.unit_price_micro) for i in items],
        )
        db.many("INSERT INTO item_code VALUES (?, ?, 1000000)", sorted((i.key, i.item_id) for i in items))
        db.many(
            "INSERT INTO item_fts (rowid, name, department) VALUES (?, ?, ?)",
            [(i.item_id, i.name, names[i.department]) for i in items],
        )


def make_ledger(path: Path, items: Sequence[MadeItem]) -> LedgerDatabase:
    """Make a ledger with a catalogue and one operator, and leave nothing of it in the WAL."""
    db = open_ledger(path)
    fill_catalog(db, items)
    put_operator(db, OPERATOR, _pin_hash())
    db.one("PRAGMA wal_checkpoint(TRUNCATE)")
    return db


@cache
def _pin_hash() -> str:
    """Return the hash of the PIN, made once."""
    return hash_pin(PIN)


def open_for_sale(db: LedgerDatabase, settings: Settings = SETTINGS) -> Register:
    """Return a register on a ledger, signed on and with a shift open."""
    register = open_register(db, settings, clock=lambda: datetime.now(UTC), new_id=lambda: str(uuid4()))
    expect(register.sign_on(OPERATOR.operator, PIN))
    if register.shift is None:
        expect(register.open_shift(FLOAT_MINOR))
    return register


def expect(answer: Any) -> Any:
    """Return an answer that is no refusal: a bench that was refused has measured nothing."""
    if isinstance(answer, Refused):
        raise RuntimeError(f"refused: {answer.reason.value} {answer.facts}")
    return answer
