"""Invoice data: what a customer's invoice needs beside the sale, and what a customer needs to make it himself.

Mexico (CFDI 4.0, Anexo 20): the receiver's RFC, name, tax regime, postcode of the tax address and use of the invoice,
by the SAT's catalogues c_RegimenFiscal and c_UsoCFDI. A country pack brings the catalogues; one without any asks for
tax id and name only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from domain.buyer import InvoiceData
from domain.refusal import Reason, Refused
from domain.text import safe_text

CHECK_LENGTH: Final = 8
CHECK_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for others."""


class Regime(msgspec.Struct, frozen=True):
    """A tax regime and whom it is for: people (`f`), companies (`m`) or both (`fm`)."""

    code: str
    name: str
    persons: str = "fm"


class InvoiceUse(msgspec.Struct, frozen=True):
    """A use of an invoice, and the regimes whose taxpayers may have it; none named is any."""

    code: str
    name: str
    persons: str = "fm"
    regimes: frozenset[str] = frozenset()


class InvoiceRules(msgspec.Struct, frozen=True):
    """What a country asks for an invoice. `postcode` is the pattern of one; empty where none is asked."""

    regimes: Mapping[str, Regime] = {}
    uses: Mapping[str, InvoiceUse] = {}
    postcode: str = ""
    company_length: int = 0
    """Characters of a company's tax id, where those of people have another number."""


def clean_invoice(data: InvoiceData) -> InvoiceData:
    """Return invoice data as they are kept."""
    return InvoiceData(
        tax_id=re.sub(r"[\s.-]", "", safe_text(data.tax_id, 24)).upper(),
        name=" ".join(safe_text(data.name, 254).split()),
        regime=safe_text(data.regime, 8).strip(),
        postcode=safe_text(data.postcode, 12).strip(),
        use=safe_text(data.use, 8).strip().upper(),
        email=safe_text(data.email, 120).strip(),
    )


def judge_invoice(data: InvoiceData, rules: InvoiceRules) -> Refused | None:
    """Return which field of invoice data a country would refuse, if any. The tax id's own check is the caller's."""
    if not data.tax_id:
        return _bad("tax_id")
    if not data.name:
        return _bad("name")
    if data.email and "@" not in data.email:
        return _bad("email")
    if rules.postcode and not re.fullmatch(rules.postcode, data.postcode):
        return _bad("postcode")
    return _judge_regime(data, rules) if rules.regimes else None


def _judge_regime(data: InvoiceData, rules: InvoiceRules) -> Refused | None:
    """Return whether regime and use fit each other and the kind of taxpayer."""
    person = "m" if len(data.tax_id) == rules.company_length else "f"
    regime, use = rules.regimes.get(data.regime), rules.uses.get(data.use)
    if regime is None or person not in regime.persons:
        return _bad("regime")
    if use is None or person not in use.persons or (use.regimes and regime.code not in use.regimes):
        return _bad("use")
    return None


def fitting_regimes(tax_id: str, rules: InvoiceRules) -> tuple[Regime, ...]:
    """Return the regimes that the holder of a tax id can be in, by code."""
    person = "m" if len(tax_id) == rules.company_length else "f"
    return tuple(regime for _, regime in sorted(rules.regimes.items()) if person in regime.persons)


def fitting_uses(tax_id: str, regime: str, rules: InvoiceRules) -> tuple[InvoiceUse, ...]:
    """Return the uses that an invoice to a taxpayer of a regime can have, by code."""
    person = "m" if len(tax_id) == rules.company_length else "f"
    uses = (use for _, use in sorted(rules.uses.items()))
    return tuple(use for use in uses if person in use.persons and (not use.regimes or regime in use.regimes))


def check_code(number: int) -> str:
    """Return the check code of a receipt from a random number: short, and nobody guesses another's."""
    signs = []
    for _ in range(CHECK_LENGTH):
        number, place = divmod(number, len(CHECK_SIGNS))
        signs.append(CHECK_SIGNS[place])
    return "".join(signs)


def _bad(field: str) -> Refused:
    return Refused(Reason.BAD_INVOICE, {"field": field})
