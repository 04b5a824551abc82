"""Versions of questionnaires: drafted and translated, looked at, published, retired."""

import asyncio
from uuid import UUID, uuid4

from libs.common.contracts.survey import Audience
from libs.common.core.errors import Rejected
from libs.common.imports import CommandOutcome
from libs.common.persistence.uow import UnitOfWork
from services.survey.questionnaires.checks import faults_of_draft
from services.survey.questionnaires.definition import Definition, Questionnaire
from services.survey.questionnaires.domain import QuestionnaireFrozen, QuestionnaireVersion
from services.survey.questionnaires.queries import published, row_of
from services.survey.questionnaires.reading_age import reading_ages
from services.survey.questionnaires.shipped import questionnaire_of, questionnaires


class DraftQuestionnaire(Definition):
    """A version as it is to be: every text in English, and in the languages that there are."""


async def draft_questionnaire(
    uow: UnitOfWork, questionnaire: str, version: int, command: DraftQuestionnaire
) -> tuple[QuestionnaireVersion, CommandOutcome]:
    """Draft a version, or say anew what it is; the same again changes nothing.

    All that is wrong is told at once. Another draft than was looked at has to be looked at again.
    """
    await _check(uow, questionnaire, command)
    if questionnaire_of(questionnaire, version):
        raise QuestionnaireFrozen
    whole = await _measured(questionnaire, version, command)
    found = await row_of(uow, questionnaire, version)
    if found is None:
        found = uow.add(_row(whole))
        return found, CommandOutcome("created", found.id)
    return found, CommandOutcome("updated" if found.redraft(whole) else "unchanged", found.id)


async def _check(uow: UnitOfWork, questionnaire: str, definition: Definition) -> None:
    faults = faults_of_draft(definition, questionnaire, await published(uow))
    if faults:
        raise Rejected(errors=faults)


async def _measured(questionnaire: str, version: int, said: Definition) -> Questionnaire:
    ages = await asyncio.to_thread(reading_ages, said)
    named = {"questionnaire": questionnaire, "version": version, **ages._asdict()}
    return Questionnaire(**dict(said), **named)


def _row(whole: Questionnaire) -> QuestionnaireVersion:
    return QuestionnaireVersion(
        id=uuid4(),
        questionnaire=whole.questionnaire,
        version=whole.version,
        audience=whole.audience,
        definition=whole.model_dump(mode="json"),
    )


async def preview_questionnaire(uow: UnitOfWork, id_: UUID, version: int) -> QuestionnaireVersion:
    """Say that somebody has looked at a draft as it would be shown, in this version of it."""
    found = await uow.get(QuestionnaireVersion, id_, version=version)
    found.preview()
    return found


async def publish_questionnaire(uow: UnitOfWork, id_: UUID, version: int) -> QuestionnaireVersion:
    """Publish a version that was looked at: it never changes again."""
    found = await uow.get(QuestionnaireVersion, id_, version=version)
    found.check_publishable()
    whole = found.whole
    await _check(uow, whole.questionnaire, whole)
    await tell_shipped(uow, whole.audience)
    uow.emit(found, found.publish(uow.today()))
    return found


async def retire_questionnaire(uow: UnitOfWork, id_: UUID, version: int) -> QuestionnaireVersion:
    """Retire a version: no new wave sends it. What was answered to it stays."""
    found = await uow.get(QuestionnaireVersion, id_, version=version)
    found.retire(uow.today())
    return found


async def tell_shipped(uow: UnitOfWork, audience: Audience) -> None:
    """Publish the versions shipped for an audience of which no event has told yet, each once.

    It is done before the first of them is sent and before another version is published, so that
    whoever compares years knows the trend keys of both.
    """
    told = await uow.all(QuestionnaireVersion, unseen=True, audience=audience)
    names = {(one.questionnaire, one.version) for one in told}
    for one in questionnaires():
        if one.audience == audience and (one.questionnaire, one.version) not in names:
            row = uow.add(_row(one))
            uow.emit(row, row.publish(uow.today()))
