"""Returns, exchanges and post-voids in the shape of POSLog: linked to where they were sold, and marked."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from storage.sale_reading import read_sales
from sync.poslog import Shop as PosShop
from sync.poslog import transaction
from tests.kit.catalog import COFFEE
from tests.kit.lane import make_shop


def test_a_return_names_its_sale_and_a_post_void_is_one(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    for _ in range(2):
        shop.register.scan(COFFEE, 2_000_000)
        shop.register.add_tender("cash")
        shop.register.return_lines("1", "Defectuoso", {"1": 1_000_000}, is_damaged=True)
        shop.register.add_tender("cash")
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash")
    shop.register.post_void("Otro")
    where = PosShop("Tienda", 2, frozenset({"cash"}))
    found = [ElementTree.fromstring(transaction(sale, where)) for sale in read_sales(shop.db)]  # our own text
    back, void = found[1], found[-1]
    line = back.find("RetailTransaction/LineItem/Return")
    assert line is not None
    assert line.findtext("TransactionLink/SequenceNumber") == "1"
    assert line.findtext("TransactionLink/WorkstationID") == "1"
    assert line.findtext("TransactionLink/TransactionID") == found[0].findtext("RetailTransaction/TransactionID")
    assert (line.findtext("ReturnReason"), line.findtext("Disposition")) == ("Defectuoso", "Damaged")
    kinds = [one.find("RetailTransaction").get("TransactionType") for one in found]  # type: ignore[union-attr]
    assert kinds == [None] * 5 + ["PostVoid"]
    assert void.findtext("RetailTransaction/LineItem/Return/TransactionLink/SequenceNumber") == "5"
    shop.db.close()
