"""What comes back is what was paid, to the cent and tax by tax, in any number of pieces, in each ERP's arithmetic."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Final

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.basket import Basket, Draft, kept_lines
from domain.deduction import Grant, GrantScope
from domain.item import Item
from domain.line_return import UNSET
from domain.paid_line import PaidLine, paid_lines
from domain.past_sale import TenderChange
from domain.pricing import PriceRules, reckon
from domain.promotion_basket import PromotionContext
from domain.promotion_book import build_book
from domain.receipt_code import ReceiptKey, is_receipt_code, read_code, read_name, write_code
from domain.refund import at_most, refunds_left
from domain.refusal import Reason
from domain.returning import (
    Back,
    Wanted,
    add_backs,
    back_elsewhere,
    judge_quantity,
    return_line,
    returnable,
    share_of,
)
from domain.sale import LineKind, Sale, SaleHeader, post
from domain.tally import real_lines
from domain.tax import (
    LineTax,
    TaxAmount,
    TaxBook,
    TaxClass,
    TaxGroup,
    TaxProfile,
    TaxRounding,
    price_line,
    spread,
    sum_lines,
    total,
)
from domain.tax_sum import turn_rows
from domain.tender import Tender
from tests.kit.sales import make_basket
from tests.kit.strategies import any_books, books, drafts, make_book, quantities

CONTEXT: Final = PromotionContext(datetime(2026, 11, 24, tzinfo=UTC), UTC)
HEADER: Final = SaleHeader("1", 1, "2026-11-24", "2026-11-24T18:05:09.123Z", "1", "Ana", "MXN")


def in_profile(book: TaxBook, profile: TaxProfile) -> TaxBook:
    return TaxBook(book.classes, book.rounding, book.exponent, profile, book.step_minor)


def put_into(draft: Draft, tax_class: str) -> Draft:
    return msgspec.structs.replace(draft, item=msgspec.structs.replace(draft.item, tax_class=tax_class))


grants = st.lists(
    st.one_of(
        st.builds(lambda n, a: Grant(GrantScope.LINE, "off", n, 0, a), st.integers(1, 4), st.integers(1, 5_000)),
        st.builds(lambda p: Grant(GrantScope.BASKET, "all", 0, p), st.sampled_from((50_000, 100_000, 333_333))),
        st.builds(lambda a: Grant(GrantScope.BASKET, "cash off", 0, 0, a), st.integers(1, 9_999)),
    ),
    max_size=3,
)
sold = drafts.filter(lambda draft: draft.quantity_micro > 0)
usual = st.builds(in_profile, books, st.sampled_from(TaxProfile))
awkward = st.builds(in_profile, any_books(), st.sampled_from(TaxProfile))
any_sold = st.builds(put_into, sold, st.sampled_from("abcx"))


def sell(book: TaxBook, done: list[Draft], given_off: list[Grant]) -> Sale:
    """Return a posted sale of some drafts with discounts by hand."""
    basket = make_basket(book, done)
    basket = msgspec.structs.replace(basket, terms=msgspec.structs.replace(basket.terms, grants=tuple(given_off)))
    return post(book, reckon(PriceRules(book, build_book(())), basket, CONTEXT).basket, HEADER, 7)


def all_back(paid: dict[int, PaidLine], random: Random) -> list[tuple[str, LineTax]]:
    """Return everything in pieces, in any order."""
    backs = dict.fromkeys(paid, Back())
    pieces: list[tuple[str, LineTax]] = []
    while left := [number for number, line in paid.items() if returnable(line, backs[number]).left_micro]:
        number = random.choice(left)
        line = paid[number]
        most = returnable(line, backs[number]).left_micro
        step = 10 ** (6 - line.line.uom_digits)
        quantity = min(most, random.randint(1, max(1, most // step)) * step)
        money = share_of(line, backs[number], quantity)
        gross = money.base_minor + sum(row.tax_minor for row in money.rows)
        piece = Back(quantity, -money.amount_minor, -gross, turn_rows(money.rows))
        backs[number] = add_backs(backs[number], piece)
        pieces.append((line.line.tax_class, money))
    return pieces


def hold(book: TaxBook, sale: Sale, seed: int) -> None:
    """Take a sale back in pieces, and hold what that comes to against it."""
    paid = paid_lines(sale, book)
    pieces = all_back(paid, Random(seed))
    document = total(book, sum_lines(pieces))
    assert (document.net_minor, document.total_minor) == (-sale.net_minor, -sale.total_minor)
    assert by_code(document.taxes) == by_code(turn_rows(sale.taxes))
    for line in paid.values():
        assert line.gross_minor == line.net_minor + sum(row.tax_minor for row in line.rows)


def by_code(rows: tuple[TaxAmount, ...]) -> dict[str, tuple[int, int]]:
    return {row.code: (row.base_minor, row.tax_minor) for row in rows if row.base_minor or row.tax_minor}


@settings(max_examples=150)
@given(usual, st.lists(sold, min_size=1, max_size=6), grants, st.integers(0, 10**6))
def test_a_sale_that_comes_back_in_pieces_leaves_nothing(
    book: TaxBook, done: list[Draft], given_off: list[Grant], seed: int
) -> None:
    hold(book, sell(book, done, given_off), seed)


@settings(max_examples=150)
@given(awkward, st.lists(any_sold, min_size=1, max_size=6), st.integers(0, 10**6))
def test_so_it_is_with_any_taxes_there_can_be(book: TaxBook, done: list[Draft], seed: int) -> None:
    sale = sell(book, done, [])
    paid = paid_lines(sale, book)
    document = total(book, sum_lines(all_back(paid, Random(seed))))
    assert (document.net_minor, document.total_minor) == (-sale.net_minor, -sale.total_minor)


def test_a_cent_goes_by_way_of_another_tax_where_no_line_has_both() -> None:
    book = in_profile(make_book(TaxRounding.DOCUMENT, 0), TaxProfile.ERPNEXT)
    hold(book, sell(book, [_draft("mixed", 5, 1_000_000_000), _draft("chain", 11, 45_500_000)], []), 0)


@settings(max_examples=60)
@given(usual, st.lists(drafts, min_size=1, max_size=6), grants)
def test_what_all_lines_bear_is_the_document(book: TaxBook, done: list[Draft], given_off: list[Grant]) -> None:
    sale = sell(book, done, given_off)
    paid = paid_lines(sale, book)
    assert paid.keys() <= {line.line_no for line in real_lines(sale.lines) if line.quantity_micro > 0}
    if all(line.quantity_micro > 0 for line in real_lines(sale.lines) if line.kind is LineKind.ITEM):
        assert sum(line.gross_minor for line in paid.values()) == sale.total_minor


@given(usual, st.lists(sold, min_size=1, max_size=3), grants, quantities)
def test_no_piece_is_more_than_its_part_by_a_cent(
    book: TaxBook, done: list[Draft], given_off: list[Grant], quantity: int
) -> None:
    for line in paid_lines(sell(book, done, given_off), book).values():
        part = min(abs(quantity), line.line.quantity_micro)
        money = share_of(line, Back(), part)
        gross = -(money.base_minor + sum(row.tax_minor for row in money.rows))
        assert abs(gross * line.line.quantity_micro - line.gross_minor * part) <= line.line.quantity_micro


@given(usual, sold, st.integers(0, 10**6))
def test_base_and_tax_of_a_piece_are_what_it_brings(book: TaxBook, draft: Draft, seed: int) -> None:
    """86.21 + 13.79 for three: the first was 28.74 + 4.60 for 33.33, when each figure was rounded by itself."""
    line = next(iter(paid_lines(sell(book, [draft], []), book).values()))
    if [row.base_minor for row in line.rows] != [line.net_minor]:
        return  # several taxes, of which one may be taken on another
    for _, money in all_back({1: line}, Random(seed)):
        assert sum(row.base_minor + row.tax_minor for row in money.rows) == money.base_minor + _taxed(money)


def _taxed(line: LineTax) -> int:
    return sum(row.tax_minor for row in line.rows)


def test_the_last_piece_takes_the_cents_that_the_first_ones_left() -> None:
    sale = _hundred()
    (line,) = paid_lines(sale, BOOK).values()
    back, brought = Back(), []
    for _ in range(3):
        money = share_of(line, back, 1_000_000)
        brought.append(-money.amount_minor)
        back = add_backs(back, Back(1_000_000, -money.amount_minor, -money.amount_minor, turn_rows(money.rows)))
    assert brought == [33, 34, 33]


def test_a_piece_that_was_brought_back_and_voided_leaves_no_cent_behind() -> None:
    (line,) = paid_lines(_hundred(), BOOK).values()
    second = share_of(line, Back(1_000_000, 33, 33), 1_000_000)
    assert second.amount_minor == -34
    back = Back(1_000_000, 34, 34)  # the first was voided: only the second is back
    rest = [
        -share_of(line, back, 1_000_000).amount_minor,
        -share_of(line, Back(2_000_000, 67, 67), 1_000_000).amount_minor,
    ]
    assert 34 + sum(rest) == 100


def test_what_came_back_elsewhere_has_brought_its_part() -> None:
    (line,) = paid_lines(_hundred(), BOOK).values()
    told = back_elsewhere(line, 2_000_000)
    assert (told.quantity_micro, told.amount_minor) == (2_000_000, 67)
    assert share_of(line, told, 1_000_000).amount_minor == -33
    assert returnable(line, told).left_micro == 1_000_000
    beyond = judge_quantity(returnable(line, told), 2_000_000)
    assert beyond is not None
    assert (beyond.reason, beyond.facts) == (Reason.OVER_RETURN, {"name": "Three", "left": "1"})


def test_taxes_are_those_of_the_day_of_the_sale_whatever_the_book_has_now() -> None:
    old, new = make_book(TaxRounding.LINE), TaxBook({"x": TaxClass("x", "None")})
    sale = sell(old, [_draft("general", 3, 11_600_000), _draft("mixed", 1, 5_000_000)], [])
    lines = [
        return_line(sale, line, Wanted(n, line.line.quantity_micro, "why"), Back(), n)
        for n, line in paid_lines(sale, new).items()
        if n == 1
    ]
    document = total(new, sum_lines((line.tax_class, line.tax) for line in lines))
    assert [(row.code, row.rate_ppm, row.tax_minor) for row in document.taxes] == [("iva16", 160_000, -480)]
    assert (document.net_minor, document.total_minor) == (-3_000, -3_480)


def test_given_lines_stand_beside_reckoned_ones_of_every_profile() -> None:
    for profile in TaxProfile:
        book = in_profile(make_book(TaxRounding.DOCUMENT), profile)
        sale = sell(book, [_draft("general", 2, 11_600_000)], [])
        money = share_of(paid_lines(sale, book)[1], Back(), 2_000_000)
        new = price_line(book, "general", 2_000_000, 11_600_000)
        sums = sum_lines([("general", money), ("general", new)])
        document = total(book, sums)
        assert (document.net_minor, document.total_minor) == (0, 0)
        assert by_code(document.taxes) == {}
        shares = spread(book, [("general", money), ("general", new)])
        assert [share.gross_minor for share in shares] == [-2_320, 2_320]
        assert {one.group for one in sums} == {TaxGroup.SALE, TaxGroup.GIVEN}


def test_a_refund_follows_the_tenders_less_what_went_out_before() -> None:
    sale = msgspec.structs.replace(
        _hundred(),
        tenders=(Tender("card", 4_000), Tender("cash", 10_000, 3_995), Tender("usd", 2_000, 500, "", "USD", 1, "cash")),
        rounding_minor=5,
    )
    assert refunds_left(sale, [], "cash") == {"card": 4_000, "cash": 7_505}
    back = msgspec.structs.replace(sale, tenders=(Tender("card", -4_000), Tender("cash", -505)))
    assert refunds_left(sale, [back], "cash") == {"cash": 7_000}


def test_what_went_back_in_a_kind_that_was_put_right_later_is_off_the_right_one() -> None:
    paid = (Tender("cash", 5_000), Tender("voucher", 5_000))
    sale = msgspec.structs.replace(_hundred(), tenders=paid)
    change = TenderChange(sale.sale_id, 1, sale.folio, 1, "card", "voucher", 5_000, 0, "", "was a voucher")
    back = msgspec.structs.replace(sale, tenders=(Tender("card", -3_000),))
    assert refunds_left(sale, [back], "cash", [change]) == {"cash": 5_000, "voucher": 2_000}
    assert refunds_left(sale, [back], "cash") == {"cash": 2_000, "voucher": 5_000}


@given(
    st.lists(st.tuples(st.sampled_from(["cash", "card", "voucher"]), st.integers(1, 9_999)), min_size=1, max_size=4),
    st.lists(st.tuples(st.sampled_from(["cash", "card", "gift"]), st.integers(1, 9_999)), max_size=4),
    st.integers(0, 20_000),
)
def test_never_is_more_left_than_was_paid_less_what_went_back(
    paid: list[tuple[str, int]], back: list[tuple[str, int]], most: int
) -> None:
    sale = msgspec.structs.replace(_hundred(), tenders=tuple(Tender(kind, amount) for kind, amount in paid))
    document = msgspec.structs.replace(sale, tenders=tuple(Tender(kind, -amount) for kind, amount in back))
    left = refunds_left(sale, [document], "cash")
    assert sum(left.values()) == max(0, sum(amount for _, amount in paid) - sum(amount for _, amount in back))
    assert set(left) <= {kind for kind, _ in paid}
    capped = at_most(left, most, "cash")
    assert sum(capped.values()) == min(most, sum(left.values()))
    assert all(0 < amount <= left[kind] for kind, amount in capped.items())


def test_only_one_line_of_a_basket_comes_back_as_one() -> None:
    sale = _hundred()
    (paid,) = paid_lines(sale, BOOK).values()
    line = return_line(sale, paid, Wanted(1, 1_000_000, "why", is_damaged=True), Back(), 1)
    assert line.returns is not UNSET
    assert line.returns.of is not None
    assert (line.returns.of.folio, line.returns.of.line_no, line.returns.is_damaged) == ("1-000007", 1, True)
    assert kept_lines(Basket("b", lines=(line,))) == [line]


# the bar code


@given(
    st.sampled_from(("1", "99", "100", "A-1")), st.integers(1, 10**9), st.integers(-1_000, 10**9), st.binary(max_size=9)
)
def test_a_receipt_s_code_says_what_it_was_made_of(lane: str, number: int, amount: int, secret: bytes) -> None:
    key = ReceiptKey(secret)
    text = write_code(lane, number, amount, key)
    code = read_code(text)
    assert code is not None
    assert is_receipt_code(text)
    assert (code.lane, code.receipt_number, code.total_minor) == (lane, number, max(0, amount))
    assert code.has_proof == bool(secret)
    assert key.has_proven(code) == bool(secret)
    assert not ReceiptKey(secret + b"x").has_proven(msgspec.structs.replace(code, proof="000000"))
    assert "b'" not in repr(key) + str(key)


def test_a_changed_digit_is_not_proven() -> None:
    key = ReceiptKey(b"0123456789abcdef")
    text = write_code("7", 123, 45_500, key)
    assert len(text) == 24
    wrong = [f"{text[:place]}{(int(text[place]) + 1) % 10}{text[place + 1 :]}" for place in range(1, 24)]
    codes = [read_code(other) for other in wrong]
    assert not any(key.has_proven(code) for code in codes if code is not None)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12", ("1", 12)),
        ("1-000012", ("1", 12)),
        ("R1-000012", ("1", 12)),
        ("2-000012", ("2", 12)),
        ("7501000111206", None),
        ("CAFE", None),
        ("", None),
        ("\uff19", None),
    ],
)
def test_a_receipt_is_named_by_number_folio_or_code(text: str, wanted: tuple[str, int] | None) -> None:
    name = read_name(text, "1")
    assert (None if name is None else (name.lane, name.receipt_number)) == wanted


BOOK: Final = make_book(TaxRounding.LINE)


def _draft(tax_class: str, quantity: int, price_micro: int) -> Draft:
    item = Item(1, "SKU", "Three", "01", tax_class, price_micro)
    return Draft(item, "code", quantity * 1_000_000, price_micro)


def _hundred() -> Sale:
    """Return a sale of three pieces that cost 100 together, without tax."""
    return sell(BOOK, [_draft("exempt", 3, 333_333)], [])
