"""What the lane's papers have in common: the store's head and the style of its language."""

from __future__ import annotations

from domain.receipt import StoreHead, Style
from register.lane import Lane


def store_head(lane: Lane) -> StoreHead:
    """Return what stands on top of the lane's papers."""
    store = lane.settings.store
    return StoreHead(store.name, store.address, store.tax_id, store.phone, store.receipt_footer)


def style_of(lane: Lane) -> Style:
    """Return the language and country of the lane's papers."""
    return Style(lane.texts, lane.forms, lane.zone, {kind.code: kind for kind in lane.tender_kinds})
