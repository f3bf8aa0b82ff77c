"""What Odoo makes of an order when its session is closed: each line's price worked out again, whatever was told of it.

Sure: that it does, and that a cent keeps the session open. Here cents are rounded line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sync.odoo_fake import FakeOdoo

CENT = Decimal("0.01")


def worth_of(odoo: FakeOdoo, order: dict[str, Any]) -> Decimal:
    """Return what an order comes to by the prices, parts off and taxes of its lines."""
    position = order["fiscal_position_id"][0] if order["fiscal_position_id"] else 0
    lines = [odoo.tables["pos.order.line"][one] for one in order["lines"]]
    return sum((_line(odoo, line, position) for line in lines), Decimal(0))


def _line(odoo: FakeOdoo, line: dict[str, Any], position: int) -> Decimal:
    raw = line["price_unit"] * line["qty"] * (1 - line["discount"] / 100)
    taxes = [odoo.tables["account.tax"][one] for one in _mapped(odoo, line["tax_ids"], position)]
    base = _round(raw)
    return base + sum(
        (_round(base * Decimal(tax["amount"]) / 100) for tax in taxes if not tax["price_include"]), Decimal(0)
    )


def _mapped(odoo: FakeOdoo, tax_ids: Sequence[int], position: int) -> Sequence[int]:
    """Return the taxes in place of some."""
    if not position:
        return tax_ids
    if odoo.version < 19:
        pairs = [one for one in odoo.records("account.fiscal.position.tax") if one["position_id"][0] == position]
        new = {one["tax_src_id"][0]: one["tax_dest_id"] for one in pairs}
        return [new[one][0] if one in new else one for one in tax_ids if new.get(one, True)]
    own = odoo.tables["account.fiscal.position"][position]["tax_ids"]
    replaced = {old: one for one in own for old in odoo.tables["account.tax"][one]["original_tax_ids"]}
    return [replaced.get(one, one) for one in tax_ids] if own else []


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
