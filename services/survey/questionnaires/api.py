"""Questionnaires over HTTP: questions and answers of each version."""

from typing import Annotated

from fastapi import Path

from libs.common.core.errors import NotFound
from libs.common.core.fields import Code
from libs.common.http.requests import Read, permission, router
from services.survey.questionnaires.domain import (
    Questionnaire,
    questionnaire_of,
    questionnaires,
)

routes = router()


@routes.get(
    "/v1/questionnaires",
    openapi_extra=permission("questionnaire.read"),
    tags=["questionnaires"],
)
async def get_questionnaires(read: Read) -> list[Questionnaire]:  # noqa: ARG001 - every route looks
    """Show every questionnaire in every version."""
    return list(questionnaires())


@routes.get(
    "/v1/questionnaires/{questionnaire}/{version}",
    openapi_extra=permission("questionnaire.read"),
    tags=["questionnaires"],
)
async def get_questionnaire(
    questionnaire: Annotated[Code, Path()],
    version: Annotated[int, Path(ge=1, le=1_000)],
    read: Read,  # noqa: ARG001 - every route looks
) -> Questionnaire:
    """Show a questionnaire in one version."""
    found = questionnaire_of(questionnaire, version)
    if found is None:
        raise NotFound(code="not-found", detail="There is no such questionnaire.")
    return found
