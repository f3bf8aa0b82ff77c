"""Returns, post-voids and collections in the shape of POSLog: linked to what they take back, and marked."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from domain.account_intent import CollectTender
from mostrador.export import _Sales
from storage.collecting import read_collections
from storage.sale_reading import read_sales
from sync.poslog import Shop as PosShop
from sync.poslog import collection_transaction, transaction
from tests.kit.catalog import COFFEE
from tests.kit.customers import LUZ, bring_customers
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


def test_a_collection_pays_on_an_account_and_its_reversal_names_it(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    bring_customers(shop)
    shop.register.collect(LUZ.code, 22_000, (CollectTender("credit_card", 20_000, "A1"), CollectTender("cash")))
    shop.register.reverse_collection(1, "se equivocó")
    where = PosShop("Tienda", 2, frozenset({"cash"}))
    found = [ElementTree.fromstring(collection_transaction(one, where)) for one in read_collections(shop.db)]
    retail = [one.find("RetailTransaction") for one in found]
    assert [one.get("TransactionType") for one in retail if one is not None] == ["PaymentOnAccount"] * 2
    posted, back = found
    account = "RetailTransaction/LineItem/PaymentOnAccount"
    assert (posted.findtext(f"{account}/AccountID"), posted.findtext(f"{account}/Amount")) == ("C-1", "220.00")
    assert [one.text for one in posted.findall(f"{account}/PaidDocument/Amount")] == ["200.00", "20.00"]
    tenders = posted.findall("RetailTransaction/LineItem/Tender")
    assert [(one.findtext("TenderID"), one.findtext("Amount")) for one in tenders] == [
        ("credit_card", "200.00"),
        ("cash", "20.00"),
    ]
    assert back.findtext(f"{account}/Amount") == "-220.00"
    link = "RetailTransaction/TransactionLink"
    assert back.findtext(f"{link}/SequenceNumber") == "1"
    assert back.findtext(f"{link}/TransactionID") == posted.findtext("RetailTransaction/TransactionID")
    assert posted.find(link) is None
    assert list(read_collections(shop.db, "2026-11-25")) == []
    assert len(list(read_collections(shop.db, "2026-11-24", "2026-11-24"))) == 2
    shop.db.close()


def test_an_exported_file_has_sales_and_collections_in_the_order_of_their_time(
    tmp_path: Path,
) -> None:
    shop = make_shop(tmp_path)
    bring_customers(shop)
    for code in (COFFEE, ""):
        if code:
            shop.register.scan(code)
            shop.register.add_tender("cash")
        shop.register.collect(LUZ.code, 5_000, (CollectTender("cash"),))
    sales = _Sales(shop.db, shop.settings, ("", ""))
    (path,) = sales.write_poslog(tmp_path / "out")
    root = ElementTree.fromstring(path.read_bytes())
    folios = [one.text for one in root.iter() if one.tag.endswith("}ReceiptNumber")]
    assert [folio for folio in folios if folio and folio.startswith("1-")] == ["1-000001", "1-A000001", "1-A000002"]
    assert sales.count == 1
    shop.db.close()
