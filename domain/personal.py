"""Personal data in a journal that never changes: the record keeps a commitment, the value lies beside it.

In place of a personal text the hashed record has `sha256:` and the SHA-256 of 16 random bytes and the text. Text and
salt lie in a table of their own and can be deleted; the chain stays as it was, and without the salt nobody finds the
text by trying names. A record says itself which of its texts are such commitments (`Record.personal`), so that a
verifier needs no list of ours. Paths name a text in a body: `customer_name`, or `invoice.tax_id` for one further in.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final

import msgspec

from domain.journal import Kind

MARK: Final = "sha256:"
SALT_BYTES: Final = 16
_COMMITMENT: Final = re.compile(r"sha256:[0-9a-f]{64}")


class PersonalKind(StrEnum):
    """Kinds of personal data: each is kept for days of its own (`[retention]`)."""

    CUSTOMER = "customer"
    """Who a customer is: name, tax id, phone, e-mail, address."""
    INVOICE = "invoice"
    """What a customer gave for an invoice."""
    BASKET = "basket"
    """The name under which a basket waited."""


_BUYER: Final = dict.fromkeys(("customer_name", "customer_tax_id"), PersonalKind.CUSTOMER)
_FORM: Final = dict.fromkeys(("name", "tax_id", "phone", "email", "card"), PersonalKind.CUSTOMER)

PERSONAL: Final[Mapping[Kind, Mapping[str, PersonalKind]]] = {
    Kind.SALE_POSTED: {
        "customer_name": PersonalKind.CUSTOMER,
        "customer_tax_id": PersonalKind.CUSTOMER,
        "invoice.tax_id": PersonalKind.INVOICE,
        "invoice.name": PersonalKind.INVOICE,
        "invoice.postcode": PersonalKind.INVOICE,
        "invoice.email": PersonalKind.INVOICE,
    },
    Kind.COLLECTION_POSTED: _BUYER,
    Kind.COLLECTION_REVERSED: _BUYER,
    Kind.CUSTOMER_CREATED: _FORM,
    Kind.CUSTOMER_CHANGED: _FORM,
    Kind.BASKET_SUSPENDED: {"name": PersonalKind.BASKET},
    Kind.BASKET_RESUMED: {"name": PersonalKind.BASKET},
    Kind.BASKET_TAKEN: {"name": PersonalKind.BASKET},
    Kind.BASKET_GIVEN: {"name": PersonalKind.BASKET},
}
"""The texts of a record's body that are personal. Operators are not among them: who sold is the employer's record."""


class Opening(msgspec.Struct, frozen=True):
    """What opens a commitment: `salt` as 32 hexadecimal digits, and the value."""

    salt: str
    value: str


Openings = Mapping[str, Opening]
"""Openings of one record by path."""


def commit(opening: Opening) -> str:
    """Return the commitment that a record has in place of a value. ValueError for a salt of another length.

    The length is what parts salt and value: else a letter could wander from one to the other.
    """
    if len(opening.salt) != 2 * SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return MARK + hashlib.sha256(bytes.fromhex(opening.salt) + opening.value.encode()).hexdigest()


def is_commitment(value: object) -> bool:
    """Say whether a value has the form of a commitment."""
    return isinstance(value, str) and _COMMITMENT.fullmatch(value) is not None


def seal_personal(body: Any, paths: Iterable[str], new_salt: Callable[[], bytes]) -> tuple[Any, dict[str, Opening]]:
    """Return a body with commitments in place of its personal texts, and what opens them; empty texts stay.

    The body is a struct or a dictionary, and stays one. `new_salt` gives `SALT_BYTES` bytes nobody can foresee.
    """
    openings = {path: Opening(new_salt().hex(), text) for path in paths if (text := read_text(body, path))}
    for path, opening in openings.items():
        body = _put(body, path, commit(opening))
    return body, openings


def may_hold(body: Any, kind: Kind) -> bool:
    """Say whether a body has anything where its kind has personal texts: most sales have not."""
    roots = _roots(kind)
    if isinstance(body, msgspec.Struct):
        return any([getattr(body, name, None) for name in roots])
    return any([body.get(name) for name in roots])


@cache
def _roots(kind: Kind) -> tuple[str, ...]:
    """Return where the paths of a kind begin."""
    return tuple({_names(path)[0]: None for path in PERSONAL.get(kind, ())})


def reveal(body: Any, paths: Iterable[str], openings: Openings) -> Any:
    """Return a body with its personal texts where a commitment stood; a text that was purged is empty."""
    for path in paths:
        opening = openings.get(path)
        body = _put(body, path, opening.value if opening else "")
    return body


def read_text(body: Any, path: str) -> str:
    """Return the text at a path of a body, empty where there is none."""
    for name in _names(path):
        if not body:
            return ""
        body = body.get(name) if isinstance(body, dict) else getattr(body, name, None)
    return body if isinstance(body, str) else ""


@cache
def _names(path: str) -> tuple[str, ...]:
    """Return the names of a path: a sale asks for the same ones each time."""
    return tuple(path.split("."))


def _put(body: Any, path: str, text: str) -> Any:
    """Return a body with a text at a path; a body that has no such place stays as it is."""
    name, _, rest = path.partition(".")
    old = body.get(name) if isinstance(body, dict) else getattr(body, name, None)
    if old is None:
        return body
    new = _put(old, rest, text) if rest else text
    if isinstance(body, dict):
        return {**body, name: new}
    return msgspec.structs.replace(body, **{name: new})
