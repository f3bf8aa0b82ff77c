# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What an administrator fills in: which point of sale is which lane, and the codes that lanes use."""

from sql.operators import Equal
from trytond.exceptions import UserError
from trytond.model import Exclude, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval

STORED_VALUE = "stored_value"
"""The lane's code for gift cards and vouchers as a means of payment."""


class Point(metaclass=PoolMeta):
    """A point of sale that is a lane."""

    __name__ = "sale.point"

    mostrador_lane = fields.Char("Lane", help="The lane's id in its settings.")
    mostrador_discount = fields.Many2One(
        "product.product",
        "Discount Product",
        domain=[("type", "=", "service")],
        context={"company": Eval("company", -1)},
        depends={"company"},
        help="Stands on the lines of promotions and discounts.",
    )
    mostrador_open = fields.Many2One(
        "product.product",
        "Open Price Product",
        domain=[("type", "=", "service")],
        context={"company": Eval("company", -1)},
        depends={"company"},
        help="Stands on lines that were rung up by department, where no product has the department's code.",
    )
    mostrador_rounding = fields.Many2One(
        "account.account",
        "Rounding Account",
        domain=[("company", "=", Eval("company", -1)), ("type", "!=", None)],
        help="What totals were rounded by to be paid with coins.",
    )
    mostrador_damaged = fields.Many2One(
        "stock.location",
        "Damaged Goods",
        domain=[("type", "in", ["storage", "lost_found"])],
        help="Where damaged returns go; empty takes the return location.",
    )
    mostrador_missing = fields.Boolean(
        "Receipts May Be Missing",
        help="Other lanes take back what this lane has sold by receipts that never come here: it was lost, or they are"
        " older than its connection.",
    )

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(
            (
                "mostrador_lane",
                Exclude(table, (table.mostrador_lane, Equal), where=table.mostrador_lane != ""),
                "mostrador.msg_lane_unique",
            )
        )


class _Coded:
    """A record that lanes know by a code, unique in the company."""

    __slots__ = ()

    mostrador_code = fields.Char("Lane's Code")

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(
            (
                "mostrador_code",
                Exclude(table, (table.company, Equal), (table.mostrador_code, Equal), where=table.mostrador_code != ""),
                "mostrador.msg_code_unique",
            )
        )


class PaymentMethod(_Coded, metaclass=PoolMeta):
    """A tender kind."""

    __name__ = "sale.point.payment.method"


class TransferType(_Coded, metaclass=PoolMeta):
    """A reason for cash to move: float, loan, pickup, paid_in, paid_out, over_short, removed."""

    __name__ = "sale.point.cash.transfer.type"


class Tax(_Coded, metaclass=PoolMeta):
    """A tax of the lane's country pack."""

    __name__ = "account.tax"


class Category(metaclass=PoolMeta):
    """An accounting category that is a tax class, or any other one that is a department."""

    __name__ = "product.category"

    mostrador_code = fields.Char("Lane's Code", help="The tax class of an accounting category, else the department.")


class UserApplication(metaclass=PoolMeta):
    """Keys of lanes."""

    __name__ = "res.user.application"

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.application.selection.append(("mostrador", "Mostrador"))


def card_method(company):
    """Return the payment method of gift cards and vouchers, whose account is the debt to their holders."""
    domain = [("company", "=", company.id), ("mostrador_code", "=", STORED_VALUE)]
    found = Pool().get("sale.point.payment.method").search(domain, limit=1)
    if not found:
        raise UserError(
            f"no payment method has the lane's code {STORED_VALUE}: it says where the debt to card holders goes"
        )
    return found[0]


def _has_good_cards(point) -> bool:
    """Say whether gift cards, if there are any, are on an account of the balance sheet that asks for no party."""
    try:
        account = card_method(point.company).account
    except UserError:
        return True  # whether the lane has cards is the lane's to know: its own check asks for the method
    return account.type.statement == "balance" and not account.party_required


def missing(point) -> list[str]:
    """Return what has still to be filled in for a lane, one sentence each."""
    pool = Pool()
    wanted = [
        (point.mostrador_discount, f"{point.name}: no discount product"),
        (point.mostrador_open, f"{point.name}: no open price product"),
        (point.mostrador_rounding, f"{point.name}: no rounding account"),
        (point.return_location, f"{point.name}: no return location"),
        (_has_good_cards(point), f"the payment method {STORED_VALUE} is not on an account of debts without a party"),
    ]
    for model, name in (
        ("sale.point.payment.method", "payment method"),
        ("account.tax", "tax"),
        ("sale.point.cash.transfer.type", "cash transfer type"),
    ):
        coded = pool.get(model).search(
            [("company", "=", point.company.id), ("mostrador_code", "not in", [None, ""])], limit=1
        )
        wanted.append((coded, f"no {name} has a lane's code"))
    coded = pool.get("product.category").search(
        [("accounting", "=", True), ("mostrador_code", "not in", [None, ""])], limit=1
    )
    wanted.append((coded, "no accounting category has a tax class as its lane's code"))
    return [sentence for there, sentence in wanted if not there]
