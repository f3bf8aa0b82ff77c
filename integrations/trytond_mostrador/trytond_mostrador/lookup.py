# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Finds what documents name by the codes of lanes, with one search per model for a whole batch."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from trytond.exceptions import UserError
from trytond.pool import Pool
from trytond.transaction import Transaction

Document = Mapping[str, Any]


class Lookup:
    """Records by their codes; one that is missing is a `UserError` that names it."""

    def __init__(self, documents: Iterable[Document], companies: Iterable[int]) -> None:
        """Search for everything that some documents name, in the companies of the user."""
        documents = list(documents)
        self._companies = list(companies)
        self._found: dict[str, dict[str, Any]] = {
            "lane": self._load("sale.point", "mostrador_lane", {document["lane"] for document in documents}),
            "payment method": self._load("sale.point.payment.method", "mostrador_code", _methods(documents)),
            "tax": self._load("account.tax", "mostrador_code", _codes(documents, "taxes", "code")),
            "transfer type": self._load("sale.point.cash.transfer.type", "mostrador_code", _transfers(documents)),
            "tax class": self._categories(_codes(documents, "lines", "tax_class")),
            "employee": self._employees(_named(documents, "employee")),
        }
        with Transaction().set_context(active_test=False):  # what was sold was sold
            products = _codes(documents, "lines", "product") | _codes(documents, "lines", "department")
            self._found["item"] = self._load("product.product", "code", products, by_company=False)
            parties = {document[name] for document in documents for name in ("party", "code") if document.get(name)}
            self._found["customer"] = self._load("party.party", "code", parties, by_company=False)
            self._by_id = {
                "item": _by_id("product.product", _codes(documents, "lines", "product_id")),
                "customer": _by_id("party.party", {one["party_id"] for one in documents if one.get("party_id")}),
                "employee": _by_id("company.employee", _named(documents, "employee_id")),
            }

    def get(self, kind: str, code: str) -> Any:
        """Return a record."""
        if (record := self.find(kind, code)) is None:
            raise UserError(f"there is no {kind} {code!r} in Tryton")
        return record

    def name(self, kind: str, said: Mapping[str, Any], field: str) -> Any:
        """Return the record that an object names: by the id that it had for the lane, else by its code.

        The id is the same when somebody has changed the code since.
        """
        return self.known(kind, said.get(f"{field}_id")) or self.get(kind, said[field])

    def known(self, kind: str, record_id: str | None) -> Any:
        """Return the record with an id, None where there is none."""
        return self._by_id[kind].get(record_id)

    def find(self, kind: str, code: str) -> Any:
        """Return a record, None where there is none."""
        return self._found[kind].get(code)

    def learn(self, kind: str, code: str, record: Any) -> None:
        """Know a record that was made just now."""
        self._found[kind][code] = record

    def _load(self, model: str, field: str, codes: set[str], *, by_company: bool = True) -> Any:
        if not codes:
            return {}
        domain: list[Any] = [(field, "in", list(codes))]
        if by_company:
            domain.append(("company", "in", self._companies))
        return {getattr(record, field): record for record in Pool().get(model).search(domain)}

    def _categories(self, codes: set[str]) -> dict[str, Any]:
        found = (
            Pool().get("product.category").search([("accounting", "=", True), ("mostrador_code", "in", list(codes))])
        )
        return {category.mostrador_code: category for category in found}

    def _employees(self, codes: set[str]) -> dict[str, Any]:
        if not codes:
            return {}
        found = (
            Pool()
            .get("company.employee")
            .search([("party.code", "in", list(codes)), ("company", "in", self._companies)])
        )
        return {employee.party.code: employee for employee in found}


def _named(documents: Iterable[Document], name: str) -> set[str]:
    """Return what documents and their lines name."""
    return {one[name] for document in documents for one in (document, *document.get("lines", ())) if one.get(name)}


def _by_id(model: str, ids: set[str]) -> dict[str, Any]:
    """Return the records that are still there, by their ids as text."""
    wanted = [int(one) for one in ids if one.isascii() and one.isdigit() and len(one) < 10]
    return {str(record.id): record for record in Pool().get(model).search([("id", "in", wanted)])} if wanted else {}


def _codes(documents: Iterable[Document], rows: str, name: str) -> set[str]:
    return {row[name] for document in documents for row in document.get(rows, ()) if row.get(name)}


def _methods(documents: Iterable[Document]) -> set[str]:
    return _codes(documents, "payments", "method")


def _transfers(documents: Iterable[Document]) -> set[str]:
    def named() -> Iterator[str]:
        for document in documents:
            if document["kind"] == "cash":
                yield document["type"]
            elif document["kind"] == "shift":
                yield "float"
            elif document["kind"] == "z":
                yield from ("over_short", "removed")

    return set(named())
