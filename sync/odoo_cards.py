"""Gift cards, vouchers and loyalty points in Odoo: `loyalty.card`, moved by what the lane's sales put on and take off.

Odoo's own till works a reward into the order's lines; here a card pays like any tender, by the payment method of its
kind, and its balance is moved beside the order. Balance and a line of `loyalty.history` that names the order are
written in one call, so that a move is found again and never made twice. A card that only lanes know is made in Odoo
under a code of ours, for the lane has no code of a card, only its hash. Seen on a real 19.0; 18 is from public code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from sync.errors import Denied
from sync.feed import ErpIds, Feed
from sync.odoo_body import SaleBody
from sync.odoo_rpc import OdooRpc, Record, id_of
from sync.odoo_shop import OdooShop

HISTORY_SINCE: Final = 18
GIFT: Final = "gift_card"
STORED: Final = ("gift_card", "ewallet")
POINTS: Final = "loyalty"


class CardMove(msgspec.Struct, frozen=True):
    """What an order moves on one card (`card_hash`), or of a customer's points (`customer`): minor units, or points."""

    amount: int
    card_hash: str = ""
    last4: str = ""
    kind: str = ""
    customer: str = ""


def moves_of(sale: SaleBody) -> tuple[CardMove, ...]:
    """Return what a sale moves: what lines put on cards and tenders take off, each card once, and points."""
    sums: Counter[tuple[str, str, str]] = Counter()
    for line in sale.lines:
        if line.load:
            sums[line.load.card.hash, line.load.card.last4, line.load.card.kind] += line.load.amount_minor
    for tender in sale.tenders:
        if tender.card:
            sums[tender.card.hash, tender.card.last4, tender.card.kind] -= tender.amount_minor
    moves = [CardMove(amount, *card) for card, amount in sums.items() if amount]
    points = sale.points.earned - sale.points.redeemed if sale.points else 0
    return (*moves, CardMove(points, customer=sale.customer)) if points and sale.customer else tuple(moves)


def lane_card_code(move: CardMove) -> str:
    """Return the code in Odoo of a card that only lanes know."""
    return f"{move.kind}:{move.card_hash}:{move.last4}"


class Programs:
    """The programmes that keep balances, asked for once."""

    def __init__(self, rpc: OdooRpc, shop: OdooShop) -> None:
        self._rpc = rpc
        self._shop = shop
        self._found: list[Record] | None = None

    def of(self, kinds: Iterable[str]) -> list[int]:
        """Return the programmes of some kinds at this point of sale, oldest first; none where there is no loyalty."""
        if self._shop.version < HISTORY_SINCE:
            return []
        if self._found is None:
            here = ["|", ["pos_config_ids", "=", False], ["pos_config_ids", "in", [self._shop.config_id]]]
            try:
                self._rpc.search("loyalty.history", [], ["card_id"], limit=1)
                self._found = self._rpc.search(
                    "loyalty.program", [["pos_ok", "=", True], *here], ["program_type"], order="id"
                )
            except Denied:
                self._found = []
        wanted = frozenset(kinds)
        return [one["id"] for one in self._found if one["program_type"] in wanted]


class Cards:
    """Moves balances in one Odoo."""

    def __init__(self, rpc: OdooRpc, shop: OdooShop, ids: ErpIds, programs: Programs) -> None:
        """Find cards by `ids`: by the hash of a code which Odoo has told."""
        self._rpc = rpc
        self._shop = shop
        self._ids = ids
        self._programs = programs

    def move(self, order_id: int, moves: Sequence[CardMove]) -> None:
        """Move what an order moves, each card once however often it is asked. Raises `Refusal`, `Denied`.

        Where Odoo has no such programme nothing is kept of it there.
        """
        done: set[int] | None = None
        for move in moves:
            programs = self._programs.of([POINTS] if move.customer else [GIFT])
            if not programs:
                continue
            if done is None:
                done = self._moved(order_id)
            card = self._card(move, programs[0])
            if card is None:
                self._make(order_id, move, programs[0])
            elif card["id"] not in done and id_of(card["source_pos_order_id"]) != order_id:
                self._write(order_id, card, move)

    def _moved(self, order_id: int) -> set[int]:
        """Return the cards that an order has moved already."""
        domain = [["order_model", "=", "pos.order"], ["order_id", "=", order_id]]
        return {id_of(one["card_id"]) for one in self._rpc.search("loyalty.history", domain, ["card_id"])}

    def _card(self, move: CardMove, program_id: int) -> Record | None:
        """Return the card of a move, None where Odoo has none yet."""
        if move.customer:
            domain = [["program_id", "=", program_id], ["partner_id", "=", self._partner(move)]]
        elif known := self._ids.erp_id(Feed.CARDS, move.card_hash):
            domain = [["id", "=", int(known)]]
        else:
            domain = [["code", "=", lane_card_code(move)]]
        found = self._rpc.search("loyalty.card", domain, ["points", "source_pos_order_id"], order="id", limit=1)
        return found[0] if found else None

    def _make(self, order_id: int, move: CardMove, program_id: int) -> None:
        """Make a card with what is on it: Odoo notes the order on it in the same call."""
        told: dict[str, Any] = {"program_id": program_id, "points": self._amount(move), "line_codes": []}
        if move.customer:
            told["partner_id"] = self._partner(move)
        else:
            told["code"] = lane_card_code(move)
        self._rpc.call("pos.order", "confirm_coupon_programs", {"coupon_data": {"-1": told}}, [order_id])

    def _write(self, order_id: int, card: Record, move: CardMove) -> None:
        """Write a balance and the line of its history together."""
        amount = self._amount(move)
        line = {
            "order_model": "pos.order",
            "order_id": order_id,
            "description": "Mostrador",
            "issued": max(amount, Decimal(0)),
            "used": max(-amount, Decimal(0)),
        }
        vals = {"points": Decimal(card["points"]) + amount, "history_ids": [[0, 0, line]]}
        self._rpc.call("loyalty.card", "write", {"vals": vals}, [card["id"]])

    def _amount(self, move: CardMove) -> Decimal:
        return Decimal(move.amount) if move.customer else Decimal(move.amount).scaleb(-self._shop.exponent)

    def _partner(self, move: CardMove) -> int:
        return int(self._ids.erp_id(Feed.CUSTOMERS, move.customer) or 0)
