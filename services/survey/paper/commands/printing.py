"""The papers of a wave: for whom they are printed, each with its code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from libs.common.core.errors import Rejected, ValidationError
from libs.common.core.fields import Reference, Strict, StrictBool, StrictInt64
from libs.common.persistence.uow import UnitOfWork
from services.survey.paper.codes import Size
from services.survey.paper.domain import PaperCode, new_code
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.languages import ENGLISH, LanguageCode
from services.survey.questionnaires.queries import definition_of
from services.survey.waves.domain import Recipient, Wave, WaveIsAnonymous

MOST_FORMS: Final = 100
"""As many as one file has."""


class PrintForms(Strict):
    """How papers look, and for whom: these recipients, or the part of the list that is asked for.

    A part has 100 recipients, in the order of their references.
    """

    recipients: Annotated[tuple[Reference, ...], Field(min_length=1, max_length=100)] | None = None
    part: Annotated[StrictInt64, Field(ge=1, le=10_000)] = 1
    lang: LanguageCode = ENGLISH
    easy: StrictBool = False
    size: Size = "standard"


@dataclass(frozen=True, slots=True)
class Papers:
    """What is to be printed: the wave's questionnaire and the codes; one of so many parts."""

    wave: Wave
    questionnaire: Questionnaire
    codes: Sequence[str]
    parts: int


async def print_forms(uow: UnitOfWork, wave_id: UUID, command: PrintForms) -> Papers:
    """Give a code to each recipient whose paper is printed; who has one keeps it.

    Printed for are those of an open wave who were sent one, are not cancelled, and are reached.
    """
    wave = await uow.get(Wave, wave_id)
    wave.check_open()
    if wave.anonymous:
        raise WaveIsAnonymous
    sent = (Recipient.wave_id == wave.id, Recipient.sent, Recipient.cancelled_on.is_(None))
    query = select(Recipient).where(*sent, uow.visible(uow.access, Recipient))
    asked = await uow.chosen(query.order_by(Recipient.reference))
    definition = await definition_of(uow.connection, wave.questionnaire, wave.questionnaire_version)
    assert definition is not None, "what was published stays"
    parts = -(-len(asked) // MOST_FORMS)
    codes = await _codes(uow, _wanted(asked, command))
    return Papers(wave, definition, codes, 1 if command.recipients else parts)


def _wanted(asked: Sequence[Recipient], command: PrintForms) -> Sequence[Recipient]:
    if command.recipients is None:
        found = asked[(command.part - 1) * MOST_FORMS : command.part * MOST_FORMS]
        if not found:
            detail = "The list has no such part of people to print for."
            raise Rejected(errors=[ValidationError("no-such-part", detail, "/part")])
        return found
    known = {one.reference: one for one in asked}
    errors = [
        ValidationError("unknown-recipient", "Nothing is printed for them.", f"/recipients/{place}")
        for place, one in enumerate(command.recipients)
        if one not in known
    ]
    if errors:
        raise Rejected(errors=errors)
    return [known[one] for one in dict.fromkeys(command.recipients)]


async def _codes(uow: UnitOfWork, recipients: Sequence[Recipient]) -> list[str]:
    ids = [one.id for one in recipients]
    known = {one.recipient_id: one for one in await uow.preload(PaperCode, "recipient_id", ids)}
    return [
        (known.get(id_) or uow.add(PaperCode(code=new_code(), recipient_id=id_))).code
        for id_ in ids
    ]
