"""Odoo's taxes in the lane's words: which tax class an item's taxes are, and which taxes a class is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from config.country import Country, TaxPack
from domain.text import fold
from sync.odoo_rpc import OdooRpc, Record

PPM_OF_PERCENT: Final = 10_000
_SALES: Final = [["type_tax_use", "=", "sale"]]
_FIELDS: Final = ["name", "amount_type", "amount", "price_include", "children_tax_ids"]


class OdooTax(msgspec.Struct, frozen=True):
    """A tax that Odoo has; `rate_ppm` None where it is one that the lane cannot work out."""

    id: int
    name: str
    kind: str
    rate_ppm: int | None
    included: bool


def read_taxes(rpc: OdooRpc) -> dict[int, OdooTax]:
    """Return the taxes that are sold with, by id."""
    return {tax.id: tax for tax in map(_read, rpc.search("account.tax", _SALES, _FIELDS))}


def _read(record: Record) -> OdooTax:
    kind, amount = str(record["amount_type"]), Decimal(record["amount"])
    scaled = amount * PPM_OF_PERCENT
    is_known = kind in ("percent", "division") and scaled == int(scaled)
    return OdooTax(record["id"], record["name"], kind, int(scaled) if is_known else None, bool(record["price_include"]))


def find_classes(taxes: Mapping[int, OdooTax], country: Country, named: Mapping[str, str]) -> dict[frozenset[int], str]:
    """Return the tax class of each single tax: as the settings name it, else the one with this very rate.

    A class of several rates is the oldest tax of each of them. No tax at all is the class without rates.
    """
    found: dict[frozenset[int], str] = {}
    words = {fold(name): tax_class for name, tax_class in named.items()}
    for tax in taxes.values():
        if fold(tax.name) in words:
            found[frozenset({tax.id})] = words[fold(tax.name)]
        elif match := [pack.code for pack in country.taxes if _fits(pack, [tax])]:
            found[frozenset({tax.id})] = match[0]
    for pack in country.taxes:
        if len(pack.rates) > 1 and (several := _several(pack, taxes)):
            found.setdefault(several, pack.code)
    exempt = [pack.code for pack in country.taxes if not pack.rates]
    if exempt:
        found[frozenset()] = exempt[0]
    return found


def _several(pack: TaxPack, taxes: Mapping[int, OdooTax]) -> frozenset[int]:
    """Return the taxes of a class of several rates: of each the oldest one; none where one of them is missing."""
    told = {(tax.kind, tax.rate_ppm, tax.included): tax.id for _, tax in sorted(taxes.items(), reverse=True)}
    ids = [told.get((rate.kind, rate.rate_ppm, rate.included), 0) for rate in pack.rates]
    return frozenset(ids) if all(ids) else frozenset()


def _fits(pack: TaxPack, taxes: Iterable[OdooTax]) -> bool:
    ours = sorted((rate.kind, rate.rate_ppm, rate.included) for rate in pack.rates)
    theirs = sorted((tax.kind, tax.rate_ppm, tax.included) for tax in taxes if tax.rate_ppm is not None)
    return ours == theirs and bool(theirs)


def class_for(
    taxes: Mapping[int, OdooTax], class_of: Mapping[frozenset[int], str], country: Country, tax_ids: Iterable[int]
) -> str:
    """Return the tax class of an item's taxes; else their names, which no class has, so that the row is refused."""
    wanted = frozenset(tax_id for tax_id in tax_ids if tax_id in taxes)
    if wanted in class_of:
        return class_of[wanted]
    own = [taxes[tax_id] for tax_id in sorted(wanted)]
    match = [pack.code for pack in country.taxes if own and _fits(pack, own)]
    return match[0] if match else " + ".join(tax.name for tax in own) or "no tax"


def reverse(class_of: Mapping[frozenset[int], str]) -> dict[str, tuple[int, ...]]:
    """Return the taxes of each class: of several that fit the oldest ones."""
    found: dict[str, tuple[int, ...]] = {}
    for ids, tax_class in sorted(class_of.items(), key=lambda one: sorted(one[0])):
        found.setdefault(tax_class, tuple(sorted(ids)))
    return found


def codes_of(tax: OdooTax, country: Country, named: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return which of the country's taxes a tax is: as the settings name its class, else by its rate; None for none."""
    words = {fold(name): tax_class for name, tax_class in named.items()}
    for pack in country.taxes:
        if words.get(fold(tax.name)) == pack.code:
            return tuple(rate.code for rate in pack.rates)
    told = (tax.kind, tax.rate_ppm, tax.included)
    for rate in (rate for pack in country.taxes for rate in pack.rates):
        if tax.rate_ppm is not None and (rate.kind, rate.rate_ppm, rate.included) == told:
            return (rate.code,)
    return None
