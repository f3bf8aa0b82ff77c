"""Sales, returns, exchanges and post-voids in any order, held against books kept in the plainest way.

The books know prices as they stand in the catalogue and nothing of the product: what a piece brings is worked out by
fractions of what its line was paid. Never does more come back than went out; money, stock and cash agree; a sale of
which everything is back has left nothing.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from config.settings import SellingSettings
from domain.money import MICRO
from domain.outcome import SalePosted
from domain.refusal import Reason, Refused
from storage.verify import verify
from tests.kit.books import OFF_PPM, SKUS, SoldLine, Wanted, baskets, sold_line
from tests.kit.lane import FLOAT_MINOR, make_shop

KINDS: Final = ("cash", "voucher")
PHASES: Final = (Phase.explicit, Phase.generate)
"""Shrinking a sequence on a real ledger takes minutes: what failed is short enough to read."""
MODES: Final = (("line", "odoo"), ("document", "odoo"), ("line", "tryton"), ("document", "erpnext"))
"""Roundings and profiles. Where cents are not rounded line by line as here, no line has a part of a cent."""


@dataclass
class Book:
    """A receipt that sold something."""

    kind: str
    lines: dict[int, SoldLine]
    is_voidable: bool = True


@dataclass
class Books:
    """The lane as the model has it."""

    receipts: int = 0
    sales: dict[int, Book] = field(default_factory=dict)
    money: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    stock: dict[str, int] = field(default_factory=dict)

    def move(self, sku: str, pieces: int) -> None:
        """Move stock."""
        self.stock[sku] = self.stock.get(sku, 0) + pieces


kinds = st.sampled_from(KINDS)


class ReturnMachine(RuleBasedStateMachine):
    """Acts with past sales in any order."""

    @initialize(mode=st.sampled_from((*MODES, MODES[0])))
    def begin(self, mode: tuple[str, str]) -> None:
        rounding, profile = mode
        self.is_uneven = mode == MODES[0]
        self.folder = Path(tempfile.mkdtemp(prefix="returns-"))
        selling = SellingSettings(tax_rounding=rounding, tax_profile=profile)  # type: ignore[arg-type]
        self.shop = make_shop(self.folder, selling=selling)
        self.books = Books()

    def teardown(self) -> None:
        if not hasattr(self, "shop"):
            return
        verdict = verify(self.shop.db)
        tendered = self.shop.db.all("SELECT kind, sum(amount_minor - change_minor) FROM sale_tender GROUP BY kind")
        moved = self.shop.db.all("SELECT sku, sum(quantity_micro) / 1000000 FROM stock_move GROUP BY sku")
        over = self.shop.db.all(
            "SELECT r.of_folio FROM sale_return r JOIN sale_line l ON l.receipt_number = r.of_receipt"
            " AND l.line_no = r.of_line_no GROUP BY r.of_folio, r.of_line_no"
            " HAVING sum(r.quantity_micro) > max(l.quantity_micro)"
        )
        report = self.shop.register.draw_x().report  # type: ignore[union-attr]  # the ledger answers here
        self.shop.db.close()
        shutil.rmtree(self.folder)
        assert verdict.discrepancies == ()
        assert over == []
        assert {kind: cents for kind, cents in tendered if cents} == {k: c for k, c in self.books.money.items() if c}
        assert {sku: pieces for sku, pieces in moved if pieces} == {s: p for s, p in self.books.stock.items() if p}
        assert report.till.expected_minor == FLOAT_MINOR + self.books.money["cash"]
        assert report.total_minor == sum(self.books.money.values())

    def posted(self, kind: str, total: int) -> int:
        """Pay what lies in the basket, and return its receipt's number."""
        register = self.shop.register
        assert register.basket.total_minor == total
        answer = register.add_tender(kind)
        assert isinstance(answer, SalePosted), answer
        assert answer.total_minor == total
        self.books.receipts += 1
        assert answer.receipt_number == self.books.receipts
        self.books.money[kind] += total
        return answer.receipt_number

    def sell(self, wanted: Wanted, first: int = 1) -> dict[int, SoldLine]:
        """Scan what is wanted, and return the lines as the books have them."""
        lines: dict[int, SoldLine] = {}
        for number, (code, pieces) in enumerate(wanted, first):
            self.shop.register.scan(code, pieces * MICRO)
            if self.is_uneven:
                self.shop.register.discount_line(number, OFF_PPM)
            lines[number] = sold_line(code, pieces, is_uneven=self.is_uneven)
            self.books.move(SKUS[code], -pieces)
        return lines

    @rule(wanted=baskets, kind=kinds)
    def sale(self, wanted: Wanted, kind: str) -> None:
        lines = self.sell(wanted)
        number = self.posted(kind, sum(line.money.cents for line in lines.values()))
        self.books.sales[number] = Book(kind, lines)

    def pick(self, data: st.DataObject) -> tuple[int, Book]:
        """Pick a receipt."""
        number = data.draw(st.sampled_from(sorted(self.books.sales)))
        return number, self.books.sales[number]

    def bring(self, data: st.DataObject, is_damaged: bool) -> tuple[Book, int] | None:
        """Bring pieces back of some receipt into the basket, sometimes more than are left: then nothing happens."""
        number, book = self.pick(data)
        wanted = {
            n: data.draw(st.integers(1, line.pieces)) for n, line in book.lines.items() if data.draw(st.booleans())
        }
        if not wanted:
            return None
        asked = {str(line): pieces * MICRO for line, pieces in wanted.items()}
        answer = self.shop.register.return_lines(str(number), "Otro", asked, is_damaged)
        if any(book.lines[line].back + pieces > book.lines[line].pieces for line, pieces in wanted.items()):
            assert isinstance(answer, Refused)
            assert answer.reason is Reason.OVER_RETURN
            return None
        assert not isinstance(answer, Refused), answer
        book.is_voidable = False
        cents = 0
        for line, pieces in wanted.items():
            cents += book.lines[line].take(pieces).cents
            if not is_damaged:
                self.books.move(book.lines[line].sku, pieces)
        return book, cents

    @precondition(lambda self: bool(self.books.sales))
    @rule(data=st.data(), is_damaged=st.booleans())
    def return_some(self, data: st.DataObject, is_damaged: bool) -> None:
        brought = self.bring(data, is_damaged)
        if brought is not None:
            book, cents = brought
            self.posted(book.kind, -cents)

    @precondition(lambda self: bool(self.books.sales))
    @rule(data=st.data(), wanted=baskets, kind=kinds)
    def exchange(self, data: st.DataObject, wanted: Wanted, kind: str) -> None:
        brought = self.bring(data, is_damaged=False)
        if brought is None:
            return
        book, cents = brought
        lines = self.sell(wanted, len(self.shop.register.basket.lines) + 1)
        total = sum(line.money.cents for line in lines.values()) - cents
        number = self.posted(book.kind if total < 0 else kind, total)
        self.books.sales[number] = Book(kind if total > 0 else book.kind, lines, is_voidable=False)

    @precondition(lambda self: bool(self.books.receipts))
    @rule()
    def post_void(self) -> None:
        answer = self.shop.register.post_void("Otro")
        last = self.books.sales.get(self.books.receipts)
        if last is None or not last.is_voidable:
            assert isinstance(answer, Refused)
            assert answer.reason is Reason.NOT_VOIDABLE
            return
        assert isinstance(answer, SalePosted), answer
        self.books.receipts += 1
        for line in last.lines.values():
            line.back = line.pieces
            self.books.move(line.sku, line.pieces)
            self.books.money[last.kind] -= line.money.cents

    @precondition(lambda self: bool(self.books.sales))
    @rule(data=st.data())
    def void_what_was_brought(self, data: st.DataObject) -> None:
        number, book = self.pick(data)
        answer = self.shop.register.return_lines(str(number), "Otro")
        is_left = any(line.back < line.pieces for line in book.lines.values())
        assert isinstance(answer, Refused) is not is_left
        if is_left:
            self.shop.register.void_line(1)
            self.shop.register.void_basket()

    @precondition(lambda self: bool(self.books.receipts))
    @rule(kind=kinds)
    def put_right(self, kind: str) -> None:
        """A tender's kind is put right at once by putting it right twice: the books see nothing of it."""
        last = self.books.sales.get(self.books.receipts)
        if last is None or last.kind == kind or not last.is_voidable:
            return
        for each in (kind, last.kind):
            assert not isinstance(self.shop.register.change_tender(each, "error"), Refused)

    @rule()
    def power_cut(self) -> None:
        self.shop.reopen()
        self.shop.sign_on()


def test_no_more_comes_back_than_went_out_and_all_books_agree() -> None:
    run_state_machine_as_test(ReturnMachine, settings=settings(max_examples=40, stateful_step_count=25, phases=PHASES))
