"""What `mostrador sync check` says of the groups of the lane's user, as a real Odoo was seen to answer."""

from __future__ import annotations

import pytest

from sync.check import run_checks
from tests.sync.odoo_shop import connect, make_odoo


@pytest.mark.parametrize(
    ("group", "name"),
    [("account.group_account_invoice", "Accounting / Invoicing"), ("base.group_partner_manager", "Contact / Creation")],
)
@pytest.mark.parametrize("version", [19, 18])
def test_a_group_that_is_missing_is_named_with_what_does_not_work(version: int, group: str, name: str) -> None:
    odoo = make_odoo(version)
    odoo.missing_groups.add(group)
    texts = [one.text for one in run_checks(connect(odoo)) if one.name == "rights"]
    assert len(texts) == 1
    assert f"has not the group {name}" in texts[0]


def test_with_all_groups_nothing_is_said_and_where_it_cannot_be_asked_neither() -> None:
    odoo = make_odoo()
    assert [one for one in run_checks(connect(odoo)) if one.name == "rights"] == []
    odoo.denied.add("res.users.has_group")
    assert [one for one in run_checks(connect(odoo)) if one.name == "rights"] == []
