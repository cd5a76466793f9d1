"""Which role may do what: the one table of it. A person may hold several roles, and may what any of them may."""

from collections.abc import Iterable
from enum import StrEnum

from answerprint.core.permissions import Permission


class Role(StrEnum):
    """What somebody is in the house."""

    ADMIN = "admin"
    PRODUCER = "producer"
    TECH = "tech"
    AUDITOR = "auditor"


_MAY, _NOT = True, False
_COLUMNS = (Role.ADMIN, Role.PRODUCER, Role.TECH, Role.AUDITOR)

# fmt: off
_MATRIX: dict[Permission, tuple[bool, bool, bool, bool]] = {
    #                             admin producer tech  auditor
    Permission.SELF:            (_MAY,  _MAY,   _MAY,  _MAY),
    Permission.TOKENS:          (_MAY,  _MAY,   _MAY,  _MAY),
    Permission.PEOPLE_READ:     (_MAY,  _NOT,   _NOT,  _MAY),
    Permission.PEOPLE_WRITE:    (_MAY,  _NOT,   _NOT,  _NOT),
    Permission.PROJECTS_READ:   (_MAY,  _MAY,   _MAY,  _MAY),
    Permission.PROJECTS_WRITE:  (_MAY,  _NOT,   _NOT,  _NOT),
    Permission.LICENSING_READ:  (_MAY,  _MAY,   _MAY,  _MAY),
    Permission.CONTRACTS_READ:  (_MAY,  _NOT,   _MAY,  _MAY),
    Permission.CONTRACTS_WRITE: (_MAY,  _NOT,   _MAY,  _NOT),
    Permission.SEATS_WRITE:     (_MAY,  _NOT,   _MAY,  _NOT),
    Permission.RESERVATIONS_WRITE: (_MAY, _MAY, _MAY,  _NOT),
    Permission.CAPTURES_WRITE:  (_MAY,  _NOT,   _MAY,  _NOT),
    Permission.REVIEWS_READ:    (_MAY,  _MAY,   _MAY,  _MAY),
    Permission.REVIEWS_WRITE:   (_MAY,  _MAY,   _NOT,  _NOT),
    Permission.REVIEWS_POLICY:  (_MAY,  _NOT,   _NOT,  _NOT),
    Permission.REVIEWS_FREEZE:  (_MAY,  _MAY,   _MAY,  _NOT),
    Permission.AUDIT_READ:      (_MAY,  _NOT,   _NOT,  _MAY),
    Permission.AUDIT_ERASE:     (_MAY,  _NOT,   _NOT,  _MAY),
}
# fmt: on

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    role: frozenset(permission for permission, row in _MATRIX.items() if row[column])
    for column, role in enumerate(_COLUMNS)
}

_SEE_ALL_PROJECTS = frozenset({Role.ADMIN, Role.TECH, Role.AUDITOR})


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Return what somebody with these roles may do."""
    return frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles))


def sees_all_projects(roles: Iterable[Role]) -> bool:
    """Report whether somebody with these roles sees every project; others see those they are members of."""
    return not _SEE_ALL_PROJECTS.isdisjoint(roles)
