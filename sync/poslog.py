"""Sales and collections in the shape of ARTS POSLog 6: one Transaction with a RetailTransaction each.

docs/journal.md has the mapping.

The elements and their order follow the standard's names; its schema is not public and was not at hand.
Every text passes the sanitiser, which leaves nothing that XML 1.0 forbids.
"""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from domain.collection import Collection
from domain.line_return import UNSET, LineReturn
from domain.money import MICRO_DIGITS, format_scaled
from domain.sale import LineKind, Sale, SaleLine
from domain.tax import TaxAmount
from domain.tender import Tender
from domain.text import safe_text

NAMESPACE: Final = "http://www.nrf-arts.org/IXRetail/namespace/"
HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<POSLog xmlns="{NAMESPACE}" MajorVersion="6" MinorVersion="0" FixVersion="0">\n'
)
TAIL: Final = "</POSLog>\n"
PERCENT_DIGITS: Final = 4


class Shop:
    """What a transaction says of its store beside the sale: who sells, what is cash, and the money's decimals."""

    __slots__ = ("cash", "exponent", "store")

    def __init__(self, store: str, exponent: int, cash: frozenset[str]) -> None:
        """Take the store's name, the decimals of its currency and the tender kinds that are cash."""
        self.store, self.exponent, self.cash = store, exponent, cash

    def money(self, minor: int) -> str:
        """Return an amount as a plain decimal."""
        return format_scaled(minor, self.exponent)


def transaction(sale: Sale, shop: Shop) -> str:
    """Return a sale as a `Transaction`, indented, with a line end."""
    root = _begin(sale, sale.receipt_number, sale.opened_at, shop)
    retail = SubElement(root, "RetailTransaction", TransactionStatus="Totaled")
    if sale.is_post_void is not UNSET:
        retail.set("TransactionType", "PostVoid")
    _texts(retail, ReceiptNumber=sale.folio, TransactionID=sale.sale_id)
    if sale.salesperson:
        _texts(SubElement(retail, "Associate"), AssociateID=sale.salesperson.code)
    voided = {line.voids for line in sale.lines if line.voids}
    for line in sale.lines:
        _line(retail, line, bool(line.voids) or line.line_no in voided, shop)
    number = len(sale.lines)
    for tax in sale.taxes:
        number += 1
        _tax(_item(retail, number), tax, shop)
    for tender in sale.tenders:
        number += 1
        _tender(_item(retail, number), tender, sale.currency, shop)
    _totals(retail, sale, shop)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _begin(document: Sale | Collection, number: int, opened_at: str, shop: Shop) -> Element:
    """Return a `Transaction` with what each begins with: where, which, when and whose."""
    root = Element("Transaction")
    _texts(
        root,
        RetailStoreID=shop.store,
        WorkstationID=document.lane,
        SequenceNumber=str(number),
        BusinessDayDate=document.business_date,
        BeginDateTime=opened_at,
        EndDateTime=document.at,
        OperatorID=document.operator,
        CurrencyCode=document.currency,
    )
    return root


def collection_transaction(collection: Collection, shop: Shop) -> str:
    """Return money received on an account, or its reversal, as a `Transaction`: it sells nothing and bears no tax."""
    root = _begin(collection, collection.number, collection.at, shop)
    retail = SubElement(root, "RetailTransaction", TransactionStatus="Totaled", TransactionType="PaymentOnAccount")
    _texts(retail, ReceiptNumber=collection.folio, TransactionID=collection.collection_id)
    if collection.reverses:
        link = SubElement(retail, "TransactionLink", ReasonCode="Reversal")
        _texts(link, WorkstationID=collection.lane, SequenceNumber=str(collection.reverses))
        _texts(link, TransactionID=next(iter(collection.of), ""))
    paid = SubElement(_item(retail, 1), "PaymentOnAccount")
    _texts(paid, AccountID=collection.customer, Amount=shop.money(collection.amount_minor))
    for part in collection.parts:
        row = SubElement(paid, "PaidDocument")
        _texts(row, DocumentID=part.document_id, ReceiptNumber=part.folio, Amount=shop.money(part.amount_minor))
    for number, tender in enumerate(collection.tenders, 2):
        _tender(_item(retail, number), tender, collection.currency, shop)
    SubElement(retail, "Total", TotalType="TransactionGrandAmount").text = shop.money(collection.amount_minor)
    indent(root)
    return tostring(root, encoding="unicode") + "\n"


def _texts(parent: Element, **texts: str) -> None:
    """Add an element for each text that is there."""
    for name, text in texts.items():
        if text:
            SubElement(parent, name).text = safe_text(text)


def _item(parent: Element, number: int) -> Element:
    """Add a `LineItem` with its number."""
    item = SubElement(parent, "LineItem")
    SubElement(item, "SequenceNumber").text = str(number)
    return item


def _line(parent: Element, line: SaleLine, is_void: bool, shop: Shop) -> None:
    """Add what was sold, came back, or was taken off."""
    item = _item(parent, line.line_no)
    if is_void:
        item.set("VoidFlag", "true")
    if line.kind is not LineKind.ITEM:
        _discount(item, line, shop)
        return
    sold = SubElement(item, "Sale" if line.quantity_micro > 0 else "Return", ItemType="Stock")
    if line.code:
        _texts(SubElement(sold, "POSIdentity", POSIDType="GTIN"), POSItemID=line.code)
    _texts(sold, ItemID=line.sku)
    hierarchy = SubElement(sold, "MerchandiseHierarchy", Level="Department")
    hierarchy.text = safe_text(line.department)
    _texts(sold, Description=line.name, TaxableGroupID=line.tax_class)
    if line.regular_price_micro is not None:
        _texts(sold, RegularSalesUnitPrice=format_scaled(line.regular_price_micro, MICRO_DIGITS))
    _texts(
        sold,
        ActualSalesUnitPrice=format_scaled(line.unit_price_micro, MICRO_DIGITS),
        ExtendedAmount=shop.money(line.amount_minor),
    )
    if line.returns is not UNSET:
        _origin(sold, line.returns)
    quantity = SubElement(sold, "Quantity", UnitOfMeasureCode=safe_text(line.uom), Units="1")
    quantity.text = format_scaled(line.quantity_micro, MICRO_DIGITS)
    if line.load:
        _texts(sold, StoredValueID=line.load.card.shown, StoredValueAmount=shop.money(line.load.amount_minor))
    if line.salesperson:
        _texts(SubElement(sold, "Associate"), AssociateID=line.salesperson.code)
    if line.trace:
        trace = line.trace
        _texts(sold, SerialNumber=trace.serial, LotNumber=trace.lot, ExpirationDate=trace.expires_on)


def _origin(sold: Element, returns: LineReturn) -> None:
    """Add where a returned line was sold, why it comes back and where it goes."""
    if returns.of is not None:
        link = SubElement(sold, "TransactionLink", ReasonCode="Return")
        lane, _, number = returns.of.folio.rpartition("-")
        _texts(link, WorkstationID=lane, SequenceNumber=str(int(number)), TransactionID=returns.of.sale_id)
        if returns.of.line_no:
            _texts(link, LineItemSequenceNumber=str(returns.of.line_no))
    _texts(sold, ReturnReason=returns.reason, Disposition="Damaged" if returns.is_damaged else "ReturnToStock")


def _discount(item: Element, line: SaleLine, shop: Shop) -> None:
    """Add what a promotion or a discount takes off."""
    off = SubElement(item, "Discount")
    _texts(off, Amount=shop.money(line.amount_minor))
    rule = SubElement(off, "PriceDerivationRule")
    _texts(rule, PriceDerivationRuleID=line.code or line.kind.value, Description=line.name)


def _tax(item: Element, tax: TaxAmount, shop: Shop) -> None:
    """Add what one tax comes to."""
    row = SubElement(item, "Tax", TaxType="Sales", TypeCode="Refund" if tax.base_minor < 0 else "Sale")
    _texts(
        row,
        TaxAuthority=tax.name,
        TaxRuleID=tax.code,
        TaxableAmount=shop.money(tax.base_minor),
        Amount=shop.money(tax.tax_minor),
        Percent=format_scaled(tax.rate_ppm, PERCENT_DIGITS),
    )
    row.set("TaxIncludedInPriceFlag", "true" if tax.included else "false")


def _tender(item: Element, tender: Tender, currency: str, shop: Shop) -> None:
    """Add what was handed over, with its change."""
    kind = "Cash" if tender.kind in shop.cash else "GiftCard" if tender.card else "Other"
    row = SubElement(item, "Tender", TenderType=kind, TypeCode="Refund" if tender.amount_minor < 0 else "Sale")
    _texts(row, TenderID=tender.kind)
    amount = SubElement(row, "Amount", Currency=safe_text(currency))
    amount.text = shop.money(tender.amount_minor)
    if tender.change_minor:
        change = SubElement(row, "TenderChange", TenderType="Cash")
        _texts(change, TenderID=tender.change_kind or tender.kind, Amount=shop.money(tender.change_minor))
    if tender.reference:
        _texts(SubElement(row, "Authorization"), ReferenceNumber=tender.reference)


def _totals(parent: Element, sale: Sale, shop: Shop) -> None:
    """Add the sums of a sale."""
    sums = {
        "TransactionNetAmount": sale.net_minor,
        "TransactionTaxAmount": sale.total_minor - sale.net_minor,
        "TransactionGrandAmount": sale.total_minor,
        "X:RoundingAmount": sale.rounding_minor,
    }
    for kind, amount_minor in sums.items():
        if amount_minor or kind != "X:RoundingAmount":
            SubElement(parent, "Total", TotalType=kind).text = shop.money(amount_minor)
