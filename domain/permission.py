"""What needs a permission, and which role has it: the one registry behind settings, screens, docs and the register.

A permission names one protected act. Some have a limit beside them: above it the act needs an approval even of those
who have the permission. Settings replace what a role may do (`[roles.cashier]`), an ERP what one operator may do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec

from domain.money import MAX_MINOR
from domain.shift import Role
from domain.tax import PPM


class Permission(StrEnum):
    """Every protected act. Its words are the screen's (`permission.<value>`), its row is in docs/permissions.md."""

    SIGN_ON = "lane.sign_on"
    SHUT = "lane.shut"
    SETTINGS = "lane.settings"
    TRAINING = "lane.training"
    UNLOCK = "operator.unlock"
    LINE_VOID = "line.void"
    LINE_NEGATIVE = "line.negative"
    LINE_DISCOUNT = "line.discount"
    PRICE_OVERRIDE = "line.price"
    OPEN_PRICE = "line.open_price"
    BASKET_VOID = "basket.void"
    BASKET_DISCOUNT = "basket.discount"
    PRICE_LIST = "basket.price_list"
    RESUME_OTHERS = "basket.resume_others"
    TAKE_BACK = "tender.take_back"
    RECEIPT_COPY = "receipt.copy"
    RETURN = "return.receipt"
    RETURN_BLIND = "return.no_receipt"
    REFUND_KIND = "return.other_kind"
    POST_VOID = "sale.post_void"
    TENDER_CHANGE = "tender.change"
    CREDIT = "account.credit"
    COLLECT = "account.collect"
    REVERSE_COLLECTION = "account.reverse"
    STATEMENT = "account.statement"
    CUSTOMER_CREATE = "customer.create"
    CUSTOMER_CHANGE = "customer.change"
    NO_SALE = "cash.no_sale"
    PAID_IN = "cash.paid_in"
    PAID_OUT = "cash.paid_out"
    LOAN = "cash.loan"
    PICKUP = "cash.pickup"
    OPEN_SHIFT = "shift.open"
    CLOSE_SHIFT = "shift.close"
    READ_X = "report.x"
    Z_COPY = "report.copy"
    DETAILS = "report.details"
    EXPORT = "journal.export"
    INBOX = "erp.inbox"


class Limits(msgspec.Struct, frozen=True):
    """How far a role may go by itself: parts per million of a price, and whole minor units of money."""

    discount_ppm: int = 0
    price_cut_ppm: int = 0
    open_price_minor: int = 0
    paid_out_minor: int = 0
    return_minor: int = 0
    credit_minor: int = 0


LIMITED: Final[Mapping[Permission, str]] = {
    Permission.LINE_DISCOUNT: "discount_ppm",
    Permission.BASKET_DISCOUNT: "discount_ppm",
    Permission.PRICE_OVERRIDE: "price_cut_ppm",
    Permission.OPEN_PRICE: "open_price_minor",
    Permission.PAID_OUT: "paid_out_minor",
    Permission.RETURN: "return_minor",
    Permission.RETURN_BLIND: "return_minor",
    Permission.CREDIT: "credit_minor",
}
"""Which limit stands beside a permission."""

AWAITED: Final = frozenset({Permission.SETTINGS})
"""Permissions of acts that the lane cannot do yet: who has them is settled before the act is there."""


class Rights(msgspec.Struct, frozen=True):
    """What somebody may do without asking."""

    permissions: frozenset[Permission] = frozenset()
    limits: Limits = Limits()


NOTHING: Final = Rights()


class Need(msgspec.Struct, frozen=True):
    """What an act needs: a permission, and how much of its limit (0 where there is none)."""

    permission: Permission
    measure: int = 0


def is_allowed(rights: Rights, need: Need) -> bool:
    """Say whether rights go as far as an act needs."""
    limit = limit_of(rights, need.permission)
    return need.permission in rights.permissions and (limit is None or need.measure <= limit)


def limit_of(rights: Rights, permission: Permission) -> int | None:
    """Return the limit beside a permission, None where it has none."""
    name = LIMITED.get(permission)
    return None if name is None else int(getattr(rights.limits, name))


ALL: Final = Limits(PPM, PPM, MAX_MINOR, MAX_MINOR, MAX_MINOR, MAX_MINOR)
"""Limits that are none."""

_P = Permission
_CASHIER: Final = frozenset(
    {
        *(_P.SIGN_ON, _P.LINE_VOID, _P.OPEN_PRICE, _P.TAKE_BACK, _P.RECEIPT_COPY),
        *(_P.PICKUP, _P.OPEN_SHIFT, _P.CLOSE_SHIFT, _P.COLLECT, _P.STATEMENT, _P.CUSTOMER_CREATE),
    }
)
_SENIOR: Final = _CASHIER | {
    *(_P.BASKET_VOID, _P.LINE_DISCOUNT, _P.BASKET_DISCOUNT, _P.PRICE_OVERRIDE, _P.PRICE_LIST, _P.RESUME_OTHERS),
    *(_P.NO_SALE, _P.PAID_IN, _P.PAID_OUT, _P.LOAN, _P.READ_X, _P.Z_COPY, _P.DETAILS, _P.RETURN, _P.CUSTOMER_CHANGE),
}
_SUPERVISOR: Final = frozenset(_P) - {_P.SETTINGS}
_TECHNICIAN: Final = frozenset({_P.SIGN_ON, _P.SHUT, _P.SETTINGS, _P.TRAINING, _P.NO_SALE, _P.Z_COPY, _P.INBOX})

DEFAULT_RIGHTS: Final[Mapping[Role, Rights]] = {
    Role.CASHIER: Rights(_CASHIER, Limits(open_price_minor=500_000)),
    Role.SENIOR: Rights(
        _SENIOR,
        Limits(
            discount_ppm=100_000,
            price_cut_ppm=100_000,
            open_price_minor=MAX_MINOR,
            paid_out_minor=100_000,
            return_minor=200_000,
        ),
    ),
    Role.SUPERVISOR: Rights(_SUPERVISOR, ALL),
    Role.TECHNICIAN: Rights(_TECHNICIAN),
}
"""What a role may do where the settings say nothing. Who counts the till blind does not read an X before."""
