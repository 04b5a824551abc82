"""Progress criteria over HTTP."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from libs.common.core.fields import Identifier
from libs.common.http.correcting import put_right
from libs.common.http.requests import IfMatch, Work, permission, router
from libs.common.reading import with_steps
from services.assessment.criteria.access import STEPS
from services.assessment.criteria.commands import (
    ProposeCriteria,
    SignCriteria,
    propose_criteria,
    sign_criteria,
    void_criteria,
)
from services.assessment.criteria.domain import CriteriaSet

routes = router()


class CriteriaView(BaseModel):
    """Criteria; they are adopted when both have signed."""

    criteria_id: UUID
    academic_year: str
    version: int
    progress: list[dict[str, Any]]
    cohort: list[dict[str, Any]]
    minimum_months: int
    minimum_terms_on_caseload: int
    minimum_judged: int
    adopted_on: date
    signed_on: date | None
    state: str
    allowed: list[str]

    @classmethod
    def of(cls, criteria: CriteriaSet, may: list[str]) -> "CriteriaView":
        """Show criteria, and what the caller may do with it."""
        return cls(
            criteria_id=criteria.id,
            academic_year=criteria.academic_year,
            version=criteria.version,
            progress=criteria.progress,
            cohort=criteria.cohort,
            minimum_months=criteria.minimum_months,
            minimum_terms_on_caseload=criteria.minimum_terms_on_caseload,
            minimum_judged=criteria.minimum_judged,
            adopted_on=criteria.adopted_on,
            signed_on=criteria.signed_on,
            state=_state(criteria),
            allowed=may,
        )


CRITERIA_SET: Final = with_steps(CriteriaView, CriteriaSet, STEPS)


def _state(criteria: CriteriaSet) -> str:
    if criteria.void:
        return "withdrawn"
    return "adopted" if criteria.signed_by else "proposed"


@routes.post(
    "/v1/criteria", status_code=201, openapi_extra=permission("criteria.propose"), tags=["criteria"]
)
async def post_criteria(command: ProposeCriteria, work: Work, response: Response) -> CriteriaView:
    """Propose criteria for a year."""
    criteria = await propose_criteria(work, command)
    return await CRITERIA_SET.shown(work, criteria, response)


@routes.post(
    "/v1/criteria/{criteria_id}/signature",
    openapi_extra=permission("criteria.sign"),
    tags=["criteria"],
)
async def post_signature(
    criteria_id: Identifier,
    command: SignCriteria,
    version: IfMatch,
    work: Work,
    response: Response,
) -> CriteriaView:
    """Sign the criteria that the other role proposed. They are then adopted."""
    criteria = await sign_criteria(work, criteria_id, command, version)
    return await CRITERIA_SET.shown(work, criteria, response)


put_right(
    routes,
    "/v1/criteria/{criteria_id}",
    permission("criteria.propose"),
    CRITERIA_SET.shown,
    tag="criteria",
    void=void_criteria,
)
