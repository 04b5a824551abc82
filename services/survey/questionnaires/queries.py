"""What was published: shipped as a file, or drafted and published here."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from libs.common.persistence.uow import ReadTransaction
from services.survey.questionnaires.definition import Questionnaire
from services.survey.questionnaires.domain import QuestionnaireVersion
from services.survey.questionnaires.shipped import questionnaire_of, questionnaires


async def published(read: ReadTransaction) -> list[Questionnaire]:
    """Return everything that was ever published, in the order of publication."""
    kind = QuestionnaireVersion
    query = select(kind).where(kind.published_on.is_not(None))
    drafted_here = await read.chosen(query.order_by(kind.published_on, kind.version))
    found = {one.name: one for one in (row.whole for row in drafted_here)}
    shipped = [found.pop(one.name, one) for one in questionnaires()]
    return [*shipped, *found.values()]


async def definition_of(
    connection: AsyncConnection, questionnaire: str, version: int
) -> Questionnaire | None:
    """Return what was published under a name and version, retired or not.

    What is on record is what was answered, whatever file is shipped under its name later.
    """
    kind = QuestionnaireVersion
    named = (kind.questionnaire == questionnaire, kind.version == version)
    query = select(kind.definition).where(*named, kind.published_on.is_not(None))
    found = (await connection.execute(query)).scalar_one_or_none()
    if found is None:
        return questionnaire_of(questionnaire, version)
    return Questionnaire.model_validate(found)


async def row_of(
    read: ReadTransaction, questionnaire: str, version: int
) -> QuestionnaireVersion | None:
    """Return what is on record of a version; of a shipped one, nothing until it is first sent."""
    return await read.find(
        QuestionnaireVersion, unseen=True, questionnaire=questionnaire, version=version
    )
