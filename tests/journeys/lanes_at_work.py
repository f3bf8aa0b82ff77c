"""A lane of two: its ledger, its sync on a connection of its own, and its book."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from config.settings import CreditSettings, LaneSettings, ReturnsSettings, RoleSettings, RolesSettings, SyncSettings
from domain.customer import Customer
from domain.permission import ALL, Permission
from storage.connection import LedgerDatabase, open_ledger
from storage.customers import put_customers
from sync.clock import Clock
from sync.round import Sync
from tests.journeys.counting_erp import CountingConnector, CountingErp
from tests.journeys.two_lanes import KEY, LIMITS, STALE_HOURS, STALE_PERCENT, LaneBook
from tests.kit.lane import BETO, FLOAT_MINOR, CountedIds, Shop, SteppingClock, make_shop

ROLES: Final = RolesSettings(
    cashier=RoleSettings(
        permissions=tuple(one.value for one in Permission if one is not Permission.CREDIT),
        **msgspec.structs.asdict(ALL),
    )
)
"""The cashier may do all but sell beyond a customer's credit."""


class SharedClock(Clock):
    """The sync's clock that goes with the lanes'."""

    def __init__(self, clock: SteppingClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> datetime:
        return self._clock()


class OneLane:
    """A lane, its sync on a connection of its own, and its book."""

    def __init__(self, folder: Path, name: str, erp: CountingErp, clock: SteppingClock) -> None:
        place = folder / name
        place.mkdir()
        key = folder / "store.key"
        key.write_bytes(KEY)
        self.shop: Shop = make_shop(
            place,
            is_ready=False,
            lane=LaneSettings(id=name),
            roles=ROLES,
            returns=ReturnsSettings(key_file=str(key)),
            credit=CreditSettings(stale_hours=STALE_HOURS, stale_limit_ppm=STALE_PERCENT * 10_000),
            sync=SyncSettings(batch=4),
        )
        self.shop.share(clock, CountedIds(int(name)))
        self.shop.sign_on(BETO)
        self.shop.register.open_shift(FLOAT_MINOR)
        with self.shop.db.atomic():
            put_customers(self.shop.db, [Customer(code, code, credit_limit_minor=n) for code, n in LIMITS.items()])
        self.book = LaneBook(name)
        self.erp = erp
        self.db: LedgerDatabase = open_ledger(self.shop.path, must_exist=True)
        self.connector = CountingConnector(erp, name)
        self.sync = Sync(self.db, self.connector, self.shop.settings, SharedClock(clock), lambda _: None)

    @property
    def register(self) -> Any:
        """The register; what it answers is asserted, not typed, here."""
        return self.shop.register

    def states(self) -> dict[str, str]:
        """Return where each document stands with the ERP."""
        return dict(self.db.all("SELECT document_id, state FROM outbox"))

    def close(self) -> None:
        """Close both connections."""
        self.db.close()
        self.shop.db.close()
