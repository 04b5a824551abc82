"""Responses as rows of one table: a column for every question of every version that was published.

A question that was asked under one trend key in several versions has one column, called by that
key; under another key it is another question and has another column (trap 51). Free text has no
trend key and is called by the question's id. A question keeps its column when a later version drops
it, and of whoever was sent a version without it the table says that it was not asked.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import select

from libs.common.contracts.survey import AssistedBy, Audience, Channel, CodedAnswer, Standing
from libs.common.core.clock import local_day
from libs.common.core.fields import Code, of_codes, of_form
from libs.common.persistence.uow import ReadTransaction
from services.survey.questionnaires.definition import Item, Questionnaire
from services.survey.questionnaires.queries import published
from services.survey.responses.answers import NOT_ANSWERED
from services.survey.responses.codes import VoidReason
from services.survey.responses.domain import AnswerText, Response
from services.survey.waves.commands.waves import YearLabel
from services.survey.waves.domain import WHOSE, Recipient, Wave

NOT_ASKED: Final = "not-asked"
"""The state of a question that the version answered does not have."""


class SheetView(BaseModel):
    """A response as a row of a table that has all versions of its questionnaire.

    ``states`` says of every question of every version whether it was answered, ``not-asked`` if
    the version did not have it; ``answers`` the code where it was, or the codes where several may
    be chosen; ``texts`` what was written, by the question's id. ``standing`` is null of one that
    was taken out. It does not say whose response it is.
    """

    response_id: UUID
    wave_id: UUID
    audience: Annotated[str, of_codes(Audience)]
    academic_year: Annotated[str, of_form(YearLabel)]
    questionnaire: Annotated[str, of_form(Code)]
    questionnaire_version: int
    received_on: date
    channel: Annotated[str, of_codes(Channel)]
    assisted_by: Annotated[str, of_codes(AssistedBy)]
    standing: Annotated[str | None, of_codes(Standing)]
    void_reason: Annotated[str | None, of_codes(VoidReason)]
    team_id: UUID | None
    area: str | None
    school_kind: str | None
    states: dict[str, str]
    answers: dict[str, str | list[str] | None]
    texts: dict[str, str | None] | None
    withheld: list[str] = []


def column_of(item: Item) -> str:
    """Return by what the column of a question is called."""
    return item.trend_key or item.id


async def sheets_shown(
    read: ReadTransaction, responses: Sequence[Response], _: date | None
) -> list[SheetView]:
    """Show responses as rows of one table."""
    await read.rows.load(Wave, ("id",), [(one.wave_id,) for one in responses], None)
    named = [(one.recipient_id,) for one in responses if one.recipient_id]
    await read.rows.load(Recipient, ("id",), named, None)
    written = await _texts(read, responses)
    versions = sorted(await published(read), key=lambda one: (one.questionnaire, one.version))
    shown = []
    for one in responses:
        [wave] = await read.all(Wave, id=one.wave_id, unseen=True)
        asked = await _asked(read, one)
        table = [version for version in versions if version.questionnaire == wave.questionnaire]
        shown.append(row_of(one, wave, asked, table, written.get(one.id, {})))
    return shown


async def _asked(read: ReadTransaction, response: Response) -> Recipient | None:
    """Return whose a response is; None where it does not say."""
    if response.recipient_id is None:
        return None
    [asked] = await read.all(Recipient, id=response.recipient_id, unseen=True)
    return asked


async def _texts(
    read: ReadTransaction, responses: Sequence[Response]
) -> Mapping[UUID, Mapping[str, str]]:
    """Return what was written in responses that stand, by question."""
    stands = [one.id for one in responses if one.void_reason is None]
    columns = (AnswerText.response_id, AnswerText.question, AnswerText.text)
    query = select(*columns).where(AnswerText.response_id.in_(stands), AnswerText.text != "")
    found: dict[UUID, dict[str, str]] = {}
    for response_id, question, text in await read.connection.execute(query):
        found.setdefault(response_id, {})[question] = text
    return found


def _blank(item: Item) -> CodedAnswer:
    return CodedAnswer(question=item.id, state=NOT_ANSWERED, value=None)


def row_of(
    response: Response,
    wave: Wave,
    asked: Recipient | None,
    versions: Sequence[Questionnaire],
    written: Mapping[str, str],
) -> SheetView:
    """Return the row of a response; ``versions`` are all of its questionnaire, the first first."""
    void = response.void_reason is not None
    [mine] = [one for one in versions if one.version == wave.questionnaire_version]
    given = {one.question: one for one in response.coded_answers}
    said = {column_of(item): given.get(item.id, _blank(item)) for item in mine.items}
    several = {column_of(item): response.chosen_to(item.id) for item in mine.items if item.several}
    items = {column_of(item): item for version in versions for item in version.items}
    coded = [name for name, item in items.items() if item.coded]
    return SheetView(
        response_id=response.id,
        wave_id=wave.id,
        audience=wave.audience,
        academic_year=wave.academic_year,
        questionnaire=wave.questionnaire,
        questionnaire_version=wave.questionnaire_version,
        received_on=local_day(response.received_at),
        channel=response.channel,
        assisted_by=response.assisted_by,
        standing=None if void else response.standing,
        void_reason=response.void_reason,
        **(asked.whose if asked else dict.fromkeys(WHOSE)),
        states={name: said[name].state if name in said else NOT_ASKED for name in items},
        answers={
            name: several.get(name) or (said[name].value if name in said else None)
            for name in coded
        },
        texts={name: written.get(name) for name, item in items.items() if not item.coded},
    )
