"""What each role may do: the usual, and what the settings say in its place."""

from __future__ import annotations

from config.settings import RoleSettings, RolesSettings
from domain.permission import DEFAULT_RIGHTS, Limits, Permission, Rights
from domain.shift import Role


def rights_of_roles(settings: RolesSettings) -> dict[Role, Rights]:
    """Return the rights of every role. The names were judged when the settings were read."""
    return {role: _rights(DEFAULT_RIGHTS[role], getattr(settings, role.value)) for role in Role}


def _rights(usual: Rights, told: RoleSettings) -> Rights:
    """Return the usual rights with what is told in their place."""
    permissions = frozenset(Permission(name) for name in told.permissions) or usual.permissions
    limits = {name: _limit(getattr(told, name), getattr(usual.limits, name)) for name in Limits.__struct_fields__}
    return Rights(permissions, Limits(**limits))


def _limit(told: int, usual: int) -> int:
    """Return a limit, the usual one where -1 is told."""
    return usual if told < 0 else told
