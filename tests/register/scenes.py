"""A scene for every reason for which the register refuses: what is so, and the act that is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from config.settings import CreditSettings, LoyaltySettings, ReturnsSettings, RoleSettings, RolesSettings, ShiftSettings
from domain.account_intent import CollectTender
from domain.badge import make_badge
from domain.lockout import FREE_TRIES
from domain.price_rule import PriceBasis, PriceList, PriceRule, PriceWay
from domain.receipt_code import ReceiptKey, write_code
from domain.refusal import Reason
from domain.shift import Operator
from domain.trace import Trace
from register.returning import reasons
from register.sharing import folder_of, tend
from storage.operators import put_operator
from storage.prices import put_price_lists
from tests.kit.cards import GIFT_500, TAKEN, load, put_card_items, spend, tell
from tests.kit.cards import OTHER as GIFT_CARD
from tests.kit.catalog import (
    BOOK,
    COFFEE,
    FREE,
    GIFT,
    OLD,
    OPEN_DEPARTMENT,
    ROPE,
    SALMON,
    STRAY,
    WATER,
    price_label,
    weight_label,
)
from tests.kit.customers import LUZ, MAX, OLD_ONE, bring_customers
from tests.kit.lane import ANA, ANA_PIN, BETO, BETO_PIN, FLOAT_MINOR, Shop, cheap_hash
from tests.kit.promotions import SUMMER, bring_promotions
from tests.kit.ruled import CHEESE, EGGS, PHONE, PHONE_GTIN, WINE, YOGURT, put_ruled

EVA: Final = Operator("3", "Eva")
CARD: Final = "4111 1111 1111 1111"
GS1_MILK: Final = "0107501000111206"
HUGE: Final = 10**30


class Scene(msgspec.Struct, frozen=True):
    """What is done first (none of it refused), and the act that is refused. `is_ready` as in `make_shop`."""

    reason: Reason
    act: Callable[[Shop], Any]
    first: Callable[[Shop], Any] = lambda shop: None
    is_ready: bool = True
    is_journalled: bool = False
    """The refusal itself leaves an event in the journal."""


def scan_coffee(shop: Shop) -> None:
    """Put one coffee into the basket."""
    shop.register.scan(COFFEE)


def pay_a_part(shop: Shop) -> None:
    """Put one coffee into the basket and take a part of its price."""
    shop.register.scan(COFFEE)
    shop.register.add_tender("cash", 100)


def bring_ruled(shop: Shop) -> None:
    """Bring items that ask for something."""
    put_ruled(shop.db)


def sell_phone(shop: Shop) -> None:
    """Put a telephone with its serial into the basket."""
    bring_ruled(shop)
    shop.register.add_item(PHONE, None, None, Trace(serial="A"))


def take_cards(shop: Shop) -> None:
    """Take gift cards, and have the ERP say that there is 1.00 on one of two; a coffee is sold."""
    shop.settings = msgspec.structs.replace(shop.settings, cards=TAKEN)
    shop.reopen()
    shop.sign_on()
    if shop.db.one("SELECT 1 FROM item WHERE sku = ?", (GIFT_500,)) is None:
        put_card_items(shop.db)
    tell(shop, GIFT_CARD, 100)
    scan_coffee(shop)


def grow_stale(shop: Shop) -> None:
    """Let what the ERP said grow old."""
    take_cards(shop)
    shop.clock.advance(25 * 3_600)


def bar_card(shop: Shop) -> None:
    """Have the ERP bar the card."""
    take_cards(shop)
    tell(shop, GIFT_CARD, 100, is_active=False)


def give_customer(shop: Shop) -> None:
    """Sell a coffee to a customer whom nobody told any points of."""
    scan_coffee(shop)
    shop.register.set_customer("C1")


def void_first(shop: Shop) -> None:
    """Sell a coffee and void it."""
    shop.register.scan(COFFEE)
    shop.register.void_line(1)


def scan_and_leave(shop: Shop) -> None:
    """Put one coffee into the basket and sign off."""
    scan_coffee(shop)
    shop.register.sign_off()


def sell_at_cost(shop: Shop) -> None:
    """Sell by a list that is made of costs, which nobody has told."""
    rule = PriceRule(1, way=PriceWay.FORMULA, basis=PriceBasis.COST)
    put_price_lists(shop.db, (PriceList("COST", "Costo", rules=(rule,)),), "2026-11-24T12:00:00.000Z")
    shop.register.choose_price_list("COST")


def take_coupon(shop: Shop) -> None:
    """Sell a coffee and take the coupon of a promotion."""
    bring_promotions(shop, SUMMER)
    scan_coffee(shop)
    shop.register.add_coupon("VERANO")


def close_and_go_back(shop: Shop) -> None:
    """Close a shift, set the clock back by an hour, and open the next shift."""
    shop.register.close_shift(FLOAT_MINOR)
    shop.clock.advance(-3_600)
    shop.register.open_shift(0)


def suspend_one(shop: Shop) -> str:
    """Suspend a basket and return its id."""
    shop.register.scan(COFFEE)
    basket_id = shop.register.basket.basket_id
    shop.register.suspend("Juan")
    return basket_id


def share_one(shop: Shop) -> None:
    """Lay a suspended basket out for the lanes of the store."""
    folder = shop.path.parent / "shared"
    folder.mkdir()
    lane = msgspec.structs.replace(shop.settings.lane, shared_folder=str(folder))
    shop.settings = msgspec.structs.replace(shop.settings, lane=lane)
    shop.reopen()
    shop.sign_on()
    suspend_one(shop)
    at_work = shop.register.lane_at_work
    tend(shop.db, folder_of(at_work), "1", at_work.now)


def lose_folder(shop: Shop) -> None:
    """Share baskets in a folder that is away."""
    share_one(shop)
    folder = shop.path.parent / "shared"
    folder.rename(folder.with_name("away"))


def resume_one(shop: Shop) -> None:
    """Suspend a basket and resume it."""
    shop.register.resume(suspend_one(shop))


def suspend_and_scan(shop: Shop) -> None:
    """Leave one basket suspended and another open."""
    suspend_one(shop)
    scan_coffee(shop)


def sell_label(shop: Shop) -> None:
    """Sell by a weight label."""
    shop.register.scan(weight_label(SALMON, 500))


def sell_minus(shop: Shop) -> None:
    """Open a shift with an empty till, so that a count of one cent is off."""
    shop.register.scan(WATER)
    shop.register.add_tender("cash", 1_000)


def suspended_id(shop: Shop) -> str:
    """Return the id of the suspended basket."""
    (entry,) = shop.register.list_suspended().baskets  # type: ignore[union-attr]  # the ledger answers here
    return str(entry.basket_id)


def grow_old(shop: Shop) -> None:
    """Let a day and an hour go by where a shift may last a day."""
    shop.settings = msgspec.structs.replace(shop.settings, shift=ShiftSettings(block_hours=24))
    shop.reopen()
    shop.sign_on()
    shop.clock.advance(25 * 3600)


def ask_no_sale(shop: Shop) -> None:
    """Have a usual cashier ask for the drawer, which is refused."""
    shop.settings = msgspec.structs.replace(shop.settings, roles=RolesSettings())
    shop.reopen()
    shop.sign_on(BETO)
    shop.register.no_sale("Otro")


def ask_beside_another(shop: Shop) -> None:
    """Have a cashier ask where another cashier is near."""
    put_operator(shop.db, EVA, cheap_hash(BETO_PIN))
    ask_no_sale(shop)


def approve_with(operator: str, pin: str = "", reason: str = "Otro") -> Callable[[Shop], Any]:
    """Return the act of approving what was asked for last."""
    return lambda s: s.register.approve(_asked(s), operator, pin, "", reason)


def _asked(shop: Shop) -> str:
    """Return what was asked for last."""
    asked = shop.register.lane_at_work.asked
    return asked.act if asked else ""


def wait_for_pin(shop: Shop) -> None:
    """Type five wrong PINs."""
    for _ in range(FREE_TRIES):
        shop.register.sign_on(ANA.operator, "0000")


def forbid_sign_on(shop: Shop) -> None:
    """Let no cashier sign on here."""
    roles = RolesSettings(cashier=RoleSettings(permissions=("line.void",)))
    shop.settings = msgspec.structs.replace(shop.settings, roles=roles)
    shop.reopen()


def sell_to_max(shop: Shop) -> None:
    """Scan a coffee for a customer who has no credit."""
    bring_customers(shop)
    shop.register.set_customer(MAX.code)
    scan_coffee(shop)


def return_to_max(shop: Shop) -> None:
    """Bring back for one customer what another has bought on account."""
    bring_customers(shop)
    shop.register.set_customer(LUZ.code)
    scan_coffee(shop)
    shop.register.add_tender("account")
    shop.register.set_customer(MAX.code)
    shop.register.return_lines("1", reasons(shop.register.lane_at_work, is_damaged=False)[0])


def keep_no_credit(shop: Shop) -> None:
    """Have a shop that takes no more than is owed."""
    shop.settings = msgspec.structs.replace(shop.settings, credit=CreditSettings(keep_overpayment=False))
    shop.reopen()
    shop.sign_on()
    bring_customers(shop)


def collect_and_reverse(shop: Shop) -> None:
    """Collect something and take it back."""
    bring_customers(shop)
    shop.register.collect(LUZ.code, 100)
    shop.register.reverse_collection(1)


def sell_one(shop: Shop) -> None:
    """Sell two coffees."""
    shop.register.scan(COFFEE, 2_000_000)
    shop.register.add_tender("cash")


def sell_and_void(shop: Shop) -> None:
    """Sell, and take the sale back whole."""
    sell_one(shop)
    shop.register.post_void("Otro")


def return_one(shop: Shop) -> None:
    """Sell two coffees and put one that comes back into the next basket."""
    sell_one(shop)
    shop.register.return_lines("1", "Otro", {"1": 1_000_000})


def return_of_two(shop: Shop) -> None:
    """Sell twice, and begin to take the first back."""
    sell_one(shop)
    return_one(shop)


def return_and_pay(shop: Shop) -> None:
    """Sell two coffees, one of which comes back."""
    return_one(shop)
    shop.register.add_tender("cash")


def return_twice(shop: Shop) -> None:
    """Put all that was sold into a basket that is put aside, and into another one."""
    sell_one(shop)
    for _ in range(2):
        shop.register.return_lines("1", "Otro")
        shop.register.suspend("Juan")
    for entry in shop.register.list_suspended().baskets:  # type: ignore[union-attr]  # the ledger answers here
        shop.register.resume(entry.basket_id)
        shop.register.add_tender("cash", None, "", True)


def expire_aside(shop: Shop) -> None:
    """Put a yogurt aside until after its last day."""
    bring_ruled(shop)
    shop.register.add_item(YOGURT, None, None, Trace(expires_on="2026-11-25"))
    first = shop.register.basket.basket_id
    shop.register.suspend("Juan")
    shop.clock.advance(2 * 86_400)
    shop.register.resume(first)


def return_with_points(shop: Shop) -> None:
    """Put into a basket of nobody's what a customer's sale has earned points for."""
    shop.settings = msgspec.structs.replace(shop.settings, loyalty=LoyaltySettings(earn_minor=1_000))
    shop.reopen()
    shop.sign_on()
    bring_customers(shop)
    shop.register.set_customer(MAX.code)
    sell_one(shop)
    shop.register.scan(WATER)
    shop.register.return_lines("1", "Otro")


STORE_KEY: Final = ReceiptKey(b"a key of a store, of 32 bytes...")


def share_key(shop: Shop) -> None:
    """Give the lane the store's key."""
    path = shop.path.with_name("store.key")
    path.write_bytes(b"a key of a store, of 32 bytes...\n")
    shop.settings = msgspec.structs.replace(shop.settings, returns=ReturnsSettings(key_file=str(path)))
    shop.reopen()
    shop.sign_on()


def other_receipt(total_minor: int = 5_000) -> str:
    """Return the bar code of a receipt of lane 2."""
    return write_code("2", 77, total_minor, STORE_KEY)


R: Final = Reason
SCENES: Final[tuple[Scene, ...]] = (
    # codes and items
    Scene(R.UNKNOWN_CODE, lambda s: s.register.scan("4012345678901")),
    Scene(R.UNKNOWN_CODE, lambda s: s.register.scan("nobody")),
    Scene(R.UNKNOWN_CODE, lambda s: s.register.scan(weight_label("99999", 500))),
    Scene(R.UNKNOWN_CODE, lambda s: s.register.scan("0104012345678901")),
    Scene(R.UNKNOWN_CODE, lambda s: s.register.add_item("nobody")),
    Scene(R.UNKNOWN_CODE, lambda s: s.register.price_check("nobody")),
    Scene(R.BAD_CODE, lambda s: s.register.scan("caf\x1b[2Jé")),
    Scene(R.BAD_CODE, lambda s: s.register.scan("")),
    Scene(R.BAD_CODE, lambda s: s.register.price_check("é")),
    Scene(R.BAD_CHECK_DIGIT, lambda s: s.register.scan("7501000111207")),
    Scene(R.BAD_CHECK_DIGIT, lambda s: s.register.scan("0107501000111207")),
    Scene(R.NOT_FOR_SALE, lambda s: s.register.scan(OLD)),
    Scene(R.NEEDS_PRICE, lambda s: s.register.scan(GIFT)),
    Scene(R.NEEDS_QUANTITY, lambda s: s.register.scan(SALMON)),
    Scene(R.PRICE_OUT_OF_RANGE, lambda s: s.register.ring_department(OPEN_DEPARTMENT, 999_999)),
    Scene(R.PRICE_OUT_OF_RANGE, lambda s: s.register.ring_department(OPEN_DEPARTMENT, 1_000_000_001)),
    Scene(R.PRICE_OUT_OF_RANGE, lambda s: s.register.add_item(GIFT, None, -1)),
    Scene(R.PRICE_OUT_OF_RANGE, lambda s: s.register.add_item(GIFT, None, HUGE)),
    Scene(R.PRICE_NOT_ASKED, lambda s: s.register.add_item("CAFE", None, 1_000_000)),
    Scene(R.EXPIRED, lambda s: s.register.scan(f"{GS1_MILK}17261123")),
    Scene(R.NO_SUCH_DEPARTMENT, lambda s: s.register.ring_department("77", 5_000_000)),
    Scene(R.NO_SUCH_DEPARTMENT, lambda s: s.register.ring_department("01", 5_000_000)),
    Scene(R.WRONG_UNIT, lambda s: s.register.scan(COFFEE, 1_500_000)),
    Scene(R.WRONG_UNIT, lambda s: s.register.add_item(ROPE, 1_001_000)),
    Scene(R.WRONG_UNIT, lambda s: s.register.scan(SALMON, 1_000_100)),
    Scene(R.WRONG_UNIT, lambda s: s.register.change_quantity(1, 1_500_000), scan_coffee),
    Scene(R.WRONG_CURRENCY, lambda s: s.register.scan(f"{GS1_MILK}39328401000")),
    Scene(R.NO_TAX_CLASS, lambda s: s.register.scan(STRAY)),
    Scene(R.NEEDS_LOT, lambda s: s.register.add_item(CHEESE), bring_ruled),
    Scene(R.NEEDS_SERIAL, lambda s: s.register.scan(PHONE_GTIN), bring_ruled),
    Scene(R.NEEDS_EXPIRY, lambda s: s.register.add_item(YOGURT), bring_ruled),
    Scene(R.NEEDS_AGE, lambda s: s.register.add_item(WINE), bring_ruled),
    Scene(R.UNKNOWN_CODE, lambda s: s.register.check_age("nobody")),
    Scene(R.NEEDS_CARD, lambda s: s.register.add_item(GIFT_500), take_cards),
    Scene(R.BAD_CARD, lambda s: load(s, "?"), take_cards),
    Scene(R.CARD_LINE, lambda s: s.register.add_item(GIFT_500, 2_000_000), take_cards),
    Scene(R.UNKNOWN_CARD, spend, take_cards),
    Scene(R.OVER_BALANCE, lambda s: spend(s, GIFT_CARD, 101), take_cards),
    Scene(R.CARD_STALE, lambda s: spend(s, GIFT_CARD), grow_stale),
    Scene(R.CARD_NOT_VALID, lambda s: spend(s, GIFT_CARD), bar_card),
    Scene(R.BAD_DATE, lambda s: s.register.check_age(WINE, "hoy"), bring_ruled),
    Scene(R.BAD_DATE, lambda s: s.register.add_item(YOGURT, None, None, Trace(expires_on="hoy")), bring_ruled),
    Scene(R.EXPIRED, lambda s: s.register.add_item(YOGURT, None, None, Trace(expires_on="2026-11-23")), bring_ruled),
    Scene(R.LINE_EXPIRED, lambda s: s.register.add_tender("cash", confirmed=True), expire_aside),
    Scene(R.REFERENCE_TOO_LONG, lambda s: s.register.add_item(PHONE, None, None, Trace(serial="A" * 21)), bring_ruled),
    Scene(R.CARD_NUMBER, lambda s: s.register.add_item(PHONE, None, None, Trace(serial=CARD)), bring_ruled),
    Scene(R.SERIAL_TAKEN, lambda s: s.register.add_item(PHONE, None, None, Trace(serial="A")), sell_phone),
    Scene(R.SERIAL_QUANTITY, lambda s: s.register.change_quantity(1, 2_000_000), sell_phone),
    Scene(R.TOO_FEW, lambda s: s.register.add_item(EGGS), bring_ruled),
    Scene(R.WRONG_MULTIPLE, lambda s: s.register.add_item(EGGS, 13_000_000), bring_ruled),
    # quantities and lines
    Scene(R.BAD_QUANTITY, lambda s: s.register.scan(COFFEE, 0)),
    Scene(R.BAD_QUANTITY, lambda s: s.register.scan(weight_label(SALMON, 0))),
    Scene(R.BAD_QUANTITY, lambda s: s.register.change_quantity(1, 0), scan_coffee),
    Scene(R.BAD_DISCOUNT, lambda s: s.register.discount_line(1, 1_000_001), scan_coffee),
    Scene(R.BAD_DISCOUNT, lambda s: s.register.discount_line(1, 0, 4_551), scan_coffee),
    Scene(R.BAD_DISCOUNT, lambda s: s.register.discount_line(1, 1, 1), scan_coffee),
    Scene(R.BAD_DISCOUNT, lambda s: s.register.discount_line(1, -1), scan_coffee),
    Scene(R.BAD_DISCOUNT, lambda s: s.register.discount_basket(0, 4_551), scan_coffee),
    Scene(R.NO_SUCH_LINE, lambda s: s.register.discount_line(2, 100_000), scan_coffee),
    Scene(R.LINE_VOIDED, lambda s: s.register.override_price(1, 1_000_000), void_first),
    Scene(R.BASKET_EMPTY, lambda s: s.register.discount_basket(100_000)),
    Scene(R.TENDER_STARTED, lambda s: s.register.discount_basket(100_000), pay_a_part),
    Scene(R.PRICE_OUT_OF_RANGE, lambda s: s.register.override_price(1, -1), scan_coffee),
    Scene(R.CARD_NUMBER, lambda s: s.register.override_price(1, 1_000_000, CARD), scan_coffee),
    Scene(R.NO_SUCH_PRICE_LIST, lambda s: s.register.choose_price_list("MAYOREO"), scan_coffee),
    Scene(R.NO_LIST_PRICE, lambda s: s.register.scan(COFFEE), sell_at_cost),
    Scene(R.UNKNOWN_COUPON, lambda s: s.register.add_coupon("VERANO"), scan_coffee),
    Scene(R.NO_POINTS, lambda s: s.register.redeem_points(1), give_customer),
    Scene(R.POINTS_CUSTOMER, lambda s: s.register.add_tender("cash"), return_with_points),
    Scene(R.NEEDS_CUSTOMER, lambda s: s.register.redeem_points(1), scan_coffee),
    Scene(R.BAD_AMOUNT, lambda s: s.register.redeem_points(-1), give_customer),
    Scene(R.COUPON_TAKEN, lambda s: s.register.add_coupon("VERANO"), take_coupon),
    Scene(R.NO_SUCH_SALESPERSON, lambda s: s.register.set_salesperson("77")),
    Scene(R.NO_SUCH_LINE, lambda s: s.register.set_salesperson("1", 2), scan_coffee),
    Scene(R.TENDER_STARTED, lambda s: s.register.set_salesperson("1"), pay_a_part),
    Scene(R.TOO_MANY, lambda s: s.register.scan(COFFEE, 10_001_000_000)),
    Scene(R.TOO_MANY, lambda s: s.register.scan(COFFEE, HUGE)),
    Scene(R.TOO_MANY, lambda s: s.register.scan(COFFEE), lambda s: s.register.scan(COFFEE, 10_000_000_000)),
    Scene(R.TOO_MANY, lambda s: s.register.change_quantity(1, 10_001_000_000), scan_coffee),
    Scene(R.NEGATIVE_QUANTITY, lambda s: s.register.scan(COFFEE, -1_000_000)),
    Scene(R.NEGATIVE_QUANTITY, lambda s: s.register.change_quantity(1, -1_000_000), scan_coffee),
    Scene(R.NO_SUCH_LINE, lambda s: s.register.void_line(2), scan_coffee),
    Scene(R.NO_SUCH_LINE, lambda s: s.register.void_line(0), scan_coffee),
    Scene(R.NO_SUCH_LINE, lambda s: s.register.change_quantity(HUGE, 1_000_000), scan_coffee),
    Scene(R.LINE_VOIDED, lambda s: s.register.void_line(1), void_first),
    Scene(R.LINE_VOIDED, lambda s: s.register.void_line(2), void_first),
    Scene(R.LINE_VOIDED, lambda s: s.register.change_quantity(1, 2_000_000), void_first),
    Scene(R.LABEL_QUANTITY, lambda s: s.register.change_quantity(1, 2_000_000), sell_label),
    Scene(
        R.LABEL_QUANTITY,
        lambda s: s.register.change_quantity(1, 2_000_000),
        lambda s: s.register.scan(price_label(SALMON, 500)),
    ),
    Scene(R.BASKET_EMPTY, lambda s: s.register.void_line(1)),
    Scene(R.BASKET_EMPTY, lambda s: s.register.change_quantity(1, 1_000_000)),
    Scene(R.BASKET_EMPTY, lambda s: s.register.void_basket()),
    Scene(R.BASKET_EMPTY, lambda s: s.register.suspend("Juan")),
    Scene(R.BASKET_EMPTY, lambda s: s.register.add_tender("cash")),
    Scene(R.BASKET_OPEN, lambda s: s.register.close_shift(FLOAT_MINOR), scan_coffee),
    Scene(R.BASKET_OPEN, lambda s: s.register.resume(suspended_id(s)), suspend_and_scan),
    # tender
    Scene(R.NO_SUCH_TENDER, lambda s: s.register.add_tender("gold"), scan_coffee),
    Scene(R.BAD_AMOUNT, lambda s: s.register.add_tender("cash", 0), scan_coffee),
    Scene(R.BAD_AMOUNT, lambda s: s.register.add_tender("cash", -100), scan_coffee),
    Scene(R.BAD_AMOUNT, lambda s: s.register.close_shift(-1)),
    Scene(R.BAD_AMOUNT, lambda s: s.register.close_shift(HUGE)),
    Scene(R.BAD_AMOUNT, lambda s: s.register.close_shift(50_000, {"50000": 2})),
    Scene(R.BAD_AMOUNT, lambda s: s.register.close_shift(50_000, {"50000": 2, "-50000": 1})),
    Scene(R.BAD_AMOUNT, lambda s: s.register.close_shift(50_000, {"100000": 1, "50000": -1})),
    Scene(R.BAD_AMOUNT, lambda s: s.register.open_shift(-1), lambda s: s.sign_on(), is_ready=False),
    Scene(R.BAD_AMOUNT, lambda s: s.register.open_shift(HUGE), lambda s: s.sign_on(), is_ready=False),
    Scene(R.NO_CHANGE_FROM_KIND, lambda s: s.register.add_tender("voucher", 5_000), scan_coffee),
    Scene(R.OVER_LIMIT, lambda s: s.register.add_tender("cash", HUGE), scan_coffee),
    Scene(R.OVER_LIMIT, lambda s: s.register.add_tender("cash", int(COFFEE)), scan_coffee),
    Scene(R.OVER_LIMIT, lambda s: s.register.pickup(int(COFFEE))),
    Scene(R.TENDER_STARTED, lambda s: s.register.scan(COFFEE), pay_a_part),
    Scene(R.TENDER_STARTED, lambda s: s.register.scan("nobody"), pay_a_part),
    Scene(R.TENDER_STARTED, lambda s: s.register.add_item(FREE), pay_a_part),
    Scene(R.TENDER_STARTED, lambda s: s.register.ring_department(OPEN_DEPARTMENT, 5_000_000), pay_a_part),
    Scene(R.TENDER_STARTED, lambda s: s.register.change_quantity(1, 2_000_000), pay_a_part),
    Scene(R.TENDER_STARTED, lambda s: s.register.void_line(1), pay_a_part),
    Scene(R.TENDER_STARTED, lambda s: s.register.void_basket(), pay_a_part),
    Scene(R.TENDER_STARTED, lambda s: s.register.suspend("Juan"), pay_a_part),
    Scene(R.NO_TENDER, lambda s: s.register.take_back_tenders()),
    Scene(R.NO_TENDER, lambda s: s.register.take_back_tenders(), scan_coffee),
    Scene(R.NEEDS_REFERENCE, lambda s: s.register.add_tender("credit_card"), scan_coffee),
    Scene(R.NEEDS_REFERENCE, lambda s: s.register.add_tender("credit_card", None, "  "), scan_coffee),
    Scene(R.CARD_NUMBER, lambda s: s.register.add_tender("credit_card", None, CARD), scan_coffee),
    Scene(R.CARD_NUMBER, lambda s: s.register.add_tender("cash", None, CARD), scan_coffee),
    Scene(R.REFERENCE_TOO_LONG, lambda s: s.register.add_tender("credit_card", None, "A" * 41), scan_coffee),
    Scene(R.CARD_NUMBER, lambda s: s.register.suspend(f"Juan {CARD}"), scan_coffee),
    # customers, accounts and invoices
    Scene(R.NO_SUCH_CUSTOMER, lambda s: s.register.read_account("nobody")),
    Scene(R.NO_SUCH_CUSTOMER, lambda s: s.register.set_customer(OLD_ONE.code), bring_customers),
    Scene(R.NO_SUCH_CUSTOMER, lambda s: s.register.change_customer("nobody", "x")),
    Scene(R.BAD_CUSTOMER, lambda s: s.register.create_customer(" ")),
    Scene(R.BAD_CUSTOMER, lambda s: s.register.create_customer("Ana", phone="12")),
    Scene(R.BAD_CUSTOMER, lambda s: s.register.create_customer("Ana", email="ana")),
    Scene(R.CARD_NUMBER, lambda s: s.register.create_customer(f"Ana {CARD}")),
    Scene(R.BAD_TAX_ID, lambda s: s.register.create_customer("Ana", "GODE561231GR9")),
    Scene(R.CUSTOMER_EXISTS, lambda s: s.register.create_customer("Ana", LUZ.tax_id), bring_customers),
    Scene(R.BAD_INVOICE, lambda s: s.register.set_invoice("GODE561231GR8", "Ana", "601", "06050", "G03")),
    Scene(R.NEEDS_CUSTOMER, lambda s: s.register.add_tender("account"), scan_coffee),
    Scene(R.NO_CREDIT, lambda s: s.register.add_tender("account"), sell_to_max),
    Scene(R.OTHER_ACCOUNT, lambda s: s.register.add_tender("account"), return_to_max),
    Scene(R.OVERPAID, lambda s: s.register.collect(LUZ.code, 30_001), keep_no_credit),
    Scene(R.BAD_AMOUNT, lambda s: s.register.collect(LUZ.code, 0), bring_customers),
    Scene(R.BAD_AMOUNT, lambda s: s.register.collect(LUZ.code, HUGE), bring_customers),
    Scene(R.NO_SUCH_TENDER, lambda s: s.register.collect(LUZ.code, 1, (CollectTender("account"),)), bring_customers),
    Scene(R.NEEDS_REFERENCE, lambda s: s.register.collect(LUZ.code, 1, (CollectTender("transfer"),)), bring_customers),
    Scene(R.NO_SUCH_DOCUMENT, lambda s: s.register.collect(LUZ.code, 1, documents=("inv-9",)), bring_customers),
    Scene(R.NO_SUCH_COLLECTION, lambda s: s.register.reverse_collection(1)),
    Scene(R.NO_SUCH_COLLECTION, lambda s: s.register.reverse_collection(HUGE)),
    Scene(R.COLLECTION_REVERSED, lambda s: s.register.reverse_collection(1), collect_and_reverse),
    Scene(R.NO_SHIFT, lambda s: s.register.collect("C-1", 1), lambda s: s.sign_on(), is_ready=False),
    # what comes back
    Scene(R.OVER_RETURN, lambda s: s.register.return_lines("1", "Otro", {"1": 3_000_000}), sell_one),
    Scene(R.OVER_RETURN, lambda s: s.register.return_lines("1-000001", "Otro", {"1": 2_000_000}), return_one),
    Scene(R.OVER_RETURN, lambda s: s.register.return_lines("1", "Otro", {"1": 2_000_000}), return_and_pay),
    Scene(R.OVER_RETURN, lambda s: s.register.add_tender("cash", None, "", True), return_twice),
    Scene(R.OTHER_RECEIPT, lambda s: s.register.return_lines("2", "Otro"), return_of_two),
    Scene(R.BAD_RECEIPT, lambda s: s.register.begin_return(write_code("1", 1, 4_551)), sell_one),
    Scene(R.BAD_RECEIPT, lambda s: s.register.begin_return(write_code("2", 1, 4_550))),
    Scene(R.BAD_RECEIPT, lambda s: s.register.begin_return("2-000077"), share_key),
    Scene(R.BAD_RECEIPT, lambda s: s.register.begin_return(write_code("2", 77, 5_000)), share_key),
    Scene(R.BAD_RECEIPT, lambda s: s.register.return_lines(other_receipt(), "Otro"), share_key),
    Scene(R.BAD_RECEIPT, lambda s: s.register.return_item(COFFEE, "Otro", receipt="1"), sell_one),
    Scene(R.OVER_RECEIPT, lambda s: s.register.return_item(BOOK, "Otro", receipt=other_receipt()), share_key),
    Scene(R.RETURN_LINE, lambda s: s.register.change_quantity(1, 2_000_000), return_one),
    Scene(R.RETURN_LINE, lambda s: s.register.discount_line(1, 100_000), return_one),
    Scene(R.RETURN_LINE, lambda s: s.register.override_price(1, 1_000_000), return_one),
    Scene(R.NO_SUCH_LINE, lambda s: s.register.return_lines("1", "Otro", {"2": 1_000_000}), sell_one),
    Scene(R.NO_SUCH_LINE, lambda s: s.register.return_lines("1", "Otro", {"x": 1_000_000}), sell_one),
    Scene(R.BAD_QUANTITY, lambda s: s.register.return_lines("1", "Otro", {"1": 0}), sell_one),
    Scene(R.WRONG_UNIT, lambda s: s.register.return_lines("1", "Otro", {"1": 500_000}), sell_one),
    Scene(R.NO_SUCH_REASON, lambda s: s.register.return_lines("1", "Porque sí"), sell_one),
    Scene(R.NO_SUCH_REASON, lambda s: s.register.return_item(COFFEE, "")),
    Scene(R.NO_SUCH_REASON, lambda s: s.register.post_void("Porque sí"), sell_one),
    Scene(R.NO_SUCH_REASON, lambda s: s.register.change_tender("voucher", " "), sell_one),
    Scene(R.BAD_QUANTITY, lambda s: s.register.return_item(COFFEE, "Otro", -1_000_000)),
    Scene(R.PRICE_OUT_OF_RANGE, lambda s: s.register.return_item(COFFEE, "Otro", None, -1)),
    Scene(R.NEEDS_PRICE, lambda s: s.register.return_item(GIFT, "Otro")),
    Scene(R.WRONG_UNIT, lambda s: s.register.return_item(COFFEE, "Otro", 1_500_000)),
    Scene(R.NO_TAX_CLASS, lambda s: s.register.return_item(STRAY, "Otro")),
    Scene(R.NO_RECEIPT, lambda s: s.register.begin_return("7")),
    Scene(R.NO_RECEIPT, lambda s: s.register.begin_return("nobody's")),
    Scene(R.NO_RECEIPT, lambda s: s.register.change_tender("voucher", "x"), is_ready=True),
    Scene(R.NOT_VOIDABLE, lambda s: s.register.post_void("Otro")),
    Scene(R.NOT_VOIDABLE, lambda s: s.register.post_void("Otro"), return_and_pay),
    Scene(R.NOT_VOIDABLE, lambda s: s.register.post_void("Otro"), sell_and_void),
    Scene(R.BASKET_OPEN, lambda s: s.register.post_void("Otro"), return_one),
    Scene(R.TENDER_FIXED, lambda s: s.register.change_tender("cash", "x"), sell_one),
    Scene(R.NO_SUCH_TENDER, lambda s: s.register.change_tender("voucher", "x", position=2), sell_one),
    Scene(R.NO_SUCH_TENDER, lambda s: s.register.change_tender("gold", "x"), sell_one),
    Scene(R.NEEDS_REFERENCE, lambda s: s.register.change_tender("credit_card", "x"), sell_one),
    Scene(R.CARD_NUMBER, lambda s: s.register.change_tender("credit_card", "x", reference=CARD), sell_one),
    Scene(R.REFERENCE_TOO_LONG, lambda s: s.register.change_tender("credit_card", "x", reference="A" * 41), sell_one),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.find_sales(), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.begin_return("1"), is_ready=False),
    # suspended baskets
    Scene(R.NEEDS_NAME, lambda s: s.register.suspend(""), scan_coffee),
    Scene(R.NEEDS_NAME, lambda s: s.register.suspend(" \x1b\u200b "), scan_coffee),
    Scene(R.NO_SUCH_BASKET, lambda s: s.register.resume("nobody")),
    Scene(R.BASKET_GONE, lambda s: s.register.take_shared("x")),
    Scene(R.BASKET_GONE, lambda s: s.register.take_shared("x"), share_one),
    Scene(R.BASKET_SHARED, lambda s: s.register.resume(suspended_id(s)), share_one),
    Scene(R.SHARE_UNREACHABLE, lambda s: s.register.list_shared(), lose_folder),
    Scene(R.SHARE_UNREACHABLE, lambda s: s.register.take_shared("x"), lose_folder),
    Scene(R.RESUMED_NEEDS_YES, lambda s: s.register.add_tender("cash"), resume_one),
    # people and shifts
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.scan(COFFEE), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.scan("nobody"), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.open_shift(0), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.close_shift(0), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.sign_off(), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.read_x(), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.print_copy(), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.suspend("Juan"), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.void_line(1), scan_and_leave),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.add_tender("cash"), scan_and_leave),
    Scene(R.WRONG_PIN, lambda s: s.register.sign_on(ANA.operator, "0000"), is_journalled=True),
    Scene(R.WRONG_PIN, lambda s: s.register.sign_on("77", ANA_PIN), is_journalled=True),
    Scene(R.PIN_WAIT, lambda s: s.register.sign_on(ANA.operator, ANA_PIN), wait_for_pin),
    Scene(R.PIN_WAIT, lambda s: s.register.sign_on(BETO.operator, BETO_PIN), wait_for_pin),
    Scene(R.WRONG_BADGE, lambda s: s.register.sign_on(badge=make_badge(bytes(16))), is_journalled=True),
    Scene(R.MAY_NOT_SIGN_ON, lambda s: s.register.sign_on(BETO.operator, BETO_PIN), forbid_sign_on),
    Scene(R.NO_SUCH_OPERATOR, lambda s: s.register.unlock("77")),
    Scene(R.NO_SUCH_OPERATOR, lambda s: s.register.give_badge("77", "")),
    Scene(R.NEEDS_APPROVAL, lambda s: s.register.no_sale("Otro"), ask_no_sale),
    Scene(R.NO_APPROVAL, lambda s: s.register.approve("", ANA.operator, ANA_PIN, "", "Otro")),
    Scene(R.NO_SUCH_REASON, approve_with(ANA.operator, ANA_PIN, "Fiesta"), ask_no_sale),
    Scene(R.WRONG_PIN, approve_with(ANA.operator, "0000"), ask_no_sale, is_journalled=True),
    Scene(R.SELF_APPROVAL, approve_with(BETO.operator, BETO_PIN), ask_no_sale, is_journalled=True),
    Scene(R.NOT_APPROVER, approve_with(EVA.operator, BETO_PIN), ask_beside_another, is_journalled=True),
    Scene(R.WEAK_PIN, lambda s: s.register.add_operator(ANA, "123123")),
    Scene(R.BAD_PIN, lambda s: s.register.add_operator(ANA, "123")),
    Scene(R.BAD_PIN, lambda s: s.register.add_operator(ANA, "12a4")),
    Scene(R.BAD_PIN, lambda s: s.register.add_operator(ANA, "\u0661\u0662\u0663\u0664")),
    Scene(R.NO_SHIFT, lambda s: s.register.scan(COFFEE), lambda s: s.sign_on(), is_ready=False),
    Scene(R.NO_SHIFT, lambda s: s.register.read_x(), lambda s: s.sign_on(), is_ready=False),
    Scene(R.NO_SHIFT, lambda s: s.register.close_shift(0), lambda s: s.sign_on(), is_ready=False),
    Scene(R.NO_SHIFT, lambda s: s.register.draw_x(), is_ready=False),
    Scene(R.SHIFT_OPEN, lambda s: s.register.open_shift(0)),
    Scene(R.SUSPENDED_BASKETS, lambda s: s.register.close_shift(FLOAT_MINOR), suspend_one),
    Scene(R.COUNT_AGAIN, lambda s: s.register.close_shift(1), sell_minus, is_journalled=True),
    Scene(R.BAD_AMOUNT, lambda s: s.register.close_shift(FLOAT_MINOR, next_float_minor=-1)),
    Scene(R.BAD_AMOUNT, lambda s: s.register.close_shift(FLOAT_MINOR, next_float_minor=FLOAT_MINOR + 1)),
    Scene(R.BAD_AMOUNT, lambda s: s.register.loan(0)),
    Scene(R.BAD_AMOUNT, lambda s: s.register.pickup(-1)),
    Scene(R.BAD_AMOUNT, lambda s: s.register.paid_out(HUGE, "Gastos")),
    Scene(R.REFERENCE_TOO_LONG, lambda s: s.register.loan(100, "x" * 61)),
    Scene(R.NO_SUCH_REASON, lambda s: s.register.paid_in(100, "")),
    Scene(R.NO_SUCH_REASON, lambda s: s.register.paid_out(100, "Fiesta")),
    Scene(R.NO_SUCH_REASON, lambda s: s.register.no_sale("Fiesta")),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.loan(100), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.no_sale("Otro"), is_ready=False),
    Scene(R.NOT_SIGNED_ON, lambda s: s.register.print_z(), is_ready=False),
    Scene(R.NO_SHIFT, lambda s: s.register.pickup(100), lambda s: s.sign_on(), is_ready=False),
    Scene(R.SHIFT_TOO_OLD, lambda s: s.register.scan(COFFEE), grow_old),
    Scene(R.Z_BEFORE_LAST, lambda s: s.register.close_shift(0), close_and_go_back),
    Scene(R.NO_SUCH_TILL, lambda s: s.register.open_shift(0, "nowhere"), lambda s: s.sign_on(), is_ready=False),
    Scene(R.NO_Z, lambda s: s.register.print_z()),
    Scene(R.NO_Z, lambda s: s.register.print_z(HUGE)),
    Scene(R.NO_Z, lambda s: s.register.read_z()),
    Scene(R.NO_Z, lambda s: s.register.read_z(1)),
    Scene(R.NO_Z, lambda s: s.register.read_z(0)),
    Scene(R.NO_Z, lambda s: s.register.read_z(HUGE)),
    Scene(R.NO_RECEIPT, lambda s: s.register.print_copy()),
    Scene(R.NO_RECEIPT, lambda s: s.register.print_copy(2), sell_minus),
    Scene(R.NO_RECEIPT, lambda s: s.register.print_copy(0), sell_minus),
    Scene(R.NO_RECEIPT, lambda s: s.register.print_copy(-1), sell_minus),
    Scene(R.NO_RECEIPT, lambda s: s.register.print_copy(HUGE), sell_minus),
)

ABOVE: Final = {Reason.SCAN_NOT_HERE: "tui", Reason.BAD_INTENT: "mostrador"}
"""Reasons that are not the register's: a screen refuses a scan, the pipe a line it cannot read."""

BY_FAULT: Final = {Reason.NOT_SAVED, Reason.NOT_READ}
"""Reasons that a failing medium makes (see test_faults.py)."""
