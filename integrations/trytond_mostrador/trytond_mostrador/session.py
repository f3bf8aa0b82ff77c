# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Shifts of lanes as cash sessions: what comes late still finds its own shift."""

from decimal import Decimal

from sql.operators import Equal
from trytond.model import Exclude, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval, If


class CashSession(metaclass=PoolMeta):
    """A cash session; that of a shift bears its number."""

    __name__ = "sale.point.cash.session"

    mostrador_shift = fields.Integer("Shift", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_constraints.append(
            (
                "mostrador_shift",
                Exclude(table, (table.point, Equal), (table.mostrador_shift, Equal), where=table.mostrador_shift > 0),
                "mostrador.msg_shift_unique",
            )
        )

    @classmethod
    def of_shift(cls, point, shift: int):
        """Return the session of a shift, made where it is missing; one that is still open before it is closed."""
        if found := cls.search([("point", "=", point.id), ("mostrador_shift", "=", shift)], limit=1):
            return found[0]
        cls.lock()
        for session in cls.search([("point", "=", point.id), ("state", "=", "open")]):
            session.end(session.start_amount + session.balance)
        last = cls.search([("point", "=", point.id), ("next_session", "=", None)], limit=1)
        session = cls(point=point, mostrador_shift=shift, previous_session=last[0] if last else None)
        session.save()
        return session

    def end(self, left: Decimal) -> Decimal:
        """Close with what is left in the till as the lane counted it; return by how much that is off here.

        It is off while a document of the shift has not been taken, and right again when that has come.
        """
        session = self.__class__(self.id)
        session.end_amount = left
        session.state = "closed"
        session.save()
        return left - session.start_amount - session.balance

    @classmethod
    def get_balance(cls, sessions, name):
        """Return what came in less what went out, with collections in cash."""
        balances = super().get_balance(sessions, name)
        lines = (
            Pool()
            .get("mostrador.collection.line")
            .search([("collection.session", "in", [session.id for session in sessions]), ("method.cash", "=", True)])
        )
        for line in lines:
            balances[line.collection.session.id] += line.amount
        return balances


class CashTransfer(metaclass=PoolMeta):
    """Cash that moved without a sale."""

    __name__ = "sale.point.cash.transfer"

    mostrador_number = fields.Char("Lane's Number", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        # A document that comes after its shift was closed belongs to it all the same.
        cls.session.domain = [
            ("point", "=", Eval("point", -1)),
            If((Eval("state") == "draft") & (Eval("mostrador_number", "") == ""), ("state", "=", "open"), ()),
        ]

    @classmethod
    def move_cash(cls, session, kind, number: str, amount: Decimal, date):
        """Post that cash came into (positive) or left (negative) the till."""
        transfer = cls(
            point=session.point, session=session, type=kind, amount=amount, date=date, mostrador_number=number
        )
        transfer.save()
        cls.post([transfer])
        return transfer
