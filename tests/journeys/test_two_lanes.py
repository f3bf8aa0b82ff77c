"""Two lanes of one store that are off line for stretches, and an ERP that both deliver to and ask.

Sales, returns, exchanges, post-voids, sales on account, collections and reversals in any order, by the real loops of
the sync, with an ERP that loses answers, refuses, is away and changes its mind. It shows that never more comes back on
a lane than went out, as far as it was told; that credit never goes beyond its limit without a word; that what both
lanes took back lies in an inbox, document by document; and that lanes, ERP, Zs and a model of plain sums agree.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from storage import outbox
from storage.connection import LedgerDatabase
from tests.journeys.lanes_machine import TwoLanes

PHASES: Final = (Phase.explicit, Phase.generate)
"""Shrinking a sequence on real ledgers takes minutes: what failed is short enough to read."""


def test_two_lanes_their_erp_and_a_model_agree() -> None:
    run_state_machine_as_test(TwoLanes, settings=settings(max_examples=60, stateful_step_count=40, phases=PHASES))


@pytest.mark.slow
def test_two_lanes_their_erp_and_a_model_agree_in_rare_orders_too() -> None:
    run_state_machine_as_test(TwoLanes, settings=settings(max_examples=400, stateful_step_count=60, phases=PHASES))


def _refusal_that_passes_for_taken(db: LedgerDatabase, document_id: str, _: str, at: str) -> bool:
    outbox.mark_sent(db, [document_id], "b", at)
    return True


def _twice(tally: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda collection: (*tally(collection), *tally(collection))


MUTANTS: Final[dict[str, tuple[str, Callable[[Any], Any]]]] = {
    "a guard that ignores what came back elsewhere": ("register.receipts.read_elsewhere", lambda _: lambda *_: {}),
    "credit without a limit": ("register.crediting.beyond_minor", lambda _: lambda *_: 0),
    "a refusal that nobody hears of": ("storage.outbox.mark_rejected", lambda _: _refusal_that_passes_for_taken),
    "a collection that is twice in the till": ("storage.collecting.tally_collection", _twice),
    "documents that are twice on the account": ("sync.balances.sent_moves", lambda _: lambda _: frozenset()),
    "balances asked for while an answer is lost": ("sync.balances.has_unanswered", lambda _: lambda _: False),
}
"""What is broken, where, and how."""


@pytest.mark.parametrize("name", MUTANTS)
def test_the_machine_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place, change = MUTANTS[name]
    module, _, attribute = place.rpartition(".")
    monkeypatch.setattr(place, change(getattr(importlib.import_module(module), attribute)))
    with pytest.raises(AssertionError):
        run_state_machine_as_test(TwoLanes, settings=settings(max_examples=60, stateful_step_count=40, phases=PHASES))
