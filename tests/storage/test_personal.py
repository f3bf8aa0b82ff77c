"""Personal texts beside a real journal: written with their record, read back, proven, and kept from change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import apsw
import pytest

from domain.chain import Flaw, Verdict
from domain.customer import Customer
from domain.instant import stamp
from domain.journal import Kind
from domain.personal import PersonalKind, is_commitment
from storage.connection import LedgerDatabase
from storage.copies import read_sale
from storage.customers import put_customers
from storage.events import Mark, journal_event
from storage.outbox import due, mark_sent
from storage.personal import read_openings, reveal_body
from storage.purge import Due, find_of, find_old, read_kept
from storage.sale_reading import read_sales
from storage.verify import verify
from sync.document import draft
from tests.kit.catalog import COFFEE
from tests.kit.customers import LUZ, bring_customers
from tests.kit.lane import START, Shop, make_shop
from tests.kit.personal import NAME, sell_to
from tests.register.scenes import suspend_one

DAY = 86_400


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A lane with a basket that waited under a name, and a sale to somebody."""
    made = make_shop(tmp_path)
    suspend_one(made)
    sell_to(made)
    return made


def record_of(shop: Shop, kind: str) -> tuple[int, str]:
    """Return number and text of the newest record of a kind."""
    row = shop.db.one("SELECT seq, record FROM journal WHERE kind = ? ORDER BY seq DESC LIMIT 1", (kind,))
    assert row
    return int(row[0]), str(row[1])


def thief(shop: Shop, *statements: str) -> Verdict:
    """Close the lane, run statements on its file without any guard, and verify it."""
    shop.db.close()
    raw = apsw.Connection(str(shop.path))
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f'DROP TRIGGER "{name}"')
    for statement in statements:
        raw.execute(statement)
    raw.close()
    db = LedgerDatabase(shop.path)
    db.connect()
    try:
        return verify(db)
    finally:
        db.close()


def test_no_record_has_a_name_and_each_says_what_it_hides(shop: Shop) -> None:
    texts = [text for (text,) in shop.db.all("SELECT record FROM journal")]
    assert not [text for text in texts if NAME in text or "Juan" in text]
    _, text = record_of(shop, "sale_posted")
    record = json.loads(text)
    assert record["personal"] == {"customer_name": "customer"}
    assert is_commitment(record["body"]["customer_name"])
    assert json.loads(record_of(shop, "basket_suspended")[1])["personal"] == {"name": "basket"}


def test_a_sale_is_read_with_its_name_for_receipts_copies_and_exports(shop: Shop) -> None:
    found = read_sale(shop.db, 1)
    assert found
    assert found[0].customer_name == NAME
    assert [sale.customer_name for sale in read_sales(shop.db)] == [NAME]


def test_the_erp_gets_the_record_as_it_was_hashed_and_the_name_beside_it(shop: Shop) -> None:
    row = due(shop.db, 0, 9)[-1]
    document = draft(row).document
    assert bytes(document.record).decode() == row.record
    assert document.personal["customer_name"].value == NAME
    assert draft(due(shop.db, 0, 9)[0]).document.personal == {}


def test_a_purged_name_is_read_as_none(shop: Shop) -> None:
    seq, text = record_of(shop, "basket_suspended")
    record = json.loads(text)
    assert reveal_body(shop.db, seq, record["body"], record["personal"])["name"] == "Juan"
    assert reveal_body(shop.db, seq + 1_000, record["body"], record["personal"])["name"] == ""


def test_no_paper_in_the_queue_has_a_name(shop: Shop) -> None:
    shop.register.print_copy(1)
    assert shop.db.all("SELECT DISTINCT paper FROM print_job WHERE document = 'receipt'") == [("",)]


def test_the_ledger_is_sound_with_its_names(shop: Shop) -> None:
    verdict = verify(shop.db)
    assert verdict.discrepancies == ()
    assert shop.db.one("SELECT count(*) FROM personal") == (2,)


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("UPDATE personal SET value = 'Eva' WHERE field = 'customer_name'", Flaw.PERSONAL),
        ("UPDATE personal SET salt = replace(salt, '00', '11')", Flaw.PERSONAL),
        ("DELETE FROM personal", Flaw.PERSONAL),
        ("UPDATE personal SET field = 'customer_tax_id' WHERE field = 'customer_name'", Flaw.PERSONAL),
        ("INSERT INTO personal SELECT 1, field, kind, salt, value FROM personal LIMIT 1", Flaw.COUNT),
        ("INSERT INTO personal_purge VALUES (1, 'customer', 1, 99)", Flaw.COUNT),
    ],
)
def test_a_thief_who_changes_a_name_is_found(shop: Shop, statement: str, flaw: Flaw) -> None:
    assert flaw in {found.flaw for found in thief(shop, statement).discrepancies}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE personal SET value = 'Eva'",
        "DELETE FROM personal",
        "REPLACE INTO personal SELECT * FROM personal",
        "INSERT INTO personal VALUES (1, 'name', 'basket', '00000000000000000000000000000000', 'x')",
        "INSERT INTO personal_purge VALUES (1, 'customer', 1, 99)",
        "DELETE FROM personal_purge",
    ],
)
def test_the_lanes_own_connection_changes_no_name(shop: Shop, statement: str) -> None:
    before = shop.db.all("SELECT * FROM personal")
    with pytest.raises((apsw.AuthError, apsw.ConstraintError)), shop.db.atomic():
        shop.db.run(statement)
    assert shop.db.all("SELECT * FROM personal") == before


def test_a_purging_connection_deletes_only_what_a_purge_names(shop: Shop) -> None:
    seq, _ = record_of(shop, "sale_posted")
    with shop.db.purging(), pytest.raises(apsw.ConstraintError), shop.db.atomic():
        shop.db.run("DELETE FROM personal")
    assert read_openings(shop.db, seq)["customer_name"].value == NAME
    with pytest.raises(apsw.AuthError), shop.db.atomic():
        shop.db.run("DELETE FROM personal")


@pytest.fixture
def old(tmp_path: Path) -> Shop:
    """A lane that sold to three 500 days ago, to the second of them with a clock that ran ten years ahead."""
    shop = make_shop(tmp_path, is_ready=False)
    shop.clock.advance(-500 * DAY)
    shop.begin()
    sell_to(shop, "Ana")
    shop.clock.advance(3_650 * DAY)
    sell_to(shop, "Eva")
    shop.clock.advance(-3_650 * DAY)
    sell_to(shop, "Ida")
    with shop.db.atomic():
        mark_sent(shop.db, [row.document_id for row in due(shop.db, 0, 9)], "b", "")
    return shop


def count_old(shop: Shop, now: datetime) -> int:
    before = stamp(now - timedelta(days=365))
    return sum(due.count for due in find_old(shop.db, PersonalKind.CUSTOMER, before, stamp(now)))


def test_a_clock_that_ran_ahead_keeps_nothing_that_stands_before_an_old_row(old: Shop) -> None:
    assert count_old(old, START) == 3


def test_a_clock_that_is_wrong_now_makes_nothing_old(old: Shop) -> None:
    assert count_old(old, datetime(1970, 1, 2, tzinfo=UTC)) == 0


def test_ranges_part_where_a_row_stays_for_the_erp(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    for name in ("Ana", "Eva", "Ida", "Oda", "Uma"):
        sell_to(shop, name)
    rows = [row for row in due(shop.db, 0, 9) if row.kind == "sale_posted"]
    with shop.db.atomic():
        mark_sent(shop.db, [row.document_id for row in (*rows[:2], *rows[3:])], "b", "")
    found = find_old(shop.db, PersonalKind.CUSTOMER, "2999", "2999")
    seqs = [row.journal_seq for row in rows]
    assert found == [Due(PersonalKind.CUSTOMER, ((seqs[0], seqs[1]), (seqs[3], seqs[4])), 4, 1)]
    parts = find_old(shop.db, PersonalKind.CUSTOMER, "2999", "2999", rows=2)
    assert [(part.ranges, part.count, part.waiting) for part in parts] == [
        (((seqs[0], seqs[1]),), 2, 0),
        (((seqs[3], seqs[3]),), 1, 1),
        (((seqs[4], seqs[4]),), 1, 0),
    ]


def test_a_customer_of_the_erp_is_in_no_record_and_all_of_it_is_found_by_the_code(tmp_path: Path) -> None:
    shop = make_shop(tmp_path)
    bring_customers(shop)
    shop.register.scan(COFFEE)
    shop.register.set_customer(LUZ.code)
    shop.register.add_tender("cash", 5_000)
    texts = [text for (text,) in shop.db.all("SELECT record FROM journal")]
    assert not [text for text in texts if LUZ.name in text or LUZ.tax_id in text]
    found = find_of(shop.db, PersonalKind.CUSTOMER, LUZ.code)
    assert found.waiting == 2, "name and tax id wait for the ERP"
    assert {kept.value for kept in read_kept(shop.db, LUZ.code)} == {LUZ.name, LUZ.tax_id}
    assert verify(shop.db).is_sound


def test_what_was_written_under_the_lane_s_own_code_is_found_by_the_erp_s(shop: Shop) -> None:
    sell_to(shop, "Ana Ruiz", customer="7-N1")
    sell_to(shop, "Beto Paz", customer="7-N2")
    with shop.db.atomic():
        put_customers(shop.db, (Customer("odoo-50", "Ana Ruiz", was=("7-N1",)),))
    assert find_of(shop.db, PersonalKind.CUSTOMER, "odoo-50").waiting == 1
    assert [kept.value for kept in read_kept(shop.db, "odoo-50")] == ["Ana Ruiz"]
    assert [kept.value for kept in read_kept(shop.db, "7-N1")] == ["Ana Ruiz"]


def test_a_body_that_is_no_dictionary_is_hidden_too(shop: Shop) -> None:
    body = MappingProxyType({"name": "Lupe"})
    with shop.db.atomic():
        head = journal_event(shop.db, Mark("1", "2999", "1", 0), Kind.BASKET_RESUMED, body)
    assert read_openings(shop.db, head.seq)["name"].value == "Lupe"
    assert "Lupe" not in record_of(shop, "basket_resumed")[1]
