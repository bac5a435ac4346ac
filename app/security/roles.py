"""Who may what: one table, verb by role. There are no rights per case or per row.

`OWN` allows it for what the person created (delete) or changed (undo): the endpoint lets them in,
and the view asks `access.may(person, verb, owner_id)` once it knows whose it is.
"""

from enum import Enum

from app.models.users import Role
from app.security.permissions import (
    ADMINISTER,
    CONFIGURE,
    DELETE,
    EDIT,
    EXPORT,
    FOLLOW,
    IMPORT,
    OWN_ACCOUNT,
    OWN_TOKENS,
    PEOPLE,
    SEE,
    SEE_INTERNAL,
    STATES,
    UNDO,
)


class Right(Enum):
    """What a role holds of a verb."""

    NO = "no"
    OWN = "own"
    YES = "yes"


_NO, OWN, YES = Right.NO, Right.OWN, Right.YES
_ROLES = (Role.READER, Role.ANALYST, Role.LEAD, Role.ADMIN)
# fmt: off
_TABLE = {
    #              reader analyst lead admin
    SEE:          (YES,  YES,   YES,  YES),
    FOLLOW:       (YES,  YES,   YES,  YES),
    OWN_ACCOUNT:  (YES,  YES,   YES,  YES),
    SEE_INTERNAL: (_NO,  YES,   YES,  YES),
    EDIT:         (_NO,  YES,   YES,  YES),
    IMPORT:       (_NO,  YES,   YES,  YES),
    EXPORT:       (_NO,  YES,   YES,  YES),
    OWN_TOKENS:   (_NO,  YES,   YES,  YES),
    DELETE:       (_NO,  OWN,   YES,  YES),
    UNDO:         (_NO,  OWN,   YES,  YES),
    STATES:       (_NO,  _NO,   YES,  YES),
    CONFIGURE:    (_NO,  _NO,   YES,  YES),
    PEOPLE:       (_NO,  _NO,   _NO,  YES),
    ADMINISTER:   (_NO,  _NO,   _NO,  YES),
}
# fmt: on


def right(role: Role, verb: str) -> Right:
    """What a role holds of a verb."""
    return _TABLE[verb][_ROLES.index(role)]
