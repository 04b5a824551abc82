"""Who may do what with responses, and which of them each may see."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.reading import Fields
from libs.common.security import Grants, Reach, Role, reaches
from services.survey.responses.domain import Response
from services.survey.waves.access import recipient_seen
from services.survey.waves.domain import Recipient

GRANTS: Final[Grants] = {
    "wave.progress": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.COUNTY},
    "response.record": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
    },
    "response.read": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
    },
    "response.list": {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM},
    # Who is not the Head puts right what they recorded themselves.
    "response.correct": {
        Role.HEAD_OF_SERVICE: Reach.COUNTY,
        Role.AREA_MANAGER: Reach.TEAM,
        Role.SUPPORT_TEACHER: Reach.OWN,
        Role.SCHOOL_SENCO: Reach.SCHOOL,
    },
    "response.void": {Role.HEAD_OF_SERVICE: Reach.COUNTY},
}


STEPS: Final[Mapping[str, str]] = {"correct": "response.correct", "void": "response.void"}
"""The permission that each step of a response needs."""


FIELDS: Final[Fields] = {"texts": "response.read"}
"""Who reads what was written in a table of responses: who reads the response itself."""


def reading(access: Access) -> Access:
    """Return how far the same caller reaches to read responses: a teacher reads none."""
    action = "response.read"
    return replace(access, action=action, reaches=reaches(GRANTS, access.actor, action))


def _response(access: Access) -> ColumnElement[bool]:
    asked = aliased(Recipient)  # which a query that joins the recipients cannot take for its own
    seen = exists().where(asked.id == Response.recipient_id, recipient_seen(access, asked))
    mine = Response.recorded_by == access.actor.subject
    if access.action == "response.correct":
        return (seen | Response.recipient_id.is_(None)) & mine
    if access.action == "response.record":  # the same again is the one that they recorded
        return seen | Response.recipient_id.is_(None) & mine
    return seen


VISIBLE: Final[Conditions] = {Response: _response}
