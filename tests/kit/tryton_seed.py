"""Fills a new Tryton database with a small shop. A program of its own: it runs in Tryton's process, never in ours.

    python -m tests.kit.tryton_seed CONFIG DATABASE

Mexico's taxes, 40 items with GTINs and one that has lots, price lists, five customers of whom four may buy on account,
two employees, two lanes.
"""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from typing import Any

KEY = "key-of-the-test-shop-0123456789abcdef"
PLAIN_LOGIN, PLAIN_WORD = "plain", "word-of-the-plain-user"
NARROW_LOGIN = "narrow"
"""Who has nothing but the group Sales."""
ITEMS = 40
LANES = ("7", "8")
PESO = Decimal("0.01")

TAXES = {"iva16": ("general", "0.16"), "iva8": ("border", "0.08"), "iva0": ("zero", "0"), "": ("exempt", "")}
METHODS = {
    "cash": ("Efectivo", "1.1.1"),
    "credit_card": ("Tarjeta de crédito", "1.1.2"),
    "debit_card": ("Tarjeta de débito", "1.1.2"),
    "transfer": ("Transferencia", "1.1.2"),
    "voucher": ("Vales de despensa", "1.1.2"),
    "account": ("Crédito", ""),
    "stored_value": ("Tarjetas de regalo", "2.1.9"),
}
TRANSFERS = ("float", "loan", "pickup", "paid_in", "paid_out", "over_short", "removed")


def gtin(number: int) -> str:
    """Return the GTIN-13 of an item of the test shop."""
    body = f"{750_100_000_000 + number:012d}"
    return body + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10)


def main(config: str, database: str) -> None:
    """Fill the database."""
    from trytond import config as settings

    settings.update_etc(config)
    from trytond.pool import Pool
    from trytond.transaction import Transaction, TransactionError

    Pool.start()
    Pool(database).init()
    extras: dict[str, Any] = {}
    with Transaction().start(database, 0, readonly=True):
        (administrator,) = Pool().get("res.user").search([("login", "=", "admin")])
    while True:
        with Transaction().start(database, administrator.id, **extras) as transaction:
            try:
                make_shop()
                transaction.commit()
                return
            except TransactionError as error:  # it needs a lock, and says which
                transaction.rollback()
                error.fix(extras)


def make_shop() -> None:
    """Make a company and what it has, in the transaction that is open."""
    from trytond.modules.company.tests import set_company

    company = make_company()
    with set_company(company):
        Shop(company).make()


def make_company() -> Any:
    """Return the company, with Mexico's peso."""
    from trytond.modules.company.tests import create_company
    from trytond.pool import Pool

    peso = {"name": "Peso", "symbol": "$", "code": "MXN", "rounding": PESO, "digits": 2}
    rates = [("create", [{"date": dt.date(2000, 1, 1), "rate": Decimal(1)}])]
    (currency,) = Pool().get("currency.currency").create([{**peso, "rates": rates}])
    return create_company("Abarrotes de Prueba", currency)


class Shop:
    """What the company sells, to whom, and how."""

    def __init__(self, company: Any) -> None:
        """Make what is needed below."""
        from trytond.modules.account.tests import create_chart
        from trytond.pool import Pool

        self.get = Pool().get
        self.company = company
        create_chart(company)
        self.accounts = {one.code: one for one in self.get("account.account").search([("code", "!=", None)])}
        self.unit = self._one("product.uom", name="Unit")
        self.kilo = self._one("product.uom", name="Kilogram")

    def _one(self, model: str, **values: Any) -> Any:
        (found,) = self.get(model).search([(name, "=", value) for name, value in values.items()], limit=1)
        return found

    def _account(self, kind: str) -> Any:
        (found,) = self.get("account.account").search(
            [(f"type.{kind}", "=", True), ("company", "=", self.company.id), ("closed", "!=", True)], limit=1
        )
        return found

    def make(self) -> None:
        """Make all of it."""
        self._years()
        categories = self._taxes()
        self._items(categories)
        self._people()
        self._lanes()
        self._methods()
        self._users()

    def _years(self) -> None:
        """Open this year and the next, so that a day near its end has periods."""
        from trytond.modules.account.tests import get_fiscalyear
        from trytond.modules.account_invoice.tests import set_invoice_sequences

        for year in (2026, 2027):
            fiscal = get_fiscalyear(self.company, dt.date(year, 6, 1))
            set_invoice_sequences(fiscal)
            fiscal.save()
            self.get("account.fiscalyear").create_period([fiscal])

    def _taxes(self) -> dict[str, Any]:
        """Make the taxes, and an accounting category for each tax class."""
        categories = {}
        for code, (tax_class, rate) in TAXES.items():
            values = {
                "name": tax_class,
                "accounting": True,
                "mostrador_code": tax_class,
                "account_revenue": self._account("revenue").id,
                "account_expense": self._account("expense").id,
            }
            if code:
                (tax,) = self.get("account.tax").create([self._tax(code, rate)])
                values["customer_taxes"] = [("add", [tax.id])]
            (categories[tax_class],) = self.get("product.category").create([values])
        return categories

    def _tax(self, code: str, rate: str) -> dict[str, Any]:
        account = self.accounts["6.3.4"].id
        return {
            "name": code,
            "description": code,
            "type": "percentage",
            "rate": Decimal(rate),
            "mostrador_code": code,
            "company": self.company.id,
            "invoice_account": account,
            "credit_note_account": account,
        }

    def _items(self, categories: dict[str, Any]) -> None:
        """Make items, every fifth weighed, and the services that stand on discounts and open prices."""
        (food,) = self.get("product.category").create([{"name": "Abarrotes", "mostrador_code": "food"}])
        classes = [tax_class for tax_class, _ in TAXES.values()]
        rates = {tax_class: Decimal(rate or 0) for tax_class, rate in TAXES.values()}
        rows = []
        for number in range(ITEMS):
            tax_class = classes[number % len(classes)]
            gross = Decimal(1_050 + 137 * number) / 100
            unit = self.kilo if number % 5 == 4 else self.unit
            rows.append(
                self._template(f"P{number:05d}", f"Artículo {number}", categories[tax_class], unit)
                | {"gross_price": gross, "list_price": (gross / (1 + rates[tax_class])).quantize(Decimal("0.0001"))}
                | {"categories": [("add", [food.id])]}
            )
            rows[-1]["products"][0][1][0]["identifiers"] = [("create", [{"type": "ean", "code": gtin(number)}])]
        for code, name in (("DISCOUNT", "Descuento"), ("OPEN", "Venta por departamento")):
            rows.append(self._template(code, name, categories["general"], self.unit) | {"type": "service"})
        rows.append(self._template("LOT", "Con lote", categories["general"], self.unit) | {"gross_price": Decimal(58)})
        rows[-1] |= {"list_price": Decimal(50), "lot_required": ["customer"], "categories": [("add", [food.id])]}
        rows[-1]["products"][0][1][0]["identifiers"] = [("create", [{"type": "ean", "code": gtin(ITEMS)}])]
        self.get("product.template").create(rows)
        self._price_lists(food)

    def _price_lists(self, food: Any) -> None:
        """Make price lists: lanes can reckon two, only Tryton the third, and nobody the last, for the item at 50."""
        (offer,) = self.get("product.category").create([{"name": "Oferta", "mostrador_code": "offer"}])
        products = {one.code: one for one in self.get("product.product").search([("code", "!=", None)])}
        self.get("product.template").write([products["P00004"].template], {"categories": [("add", [offer.id])]})
        for code in ("P00000", "P00005", "P00008"):
            self.get("product.product").write([products[code]], {"cost_price": Decimal("7.25")})
        lists: tuple[tuple[str, dict[str, Any], list[dict[str, Any]]], ...] = (
            (
                "Mayoreo",
                {"price": "list_price"},
                [
                    {"product": products["P00002"].id, "quantity": 3.0, "formula": "list_price * 0.8 - 0.10"},
                    {"category": offer.id, "formula": "unit_price * Decimal('0.7')"},
                    {"category": food.id, "quantity": 10.0, "formula": "unit_price * (1 - 0.125)"},
                    {"quantity": 5.0, "formula": "unit_price * 0.95"},
                    {"category": food.id, "formula": "unit_price"},
                ],
            ),
            (
                "Costo",
                {"price": "cost_price", "tax_included": True},
                [{"quantity": 50.0, "formula": "9.99"}, {"formula": "cost_price * 1.3 + 0.50"}],
            ),
            ("Caro", {"price": "list_price"}, [{"formula": "unit_price * 0.9 if unit_price > 20 else unit_price"}]),
            ("Roto", {"price": "list_price"}, [{"formula": "unit_price / (list_price - 50)"}]),
        )
        for name, more, lines in lists:
            numbered = [{"sequence": place, **line} for place, line in enumerate(lines)]
            values = {"name": name, "company": self.company.id, "lines": [("create", numbered)], **more}
            self.get("product.price_list").create([values])

    def _template(self, code: str, name: str, category: Any, unit: Any) -> dict[str, Any]:
        return {
            "name": name,
            "code": code,
            "type": "goods",
            "default_uom": unit.id,
            "sale_uom": unit.id,
            "salable": True,
            "account_category": category.id,
            "list_price": Decimal(1),
            "gross_price": Decimal(1),
            "products": [("create", [{"suffix_code": ""}])],
        }

    def _people(self) -> None:
        """Make customers C00001 … and two employees, E1 and E2."""
        line = {"type": "remainder", "relativedeltas": [("create", [{"days": 30}])]}
        (term,) = self.get("account.invoice.payment_term").create([{"name": "30 días", "lines": [("create", [line])]}])
        for number in range(1, 6):
            party = {"name": f"Cliente {number}", "code": f"C{number:05d}", "customer_payment_term": term.id}
            if number < 5:
                party["credit_limit_amount"] = Decimal(500 * number)
            else:
                party["sale_price_list"] = self._one("product.price_list", name="Mayoreo").id
            self.get("party.party").create([party])
        for number in (1, 2):
            (party,) = self.get("party.party").create([{"name": f"Vendedora {number}", "code": f"E{number}"}])
            self.get("company.employee").create([{"party": party.id, "company": self.company.id}])

    def _lanes(self) -> None:
        """Make the lanes, each a point of sale with a sequence of its own."""
        products = {one.code: one.id for one in self.get("product.product").search([("type", "=", "service")])}
        places = {one.code: one.id for one in self.get("stock.location").search([("code", "!=", None)])}
        (damaged,) = self.get("stock.location").create([{"name": "Mermas", "type": "lost_found"}])
        kind = self._one("ir.sequence.type", name="POS")
        for lane in LANES:
            (sequence,) = self.get("ir.sequence.strict").create(
                [{"name": lane, "company": self.company.id, "sequence_type": kind.id, "prefix": f"T{lane}-"}]
            )
            self.get("sale.point").create(
                [
                    {
                        "name": f"Caja {lane}",
                        "mostrador_lane": lane,
                        "company": self.company.id,
                        "journal": self._one("account.journal", type="revenue").id,
                        "sequence": sequence.id,
                        "tax_included": True,
                        "storage_location": places["STO"],
                        "return_location": places["STO"],
                        "customer_location": places["CUS"],
                        "mostrador_damaged": damaged.id,
                        "mostrador_discount": products["DISCOUNT"],
                        "mostrador_open": products["OPEN"],
                        "mostrador_rounding": self._account("expense").id,
                    }
                ]
            )

    def _methods(self) -> None:
        """Make payment methods and cash transfer types, with the lane's codes."""
        receivable = self._account("receivable")
        for code, (name, number) in METHODS.items():
            account = self.accounts.get(number, receivable) if number else receivable
            if number and number not in self.accounts:
                (account,) = self.get("account.account").copy([self.accounts["1.1.1"]], {"code": number, "name": name})
                self.accounts[number] = account
            values = {"name": name, "account": account.id, "cash": code == "cash", "mostrador_code": code}
            self.get("sale.point.payment.method").create([values | {"company": self.company.id}])
        for code in TRANSFERS:
            values = {"name": code, "mostrador_code": code, "account": self._account("expense").id}
            journal = self._one("account.journal", type="cash").id
            self.get("sale.point.cash.transfer.type").create(
                [values | {"journal": journal, "company": self.company.id}]
            )

    def _users(self) -> None:
        """Make the lane's user with his key, and one for Tryton's own interface with a password."""
        group = self.get("ir.model.data").get_id("mostrador", "group_mostrador")
        domain = ["OR", ("name", "not ilike", "%Administration"), ("name", "=", "Product Administration")]
        everything = [one.id for one in self.get("res.group").search(domain)]
        values = {"companies": [("add", [self.company.id])], "company": self.company.id}
        (lane,) = self.get("res.user").create(
            [values | {"name": "Lane", "login": "lane", "groups": [("add", [group])]}]
        )
        self.get("res.user").create(
            [values | {"name": "Plain", "login": PLAIN_LOGIN, "password": PLAIN_WORD, "groups": [("add", everything)]}]
        )
        sales, lonely = self._one("res.group", name="Sales").id, {"company": None, "companies": None}
        outsider, homeless, _ = self.get("res.user").create(
            [
                {**values, "name": "Outsider", "login": "outsider"},
                {**lonely, "name": "Homeless", "login": "homeless", "groups": [("add", [group])]},
                {
                    **values,
                    "name": "Narrow",
                    "login": NARROW_LOGIN,
                    "password": PLAIN_WORD,
                    "groups": [("add", [sales])],
                },
            ]
        )
        self.get("res.user.application").create(
            [
                {"user": user.id, "application": "mostrador", "state": "validated", "key": key}
                for user, key in ((lane, KEY), (outsider, KEY[::-1]), (homeless, KEY * 2))
            ]
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
