"""Judging the rows of a catalogue, one by one: what each says of an item, or why it is refused.

`RowJudge` remembers how it read the cells that come again and again (department, unit, taxes and flags taken
together), so that a hundred thousand rows cost little more than reading them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import msgspec

from domain.barcode import LabelPattern
from domain.catalog_code import Coded, Packs, read_codes
from domain.catalog_flaw import Flaw, Mend, RowFlaw, shown
from domain.catalog_name import Mended, mend_name, search_form
from domain.catalog_rule import read_rule_cells
from domain.catalog_value import KILOGRAM, DecimalMark, parse_flag, parse_price, parse_unit
from domain.item import Department, UoM
from domain.money import MICRO
from domain.text import fold

RULES = ("tracking", "expiry", "min_age", "min_quantity", "multiple", "gift_card")
"""The columns that say what an item asks for; a file that has one of them says all of it."""

COLUMNS = (
    *("sku", "code", "pack", "name", "price", "cost", "template"),
    *("open_price", "department", "unit", "tax_class", "weighed", "for_sale"),
    *RULES,
)
"""The columns of a catalogue, in the order in which `RowJudge.judge` takes their cells."""

_TRAITS = COLUMNS.index("open_price")

MAX_SKU = 64
MAX_DEPARTMENT = 60
MAX_DEPARTMENT_CODE = 24
MAX_DEPARTMENTS = 2_000
_MOST_REMEMBERED = 16_384

Cells = tuple[str, ...]
Priced = tuple[int | None, int | None, str]
"""Price and cost in millionths of the currency, and the template that price lists may name."""


class CatalogRow(msgspec.Struct, frozen=True, gc=False):
    """What a row says of one item.

    `has_sku` is False where the file gives none: the item is known by its code, and a new one takes the code as
    its SKU. `search` is what to index the name by where that is not the name. `more_codes` are those after the
    first; `more` is the same as text, for comparing.
    """

    line: int
    sku: str
    has_sku: bool
    name: str
    search: str | None
    department: str
    tax_class: str
    unit_price_micro: int | None
    uom: str
    uom_digits: int
    is_weighed: bool
    is_for_sale: bool
    code: str | None
    pack_micro: int
    more: str | None
    cost_micro: int | None = None
    template: str = ""
    rules: str = ""
    more_codes: Packs = ()
    mends: tuple[Mend, ...] = ()


class RowRules(msgspec.Struct, frozen=True):
    """What a catalogue is judged by.

    `tax_words` and `departments` go from folded words to codes; `department_taxes` has the tax class of a known
    department. `labels` are the shop's in-store labels, `mark` what parts the decimals of its prices.
    """

    usual_tax: str
    tax_words: Mapping[str, str]
    departments: Mapping[str, str] = {}
    department_taxes: Mapping[str, str] = {}
    labels: tuple[LabelPattern, ...] = ()
    mark: DecimalMark = ""


class Traits(msgspec.Struct, frozen=True, gc=False):
    """What the last cells of a row say together."""

    department: str
    tax_class: str
    uom: UoM
    asks_price: bool
    is_weighed: bool
    is_for_sale: bool
    rules: str = ""


class RowJudge:
    """Judges row after row by the same rules."""

    def __init__(self, rules: RowRules) -> None:
        """Begin with nothing remembered."""
        self._rules = rules
        self._traits: dict[Cells, Traits | RowFlaw] = {}
        self._departments = DepartmentNames(rules.departments)
        self._first_taxes: dict[str, str] = {}

    @property
    def new_departments(self) -> Mapping[str, Department]:
        """The departments that rows have named and nobody knew, by code, each taxed as its first item is."""
        return {
            code: Department(code, name, self._first_taxes[code])
            for code, name in self._departments.new.items()
            if code in self._first_taxes
        }

    def judge(self, line: int, cells: Cells) -> CatalogRow | RowFlaw:
        """Judge one row, its cells in the order of `COLUMNS`; a refused row says what is wrong first.

        Types are compared by `is`: asking `isinstance` of enums and structs costs a tenth of the whole judgement.
        """
        repeated = cells[_TRAITS:]
        traits = self._traits.get(repeated) or self._remember_traits(repeated)
        if type(traits) is RowFlaw:
            return traits
        named = mend_name(cells[3])
        if type(named) is Flaw:
            return RowFlaw(named, shown(cells[3]))
        coded = read_codes(cells[1], cells[2], self._rules.labels)
        if type(coded) is RowFlaw:
            return coded
        price = self._read_price(cells[4], traits.asks_price) if cells[4] else None
        if type(price) is Flaw:
            return RowFlaw(price, shown(cells[4]))
        sku = _read_sku(cells[0], coded[1])
        if type(sku) is RowFlaw:
            return sku
        kept = _read_kept(cells[5], cells[6], self._rules.mark) if cells[5] or cells[6] else (None, "")
        if type(kept) is RowFlaw:
            return kept
        return _make_row(line, sku, named, traits, (price, *kept), coded)

    def _read_price(self, text: str, asks: bool) -> int | Flaw | None:
        """Return the price, None where it is asked for at the sale."""
        if text.isspace():
            return None
        price = parse_price(text, self._rules.mark)
        if not asks or type(price) is Flaw:
            return price
        return Flaw.PRICE_AND_OPEN if price else None

    def _remember_traits(self, cells: Cells) -> Traits | RowFlaw:
        """Read and keep the last cells of a row; in a file in which all differ, not all of them are kept."""
        if len(self._traits) >= _MOST_REMEMBERED:
            self._traits.clear()
        traits = self._traits[cells] = self._read_traits(cells)
        return traits

    def _read_traits(self, cells: Cells) -> Traits | RowFlaw:
        """Read the cells from `open_price` on."""
        asks, department, unit, tax, weighed, for_sale, *asked = cells
        code = self._departments.find(department)
        uom = parse_unit(unit)
        flags = parse_flag(asks, False), parse_flag(weighed, False), parse_flag(for_sale, True)
        if isinstance(code, Flaw):
            return RowFlaw(code, shown(department))
        if isinstance(uom, Flaw):
            return RowFlaw(uom, shown(unit))
        for flag, text in zip(flags, (asks, weighed, for_sale), strict=True):
            if isinstance(flag, Flaw):
                return RowFlaw(flag, shown(text))
        asks_price, is_weighed, is_for_sale = map(bool, flags)
        if is_weighed and not unit.strip():
            uom = KILOGRAM
        if is_weighed and not uom.digits:
            return RowFlaw(Flaw.UNIT_NOT_WEIGHED, shown(unit))
        tax_class = self._find_tax(tax, code)
        if tax_class is None:
            return RowFlaw(Flaw.UNKNOWN_TAX, shown(tax))
        rules = read_rule_cells(asked, uom)
        if isinstance(rules, RowFlaw):
            return rules
        self._first_taxes.setdefault(code, tax_class)
        return Traits(code, tax_class, uom, asks_price, is_weighed, is_for_sale, rules)

    def _find_tax(self, text: str, department: str) -> str | None:
        """Return the class that a word for a tax means; the department's or the usual one where there is none."""
        word = fold(text.strip())
        if word:
            return self._rules.tax_words.get(word)
        return self._rules.department_taxes.get(department, self._rules.usual_tax)


class DepartmentNames:
    """Finds departments by name or code, and gives new ones a code made of their name."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Know the departments there are: folded name or code, to code."""
        self._known = dict(known)
        self.new: dict[str, str] = {}

    def find(self, text: str) -> str | Flaw:
        """Return the code of a department, made at first sight; an empty name is `General`."""
        word = fold(text.strip())
        if word in self._known:
            return self._known[word]
        named = mend_name(text if word else "General")
        if isinstance(named, Flaw) or len(named[0]) > MAX_DEPARTMENT:
            return Flaw.BAD_DEPARTMENT
        if len(self.new) >= MAX_DEPARTMENTS:
            return Flaw.TOO_MANY_DEPARTMENTS
        code = make_department_code(named[0])
        if not code:
            return Flaw.BAD_DEPARTMENT
        if code not in self._known.values():
            self.new[code] = named[0]
        self._known[word] = code
        return code


def make_department_code(name: str) -> str:
    """Return a code made of a name: the same in every run and on every lane; empty if it holds no letter."""
    code = re.sub(r"[\W_]+", "_", fold(name)).strip("_")
    if len(code) <= MAX_DEPARTMENT_CODE:
        return code
    return f"{code[: MAX_DEPARTMENT_CODE - 7]}_{hashlib.sha256(code.encode()).hexdigest()[:6]}"


def _read_sku(sku: str, first_code: str) -> tuple[str, bool] | RowFlaw:
    """Return the SKU of a row and whether the file gives it; where it does not, the first code stands in."""
    text = sku and sku.strip()
    if not text:
        return (first_code, False) if first_code else RowFlaw(Flaw.NO_CODE)
    named = mend_name(text)
    if isinstance(named, Flaw) or named[1] or len(text) > MAX_SKU:
        return RowFlaw(Flaw.BAD_SKU, shown(sku))
    return text, True


def _read_kept(cost: str, template: str, mark: DecimalMark) -> tuple[int | None, str] | RowFlaw:
    """Return what an item costs the shop, None if that is not told, and the template that it is a variant of."""
    cost_micro = parse_price(cost, mark) if cost.strip() else None
    if isinstance(cost_micro, Flaw):
        return RowFlaw(Flaw.BAD_COST, shown(cost))
    text = template.strip()
    if text:
        named = mend_name(text)
        if isinstance(named, Flaw) or named[1] or len(text) > MAX_SKU:
            return RowFlaw(Flaw.BAD_TEMPLATE, shown(template))
    return cost_micro, text


def _make_row(
    line: int, sku: tuple[str, bool], named: Mended, traits: Traits, priced: Priced, coded: Coded
) -> CatalogRow:
    """Put together what the cells of a sound row said."""
    packs = coded[0]
    code, pack_micro = packs[0] if packs else (None, MICRO)
    more = packs[1:]
    return CatalogRow(
        line,
        sku[0],
        sku[1],
        named[0],
        None if named[0].isascii() else search_form(named[0]),
        traits.department,
        traits.tax_class,
        priced[0],
        traits.uom.code,
        traits.uom.digits,
        traits.is_weighed,
        traits.is_for_sale,
        code,
        pack_micro,
        " ".join(f"{key}*{size}" for key, size in sorted(more)) if more else None,
        priced[1],
        priced[2],
        traits.rules,
        more,
        named[1] + coded[2],
    )
