# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Sales of lanes: posted with the lane's own figures, to the cent.

A lane has told the customer a total and printed it, so each line keeps the net and gross amount it was sold at, and
the sale keeps the taxes of the receipt. Tryton's own arithmetic is worked out beside them and differences are told.
"""

from collections import Counter
from decimal import Decimal

from trytond.model import Index, ModelSQL, ModelView, fields
from trytond.pool import Pool, PoolMeta
from trytond.pyson import Eval, If
from trytond.transaction import Transaction

from .setup import card_method

ZERO = Decimal(0)


class Sale(metaclass=PoolMeta):
    """A sale that a lane has posted."""

    __name__ = "sale.point.sale"

    mostrador_number = fields.Char("Receipt", readonly=True, help="The number on the lane's receipt.")
    mostrador_rounding = fields.Numeric("Rounded By", readonly=True, help="What was paid less than the lines came to.")
    party = fields.Many2One(
        "party.party",
        "Customer",
        states={"readonly": Eval("state") != "open"},
        context={"company": Eval("company", -1)},
        depends={"company"},
    )
    mostrador_invoice = fields.Text(
        "Invoice Wanted", readonly=True, help="What an invoice of this sale needs, as the customer has said it."
    )
    mostrador_over = fields.Boolean(
        "More May Come Back", help="Lets lanes' returns pass that bring back more than was sold."
    )
    mostrador_taxes = fields.One2Many("mostrador.sale.tax", "sale", "Receipt's Taxes", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(table, (table.mostrador_number, Index.Equality())))

    @fields.depends("mostrador_rounding")
    def on_change_with_total(self, name=None):
        """Return what was paid: the lines and what they were rounded by."""
        return super().on_change_with_total(name) + (self.mostrador_rounding or ZERO)

    def get_account_move(self):
        """Return the entry, with what was rounded on its own account."""
        move = super().get_account_move()
        if self.mostrador_rounding:
            line = Pool().get("account.move.line")()
            line.account = self.point.mostrador_rounding
            line.debit, line.credit = sides(-self.mostrador_rounding)
            move.lines = [*move.lines, line]
        return move

    def get_tax_move_lines(self):
        """Return the tax lines: those of the receipt where there is one."""
        if not self.mostrador_number:
            return super().get_tax_move_lines()
        return [tax.move_line() for tax in self.mostrador_taxes if tax.amount]

    def mostrador_differences(self) -> list[str]:
        """Return where Tryton's own arithmetic comes to other taxes, one sentence each.

        It works on the lines' rounded amounts here, so that a cent a line tells nothing of rates.
        """
        allowed = self.currency.rounding * len(self.lines)
        own = Counter[int]()
        for computed in self._get_taxes().values():
            own[computed.tax.id] += computed.amount
        found = []
        for tax in self.mostrador_taxes:
            amount = own.pop(tax.tax.id, ZERO)
            if abs(amount - tax.amount) > allowed:
                found.append(f"tax {tax.tax.mostrador_code}: {tax.amount} on the receipt, {amount} here")
        codes = {tax.id: tax.mostrador_code or tax.name for tax in Pool().get("account.tax").browse(list(own))}
        found += [
            f"tax {codes[one]}: none on the receipt, {amount} here"
            for one, amount in own.items()
            if abs(amount) > allowed
        ]
        return found


class SaleLine(metaclass=PoolMeta):
    """A line of such a sale."""

    __name__ = "sale.point.sale.line"

    mostrador_name = fields.Char("Name on Receipt", readonly=True)
    mostrador_net = fields.Numeric("Net", readonly=True)
    mostrador_gross = fields.Numeric("Gross", readonly=True)
    mostrador_category = fields.Many2One(
        "product.category", "Tax Class", readonly=True, context={"company": Eval("company", -1)}, depends={"company"}
    )
    mostrador_damaged = fields.Boolean("Damaged", readonly=True)
    mostrador_load = fields.Boolean("Put on a Card", readonly=True, help="No revenue: a debt to who holds the card.")
    mostrador_line = fields.Integer("Line on Receipt", readonly=True)
    mostrador_of = fields.Char("Comes Back Of", readonly=True, help="The receipt by which it was sold.")
    mostrador_of_line = fields.Integer("Line of That", readonly=True, help="Nought where only the receipt is known.")
    mostrador_trace = fields.Char("Lot or Serial", readonly=True)
    mostrador_employee = fields.Many2One(
        "company.employee", "Salesperson", readonly=True, help="Whose the line is, where it is not the sale's."
    )

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(table, (table.mostrador_of, Index.Equality()), where=table.mostrador_of != ""))
        # What was sold was sold, whether or not it still is for sale.
        cls.product.domain = [If(Eval("mostrador_name", "") != "", (), cls.product.domain)]

    @property
    def untax_amount(self):
        """Return the net amount as sold."""
        return super().untax_amount if self.mostrador_net is None else self.mostrador_net

    @property
    def gross_amount(self):
        """Return the amount with taxes as sold."""
        return super().gross_amount if self.mostrador_gross is None else self.mostrador_gross

    @property
    def taxes(self):
        """Return the taxes of the class that it was sold in."""
        if not self.mostrador_category:
            return super().taxes
        with Transaction().set_context(company=self.company.id):
            return Pool().get("product.category")(self.mostrador_category.id).customer_taxes_used

    @property
    def taxable_lines(self):
        """Return its net amount as one taxable thing, so that its base is what it was sold at."""
        if self.mostrador_net is None:
            return super().taxable_lines
        sign = -1 if self.mostrador_net < 0 else 1
        return [(self.taxes, abs(self.mostrador_net), sign, self.tax_date)]

    @property
    def to_location(self):
        """Return where it goes: damaged goods go their own way."""
        damaged = self.sale.point.mostrador_damaged if self.mostrador_damaged else None
        return damaged if damaged and self.quantity < 0 else super().to_location

    def get_stock_move(self):
        """Return the move of goods; what does not come back to a shelf has no price there."""
        move = super().get_stock_move()
        if move and move.to_location.type == "lost_found":
            move.unit_price = move.currency = None
        return move

    def get_account_move_lines(self):
        """Return the entry's lines, each on the side of its sign."""
        lines = super().get_account_move_lines()
        if self.mostrador_net is not None:
            for line in lines:
                line.debit, line.credit = sides(-self.mostrador_net)
                if self.mostrador_load:
                    line.account = card_method(self.company).account
        return lines


class SaleTax(ModelSQL, ModelView):
    """One tax of a receipt."""

    __name__ = "mostrador.sale.tax"

    sale = fields.Many2One("sale.point.sale", "Sale", required=True, readonly=True, ondelete="CASCADE")
    tax = fields.Many2One("account.tax", "Tax", required=True, readonly=True, ondelete="RESTRICT")
    base = fields.Numeric("Base", required=True, readonly=True)
    amount = fields.Numeric("Amount", required=True, readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        cls.__access__.add("sale")

    def move_line(self):
        """Return the line of its sale's entry."""
        pool = Pool()
        line = pool.get("account.move.line")()
        line.description = self.tax.description
        line.debit, line.credit = sides(-self.amount)
        line.account = self.tax.invoice_account if self.amount > 0 else self.tax.credit_note_account
        tax_line = pool.get("account.tax.line")()
        tax_line.type, tax_line.tax, tax_line.amount = "tax", self.tax, self.amount
        line.tax_lines = [tax_line]
        return line


class Payment(metaclass=PoolMeta):
    """A payment of such a sale, in any method and either way."""

    __name__ = "sale.point.payment"

    mostrador_due = fields.Date("Due", readonly=True)
    mostrador = fields.Boolean("By Lane", readonly=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        # Tryton itself refunds in cash only; a lane refunds by the method that was paid with.
        cls.method.domain = [
            ("company", "=", Eval("company", -1)),
            If((Eval("amount", 0) < 0) & ~Eval("mostrador", False), ("cash", "=", True), ()),
        ]

    @classmethod
    def preprocess_values(cls, mode, values):
        """Leave a payment in the session of its shift, however late it comes."""
        kept = {name: values[name] for name in ("method", "session") if values.get("session")}
        rest = {name: value for name, value in values.items() if name not in kept}
        return super().preprocess_values(mode, rest) | kept

    def get_account_move_lines(self):
        """Return the entry's lines; what is on account is owed by the customer from a day on."""
        lines = super().get_account_move_lines()
        for line in lines:
            line.debit, line.credit = sides(self.amount)
            if line.account.party_required:
                line.party = self.sale.party
                line.maturity_date = self.mostrador_due or self.sale.date
        return lines


def sides(amount: Decimal) -> tuple[Decimal, Decimal]:
    """Return debit and credit of an amount that is debited, or credited where it is negative."""
    return (amount, ZERO) if amount >= 0 else (ZERO, -amount)
