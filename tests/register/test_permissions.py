"""The permission matrix: every protected act × role × approval, self-approval, replay, expiry, other arguments."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, get_args

import msgspec
import pytest

from config.settings import RoleSettings, RolesSettings, SellingSettings
from domain import account_intent as accounts
from domain import intent as intents
from domain import intent_return as past
from domain.approval import GOOD_FOR_MS
from domain.intent import Intent
from domain.money import MICRO
from domain.outcome import Approved
from domain.permission import AWAITED, DEFAULT_RIGHTS, LIMITED, Limits, Need, Permission, Rights, is_allowed
from domain.protection import MEASURED, PLAIN
from domain.refusal import Reason, Refused
from domain.shift import Operator, Role
from storage.operators import put_operator, put_rights
from storage.verify import verify
from tests.kit.catalog import COFFEE, GIFT, OPEN_DEPARTMENT, WATER
from tests.kit.customers import LUZ, MAX, bring_customers
from tests.kit.lane import ANA, ANA_PIN, BETO, BETO_PIN, FLOAT_MINOR, Shop, cheap_hash, make_shop
from tests.register.reading import records

PEOPLE: Final = {role: Operator(str(10 + number), role.value.title(), role) for number, role in enumerate(Role)}
"""One of each role; Ana, a supervisor, approves, and Beto is another cashier."""
PIN: Final = "7204"
WHY: Final = "Otro"


class Deed(msgspec.Struct, frozen=True):
    """A protected act: what Ana prepares, what is asked, what it needs, and the act with other arguments."""

    need: Need
    make: Callable[[Shop], Intent]
    first: Callable[[Shop], Any] = lambda shop: None
    other: Callable[[Shop], Intent] | None = None
    """None where an act has no arguments: then it is the basket that is another."""
    is_shift_open: bool = True


def scan(shop: Shop) -> None:
    shop.register.scan(COFFEE)


def pay_a_part(shop: Shop) -> None:
    scan(shop)
    shop.register.add_tender("cash", 100)


def sell(shop: Shop) -> None:
    scan(shop)
    shop.register.add_tender("cash")


def close(shop: Shop) -> None:
    shop.register.close_shift(FLOAT_MINOR)
    shop.register.open_shift(FLOAT_MINOR)


def suspend(shop: Shop) -> None:
    scan(shop)
    shop.register.suspend("Juan")


def suspended(shop: Shop) -> intents.Resume:
    (found,) = shop.register.list_suspended().baskets  # type: ignore[union-attr]  # the ledger answers here
    return intents.Resume(found.basket_id)


def sell_beyond(shop: Shop) -> None:
    """Scan a coffee for a customer who may still owe one peso."""
    bring_customers(shop, msgspec.structs.replace(MAX, credit_limit_minor=100))
    shop.register.set_customer(MAX.code)
    scan(shop)


def collect_twice(shop: Shop) -> None:
    bring_customers(shop)
    shop.register.collect(LUZ.code, 100)
    shop.register.collect(LUZ.code, 200)


def sell_two(shop: Shop) -> None:
    shop.register.scan(COFFEE, 2 * MICRO)
    shop.register.add_tender("cash")


def sell_much(shop: Shop) -> None:
    shop.register.scan(COFFEE, 50 * MICRO)
    shop.register.add_tender("cash")


def return_one(shop: Shop) -> None:
    sell_two(shop)
    shop.register.return_lines("1", "Otro", {"1": MICRO})


P: Final = Permission
DEEDS: Final[dict[str, Deed]] = {
    "unlock": Deed(Need(P.UNLOCK), lambda s: intents.Unlock("2"), other=lambda s: intents.Unlock("1")),
    "void line": Deed(Need(P.LINE_VOID), lambda s: intents.VoidLine(1), scan, lambda s: intents.VoidLine(2)),
    "void basket": Deed(Need(P.BASKET_VOID), lambda s: intents.VoidBasket(), scan),
    "price list": Deed(
        Need(P.PRICE_LIST), lambda s: intents.ChoosePriceList(""), scan, lambda s: intents.ChoosePriceList("X")
    ),
    "take back": Deed(Need(P.TAKE_BACK), lambda s: intents.TakeBackTenders(), pay_a_part),
    "copy": Deed(Need(P.RECEIPT_COPY), lambda s: intents.PrintCopy(), sell, lambda s: intents.PrintCopy(1)),
    "no sale": Deed(
        Need(P.NO_SALE), lambda s: intents.NoSale("Cambio de monedas"), other=lambda s: intents.NoSale("Otro")
    ),
    "paid in": Deed(Need(P.PAID_IN), lambda s: intents.PaidIn(9, "Otro"), other=lambda s: intents.PaidIn(8, "Otro")),
    "paid out": Deed(
        Need(P.PAID_OUT, 100_001),
        lambda s: intents.PaidOut(100_001, "Otro"),
        other=lambda s: intents.PaidOut(100_002, "Otro"),
    ),
    "paid out, little": Deed(
        Need(P.PAID_OUT, 100_000),
        lambda s: intents.PaidOut(100_000, "Otro"),
        other=lambda s: intents.PaidOut(99_999, "Otro"),
    ),
    "loan": Deed(Need(P.LOAN), lambda s: intents.Loan(100), other=lambda s: intents.Loan(101)),
    "pickup": Deed(Need(P.PICKUP), lambda s: intents.Pickup(100), other=lambda s: intents.Pickup(100, "x")),
    "open shift": Deed(
        Need(P.OPEN_SHIFT), lambda s: intents.OpenShift(0), other=lambda s: intents.OpenShift(1), is_shift_open=False
    ),
    "close shift": Deed(
        Need(P.CLOSE_SHIFT), lambda s: intents.CloseShift(FLOAT_MINOR), other=lambda s: intents.CloseShift(1)
    ),
    "X": Deed(Need(P.READ_X), lambda s: intents.ReadX(), other=lambda s: intents.ReadX(paper=True)),
    "details": Deed(Need(P.DETAILS), lambda s: intents.Consult("details"), other=lambda s: intents.Consult("journal")),
    "export": Deed(Need(P.EXPORT), lambda s: intents.Consult("export")),
    "inbox": Deed(Need(P.INBOX), lambda s: intents.Consult("inbox")),
    "Z's copy": Deed(Need(P.Z_COPY), lambda s: intents.PrintZ(), close, lambda s: intents.PrintZ(1)),
    "line discount": Deed(
        Need(P.LINE_DISCOUNT, 100_001),
        lambda s: intents.DiscountLine(1, 100_001),
        scan,
        lambda s: intents.DiscountLine(1, 100_002),
    ),
    "line discount, little": Deed(
        Need(P.LINE_DISCOUNT, 100_000),
        lambda s: intents.DiscountLine(1, 100_000),
        scan,
        lambda s: intents.DiscountLine(1, 99_999),
    ),
    "line discount by amount": Deed(
        Need(P.LINE_DISCOUNT, 100_220),  # 4.56 of 45.50, rounded up
        lambda s: intents.DiscountLine(1, 0, 456),
        scan,
        lambda s: intents.DiscountLine(1, 0, 457),
    ),
    "basket discount": Deed(
        Need(P.BASKET_DISCOUNT, 100_220),
        lambda s: intents.DiscountBasket(0, 456),
        scan,
        lambda s: intents.DiscountBasket(0, 457),
    ),
    "price": Deed(
        Need(P.PRICE_OVERRIDE, 120_880),  # 40.00 in place of 45.50
        lambda s: intents.OverridePrice(1, 40 * MICRO),
        scan,
        lambda s: intents.OverridePrice(1, 39 * MICRO),
    ),
    "open price": Deed(
        Need(P.OPEN_PRICE, 500_001),
        lambda s: intents.AddItem(GIFT, None, 5_000_010_000),
        other=lambda s: intents.AddItem(GIFT, None, 5_000_020_000),
    ),
    "department": Deed(
        Need(P.OPEN_PRICE, 500),
        lambda s: intents.RingDepartment(OPEN_DEPARTMENT, 5_000_000),
        other=lambda s: intents.RingDepartment(OPEN_DEPARTMENT, 6_000_000),
    ),
    "minus": Deed(
        Need(P.LINE_NEGATIVE), lambda s: intents.Scan(COFFEE, -MICRO), other=lambda s: intents.Scan(WATER, -MICRO)
    ),
    "quantity below nothing": Deed(
        Need(P.LINE_NEGATIVE),
        lambda s: intents.ChangeQuantity(1, -MICRO),
        scan,
        lambda s: intents.ChangeQuantity(1, -2 * MICRO),
    ),
    "credit": Deed(
        Need(P.CREDIT, 4_450),
        lambda s: intents.AddTender("account"),
        sell_beyond,
        lambda s: intents.AddTender("account", 4_549),
    ),
    "collect": Deed(
        Need(P.COLLECT),
        lambda s: accounts.Collect(LUZ.code, 100),
        bring_customers,
        lambda s: accounts.Collect(LUZ.code, 101),
    ),
    "reverse": Deed(
        Need(P.REVERSE_COLLECTION),
        lambda s: accounts.ReverseCollection(1),
        collect_twice,
        lambda s: accounts.ReverseCollection(2),
    ),
    "statement": Deed(
        Need(P.STATEMENT),
        lambda s: accounts.PrintStatement(LUZ.code),
        bring_customers,
        lambda s: accounts.PrintStatement(MAX.code),
    ),
    "create customer": Deed(
        Need(P.CUSTOMER_CREATE),
        lambda s: accounts.CreateCustomer("Ana"),
        other=lambda s: accounts.CreateCustomer("Eva"),
    ),
    "change customer": Deed(
        Need(P.CUSTOMER_CHANGE),
        lambda s: accounts.ChangeCustomer(MAX.code, "Max"),
        bring_customers,
        lambda s: accounts.ChangeCustomer(MAX.code, "Min"),
    ),
    "resume": Deed(Need(P.RESUME_OTHERS), suspended, suspend),
    "return": Deed(
        Need(P.RETURN, 9_100),
        lambda s: past.ReturnLines("1", "Otro"),
        sell_two,
        lambda s: past.ReturnLines("1", "Otro", {"1": MICRO}),
    ),
    "return, much": Deed(
        Need(P.RETURN, 200_200),
        lambda s: past.ReturnLines("1", "Otro", {"1": 44 * MICRO}),
        sell_much,
        lambda s: past.ReturnLines("1", "Otro", {"1": 45 * MICRO}),
    ),
    "return without receipt": Deed(
        Need(P.RETURN_BLIND, 4_550),
        lambda s: past.ReturnItem(COFFEE, "Otro"),
        other=lambda s: past.ReturnItem(WATER, "Otro"),
    ),
    "refund in another kind": Deed(
        Need(P.REFUND_KIND),
        lambda s: intents.AddTender("voucher"),
        return_one,
        lambda s: intents.AddTender("voucher", 100),
    ),
    "post-void": Deed(
        Need(P.POST_VOID), lambda s: past.PostVoid("Otro"), sell_two, lambda s: past.PostVoid("Defectuoso")
    ),
    "another kind": Deed(
        Need(P.TENDER_CHANGE),
        lambda s: past.ChangeTender("voucher", "x"),
        sell_two,
        lambda s: past.ChangeTender("voucher", "y"),
    ),
}
CELLS: Final = [(name, role) for name in DEEDS for role in Role]
FORBIDDEN: Final = [(name, role) for name, role in CELLS if not is_allowed(DEFAULT_RIGHTS[role], DEEDS[name].need)]


def prepare(deed: Deed, role: Role, folder: Path, **settings: Any) -> Shop:
    """Return a lane with the usual roles, where Ana has prepared an act and somebody of a role is signed on."""
    options = {"roles": RolesSettings(), "selling": SellingSettings(negative_lines=True), **settings}
    shop = make_shop(folder, is_ready=deed.is_shift_open, **options)
    for person in PEOPLE.values():
        put_operator(shop.db, person, cheap_hash(PIN))
    if deed.is_shift_open:
        deed.first(shop)
    sign_on(shop, role)
    return shop


def sign_on(shop: Shop, role: Role) -> None:
    answer = shop.register.sign_on(PEOPLE[role].operator, PIN)
    assert not isinstance(answer, Refused), answer


def refused_for(shop: Shop, intent: Intent, permission: Permission) -> str:
    """Ask for an act that must be refused for want of a permission, and return its hash."""
    answer = shop.register.perform(intent)
    assert isinstance(answer, Refused)
    assert answer.reason is Reason.NEEDS_APPROVAL, answer
    assert answer.facts["permission"] == permission.value
    return str(answer.facts["act"])


def approved(shop: Shop, deed: Deed) -> Intent:
    """Have Ana approve an act, and return it."""
    intent = deed.make(shop)
    act = refused_for(shop, intent, deed.need.permission)
    answer = shop.register.approve(act, ANA.operator, ANA_PIN, "", WHY)
    assert answer == Approved(deed.need.permission, ANA, GOOD_FOR_MS // 1000)
    return intent


@pytest.mark.parametrize(("name", "role"), CELLS)
def test_an_act_is_done_by_whoever_may_and_by_nobody_else(name: str, role: Role, tmp_path: Path) -> None:
    deed = DEEDS[name]
    shop = prepare(deed, role, tmp_path)
    before = len(records(shop))
    answer = shop.register.perform(deed.make(shop))
    if (name, role) in FORBIDDEN:
        assert isinstance(answer, Refused)
        assert answer.reason is Reason.NEEDS_APPROVAL
        assert answer.facts["permission"] == deed.need.permission.value
        assert len(records(shop)) == before
    else:
        assert not isinstance(answer, Refused), answer
        assert not [record for record in records(shop) if record["approver"]]
    shop.db.close()


@pytest.mark.parametrize(("name", "role"), FORBIDDEN)
def test_an_approval_is_good_for_one_act_once_with_both_names(name: str, role: Role, tmp_path: Path) -> None:
    deed = DEEDS[name]
    shop = prepare(deed, role, tmp_path)
    intent, before = approved(shop, deed), len(records(shop))
    answer = shop.register.perform(intent)
    assert not isinstance(answer, Refused), answer
    rows = [record for record in records(shop)[before:] if record["kind"] == "approved"]
    (body,) = [row["body"] for row in rows]
    assert (rows[0]["operator"], rows[0]["approver"]) == (PEOPLE[role].operator, ANA.operator)
    assert (body["permission"], body["approver_name"], body["reason"]) == (deed.need.permission.value, "Ana", WHY)
    assert body["measure"] == deed.need.measure
    assert {row["approver"] for row in records(shop)[before:]} == {ANA.operator}
    again = shop.register.perform(intent)
    assert isinstance(again, Refused), "replayed"
    if not isinstance(intent, intents.Resume | intents.AddTender):  # by now it is nobody's, and paid
        assert again.reason is Reason.NEEDS_APPROVAL
    assert verify(shop.db).is_sound
    shop.db.close()


@pytest.mark.parametrize(("name", "role"), FORBIDDEN)
def test_an_approval_is_none_after_a_minute_nor_for_anything_else(name: str, role: Role, tmp_path: Path) -> None:
    deed = DEEDS[name]
    shop = prepare(deed, role, tmp_path)
    intent = approved(shop, deed)
    if deed.other is not None:
        refused_for(shop, deed.other(shop), deed.need.permission)
    shop.beat.advance(GOOD_FOR_MS / 1000)
    refused_for(shop, intent, deed.need.permission)
    intent = approved(shop, deed)
    shop.clock.advance(-7_200)
    shop.beat.advance(GOOD_FOR_MS / 1000 - 1)
    assert not isinstance(shop.register.perform(intent), Refused), "the clock on the wall has no part in it"
    shop.db.close()


@pytest.mark.parametrize(("name", "role"), FORBIDDEN)
def test_nobody_approves_for_themselves_or_without_the_permission(name: str, role: Role, tmp_path: Path) -> None:
    deed = DEEDS[name]
    shop = prepare(deed, role, tmp_path)
    act = refused_for(shop, deed.make(shop), deed.need.permission)
    own = shop.register.approve(act, PEOPLE[role].operator, PIN, "", WHY)
    assert isinstance(own, Refused)
    assert own.reason is Reason.SELF_APPROVAL
    if not is_allowed(DEFAULT_RIGHTS[Role.CASHIER], deed.need):
        other = shop.register.approve(act, BETO.operator, BETO_PIN, "", WHY)
        assert isinstance(other, Refused)
        assert other.reason is Reason.NOT_APPROVER
    refused_for(shop, deed.make(shop), deed.need.permission)
    assert not isinstance(shop.register.approve(act, ANA.operator, ANA_PIN, "", WHY), Refused)
    shop.db.close()


@pytest.mark.parametrize("name", [name for name, role in FORBIDDEN if role is Role.TECHNICIAN])
def test_an_approval_is_lost_with_the_basket_the_operator_and_the_program(name: str, tmp_path: Path) -> None:
    deed = DEEDS[name]
    shop = prepare(deed, Role.TECHNICIAN, tmp_path)
    if not isinstance(deed.make(shop), intents.TakeBackTenders | intents.OpenShift | intents.Resume):
        intent = approved(shop, deed)
        shop.register.scan(WATER)
        refused_for(shop, intent, deed.need.permission)
    intent = approved(shop, deed)
    sign_on(shop, Role.TECHNICIAN)
    act = refused_for(shop, intent, deed.need.permission)
    shop.register.approve(act, ANA.operator, ANA_PIN, "", WHY)
    shop.reopen()
    sign_on(shop, Role.TECHNICIAN)
    refused_for(shop, intent, deed.need.permission)
    shop.db.close()


@pytest.mark.parametrize("name", DEEDS)
def test_no_protected_act_is_done_while_nobody_is_signed_on(name: str, tmp_path: Path) -> None:
    deed = DEEDS[name]
    shop = prepare(deed, Role.SUPERVISOR, tmp_path)
    intent = deed.make(shop)
    shop.register.sign_off()
    assert shop.register.perform(intent) == Refused(Reason.NOT_SIGNED_ON)
    shop.db.close()


def test_a_refusal_of_another_kind_does_not_use_the_word_up(tmp_path: Path) -> None:
    deed = Deed(Need(P.CLOSE_SHIFT), lambda s: intents.CloseShift(FLOAT_MINOR - 1))
    shop = prepare(deed, Role.TECHNICIAN, tmp_path)
    intent = approved(shop, deed)
    assert shop.register.perform(intent) == Refused(Reason.COUNT_AGAIN)
    closed: Any = shop.register.perform(intent)
    assert (closed.report.approved_by, closed.report.approved_by_name) == (ANA.operator, "Ana")
    kinds = [(record["kind"], record["approver"]) for record in records(shop)[-5:]]
    assert ("cash_counted", ANA.operator) in kinds
    assert [kind for kind, _ in kinds].count("approved") == 1
    shop.db.close()


def test_approvals_are_counted_in_the_report_by_permission_and_approver(tmp_path: Path) -> None:
    shop = prepare(DEEDS["no sale"], Role.CASHIER, tmp_path)
    for _ in range(3):
        shop.register.perform(approved(shop, DEEDS["no sale"]))
    act = refused_for(shop, intents.Loan(100), P.LOAN)
    shop.register.approve(act, BETO.operator, BETO_PIN, "", WHY)
    report = shop.register.draw_x().report  # type: ignore[union-attr]
    assert [(row.code, row.count) for row in report.approvals] == [("cash.no_sale:1", 3)]
    assert (report.counters["approved"], report.counters["approval_refused"]) == (3, 1)
    shop.db.close()


def test_discounts_do_not_add_up_past_a_limit(tmp_path: Path) -> None:
    shop = prepare(DEEDS["line discount"], Role.SENIOR, tmp_path)
    assert not isinstance(shop.register.perform(intents.DiscountLine(1, 0, 400, "uno")), Refused)
    assert not isinstance(shop.register.perform(intents.DiscountLine(1, 0, 410, "uno")), Refused)
    refused_for(shop, intents.DiscountLine(1, 0, 400, "dos"), P.LINE_DISCOUNT)
    assert not isinstance(shop.register.perform(intents.DiscountLine(1, 0, 0, "uno")), Refused)
    shop.db.close()


def test_settings_replace_what_a_role_may(tmp_path: Path) -> None:
    roles = RolesSettings(cashier=RoleSettings(permissions=("lane.sign_on", "cash.no_sale")))
    shop = prepare(DEEDS["void line"], Role.CASHIER, tmp_path, roles=roles)
    assert not isinstance(shop.register.perform(intents.NoSale("Otro")), Refused)
    refused_for(shop, intents.VoidLine(1), P.LINE_VOID)
    shop.db.close()


def test_rights_from_the_erp_are_those_of_one_operator(tmp_path: Path) -> None:
    shop = prepare(DEEDS["line discount"], Role.CASHIER, tmp_path)
    rights = Rights(frozenset({P.SIGN_ON, P.LINE_DISCOUNT}), Limits(discount_ppm=200_000))
    put_rights(shop.db, PEOPLE[Role.CASHIER].operator, rights)
    sign_on(shop, Role.CASHIER)
    assert not isinstance(shop.register.perform(intents.DiscountLine(1, 200_000)), Refused)
    refused_for(shop, intents.DiscountLine(1, 200_001), P.LINE_DISCOUNT)
    refused_for(shop, intents.VoidLine(1), P.LINE_VOID)
    put_rights(shop.db, PEOPLE[Role.CASHIER].operator, None)
    sign_on(shop, Role.CASHIER)
    assert not isinstance(shop.register.perform(intents.VoidLine(1)), Refused)
    shop.db.close()


def test_the_matrix_has_every_act_and_every_permission() -> None:
    no_intents = {Permission.SIGN_ON, Permission.SHUT, Permission.TRAINING}
    assert {deed.need.permission for deed in DEEDS.values()} == set(Permission) - no_intents - AWAITED
    assert PLAIN.keys() | MEASURED.keys() <= set(get_args(Intent))
    assert not PLAIN.keys() & MEASURED.keys()
    assert set(LIMITED.values()) == set(Limits.__struct_fields__)
