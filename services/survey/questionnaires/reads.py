"""Versions of questionnaires, as they are listed, found and shown."""

from typing import Annotated, Final

from pydantic import Field

from libs.common.contracts.survey import Audience
from libs.common.core.fields import Code, Identifier
from libs.common.http.requests import router
from libs.common.reading import Key, Listing, add_reads, equal
from services.survey.questionnaires.api import VERSION
from services.survey.questionnaires.codes import State
from services.survey.questionnaires.domain import QuestionnaireVersion

routes = router()

VERSIONS: Final = Listing(
    things="questionnaire-versions",
    one="questionnaire_version",
    item="/v1/questionnaire-versions/{questionnaire_id}",
    at={"questionnaire_id": (QuestionnaireVersion.id, Identifier)},
    kind=QuestionnaireVersion,
    view=VERSION.view,
    views=VERSION.views,
    permission="questionnaire.read-drafts",
    tag="questionnaires",
    summary="List versions of questionnaires, drafted and published here or sent before.",
    keys=[
        Key(
            "by-name/{questionnaire}/{version}",
            {
                "questionnaire": (QuestionnaireVersion.questionnaire, Code),
                "version": (QuestionnaireVersion.version, Annotated[int, Field(ge=1, le=1_000)]),
            },
        )
    ],
    filters={
        "questionnaire": equal(QuestionnaireVersion.questionnaire),
        "audience": equal(QuestionnaireVersion.audience, Audience),
        "state": equal(QuestionnaireVersion.state, State),
    },
    days={"published_on": QuestionnaireVersion.published_on},
    sorts={"questionnaire": QuestionnaireVersion.questionnaire},
)
add_reads(routes, VERSIONS)
