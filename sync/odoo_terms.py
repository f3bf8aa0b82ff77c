"""Odoo's payment terms as days after a sale (docs/import.md, `days`).

A line of terms is a part in per cent and when it is due. Field names and what each `delay_type` means: read in Odoo's
public code of 17 to 19; `nb_days` and `delay_type` were seen on a real 19.0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from domain.payment_terms import MAX_DAYS
from sync.errors import Denied
from sync.odoo_rpc import OdooRpc, Record

_RULES: Final[Mapping[str, str]] = {
    "days_after": "",
    "days_after_end_of_month": "e",
    "days_after_end_of_next_month": "n",
    "days_end_of_month_on_the": "m",
}
_FIELDS: Final = ("payment_id", "value", "value_amount", "nb_days", "delay_type", "days_next_month")
NOT_SAID: Final = "-"
"""Days of terms that the lane cannot reckon: of those all is due on the day of the sale."""


def read_term_days(rpc: OdooRpc) -> Mapping[int, str] | None:
    """Return the days of all terms by id, None where the lane's user may not see them."""
    try:
        lines = list(rpc.pages("account.payment.term.line", [], _FIELDS))
    except Denied:
        return None
    terms: dict[int, list[Record]] = {}
    for line in lines:
        if line["payment_id"]:
            terms.setdefault(line["payment_id"][0], []).append(line)
    return {term_id: days_text(found) for term_id, found in terms.items()}


def days_text(lines: Sequence[Record]) -> str:
    """Return terms as a file of customers writes them, `NOT_SAID` for such as have no like there."""
    parts = [_part(line) for line in lines]
    if not all(parts):
        return NOT_SAID
    if len(lines) == 1:
        return parts[0].partition(":")[0]
    return " ".join(parts) if sum(Decimal(line["value_amount"]) for line in lines) == 100 else NOT_SAID


def _part(line: Record) -> str:
    """Return one line of terms, empty for one with a fixed amount or of an unknown kind."""
    rule, days = _RULES.get(str(line["delay_type"])), int(line["nb_days"] or 0)
    percent = Decimal(line["value_amount"] or 0).quantize(Decimal("0.0001")).normalize()
    if rule is None or line["value"] != "percent" or percent <= 0 or not 0 <= days <= MAX_DAYS:
        return ""
    return f"{days}{rule}{_day(line) if rule == 'm' else ''}:{percent:f}"


def _day(line: Record) -> str:
    """Return the day of the next month on which a part is due, empty for the end of its own."""
    told: Any = line.get("days_next_month") or ""
    return str(int(told)) if str(told).isdecimal() and 0 < int(told) <= 31 else ""
