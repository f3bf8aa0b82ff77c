"""Odoo's fiscal positions: which of its taxes stand in place of which, and that in the lane's words.

On 19 a position has taxes (`tax_ids`), and each of them says which ones it replaces (`original_tax_ids`); a position
without any takes all taxes off. Before it was a table of pairs. Sources: `tax_ids` and `original_tax_ids` were seen on
a real 19.0; the rule is that of `map_tax` in Odoo's public code, and sales by it closed
their session there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from config.country import Country
from sync.errors import Denied
from sync.feed import Page, PositionRow
from sync.odoo_rpc import OdooRpc
from sync.odoo_tax import OdooTax, codes_of

TAXES_SINCE = 19


class OdooPosition(msgspec.Struct, frozen=True):
    """A position: for each tax that is another one those in its place. `frees` takes all taxes off."""

    id: int
    name: str
    taxes: Mapping[int, tuple[int, ...]]
    frees: bool = False

    def map(self, tax_ids: Sequence[int]) -> frozenset[int]:
        """Return the taxes in place of some."""
        return frozenset() if self.frees else frozenset(new for old in tax_ids for new in self.taxes.get(old, (old,)))


def read_odoo_positions(rpc: OdooRpc, version: int, company_id: int) -> tuple[OdooPosition, ...]:
    """Return the positions of a company, none where the lane's user may not see them."""
    domain = [["company_id", "in", [company_id, False]]]
    try:
        if version >= TAXES_SINCE:
            return _of_taxes(rpc, domain)
        return _of_pairs(rpc, domain)
    except Denied:
        return ()


def _of_taxes(rpc: OdooRpc, domain: Sequence[object]) -> tuple[OdooPosition, ...]:
    """Return positions as 19 has them: each new tax says whose place it takes."""
    positions = rpc.search("account.fiscal.position", domain, ["name", "tax_ids"], order="id")
    ids = sorted({tax_id for position in positions for tax_id in position["tax_ids"]})
    taxes = rpc.search("account.tax", [["id", "in", ids]], ["original_tax_ids"]) if ids else []
    replaced = {tax["id"]: tax["original_tax_ids"] for tax in taxes}
    found: list[OdooPosition] = []
    for position in positions:
        pairs = [(old, new) for new in position["tax_ids"] for old in replaced.get(new, ())]
        found.append(OdooPosition(position["id"], position["name"], _mapped(pairs), not position["tax_ids"]))
    return tuple(found)


def _of_pairs(rpc: OdooRpc, domain: Sequence[object]) -> tuple[OdooPosition, ...]:
    """Return positions as 17 and 18 have them: pairs of taxes, without a second one for a tax that goes."""
    positions = rpc.search("account.fiscal.position", domain, ["name"], order="id")
    ids = [position["id"] for position in positions]
    fields = ["position_id", "tax_src_id", "tax_dest_id"]
    pairs = rpc.search("account.fiscal.position.tax", [["position_id", "in", ids]], fields, order="id") if ids else []
    found: list[OdooPosition] = []
    for position in positions:
        own = [
            (pair["tax_src_id"][0], pair["tax_dest_id"][0] if pair["tax_dest_id"] else 0)
            for pair in pairs
            if pair["position_id"][0] == position["id"]
        ]
        found.append(OdooPosition(position["id"], position["name"], _mapped(own)))
    return tuple(found)


def _mapped(pairs: Sequence[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for old, new in pairs:
        found[old] = (*found.get(old, ()), *([new] if new else ()))
    return found


def position_code(position_id: int) -> str:
    """Return a position's code: by its id, for names change and are not unique."""
    return f"f{position_id}"


def pull_positions(
    positions: Sequence[OdooPosition],
    taxes: Mapping[int, OdooTax],
    country: Country,
    named: Mapping[str, str],
    checkpoint: str,
) -> Page:
    """Return all positions that the lane can reckon, or an empty page while they are the same; the others are told."""
    rows: list[PositionRow] = []
    notes: list[str] = []
    for position in positions:
        mapped = position_words(position, taxes, country, named)
        if mapped is None:
            notes.append(f"the fiscal position {position.name} has a tax that no class here has: it is left out")
            continue
        stamp = msgspec.json.encode([position.name, mapped], order="sorted").decode()
        code = position_code(position.id)
        rows.append(PositionRow(erp_id=str(position.id), stamp=stamp, code=code, name=position.name, taxes=mapped))
    mark = msgspec.json.encode([(row.erp_id, row.stamp) for row in rows]).decode()
    return Page(checkpoint=mark) if mark == checkpoint else Page(rows, checkpoint=mark, notes=tuple(notes))


def position_words(
    position: OdooPosition, taxes: Mapping[int, OdooTax], country: Country, named: Mapping[str, str]
) -> dict[str, tuple[str, ...]] | None:
    """Return which of the country's taxes stand in place of which; None where one of the new ones is unknown here.

    A tax that no class here has is on no item that the lane sells, so that what becomes of it does not matter.
    """
    if position.frees:
        return {rate.code: () for pack in country.taxes for rate in pack.rates}
    found: dict[str, tuple[str, ...]] = {}
    for old, news in sorted(position.taxes.items()):
        for code in codes_of(taxes[old], country, named) or () if old in taxes else ():
            codes = [codes_of(taxes[new], country, named) if new in taxes else None for new in news]
            if any(one is None for one in codes):
                return None
            found.setdefault(code, tuple(dict.fromkeys(code for one in codes for code in one or ())))
    return found
