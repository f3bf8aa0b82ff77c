"""What a country asks for an invoice, as data in `invoices/`: read when an invoice or a tax id is asked for first."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from config.disk import fail, parse_toml, read_text
from config.errors import Fault
from domain.invoice import InvoiceRules, InvoiceUse, Regime

INVOICES: Final = Path(__file__).with_name("invoices")
USUAL_CHECK: Final = "vat"


class _Pack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of the file: an unknown key is a mistake."""


class _RegimePack(_Pack, frozen=True):
    """A tax regime."""

    code: str
    name: dict[str, str]
    persons: str = "fm"


class _UsePack(_RegimePack, frozen=True):
    """A use of an invoice; `regimes` are codes parted by blanks."""

    regimes: str = ""


class _InvoicePack(_Pack, frozen=True):
    """The whole of a country's file."""

    tax_id_check: str = USUAL_CHECK
    postcode: str = ""
    company_length: int = 0
    regimes: tuple[_RegimePack, ...] = ()
    uses: tuple[_UsePack, ...] = ()


class InvoicePack(msgspec.Struct, frozen=True):
    """A country's rules of invoices in one language; `tax_id_check` names a check of `register.tax_ids`."""

    tax_id_check: str
    rules: InvoiceRules


@cache
def load_invoice_pack(country: str, language: str) -> InvoicePack:
    """Return what a country asks; one without a file asks for name and tax id only. `ConfigError` for a bad file."""
    path = INVOICES / f"{country}.toml"
    pack = _read(path) if path.exists() else _InvoicePack()
    rules = InvoiceRules(
        regimes={one.code: Regime(one.code, _word(one, language), one.persons) for one in pack.regimes},
        uses={
            one.code: InvoiceUse(one.code, _word(one, language), one.persons, frozenset(one.regimes.split()))
            for one in pack.uses
        },
        postcode=pack.postcode,
        company_length=pack.company_length,
    )
    return InvoicePack(pack.tax_id_check, rules)


def _read(path: Path) -> _InvoicePack:
    try:
        return msgspec.convert(parse_toml(read_text(path), path), _InvoicePack)
    except msgspec.ValidationError as error:
        raise fail(path, "", Fault.WRONG_TYPE, str(error)) from error


def _word(pack: _RegimePack, language: str) -> str:
    """Return a name in a language, or in the first one there is."""
    return pack.name.get(language) or next(iter(pack.name.values()), pack.code)
