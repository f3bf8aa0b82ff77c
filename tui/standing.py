"""How the lane stands, in words: what the status bar shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from domain.outcome import StatusTold
from domain.shift import ShiftAge
from domain.text import safe_text
from tui.widgets.status_bar import Light
from tui.words import Words

if TYPE_CHECKING:
    from tui.app import TillApp

GOOD = ("ready", "ok", "connected", "running", "elsewhere", "")
QUIET = ("rejected",)
"""States that are news of one moment: the device itself is well."""
SILENT = ("sync", "ledger")
"""Devices that are no news while they are well: the outbox says how the sync does, each sale that the ledger holds."""
FIRST = "ledger"
"""What stands before everything else and is never shortened: its text is the remedy, from outside the lane."""
NAME_LENGTH = 18


def status_lights(till: TillApp, told: StatusTold | None, devices: Mapping[str, str]) -> tuple[str, tuple[Light, ...]]:
    """Return who sells where, and how printer, devices and sync stand."""
    words, register = till.words, till.register
    parts = [words("status.lane", lane=safe_text(register.lane, 8))]
    if register.operator is not None:
        parts.append(safe_text(register.operator.name, NAME_LENGTH))
    if register.shift is not None:
        parts.append(words("status.shift", shift=register.shift.shift_id))
    training = [Light(words("status.training"), True)] if till.is_training else []
    states = dict(devices)
    if told is not None and told.printer:
        states.setdefault("printer", told.printer)
    ordered = sorted(states.items(), key=lambda each: (each[0] != FIRST, each))
    lights = [device_light(words, d, s) for d, s in ordered if d not in SILENT or s not in GOOD]
    if told is not None and not till.is_training:  # nobody is told of what is sold in training
        lights += sync_lights(words, told)
    return "  ".join(parts), (*training, *lights)


def device_light(words: Words, device: str, state: str) -> Light:
    """Return the light of a device; a state without words of ours is shown as its driver says it."""
    name = words(f"device.{device}") if words.has(f"device.{device}") else safe_text(device, NAME_LENGTH)
    if state in GOOD or state in QUIET:
        return Light(f"{name} {words('state.ok')}")
    fault = state.rpartition(": ")[2]
    text = words(f"state.{fault}") if words.has(f"state.{fault}") else safe_text(fault, NAME_LENGTH)
    return Light(f"{name} {text}", True, "" if device == FIRST else name)


def sync_lights(words: Words, told: StatusTold) -> list[Light]:
    """Return how the outbox and the paper in waiting stand, as few words as they need."""
    lights = []
    if told.print_waiting:
        lights.append(Light(words("status.printing", count=told.print_waiting)))
    if told.print_unknown:
        lights.append(Light(words("status.print_unknown", count=told.print_unknown), True, words("status.papers")))
    if told.shift_age is not ShiftAge.FRESH:
        lights.append(Light(words("status.shift_old"), True))
    if told.has_too_much_cash:
        lights.append(Light(words("status.pickup"), True))
    if told.suspended:
        lights.append(Light(words("status.suspended", count=told.suspended)))
    return lights + _erp_lights(words, told)


def _erp_lights(words: Words, told: StatusTold) -> list[Light]:
    """Return how it stands with the ERP."""
    lights = []
    if told.outbox_rejected:
        lights.append(Light(words("status.rejected", count=told.outbox_rejected), True, words("status.erp")))
    if told.is_online is False:
        lights.append(Light(words("status.offline"), True, words("status.erp")))
    elif told.sync_problem:
        lights.append(Light(words("status.feeds"), True, words("status.erp")))
    if told.outbox_waiting:
        lights.append(Light(words("status.queued", count=told.outbox_waiting)))
    elif not told.outbox_rejected and told.is_online is not False:
        lights.append(Light(words("status.sent")))
    return lights
