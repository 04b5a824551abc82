"""Who prints papers, keys what came back and resolves what differs, and what each sees of it."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased

from libs.common.persistence.uow import Access
from libs.common.persistence.visibility import Conditions
from libs.common.reading import Fields
from libs.common.security import Grants, Reach, Role
from services.survey.paper.domain import PaperForm
from services.survey.waves.access import recipient_seen
from services.survey.waves.domain import Recipient

_OFFICE: Final = {Role.HEAD_OF_SERVICE: Reach.COUNTY, Role.AREA_MANAGER: Reach.TEAM}
_AND_TEACHERS: Final = _OFFICE | {Role.SUPPORT_TEACHER: Reach.OWN}

GRANTS: Final[Grants] = {
    **dict.fromkeys(("paper.print", "paper.key"), _AND_TEACHERS),
    # A teacher sees the forms that they keyed themselves, and of another's keying not the words.
    "paper.read": _AND_TEACHERS,
    "paper.resolve": _OFFICE,
}

FIELDS: Final[Fields] = {
    **dict.fromkeys(("first_by", "second_by", "resolved_by", "differences"), "paper.resolve"),
    "texts": "response.read",
}
"""What of a form is shown only to who may take that action: who keyed, and what was typed."""

STEPS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("correct", "void"), "paper.key"),
    "resolve": "paper.resolve",
}
"""The permission that each step of a form needs."""


def _form(access: Access) -> ColumnElement[bool]:
    asked = aliased(Recipient)
    seen = exists().where(asked.id == PaperForm.recipient_id, recipient_seen(access, asked))
    if Reach.TEAM in access.reaches:
        return seen
    by = access.actor.subject
    return seen & ((PaperForm.first_by == by) | (PaperForm.second_by == by))


VISIBLE: Final[Conditions] = {PaperForm: _form}
