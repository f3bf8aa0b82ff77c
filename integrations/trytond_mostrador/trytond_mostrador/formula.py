# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Reads a price list's formula as what lanes can reckon: so much of the list price, so much of the cost, and an amount.

Whatever is no such sum (a condition, a power, a price times a price) is not read: nothing is guessed.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

ZERO = Fraction(0)
MAX_TEXT = 400


class NoSumError(ValueError):
    """A formula that is no such sum."""


@dataclass(frozen=True)
class Sum:
    """So many times the list price, so many times the cost, and an amount."""

    listed: Fraction = ZERO
    cost: Fraction = ZERO
    amount: Fraction = ZERO

    @property
    def is_amount(self) -> bool:
        """Say whether it names no price."""
        return not self.listed and not self.cost

    def plus(self, other: "Sum") -> "Sum":
        """Return both together."""
        return Sum(self.listed + other.listed, self.cost + other.cost, self.amount + other.amount)

    def times(self, other: "Sum") -> "Sum":
        """Return a product; one side must be an amount."""
        if not other.is_amount:
            self, other = other, self
        if not other.is_amount:
            raise NoSumError("a price times a price")
        return Sum(*(part * other.amount for part in (self.listed, self.cost, self.amount)))


LISTED, COST = Sum(listed=Fraction(1)), Sum(cost=Fraction(1))


def read_formula(text: str, unit_price: str | None) -> Sum | None:
    """Return a formula as a sum, None for any other; `unit_price` is what the list means by it."""
    names = {"list_price": LISTED, "cost_price": COST}
    if unit_price in names:
        names["unit_price"] = names[unit_price]
    if len(text) > MAX_TEXT:
        return None
    try:
        return _read(ast.parse(text.strip(), mode="eval").body, names)
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, KeyError):
        return None


def _read(node: ast.expr, names: Mapping[str, Sum]) -> Sum:
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Constant):
        return Sum(amount=_number(node.value))
    if isinstance(node, ast.UnaryOp):
        return _UNARY[type(node.op)](_read(node.operand, names))
    if isinstance(node, ast.BinOp):
        return _BINARY[type(node.op)](_read(node.left, names), _read(node.right, names))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Decimal":
        (argument,) = node.args
        if node.keywords or not isinstance(argument, ast.Constant):
            raise NoSumError("a decimal of something")
        return Sum(amount=Fraction(str(argument.value)))
    raise NoSumError(ast.dump(node))


def _number(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NoSumError("no number")
    return Fraction(repr(value))


def _divide(left: Sum, right: Sum) -> Sum:
    if not right.is_amount:
        raise NoSumError("by a price")
    return left.times(Sum(amount=1 / right.amount))


def _minus(right: Sum) -> Sum:
    return right.times(Sum(amount=Fraction(-1)))


_UNARY: Mapping[type[ast.unaryop], Callable[[Sum], Sum]] = {ast.USub: _minus, ast.UAdd: lambda one: one}
_BINARY: Mapping[type[ast.operator], Callable[[Sum, Sum], Sum]] = {
    ast.Add: Sum.plus,
    ast.Sub: lambda left, right: left.plus(_minus(right)),
    ast.Mult: Sum.times,
    ast.Div: _divide,
}
