# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Formulas of price lists: what lanes can reckon is read exactly, all else is not read at all."""

import unittest
from fractions import Fraction

from trytond_mostrador.formula import Sum, read_formula

READ = {
    "unit_price": (1, 0, 0),
    "list_price * 0.9": (Fraction(9, 10), 0, 0),
    "Decimal('0.9') * unit_price": (Fraction(9, 10), 0, 0),
    "unit_price * (1 - 0.125) - 2": (Fraction(7, 8), 0, -2),
    "cost_price * 1.3 + 0.50": (0, Fraction(13, 10), Fraction(1, 2)),
    "(list_price + cost_price) / 2": (Fraction(1, 2), Fraction(1, 2), 0),
    "-(-unit_price) / 3": (Fraction(1, 3), 0, 0),
    " 9.99 ": (0, 0, Fraction(999, 100)),
    "+1e2": (0, 0, 100),
}
UNREAD = (
    "",
    "unit_price *",
    "unit_price * list_price",
    "1 / unit_price",
    "1 / 0",
    "unit_price ** 2",
    "unit_price // 2",
    "unit_price if unit_price > 20 else 1",
    "max(unit_price, 1)",
    "Decimal(unit_price)",
    "Decimal('x')",
    "Decimal('1', 2)",
    "unit_price and 1",
    "True",
    "'9.99'",
    "[1][0]",
    "quantity * 2",
    "unit_price.real",
    "-" * 390 + "unit_price" + " " * 400,
    "(" * 300 + "1" + ")" * 300,
)


class FormulaTestCase(unittest.TestCase):
    """Reading formulas."""

    def test_sums_are_read(self):
        """A sum has its parts, as fractions."""
        for text, parts in READ.items():
            with self.subTest(formula=text):
                assert read_formula(text, "list_price") == Sum(*map(Fraction, parts))

    def test_what_is_no_sum_is_not_read(self):
        """Nothing is guessed, and nothing is run."""
        for text in UNREAD:
            with self.subTest(formula=text):
                assert read_formula(text, "list_price") is None

    def test_the_unit_price_is_what_the_list_says(self):
        """Without a price of the list there is none."""
        assert read_formula("unit_price", "cost_price") == Sum(cost=Fraction(1))
        assert read_formula("unit_price", None) is None

    def test_it_is_what_python_reckons(self):
        """The parts come to what the formula itself does."""
        for text in READ:
            if "Decimal" not in text:
                names = {"unit_price": Fraction(17, 4), "list_price": Fraction(17, 4), "cost_price": Fraction(3)}
                read = read_formula(text, "list_price")
                told = read.listed * names["list_price"] + read.cost * names["cost_price"] + read.amount
                assert abs(float(told) - float(eval(text.strip(), {}, names))) < 1e-9


if __name__ == "__main__":
    unittest.main()
