"""Domains as the fake Odoo understands them: the operators that the connector uses, and no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def matches(record: Mapping[str, Any], domain: Sequence[Any]) -> bool:
    """Say whether a record fits a domain in Polish notation, terms side by side being joined by AND."""
    terms = list(domain)
    results: list[bool] = []
    while terms:
        results.append(_take(record, terms))
    return all(results)


def mentions_active(domain: Sequence[Any]) -> bool:
    """Say whether archived records are asked for by name."""
    return any(isinstance(term, list) and term[0] == "active" for term in domain)


def _take(record: Mapping[str, Any], terms: list[Any]) -> bool:
    term = terms.pop(0)
    if term == "|":
        first, second = _take(record, terms), _take(record, terms)
        return first or second
    name, operator, wanted = term
    found = record.get(name, False)
    if isinstance(found, list) and len(found) == 2 and isinstance(found[1], str):
        found = found[0]
    return _fits(found, operator, wanted)


def _fits(found: Any, operator: str, wanted: Any) -> bool:
    match operator:
        case "=":
            return bool((found or False) == wanted)
        case "!=":
            return bool((found or False) != wanted)
        case ">":
            return bool(found > wanted)
        case ">=":
            return bool(found >= wanted)
        case "in":
            return any(one in wanted for one in found) if isinstance(found, list) else found in wanted
        case "ilike":
            return str(wanted).lower() in str(found or "").lower()
        case "child_of":
            return bool(found == wanted)
    raise AssertionError(f"the fake knows no operator {operator}")
