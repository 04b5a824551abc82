"""Who may do what with actions, and which of them each may see."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, false

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.security import Grants, Reach, Role
from services.survey.actions.domain import Action
from services.survey.caseload import on_caseload

_LEADS: Final = {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM}

GRANTS: Final[Grants] = {
    "action.open": _LEADS,
    "action.pass-on": _LEADS,
    # A teacher sees the comments that are for them (domain brief 10), and follows those.
    "action.read": _LEADS | {Role.SUPPORT_TEACHER: Reach.OWN},
    "action.follow": _LEADS | {Role.SUPPORT_TEACHER: Reach.OWN},
    "action.count": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.COUNTY},
}


def _action(access: Access) -> ColumnElement[bool]:
    """A team sees those of its children; an owner, of theirs or those that a person gave them."""
    reached = on_caseload(access, Action.child_id)
    seen: ColumnElement[bool] = false()
    if Reach.TEAM in access.reaches:
        seen = seen | reached
    if Reach.OWN in access.reaches and access.actor.staff_id is not None:
        seen = seen | (Action.owner_id == access.actor.staff_id) & (Action.routed | reached)
    return seen


VISIBLE: Final[Conditions] = {Action: _action}

STEPS: Final[Mapping[str, str]] = {
    "pass-on": "action.pass-on",
    **dict.fromkeys(("conclude", "tell", "reopen"), "action.follow"),
}
"""The permission that each step of an action needs."""
