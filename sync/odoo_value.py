"""What is on Odoo's gift cards and e-wallets, and customers' points: `loyalty.card`, in the lane's words.

A card's code never leaves this module: the lane has its hash. A card that lanes have made in Odoo has that hash in its
code. How old a balance is decides how far a card is good, so that all of them are told again every few hours. Seen
on a real 19.0; 18 is from public code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from domain.instant import stamp
from domain.stored_value import card_ref, read_code
from sync.feed import CellRow, Feed, Page
from sync.odoo_cards import POINTS, STORED, Programs
from sync.odoo_feeds import OVERLAP, PAGE, TIME, Window, decimal_text, encode_window, read_time, read_window
from sync.odoo_partners import customer_code
from sync.odoo_rpc import OdooRpc, Record

AGAIN_HOURS: Final = 6
BOTH: Final = ["active", "in", [True, False]]
_FIELDS: Final = ("code", "points", "partner_id", "expiration_date", "active", "write_date")
_LANE_CODE: Final = re.compile(r"(gift_card|voucher):([0-9a-f]{64}):([0-9A-Z]{0,4})")


def pull_value(rpc: OdooRpc, programs: Programs, feed: Feed, checkpoint: str, now: datetime) -> Page:
    """Return a page of cards or of points. What is told is what was there at `now`, before Odoo was asked."""
    wanted = programs.of(STORED) if feed is Feed.CARDS else programs.of([POINTS])[:1]
    window = read_window(checkpoint)
    made_of = f"{now:%Y-%m-%d} {now.hour // AGAIN_HOURS} {wanted}"
    if window.of != made_of:
        window = Window(of=made_of)
    here: list[Any] = [["program_id", "in", wanted], BOTH]
    if not window.newest:
        newest = rpc.search("loyalty.card", here, ["write_date"], order="write_date desc", limit=1)
        window = Window(window.since, str(newest[0]["write_date"]) if newest else "1970-01-01 00:00:00", of=made_of)
    moved: list[Any] = [["write_date", ">=", window.since]] if window.since else []
    cards = rpc.search("loyalty.card", [*here, *moved, ["id", ">", window.after]], _FIELDS, order="id", limit=PAGE)
    rows = _stored(cards, stamp(now)) if feed is Feed.CARDS else _points(cards, stamp(now))
    if len(cards) < PAGE:
        since = (read_time(window.newest) - OVERLAP).strftime(TIME)
        return Page(rows, checkpoint=encode_window(Window(since, of=made_of)))
    after = Window(window.since, window.newest, cards[-1]["id"], made_of)
    return Page(rows, checkpoint=encode_window(after), is_last=False)


def _stored(cards: Sequence[Record], at: str) -> list[CellRow]:
    """Return what is on cards, by the hash of each code; a code that the lane could not read is left out."""
    rows: list[CellRow] = []
    for card in cards:
        code = str(card["code"] or "")
        ours = _LANE_CODE.fullmatch(code)
        read = None if ours else read_code(code)
        if not ours and not read:
            continue
        ref = card_ref(read) if read else None
        cells = {
            "hash": ref.hash if ref else ours[2] if ours else "",
            "last4": ref.last4 if ref else ours[3] if ours else "",
            "kind": ours[1] if ours else "gift_card",
            "balance": decimal_text(max(Decimal(card["points"]), Decimal(0))),
            "active": "1" if card["active"] else "0",
            "expires": str(card["expiration_date"] or ""),
            "told_at": at,
        }
        rows.append(CellRow(erp_id=str(card["id"]), stamp=str(card["write_date"]), key=cells["hash"], cells=cells))
    return rows


def _points(cards: Sequence[Record], at: str) -> list[CellRow]:
    """Return what customers have, in whole points."""
    rows: list[CellRow] = []
    for card in cards:
        if card["partner_id"] and card["active"]:
            customer = customer_code(card["partner_id"][0])
            cells = {"customer": customer, "points": str(int(Decimal(card["points"]))), "told_at": at}
            rows.append(CellRow(erp_id=str(card["id"]), stamp=str(card["write_date"]), key=customer, cells=cells))
    return rows
