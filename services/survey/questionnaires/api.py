"""Questionnaires over HTTP: questions and answers of each version."""

from libs.common.http.requests import Read, permission, router
from services.survey.questionnaires.domain import Questionnaire, questionnaires

routes = router()


@routes.get(
    "/v1/questionnaires",
    openapi_extra=permission("questionnaire.read"),
    tags=["questionnaires"],
)
async def get_questionnaires(read: Read) -> list[Questionnaire]:  # noqa: ARG001 - every route looks
    """Show every questionnaire in every version."""
    return list(questionnaires())
