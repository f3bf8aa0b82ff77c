"""Every reason is produced by some act, and a refusal changes nothing: not the register, not a row of the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from domain.refusal import Reason, Refused
from tests.kit.faults import dump
from tests.kit.lane import Shop, make_shop
from tests.register.scenes import ABOVE, BY_FAULT, SCENES, Scene

ROOT: Final = Path(__file__).parents[2]


def state(shop: Shop) -> tuple[Any, ...]:
    """Return all that a register shows of itself."""
    register = shop.register
    return (register.basket, register.operator, register.shift, register.last_receipt, register.status())


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.reason.value)
def test_a_refusal_gives_its_reason_and_changes_nothing(scene: Scene, tmp_path: Path) -> None:
    shop = make_shop(tmp_path, is_ready=scene.is_ready)
    scene.first(shop)
    rows, seen = dump(shop.path), state(shop)
    answer = scene.act(shop)
    assert isinstance(answer, Refused), answer
    assert answer.reason is scene.reason
    assert state(shop) == seen
    after = dump(shop.path)
    if scene.is_journalled:
        assert len(after.pop("journal")) == len(rows.pop("journal")) + 1
        for table in ("shift_total", "pin_attempt"):
            after.pop(table), rows.pop(table)
    assert after == rows
    shop.db.close()


def test_there_is_a_scene_for_every_reason() -> None:
    """A reason that nobody can produce is dead weight for every translator: take it out."""
    assert {scene.reason for scene in SCENES} | set(ABOVE) | BY_FAULT == set(Reason)


@pytest.mark.parametrize(("reason", "room"), ABOVE.items(), ids=lambda value: str(value))
def test_a_reason_that_is_not_the_registers_is_used_in_its_room(reason: Reason, room: str) -> None:
    uses = [path for path in (ROOT / room).rglob("*.py") if f"Reason.{reason.name}" in path.read_text(encoding="utf-8")]
    assert uses
