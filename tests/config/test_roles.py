"""The roles in the settings file: names that there are, limits that make sense, and the usual where nothing is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.errors import ConfigError, Fault
from config.file import check_settings, load_settings, set_value
from config.roles import rights_of_roles
from config.settings import RolesSettings
from domain.money import MAX_MINOR
from domain.permission import DEFAULT_RIGHTS, Permission
from domain.shift import Role
from domain.tax import PPM


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "mostrador.toml"


def test_without_a_word_every_role_has_its_usual_rights() -> None:
    assert rights_of_roles(RolesSettings()) == DEFAULT_RIGHTS


def test_what_is_said_replaces_the_usual_and_leaves_the_rest(path: Path) -> None:
    path.write_text('[roles.cashier]\npermissions = ["lane.sign_on"]\n[roles.senior]\ndiscount_ppm = 0\n')
    rights = rights_of_roles(load_settings(path).roles)
    assert rights[Role.CASHIER].permissions == {Permission.SIGN_ON}
    assert rights[Role.CASHIER].limits == DEFAULT_RIGHTS[Role.CASHIER].limits
    assert rights[Role.SENIOR].permissions == DEFAULT_RIGHTS[Role.SENIOR].permissions
    assert rights[Role.SENIOR].limits.discount_ppm == 0
    assert rights[Role.SENIOR].limits.price_cut_ppm == DEFAULT_RIGHTS[Role.SENIOR].limits.price_cut_ppm
    assert rights[Role.SUPERVISOR] == DEFAULT_RIGHTS[Role.SUPERVISOR]


@pytest.mark.parametrize(
    ("text", "key", "fault"),
    [
        ('[roles.cashier]\npermissions = ["lane.sign_on", "fly"]', "roles.cashier.permissions.2", Fault.BAD_VALUE),
        (f"[roles.senior]\ndiscount_ppm = {PPM + 1}", "roles.senior.discount_ppm", Fault.BAD_VALUE),
        ("[roles.senior]\ndiscount_ppm = -2", "roles.senior.discount_ppm", Fault.BAD_VALUE),
        (f"[roles.technician]\ncredit_minor = {MAX_MINOR + 1}", "roles.technician.credit_minor", Fault.BAD_VALUE),
        ("[roles.boss]\ndiscount_ppm = 1", "roles.boss", Fault.UNKNOWN_KEY),
        ("[roles.cashier]\ndiscount = 1", "roles.cashier.discount", Fault.UNKNOWN_KEY),
        ('[roles.cashier]\ndiscount_ppm = "1"', "roles.cashier.discount_ppm", Fault.WRONG_TYPE),
    ],
)
def test_what_is_wrong_is_named_by_its_key(text: str, key: str, fault: Fault, path: Path) -> None:
    path.write_text(text)
    (problem,) = check_settings(path)
    assert (problem.key, problem.fault) == (key, fault)


def test_one_key_of_a_role_is_set_by_the_command_line(path: Path) -> None:
    path.write_text("# ours\n[store]\nname = 'Lupita'\n")
    set_value(path, "roles.cashier.discount_ppm", "50000")
    set_value(path, "roles.cashier.permissions", '["lane.sign_on", "line.discount"]')
    roles = load_settings(path).roles
    assert roles.cashier.discount_ppm == 50_000
    assert roles.cashier.permissions == ("lane.sign_on", "line.discount")
    assert path.read_text().startswith("# ours\n")
    for key in ("roles.cashier", "roles.cashier.fly", "roles.boss.discount_ppm"):
        with pytest.raises(ConfigError):
            set_value(path, key, "1")
