"""How figures are told: a table for people, JSON lines for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from bench.goals import Goal
from bench.measure import Figure, Verdict

HEAD = ("goal", "what", "ours", "yardstick", "value", "noise", "goal", "gate", "n", "verdict")


def figure_cells(found: Figure) -> tuple[str, ...]:
    """Return one row of the table."""
    goal = found.goal
    sign = "+" if goal.statistic.value == "excess" else ""
    return (
        goal.code,
        f"{goal.what} / {goal.yardstick}",
        _spread(found.ours, goal),
        _spread(found.yardstick, goal),
        f"{sign}{_short(found.value)}",
        f"{_short(found.low)}–{_short(found.high)}",
        f"≤ {sign}{_short(goal.goal)}",
        f"≤ {sign}{_short(goal.gate)}",
        str(found.count),
        found.verdict.value + ("" if found.is_settled else ", noisy"),
    )


def _spread(spread: tuple[float, float], goal: Goal) -> str:
    """Return median and tail with their unit."""
    return f"{_short(spread[0])} ({goal.statistic.tail} {_short(spread[1])}) {goal.unit}"


def missing_cells(code: str, reason: str) -> tuple[str, ...]:
    """Return the row of a goal that could not be measured."""
    return (code, reason, "", "", "", "", "", "", "0", "NOT MEASURED")


def lay_table(rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return a table as lines of text, each column as wide as it has to be."""
    table = [HEAD, *rows]
    widths = [max(len(row[n]) for row in table) for n in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
    return [lines[0], "  ".join("-" * width for width in widths), *lines[1:]]


def figure_json(found: Figure) -> str:
    """Return a figure as one line of JSON."""
    goal = found.goal
    return _json(
        {
            "code": goal.code,
            "what": goal.what,
            "yardstick": goal.yardstick,
            "statistic": goal.statistic.value,
            "value": round(found.value, 6),
            "low": round(found.low, 6),
            "high": round(found.high, 6),
            "goal": goal.goal,
            "gate": goal.gate,
            "is_met": found.verdict is not Verdict.MISSED,
            "verdict": found.verdict.name.lower(),
            "is_settled": found.is_settled,
            "unit": goal.unit,
            "ours": {"median": round(found.ours[0], 6), goal.statistic.tail: round(found.ours[1], 6)},
            "beside": {"median": round(found.yardstick[0], 6), goal.statistic.tail: round(found.yardstick[1], 6)},
            "count": found.count,
            "note": found.note,
        }
    )


def missing_json(code: str, reason: str) -> str:
    """Return a goal that could not be measured as one line of JSON."""
    return _json({"code": code, "verdict": "not_measured", "is_met": False, "note": reason})


def facts_json(facts: Mapping[str, object]) -> str:
    """Return what a run was made on as one line of JSON."""
    return _json(dict(facts))


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(value: float) -> str:
    """Return three figures of a number."""
    size = abs(value)
    if size >= 100:
        return f"{value:.0f}"
    if size >= 10:
        return f"{value:.1f}"
    if size >= 0.1 or not size:
        return f"{value:.2f}"
    return f"{value:.2g}"
