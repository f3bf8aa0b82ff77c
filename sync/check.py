"""Whether lane and ERP fit: what a technician asks on the day of setting up, and whenever something is odd."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol, runtime_checkable

import msgspec

from domain.text import safe_text
from sync.connector import Connector, asking
from sync.errors import SyncError

MOST_OFF_SECONDS: Final = 120


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; `text` says how it is, with a remedy where it is not well."""

    name: str
    is_well: bool
    text: str


@runtime_checkable
class CheckingConnector(Connector, Protocol):
    """A connector that can look at its ERP more closely."""

    def check(self) -> Sequence[Finding]:
        """Look at rights, clocks, precisions and the like; changes nothing. Raises `SyncError`s only."""
        ...


def run_checks(connector: Connector) -> tuple[Finding, ...]:
    """Return all there is to say; an ERP that cannot be asked is a finding too."""
    if not isinstance(connector, CheckingConnector):
        return (Finding("connector", True, "it has no checks of its own"),)
    try:
        with asking():
            return tuple(connector.check())
    except SyncError as error:
        return (Finding("connection", False, safe_text(str(error), 500)),)


def finding_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield findings for a person."""
    for one in findings:
        yield f"{'well' if one.is_well else 'LOOK'}  {one.name}: {one.text}"


def clock_finding(offset_seconds: int | None) -> Finding:
    """Return what the ERP's clock says of ours."""
    if offset_seconds is None:
        return Finding("clock", True, "the ERP does not tell its time")
    is_well = abs(offset_seconds) <= MOST_OFF_SECONDS
    text = f"the ERP's clock is {offset_seconds:+d} s from the lane's"
    return Finding("clock", is_well, text if is_well else f"{text}: set the clock that is wrong")
