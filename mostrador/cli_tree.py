"""The tree of commands: what each is called, takes and runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from mostrador.cli import LANE
from mostrador.cli_parts import Commands, add_command, add_group, add_json
from mostrador.cli_proof import add_export, add_purge, add_verify


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of every command; docs/commands.md describes the same ones (a test holds it)."""
    parser = argparse.ArgumentParser(
        prog="mostrador",
        description="A point of sale in a terminal. Without a command it runs the lane.",
        epilog="Example: mostrador --config /etc/mostrador/mostrador.toml",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", type=Path, default=None, metavar="FILE", help="settings file (mostrador.toml)")
    parser.add_argument("--training", action="store_true", help="work a ledger of its own: for the lane, demo and pipe")
    parser.set_defaults(handler=LANE, json=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in (_demo, _pipe, _import, _sync, _report, add_verify, add_export, add_purge, _operator, _config, _keys):
        add(commands)
    return parser


def _demo(commands: Commands) -> None:
    command = add_command(
        commands,
        "demo",
        "a store to try everything in: catalogue, operator, paper on the screen",
        "mostrador demo --language en",
        "mostrador.demo:run_command",
    )
    command.add_argument("--folder", type=Path, default=None, metavar="DIR", help="where the demo store lives")
    command.add_argument("--language", choices=("es", "en"), default=None, help="default: the locale's")
    command.add_argument("--fresh", action="store_true", help="begin again with an empty ledger")
    command.add_argument("--prepare", action="store_true", help="make the store and leave, without the screen")


def _pipe(commands: Commands) -> None:
    command = add_command(
        commands,
        "pipe",
        "the register without a screen: one JSON intent a line in, one outcome a line out",
        'echo \'{"do":"status"}\' | mostrador pipe',
        "mostrador.pipe:run_command",
    )
    command.add_argument("--schema", action="store_true", help="print the JSON Schema of intents and outcomes")


def _import(commands: Commands) -> None:
    group = add_group(
        commands, "import", "take a catalogue, prices or promotions from a file", "mostrador import items items.csv"
    )
    for name, text in (
        ("items", "take items"),
        ("departments", "take departments"),
        ("stock", "take what is on hand"),
        ("salespeople", "take salespeople"),
        ("cards", "take balances of gift cards"),
        ("customers", "take customers"),
        ("balances", "take balances and open documents of customers"),
        ("points", "take balances of loyalty points"),
        ("returned", "take what came back at other places"),
    ):
        command = add_command(
            group, name, text, f"mostrador import {name} {name}.csv", f"mostrador.import_items:run_{name}"
        )
        command.add_argument(
            "file", type=Path, metavar="FILE", help="CSV, or JSON if it is called .json; also compressed (.gz)"
        )
        command.add_argument("--strict", action="store_true", help="refuse the whole file for one bad row")
        command.add_argument("--dry-run", action="store_true", help="judge the file and change nothing")
        if name == "items":
            _file_hints(command)
        add_json(command)
    for name, text in (
        ("promotions", "take promotions from a document"),
        ("prices", "take price lists from a document"),
    ):
        command = add_command(
            group, name, text, f"mostrador import {name} {name}.toml", f"mostrador.import_prices:run_{name}"
        )
        command.add_argument("file", type=Path, metavar="FILE", help="TOML, or JSON if it is called .json")
        command.add_argument("--strict", action="store_true", help="refuse the whole document for one mistake")
        command.add_argument("--dry-run", action="store_true", help="judge the document and change nothing")
        add_json(command)


def _file_hints(command: argparse.ArgumentParser) -> None:
    """Add what a file of items may need to be told."""
    command.add_argument("--tax-map", action="append", metavar="WORD=CLASS", help="what the file calls a tax class")
    command.add_argument("--encoding", metavar="NAME", help="the file's encoding, where it cannot be seen")
    command.add_argument("--decimal", choices=(".", ","), help="the decimal sign, where prices do not show it")


def _sync(commands: Commands) -> None:
    command = add_command(
        commands,
        "sync",
        "tell the ERP what was sold and take what can be sold",
        "mostrador sync --once",
        "mostrador.sync_command:run_command",
    )
    command.add_argument(
        "what",
        nargs="?",
        choices=("status", "retry", "export", "accept", "reconcile", "check"),
        help="tell how it stands; let rejected documents wait again, or write them out; let a feed shrink; compare a"
        " shift with the ERP; check whether lane and ERP fit",
    )
    command.add_argument(
        "documents", nargs="*", metavar="NAME", help="retry, export: ids of documents; accept: the feed"
    )
    command.add_argument("--all", action="store_true", help="retry, export: every rejected document")
    command.add_argument("--folder", type=Path, metavar="FOLDER", help="export: where to; default the working folder")
    command.add_argument(
        "--oracle", type=Path, metavar="FILE", help="check: answers of an ERP, such as odoo_taxes.json, also .gz"
    )
    command.add_argument("--once", action="store_true", help="one round, then leave")
    add_json(command)


def _report(commands: Commands) -> None:
    group = add_group(
        commands, "report", "read totals: of a shift, of a day, month or year, of sales", "mostrador report x"
    )
    for name, text in (("x", "the open shift, nothing is reset"), ("z", "a closed shift, as it was drawn")):
        command = add_command(group, name, text, f"mostrador report {name} --json", f"mostrador.report:run_{name}")
        if name == "z":
            command.add_argument("--number", type=int, default=None, metavar="N", help="which Z; default the newest")
        _forms(command)
    for name, form in (("day", "2026-11-24"), ("month", "2026-11"), ("year", "2026")):
        command = add_command(
            group,
            name,
            f"the closing of a {name}, made out of its Zs",
            f"mostrador report {name} {form}",
            "mostrador.report:run_period",
        )
        command.add_argument("period", nargs="?", metavar=name.upper(), help=f"as {form}; default the newest Z's")
        command.set_defaults(kind=name)
        _forms(command)
    _sales(group)


def _sales(group: Commands) -> None:
    """Add the detailed report."""
    command = add_command(
        group,
        "sales",
        "what was sold, by hour, department, item, operator, salesperson or kind of tender",
        "mostrador report sales --by hour --first 2026-11-24 --last 2026-11-24",
        "mostrador.report:run_sales",
    )
    kinds = ("hour", "department", "item", "operator", "salesperson", "tender")
    command.add_argument("--by", choices=kinds, default="department", help="by what sales are added up")
    command.add_argument("--first", default=None, metavar="DATE", help="first business day; default the first ever")
    command.add_argument("--last", default=None, metavar="DATE", help="last business day; default the last")
    _forms(command)


def _forms(command: argparse.ArgumentParser) -> None:
    """Add the forms in which a report is written."""
    forms = ("text", "json", "csv", "html")
    command.add_argument("--format", choices=forms, default="text", help="in which form; default text")
    command.add_argument("--output", default=None, metavar="FILE", help="write to a file instead of standard output")
    command.add_argument("--columns", type=int, default=42, metavar="N", help="width of the text, 24 to 120")
    add_json(command)


def _operator(commands: Commands) -> None:
    group = add_group(commands, "operator", "who may sign on", "mostrador operator list")
    add = add_command(
        group,
        "add",
        "add an operator, or give one a new PIN",
        "mostrador operator add 7 Ana",
        "mostrador.people:run_add",
    )
    add.add_argument("number", metavar="NUMBER", help="what is typed to sign on")
    add.add_argument("name", metavar="NAME", help="what stands on receipts")
    add.add_argument(
        "--role", choices=("cashier", "senior", "supervisor", "technician"), default="cashier", help="what they may do"
    )
    add.add_argument("--pin-stdin", action="store_true", help="read the PIN from standard input instead of asking")
    _badges_and_pins(group)
    listing = add_command(group, "list", "list the operators", "mostrador operator list", "mostrador.people:run_list")
    add_json(listing)


def _badges_and_pins(group: Commands) -> None:
    badge = add_command(
        group,
        "badge",
        "give an operator a badge in place of the one before",
        "mostrador operator badge 7",
        "mostrador.people:run_badge",
    )
    badge.add_argument("number", metavar="NUMBER", help="whose badge it is")
    badge.add_argument("--off", action="store_true", help="take the badge away instead: it is lost")
    unlock = add_command(
        group,
        "unlock",
        "let an operator try again who has to wait for wrong PINs",
        "mostrador operator unlock 7",
        "mostrador.people:run_unlock",
    )
    unlock.add_argument("number", metavar="NUMBER", help="who has to wait")
    tune = add_command(
        group,
        "tune",
        "make PINs as hard to guess as this machine can bear",
        "mostrador operator tune",
        "mostrador.people:run_tune",
    )
    tune.add_argument("--budget-ms", type=int, default=400, metavar="N", help="what a sign-on may take, at most")


def _config(commands: Commands) -> None:
    group = add_group(commands, "config", "read, check and change the settings", "mostrador config check")
    show = add_command(
        group, "show", "print all settings with their defaults", "mostrador config show", "mostrador.settings:run_show"
    )
    add_json(show)
    check = add_command(
        group, "check", "check the settings file", "mostrador config check", "mostrador.settings:run_check"
    )
    add_json(check)
    change = add_command(
        group, "set", "change one setting", "mostrador config set store.name 'La Esquina'", "mostrador.settings:run_set"
    )
    change.add_argument("key", metavar="KEY", help="for example store.name or printers.1.kind")
    change.add_argument("value", metavar="VALUE", help="the new value")


def _keys(commands: Commands) -> None:
    add_command(commands, "keys", "print the key sheet", "mostrador keys", "mostrador.key_sheet:run_command")
