"""Reads a Tryton's price lists, which our module tells as rules, as the lane's own (docs/price-lists.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from domain.money import MICRO_DIGITS, parse_scaled
from domain.price_rule import PriceBasis, PriceList, PriceRule, PriceWay, RuleScope
from domain.text import safe_text
from sync.clock import Clock
from sync.errors import Denied
from sync.feed import Feed, Page, PriceListRow
from sync.tryton_link import TrytonLink

PRICES_EVERY: Final = timedelta(minutes=10)
"""Tryton works all lists out anew each time it is asked: what that costs is not asked each round."""
MAX_NAME: Final = 60

Told = Mapping[str, Any]


class TrytonPrices:
    """Brings the price lists of one lane."""

    def __init__(self, link: TrytonLink, lane: str, clock: Clock) -> None:
        """Ask for a lane."""
        self._link = link
        self._lane = lane
        self._clock = clock
        self._asked_at: datetime | None = None

    def pull(self, checkpoint: str) -> Page:
        """Return all lists, or an empty page while they are those of the checkpoint."""
        now = self._clock.now()
        if checkpoint and self._asked_at and now - self._asked_at < PRICES_EVERY:
            return Page(checkpoint=checkpoint, is_told=False)
        told = self._link.ask("changes", {"lane": self._lane, "feed": Feed.PRICES.value, "limit": 1})
        self._asked_at = now
        rows, notes = told.get("rows"), told.get("notes", [])
        mark = hashlib.sha256(msgspec.json.encode([rows, notes], order="sorted")).hexdigest()
        if mark == checkpoint:
            return Page(checkpoint=checkpoint)
        try:
            lists = [_read_list(row) for row in rows or ()]
        except (KeyError, TypeError, ValueError) as error:
            raise Denied(f"Tryton's price lists cannot be read ({error}): report it") from error
        return Page(lists, checkpoint=mark, notes=tuple(safe_text(str(note), 300) for note in notes))


def _read_list(told: Told) -> PriceListRow:
    name = safe_text(str(told["name"])).strip()[:MAX_NAME]
    rules = tuple(_read_rule(rule) for rule in told["rules"])
    price_list = PriceList(code=str(told["code"]), name=name, rules=rules)
    stamp = hashlib.sha256(msgspec.json.encode(price_list)).hexdigest()
    return PriceListRow(erp_id=str(told["id"]), stamp=stamp, price_list=price_list)


def _read_rule(told: Told) -> PriceRule:
    rule = PriceRule(
        rule_id=int(told["id"]),
        scope=RuleScope(told["scope"]),
        target=safe_text(str(told["target"])),
        min_quantity_micro=_micro(told["min"]),
    )
    if told["way"] == "fixed":
        return msgspec.structs.replace(rule, fixed_price_micro=_micro(told["price"]))
    percent, surcharge = _micro(told["percent"]), _micro(told["surcharge"])
    if told["way"] == "cost":
        made = {"way": PriceWay.FORMULA, "basis": PriceBasis.COST, "markup_micro": percent}
        return msgspec.structs.replace(rule, **made, surcharge_micro=surcharge)
    if told["way"] != "list":
        raise ValueError(f"{safe_text(str(told['way']))} is no way to make a price")
    if not surcharge:
        return msgspec.structs.replace(rule, way=PriceWay.PERCENTAGE, percent_micro=percent)
    return msgspec.structs.replace(rule, way=PriceWay.FORMULA, discount_micro=percent, surcharge_micro=surcharge)


def _micro(text: object) -> int:
    found = parse_scaled(str(text), MICRO_DIGITS)
    if found is None:
        raise ValueError(f"{safe_text(str(text))} is no decimal")
    return found
