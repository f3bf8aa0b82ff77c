"""A lane on a real ledger file, with a small catalogue, two operators, a stepping clock and counted ids.

    shop = make_shop(tmp_path, selling=SellingSettings(negative_lines=True))
    shop.register.scan(COFFEE)
    shop.clock.advance(61)
    shop.reopen()          # as after a power cut: a new register on the same file

`make_register` returns the register alone. Keyword arguments are the tables of `config.settings.Settings`.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final

import msgspec
from argon2 import PasswordHasher, Type

from config.settings import RoleSettings, RolesSettings, Settings, StoreSettings
from domain.lockout import Beat
from domain.permission import ALL, Permission
from domain.refusal import Refused
from domain.shift import Operator, Role
from register.register import Register, open_register
from storage.connection import LedgerDatabase, open_ledger
from storage.operators import put_cost, put_operator
from tests.kit.catalog import fill_catalog

START: Final = datetime(2026, 11, 24, 18, 5, 9, 123_000, tzinfo=UTC)
STORE: Final = StoreSettings(
    name="Tienda Ñandú",
    address=("Av. Juárez 10", "06050 Ciudad de México"),
    tax_id="XAXX010101000",
    phone="55 1234 5678",
)
ANA: Final = Operator("1", "Ana", Role.SUPERVISOR)
ANA_PIN: Final = "1234"
BETO: Final = Operator("2", "Beto", Role.CASHIER)
BETO_PIN: Final = "5678"
TRUSTED: Final = RolesSettings(
    cashier=RoleSettings(
        permissions=tuple(permission.value for permission in Permission), **msgspec.structs.asdict(ALL)
    )
)
"""Cashiers who may do all: tests of what an act does do not ask who may do it. `RolesSettings()` has the usual ones."""
CHEAP: Final = (8, 1)
"""What a PIN's hash costs in tests: 8 KiB, one pass."""
FLOAT_MINOR: Final = 50_000
FIRST_ID: Final = "00000000-0000-4000-8000-000000000001"
"""The id of the first basket that a `Shop` opens."""


class SteppingClock:
    """A clock that stands still but for `step` at each look, and for what a test adds to it."""

    def __init__(self, start: datetime = START, step: timedelta = timedelta(milliseconds=1)) -> None:
        """Begin at an instant."""
        self.at, self.step = start, step

    def __call__(self) -> datetime:
        """Return the instant, and go on by one step."""
        self.at += self.step
        return self.at

    def advance(self, seconds: float) -> None:
        """Go on, or back for a negative figure."""
        self.at += timedelta(seconds=seconds)


class SteppingBeat:
    """A monotonic clock that goes with a stepping one, but never back, and stays in its boot until it has another."""

    def __init__(self, boot: str = "boot-1") -> None:
        """Begin in a boot."""
        self.at = Beat(boot, 1_000)

    def __call__(self) -> Beat:
        """Return the instant."""
        return self.at

    def advance(self, seconds: float) -> None:
        """Go on."""
        self.at = Beat(self.at.boot, self.at.ms + int(seconds * 1000))

    def reboot(self) -> None:
        """Begin anew, as a machine does that was switched off."""
        self.at = Beat(self.at.boot + "+", 500)


class CountedIds:
    """Ids in the form of a UUID that count upward: the same in every run."""

    def __init__(self, series: int = 0) -> None:
        """Begin at one, in a series that no other lane of a test has."""
        self._series, self._numbers = series, count(1)

    def __call__(self) -> str:
        """Return the next id."""
        return f"{self._series:08d}-0000-4000-8000-{next(self._numbers):012d}"


@dataclass
class Shop:
    """A lane made for a test, and what it is made of."""

    path: Path
    settings: Settings
    clock: SteppingClock
    new_id: CountedIds
    db: LedgerDatabase
    register: Register
    beat: SteppingBeat

    def share(self, clock: SteppingClock, new_id: CountedIds) -> None:
        """Go by another lane's clock from now on, and give ids that it does not."""
        lane = self.register.lane_at_work
        self.clock = lane.clock = clock
        self.new_id = lane.new_id = new_id

    def reopen(self) -> Register:
        """Close the ledger and open it again with a new register, as a restart does; nobody is signed on then."""
        self.db.close()
        self.db = _open(self.path)
        self.register = open_register(self.db, self.settings, clock=self.clock, new_id=self.new_id, beat=self.beat)
        return self.register

    def sign_on(self, operator: Operator = ANA) -> None:
        """Sign an operator on."""
        answer = self.register.sign_on(operator.operator, ANA_PIN if operator == ANA else BETO_PIN)
        assert not isinstance(answer, Refused), answer

    def begin(self, float_minor: int = FLOAT_MINOR) -> None:
        """Sign Ana on and open a shift."""
        self.sign_on()
        answer = self.register.open_shift(float_minor)
        assert not isinstance(answer, Refused), answer


def make_shop(folder: Path, *, is_ready: bool = True, **settings: Any) -> Shop:
    """Return a lane on a new ledger in a folder; ready means signed on, with a shift open."""
    path = folder / "ledger.db"
    shutil.copyfile(_template(), path)
    shop = open_shop(path, **settings)
    if is_ready:
        shop.begin()
    return shop


def open_shop(path: Path, **settings: Any) -> Shop:
    """Return a lane on a ledger that is there; nobody is signed on."""
    db = _open(path)
    clock, new_id, beat = SteppingClock(), CountedIds(), SteppingBeat()
    wanted = Settings(**{"store": STORE, "roles": TRUSTED, **settings})
    register = open_register(db, wanted, clock=clock, new_id=new_id, beat=beat)
    return Shop(path, wanted, clock, new_id, db, register, beat)


def _open(path: Path) -> LedgerDatabase:
    """Open a ledger whose salts are the same in every run."""
    db = open_ledger(path)
    db.random_bytes = bytes
    return db


def make_register(folder: Path, *, is_ready: bool = True, **settings: Any) -> Register:
    """Return the register of `make_shop`."""
    return make_shop(folder, is_ready=is_ready, **settings).register


def cheap_hash(pin: str) -> str:
    """Return a PIN's hash that takes no time: the parameters lie in the hash, so the register checks it as any."""
    return PasswordHasher(time_cost=CHEAP[1], memory_cost=CHEAP[0], parallelism=1, type=Type.ID).hash(pin)


def put_people(db: LedgerDatabase) -> None:
    """Let the two operators sign on at a ledger, whose PINs cost no time from now on."""
    put_cost(db, *CHEAP)
    put_operator(db, ANA, cheap_hash(ANA_PIN))
    put_operator(db, BETO, cheap_hash(BETO_PIN))


@cache
def _template() -> Path:
    """Return a ledger with catalogue and operators but no journal, made once in a run and copied for each test."""
    path = Path(tempfile.mkdtemp(prefix="ledger-")) / "template.db"
    db = open_ledger(path)
    fill_catalog(db)
    put_people(db)
    db.close()
    return path
