"""What comes back of a sale is worth its share there; Odoo reckons it anew, and a cent between both is told to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from config.country import country_of
from config.settings import ShopRate, ShopTax
from domain.reconciliation import Dimension
from sync.odoo_body import LineBody, SaleBody, order_uuid
from sync.odoo_cents import book_of, missing_minor
from sync.odoo_order import Orders
from sync.reconcile import ShiftRef
from tests.sync.odoo_fake import FakeOdoo
from tests.sync.odoo_shop import DISCOUNT, IVA16, AnyIds, connect, make_odoo, settings_for
from tests.sync.shop import sale_body
from tests.sync.test_odoo_down import add_tax

PLAIN, CITY = 60, 61
SALES_TAX = ShopTax("sales", "15 %", (ShopRate("st15", "15 %", "15", False),))
BOTH = ShopTax("both", "15 % + 2 %", (ShopRate("st15", "15 %", "15", False), ShopRate("city", "2 %", "2", False)))


def two_taxes() -> FakeOdoo:
    odoo = make_odoo()
    odoo.change("res.company", 1, tax_calculation_rounding_method="round_globally")
    add_tax(odoo, PLAIN, "15%", 15.0, price_include=False)
    add_tax(odoo, CITY, "City", 2.0, price_include=False)
    return odoo


def returned(number: int, tax_class: str, price_micro: int, net_minor: int, gross_minor: int, **more: Any) -> LineBody:
    """Return a line of one piece that comes back, as a real Odoo was told it."""
    line = sale_body("x")["lines"][0] | {"line_no": number, "tax_class": tax_class, "unit_price_micro": price_micro}
    line |= {"quantity_micro": -1_000_000, "net_minor": net_minor, "gross_minor": gross_minor, "returns": {}, **more}
    return msgspec.convert(line, LineBody)


def a_return() -> SaleBody:
    lines = (returned(1, "sales", 6_660_000, -666, -766), returned(2, "both", 7_770_000, -777, -910))
    sale = msgspec.convert(sale_body("r-1"), SaleBody)
    tenders = (msgspec.structs.replace(sale.tenders[0], amount_minor=-1_676, change_minor=0),)
    figures = {"net_minor": -1_443, "total_minor": -1_676, "is_return": True}
    return msgspec.structs.replace(sale, lines=lines, tenders=tenders, **figures)


def test_a_return_that_odoo_makes_a_cent_less_of_has_a_line_with_the_cent() -> None:
    """6.66 and 7.77 with 15 % and 2 %: 16.76 was paid for these lines of a sale, and 16.75 is what a real one made."""
    settings = msgspec.structs.replace(settings_for(), taxes=(SALES_TAX, BOTH))
    shop = connect(two_taxes(), settings).shop()
    book = book_of(shop, country_of(settings), {})
    assert missing_minor(book, a_return().lines, -1_676) == -1
    order = Orders(shop, AnyIds(), book=book).of_sale(a_return(), 9)
    first, second, cents = [line for _, _, line in order["lines"]]
    assert (first["tax_ids"], second["tax_ids"]) == ([[6, 0, [PLAIN]]], [[6, 0, [PLAIN, CITY]]])
    assert (cents["product_id"], cents["price_unit"], cents["tax_ids"]) == (DISCOUNT, Decimal("-0.01"), [[6, 0, []]])
    assert (cents["price_subtotal"], cents["price_subtotal_incl"], order["amount_total"]) == (0, 0, Decimal("-16.76"))


def test_what_comes_to_the_same_or_is_sold_has_no_such_line() -> None:
    settings = msgspec.structs.replace(settings_for(), taxes=(SALES_TAX, BOTH))
    book = book_of(connect(two_taxes(), settings).shop(), country_of(settings), {})
    assert missing_minor(book, [returned(1, "sales", 6_660_000, -666, -766)], -766) == 0
    sold = [msgspec.structs.replace(line, returns=None) for line in a_return().lines]
    assert missing_minor(book, sold, -1_676) == 0
    assert missing_minor(book, [returned(1, "gone", 6_660_000, -666, -766)], -700) == 0


def test_what_was_taken_off_has_its_amount_for_a_price() -> None:
    """Odoo works prices out again when it closes: a price of nothing would keep the session open."""
    sale = msgspec.convert(sale_body("s-1"), SaleBody)
    off = {"line_no": 2, "kind": "promotion", "sku": "", "unit_price_micro": -1_160, "amount_minor": -1_160}
    line = msgspec.structs.replace(sale.lines[0], **off, net_minor=-1_000, gross_minor=-1_160)
    written = Orders(connect(make_odoo()).shop(), AnyIds()).of_sale(
        msgspec.structs.replace(sale, lines=(*sale.lines, line)), 9
    )["lines"][1][2]
    assert (written["product_id"], written["qty"], written["price_unit"]) == (DISCOUNT, 1, Decimal("-11.60"))
    assert written["tax_ids"] == [[6, 0, [IVA16]]]


def test_a_discount_that_odoo_rounds_by_itself_has_a_line_with_the_cent() -> None:
    """A part off goods of three taxes: the lane has 49.19 for it, a real one made 49.18 of these lines."""
    settings = msgspec.structs.replace(settings_for(), taxes=(SALES_TAX, BOTH))
    shop = connect(two_taxes(), settings).shop()
    usual = sale_body("x")["lines"][0]
    sold = [("exempt", 3_000_000, 5_010_000), ("both", 2_000_000, 7_770_000), ("sales", 845_000, 18_990_000)]
    lines = [
        msgspec.convert({**usual, "tax_class": code, "quantity_micro": quantity, "unit_price_micro": price}, LineBody)
        for code, quantity, price in sold
    ]
    for code, amount in (("exempt", -72), ("both", -75), ("sales", -77)):
        off = {"kind": "discount", "sku": "", "tax_class": code, "amount_minor": amount, "unit_price_micro": amount}
        lines.append(msgspec.convert({**usual, **off}, LineBody))
    assert missing_minor(book_of(shop, country_of(settings), {}), lines, 4_919) == 1


def test_two_taxes_on_a_line_are_compared_each_by_itself() -> None:
    """Odoo tells one sum for both: 15.54 with 15 % and 2 % has 2.64 of taxes, of which 0.31 are the lower one's."""
    settings = msgspec.structs.replace(settings_for(), taxes=(SALES_TAX, BOTH))
    odoo = two_taxes()
    connector = connect(odoo, settings)
    line = {"tax_ids": [PLAIN, CITY], "price_subtotal": Decimal("15.54"), "price_subtotal_incl": Decimal("18.18")}
    order = {"uuid": order_uuid("s-1"), "name": "1", "amount_total": Decimal("18.18"), "session_id": [9, ""]}
    order_id = odoo.add("pos.order", {**order, "fiscal_position_id": False})
    odoo.add("pos.order.line", {**line, "order_id": [order_id, ""], "name": ""})
    sums = {(one.dimension, one.key): one.amount_minor for one in connector.posted(ShiftRef("7", 1, ("s-1",))).sums}
    assert sums == {
        (Dimension.TAX, "st15"): 233,
        (Dimension.TAX, "city"): 31,
        (Dimension.TAX_BASE, "st15"): 1_554,
        (Dimension.TAX_BASE, "city"): 1_554,
    }
