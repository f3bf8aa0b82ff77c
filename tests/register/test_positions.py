"""Fiscal positions that the ERP tells: an open basket keeps the taxes that it began with, also over a restart."""

from __future__ import annotations

from pathlib import Path

from domain.customer import Customer
from domain.outcome import BasketChanged, BasketResumed, BasketSuspended, SalePosted, TenderAdded
from storage.positions import ErpPosition, encode_position
from storage.verify import verify
from tests.kit.catalog import COFFEE
from tests.kit.customers import bring_customers
from tests.kit.lane import Shop, make_shop


def tell(shop: Shop, stamp: str, *taxes: str, is_gone: bool = False) -> None:
    """Let the ERP say what stands in place of the usual tax at the border."""
    document = encode_position(ErpPosition("Frontera", {"iva16": taxes}))
    with shop.db.atomic():
        shop.db.run(
            "INSERT INTO erp_row (feed, erp_id, key, stamp, document, seen, is_gone)"
            " VALUES ('positions', '7', 'front', ?, ?, 0, ?) ON CONFLICT (feed, erp_id)"
            " DO UPDATE SET stamp = excluded.stamp, document = excluded.document, is_gone = excluded.is_gone",
            (stamp, document, int(is_gone)),
        )


def make_border(folder: Path) -> Shop:
    """Return a shop with a customer at the border, who pays 8 % in place of 16 %."""
    shop = make_shop(folder)
    tell(shop, "1", "iva8")
    bring_customers(shop, Customer("C-9", "Del Norte", position="front"))
    return shop


def sell_to(shop: Shop) -> int:
    """Sell coffee to the customer, unpaid, and return what it comes to."""
    assert isinstance(shop.register.set_customer("C-9"), BasketChanged)
    assert isinstance(shop.register.scan(COFFEE), BasketChanged)
    assert shop.register.basket is not None
    return shop.register.basket.balance_minor


def pay(shop: Shop) -> list[tuple[object, ...]]:
    """Pay, and return the taxes of the sale."""
    answer = shop.register.add_tender("cash")
    assert isinstance(answer, SalePosted), answer
    assert verify(shop.db).is_sound
    return shop.db.all(
        "SELECT code, base_minor, tax_minor FROM sale_tax WHERE receipt_number = ?", (answer.receipt_number,)
    )


def test_a_basket_paid_in_part_keeps_its_taxes_over_a_restart_and_the_next_one_has_the_new(tmp_path: Path) -> None:
    for name, told, is_gone in (("other", ("iva0",), False), ("gone", ("iva8",), True)):
        folder = tmp_path / name
        folder.mkdir()
        shop = make_border(folder)
        due = sell_to(shop)
        assert isinstance(shop.register.add_tender("cash", 2_000), TenderAdded)
        tell(shop, "2", *told, is_gone=is_gone)
        shop.reopen()
        shop.sign_on()
        assert shop.register.basket is not None
        assert (shop.register.basket.balance_minor, due) == (due - 2_000, 4_236)
        assert pay(shop) == [("iva8", 3_922, 314)]
        sell_to(shop)
        assert pay(shop) == [("iva16", 3_922, 628)] if is_gone else [("iva0", 3_922, 0)]
        shop.db.close()


def test_a_basket_that_is_taken_up_again_keeps_the_taxes_of_then(tmp_path: Path) -> None:
    shop = make_border(tmp_path)
    sell_to(shop)
    basket_id = shop.register.basket.basket_id if shop.register.basket else ""
    assert isinstance(shop.register.suspend("Norte"), BasketSuspended)
    tell(shop, "2", "iva0")
    assert isinstance(shop.register.resume(basket_id), BasketResumed)
    assert isinstance(shop.register.add_tender("cash", 2_000, confirmed=True), TenderAdded)
    tell(shop, "3", "iva8")
    shop.reopen()
    shop.sign_on()
    assert [code for code, *_ in pay(shop)] == ["iva0"]
