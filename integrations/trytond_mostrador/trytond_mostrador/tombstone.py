# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""What was deleted: Tryton keeps no trace of it that lanes may read, and they must stop selling it."""

from trytond.model import Index, ModelSQL, fields
from trytond.pool import Pool, PoolMeta
from trytond.transaction import without_check_access


class Tombstone(ModelSQL):
    """One record that is no more: its feed and the id it had."""

    __name__ = "mostrador.tombstone"

    feed = fields.Char("Feed", required=True)
    record_id = fields.Integer("Id", required=True)

    @classmethod
    def __setup__(cls):
        super().__setup__()
        table = cls.__table__()
        cls._sql_indexes.add(Index(table, (table.feed, Index.Equality()), (table.create_date, Index.Range())))

    @classmethod
    @without_check_access
    def bury(cls, feed: str, ids) -> None:
        """Keep the ids of records that are gone."""
        cls.create([{"feed": feed, "record_id": one} for one in ids])


class _Buried:
    """Leaves a tombstone where a record is deleted."""

    __slots__ = ()
    _mostrador_feed = ""

    @classmethod
    def delete(cls, records):
        """Delete as ever, and remember what."""
        ids = [record.id for record in records]
        super().delete(records)
        Pool().get("mostrador.tombstone").bury(cls._mostrador_feed, ids)


class Product(_Buried, metaclass=PoolMeta):
    """Products are the lane's items."""

    __name__ = "product.product"
    _mostrador_feed = "items"


class Party(_Buried, metaclass=PoolMeta):
    """Parties are the lane's customers."""

    __name__ = "party.party"
    _mostrador_feed = "customers"


class Employee(_Buried, metaclass=PoolMeta):
    """Employees are the lane's salespeople."""

    __name__ = "company.employee"
    _mostrador_feed = "salespeople"


class Category(_Buried, metaclass=PoolMeta):
    """Categories are the lane's departments."""

    __name__ = "product.category"
    _mostrador_feed = "departments"
