"""Random days: every Z is what its shift's journal says, added up once more, plainly, from the records alone."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import ExchangeSettings, SellingSettings
from domain.outcome import ShiftClosed, XRead
from domain.refusal import Refused
from storage.verify import verify
from tests.kit.catalog import BOOK, COFFEE, OPEN_DEPARTMENT, SALMON, SOAP, WATER, weight_label
from tests.kit.lane import ANA, BETO, Shop, make_shop
from tests.register.reading import records

DAYS: Final = 2_000
CODES: Final = (COFFEE, WATER, SOAP, BOOK, weight_label(SALMON, 750))
CASH: Final = {"loan": 1, "paid_in": 1, "paid_out": -1, "pickup": -1}
COUNTED: Final = (
    "line_voided",
    "basket_voided",
    "basket_suspended",
    "basket_resumed",
    "no_sale",
    "copy_printed",
    "z_copied",
    "pin_refused",
    "signed_on",
    "x_read",
    "cash_counted",
    "line_changed",
    "tenders_taken_back",
    "line_discounted",
    "basket_discounted",
)

Act = Callable[[Shop], object]
amounts = st.integers(1, 500_000)


def sell(lines: Iterable[tuple[str, int]], pays: Iterable[tuple[str, int]]) -> Act:
    """Sell lines, taking the first back where three are sold, and pay by several tenders, the last one exactly."""

    def act(shop: Shop) -> None:
        for code, quantity in lines:
            shop.register.scan(code, quantity * 1_000_000)
        if len(shop.register.basket.lines) > 2:
            shop.register.void_line(1)
        for kind, amount in pays:
            if shop.register.basket.lines:
                shop.register.add_tender(kind, amount, "A1")
        if shop.register.basket.lines:
            assert not isinstance(shop.register.add_tender("cash"), Refused)

    return act


def suspend_and_resume(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    basket_id = shop.register.basket.basket_id
    shop.register.suspend("x")
    shop.register.resume(basket_id)
    shop.register.void_basket()


def discount(shop: Shop) -> None:
    shop.register.scan(COFFEE)
    shop.register.discount_line(1, percent_ppm=125_000, reason="roto")
    shop.register.scan(WATER)
    shop.register.discount_basket(amount_minor=333, reason="cliente")
    shop.register.add_tender("cash", 100_000)


def close(off_minor: int, left_minor: int) -> Act:
    """Close the shift by a count that is off, and open the next one."""

    def act(shop: Shop) -> None:
        drawn = shop.register.draw_x()
        assert isinstance(drawn, XRead)
        counted = max(0, drawn.report.till.expected_minor + off_minor)
        left = min(counted, left_minor)
        answer = shop.register.close_shift(counted, next_float_minor=left)
        if isinstance(answer, Refused):
            answer = shop.register.close_shift(counted, next_float_minor=left)
        assert isinstance(answer, ShiftClosed), answer
        assert not isinstance(shop.register.open_shift(left), Refused)

    return act


lines = st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from((1, 2, 5, -1))), min_size=1, max_size=4)
pays = st.lists(
    st.tuples(st.sampled_from(("cash", "credit_card", "voucher", "transfer", "cash_usd")), st.integers(1, 60_000)),
    max_size=3,
)
acts = st.one_of(
    st.builds(sell, lines, pays),
    st.builds(sell, lines, pays),
    st.builds(lambda n: lambda s: s.register.loan(n), amounts),
    st.builds(lambda n: lambda s: s.register.pickup(n), amounts),
    st.builds(lambda n: lambda s: s.register.paid_in(n, "Otro"), amounts),
    st.builds(lambda n: lambda s: s.register.paid_out(n, "Otro"), amounts),
    st.builds(close, st.sampled_from((0, 0, -150, 20)), st.integers(0, 100_000)),
    st.sampled_from(
        (
            suspend_and_resume,
            discount,
            lambda s: s.register.no_sale("Otro"),
            lambda s: s.register.print_copy(),
            lambda s: s.register.print_z(),
            lambda s: s.register.read_x(),
            lambda s: s.register.sign_on("1", "0000"),
            lambda s: s.sign_on(BETO),
            lambda s: s.sign_on(ANA),
            lambda s: s.register.ring_department(OPEN_DEPARTMENT, 12_340_000) and s.register.add_tender("cash", 50_000),
            lambda s: s.clock.advance(1_000),
        )
    ),
)
days = st.lists(acts, min_size=1, max_size=14)


def work(day: list[Act]) -> None:
    """Work a day, close it, and hold every Z of it against the journal."""
    with tempfile.TemporaryDirectory() as folder:
        shop = make_shop(
            Path(folder),
            selling=SellingSettings(negative_lines=True),
            exchange=(ExchangeSettings("USD", "17.05"),),
        )
        for act in day:
            act(shop)
        close(0, 0)(shop)
        hold_every_z(records(shop))
        assert verify(shop.db).discrepancies == ()
        shop.db.close()


def hold_every_z(journal: list[dict[str, Any]]) -> None:
    """Add each shift up from its records, and compare its Z."""
    net = absolute = 0
    shift: list[dict[str, Any]] = []
    for record in journal:
        kind, body = record["kind"], record["body"]
        if kind == "shift_opened":
            shift = [record]
        elif kind == "sale_posted":
            net += body["total_minor"]
            absolute += sum(
                abs(line["gross_minor"]) * (1 if line["kind"] == "item" else -1) for line in real(body["lines"])
            )
            shift.append(record)
        elif kind == "shift_closed":
            assert (body["perpetual_net_minor"], body["perpetual_absolute_minor"]) == (net, absolute)
            hold_z(body, shift)
        elif record["shift_id"]:
            shift.append(record)


def real(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines that were kept."""
    gone = {line["voids"] for line in lines}
    return [line for line in lines if not line["voids"] and line["line_no"] not in gone]


def by_part(line: dict[str, Any]) -> int:
    """Return what the part off a line's price took off, worked out from its figures: prices have their taxes in."""
    exact = Fraction(line["quantity_micro"] * line["unit_price_micro"], 10**10)
    off = half_up(exact * (1_000_000 - line["discount_ppm"]) / 1_000_000) - half_up(exact)
    assert line.get("discount_minor", 0) == off
    return off


def half_up(figure: Fraction) -> int:
    """Round to a whole number, halves away from nothing."""
    return int(figure + Fraction(1, 2)) if figure >= 0 else -int(-figure + Fraction(1, 2))


def hold_z(z: dict[str, Any], shift: list[dict[str, Any]]) -> None:
    """Hold one Z against the records of its shift."""
    sales = [record["body"] for record in shift if record["kind"] == "sale_posted"]
    hold_till(z, shift, sales)
    sold = [sale for sale in sales if not sale["is_return"]]
    back = [sale for sale in sales if sale["is_return"]]
    for name, some in (("sales", sold), ("returns", back)):
        assert z[name] == {"count": len(some), "amount_minor": sum(sale["total_minor"] for sale in some)}
    assert z["total_minor"] == sum(sale["total_minor"] for sale in sales)
    assert z["net_minor"] == sum(sale["net_minor"] for sale in sales)
    assert z["is_gapless"] is True
    taxes: Counter[tuple[str, str]] = Counter()
    departments: Counter[str] = Counter()
    off = 0
    for sale in sales:
        for tax in sale["taxes"]:
            taxes[tax["code"], "base"] += tax["base_minor"]
            taxes[tax["code"], "tax"] += tax["tax_minor"]
        for line in real(sale["lines"]):
            departments[line["department"]] += line["gross_minor"]
            off += line["gross_minor"] if line["kind"] != "item" else by_part(line)
    assert {(row["code"], "base"): row["base_minor"] for row in z["taxes"]} | {
        (row["code"], "tax"): row["tax_minor"] for row in z["taxes"]
    } == taxes
    assert {row["code"]: row["amount_minor"] for row in z["departments"]} == departments
    assert z["gross_minor"] - z["total_minor"] == -off
    hold_counters(z, shift, sales)


def hold_till(z: dict[str, Any], shift: list[dict[str, Any]], sales: list[dict[str, Any]]) -> None:
    """Hold what should be in the till: float, cash tendered, change, refunds and every move."""
    expected = shift[0]["body"]["float_minor"]
    kinds: Counter[str] = Counter()
    for sale in sales:
        for tender in sale["tenders"]:
            kinds[tender["kind"]] += tender["amount_minor"]
            kinds[tender["change_kind"] or tender["kind"]] -= tender["change_minor"]
    moves = [record for record in shift if record["kind"] in CASH]
    expected += kinds["cash"] + sum(CASH[move["kind"]] * move["body"]["amount_minor"] for move in moves)
    till = z["till"]
    assert till["expected_minor"] == expected
    assert till["counted_minor"] - expected == till["over_short_minor"]
    assert till["counted_minor"] - till["next_float_minor"] == till["removed_minor"]
    assert {row["kind"]: row["net_minor"] for row in z["tenders"] if row["net_minor"]} == {
        k: v for k, v in kinds.items() if v
    }


def hold_counters(z: dict[str, Any], shift: list[dict[str, Any]], sales: list[dict[str, Any]]) -> None:
    """Hold the counters of the shift and of each operator."""
    events = Counter(record["kind"] for record in shift)
    assert {name: z["counters"].get(name, 0) for name in COUNTED} == {name: events[name] for name in COUNTED}
    over = z["till"]["over_short_minor"]
    for row in z["operators"]:
        own = [sale for sale in sales if sale["operator"] == row["code"]]
        mine = Counter(record["kind"] for record in shift if record["operator"] == row["code"])
        assert (row["count"], row["amount_minor"]) == (len(own), sum(sale["total_minor"] for sale in own))
        assert row["returns"]["count"] == sum(sale["is_return"] for sale in own)
        assert (row["line_voids"], row["basket_voids"], row["no_sales"]) == (
            mine["line_voided"],
            mine["basket_voided"],
            mine["no_sale"],
        )
        assert row["over_short_minor"] == (over if row["code"] == z["operator"] else 0)
    assert {sale["operator"] for sale in sales} <= {row["code"] for row in z["operators"]}


@settings(max_examples=100)
@given(days)
def test_the_zs_of_a_random_day_are_what_its_journal_says(day: list[Act]) -> None:
    work(day)


@pytest.mark.slow
@settings(max_examples=DAYS)
@given(days)
def test_the_zs_of_two_thousand_random_days_are_what_their_journals_say(day: list[Act]) -> None:
    work(day)
