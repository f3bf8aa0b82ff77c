"""Tax ids checked as the country does it; the package that knows them is imported when one is checked first."""

from __future__ import annotations

from config.invoice import InvoicePack, load_invoice_pack
from domain.refusal import Reason, Refused
from register.lane import Lane

USUAL_LENGTHS = range(4, 25)
"""Characters of a tax id of which nothing else is known."""


def invoice_pack(lane: Lane) -> InvoicePack:
    """Return what the store's country asks for an invoice."""
    return load_invoice_pack(lane.settings.store.country, lane.settings.store.language)


def judge_tax_id(lane: Lane, tax_id: str) -> Refused | None:
    """Return why a tax id cannot be one, if so."""
    check = invoice_pack(lane).tax_id_check
    return None if _CHECKS.get(check, _is_vat)(tax_id) else Refused(Reason.BAD_TAX_ID, {"tax_id": tax_id})


def _is_rfc(tax_id: str) -> bool:
    """Say whether a text is an RFC; the SAT's two for everybody and for foreigners are, and have no check digit."""
    from stdnum.mx import rfc

    return tax_id in GENERIC_RFCS or bool(rfc.is_valid(tax_id, validate_check_digits=True))


GENERIC_RFCS = frozenset({"XAXX010101000", "XEXX010101000"})
"""The SAT's RFC of the public at large and of foreigners."""


def _is_vat(tax_id: str) -> bool:
    """Say whether a text can be a tax id: one that begins with a country's code is checked as that country does."""
    from stdnum import get_cc_module
    from stdnum.exceptions import ValidationError

    if not (tax_id.isascii() and tax_id.isalnum() and len(tax_id) in USUAL_LENGTHS):
        return False
    module = get_cc_module(tax_id[:2].lower(), "vat") if tax_id[:2].isalpha() else None
    if module is None:
        return True
    try:
        module.validate(tax_id)
    except ValidationError:
        return False
    return True


_CHECKS = {"mx.rfc": _is_rfc, "vat": _is_vat}
