"""Customers and balances from files and from an ERP's pages: sound rows taken, bad ones told, nothing by half."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from config.settings import Settings
from domain.catalog_flaw import Flaw
from domain.customer import Customer
from domain.payment_terms import PaymentTerms, TermPart
from storage.accounts import read_account
from storage.connection import LedgerDatabase, open_ledger
from storage.customers import find_customer, put_customers, search_customers
from sync.balances import BalanceTaker, import_balances
from sync.catalog_import import ImportOptions, ImportReport
from sync.customers import CustomerKind, CustomerTaker
from sync.feed import CellRow, Feed, Page
from sync.feed_pull import FeedPull
from sync.feed_take import make_takers
from sync.import_rules import shop_rules
from sync.small_import import import_small
from tests.kit.customers import LUZ, bring_customers
from tests.kit.hostile import HOSTILE_NAMES
from tests.kit.lane import Shop, make_shop
from tests.sync.catalogs import AT_ONCE, put
from tests.sync.feeding import ChangingErp, FeedingErp
from tests.sync.shop import StillClock

SETTINGS: Final = Settings()
OPTIONS: Final = ImportOptions(shop_rules(SETTINGS))
NOW: Final = datetime(2026, 11, 24, 21, tzinfo=UTC)
HEADER: Final = ("clave", "nombre", "rfc", "teléfono", "límite de crédito", "condiciones", "días", "activo")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[LedgerDatabase]:
    ledger = open_ledger(tmp_path / "ledger.db")
    yield ledger
    ledger.close()


def take(db: LedgerDatabase, *rows: Sequence[str], header: Sequence[str] = HEADER) -> ImportReport:
    path = put(db, *rows, header=header, name="customers.csv")
    return import_small(db, path, OPTIONS, CustomerKind(SETTINGS), AT_ONCE)


def test_customers_are_taken_by_spanish_headings_and_found_by_everything(db: LedgerDatabase) -> None:
    report = take(db, ("C1", "José  Ñúñez", "GODE561231GR8", "+52 55 1234 5678", "1,500.00", "Crédito", "15 45", ""))
    assert (report.new, report.refused) == (1, 0)
    found = find_customer(db, "C1")
    assert found is not None
    assert (found.name, found.credit_limit_minor) == ("José Ñúñez", 150_000)
    assert found.terms == PaymentTerms("Crédito", (TermPart(15), TermPart(45)))
    for text in ("jose nu", "NUNEZ", "gode56", "5512345678", "5255", "c1"):
        assert [one.code for one in search_customers(db, text, 5)] == ["C1"], text
    assert search_customers(db, "pedro", 5) == ()
    assert (
        take(db, ("C1", "José Ñúñez", "GODE561231GR8", "+52 55 1234 5678", "1500", "Crédito", "15 45", "")).unchanged
        == 1
    )


def test_bad_rows_are_refused_by_line_and_the_others_go_on(db: LedgerDatabase) -> None:
    report = take(
        db,
        ("", "Ana", "", "", "", "", "", ""),
        ("C2", "", "", "", "", "", "", ""),
        ("C3", "Eva", "", "", "1,234", "", "", ""),
        ("C4", "Eva", "", "", "-5", "", "", ""),
        ("C5", "Eva", "", "", "1.001", "", "", ""),
        ("C6", "Eva", "", "", "", "", "mañana", ""),
        ("C7", "Eva", "", "4111 1111 1111 1111", "", "", "", ""),
        ("C8", "Eva", "", "", "", "", "", "quizá"),
        ("C9", "Eva", "", "", "5", "", "30", "no"),
        ("C9", "Otra", "", "", "5", "", "30", ""),
        ("D1", "Bueno", "", "", "5", "", "30", ""),
    )
    assert [(refusal.line, refusal.flaw) for refusal in report.refusals] == [
        (2, Flaw.NO_CODE),
        (3, Flaw.NO_NAME),
        (4, Flaw.BAD_AMOUNT),
        (5, Flaw.BAD_AMOUNT),
        (6, Flaw.BAD_AMOUNT),
        (7, Flaw.BAD_TERMS),
        (8, Flaw.CARD_NUMBER),
        (9, Flaw.BAD_FLAG),
        (10, Flaw.ITEM_TWICE),
        (11, Flaw.ITEM_TWICE),
    ]
    assert find_customer(db, "D1") is not None
    assert find_customer(db, "C9") is None


def test_a_changed_name_is_found_and_the_old_one_is_not(db: LedgerDatabase) -> None:
    take(db, ("C1", "Ana Roja", "", "", "", "", "", ""))
    take(db, ("C1", "Ana Verde", "", "", "", "", "", ""), ("C2", "Vieja", "", "", "", "", "", "no"))
    assert search_customers(db, "roja", 5) == ()
    assert [one.code for one in search_customers(db, "verde ana", 5)] == ["C1"]
    assert search_customers(db, "vieja", 5) == (), "who is no more"


def test_hostile_names_are_mended_or_refused_and_never_found_by_an_operator_of_the_search(db: LedgerDatabase) -> None:
    names = [name for name in HOSTILE_NAMES if "\x00" not in name and name.isprintable()]
    report = take(db, *((f"H{i}", name, "", "", "", "", "", "") for i, name in enumerate(names)))
    assert report.rows == len(names)
    for text in ('"', "a OR b", "NEAR(a b)", "*", "-a", "name:x", "'; DROP TABLE customer", "\x00", "%", "^a"):
        search_customers(db, text, 5)


def test_pages_keep_what_they_do_not_tell(db: LedgerDatabase) -> None:
    with db.atomic():
        put_customers(db, (Customer("C1", "Ana", card="CARD-1", note="amable"),))
    taker = CustomerTaker(SETTINGS)
    cells = {"name": "Ana María", "credit_limit": "500", "terms": "30 días", "days": "30"}
    taken = taker.take(
        db, (CellRow(erp_id="7", key="C1", cells=cells), CellRow(erp_id="8", key="", cells={"name": "x"}))
    )
    assert taken.keys == {"7": "C1"}
    assert list(taken.refused) == ["8"]
    found = find_customer(db, "C1")
    assert found is not None
    assert (found.name, found.card, found.note, found.credit_limit_minor) == ("Ana María", "CARD-1", "amable", 50_000)


BALANCES: Final = ("cliente", "saldo", "as_of", "covers", "documento", "folio", "fecha", "vence", "importe", "abierto")


def balances(shop: Shop, *rows: Sequence[str]) -> ImportReport:
    path = put(shop.db, *rows, header=BALANCES, name="balances.csv")
    return import_balances(shop.db, path, OPTIONS, shop.settings, lambda: NOW, AT_ONCE)


@pytest.fixture
def selling(tmp_path: Path) -> Iterator[Shop]:
    shop = make_shop(tmp_path)
    bring_customers(shop)
    shop.register.set_customer(LUZ.code)
    shop.register.scan("4006381333931")
    shop.register.add_tender("account")
    yield shop
    shop.db.close()


def seq_of(shop: Shop) -> int:
    row = shop.db.one("SELECT max(journal_seq) FROM account_move")
    assert row
    return int(row[0])


def send(shop: Shop, at: str) -> None:
    with shop.db.atomic():
        shop.db.run("UPDATE outbox SET state = 'sent', batch = 'b', changed_at = ?", (at,))


def test_a_balance_covers_what_it_names_and_brings_its_documents(selling: Shop) -> None:
    send(selling, "2026-11-24T19:00:00.000Z")
    seq = seq_of(selling)
    report = balances(
        selling,
        ("C-1", "499.90", "2026-11-24T14:00:00-06:00", f"2:99 1:{seq}", "", "", "", "", "", ""),
        ("C-1", "", "", "", "inv-3", "F-3", "2026-11-20", "2026-12-20", "300", ""),
    )
    assert (report.refused, report.changed) == (0, 1)
    account = read_account(selling.db, LUZ.code)
    assert (account.balance_minor, account.balance_at, account.moves) == (49_990, "2026-11-24T20:00:00.000Z", ())
    assert [(one.folio, one.open_minor) for one in account.documents] == [("F-3", 30_000)]


@pytest.mark.parametrize(
    ("as_of", "covers", "owed"),
    [
        ("2026-11-24T18:59:59Z", "", 30_000 + 19_990),
        ("2026-11-24T19:00:00Z", "", 30_000),
        ("2026-11-24T19:00:00Z", "2:99", 30_000 + 19_990),
        ("2026-11-24T19:00:00Z", "1:1", 30_000 + 19_990),
    ],
)
def test_without_numbers_a_balance_covers_what_was_sent_until_then(
    as_of: str, covers: str, owed: int, selling: Shop
) -> None:
    send(selling, "2026-11-24T19:00:00.000Z")
    assert balances(selling, ("C-1", "300", as_of, covers, *[""] * 6)).refused == 0
    assert read_account(selling.db, LUZ.code).owed_minor == owed


def test_an_account_is_taken_whole_or_not_at_all(selling: Shop) -> None:
    report = balances(
        selling,
        ("C-1", "300", "2026-11-24T20:00:00Z", "", *[""] * 6),
        ("C-1", "", "", "", "inv-9", "F-9", "mañana", "", "300", ""),
        ("C-2", "1", "gestern", "", *[""] * 6),
        ("C-3", "", "", "", "inv-8", "F-8", "", "", "5", "3"),
        ("C-4", "5", "2026-11-24T20:00:00Z", "eins", *[""] * 6),
        ("C-5", "-7.50", "2026-11-24T20:00:00Z", "", *[""] * 6),
        ("C-6", "1", "2026-11-24T20:00:00Z", "", *[""] * 6),
        ("C-6", "2", "2026-11-24T20:00:00Z", "", *[""] * 6),
    )
    flaws = {(refusal.line, refusal.flaw) for refusal in report.refusals}
    assert {(3, Flaw.BAD_DATE), (2, Flaw.NO_BALANCE), (4, Flaw.BAD_INSTANT), (5, Flaw.NO_BALANCE)} <= flaws
    assert {(6, Flaw.BAD_COVERS), (8, Flaw.ITEM_TWICE), (9, Flaw.ITEM_TWICE)} <= flaws
    assert read_account(selling.db, "C-1").balance_minor == 30_000
    assert read_account(selling.db, "C-5").balance_minor == -750


def test_pages_of_balances_cover_what_had_been_sent_before_they_were_asked_for(selling: Shop) -> None:
    taker = BalanceTaker(SETTINGS, lambda: NOW)
    taker.look(selling.db)
    send(selling, "2026-11-24T19:00:00.000Z")  # while the ERP answers
    row = CellRow(erp_id="7", key="C-1", cells={"code": "C-1", "owed": "300.00"})
    taker.take(selling.db, (row,))
    assert read_account(selling.db, LUZ.code).owed_minor == 30_000 + 19_990
    taker.look(selling.db)
    taker.take(selling.db, (CellRow(erp_id="7", key="C-1", cells={"code": "C-1", "owed": "499.90"}),))
    assert read_account(selling.db, LUZ.code).owed_minor == 30_000 + 19_990
    refused = taker.take(selling.db, (CellRow(erp_id="9", key="C-9", cells={"owed": "viel"}),)).refused
    assert list(refused) == ["9"]


class BalanceErp(FeedingErp):
    """An ERP that tells balances and nothing else."""

    def feeds(self) -> Sequence[Feed]:
        return (Feed.BALANCES,)

    def pull(self, feed: Feed, checkpoint: str) -> Page:
        self.asked.append(checkpoint)
        return Page((CellRow(erp_id="7", key="C-1", cells={"owed": "499.90"}),), checkpoint="now")


def test_no_balance_is_asked_for_while_nobody_knows_whether_a_document_has_arrived(selling: Shop) -> None:
    erp = BalanceErp(ChangingErp(random.Random(1)))
    pull = FeedPull(selling.db, erp, make_takers(SETTINGS, lambda: NOW), StillClock(), lambda _: None)
    with selling.db.atomic():
        selling.db.run("UPDATE outbox SET batch = 'b'")  # it went out, and its answer was lost
    assert pull.run().problem is None
    assert (erp.asked, read_account(selling.db, LUZ.code).owed_minor) == ([], 30_000 + 19_990)
    send(selling, "2026-11-24T19:00:00.000Z")
    pull.run()
    account = read_account(selling.db, LUZ.code)
    assert (len(erp.asked), account.owed_minor, account.moves) == (1, 30_000 + 19_990, ())


def test_a_balance_of_a_time_still_to_come_is_refused(selling: Shop) -> None:
    report = balances(selling, ("C-1", "300", "9999-12-31T00:00:00Z", "", *[""] * 6))
    assert [refusal.flaw.value for refusal in report.refusals] == ["bad_instant"]
