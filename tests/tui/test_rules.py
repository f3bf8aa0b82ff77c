"""The rules for keys (notes on keyboards, a to i), each a test."""

from __future__ import annotations

import pytest

from domain.intent import AddTender, CloseShift, Scan, VoidBasket, VoidLine
from domain.money import MICRO
from tests.tui.fake_register import FakeRegister
from tests.tui.lane_screen import LaneScreen, running
from tui.keys import KINDS, Act
from tui.screens.key_screen import KeyScreen


def tenders(register: FakeRegister) -> list[AddTender]:
    return [intent for intent in register.done if isinstance(intent, AddTender)]


async def resumed(lane: LaneScreen) -> None:
    """Bring a resumed basket to the pay screen."""
    for keys in (["scan:111"], ["f6"], ["f9", "enter"], ["f12"]):
        await lane.press(*keys)


# (a) the same key never means tender and confirm a warning


async def test_a_enter_does_not_confirm_what_enter_was_refused() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await resumed(lane)
        await lane.press("enter")
        await lane.press("enter")
        await lane.press("f1")
        assert not register.sales
        assert not any(tender.confirmed for tender in tenders(register))


async def test_a_f12_confirms_and_takes_nothing_by_itself() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await resumed(lane)
        await lane.press("f12")
        assert not tenders(register)
        await lane.press("enter")
        await lane.press("f12")
        assert tenders(register)[-1].confirmed
        assert len(register.sales) == 1


async def test_a_a_word_is_good_for_the_question_just_asked_only() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await resumed(lane)
        await lane.press("enter")
        await lane.press("9")
        await lane.press("backspace")
        await lane.press("f12")
        assert not register.sales


# (b) a scan on the tender screen is refused with a sound; it is never an amount


async def test_b_a_scan_on_the_pay_screen_is_no_amount_and_beeps() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12")
        beeps = lane.beeps
        await lane.press("scan:7501000111206")
        assert lane.beeps == beeps + 1
        assert "Aquí no se lee nada" in lane.text
        await lane.press("enter")
        assert tenders(register) == [AddTender("cash", None)]


@pytest.mark.parametrize(
    "keys", [("f12",), ("f3",), ("f2",), ("f9",), ("f10",), ("f1",), ("f10", "4"), ("700", "enter")], ids="/".join
)
async def test_b_a_scan_anywhere_else_beeps_and_does_nothing(keys: tuple[str, ...]) -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press(*keys)
        place, done, beeps = lane.screen, list(register.done), lane.beeps
        await lane.press("scan:222")
        assert (lane.screen, register.done) == (place, done)
        assert lane.beeps == beeps + 1


async def test_b_a_scan_on_the_change_screen_begins_the_next_sale() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f12", "enter", "scan:222")
        assert [line.sku for line in register.basket.lines] == ["222"]
        assert lane.screen == "SaleScreen"


# (c) a warning needs another key than the one that caused it


async def test_c_the_menu_number_that_asks_does_not_answer() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f10", "4")
        for key in ("4", "enter", "f10", "f12"):
            await lane.press(key)
        assert VoidBasket() not in register.done
        assert lane.screen == "ConfirmScreen"
        await lane.press("delete")
        assert VoidBasket() in register.done


async def test_c_suspended_baskets_are_left_by_another_key_than_the_one_that_closes() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("f6")
        await lane.press("f10", "2", "tab", "500", "enter", "enter")
        assert register.done[-1] == CloseShift(50_000, next_float_minor=50_000)
        await lane.press("f12")
        assert register.done[-1] == CloseShift(50_000, {}, True, 50_000)


# (d) every act can be reached by a numbered menu


async def test_d_every_function_key_of_the_sale_has_its_number_on_the_menu() -> None:
    async with running(FakeRegister()) as lane:
        keys = lane.app.keys
        wanted = {a for a in lane.app.sale.live if keys.spec(a).key.startswith(("f", "ctrl", "delete"))} - {Act.MENU}
        await lane.press("f10")
        menu = list(lane.lines)
        await lane.press("escape", "f8")
        for act in wanted:
            spec = keys.spec(act)
            if spec.is_more:
                assert any(lane.app.words(spec.word) in line for line in lane.lines), act
                continue
            assert spec.menu
            assert any(line.lstrip(" >").startswith(f"{spec.menu}  ") for line in menu), act


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("4", "ConfirmScreen"),
        ("5", "DepartmentsScreen"),
        ("6", "SearchScreen"),
        ("7", "PriceCheckScreen"),
        ("9", "ResumeScreen"),
        ("01", "PayScreen"),
        ("03", "HelpScreen"),
        ("04", "SignOnScreen"),
        ("05", "MoreScreen"),
        ("06", "ConfirmScreen"),
        ("07", "CashScreen"),
        ("08", "ReasonScreen"),
    ],
)
async def test_d_a_number_does_what_the_key_does(number: str, place: str) -> None:
    async with running(FakeRegister()) as lane:
        await lane.press("scan:111")
        await lane.press("f10", number)
        assert lane.screen == place


async def test_d_a_grave_act_by_number_is_as_grave_as_by_key() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("999", "enter", "f10", "0", "2")
        assert not [intent for intent in register.done if isinstance(intent, VoidLine)]


# (e) the legend always shows the keys that are live

PLACES = {
    "sale, empty": (),
    "sale": ("scan:111",),
    "half typed": ("scan:111", "12"),
    "pay": ("scan:111", "f12"),
    "paid in part": ("scan:111", "f12", "10", "enter"),
    "change": ("scan:111", "f12", "enter"),
    "search": ("f3",),
    "price check": ("f5",),
    "departments": ("f2",),
    "resume": ("f9",),
    "menu": ("scan:111", "f10"),
    "help": ("f1",),
    "ask": ("700", "enter"),
    "confirm": ("scan:111", "f10", "4"),
    "count": ("f10", "2"),
    "next float": ("f10", "2", "500.00", "enter"),
    "cash": ("f7",),
    "reason": ("ctrl+n",),
    "cash amount": ("f7", "4"),
    "sign on": ("ctrl+l",),
    "reference": ("scan:111", "f12", "f3"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", ["es", "en"])
async def test_e_every_key_of_the_legend_stands_whole_on_the_screen_and_does_something(
    place: str, language: str
) -> None:
    async with running(FakeRegister(), language=language) as lane:
        await lane.press(*PLACES[place])
        screen = lane.app.screen
        assert isinstance(screen, KeyScreen)
        foot = "\n".join(lane.lines[-2:])
        for item in screen.legend_items():
            assert not item.is_on or f"{item.word}" in foot, item
            assert item.is_on or f"{item.label} {item.word}" not in foot, item
        shown = [a for a, live in screen.live.items() if live.is_shown is None or live.is_shown()]
        hidden = [a for a in shown if screen.live[a].is_hidden and a not in KINDS]
        # cash, no-sale and more have no place on 80 columns: the menu and the help have them
        seldom = {Act.CASH, Act.NO_SALE, Act.MORE, Act.COLLECT, Act.INVOICE, Act.LOCK, Act.RETURNS}
        assert set(hidden) <= {Act.ENTER, Act.ERASE, Act.PAGE_UP, Act.PAGE_DOWN, Act.HELP} | seldom


async def test_e_the_kinds_of_tender_stand_with_their_keys_on_the_pay_screen() -> None:
    async with running(FakeRegister()) as lane:
        await lane.press("scan:111")
        await lane.press("f12")
        for number, kind in enumerate(lane.app.register.tender_kinds, 1):
            assert any(f"F{number}" in line and kind.name in line for line in lane.lines)


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c", "ctrl+u", "tab", "insert"])
async def test_e_a_key_that_does_nothing_beeps_and_does_nothing(key: str) -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        before = (lane.beeps, list(register.done))
        await lane.press(key)
        assert (lane.beeps, register.done) == (before[0] + 1, before[1])
        assert lane.app.is_running
        assert lane.screen == "SaleScreen"


# (f) keys typed during a blocking act are kept, except tender and void


async def test_f_during_a_stall_codes_are_kept_and_tender_and_void_are_not() -> None:
    register = FakeRegister()
    async with running(register) as lane:

        def stall() -> None:
            register.on_act = lambda: None
            lane.watch.at += 3

        register.on_act = stall
        await lane.press("111", "enter", "222", "enter", "f12", "enter")
        assert [intent.code for intent in register.done if isinstance(intent, Scan)] == ["111", "222"]
        assert not tenders(register)
        assert lane.screen == "SaleScreen"
        await lane.press("f12", "enter")
        assert len(register.sales) == 1


async def test_f_an_impatient_second_del_voids_one_line_only() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111", "scan:222", "scan:333")

        def stall() -> None:
            register.on_act = lambda: None
            lane.watch.at += 2

        register.on_act = stall
        await lane.press("delete", "delete", "delete")
        assert [intent for intent in register.done if isinstance(intent, VoidLine)] == [VoidLine(3)]


async def test_f_a_refused_code_in_a_burst_keeps_the_burst_from_paying() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("999", "enter", "f12", "enter")
        assert not tenders(register)
        assert lane.screen == "SaleScreen"
        assert "No conozco el código 999" in lane.text


async def test_f_what_was_meant_for_the_pay_screen_is_not_sold() -> None:
    """`20` is an amount behind F12 and an item's code before it."""
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("999", "enter", "222", "enter", "f12", "20", "enter", "111", "enter")
        assert [intent.code for intent in register.done if isinstance(intent, Scan)] == ["111", "999", "222"]
        await lane.press("f12", "enter")
        assert len(register.sales) == 1


async def test_f_whoever_has_read_the_notice_pays_at_once() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("999", "enter")
        await lane.press("f12", "enter")
        assert len(register.sales) == 1


async def test_f_a_refused_tender_drops_what_was_typed_for_it() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("f12", "20", "enter")
        assert not register.done
        await lane.press("20", "enter")
        assert register.done == [Scan("20", None, "typed")]


async def test_f_a_price_that_was_asked_for_unexpectedly_is_not_paid_blindly() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("700", "enter", "222", "enter", "f12", "enter")
        assert not tenders(register)
        assert lane.screen == "SaleScreen"


async def test_f_a_refused_scan_counts_for_the_keys_right_behind_it() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111")
        await lane.press("scan:999", "f12", "enter")
        assert not tenders(register)


# (g) at most one confirmation per job: the budgets hold it; (h) bursts: test_bursts


# (i) what users of wedge scanners complain of


async def test_i_a_number_between_scans_is_no_quantity() -> None:
    """odoo#75710: scan, 2, scan, 2 made 22."""
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111", "2", "scan:222", "2")
        assert [line.quantity_micro for line in register.basket.lines] == [MICRO, MICRO]
        assert lane.app.sale.entry.quantity_micro is None


async def test_i_a_second_scan_is_no_quantity() -> None:
    """odoo#37411, #112384."""
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("scan:111", "scan:222", "scan:20")
        assert [(line.sku, line.quantity_micro) for line in register.basket.lines] == [
            ("111", MICRO),
            ("222", MICRO),
            ("20", MICRO),
        ]


async def test_i_a_typed_code_is_no_quantity_before_times() -> None:
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press("7501000111206", "*")
        assert lane.app.sale.entry.quantity_micro is None
        assert lane.app.sale.entry.buffer == "7501000111206"


async def test_i_a_scanner_does_not_replace_the_item_before() -> None:
    """opensourcepos#752, #849: items replaced, digits lost."""
    register = FakeRegister()
    async with running(register) as lane:
        await lane.press(*["scan:111", "scan:222", "scan:333"] * 10)
        assert len([intent for intent in register.done if isinstance(intent, Scan)]) == 30
        assert len(register.basket.lines) == 30
