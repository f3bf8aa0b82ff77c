"""Customers at the keyboard: found, written, their accounts, and money received on these."""

from __future__ import annotations

from pathlib import Path
from unicodedata import category

import msgspec
import pytest

from domain.account_intent import CollectTender
from domain.customer import Customer
from tests.kit.customers import EVE, LUZ, MAX, put_known
from tests.kit.hostile import HOSTILE_NAMES
from tests.tui.lane_screen import running
from tests.tui.real_register import RecordedRegister, real_register


@pytest.fixture
def register(tmp_path: Path) -> RecordedRegister:
    made = real_register(tmp_path)
    put_known(made.lane_at_work.db)
    return made


def customer(register: RecordedRegister, text: str) -> Customer:
    """Return the one customer whom a search finds."""
    answer = register.search_customers(text)
    (found,) = answer.customers  # type: ignore[union-attr]  # the ledger answers here
    return found


async def test_a_customer_s_name_and_note_are_seen_and_del_takes_the_customer_off(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "f4", "55123", "enter")
        assert LUZ.name in lane.text
        assert LUZ.note in lane.text
        await lane.press("f4", "delete")
        assert register.basket.terms.customer == ""
        assert LUZ.name not in lane.text


async def test_a_scanned_card_is_enough(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f4", f"scan:{LUZ.card}")
        assert register.basket.terms.customer == LUZ.code
        await lane.press("f4", "scan:NOBODY")
        assert lane.screen == "CustomersScreen"
        assert "NOBODY" in lane.text


async def test_a_sale_on_account_is_one_key_of_the_pay_screen(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "f12", "f6")
        assert "F4" in lane.text, "it says how to get a customer"
        await lane.press("escape", "f4", "luz", "enter", "f12", "f6")
        assert lane.screen == "ChangeScreen"
        assert register.last_receipt == 1


async def test_a_new_customer_is_written_field_by_field_and_is_the_basket_s(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "f4", "Ana Sol", "f2", "enter", "GODE561231GR9", "enter", "5511112222", "enter")
        await lane.press("ana@correo.example", "enter", "enter")
        assert lane.screen == "CustomerFormScreen"
        assert "GODE561231GR9" in lane.text
        await lane.press(*(["backspace"] * 13), "enter", "enter", "enter", "enter")
        assert lane.screen == "SaleScreen"
        made = customer(register, "ana sol")
        assert (made.phone, made.email, made.tax_id) == ("5511112222", "ana@correo.example", "")
        assert register.basket.terms.customer == made.code


async def test_a_customer_is_corrected_from_the_account(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+r", "maximo", "enter", "f2", " Pérez", "enter", "enter", "enter", "enter", "enter")
        assert lane.screen == "AccountScreen"
        assert customer(register, "perez").code == MAX.code


async def test_marked_documents_are_paid_without_an_amount_in_several_tenders(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+r", "luz", "enter")
        for text in ("F-1", "F-2", "$300.00", "$700.00"):
            assert text in lane.text
        await lane.press("down", "*", "enter")
        assert "100.00" in lane.text
        await lane.press("40", "f5", "f1")
        assert lane.screen == "ChangeScreen"
        account = register.read_account(LUZ.code)
        assert [one.folio for one in account.documents] == ["F-1"]  # type: ignore[union-attr]
        assert register.draw_x().report.collections[1].net_minor == 4_000  # type: ignore[union-attr]


async def test_nothing_is_kept_of_a_collection_that_is_not_paid_whole(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("ctrl+r", "luz", "enter", "250", "enter", "100", "f5", "escape", "escape", "escape")
        assert register.read_account(LUZ.code).credit.owed_minor == 30_000  # type: ignore[union-attr]
        assert not register.draw_x().report.collections  # type: ignore[union-attr]


async def test_a_collection_is_taken_back_after_a_word(register: RecordedRegister) -> None:
    register.collect(LUZ.code, 10_000, (CollectTender("cash"),))
    async with running(register) as lane:
        await lane.press("ctrl+r", "luz", "enter", "f9", "1")
        assert lane.screen == "ConfirmScreen"
        await lane.press("delete")
        assert register.read_account(LUZ.code).credit.owed_minor == 30_000  # type: ignore[union-attr]
        assert "1-A000002" in lane.text


async def test_a_statement_is_printed_from_the_account(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f4", "luz", "tab", "tab")
        assert lane.screen == "AccountScreen"
        assert register.status().print_waiting == 1  # type: ignore[union-attr]


async def test_invoice_data_are_asked_with_the_catalogues_and_can_be_dropped(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("scan:111", "f8", "6", "GODE561231GR8", "enter", "LUZ", "enter")
        assert "612" in lane.text
        assert "601" not in lane.text, "that one is for companies"
        await lane.press("605", "enter", "06050", "enter")
        assert "G03" not in lane.text, "not for this regime"
        await lane.press("G03", "enter", "enter")
        assert lane.screen == "InvoiceScreen"
        await lane.press("backspace", "backspace", "backspace", "D01", "enter", "enter")
        assert lane.screen == "SaleScreen"
        assert register.basket.terms.invoice is not None
        assert "con factura" in lane.text
        await lane.press("f8", "6", "delete")
        assert register.basket.terms.invoice is None


async def test_hostile_names_harm_no_screen(register: RecordedRegister) -> None:
    more = [Customer(f"H-{i}", f"Zz {name}", note=name) for i, name in enumerate(HOSTILE_NAMES[:-1])]
    put_known(register.lane_at_work.db, *more)
    async with running(register) as lane:
        for i in range(len(more)):
            await lane.press("f4", f"H{i}", "enter")
            assert lane.screen == "SaleScreen", more[i].name
            assert not {category(char) for char in lane.text} & {"Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
            await lane.press("f4", "tab", "escape", "escape", "escape")


async def test_who_is_blocked_shows_no_credit(register: RecordedRegister) -> None:
    async with running(register) as lane:
        await lane.press("f4", "eva")
        assert "crédito" not in lane.text
        assert msgspec.structs.replace(EVE, is_blocked=False).has_credit
