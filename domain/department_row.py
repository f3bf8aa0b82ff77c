"""Judging the rows of a department file: code, name, tax class, and whether and within which limits it is rung up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import msgspec

from domain.catalog_flaw import Flaw, RowFlaw, shown
from domain.catalog_name import mend_name
from domain.catalog_row import MAX_DEPARTMENT, MAX_DEPARTMENT_CODE, RowRules, make_department_code
from domain.catalog_value import parse_flag, parse_price
from domain.item import Department
from domain.money import MICRO
from domain.text import fold

DEPARTMENT_CELLS = ("code", "name", "tax_class", "open_price", "min_price", "max_price", "parent")
"""The columns of a department file, in the order in which `judge_department` takes their cells."""

USUAL_MAX_MICRO = 1_000_000 * MICRO

_CODE = re.compile(r"\w[\w-]*")


def judge_department(cells: tuple[str, ...], rules: RowRules) -> Department | RowFlaw:
    """Return the department a row describes, or why it is refused. Without a code it gets one made of its name.

    Its parent is what the row calls it: `settle_parents` finds which department that is.
    """
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
    return _make_department(
        Department(code, named[0], tax_class, is_open_price, parent=cells[6].strip()), limits, cells
    )


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
    return msgspec.structs.replace(department, min_price_micro=least_micro, max_price_micro=most_micro)


def settle_parents(
    said: Mapping[str, Department], known: Iterable[Department]
) -> tuple[dict[str, Department], dict[str, RowFlaw]]:
    """Return a file's departments, by code, with the codes of their parents; and those that cannot have theirs.

    A parent is told by code or name, of the file or of the catalogue. A department that is refused stays as the
    catalogue has it, so that it is looked again.
    """
    before = {department.code: department for department in known}
    sound, flaws = dict(said), dict[str, RowFlaw]()
    while True:
        now = before | sound
        names = {fold(one.name): code for code, one in now.items()} | {fold(code): code for code in now}
        above = {code: _find_parent(one.parent, now, names) for code, one in now.items()}
        found = {code: flaw for code in sound if (flaw := _find_flaw(sound[code], above))}
        if not found:
            settled = {code: msgspec.structs.replace(one, parent=above[code]) for code, one in sound.items()}
            return settled, flaws
        flaws |= found
        sound = {code: one for code, one in sound.items() if code not in found}


def _find_parent(text: str, now: Mapping[str, Department], names: Mapping[str, str]) -> str:
    """Return the code of a department told by its code, or by code or name in any case; empty for none."""
    return text if text in now else names.get(fold(text), "") if text else ""


def _find_flaw(department: Department, above: Mapping[str, str]) -> RowFlaw | None:
    """Return what is wrong with the departments above one."""
    if department.parent and not above[department.code]:
        return RowFlaw(Flaw.UNKNOWN_PARENT, shown(department.parent))
    seen: set[str] = set()
    code = above[department.code]
    while code and code not in seen:
        if code == department.code:
            return RowFlaw(Flaw.PARENT_CIRCLE, shown(department.parent))
        seen.add(code)
        code = above[code]
    return None
