"""The commands that prove, hand over and forget: `verify`, `export`, `purge`."""

from __future__ import annotations

import argparse
from pathlib import Path

from mostrador.cli_parts import Commands, add_command, add_group, add_json


def add_verify(commands: Commands) -> None:
    """Add `verify`."""
    command = add_command(
        commands,
        "verify",
        "prove the journal's chain and seals, and the tables from the journal",
        "mostrador verify --anchor /mnt/erp/store-12",
        "mostrador.verify:run_command",
    )
    command.add_argument(
        "--anchor", type=Path, action="append", metavar="PATH", help="a file or folder with rows kept elsewhere"
    )
    command.add_argument("--erp", action="store_true", help="hold the journal against the row that the ERP has")
    command.add_argument("--public-key", type=Path, metavar="FILE", help="the lane's public key, kept elsewhere")
    command.add_argument("--file", type=Path, metavar="FILE", help="an exported journal instead of the ledger")
    _rows(command)
    add_json(command)


def _rows(command: argparse.ArgumentParser) -> None:
    """Add which rows of the journal are meant."""
    command.add_argument("--from", dest="first", type=int, metavar="ROW", help="begin at this row")
    command.add_argument("--to", dest="last", type=int, metavar="ROW", help="end with this row")


def add_export(commands: Commands) -> None:
    """Add `export` and what it writes."""
    group = add_group(commands, "export", "write journal, sales or public key for others", "mostrador export key")
    journal = add_command(
        group,
        "journal",
        "write the journal with a detached signature",
        "mostrador export journal /media/stick",
        "mostrador.export:run_journal",
    )
    journal.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that is there")
    _rows(journal)
    journal.add_argument(
        "--without-personal", action="store_true", help="leave out what says who a customer is; the proof stays whole"
    )
    add_json(journal)
    _sales(group)
    key = add_command(group, "key", "print the lane's public key", "mostrador export key", "mostrador.export:run_key")
    add_json(key)
    person = add_command(
        group,
        "person",
        "print what the ledger keeps of one customer, one JSON line for each text",
        "mostrador export person C7",
        "mostrador.purge:run_person",
    )
    person.add_argument("customer", metavar="CODE", help="the customer's code")


def _sales(group: Commands) -> None:
    """Add the export of sales."""
    sales = add_command(
        group,
        "sales",
        "write the sales of some business days",
        "mostrador export sales /media/stick --format poslog",
        "mostrador.export:run_sales",
    )
    sales.add_argument("folder", type=Path, metavar="FOLDER", help="a folder that is there")
    sales.add_argument("--format", choices=("csv", "poslog"), default="csv", help="tables, or ARTS POSLog; default csv")
    sales.add_argument("--from", dest="first", metavar="DATE", help="the first business day, like 2026-11-24")
    sales.add_argument("--to", dest="last", metavar="DATE", help="the last business day")
    add_json(sales)


def add_purge(commands: Commands) -> None:
    """Add `purge`."""
    command = add_command(
        commands,
        "purge",
        "delete personal data that is older than its days",
        "mostrador purge --dry-run",
        "mostrador.purge:run_command",
    )
    command.add_argument("--customer", default="", metavar="CODE", help="delete what is of one customer instead")
    command.add_argument("--dry-run", action="store_true", help="tell what is due and delete nothing")
    command.add_argument("--vacuum", action="store_true", help="write the ledger anew, with the lane closed")
    add_json(command)
