"""`mostrador operator add|badge|unlock|tune|list`: who may sign on, and with what."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config.paths import LanePaths
from config.settings import Settings
from domain.badge import LENGTH, make_badge
from domain.pin import RECOMMENDED, is_short_for
from domain.refusal import Reason, Refused
from domain.shift import Operator, Role
from domain.text import safe_text
from mostrador.cli import complain
from mostrador.escapes import json_bytes
from mostrador.wiring import read_settings
from register.pins import BUDGET_MS, tune
from register.register import Register, open_register
from storage.connection import LedgerDatabase, open_ledger
from storage.errors import reading, saving
from storage.operators import put_cost, read_cost, read_operators


def run_add(arguments: argparse.Namespace) -> int:
    """Add an operator; the PIN is asked for, never taken from the command line, where others could read it."""
    settings, paths = read_settings(arguments.config)
    number = arguments.number
    if not (number.isascii() and number.isdigit() and len(number) <= 12):
        return complain("an operator's number is 1 to 12 digits: they are typed to sign on")
    pin = sys.stdin.readline().strip() if arguments.pin_stdin else _ask()
    if pin is None:
        return complain("the two PINs differ: nothing was changed, try again")
    operator = Operator(number, safe_text(arguments.name, 40), Role(arguments.role))
    with _register(settings, paths) as (db, register):
        if read_cost(db) is None:
            _tune(db, BUDGET_MS)
        refused = register.add_operator(operator, pin)
    if isinstance(refused, Refused):
        return complain(_tell(refused))
    if is_short_for(pin, operator.role):
        sys.stdout.write(f"whoever approves should have a PIN of {RECOMMENDED} digits, or a badge\n")
    sys.stdout.write(f"operator {number} can sign on\n")
    return 0


def run_badge(arguments: argparse.Namespace) -> int:
    """Make a badge and print its code, or take one away."""
    settings, paths = read_settings(arguments.config)
    code = "" if arguments.off else make_badge(os.urandom(LENGTH))
    with _register(settings, paths, must_exist=True) as (_, register):
        refused = register.give_badge(arguments.number, code)
    if isinstance(refused, Refused):
        return complain(_tell(refused))
    sys.stdout.write(f"{code or 'the badge is taken away'}\n")
    return 0


def run_unlock(arguments: argparse.Namespace) -> int:
    """Let somebody try again."""
    settings, paths = read_settings(arguments.config)
    with _register(settings, paths, must_exist=True) as (_, register):
        answer = register.forget_attempts(arguments.number)
    if isinstance(answer, Refused):
        return complain(_tell(answer))
    sys.stdout.write(f"operator {answer.operator} can try again\n")
    return 0


def run_tune(arguments: argparse.Namespace) -> int:
    """Measure the machine, and keep what a PIN shall cost."""
    settings, paths = read_settings(arguments.config)
    with _register(settings, paths) as (db, _):
        _tune(db, arguments.budget_ms)
    return 0


def _tune(db: LedgerDatabase, budget_ms: int) -> None:
    """Find what a PIN may cost on this machine, keep and tell it."""
    cost, took_ms = tune(budget_ms)
    with saving():
        put_cost(db, cost.memory_kib, cost.passes)
    sys.stdout.write(f"a PIN costs {cost.memory_kib // 1024} MiB and {cost.passes} passes here: {took_ms} ms\n")


@contextmanager
def _register(
    settings: Settings, paths: LanePaths, *, must_exist: bool = False
) -> Iterator[tuple[LedgerDatabase, Register]]:
    """Open the ledger of a lane, which may be at work meanwhile."""
    db = open_ledger(paths.ledger, must_exist=must_exist)
    try:
        with reading():
            yield db, open_register(db, settings)
    finally:
        db.close()


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
        case Reason.WEAK_PIN:
            return "anybody tries that PIN first (1234, 0000, 1212, the number itself): choose another"
        case Reason.NO_SUCH_OPERATOR:
            return "there is no such operator: `mostrador operator list` has them all"
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
