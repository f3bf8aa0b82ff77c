# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Money that lanes received on a customer's account, and changes of the way a sale was paid."""

from decimal import Decimal

from trytond.model import ModelSQL, ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval
from trytond.transaction import Transaction

from .sale import ZERO, sides


class Collection(ModelSQL, ModelView):
    """Received on account; a reversal is negative. Without a customer the methods of a sale are changed."""

    __name__ = "mostrador.collection"
    _rec_name = "number"

    company = fields.Many2One("company.company", "Company", required=True, readonly=True)
    point = fields.Many2One("sale.point", "Point", required=True, readonly=True)
    session = fields.Many2One("sale.point.cash.session", "Session", required=True, readonly=True)
    number = fields.Char("Number", required=True, readonly=True)
    date = fields.Date("Date", required=True, readonly=True)
    party = fields.Many2One(
        "party.party", "Customer", readonly=True, context={"company": Eval("company", -1)}, depends={"company"}
    )
    lines = fields.One2Many("mostrador.collection.line", "collection", "Lines", readonly=True)
    move = fields.Many2One(
        "account.move", "Entry", readonly=True, domain=[("company", "=", Eval("company", -1))], ondelete="RESTRICT"
    )

    @property
    def total(self) -> Decimal:
        """Return what was received, refunds negative."""
        return sum((line.amount for line in self.lines), ZERO)

    @classmethod
    def post(cls, collections, *, is_received: bool = True) -> None:
        """Post the entries and settle debts that they pay exactly, oldest first."""
        moves = [one.make_move(is_received) for one in collections]
        move_model = Pool().get("account.move")
        move_model.save(moves)
        for one, move in zip(collections, moves, strict=True):
            one.move = move
        cls.save(collections)
        move_model.post(moves)
        if is_received:
            for one in collections:
                one.settle()

    def make_move(self, is_received: bool):
        """Return the entry: each method's account, against what the customer owes."""
        pool = Pool()
        line_model = pool.get("account.move.line")
        lines = []
        for line in self.lines:
            debit, credit = sides(line.amount)
            one = line_model(account=line.method.account, debit=debit, credit=credit)
            if line.method.account.party_required:
                one.party, one.maturity_date = self.party, line.due or self.date
            lines.append(one)
        if is_received:
            with Transaction().set_context(company=self.company.id):
                receivable = self.party.account_receivable_used
            debit, credit = sides(-self.total)
            lines.append(
                line_model(account=receivable, party=self.party, debit=debit, credit=credit, maturity_date=self.date)
            )
        return pool.get("account.move")(
            company=self.company,
            journal=self.point.journal,
            date=self.date,
            period=pool.get("account.period").find(self.company, date=self.date),
            origin=self,
            description=self.number,
            lines=lines,
        )

    def settle(self) -> None:
        """Reconcile with the oldest debts where they come to exactly this amount; else all stay open."""
        line_model = Pool().get("account.move.line")
        own = [line for line in self.move.lines if line.party == self.party and line.credit]
        if len(own) != 1:
            return
        open_lines = line_model.search(
            [
                ("account", "=", own[0].account.id),
                ("party", "=", self.party.id),
                ("reconciliation", "=", None),
                ("debit", ">", 0),
            ],
            order=[("maturity_date", "ASC"), ("id", "ASC")],
        )
        left, paid = own[0].credit, []
        for line in open_lines:
            if left <= 0:
                break
            paid.append(line)
            left -= line.debit
        if not left:
            line_model.reconcile([*own, *paid])


class CollectionLine(ModelSQL, ModelView):
    """One tender of a collection."""

    __name__ = "mostrador.collection.line"

    collection = fields.Many2One("mostrador.collection", "Collection", required=True, readonly=True, ondelete="CASCADE")
    method = fields.Many2One("sale.point.payment.method", "Method", required=True, readonly=True)
    amount = fields.Numeric("Amount", required=True, readonly=True)
    due = fields.Date("Due", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add("collection")


class Move(metaclass=PoolMeta):
    """Entries may come from collections."""

    __name__ = "account.move"

    @classmethod
    def _get_origin(cls):
        return [*super()._get_origin(), "mostrador.collection"]
