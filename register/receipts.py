"""From a bar code, a folio, a number or an id to a posted sale, and to what came back of it."""

from __future__ import annotations

import msgspec

from domain.basket import Basket
from domain.paid_line import PaidLine, paid_lines
from domain.past_sale import TenderChange
from domain.receipt_code import ReceiptCode, ReceiptName, read_name
from domain.refund import at_most, refunds_left
from domain.refusal import Reason, Refused
from domain.returning import Back, add_backs, back_elsewhere, backs_in, backs_of
from domain.sale import Sale, folio_of
from domain.tender_change import with_changes
from domain.text import safe_text
from register.lane import Lane
from storage.copies import read_sale
from storage.returns import find_sale, read_elsewhere, read_returns
from storage.tender_changes import read_changes

MAX_NAME = 40


class KnownReceipt(msgspec.Struct, frozen=True):
    """A receipt of this lane: its sale with the kinds its tenders have now, and the documents that took of it back."""

    sale: Sale
    returns: list[Sale]
    elsewhere: dict[int, int]
    """How much of each line came back elsewhere, as the ERP told."""
    changes: list[TenderChange]
    """How the sale's tenders turned out to be of other kinds, in their order."""

    @property
    def posted(self) -> dict[int, Back]:
        """What came back of each line here."""
        return backs_of([line for document in self.returns for line in document.lines], self.sale.folio)

    def backs(self, paid: dict[int, PaidLine], basket: Basket | None) -> dict[int, Back]:
        """Return what is back of each sold line: here, elsewhere, and in a basket."""
        posted = self.posted
        lying = backs_in(basket, self.sale.folio) if basket else {}
        found = {}
        for number, line in paid.items():
            here = add_backs(posted.get(number, Back()), lying.get(number, Back()))
            told = self.elsewhere.get(number, 0)
            found[number] = add_backs(here, back_elsewhere(line, told)) if told else here
        return found

    def paid(self, lane: Lane) -> dict[int, PaidLine]:
        """Return what was paid for each sold line."""
        return paid_lines(self.sale, lane.book)

    def refunds(self, lane: Lane) -> dict[str, int]:
        """Return what can still be refunded in each kind, all together no more than what was paid for what is out.

        What was rounded up to a coin was paid too, as long as anything is out.
        """
        paid = self.paid(lane)
        back = self.backs(paid, None)
        out = sum(line.gross_minor - back[number].gross_minor for number, line in paid.items())
        if out > 0:
            out += max(0, self.sale.rounding_minor)
        return at_most(self._refunds(lane), out, home_kind(lane))

    def _refunds(self, lane: Lane) -> dict[str, int]:
        """Return what is left of each kind; of an exchange also of those in which its first sale was paid."""
        left = refunds_left(self.sale, self.returns, home_kind(lane), self.changes)
        for sale_id in self.sale.of or ():
            number = find_sale(lane.db, sale_id)
            first = read_known(lane, number) if number else None
            if first is not None and number != self.sale.receipt_number:
                for kind, amount in first._refunds(lane).items():
                    left[kind] = left.get(kind, 0) + amount
        return left


class OtherReceipt(msgspec.Struct, frozen=True):
    """A receipt of another lane of the store, of which its bar code is all that is known."""

    folio: str
    code: ReceiptCode
    returns: list[Sale]


def find_receipt(lane: Lane, text: str) -> KnownReceipt | OtherReceipt | Refused:
    """Return the receipt that somebody means, or why there is none to return anything of."""
    name = read_name(text.strip(), lane.lane_id)
    number = name.receipt_number if name else find_sale(lane.db, text.strip())
    if name is not None and name.lane != lane.lane_id:
        return _find_other(lane, name)
    known = read_known(lane, number) if number else None
    if known is None:
        return Refused(Reason.NO_RECEIPT, {"receipt_number": number or safe_text(text, MAX_NAME)})
    if name is not None and name.code is not None and name.code.total_minor != max(0, known.sale.total_minor):
        return Refused(Reason.BAD_RECEIPT, {"folio": known.sale.folio})
    return known


def read_known(lane: Lane, receipt_number: int) -> KnownReceipt | None:
    """Return a receipt of this lane with what became of it since."""
    found = read_sale(lane.db, receipt_number)
    if found is None:
        return None
    changes = read_changes(lane.db, receipt_number)
    sale = with_changes(found[0], changes)
    returns = [
        with_changes(document, read_changes(lane.db, document.receipt_number))
        for document in read_returns(lane.db, sale.folio)
    ]
    return KnownReceipt(sale, returns, read_elsewhere(lane.db, sale.folio), changes)


def _find_other(lane: Lane, name: ReceiptName) -> OtherReceipt | Refused:
    """Return a receipt of another lane, if its bar code proves that the store has printed it."""
    folio = folio_of(name.lane, name.receipt_number)
    if name.code is None or not lane.receipt_key.has_proven(name.code):
        return Refused(Reason.BAD_RECEIPT, {"folio": folio})
    return OtherReceipt(folio, name.code, read_returns(lane.db, folio))


def home_kind(lane: Lane) -> str:
    """Return the kind of the store's own cash."""
    return next((kind.code for kind in lane.tender_kinds if kind.is_cash), "")
