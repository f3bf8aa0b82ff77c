"""Customers from a file, or from the ERP's pages: some hundred in a transaction, so that a lane sells on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from config.settings import Settings
from domain.catalog_flaw import RowFlaw
from domain.customer import Customer
from domain.customer_row import CUSTOMER_CELLS, judge_customer
from storage.connection import LedgerDatabase
from storage.customers import count_customers, find_customer, put_customers
from storage.erp_rows import read_keys
from storage.errors import saving
from sync.catalog_columns import Aliases
from sync.catalog_words import FLAW_WORDS
from sync.feed import CellRow, Feed
from sync.feed_items import Taken
from sync.import_rules import money_of

_HEADINGS: Final[Aliases] = {
    "code": "code codigo clave customer cliente customer_code",
    "name": "name nombre customer_name razon_social",
    "tax_id": "tax_id rfc vat nif id_fiscal",
    "phone": "phone telefono tel mobile celular",
    "email": "email correo e_mail",
    "card": "card tarjeta",
    "group": "group grupo customer_group",
    "price_list": "price_list lista_de_precios lista",
    "position": "position fiscal_position posicion_fiscal",
    "note": "note nota notes notas",
    "codes": "codes codigos other_codes",
    "lane_code": "lane_code codigo_de_caja",
    "terms": "terms condiciones payment_terms",
    "days": "days dias term_days",
    "credit_limit": "credit_limit limite_de_credito limit limite",
    "blocked": "blocked bloqueado",
    "active": "active activo",
    "invoice_name": "invoice_name nombre_fiscal",
    "regime": "regime regimen regimen_fiscal",
    "postcode": "postcode cp codigo_postal",
    "use": "use uso uso_cfdi",
}


class CustomerKind:
    """Files of customers."""

    name: Final = "customers"
    columns: Final[Aliases] = {name: _HEADINGS[name] for name in CUSTOMER_CELLS}
    needed: Final = ("code", "name")
    batch: Final = 200

    def __init__(self, settings: Settings) -> None:
        """Take the currency of the shop."""
        self._money = money_of(settings)

    def judge(self, cells: Sequence[str]) -> tuple[str, Customer] | RowFlaw:
        """Return the customer of a row."""
        judged = judge_customer(dict(zip(CUSTOMER_CELLS, cells, strict=True)), self._money)
        return judged if isinstance(judged, RowFlaw) else (judged.code, judged)

    def known(self, db: LedgerDatabase) -> Mapping[str, Customer]:
        """Return whom the ledger has, looked up one by one."""
        return KnownCustomers(db)

    def put(self, db: LedgerDatabase, rows: Sequence[Customer]) -> None:
        """Write customers."""
        put_customers(db, rows)


class KnownCustomers(Mapping[str, Customer]):
    """The ledger's customers by code; none is read before it is asked for."""

    def __init__(self, db: LedgerDatabase) -> None:
        """Take the ledger."""
        self._db = db

    def __getitem__(self, code: str) -> Customer:
        """Return a customer; `KeyError` for nobody."""
        found = find_customer(self._db, code)
        if found is None or found.code != code:
            raise KeyError(code)
        return found

    def __len__(self) -> int:
        """Return how many there are."""
        return count_customers(self._db)

    def __iter__(self) -> Iterator[str]:
        """Nobody needs all of them at once."""
        raise TypeError("customers are looked up, not listed")


class CustomerTaker:
    """Takes the ERP's pages of customers; what a row does not tell stays as it is."""

    def __init__(self, settings: Settings) -> None:
        """Take the currency of the shop."""
        self._money = money_of(settings)

    def take(self, db: LedgerDatabase, rows: Sequence[CellRow]) -> Taken:
        """Judge and write a page."""
        sound: dict[str, Customer] = {}
        refused: dict[str, str] = {}
        for row in rows:
            judged = judge_customer({"code": row.key, **row.cells}, self._money, find_customer(db, row.key))
            if isinstance(judged, RowFlaw):
                refused[row.erp_id] = FLAW_WORDS[judged.flaw]
            else:
                sound[row.erp_id] = msgspec.structs.replace(judged, is_active=_is_active(row, judged))
        with saving(), db.atomic():
            put_customers(db, sound.values())
        return Taken({erp_id: customer.code for erp_id, customer in sound.items()}, refused)

    def bury(self, db: LedgerDatabase, erp_ids: Sequence[str]) -> None:
        """Let those be found no more who are gone; what they owe stays."""
        with saving(), db.atomic():
            found = (find_customer(db, code) for code in read_keys(db, Feed.CUSTOMERS, erp_ids).values())
            put_customers(db, [msgspec.structs.replace(one, is_active=False) for one in found if one])


def _is_active(row: CellRow, judged: Customer) -> bool:
    """Say whether somebody who comes again is there again."""
    return judged.is_active if "active" in row.cells else True
