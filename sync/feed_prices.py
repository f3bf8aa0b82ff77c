"""Taking price lists and promotions from the ERP: all of them together, in place of all that there were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from config.settings import Settings
from domain.instant import stamp
from domain.price_check import find_flaws as find_price_flaws
from domain.promotion_flaw import find_conflicts
from domain.promotion_flaw import find_flaws as find_promotion_flaws
from storage.connection import LedgerDatabase
from storage.errors import saving
from storage.prices import put_price_lists, put_promotions, read_price_lists, read_promotions
from sync.feed import PriceListRow, PromotionRow
from sync.feed_items import Judged, Taken
from sync.price_weight import weigh_lists, weigh_promotions
from sync.prices import price_terms

Now = Callable[[], datetime]


class PriceTaker:
    """Takes all price lists together; a list with a flaw is left out, and so is each based on it."""

    def __init__(self, settings: Settings, now: Now) -> None:
        self._rates = price_terms(settings).rates
        self._now = now

    def judge(self, rows: Sequence[PriceListRow]) -> Judged:
        """Return the sound lists."""
        flaws = find_price_flaws([row.price_list for row in rows], self._rates)
        sound = tuple(row for row in rows if row.price_list.code not in flaws)
        refused = {r.erp_id: flaws[r.price_list.code].flaw.value for r in rows if r.price_list.code in flaws}
        return Judged(sound, refused, weigh_lists(self._now(), [row.price_list for row in sound]))

    def weigh(self, db: LedgerDatabase) -> int:
        """Return how many lists and rules the lane has that are not over."""
        return weigh_lists(self._now(), read_price_lists(db))

    def put(self, db: LedgerDatabase, judged: Judged) -> Taken:
        """Put sound lists in place of all there were."""
        with saving():
            put_price_lists(db, [row.price_list for row in judged.sound], stamp(self._now()))
        return Taken({row.erp_id: row.price_list.code for row in judged.sound}, judged.refused)


class PromotionTaker:
    """Takes all promotions together; one with a flaw is left out."""

    def __init__(self, now: Now) -> None:
        self._now = now

    def judge(self, rows: Sequence[PromotionRow]) -> Judged:
        """Return the sound promotions."""
        promotions = [row.promotion for row in rows]
        conflicts = find_conflicts(promotions, ())
        refused: dict[str, str] = {}
        for place, row in enumerate(rows):
            if found := (*find_promotion_flaws(row.promotion), *conflicts.get(place, ())):
                refused[row.erp_id] = "; ".join(f"{flaw.field} {flaw.kind}".strip() for flaw in found)
        sound = tuple(row for row in rows if row.erp_id not in refused)
        return Judged(sound, refused, weigh_promotions(self._now(), [row.promotion for row in sound]))

    def weigh(self, db: LedgerDatabase) -> int:
        """Return how many promotions the lane has that are not over."""
        return weigh_promotions(self._now(), read_promotions(db))

    def put(self, db: LedgerDatabase, judged: Judged) -> Taken:
        """Put sound promotions in place of all there were."""
        with saving():
            put_promotions(db, [row.promotion for row in judged.sound], stamp(self._now()))
        return Taken({row.erp_id: row.promotion.code for row in judged.sound}, judged.refused)
