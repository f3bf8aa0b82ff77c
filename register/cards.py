"""Gift cards and vouchers at the lane: money put on them by a line, taken off by a tender, given back as a voucher."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import msgspec

from domain.basket import Basket
from domain.instant import MOST_AHEAD, read_stamp
from domain.item import Item
from domain.money import MICRO_DIGITS
from domain.refusal import Reason, Refused
from domain.sale import Sale
from domain.stored_value import CardKind, CardRef, CardRules, Load, card_ref, judge_spending, read_code, voucher_code
from domain.tender import Tender, TenderKind, make_tender
from domain.text import holds_card_number
from register.lane import Lane
from storage.cards import card_secret, read_balance, read_moved

NEVER_MINUTES: Final = 100 * 365 * 24 * 60
"""The age of a balance of which nobody knows how old it is."""


def make_load(lane: Lane, item: Item, quantity_micro: int, price_micro: int, code: str) -> Load | Refused:
    """Return what a line puts on a card, or what is missing: its code, one whole amount above nothing."""
    if quantity_micro != 1_000_000:
        return Refused(Reason.CARD_LINE, {"name": item.name})
    step = 10 ** (MICRO_DIGITS - lane.book.exponent)
    if price_micro <= 0 or price_micro % step:
        return Refused(Reason.PRICE_OUT_OF_RANGE, {"name": item.name})
    if not code:
        return Refused(Reason.NEEDS_CARD, {"sku": item.sku, "name": item.name})
    ref = _read(code)
    if isinstance(ref, Refused):
        return ref
    told = read_balance(lane.db, ref.hash)
    if told is not None and not told.is_active:
        return Refused(Reason.CARD_NOT_VALID, {"date": told.expires_on})
    return Load(ref, price_micro // step)


def _read(code: str) -> CardRef | Refused:
    """Return the card of a code; a payment card's number is none of ours, and never kept."""
    if holds_card_number(code):
        return Refused(Reason.CARD_NUMBER)
    clean = read_code(code)
    return Refused(Reason.BAD_CARD) if clean is None else card_ref(clean)


def card_tender(
    lane: Lane, basket: Basket, kind: TenderKind, amount_minor: int | None, reference: str
) -> Tender | Refused:
    """Return the tender of a card: what is to pay, as far as it is good; owed to the customer, money back on it.

    What is owed goes on the card that is named, or on a new voucher without one.
    """
    if basket.balance_minor < 0:
        return _give_back(lane, basket, kind, amount_minor, reference)
    ref = _read(reference) if reference.strip() else Refused(Reason.NEEDS_REFERENCE, {"kind": kind.code})
    if isinstance(ref, Refused):
        return ref
    left = left_on(lane, basket, ref)
    if isinstance(left, Refused):
        return left
    wanted = min(left, basket.balance_minor) if amount_minor is None else amount_minor
    if not left or wanted > left:
        return Refused(Reason.OVER_BALANCE, {"left_minor": left})
    told = read_balance(lane.db, ref.hash)
    return _on_card(make_tender(kind, basket.balance_minor, wanted, ref.shown), told.kind if told else ref.kind, ref)


def left_on(lane: Lane, basket: Basket, ref: CardRef) -> int | Refused:
    """Return what may be spent of a card here and now, without what this basket has taken of it already."""
    told = read_balance(lane.db, ref.hash)
    moved, is_ours = read_moved(lane.db, ref.hash, told.told_at if told else "")
    moved -= sum(tender.amount_minor for tender in basket.tenders if tender.card and tender.card.hash == ref.hash)
    age = _age_minutes(lane, told.told_at) if told else 0
    settings = lane.settings.cards
    rules = CardRules(settings.fresh_hours, settings.stale_limit_minor)
    return judge_spending(told, moved, is_ours, rules, (lane.today(), age))


def _age_minutes(lane: Lane, told_at: str) -> int:
    """Return how old a balance is; one of a time still to come was told by a wrong clock, and is as old as can be."""
    age = lane.clock() - read_stamp(told_at)
    return NEVER_MINUTES if age < -MOST_AHEAD else max(0, age // timedelta(minutes=1))


def _give_back(
    lane: Lane, basket: Basket, kind: TenderKind, amount_minor: int | None, reference: str
) -> Tender | Refused:
    """Return a tender that gives what is owed back on a card."""
    if reference.strip():
        ref = _read(reference)
        if isinstance(ref, Refused):
            return ref
        told = read_balance(lane.db, ref.hash)
        if told is None and not read_moved(lane.db, ref.hash, "")[1]:
            return Refused(Reason.UNKNOWN_CARD)
    else:
        try:
            secret = card_secret(lane.db.path)
        except OSError as error:
            return Refused(Reason.NOT_SAVED, {"error": error.strerror or str(error)})
        ref = card_ref(voucher_code(secret, basket.basket_id, len(basket.tenders)), CardKind.VOUCHER)
    return _on_card(make_tender(kind, basket.balance_minor, amount_minor, ref.shown), ref.kind, ref)


def _on_card(tender: Tender | Refused, kind: CardKind, ref: CardRef) -> Tender | Refused:
    """Return a tender with its card."""
    if isinstance(tender, Refused):
        return tender
    return msgspec.structs.replace(tender, card=msgspec.structs.replace(ref, kind=kind))


def new_vouchers(lane: Lane, sale: Sale) -> tuple[tuple[str, int], ...]:
    """Return code and amount of each voucher that a sale has given, for its paper; none where the secret is gone."""
    given = [(n, t) for n, t in enumerate(sale.tenders) if t.card and t.amount_minor < 0]
    if not given:
        return ()
    try:
        secret = card_secret(lane.db.path)
    except OSError:
        return ()
    codes = ((voucher_code(secret, sale.sale_id, position), tender) for position, tender in given)
    return tuple((code, -t.amount_minor) for code, t in codes if t.card and card_ref(code).hash == t.card.hash)
