"""Questionnaires over HTTP: as they are asked, and the versions that are drafted and published."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import BaseModel

from libs.common.contracts.survey import Audience
from libs.common.core.errors import NotFound
from libs.common.core.fields import Code, Identifier, of_codes, of_form
from libs.common.http.parameters import Flag
from libs.common.http.requests import IfMatch, Read, Work, permission, router
from libs.common.reading import with_steps
from services.survey.questionnaires.access import STEPS
from services.survey.questionnaires.codes import State
from services.survey.questionnaires.commands import (
    DraftQuestionnaire,
    draft_questionnaire,
    preview_questionnaire,
    publish_questionnaire,
    retire_questionnaire,
)
from services.survey.questionnaires.definition import untranslated
from services.survey.questionnaires.domain import QuestionnaireVersion
from services.survey.questionnaires.forms import Form, resolved
from services.survey.questionnaires.languages import ENGLISH, PSEUDO, nearest
from services.survey.questionnaires.queries import definition_of, published

routes = router()

Lang = Annotated[
    str,
    Query(
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$",
        description="A language's code (BCP 47); what is not translated is in English.",
        examples=["pl"],
    ),
]
Easy = Annotated[Flag, Query(description="In easier words where there are any.")]
QuestionnaireName = Annotated[Code, Path(examples=["children"])]
VersionNumber = Annotated[int, Path(ge=1, le=1_000)]


class VersionView(BaseModel):
    """A version as it is drafted or was published.

    ``reading_age`` is in years, of the plain English words; ``untranslated`` how many texts are
    missing in each language that was begun: one with none missing is offered to who answers.
    """

    questionnaire_id: UUID
    questionnaire: Annotated[str, of_form(Code)]
    version: int
    audience: Annotated[str, of_codes(Audience)]
    state: Annotated[str, of_codes(State)]
    published_on: date | None
    retired_on: date | None
    reading_age: int
    easy_reading_age: int | None
    untranslated: dict[str, int]
    definition: dict[str, Any]
    allowed: list[str]

    @classmethod
    def of(cls, row: QuestionnaireVersion, may: list[str]) -> "VersionView":
        """Show a version, and what the caller may do with it."""
        whole = row.whole
        return cls(
            questionnaire_id=row.id,
            questionnaire=row.questionnaire,
            version=row.version,
            audience=row.audience,
            state=row.state,
            published_on=row.published_on,
            retired_on=row.retired_on,
            reading_age=whole.reading_age,
            easy_reading_age=whole.easy_reading_age,
            untranslated=dict(untranslated(whole)),
            definition=whole.model_dump(mode="json", exclude=NAMED),
            allowed=may,
        )


NAMED: Final = {"questionnaire", "version", "reading_age", "easy_reading_age"}
"""What of a version is not the body that drafts it."""

VERSION: Final = with_steps(VersionView, QuestionnaireVersion, STEPS)


@routes.get(
    "/v1/questionnaires",
    openapi_extra=permission("questionnaire.read"),
    tags=["questionnaires"],
)
async def get_questionnaires(read: Read) -> list[Form]:
    """Show every questionnaire in every version that was published, in English."""
    return [resolved(one) for one in await published(read)]


@routes.get(
    "/v1/questionnaires/{questionnaire}/{version}",
    openapi_extra=permission("questionnaire.read"),
    tags=["questionnaires"],
)
async def get_questionnaire(
    questionnaire: QuestionnaireName,
    version: VersionNumber,
    read: Read,
    lang: Lang = ENGLISH,
    easy: Easy = False,
) -> Form:
    """Show a questionnaire in one version, as it is asked in a language."""
    found = await definition_of(read.connection, questionnaire, version)
    if found is None:
        raise NotFound(code="not-found", detail="There is no such questionnaire.")
    return resolved(found, real(lang), easy=easy)


def real(lang: str) -> str:
    """Return a language that people speak: the pseudo-language is for previews."""
    return ENGLISH if nearest(lang) == PSEUDO else lang


@routes.put(
    "/v1/questionnaire-versions/by-name/{questionnaire}/{version}",
    openapi_extra=permission("questionnaire.write"),
    tags=["questionnaires"],
)
async def put_questionnaire_version(
    questionnaire: QuestionnaireName,
    version: VersionNumber,
    command: DraftQuestionnaire,
    work: Work,
    response: Response,
) -> VersionView:
    """Draft a version of a questionnaire, or say the draft anew, translations among it."""
    row, done = await draft_questionnaire(work, questionnaire, version, command)
    response.status_code = 201 if done.outcome == "created" else 200
    return await VERSION.shown(work, row, response)


@routes.get(
    "/v1/questionnaire-versions/{questionnaire_id}/form",
    openapi_extra=permission("questionnaire.read-drafts"),
    tags=["questionnaires"],
)
async def get_preview(
    questionnaire_id: Identifier,
    read: Read,
    lang: Lang = ENGLISH,
    easy: Easy = False,
) -> Form:
    """Show a version as it would be asked: drafts too, and in the pseudo-language (ar-XB) too."""
    row = await read.get(QuestionnaireVersion, questionnaire_id)
    return resolved(row.whole, lang, easy=easy)


@routes.post(
    "/v1/questionnaire-versions/{questionnaire_id}/preview",
    operation_id="previewQuestionnaire",
    openapi_extra=permission("questionnaire.write"),
    tags=["questionnaires"],
)
async def post_preview(
    questionnaire_id: Identifier, version: IfMatch, work: Work, response: Response
) -> VersionView:
    """Say that somebody has looked at the draft as it would be shown. It can then be published."""
    row = await preview_questionnaire(work, questionnaire_id, version)
    return await VERSION.shown(work, row, response)


@routes.post(
    "/v1/questionnaire-versions/{questionnaire_id}/publication",
    operation_id="publishQuestionnaire",
    openapi_extra=permission("questionnaire.write"),
    tags=["questionnaires"],
)
async def post_publication(
    questionnaire_id: Identifier, version: IfMatch, work: Work, response: Response
) -> VersionView:
    """Publish a version that was looked at. It is frozen: a change is the next version."""
    row = await publish_questionnaire(work, questionnaire_id, version)
    return await VERSION.shown(work, row, response)


@routes.post(
    "/v1/questionnaire-versions/{questionnaire_id}/retirement",
    operation_id="retireQuestionnaire",
    openapi_extra=permission("questionnaire.write"),
    tags=["questionnaires"],
)
async def post_retirement(
    questionnaire_id: Identifier, version: IfMatch, work: Work, response: Response
) -> VersionView:
    """Retire a published version: no new wave sends it."""
    row = await retire_questionnaire(work, questionnaire_id, version)
    return await VERSION.shown(work, row, response)
