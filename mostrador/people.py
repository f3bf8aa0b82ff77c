"""`mostrador operator add|list`: who may sign on."""

from __future__ import annotations

import argparse
import sys

from domain.refusal import Reason, Refused
from domain.shift import Operator, Role
from domain.text import safe_text
from mostrador.cli import complain
from mostrador.escapes import json_bytes
from mostrador.wiring import read_settings
from register.register import open_register
from storage.connection import open_ledger
from storage.errors import reading
from storage.operators import read_operators


def run_add(arguments: argparse.Namespace) -> int:
    """Add an operator; the PIN is asked for, never taken from the command line, where others could read it."""
    settings, paths = read_settings(arguments.config)
    number = arguments.number
    if not (number.isascii() and number.isdigit() and len(number) <= 12):
        return complain("an operator's number is 1 to 12 digits: they are typed to sign on")
    pin = sys.stdin.readline().strip() if arguments.pin_stdin else _ask()
    if pin is None:
        return complain("the two PINs differ: nothing was changed, try again")
    db = open_ledger(paths.ledger)
    try:
        operator = Operator(number, safe_text(arguments.name, 40), Role(arguments.role))
        with reading():
            refused = open_register(db, settings).add_operator(operator, pin)
    finally:
        db.close()
    if isinstance(refused, Refused):
        return complain(_tell(refused))
    sys.stdout.write(f"operator {number} can sign on\n")
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """List the operators, without anything of their PINs."""
    _, paths = read_settings(arguments.config)
    db = open_ledger(paths.ledger, must_exist=True)
    try:
        with reading():
            operators = read_operators(db)
    finally:
        db.close()
    if arguments.json:
        sys.stdout.buffer.write(json_bytes(operators))
        return 0
    for operator in operators:
        sys.stdout.write(f"{operator.operator:>12}  {operator.role.value:<10}  {safe_text(operator.name)}\n")
    return 0


def _tell(refused: Refused) -> str:
    """Return a refusal as one sentence with its remedy."""
    match refused.reason:
        case Reason.BAD_PIN:
            return f"a PIN has at least {refused.facts.get('min', 4)} digits and nothing else: choose another"
        case Reason.NOT_SAVED:
            why = refused.facts.get("error", "not saved")
            return f"{why}; nothing was changed: look at the ledger's disk and try again"
        case Reason.NOT_READ:
            return "the ledger does not answer, nothing was changed: look at its disk and try again"
        case reason:
            return f"the register refuses it ({reason}), nothing was changed: run `mostrador verify`"


def _ask() -> str | None:
    """Ask for a PIN twice without showing it; None where they differ."""
    from getpass import getpass

    first = getpass("PIN: ")
    return first if getpass("PIN again: ") == first else None
