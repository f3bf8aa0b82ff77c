"""Memory is given back once in each pause behind a sale, and never among sales."""

from __future__ import annotations

import gc

import pytest

from mostrador.memory import Tidier


def test_a_pause_behind_a_sale_is_used_once(monkeypatch: pytest.MonkeyPatch) -> None:
    posted, tidied = [3], []

    def collect() -> int:
        tidied.append(posted[0])
        return 0

    monkeypatch.setattr(gc, "collect", collect)
    tidier = Tidier(lambda: posted[0])
    tidier.look()
    for posted[0] in (4, 5, 6):
        tidier.look()
    assert tidied == [], "sale follows sale"
    for _ in range(3):
        tidier.look()
    assert tidied == [6]
