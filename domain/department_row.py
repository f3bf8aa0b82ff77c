"""Judging the rows of a department file: code, name, tax class, and whether and within which limits it is rung up."""

from __future__ import annotations

import re

from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.catalog_name import mend_name
from domain.catalog_row import MAX_DEPARTMENT, MAX_DEPARTMENT_CODE, RowRules, make_department_code
from domain.catalog_value import parse_flag, parse_price
from domain.item import Department
from domain.money import MICRO
from domain.text import fold

DEPARTMENT_CELLS = ("code", "name", "tax_class", "open_price", "min_price", "max_price")
"""The columns of a department file, in the order in which `judge_department` takes their cells."""

USUAL_MAX_MICRO = 1_000_000 * MICRO

_CODE = re.compile(r"\w[\w-]*")


def judge_department(cells: tuple[str, ...], rules: RowRules) -> Department | RowFlaw:
    """Return the department a row describes, or why it is refused. Without a code it gets one made of its name."""
    named = mend_name(cells[1])
    if isinstance(named, Flaw) or len(named[0]) > MAX_DEPARTMENT:
        return RowFlaw(named if isinstance(named, Flaw) else Flaw.BAD_DEPARTMENT, shown(cells[1]))
    code = cells[0].strip() or make_department_code(named[0])
    if len(code) > MAX_DEPARTMENT_CODE or not _CODE.fullmatch(code):
        return RowFlaw(Flaw.BAD_DEPARTMENT, shown(cells[0]))
    word = fold(cells[2].strip())
    tax_class = rules.tax_words.get(word) if word else rules.usual_tax
    if tax_class is None:
        return RowFlaw(Flaw.UNKNOWN_TAX, shown(cells[2]))
    is_open_price = parse_flag(cells[3], False)
    if isinstance(is_open_price, Flaw):
        return RowFlaw(is_open_price, shown(cells[3]))
    limits = _read_limit(cells[4], 0, rules), _read_limit(cells[5], USUAL_MAX_MICRO, rules)
    return _make_department(Department(code, named[0], tax_class, is_open_price), limits, cells)


def _read_limit(text: str, usual_micro: int, rules: RowRules) -> int | Flaw:
    return parse_price(text, rules.mark) if text.strip() else usual_micro


def _make_department(
    department: Department, limits: tuple[int | Flaw, int | Flaw], cells: tuple[str, ...]
) -> Department | RowFlaw:
    """Return a department with its limits, if they are prices and the lower one is not above the other."""
    least_micro, most_micro = limits
    if isinstance(least_micro, Flaw):
        return RowFlaw(least_micro, shown(cells[4]))
    if isinstance(most_micro, Flaw):
        return RowFlaw(most_micro, shown(cells[5]))
    if least_micro > most_micro:
        return RowFlaw(Flaw.BAD_LIMITS, f"{shown(cells[4])} {shown(cells[5])}")
    return Department(
        department.code, department.name, department.tax_class, department.is_open_price, least_micro, most_micro
    )
