# Copyright (C) 2026 the authors of Mostrador. License: GPL-3.0-or-later, see LICENSE.
"""Tryton's own checks of a module: views, access, fields, dependencies; and the shape of documents."""

import unittest

from trytond.modules.company import tests as company_tests
from trytond.tests import test_tryton
from trytond_mostrador.shape import check_document, key_of


class MostradorTestCase(company_tests.CompanyTestMixin, test_tryton.ModuleTestCase):
    """What each module has to pass."""

    module = "mostrador"
    extras = ("account_credit_limit",)

    @property
    def _skip_company_rule(self):
        """Leave out what is Tryton's own: its rule for transfers goes by their point."""
        return super()._skip_company_rule | {("sale.point.cash.transfer", "company")}


class ShapeTestCase(unittest.TestCase):
    """A document that does not fit is refused by itself, whatever it is."""

    def test_anything_is_answered(self):
        """Nothing that JSON can say makes the check stumble."""
        for document in (None, 1, "x", [], {}, {"kind": []}, {"kind": "sale"}, {"kind": "z", "key": {}}):
            with self.subTest(document=document):
                assert check_document(document)
                assert isinstance(key_of(document), str)

    def test_a_good_one_passes(self):
        """A customer with all its fields is taken."""
        head = {"key": "k", "kind": "party", "hash": "0" * 64, "lane": "7", "seq": 1, "shift": 0, "date": "2026-11-24"}
        assert check_document(head | {"code": "C1", "name": "Name", "phone": ""}) == ""


if __name__ == "__main__":
    unittest.main()
