"""Compares what a lane has posted with what its ERP has got (the `set` checker of Jepsen, and the order)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Finding:
    """What is wrong, by the ids of documents; all empty is right."""

    lost: set[str] = field(default_factory=set)
    """Marked as sent, and not with the ERP."""
    doubled: set[str] = field(default_factory=set)
    altered: set[str] = field(default_factory=set)
    invented: set[str] = field(default_factory=set)
    misordered: set[str] = field(default_factory=set)
    """With the ERP before what they depend on."""
    stuck: set[str] = field(default_factory=set)
    """Neither sent nor rejected, nor waiting for something that was rejected."""

    def is_clean(self) -> bool:
        return not any(vars(self).values())


def compare(
    posted: Mapping[str, str],
    origins: Mapping[str, str],
    states: Mapping[str, str],
    got: Sequence[tuple[str, str]],
) -> Finding:
    """Compare. `posted` and `got` are ids with hashes; `got` in the order in which the ERP reads."""
    finding = Finding()
    first: dict[str, int] = {}
    for place, (document_id, found) in enumerate(got):
        if document_id not in posted:
            finding.invented.add(document_id)
        elif posted[document_id] != found:
            finding.altered.add(document_id)
        if document_id in first:
            finding.doubled.add(document_id)
        first.setdefault(document_id, place)
    for document_id, state in states.items():
        if state == "sent" and document_id not in first:
            finding.lost.add(document_id)
        if state == "waiting" and states.get(origins.get(document_id, "")) in (None, "sent"):
            finding.stuck.add(document_id)
    for document_id, origin in origins.items():
        if origin in posted and first.get(origin, len(got)) > first.get(document_id, len(got)):
            finding.misordered.add(document_id)
    return finding
